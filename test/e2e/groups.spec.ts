/** Groups: their record, their people, and an address that works while the servers are down. */
import { type Browser, expect, type Page, test } from '@playwright/test';
import { LOCALES, type Locale, pathOf } from '#src/i18n/routes.ts';
import { acceptInvitation, mailbox, openWindow, send, unique, workerWindow } from '#test/e2e/people.ts';
import { linkIn } from '#test/support/mailbox.ts';

const W = {
	fr: {
		take: 'Prendre en lecture',
		accept: 'Accepter la demande',
		give: 'Donnez une adresse extérieure.',
		ask: 'Envoyer le message de confirmation',
		here: /hébergé ici/,
		confirmed: 'confirmée',
		save: 'Enregistrer la fiche',
		stale: /entre-temps/,
		invite: 'Envoyer l’invitation',
		notForYou: 'Ce n’est pas pour vous?',
		decline: 'Décliner l’invitation',
		declined: 'Vous avez décliné cette invitation',
		declinedMail: /déclinée/,
		switch: 'Changer de groupe',
		giveRole: 'Donner le rôle',
		treasurer: 'Trésorerie',
		until: /jusqu’au/,
		preview: 'Voir ce qui changerait',
		run: 'Proposer cette réunion',
		agree: 'Confirmer cette réunion',
		agreed: 'La réunion est confirmée.',
	},
	en: {
		take: 'Start reading',
		accept: 'Accept the application',
		give: 'Give an outside address.',
		ask: 'Send the confirmation message',
		here: /hosted here/,
		confirmed: 'confirmed',
		save: 'Save the record',
		stale: /in the meantime/,
		invite: 'Send the invitation',
		notForYou: 'Not for you?',
		decline: 'Decline the invitation',
		declined: 'You declined this invitation',
		declinedMail: /declined/,
		switch: 'Switch groups',
		giveRole: 'Give the role',
		treasurer: 'Treasurer',
		until: /until/,
		preview: 'See what would change',
		run: 'Propose this merge',
		agree: 'Confirm this merge',
		agreed: 'The merge is confirmed.',
	},
} as const;

interface Member {
	readonly page: Page;
	readonly slug: string;
	readonly name: string;
	readonly address: string;
}

/** A group that applied and was accepted, its administrator logged in; someone who has an account accepts with it. */
async function memberGroup(browser: Browser, locale: Locale, worker: Page, known?: Member): Promise<Member> {
	const { page } = known ?? (await openWindow(browser, locale));
	const name = unique('Groupe');
	const address = known?.address ?? `${unique('groupe')}@exemple.org`;
	const mail = mailbox();
	// What was sent about a group of theirs before is not for this one.
	for (const _ of await mail.to(address)) await mail.next(address);
	await page.goto(pathOf('join', locale));
	await page.locator('[name=kind][value=collective]').check();
	await page.locator('[name=usualName]').fill(name);
	await page.locator('[name=legalName]').fill(name);
	await page.locator('[name=mission]').fill('Nous essayons.');
	await page.locator('[name=applicantName]').fill('Amina Diallo');
	await page.locator('[name=email]').fill(address);
	await page.locator('[name=needs][value=list]').check();
	for (const field of ['hasDomain', 'people', 'hosted']) await page.locator(`[name=${field}][value=unknown]`).check();
	await page.locator('[name=budgetBand][value=under_25k]').check();
	await page.locator('[name=contribution][value=unable]').check();
	await page.locator('[name=consent]').check();
	await page.locator('main form button[value=send]').click();
	await expect(page).toHaveURL(new RegExp(`${pathOf('joinSent', locale)}$`));
	await page.goto(linkIn(await mail.next(address)));
	await send(page);
	await expect(page).toHaveURL(/\/(suivi|status)\/[\w-]{43}\/$/);
	await worker.goto(pathOf('workApplications', locale));
	await worker.getByRole('link', { name }).click();
	await send(worker, W[locale].take);
	await send(worker, W[locale].accept);
	await expect(worker.getByRole('button', { name: W[locale].accept })).toHaveCount(0);
	let invitation = linkIn(await mail.next(address));
	while (!invitation.includes('/invitation/')) invitation = linkIn(await mail.next(address));
	if (known) {
		await page.goto(invitation);
		await page.locator('main form.form button[type=submit]').first().click();
	} else await acceptInvitation(page, invitation, 'Amina Diallo');
	await expect(page).toHaveURL(new RegExp(`${pathOf('spaces', locale)}[^/]+/$`));
	const slug = new URL(page.url()).pathname.split('/').at(-2) ?? '';
	return { page, slug, name, address };
}

