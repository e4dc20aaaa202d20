import { type Browser, expect, type Page, test } from '@playwright/test';
import { messages } from '#src/i18n/messages.ts';
import { LOCALES, type Locale, pathOf } from '#src/i18n/routes.ts';
import { linkIn } from '#test/support/mailbox.ts';
import { anApplication, SEND } from '#test/support/office.ts';
import { openVisitor } from '#test/support/visitor.ts';
import { acceptInvitation, mailbox, openWindow, ownAddress, portal, send, unique, workerWindow } from './people.ts';

/** A group that is a member, made without a browser: its administrator's window, and where its space is. */
async function memberGroup(browser: Browser, locale: Locale, worker: Page): Promise<{ page: Page; group: string; address: string }> {
	const visitor = openVisitor(portal.url, { 'x-forwarded-for': ownAddress() });
	const mail = mailbox();
	const [usualName, address] = [unique('Groupe'), `${unique('amina')}@exemple.org`];
	await visitor.submit(await visitor.get('/adhesion/'), anApplication({ usualName, legalName: usualName, email: address, locale }), {
		button: SEND,
	});
	await visitor.submit(await visitor.get(linkIn(await mail.next(address))), {}, { form: 'main form' });
	await worker.goto(pathOf('workApplications', locale));
	await worker.getByRole('link', { name: usualName }).first().click();
	await worker.locator('main form button[type=submit]').first().click();
	await worker.getByRole('button', { name: locale === 'fr' ? 'Accepter la demande' : 'Accept the application' }).click();
	let invitation = await mail.next(address);
	while (!linkIn(invitation).includes('/invitation/')) invitation = await mail.next(address);
	const { page } = await openWindow(browser, locale);
	await acceptInvitation(page, linkIn(invitation), 'Amina Diallo');
	await expect(page).toHaveURL(/\/(espace|en\/space)\/[^/]+\/$/);
	return { page, address, group: new URL(page.url()).pathname.split('/').at(-2) ?? '' };
}

for (const locale of LOCALES) {
	const language = locale === 'fr' ? 'French' : 'English';
	const m = messages(locale);

	test(`groups: one reads what leaving would do, gives notice and takes it back, in ${language}`, async ({ browser }) => {
		test.setTimeout(60_000);
		const worker = await workerWindow(browser, locale, 'Julien Roy');
		const { page, group } = await memberGroup(browser, locale, worker);
		await page.goto(pathOf('space', locale, { group }));
		await page.locator('.side-nav').getByRole('link', { name: m.spaceNav.membership, exact: true }).click();
		await expect(page.locator('main .status').first()).toHaveText(m.standing.standings.member);
		await page.getByRole('link', { name: m.standing.page.leaveLink }).click();
		await expect(page.locator('main')).toContainText(m.leaving.page.planText);
		await expect(page.locator('main table')).toContainText(m.leaving.sources.law);

		await page.locator('[name=reason][value=resigned]').check();
		await page.locator('[name=understood]').check();
		await send(page, m.leaving.page.give);
		await expect(page.getByRole('heading', { name: m.leaving.page.noticeTitle })).toBeVisible();
		await page.goto(pathOf('space', locale, { group }));
		await expect(page.locator('.card--wanted')).toContainText(m.space.lines.leaving.action.slice(0, 20));
		await page.goto(pathOf('spaceLeave', locale, { group }));
		await send(page, m.leaving.page.withdraw);
		await expect(page.getByRole('status')).toContainText(m.leaving.page.done.retire);
	});

	test(`groups: a suspension takes two workers, and the group complains to people who did not decide it, in ${language}`, async ({
		browser,
	}) => {
		test.setTimeout(90_000);
		const julien = await workerWindow(browser, locale, unique('Julien'));
		const maude = await workerWindow(browser, locale, unique('Maude'));
		const board = await workerWindow(browser, locale, unique('Conseil'), ['board']);
		const { page, group, address } = await memberGroup(browser, locale, julien);
		const d = m.standing.desk;
		await julien.goto(pathOf('workStanding', locale, { group }));
		await julien.locator('[name=kind][value=suspension]').check();
		await julien.locator('[name=reason]').fill('Envois massifs.');
		await julien.locator('[name=reference]').fill('CA 2026-11-20');
		await send(julien, d.propose);
		await expect(julien.locator('main')).toContainText(d.secondNeeded);
		await maude.goto(pathOf('workStanding', locale, { group }));
		await send(maude, d.confirm);
		await expect(maude.locator('main .lead .status')).toHaveText(m.standing.standings.suspended);

		const told = await mailbox().next(address, locale === 'fr' ? /suspendue/ : /suspended/);
		expect(told.text).toContain('Envois massifs.');
		await page.goto(linkIn(told));
		await page.locator('[name=committee][value=board]').check();
		await page.locator('[name=decision]').first().check();
		const subject = unique('Plainte');
		await page.locator('[name=subject]').fill(subject);
		await page.locator('[name=message]').fill('Ce n’était pas nous.');
		await send(page, m.complaints.page.submit);
		await expect(page.locator('h1')).toHaveText(subject);

		await maude.goto(pathOf('workComplaints', locale));
		await expect(maude.locator('main')).not.toContainText(subject);
		await board.goto(pathOf('workComplaints', locale));
		await board.getByRole('link', { name: subject }).click();
		await board.locator('[name=message]').fill('Nous vérifions.');
		await send(board, m.complaints.desk.answerSubmit);
		await page.reload();
		await expect(page.locator('main')).toContainText('Nous vérifions.');
	});

	test(`groups: the register is shown as of a day, in ${language}`, async ({ browser }) => {
		const worker = await workerWindow(browser, locale, 'Julien Roy');
		const r = m.standing.register;
		await worker.goto(pathOf('workRegister', locale));
		await worker.locator('[name=au]').fill('2001-01-01');
		await send(worker, r.show);
		await expect(worker.locator('main')).toContainText(r.count(0));
		await expect(worker.locator('main')).toContainText(r.who);
	});
}
