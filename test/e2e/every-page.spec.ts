/** Every page of the route table, in both languages, as those who may see it see it: accessible, narrow, valid, silent. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { DEMONSTRATION } from '#src/cli/demonstration.ts';
import { sealCertificate } from '#src/features/leaving/rules.ts';
import { LOCALES, type Locale, pathOf, type RouteKey, type RouteParams, routes } from '#src/i18n/routes.ts';
import { hashToken } from '#src/lib/ids.ts';
import { mistakesIn } from '#test/support/html-validate.ts';
import { linkIn, openMailbox } from '#test/support/mailbox.ts';
import { inviteWorkerByCommand, seedPortal } from '#test/support/operator.ts';
import { startServer, type TestServer } from '#test/support/server.ts';
import { enter, passStep } from '#test/support/steps.ts';
import { openVisitor } from '#test/support/visitor.ts';

const GROUP = 'comite-de-locataires-lieu-commun-exemple';
const COMPLAINT = `PL-${new Date(Date.now() - 3 * 86_400_000).getFullYear()}-0001`;

/** Parameters of the pages that have some, in the demonstration. Tokens are made for the run. */
const PARAMS: Partial<Record<RouteKey, RouteParams>> = {
	service: { slug: 'listes' },
	newsItem: { slug: '2018-konbit-numerique' },
	newsPage: { page: '2' },
	newsTag: { tag: 'logiciel-libre' },
	newsAuthor: { author: 'koumbit' },
	newsArchive: { year: '2018' },
	error: { status: '404' },
	space: { group: GROUP },
	spacePeople: { group: GROUP },
	spaceProfile: { group: GROUP },
	workGroup: { group: GROUP },
	spaceServices: { group: GROUP },
	spaceRequests: { group: GROUP },
	spaceRequestNew: { group: GROUP, slug: 'courriel' },
	spaceRequest: { group: GROUP, number: `D-${new Date().getFullYear()}-0004` },
	spaceContributions: { group: GROUP },
	spaceTrail: { group: GROUP },
	spaceMembership: { group: GROUP },
	spaceLeave: { group: GROUP },
	spaceComplaint: { group: GROUP },
	spaceComplaintThread: { group: GROUP, number: COMPLAINT },
	workStanding: { group: GROUP },
	workComplaint: { number: COMPLAINT },
	workRequest: { number: `D-${new Date().getFullYear()}-0005` },
	workGroupContributions: { group: GROUP },
	statusNotice: { number: `P-${new Date(Date.now() - 10 * 86_400_000).getFullYear()}-0001` },
	workStatusNotice: { number: `E-${new Date(Date.now() - 86_400_000).getFullYear()}-0001` },
	guide: { slug: 'espace-de-votre-groupe' },
	training: { slug: 'courriel-demonstration' },
	workCommittee: { slug: 'soutien' },
	workTraining: { slug: 'wiki-demonstration' },
	spaceData: { group: GROUP },
	// A link that serves no more still shows its page.
	erasureLink: { token: 'x'.repeat(43) },
	workConfidentialityIncident: { number: `I-${new Date(Date.now() - 30 * 86_400_000).getFullYear()}-0001` },
};

/** Pages that the content of the repository does not fill: there are fewer news items than a second page needs. */
const EMPTY: readonly RouteKey[] = ['newsPage'];

let server: TestServer;
let dataDir: string;
const tokens: Partial<Record<RouteKey, RouteParams>> = {};

/** A certificate comes months after a departure: this one is written as if they had passed. @returns the token of its link. */
function putCertificate(): string {
	const token = 'attestation-pour-voir';
	const { text, checksum } = sealCertificate({
		number: 'AS-2027-0001',
		group: 'Ciné-club du canal (exemple)',
		memberNumber: 4,
		memberFrom: '2026-08-01',
		memberTo: '2026-11-10',
		issuedOn: '2027-11-20',
		deleted: [{ kind: 'requests', count: 12, on: '2027-11-10' }],
		kept: [{ kind: 'register', until: null }],
	});
	const database = new DatabaseSync(path.join(dataDir, 'koumbit.db'), { timeout: 5_000 });
	database
		.prepare(
			`insert into deletion_certificate (id, number, organisation_id, membership_id, content, checksum, token_hash, issued_at)
			select 'certificate-1', 'AS-2027-0001', organisation_id, membership_id, ?, ?, ?, ? from departure limit 1`,
		)
		.run(text, checksum, hashToken(token), Date.now());
	database.close();
	return token;
}

