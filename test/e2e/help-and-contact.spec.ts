import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { messages } from '#src/i18n/messages.ts';
import { LOCALES, pathOf } from '#src/i18n/routes.ts';
import { linkIn, openMailbox } from '#test/support/mailbox.ts';
import { seedPortal } from '#test/support/operator.ts';
import { startServer } from '#test/support/server.ts';
import { mailbox, openWindow, ownAddress, send, unique, workerWindow } from './people.ts';

test.describe('public site: help and contact', () => {
	for (const locale of LOCALES) {
		const language = locale === 'fr' ? 'French' : 'English';

		test(`someone finds a guide by what they want to do, and the way to people, in ${language}`, async ({ browser }) => {
			const m = messages(locale).help.guides;
			const { page } = await openWindow(browser, locale);
			await page.goto(pathOf('home', locale));
			await page
				.locator('footer')
				.getByRole('link', { name: messages(locale).nav.help, exact: true })
				.click();
			await page
				.getByRole('navigation', { name: messages(locale).public.onThisPage })
				.getByRole('link', { name: m.aims.lists })
				.click();
			await expect(page).toHaveURL(/#lists$/);
			await page.getByRole('region', { name: m.aims.lists }).getByRole('link').last().click();
			await expect(page).toHaveURL(new RegExp(pathOf('guide', locale, { slug: 's-occuper-d-une-liste' })));
			await expect(page.locator('main ol > li').first()).toBeVisible();
			await expect(page.locator('h2').filter({ hasText: locale === 'fr' ? 'Si ça ne marche pas' : 'If it does not work' })).toBeVisible();
			await page.getByRole('navigation', { name: m.next }).getByRole('link').first().click();
			await expect(page).toHaveURL(new RegExp(pathOf('guide', locale, { slug: 'ecrire-a-une-liste' })));
			await page.locator('main').getByRole('link', { name: m.askPublic, exact: true }).click();
			await expect(page).toHaveURL(new RegExp(`${pathOf('contact', locale)}$`));
		});

		test(`someone writes, a worker answers on the desk, and the answer arrives, in ${language}`, async ({ browser }) => {
			test.setTimeout(60_000);
			const m = messages(locale).contact;
			const mail = mailbox();
			const address = `${unique('eve')}@exemple.org`;
			const subject = unique('Question');
			const { page } = await openWindow(browser, locale);

			await page.goto(pathOf('contact', locale));
			await page.locator('[name=name]').fill('Ève Côté');
			await page.locator('[name=email]').fill(address);
			await page.locator('[name=about][value=accessibility]').check();
			await page.locator('[name=subject]').fill(subject);
			await page.locator('[name=message]').fill('Une ligne\nUne autre');
			await send(page, m.form.submit);
			await expect(page).toHaveURL(new RegExp(`${pathOf('contactSent', locale)}$`));
			await expect(page.locator('h1')).toHaveText(m.sent.title);

			const acknowledged = await mail.next(address);
			expect(acknowledged.text).not.toContain('Ève');
			const number = /M-\d{4}-\d{4,}/.exec(acknowledged.subject ?? '')?.[0] ?? '';

			const worker = await workerWindow(browser, locale, 'Julien Roy');
			await worker.locator('main .card').getByRole('link', { name: m.desk.card }).click();
			await worker.getByRole('link', { name: subject }).click();
			await expect(worker.locator('main')).toContainText('Une autre');
			await expect(worker.locator('main')).toContainText(m.about.accessibility);
			await worker.locator('details', { hasText: m.desk.noteHint }).locator('summary').click();
			await worker.locator('[name=note]').fill('Entre nous');
			await send(worker, m.desk.noteSubmit);
			await expect(worker.locator('.message--internal')).toContainText('Entre nous');
			await worker.locator('[name=answer]').fill('Voici la réponse.');
			await send(worker, m.desk.answerSubmit);
			await expect(worker.locator('main .status').first()).toHaveText(m.desk.states.answered);

			const answer = await mail.next(address);
			expect(answer.text).toContain('Voici la réponse.');
			expect(answer.text).toContain('> Une ligne');
			expect(answer.text).not.toContain('Entre nous');
			await page.goto(linkIn(answer));
			await expect(page.locator('[name=subject]')).toHaveValue(m.form.follows(number));
		});

		test(`someone signs up for a training session, confirms by mail and gives the place up, in ${language}`, async ({ browser }) => {
			test.setTimeout(60_000);
			const m = messages(locale).help.trainings;
			const dataDir = mkdtempSync(path.join(tmpdir(), 'koumbit-training-'));
			await seedPortal(dataDir);
			const server = await startServer({ dataDir });
			try {
				const { javaScriptEnabled } = test.info().project.use;
				const context = await browser.newContext({
					baseURL: server.url,
					extraHTTPHeaders: { 'x-forwarded-for': ownAddress() },
					...(javaScriptEnabled === undefined ? {} : { javaScriptEnabled }),
				});
				const page = await context.newPage();
				const mail = openMailbox(dataDir);
				await page.goto(pathOf('trainings', locale));
				await expect(page.locator('main')).toContainText(m.example);
				await page.locator('main .sessions li').first().getByRole('link').first().click();
				await page.locator('[name=name]').fill('Zoé Ménard');
				await page.locator('[name=email]').fill('zoe.menard@exemple.org');
				await page.locator('[name=needs]').fill('Des pauses');
				await send(page, m.signUp.submit);
				await expect(page.locator('main')).toContainText(m.sent.title);

				await page.goto(linkIn(await mail.next('zoe.menard@exemple.org')));
				await send(page, m.place.confirm);
				await expect(page.locator('h1')).toHaveText(m.place.heldTitle);
				expect((await mail.next('zoe.menard@exemple.org')).text).toContain('Zoé Ménard');
				await page.locator('details summary', { hasText: m.place.cancelTitle }).click();
				await send(page, m.place.cancel);
				await expect(page.locator('h1')).toHaveText(m.place.cancelledTitle);
				await context.close();
			} finally {
				await server.stop();
				rmSync(dataDir, { recursive: true, force: true });
			}
		});
	}

	test('a link to a part of a guide shows that part, and the keyboard never meets the form’s trap', async ({ browser }) => {
		const { page } = await openWindow(browser, 'fr');
		await page.goto('/aide/espace-de-votre-groupe/#demandes');
		await expect(page.locator('#demandes')).toBeInViewport();
		await page.goto('/contact/');
		// The trap is in nobody's way.
		const reached: (string | null)[] = [];
		await page.locator('[name=name]').focus();
		for (let step = 0; step < 6; step += 1) {
			reached.push(await page.evaluate(() => document.activeElement?.getAttribute('name') ?? null));
			await page.keyboard.press('Tab');
		}
		expect(reached).toContain('message');
		expect(reached).not.toContain('website');
	});
});
