import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { openWindow } from './people.ts';

/** What axe and a narrow window find wrong; axe is itself a script. */
async function faultsOf(page: Page): Promise<string[]> {
	const faults: string[] = [];
	for (const width of [1280, 320]) {
		await page.setViewportSize({ width, height: 900 });
		const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
		if (overflow > 0) faults.push(`scrolls sideways at ${width}`);
		if (test.info().project.use.javaScriptEnabled === false) continue;
		const { violations } = await new AxeBuilder({ page }).analyze();
		faults.push(...violations.map(({ id, nodes }) => `${id} at ${width}: ${nodes.map((node) => node.target.join(' ')).join(' | ')}`));
	}
	return faults;
}

test.describe('public site: search', () => {
	for (const [what, address] of [
		['results', '/recherche/?q=logiciel'],
		['results in the other language', '/recherche/?q=members'],
		['no result', '/recherche/?q=hebergemment'],
		['a long word', `/recherche/?q=${'abcdefghij'.repeat(19)}`],
	] as const) {
		test(`holds for everyone: ${what}`, async ({ browser }) => {
			const { page } = await openWindow(browser, 'fr');
			await page.goto(address);
			expect(await faultsOf(page)).toEqual([]);
		});
	}

	test('someone finds a page from the header, with the keyboard alone', async ({ browser }) => {
		const { page } = await openWindow(browser, 'fr');
		await page.setViewportSize({ width: 1280, height: 900 });
		await page.goto('/');
		await page.locator('.site-header__search').focus();
		await page.keyboard.press('Enter');
		await expect(page).toHaveURL(/\/recherche\/$/);
		const field = page.getByRole('searchbox', { name: 'Que cherchez-vous?' });
		await field.focus();
		await page.keyboard.type('hebergement SOLIDAIRE');
		await page.keyboard.press('Enter');
		await expect(page).toHaveURL(/q=hebergement/);
		await expect(page.getByRole('heading', { level: 2, name: /trouvée/ })).toBeVisible();
		await expect(field).toHaveValue('hebergement SOLIDAIRE');
		const first = page.locator('.hit').first();
		await expect(first.locator('mark').first()).toHaveText('Hébergement');
		await first.getByRole('link').first().click();
		await expect(page).toHaveURL(/\/hebergement-solidaire\/$/);
	});

	test('a reader is shown pages in their own language, or in the one they choose', async ({ browser }) => {
		const { page } = await openWindow(browser, 'en');
		await page.goto('/en/search/?q=mailing+lists');
		await expect(page.locator('.hit').first()).toBeVisible();
		for (const link of await page.locator('.hit__title a').all()) expect(await link.getAttribute('href')).toMatch(/^\/en\//);
		await page.getByRole('radio', { name: 'French' }).check();
		await page.getByRole('searchbox').fill('listes');
		await page.getByRole('button', { name: 'Search' }).click();
		await expect(page).toHaveURL(/langue=fr/);
		await expect(page.locator('.hit__title').first()).toHaveAttribute('lang', 'fr-CA');
	});

	test('what is typed is never run, and a mistake of one letter finds its way', async ({ browser }) => {
		const { page } = await openWindow(browser, 'fr');
		page.on('dialog', () => {
			throw new Error('a program ran');
		});
		await page.goto(`/recherche/?q=${encodeURIComponent('<img src=x onerror=alert(1)>')}`);
		await expect(page.getByRole('searchbox')).toHaveValue('<img src=x onerror=alert(1)>');
		await page.goto('/recherche/?q=infrastucture');
		await page.getByRole('link', { name: 'infrastructure', exact: true }).click();
		await expect(page.locator('.hit').first()).toBeVisible();
	});
});
