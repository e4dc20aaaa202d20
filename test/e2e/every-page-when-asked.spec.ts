/** Pages in the states that only a question brings: what every-page.spec.ts does not see. */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const complaintsOf = async (page: Page) =>
	(await new AxeBuilder({ page }).withTags(TAGS).setLegacyMode().analyze()).violations.map(
		(one) => `${one.id}: ${one.nodes.map((node) => node.target.join(' ')).join(' | ')}`,
	);
const overflowOf = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

test.describe('public site: contributions and transparency', () => {
	test('an answer and an open budget hold on a telephone, by day and by night', async ({ page }) => {
		test.setTimeout(180_000);
		await page.setViewportSize({ width: 320, height: 800 });
		for (const colorScheme of ['light', 'dark'] as const) {
			await page.emulateMedia({ colorScheme });
			for (const address of [
				'/contributions/?kind=organisation&band=over_500k&services=courriel&frequency=monthly#answer',
				'/en/contributions/?kind=individual&frequency=yearly&unable=on#answer',
				'/contributions/?band=nulle-part',
			]) {
				await page.goto(address);
				for (const details of await page.locator('main details:not([open]) > summary').all()) await details.click();
				expect(await complaintsOf(page), `${address} ${colorScheme}`).toEqual([]);
				expect(await overflowOf(page), address).toBe(0);
			}
			await page.goto('/en/transparency/');
			await page.locator('.transparency > details > summary').click();
			expect(await complaintsOf(page), colorScheme).toEqual([]);
			expect(await overflowOf(page)).toBe(0);
		}
	});
});
