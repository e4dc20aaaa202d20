/** What a visitor who wonders whether to trust the portal looks for, and reaches from the foot of any page. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { parse } from 'yaml';
import { organisationSchema, piecesOf } from '#src/collections/organisation.ts';
import { LOCALES, type Locale, pathOf, type RouteKey } from '#src/i18n/routes.ts';
import { projectRoot } from '#src/lib/root.ts';

const TRUST = ['terms', 'privacy', 'security', 'accessibility', 'legal'] as const satisfies readonly RouteKey[];
const FROM = ['home', 'history', 'contributions', 'login', 'join', 'commons', ...TRUST] as const satisfies readonly RouteKey[];
const NOT_PUBLISHED = { fr: 'L’organisation ne l’a pas encore publié.', en: 'The organisation has not published this yet.' };

const foot = (page: Page) => page.locator('footer.site-footer');

const content = (file: string) => readFileSync(path.join(projectRoot, 'content', file), 'utf8');
const organisation = organisationSchema.parse(parse(content('organisation.yaml')));
/** Lines of organisation.yaml that a page shows. */
const linesOf = (key: (typeof TRUST)[number]) =>
	piecesOf(content(`fr/pages/${key}.md`), key).flatMap((piece) => ('fields' in piece ? piece.fields : []));

interface Focused {
	/** Its place among the links of the page's text and foot; -1 when it is none of them. */
	readonly at: number;
	readonly href: string | null;
	/** Pixels; 0 when there is no ring. */
	readonly ring: number;
	readonly isOnTop: boolean;
}

/** What has the focus, and whether one sees that it does. */
function focused(page: Page): Promise<Focused> {
	return page.evaluate(() => {
		const element = document.activeElement ?? document.body;
		const style = getComputedStyle(element);
		const box = element.getClientRects()[0];
		const over = box ? document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2) : null;
		return {
			at: [...document.querySelectorAll('main a, footer a')].indexOf(element),
			href: element.getAttribute('href'),
			ring: style.outlineStyle === 'none' ? 0 : Number.parseFloat(style.outlineWidth),
			isOnTop: over !== null && (element === over || element.contains(over)),
		};
	});
}

test.describe('public site: trust', () => {
	for (const locale of LOCALES) {
		test(`terms, privacy and the exact source are reached from the foot of every page (${locale})`, async ({ page, request }) => {
			const sources = new Set<string>();
			for (const key of FROM) {
				await page.goto(pathOf(key, locale));
				for (const trusted of TRUST) {
					await expect(foot(page).locator(`a[href="${pathOf(trusted, locale)}"]`), `${key} → ${trusted}`).toBeVisible();
				}
				const source = foot(page).locator('a[href^="/source/"]');
				await expect(source, key).toHaveCount(1);
				sources.add((await source.getAttribute('href')) ?? '');
			}
			expect(sources.size).toBe(1);
			const answer = await request.get([...sources][0] ?? '');
			expect(answer.status()).toBe(200);
			// The mark of gzip.
			expect([...(await answer.body()).subarray(0, 3)]).toEqual([0x1f, 0x8b, 8]);
		});

		test(`what the organisation has not published is said plainly, with another way to reach a person (${locale})`, async ({ page }) => {
			for (const key of TRUST) {
				await page.goto(pathOf(key, locale));
				const lines = linesOf(key);
				await expect(page.locator('main dd'), key).toHaveCount(lines.length);
				const missing = lines.filter((line) => organisation[line] === null);
				await expect(page.locator('main dd').filter({ hasText: NOT_PUBLISHED[locale] }), key).toHaveCount(missing.length);
				if (key !== 'legal') await expect(page.locator(`main a[href="${pathOf('contact', locale)}"]`).first(), key).toBeVisible();
			}
		});

		test(`the keyboard goes from the top to the text, then through the contents to the foot, and one sees where (${locale})`, async ({
			page,
		}) => {
			test.setTimeout(60_000);
			for (const key of ['security', 'accessibility'] as const) await walk(page, key, locale);
		});
	}
});

async function walk(page: Page, key: (typeof TRUST)[number], locale: Locale): Promise<void> {
	await page.goto(pathOf(key, locale));
	await page.keyboard.press('Tab');
	await expect(page.locator('.skip-link')).toBeFocused();
	await expect(page.locator('.skip-link')).toBeInViewport();
	await page.keyboard.press('Enter');
	const count = await page.locator('main a, footer a').count();
	for (let at = 0; at < count; at += 1) {
		await page.keyboard.press('Tab');
		const found = await focused(page);
		expect(found, `${key}: link ${at + 1} of ${count}`).toMatchObject({ at, isOnTop: true });
		expect(found.ring, `${key}: ${found.href}`).toBeGreaterThanOrEqual(2);
	}
}