/** An application under way, so that its private pages have something to show. */
async function makeTokens(): Promise<void> {
	const visitor = openVisitor(server.url);
	const mail = openMailbox(dataDir);
	const address = 'suivi@exemple.org';
	const draft = await visitor.get('/adhesion/');
	await visitor.submit(draft, { email: address, usualName: 'Groupe du suivi' }, { button: /plus tard/ });
	const resume = linkIn(await mail.next(address));
	tokens.joinResume = { token: resume.split('/').at(-2) ?? '' };
	const answers = {
		kind: 'collective',
		mission: 'Nous suivons.',
		applicantName: 'Sacha',
		needs: ['unknown'],
		hasDomain: 'unknown',
		people: 'unknown',
		hosted: 'unknown',
		budgetBand: 'under_25k',
		contribution: 'unable',
		consent: 'on',
	};
	const other = await visitor.get('/adhesion/');
	await visitor.submit(other, { ...answers, usualName: 'Autre groupe', email: 'autre@exemple.org' }, { button: /Envoyer/ });
	const confirm = linkIn(await mail.next('autre@exemple.org'));
	const page = await visitor.get(confirm);
	const followed = await visitor.submit(page, {}, { form: 'main form' });
	tokens.joinStatus = { token: followed.url.pathname.split('/').at(-2) ?? '' };
	const third = await visitor.get('/adhesion/');
	await visitor.submit(third, { ...answers, usualName: 'Troisième groupe', email: 'troisieme@exemple.org' }, { button: /Envoyer/ });
	tokens.joinConfirm = {
		token:
			linkIn(await mail.next('troisieme@exemple.org'))
				.split('/')
				.at(-2) ?? '',
	};
	await visitor.submit(await visitor.get('/etat/'), { email: 'etat@exemple.org' });
	tokens.statusSubscription = {
		token:
			linkIn(await mail.next('etat@exemple.org'))
				.split('/')
				.at(-2) ?? '',
	};
	const session = await visitor.get(pathOf('training', 'fr', { slug: 'courriel-demonstration' }));
	await visitor.submit(session, { name: 'Sacha', email: 'place@exemple.org' }, { button: /inscrire/ });
	tokens.trainingPlace = {
		token:
			linkIn(await mail.next('place@exemple.org'))
				.split('/')
				.at(-2) ?? '',
	};
	const forgotten = await visitor.get('/mot-de-passe/');
	await visitor.submit(forgotten, { email: DEMONSTRATION.administrator }, { form: 'main form' });
	tokens.passwordReset = {
		token:
			linkIn(await mail.next(DEMONSTRATION.administrator, /mot de passe/))
				.split('/')
				.at(-2) ?? '',
	};
	const byMail = await visitor.get('/connexion/lien/');
	await visitor.submit(byMail, { email: DEMONSTRATION.administrator }, { form: 'main form' });
	tokens.loginLinkOpen = {
		token:
			linkIn(await mail.next(DEMONSTRATION.administrator, /lien de connexion/))
				.split('/')
				.at(-2) ?? '',
	};
	tokens.erasureLink = { token: putErasure() };
	tokens.certificate = { token: putCertificate() };
	tokens.mergeAnswer = { token: putMerge() };
	const invitation = await inviteWorkerByCommand({ url: server.url, dataDir }, 'nouvelle@exemple.org');
	tokens.invitation = { token: invitation.split('/').at(-2) ?? '' };
}

