import { expect, test } from '@playwright/test';
import { messages } from '#src/i18n/messages.ts';
import { LOCALES, type Locale, pathOf } from '#src/i18n/routes.ts';
import { linkIn } from '#test/support/mailbox.ts';
import { acceptInvitation, mailbox, openWindow, portal, send, unique, workerWindow } from './people.ts';

const WORDS = {
	fr: {
		group: 'Comité logement',
		mission: 'Nous aidons les locataires à connaître leurs droits.',
		answer: 'Voulez-vous une liste de discussion ou de diffusion?',
		reply: 'De discussion, pour que tout le monde puisse écrire.',
		solved: 'La liste fonctionne. Bonne suite!',
	},
	en: {
		group: 'Housing Committee',
		mission: 'We help tenants know their rights.',
		answer: 'Do you want a discussion list or an announcement list?',
		reply: 'A discussion list, so that everyone can write.',
		solved: 'The list is running. All the best!',
	},
} as const;

/** `15,00 $` and `$15.00`, whatever the kind of space. */
const amount = (locale: Locale, dollars: number) =>
	locale === 'fr' ? new RegExp(`${dollars},00\\s\\$`) : new RegExp(`\\$${dollars}\\.00`);

for (const locale of LOCALES) {
	test(`from application to contribution, in ${locale === 'fr' ? 'French' : 'English'}`, async ({ browser }) => {
		test.setTimeout(120_000);
		const words = WORDS[locale];
		const m = messages(locale);
		const mail = mailbox();
		const group = `${words.group} ${unique('g')}`;
		const address = `${unique('amina')}@exemple.org`;
		const { page: amina, context: aminas } = await openWindow(browser, locale);

		await test.step('1. a visitor reads who Koumbit is', async () => {
			await amina.goto(pathOf('home', locale));
			for (const key of ['mission', 'history', 'services'] as const) {
				await amina.goto(pathOf(key, locale));
				await expect(amina.locator('h1')).toBeVisible();
			}
			await expect(amina.locator('html')).toHaveAttribute('lang', locale === 'fr' ? 'fr-CA' : 'en-CA');
		});

		await test.step('2. a group applies, and confirms its address', async () => {
			await amina.goto(pathOf('join', locale));
			await amina.locator('[name=kind][value=nonprofit]').check();
			await amina.locator('[name=usualName]').fill(group);
			await amina.locator('[name=legalName]').fill(`${group} inc.`);
			await amina.locator('[name=mission]').fill(words.mission);
			await amina.locator('[name=applicantName]').fill('Amina Diallo');
			await amina.locator('[name=email]').fill(address);
			await amina.locator(`[name=locale][value=${locale}]`).check();
			await amina.locator('[name=needs][value=list]').check();
			await amina.locator('[name=hasDomain][value=unknown]').check();
			await amina.locator('[name=people][value=unknown]').check();
			await amina.locator('[name=hosted][value=unknown]').check();
			await amina.locator('[name=budgetBand][value=under_25k]').check();
			await amina.locator('[name=contribution][value=suggested]').check();
			await amina.locator('[name=frequency][value=monthly]').check();
			await amina.locator('[name=consent]').check();
			await amina.locator('main form button[value=send]').click();
			await expect(amina).toHaveURL(new RegExp(`${pathOf('joinSent', locale)}$`));

			await amina.goto(linkIn(await mail.next(address)));
			await send(amina);
			await expect(amina).toHaveURL(/\/(suivi|status)\/[\w-]{43}\/$/);
			await expect(amina.locator('main')).toContainText(group);
		});

		const julien = await workerWindow(browser, locale, 'Julien Roy');

		await test.step('3. a worker reads the application and accepts it', async () => {
			await julien.goto(pathOf('workApplications', locale));
			await julien.getByRole('link', { name: group }).first().click();
			await send(julien, m.applications.desk.take);
			await send(julien, m.applications.desk.accept);
			await expect(julien.locator('main')).toContainText(m.applications.deskStatuses.accepted);
		});

		let space = '';
		await test.step('4. the administrator follows the invitation and finds the group’s space', async () => {
			let invitation = await mail.next(address);
			while (!linkIn(invitation).includes('/invitation/')) invitation = await mail.next(address);
			await acceptInvitation(amina, linkIn(invitation), 'Amina Diallo');
			await expect(amina).toHaveURL(/\/(espace|space)\/[a-z0-9-]+\/$/);
			space = new URL(amina.url()).pathname;
			await expect(amina.locator('h1')).toHaveText(m.space.hello('Amina'));
			await expect(amina.locator('main')).toContainText(m.space.lines.first_service.action);
		});

		let number = '';
		await test.step('5. they request a list, a worker asks, they answer, the worker solves it', async () => {
			const slug = space.split('/').at(-2) ?? '';
			await amina.goto(pathOf('spaceRequestNew', locale, { group: slug, slug: 'listes' }));
			await amina.locator('[name="answer-listName"]').fill('locataires');
			await amina.locator('[name="answer-listKind"][value=discussion]').check();
			await amina.locator('[name="answer-caretakerEmail.unknown"]').check();
			await amina.locator('[name="answer-peopleCount.unknown"]').check();
			await amina.locator('[name=urgency][value=when_you_can]').check();
			await send(amina);
			await expect(amina).toHaveURL(/D-\d{4}-\d{4}\/$/);
			number = /D-\d{4}-\d{4}/.exec(amina.url())?.[0] ?? '';

			await julien.goto(pathOf('workRequest', locale, { number }));
			await send(julien, m.requests.desk.take);
			await julien.locator('[name=answer]').fill(words.answer);
			await julien.locator('[name=wait]').check();
			await julien.locator('form:has([name=answer]) button[type=submit]').click();
			await expect(julien.locator('main')).toContainText(words.answer);
			const question = await mail.next(address, new RegExp(number));
			let latest = question;
			while (!latest.text?.includes(words.answer)) latest = await mail.next(address, new RegExp(number));

			await amina.goto(space);
			await expect(amina.locator('main')).toContainText(m.space.lines.answer.action);
			await amina.goto(pathOf('spaceRequest', locale, { group: slug, number }));
			await amina.locator('[name=reply]').fill(words.reply);
			await amina.locator('form:has([name=reply]) button[type=submit]').click();
			await expect(amina.locator('main')).toContainText(words.reply);

			await julien.goto(pathOf('workRequest', locale, { number }));
			await expect(julien.locator('main')).toContainText(words.reply);
			await julien.locator('details:has([name=resolution]) > summary').click();
			await julien.locator('[name=resolution]').fill(words.solved);
			await julien.locator('[name=running][value=yes]').check();
			await julien.locator('form:has([name=resolution]) button[type=submit]').click();
			await expect(julien.locator('main')).toContainText(words.solved);
			await amina.reload();
			await expect(amina.locator('main')).toContainText(m.requests.states.resolved);
		});

		await test.step('6. the first charge is there, and a finance worker records the payment', async () => {
			const slug = space.split('/').at(-2) ?? '';
			await amina.goto(pathOf('spaceContributions', locale, { group: slug }));
			await expect(amina.locator('main')).toContainText(amount(locale, 15));

			const maude = await workerWindow(browser, locale, 'Maude Tremblay', ['finance']);
			await maude.goto(pathOf('workGroupContributions', locale, { group: slug }));
			await maude.locator('[name=amount]').fill(locale === 'fr' ? '20,00' : '20.00');
			await maude.locator('[name=method][value=interac]').check();
			await maude.locator('form:has([name=amount]) button[type=submit]').click();
			await expect(maude.locator('main')).toContainText(amount(locale, 20));

			await amina.reload();
			await expect(amina.locator('main')).toContainText(amount(locale, 5));
			await expect(amina.locator('main')).toContainText(m.contributions.settlements.paid);
		});

		await test.step('7. every message went through the outbox, and workers see its state', async () => {
			const sent = await mail.to(address);
			expect(sent.length).toBeGreaterThanOrEqual(5);
			for (const one of sent) {
				expect(one.html).toContain(`lang="${locale === 'fr' ? 'fr-CA' : 'en-CA'}"`);
				expect(one.text?.length).toBeGreaterThan(50);
			}
			expect(new Set(sent.map((one) => one.messageId)).size).toBe(sent.length);
			await julien.goto(pathOf('workOutbox', locale));
			// Other tests send messages meanwhile: this one's may have slipped to an older page.
			const row = julien.getByRole('row').filter({ hasText: address }).first();
			while ((await row.count()) === 0) await julien.getByRole('link', { name: m.outbox.older }).click();
			await expect(row).toContainText(m.outbox.states.sent);
		});

		await test.step('8. logging out ends the session on the server', async () => {
			const cookies = await aminas.cookies();
			await amina.goto(pathOf('logout', locale));
			await send(amina, m.accounts.logout.submit);
			const header = cookies.map((cookie) => `${cookie.name}=${cookie.value}`).join('; ');
			const replay = await fetch(`${portal.url}${space}`, { headers: { cookie: header }, redirect: 'manual' });
			expect(replay.status).toBe(303);
			await amina.goto(space);
			await expect(amina).toHaveURL(new RegExp(pathOf('login', locale)));
		});
	});
}
