import { expect, test } from '@playwright/test';

for (const address of ['/', '/en/', '/connexion/', '/en/login/']) {
	test(`${address} breaks no rule of the content security policy and logs no error`, async ({ page }) => {
		const complaints: string[] = [];
		page.on('console', (message) => {
			if (message.type() === 'error') complaints.push(message.text());
		});
		page.on('pageerror', (error) => complaints.push(error.message));
		page.on('requestfailed', (request) => complaints.push(`failed: ${request.url()}`));
		const answer = await page.goto(address);
		expect(answer?.status()).toBe(200);
		await expect(page.locator('h1')).toHaveCount(1);
		expect(complaints).toEqual([]);
	});
}