/** An erasure that waits for its week to pass. @returns the link that takes it back. */
function putErasure(): string {
	const token = 'effacement-pour-voir';
	const database = new DatabaseSync(path.join(dataDir, 'koumbit.db'), { timeout: 5_000 });
	const at = Date.now();
	database
		.prepare(
			`insert into erasure_request (id, person_id, asked_by, token_hash, status, asked_at, due_at)
			select 'erasure-1', max(id), 'operator', ?, 'waiting', ?, ? from person`,
		)
		.run(hashToken(token), at, at + 7 * 86_400_000);
	database.close();
	return token;
}

/** A merge that two workers want and nobody has objected to. @returns the link to object. */
function putMerge(): string {
	const token = 'reunion-pour-voir';
	const database = new DatabaseSync(path.join(dataDir, 'koumbit.db'), { timeout: 5_000 });
	const people = `(select min(id) from person)`;
	const at = Date.now();
	database
		.prepare(
			`insert into merge (id, kind, from_id, into_id, status, proposed_by, proposed_at)
			select 'merge-1', 'groups', min(id), max(id), 'proposed', ${people}, ? from organisation`,
		)
		.run(at);
	database
		.prepare(`update merge set status = 'confirmed', confirmed_by = (select max(id) from person), confirmed_at = ?, due_at = ?`)
		.run(at, at + 7 * 86_400_000);
	database
		.prepare(`insert into merge_link (token_hash, merge_id, person_id, created_at) select ?, 'merge-1', ${people}, ?`)
		.run(hashToken(token), at);
	database.close();
	return token;
}

/** Someone asks to regain the access of the demonstration's group, and a worker finds which one it is. */
async function makeGroupTokens(): Promise<void> {
	const mail = openMailbox(dataDir);
	const tokenTo = async (address: string) => ({
		token:
			linkIn(await mail.next(address))
				.split('/')
				.at(-2) ?? '',
	});
	const logIn = async (email: string) => {
		const visitor = openVisitor(server.url);
		await enter(visitor, email, DEMONSTRATION.password, DEMONSTRATION.codeKey);
		return visitor;
	};
	const amina = await logIn(DEMONSTRATION.administrator);
	await amina.submit(await amina.get(pathOf('spaceProfile', 'fr', { group: GROUP })), { outside: 'dehors@ailleurs.example' });
	tokens.outsideContact = await tokenTo('dehors@ailleurs.example');
	const asker = openVisitor(server.url);
	const ask = { group: 'Lieu commun', name: 'Sacha', reason: 'Plus personne ne répond.' };
	await asker.submit(await asker.get('/retrouver-acces/'), { ...ask, email: 'reprise@exemple.org' });
	tokens.regainFollow = await tokenTo('reprise@exemple.org');
	await asker.submit(await asker.get('/retrouver-acces/'), { ...ask, email: 'reprise2@exemple.org' });
	const { token } = await tokenTo('reprise2@exemple.org');
	await asker.submit(await asker.get(pathOf('regainFollow', 'fr', { token })), {}, { form: 'main form' });
	const worker = await logIn(DEMONSTRATION.worker);
	const list = await worker.get('/travail/acces/');
	const link = list.root.querySelectorAll('main td, main th').find((one) => one.text.includes('Lieu commun'));
	const href = link?.querySelector('a')?.getAttribute('href') ?? '';
	tokens.workHandover = { id: href.split('/').at(-2) ?? '' };
	await worker.submit(await worker.get(href), { slug: GROUP }, { form: 'main form.form' });
	tokens.regainAnswer = await tokenTo('tresorerie@lieu-commun.example');
}

const sessions = new Map<string, Awaited<ReturnType<ReturnType<Page['context']>['cookies']>>>();

/** Logs in the first time; the session is kept for the tests that follow. */
async function logIn(page: Page, email: string): Promise<void> {
	const kept = sessions.get(email);
	if (kept) return page.context().addCookies(kept);
	await page.goto(`${server.url}${pathOf('login', 'fr')}`);
	await page.locator('[name=email]').fill(email);
	await page.locator('[name=password]').fill(DEMONSTRATION.password);
	await page.locator('main form:has([name=password]) button[type=submit]').click();
	await passStep(page, DEMONSTRATION.codeKey);
	await expect(page).not.toHaveURL(/connexion/);
	sessions.set(email, await page.context().cookies());
}

