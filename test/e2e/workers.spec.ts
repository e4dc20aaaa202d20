/** Workers, committees, views and the trail, as people go through them, in both languages. */
import { type Browser, expect, type Page, test } from '@playwright/test';
import { LOCALES, type Locale, pathOf } from '#src/i18n/routes.ts';
import { acceptInvitation, mailbox, openWindow, portal, send, unique, workerWindow } from '#test/e2e/people.ts';
import { linkIn } from '#test/support/mailbox.ts';
import { inviteWorkerByCommand } from '#test/support/operator.ts';

const WORDS = {
	fr: {
		grant: 'Donner ce rôle',
		finance: /^Finances/,
		given: 'Le rôle est donné.',
		ownRole: 'C’est votre propre rôle',
		add: 'Enregistrer',
		saved: 'C’est enregistré.',
		notMember: 'La personne de référence est choisie parmi les membres',
		referent: 'Personne de référence',
		member: 'Membre du comité',
		see: 'Voir les personnes',
		start: 'Voir son espace',
		end: 'Cesser de voir comme cette personne',
		closed: 'Cette page reste fermée',
		trail: 'Une page a été vue comme une autre personne.',
		ended: 'vous êtes de nouveau vous-même',
		use: 'Mettre dans le champ',
		search: 'Chercher',
		begun: 'L’adhésion du groupe a commencé.',
		mission: 'Nous aidons les locataires.',
	},
	en: {
		grant: 'Give this role',
		finance: /^Finance/,
		given: 'The role is given.',
		ownRole: 'This is your own role',
		add: 'Save',
		saved: 'Saved.',
		notMember: 'The point person is chosen from',
		referent: 'Point person',
		member: 'Committee member',
		see: 'See the people',
		start: 'View their space',
		end: 'Stop viewing as this person',
		closed: 'This page stays closed',
		trail: 'A page was viewed as another person.',
		ended: 'you are yourself again',
		use: 'Insert it below',
		search: 'Search',
		begun: 'The group’s membership began.',
		mission: 'We help tenants.',
	},
} as const;

// Several people, each with a window and a mailbox.
test.describe.configure({ timeout: 120_000 });

const main = (page: Page) => page.locator('main');

/** A colleague of whoever gives roles: in the lists under a name of their own. */
async function colleague(browser: Browser, locale: Locale): Promise<string> {
	const name = unique('Collègue');
	const { page } = await openWindow(browser, locale);
	await acceptInvitation(page, await inviteWorkerByCommand(portal, `${name.toLowerCase()}@exemple.org`, { name, locale }), name);
	return name;
}

/** A group whose application was accepted, with its administrator in a window. */
async function memberGroup(browser: Browser, worker: Page, locale: Locale): Promise<{ page: Page; name: string; slug: string }> {
	const name = unique('Groupe');
	const email = `${name.toLowerCase()}@exemple.org`;
	const { page } = await openWindow(browser, locale);
	await page.goto(pathOf('join', locale));
	for (const [field, value] of Object.entries({
		usualName: name,
		mission: WORDS[locale].mission,
		applicantName: 'Amina Diallo',
		email,
	})) {
		await page.locator(`main [name=${field}]`).fill(value);
	}
	for (const [field, value] of Object.entries({
		kind: 'collective',
		needs: 'unknown',
		hasDomain: 'unknown',
		people: 'unknown',
		hosted: 'unknown',
		budgetBand: 'under_25k',
		contribution: 'unable',
	})) {
		await page.locator(`main [name=${field}][value=${value}]`).check();
	}
	await page.locator('main [name=consent]').check();
	await page.locator('main form button[type=submit]:not([value=draft])').last().click();
	const mail = mailbox();
	await page.goto(linkIn(await mail.next(email)));
	await send(page);
	await worker.goto(pathOf('workApplications', locale));
	await main(worker).getByRole('link', { name }).click();
	await worker.locator('main form[action*="applications.accept"] button').click();
	let invitation = await mail.next(email);
	while (!linkIn(invitation).includes('/invitation/')) invitation = await mail.next(email);
	await acceptInvitation(page, linkIn(invitation), 'Amina Diallo');
	const slug = new URL(page.url()).pathname.split('/').at(-2) ?? '';
	return { page, name, slug };
}

