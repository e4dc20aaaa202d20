import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { addDays, civilDateOf, now } from '#src/lib/clock.ts';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const complaintsOf = async (page: Page) =>
	(await new AxeBuilder({ page }).withTags(TAGS).analyze()).violations.map(
		(one) => `${one.id}: ${one.nodes.map((node) => node.target.join(' ')).join(' | ')}`,
	);
const overflowOf = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

test.describe('public site: contributions and transparency', () => {
	test('a group asks what it would pay, reads why, changes its mind and goes on to join', async ({ page }) => {
		test.setTimeout(60_000);
		await page.goto('/contributions/');
		await page.getByLabel('Groupe dont le budget est de 25 000 $ à moins de 100 000 $ par année').check();
		await page.getByLabel('Courriel').check();
		await page.getByLabel('Tous les trois mois').check();
		await page.getByLabel(/Quand votre premier service/).fill(addDays(civilDateOf(now()), 30));
		await page.getByRole('button', { name: 'Calculer la contribution' }).click();

		await expect(page).toHaveURL(/band=under_100k.*#answer$/);
		const heading = page.getByRole('heading', { name: 'Votre réponse' });
		await expect(heading).toBeInViewport();
		const answer = page.getByRole('region', { name: 'Votre réponse' });
		await expect(answer).toContainText('90,00 $');
		await expect(answer).toContainText('soit 360,00 $ par année');
		await expect(answer).toContainText('60,00 $');
		await expect(answer.getByRole('listitem').filter({ hasText: 'Les taxes' })).toContainText('Aucune taxe n’est comptée ici.');
		await answer.getByText('Les paiements de la première année').click();
		await expect(answer.getByRole('row')).toHaveCount(6);

		// What someone is sent shows the same answer.
		const address = page.url();
		await page.goto('/mission/');
		await page.goto(address);
		await expect(answer).toContainText('soit 360,00 $ par année');

		await page.getByLabel('Nous ne pouvons pas verser cette somme en ce moment').check();
		await page.getByRole('button', { name: 'Calculer la contribution' }).click();
		await expect(page.getByRole('heading', { name: 'Votre réponse : la voie solidaire' })).toBeVisible();
		await page.getByRole('link', { name: 'Devenir membre par la voie solidaire' }).click();
		await expect(page).toHaveURL(/\/adhesion\//);
		await expect(page.getByLabel('Nous ne pouvons pas payer en ce moment')).toBeChecked();
		await expect(page.getByLabel('Groupe dont le budget est de 25 000 $ à moins de 100 000 $ par année')).toBeChecked();
	});

	test('the answer takes the focus, so that a keyboard goes on from there', async ({ page }) => {
		await page.goto('/en/contributions/');
		await page.getByLabel('A person, in their own name').check();
		await expect(page.getByRole('group', { name: 'What is the group’s yearly budget?' })).toBeHidden();
		await page.getByRole('button', { name: 'Work out the contribution' }).focus();
		await page.keyboard.press('Enter');
		await expect(page.getByRole('heading', { name: 'Your answer' })).toBeVisible();
		await page.keyboard.press('Tab');
		await expect(page.getByRole('link', { name: 'Become a member' }).and(page.locator('.answer a'))).toBeFocused();
	});

	test('a question left out is asked again, with a way to it', async ({ page }) => {
		await page.goto('/contributions/');
		await page.getByRole('button', { name: 'Calculer la contribution' }).click();
		await expect(page.getByRole('heading', { name: 'Il y a un point à corriger' })).toBeInViewport();
		await page.getByRole('link', { name: 'Quel est le budget annuel du groupe?' }).click();
		await expect(page.getByRole('group', { name: 'Quel est le budget annuel du groupe?' })).toBeInViewport();
	});

	test('budget and accounts come first, then figures, then how they are protected', async ({ page }) => {
		await page.goto('/transparence/');
		const titles = await page.locator('.transparency > h2').allTextContents();
		expect(titles).toEqual([
			'Budget et comptes',
			'Le réseau en chiffres',
			'Comment ces chiffres sont protégés',
			'Rapports et procès-verbaux',
		]);
		await page.getByText('Voir à quoi ressemblera cette page').click();
		await expect(page.getByText('Ces montants sont inventés')).toBeVisible();
		await expect(page.getByRole('img', { name: 'Revenus, exercice 2000' })).toBeVisible();
	});

	test('an answer and an open budget hold on a telephone, by day and by night', async ({ page, javaScriptEnabled }) => {
		test.skip(!javaScriptEnabled, 'axe is a script');
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