async function paramsOf(key: RouteKey, page: Page): Promise<RouteParams> {
	if (key === 'workInboxMessage') {
		await page.goto(`${server.url}${pathOf('workInbox', 'fr')}`);
		const href = await page.locator('main a[href^="/travail/courrier/M-"]').first().getAttribute('href');
		return { number: href?.split('/').at(-2) ?? '' };
	}
	if (key !== 'workApplication') return tokens[key] ?? PARAMS[key] ?? {};
	await page.goto(`${server.url}${pathOf('workApplications', 'fr')}`);
	const href = await page.locator('main a[href^="/travail/adhesions/0"]').first().getAttribute('href');
	return { id: href?.split('/').at(-2) ?? '' };
}

test.beforeAll(async () => {
	test.setTimeout(60_000);
	dataDir = mkdtempSync(path.join(tmpdir(), 'koumbit-pages-'));
	await seedPortal(dataDir);
	server = await startServer({ dataDir });
	await makeTokens();
	await makeGroupTokens();
});

test.afterAll(async () => {
	await server.stop();
	rmSync(dataDir, { recursive: true, force: true });
});

async function examine(page: Page, address: string, locale: Locale, expected: number): Promise<void> {
	const complaints: string[] = [];
	page.removeAllListeners('console');
	page.on('console', (message) => {
		if (message.type() === 'error' && expected === 200) complaints.push(message.text());
	});
	await page.setViewportSize({ width: 1280, height: 900 });
	const answer = await page.goto(server.url + address);
	expect(answer?.status(), address).toBe(expected);
	await expect(page.locator('h1'), address).toHaveCount(1);
	await expect(page.locator('html')).toHaveAttribute('lang', locale === 'fr' ? 'fr-CA' : 'en-CA');
	const mistakes = await mistakesIn((await answer?.text()) ?? '');
	expect.soft(mistakes, address).toEqual([]);
	for (const width of [1280, 320]) {
		await page.setViewportSize({ width, height: 900 });
		const { violations } = await new AxeBuilder({ page })
			.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
			// No page has a frame: without this, each look would open a window of its own to put the frames' findings together.
			.setLegacyMode()
			.analyze();
		const found = violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(' ')).join(' | ')}`);
		expect.soft(found, `${address} at ${width}`).toEqual([]);
		const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
		expect.soft(overflow, `${address} at ${width} scrolls sideways`).toBe(0);
	}
	expect.soft(complaints, address).toEqual([]);
}

const WHO = { public: null, form: null, private: null, member: DEMONSTRATION.administrator, worker: DEMONSTRATION.finance } as const;

/** Pages of one test: few enough that each test is short, and that the tests share the processors. */
const AT_ONCE = 10;
/** Opens for its owner alone; test/integration/account.test.ts goes through it. */
const ELSEWHERE: readonly RouteKey[] = ['accountAddress'];

const EVERYONE = [null, DEMONSTRATION.administrator, DEMONSTRATION.finance].flatMap((who) => {
	const keys = (Object.keys(routes) as RouteKey[]).filter((key) => WHO[routes[key].audience] === who && !ELSEWHERE.includes(key));
	const parts = Array.from({ length: Math.ceil(keys.length / AT_ONCE) }, (_, at) => keys.slice(at * AT_ONCE, (at + 1) * AT_ONCE));
	return parts.flatMap((part, at) => LOCALES.map((locale) => ({ who, part, locale, name: `${at + 1} of ${parts.length}` })));
});

for (const { who, part, locale, name } of EVERYONE) {
	test(`every page holds in ${locale} for ${who ?? 'the public'} (${name})`, async ({ page }) => {
		// Each page is examined at two widths.
		test.setTimeout(120_000);
		if (who !== null) await logIn(page, who);
		for (const key of part) {
			const address = pathOf(key, locale, await paramsOf(key, page));
			await examine(page, address, locale, EMPTY.includes(key) ? 404 : 200);
		}
	});
}

test('an address that leads nowhere says so in its language', async ({ page }) => {
	await examine(page, '/nulle-part/', 'fr', 404);
	await examine(page, '/en/nowhere/', 'en', 404);
});
