/** One's own data, in a browser, with and without JavaScript. */
import { expect, test } from '@playwright/test';
import { messages } from '#src/i18n/messages.ts';
import { LOCALES, pathOf } from '#src/i18n/routes.ts';
import { workerWindow } from '#test/e2e/people.ts';

for (const locale of LOCALES) {
	const m = messages(locale).privacy;

	test(`accounts: one sees what one agreed to, takes everything along and learns what erasing would do (${locale})`, async ({
		browser,
	}) => {
		const page = await workerWindow(browser, locale, 'Camille Roy', ['board']);
		await page.goto(pathOf('accountData', locale));
		await expect(page.locator('h1')).toHaveText(m.data.title);
		await page
			.getByRole('button', { name: /^(Accepter|Agree)/ })
			.last()
			.click();
		await expect(page.getByText(m.data.done.accord)).toBeVisible();
		const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: m.data.take }).click()]);
		expect(download.suggestedFilename()).toMatch(/^koumbit-compte-\d{4}-\d\d-\d\d\.zip$/);
		await page.goto(pathOf('accountErasure', locale));
		await expect(page.getByText(m.erasure.obstacles.holds_coop_role)).toBeVisible();
	});

	test(`groups: the register of incidents keeps an entry and its correction (${locale})`, async ({ browser }) => {
		const page = await workerWindow(browser, locale, 'Dominique Roy', ['board']);
		await page.goto(pathOf('workConfidentiality', locale));
		await page.locator('[name=knownOn]').fill('2026-01-10');
		for (const name of ['happened', 'information', 'people', 'circumstances']) await page.locator(`[name=${name}]`).fill(`« ${name} »`);
		await page.getByRole('button', { name: m.incidents.record }).click();
		await expect(page.locator('h1')).toHaveText(/^I-\d{4}-\d{4}$/);
		await page.locator('[name=people]').fill('12');
		await page.locator('[name=correction]').fill('x');
		await page.getByRole('button', { name: m.incidents.correct }).click();
		await expect(page.getByRole('heading', { name: m.incidents.revisions })).toBeVisible();
	});
}
