/** The news and the home page in a browser, with and without JavaScript. */
import { expect, test } from '@playwright/test';
import { messages } from '#src/i18n/messages.ts';
import { LOCALES, pathOf } from '#src/i18n/routes.ts';
import { openWindow } from './people.ts';

const ITEM = '2026-05-projet-de-loi-c-22';
const FRENCH_ONLY = '2018-konbit-numerique';

// Many pages each.
test.describe.configure({ timeout: 90_000 });

test.describe('public site: news', () => {
	for (const locale of LOCALES) {
		test(`someone reads the news by topic and by year, in ${locale}`, async ({ browser }) => {
			const { page, context } = await openWindow(browser, locale);
			const m = messages(locale).news;
			await page.goto(pathOf('home', locale));
			await page.getByRole('link', { name: messages(locale).public.home.allNews }).click();
			await expect(page).toHaveURL(new RegExp(`${pathOf('news', locale)}$`));

			await page.locator(`main a[href="${pathOf('newsTag', locale, { tag: 'vie-privee' })}"]`).click();
			await expect(page.locator('main .chip[aria-current=page]')).toHaveCount(1);
			await page.locator(`main .news-list a[href="${pathOf('newsItem', locale, { slug: ITEM })}"]`).click();
			await expect(page.locator('article time').first()).toHaveText(locale === 'fr' ? /mai\s2026/ : /May\s2026/);
			await expect(page.getByRole('heading', { name: m.sources(1), exact: true })).toBeVisible();

			await page.getByRole('link', { name: m.older }).click();
			await expect(page.getByRole('link', { name: m.newer })).toHaveAttribute('href', pathOf('newsItem', locale, { slug: ITEM }));
			await page.locator('main .breadcrumb a').click();
			await page.locator(`main a[href="${pathOf('newsArchive', locale, { year: '2015' })}"]`).click();
			await expect(page.locator('h1')).toHaveText(m.yearTitle('2015'));
			await expect(page.locator('.news-list li')).toHaveCount(1);
			await context.close();
		});
	}

	test('who reads English is told that an item is in French, and hears it in French', async ({ browser }) => {
		const { page, context } = await openWindow(browser, 'en');
		await page.goto(pathOf('news', 'en'));
		const row = page.locator('.news-list li', { has: page.locator(`a[href$="/${FRENCH_ONLY}/"]`) });
		await expect(row.getByText('in French')).toBeVisible();
		await row.getByRole('link').click();
		await expect(page.getByText(messages('en').news.onlyInOther)).toBeVisible();
		await expect(page.locator('h1')).toHaveAttribute('lang', 'fr-CA');
		await page.locator('.site-header__language').click();
		await expect(page).toHaveURL(new RegExp(`${pathOf('newsItem', 'fr', { slug: FRENCH_ONLY })}$`));
		await expect(page.locator('html')).toHaveAttribute('lang', 'fr-CA');
		await context.close();
	});

	test('nothing scrolls sideways and each target is large enough, from 320 px on', async ({ browser }) => {
		const { page, context } = await openWindow(browser, 'fr');
		for (const address of [pathOf('news', 'fr'), pathOf('newsItem', 'fr', { slug: ITEM }), pathOf('newsArchive', 'fr', { year: '2018' })]) {
			for (const width of [320, 768, 1600]) {
				await page.setViewportSize({ width, height: 900 });
				await page.goto(address);
				const overflow = await page.locator('html').evaluate((root) => root.scrollWidth - root.clientWidth);
				expect(overflow, `${address} at ${width}`).toBe(0);
				for (const link of await page.locator('.news-side a, .news-pages a, .chips a').all()) {
					expect((await link.boundingBox())?.height, `${await link.getAttribute('href')} at ${width}`).toBeGreaterThanOrEqual(24);
				}
			}
		}
		await context.close();
	});
});

test.describe('public site: home', () => {
	for (const locale of LOCALES) {
		test(`the three doors open, in ${locale}`, async ({ browser }) => {
			const { page, context } = await openWindow(browser, locale);
			await page.goto(pathOf('home', locale));
			const doors = page.locator('.door');
			await expect(doors).toHaveCount(3);
			const expected = [
				['history', 'mission'],
				['join', 'contributions'],
				['login', 'help'],
			] as const;
			for (const [at, keys] of expected.entries()) {
				const links = doors.nth(at).getByRole('link');
				await expect(links).toHaveCount(2);
				for (const [place, key] of keys.entries()) await expect(links.nth(place)).toHaveAttribute('href', pathOf(key, locale));
			}
			for (const key of ['history', 'join', 'login'] as const) {
				await page.goto(pathOf('home', locale));
				await page.locator(`.door a[href="${pathOf(key, locale)}"]`).click();
				await expect(page.locator('h1')).toBeVisible();
				await expect(page).toHaveURL(new RegExp(`${pathOf(key, locale)}$`));
			}
			await context.close();
		});

		test(`it says what contributions pay for and shows signs of life, in ${locale}`, async ({ browser }) => {
			const { page, context } = await openWindow(browser, locale);
			const m = messages(locale).public.home;
			await page.goto(pathOf('home', locale));
			const pays = page.getByRole('region', { name: locale === 'fr' ? 'Ce que paient les contributions' : 'What contributions pay for' });
			await expect(pays).toContainText(locale === 'fr' ? /janvier\s2005/ : /January\s2005/);
			await expect(pays.getByRole('link', { name: m.estimate })).toHaveAttribute('href', pathOf('contributions', locale));
			const signs = page.getByRole('region', { name: m.signsTitle });
			await expect(signs.locator('time')).toHaveCount(2);
			await expect(signs.getByRole('link', { name: m.status })).toHaveAttribute('href', pathOf('status', locale));
			await expect(signs.getByRole('link', { name: m.transparency })).toHaveAttribute('href', pathOf('transparency', locale));
			await context.close();
		});
	}

	test('the doors stand side by side or one above the other, never two and one', async ({ browser }) => {
		const { page, context } = await openWindow(browser, 'fr');
		for (const [width, across] of [
			[320, 1],
			[390, 1],
			[768, 3],
			[1280, 3],
		] as const) {
			await page.setViewportSize({ width, height: 900 });
			await page.goto('/');
			const places = await page.locator('.door').evaluateAll((doors) => doors.map((door) => Math.round(door.getBoundingClientRect().top)));
			expect(new Set(places).size, `at ${width}`).toBe(across === 3 ? 1 : 3);
			const overflow = await page.locator('html').evaluate((root) => root.scrollWidth - root.clientWidth);
			expect(overflow, `at ${width}`).toBe(0);
		}
		await context.close();
	});
});
