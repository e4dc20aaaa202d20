import { expect, test } from '@playwright/test';
import { addDays, civilDateOf, now } from '#src/lib/clock.ts';

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
});
