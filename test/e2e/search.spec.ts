import { expect, test } from '@playwright/test';
import { openWindow } from './people.ts';

test.describe('public site: search', () => {
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