for (const locale of LOCALES) {
	const w = W[locale];

	test(`groups: an outside address is asked for until one is confirmed (${locale})`, async ({ browser }) => {
		test.setTimeout(90_000);
		const worker = await workerWindow(browser, locale, 'Julien');
		const { page } = await memberGroup(browser, locale, worker);
		await page.getByRole('link', { name: w.give }).click();
		const field = page.locator('[name=outside]');
		await field.fill('nous@koumbit.org');
		await send(page, w.ask);
		await expect(page.locator('.error-summary')).toContainText(w.here);
		await expect(field).toHaveValue('nous@koumbit.org');
		const outside = `${unique('dehors')}@ailleurs.example`;
		await field.fill(outside);
		await send(page, w.ask);
		const { page: other } = await openWindow(browser, locale);
		const link = linkIn(await mailbox().next(outside));
		await other.goto(link);
		await other.goto(link);
		await send(other);
		await page.reload();
		await expect(page.locator('main').getByText(w.confirmed, { exact: true })).toBeVisible();
		await page.goto(page.url().replace(/(profil|profile)\/.*$/, ''));
		await expect(page.getByRole('link', { name: w.give })).toHaveCount(0);
	});

	test(`groups: two people who change the record together lose nothing (${locale})`, async ({ browser }) => {
		test.setTimeout(90_000);
		const worker = await workerWindow(browser, locale, 'Julien');
		const { page, slug } = await memberGroup(browser, locale, worker);
		const other = await page.context().newPage();
		const address = pathOf('spaceProfile', locale, { group: slug });
		await Promise.all([page.goto(address), other.goto(address)]);
		await page.locator('[name=mission]').fill('La première version.');
		await send(page, w.save);
		await other.locator('[name=mission]').fill('La seconde version.');
		await send(other, w.save);
		await expect(other.locator('.error-summary')).toContainText(w.stale);
		const table = other.locator('main .notice table');
		await expect(table).toContainText('La première version.');
		await expect(table).toContainText('La seconde version.');
		await expect(other.locator('[name=mission]')).toHaveValue('La seconde version.');
		await send(other, w.save);
		await expect(other.locator('[name=mission]')).toHaveValue('La seconde version.');
		await expect(other.locator('.error-summary')).toHaveCount(0);
	});

	test(`groups: people are invited, decline, and are given roles until a day (${locale})`, async ({ browser }) => {
		test.setTimeout(90_000);
		const worker = await workerWindow(browser, locale, 'Julien');
		const { page, slug, address } = await memberGroup(browser, locale, worker);
		const people = pathOf('spacePeople', locale, { group: slug });
		const invite = async (email: string) => {
			await page.goto(people);
			await page.locator('[name=name]').fill('Sam Roy');
			await page.locator('[name=email]').fill(email);
			await page.locator('[name=roles][value=member]').check();
			await send(page, w.invite);
			return linkIn(await mailbox().next(email));
		};
		const { page: sam } = await openWindow(browser, locale);
		await sam.goto(await invite(`${unique('sam')}@exemple.org`));
		await sam.getByText(w.notForYou).click();
		await send(sam, w.decline);
		await expect(sam.locator('h1')).toHaveText(w.declined);
		expect((await mailbox().next(address, w.declinedMail)).text).toContain('Sam Roy');

		await acceptInvitation(sam, await invite(`${unique('sam')}@exemple.org`), 'Sam Roy');
		await page.goto(people);
		await page.locator('[name=giveTo]').check();
		await page.locator('[name=giveRole][value=treasurer]').check();
		await page.locator('[name=giveLast]').fill(new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10));
		await send(page, w.giveRole);
		const row = page.locator('main tbody tr', { hasText: 'Sam Roy' }).filter({ hasText: w.treasurer });
		await expect(row).toContainText(w.until);
		await sam.goto(pathOf('spaceContributions', locale, { group: slug }));
		await expect(sam.locator('h1')).not.toHaveText(/403/);
	});

	test(`groups: one switches between groups, and a merge takes two workers and a notice (${locale})`, async ({ browser }) => {
		test.setTimeout(120_000);
		const worker = await workerWindow(browser, locale, 'Julien');
		const first = await memberGroup(browser, locale, worker);
		const second = await memberGroup(browser, locale, worker, first);
		await first.page.locator('.side-nav summary', { hasText: w.switch }).click();
		await first.page.locator('.side-nav').getByRole('link', { name: first.name }).click();
		await expect(first.page).toHaveURL(new RegExp(`/${first.slug}/$`));

		await worker.goto(pathOf('workMerge', locale));
		await worker.locator('[name=fromGroup]').last().fill(first.slug);
		await worker.locator('[name=intoGroup]').last().fill(second.slug);
		await send(worker, w.preview);
		await send(worker, w.run);
		// Someone else agrees, and the administrators have seven days: until then nothing changes.
		const other = await workerWindow(browser, locale, 'Maude');
		await other.goto(pathOf('workMerge', locale));
		await other.locator('article', { hasText: first.name }).getByRole('button', { name: w.agree }).click();
		await expect(other.locator('main')).toContainText(w.agreed);
		await first.page.goto(pathOf('spacePeople', locale, { group: first.slug }));
		await expect(first.page).toHaveURL(new RegExp(`${pathOf('spacePeople', locale, { group: first.slug })}$`));
	});
}