for (const locale of LOCALES) {
	const w = WORDS[locale];

	test(`accounts: a role is given with its last day, and a place in a committee (${locale})`, async ({ browser }) => {
		const keeper = await workerWindow(browser, locale, 'Solange Pierre', ['sysadmin']);
		const name = await colleague(browser, locale);
		await keeper.goto(pathOf('workPeople', locale));
		const form = keeper.locator('main form[action*="workers.grant"]');
		await form.getByRole('radio', { name: new RegExp(name) }).check();
		await form.getByRole('radio', { name: w.finance }).check();
		await form.locator('[name=until]').fill('2099-12-31');
		await form.getByRole('button', { name: w.grant }).click();
		await expect(main(keeper)).toContainText(w.given);
		await expect(keeper.getByRole('row').filter({ hasText: name }).filter({ hasText: '2099' })).toHaveCount(1);

		await keeper.goto(pathOf('workCommittee', locale, { slug: 'soutien' }));
		const place = async (role: string) => {
			await keeper.getByRole('radio', { name: new RegExp(name) }).check();
			await keeper.getByRole('radio', { name: role, exact: true }).check();
			await keeper.getByRole('button', { name: w.add, exact: true }).click();
		};
		await place(w.referent);
		await expect(main(keeper)).toContainText(w.notMember);
		await place(w.member);
		await expect(main(keeper)).toContainText(w.saved);
		await place(w.referent);
		await expect(keeper.getByRole('row').filter({ hasText: name })).toContainText(w.referent);
	});

	test(`groups: someone of the team views as a person, changes nothing, and the group reads it in its trail (${locale})`, async ({
		browser,
	}) => {
		const worker = await workerWindow(browser, locale, 'Wil Nadeau');
		const group = await memberGroup(browser, worker, locale);
		await worker.goto(pathOf('workViewAs', locale));
		await worker.locator('main select[name=groupe]').selectOption(group.slug);
		await worker.getByRole('button', { name: w.see }).click();
		await worker.getByRole('radio').first().check();
		await worker.locator('[name=reason]').fill('Aider. To help.');
		await worker.getByRole('button', { name: w.start }).click();
		await expect(worker).toHaveURL(pathOf('space', locale, { group: group.slug }));
		await expect(worker.getByRole('button', { name: w.end })).toBeVisible();
		await worker.goto(pathOf('spacePeople', locale, { group: group.slug }));
		await worker.locator('main [name=name]').fill('Intrus');
		await worker.locator('main [name=email]').fill('intrus@exemple.org');
		await worker.locator('main [name=roles]').first().check();
		await worker.locator('main form[action*="people.invite"] button').click();
		await expect(worker.locator('h1')).toContainText(w.closed);
		await worker.goto(pathOf('account', locale));
		await expect(worker.locator('h1')).toContainText(w.closed);
		await worker.getByRole('button', { name: w.end }).click();
		await expect(main(worker)).toContainText(w.ended);

		await group.page.goto(pathOf('spacePeople', locale, { group: group.slug }));
		await expect(main(group.page)).not.toContainText('intrus@exemple.org');
		await group.page.goto(pathOf('spaceTrail', locale, { group: group.slug }));
		await expect(main(group.page)).toContainText(w.trail);
		await expect(main(group.page)).toContainText('Wil Nadeau');
		await group.page.locator('[name=sorte]').selectOption('membership');
		await group.page.getByRole('button', { name: w.search }).click();
		await expect(main(group.page)).toContainText(w.begun);
		await expect(main(group.page)).not.toContainText(w.trail);

		await worker.goto(`${pathOf('workAudit', locale)}?groupe=${group.slug}`);
		await expect(main(worker)).toContainText(w.trail);
	});

	test(`accounts: the desk’s ways stand under headings and are reached with the keyboard (${locale})`, async ({ browser }) => {
		const worker = await workerWindow(browser, locale, 'Wil Nadeau');
		const nav = worker.locator('.side-nav');
		expect(await nav.getByRole('list').count()).toBeGreaterThan(3);
		const links = nav.getByRole('link');
		const total = await links.count();
		for (let at = 0; at < total; at += 1) {
			const box = await links.nth(at).boundingBox();
			expect(Math.min(box?.height ?? 0, box?.width ?? 0)).toBeGreaterThanOrEqual(24);
		}
		await links.first().focus();
		for (let at = 1; at < total; at += 1) {
			await worker.keyboard.press('Tab');
			await expect(links.nth(at)).toBeFocused();
		}
	});
}
