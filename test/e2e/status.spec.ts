/** The state of services as people meet it: a worker tells, a visitor reads, a subscriber is written to. With and without JavaScript. */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import type { Locale } from '#src/i18n/routes.ts';
import { linkIn } from '#test/support/mailbox.ts';
import { mailbox, openWindow, unique, workerWindow } from './people.ts';

const WORDS = {
	fr: {
		status: '/etat/',
		desk: '/travail/etat/',
		works: 'sysadmin',
		preview: 'Voir l’aperçu',
		publish: 'Publier',
		update: 'Publier la mise à jour',
		solved: 'La panne est réglée',
		state: 'Réglée',
		subscribe: 'S’abonner',
		confirm: 'Confirmer l’abonnement',
		confirmed: 'Votre abonnement est confirmé',
		leave: 'Se désabonner',
		left: 'Votre abonnement a pris fin',
		history: '/etat/historique/',
		text: 'fr',
	},
	en: {
		status: '/en/status/',
		desk: '/en/work/status/',
		works: 'sysadmin',
		preview: 'See a preview',
		publish: 'Publish',
		update: 'Publish the update',
		solved: 'The outage is solved',
		state: 'Solved',
		subscribe: 'Subscribe',
		confirm: 'Confirm the subscription',
		confirmed: 'Your subscription is confirmed',
		leave: 'Unsubscribe',
		left: 'You are unsubscribed',
		history: '/en/status/history/',
		text: 'en',
	},
} as const;

const press = (page: Page, name: string) => page.locator('main').getByRole('button', { name, exact: true }).click();

test.describe('public site: state of services', () => {
	// Home shows a few notices at a time: one journey after the other.
	test.describe.configure({ mode: 'serial' });

	for (const locale of ['fr', 'en'] as const satisfies readonly Locale[]) {
		test(`an outage from the desk to the history, with someone who is told by email (${locale})`, async ({ browser }) => {
			test.setTimeout(120_000);
			const w = WORDS[locale];
			const home = locale === 'fr' ? '/' : '/en/';
			const title = unique('Wikis lents');
			const address = `${unique('abonnement')}@exemple.org`;
			const { page: visitor } = await openWindow(browser, locale);

			await visitor.goto(w.status);
			await visitor.locator('[name=email]').fill(address);
			await press(visitor, w.subscribe);
			await expect(visitor).toHaveURL(/abonnement=envoye/);
			await visitor.goto(linkIn(await mailbox().next(address)));
			await press(visitor, w.confirm);
			await expect(visitor.locator('h1')).toHaveText(w.confirmed);

			const worker = await workerWindow(browser, locale, 'Sacha Systèmes', [w.works]);
			await worker.goto(w.desk);
			await worker.locator('[name=services][value=wiki]').check();
			await worker.locator('[name=severity][value=degraded]').check();
			await worker.locator(`[name=title-${w.text}]`).fill(title);
			await worker.locator(`[name=what-${w.text}]`).fill('Une page sur deux.\n\nDeux lignes.');
			await press(worker, w.preview);
			await expect(worker.locator('.status-preview')).toContainText(title);
			await visitor.goto(w.status);
			await expect(visitor.locator('main')).not.toContainText(title);
			await press(worker, w.publish);
			await expect(worker.locator('h1')).toHaveText(title);

			await expect(async () => {
				await visitor.goto(home);
				await expect(visitor.locator('.status-band')).toContainText(title, { timeout: 250 });
			}).toPass({ timeout: 5_000 });
			// Axe is itself a script.
			if (test.info().project.use.javaScriptEnabled !== false)
				expect((await new AxeBuilder({ page: visitor }).analyze()).violations).toEqual([]);
			await visitor.locator('.status-band').getByRole('link', { name: title }).click();
			await expect(visitor.locator('h1')).toHaveText(title);

			await worker.locator('[name=step][value=identified]').check();
			await worker.locator(`[name=text-${w.text}]`).fill('Un index manquait.');
			await press(worker, w.update);
			await worker.locator('summary', { hasText: w.solved }).click();
			await press(worker, w.solved);
			await expect(worker.locator('main')).toContainText(w.state);
			await visitor.reload();
			await expect(visitor.locator('main')).toContainText('Un index manquait.');
			await visitor.goto(w.history);
			await expect(visitor.locator('main')).toContainText(title);

			const mail = await mailbox().next(address, new RegExp(title));
			const leave = /https?:\S+\/(?:abonnement|subscription)\/\S+/.exec(mail.text ?? '')?.[0] ?? '';
			await visitor.goto(new URL(leave).pathname);
			await press(visitor, w.leave);
			await expect(visitor.locator('main')).toContainText(w.left);
		});
	}
});
