/** An outage told at the command line, while the portal serves: what each place says of it, and how soon. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseFeed } from '@rowanmanning/feed-parser';
import { HtmlValidate } from 'html-validate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectRoot } from '#src/lib/root.ts';
import { linkIn } from '#test/support/mailbox.ts';
import { type Office, openOffice } from '#test/support/office.ts';
import { koumbit } from '#test/support/operator.ts';
import { until } from '#test/support/ports.ts';
import { serverEnv, startServer } from '#test/support/server.ts';
import type { Page, Visitor } from '#test/support/visitor.ts';

let office: Office;
const incident = (...args: string[]) => koumbit(['incident', ...args], office.server);
const copyOf = (name: string) => readFileSync(path.join(office.server.dataDir, 'status', name), 'utf8');
const html = new HtmlValidate({
	extends: ['html-validate:standard', 'html-validate:a11y'],
	rules: { 'no-inline-style': 'off', 'require-sri': 'off', 'long-title': 'off', 'no-trailing-whitespace': 'off' },
});

const FR = 'Le courriel n’entre plus';
const WITHIN_MS = 5_000;

/** Opens an outage. @returns its number. */
async function open(...more: string[]): Promise<string> {
	const { code, stdout, stderr } = await incident('open', '--services', 'courriel', '--json', ...more);
	if (code !== 0) throw new Error(stderr);
	return (JSON.parse(stdout) as { number: string }).number;
}

const inFrench = ['--title-fr', FR, '--what-fr', 'Les messages attendent.', '--who-fr', 'Tous les groupes.'] as const;

async function subscribe(visitor: Visitor, address: string, page = '/etat/'): Promise<Page> {
	return visitor.submit(await visitor.get(page), { email: address });
}

async function subscribed(address: string, page = '/etat/'): Promise<void> {
	const visitor = office.visitor();
	await subscribe(visitor, address, page);
	const asked = await visitor.get(linkIn(await office.mail.next(address)));
	const done = await visitor.submit(asked, {}, { form: 'main form' });
	expect(done.status).toBe(200);
}

const leaveLink = (text: string | undefined) =>
	new URL(/https?:\S+\/(?:abonnement|subscription)\/\S+/.exec(text ?? '')?.[0] ?? '').pathname;

beforeAll(async () => {
	office = await openOffice();
});

afterAll(async () => {
	expect(await office.server.stop()).toBe(0);
	expect(office.server.output()).not.toMatch(/"level":"error"/);
});

describe('while nothing is open', () => {
	it('the page says that all is well, and home is served as it was built', async () => {
		const visitor = office.visitor();
		expect((await visitor.get('/etat/')).root.querySelector('h1')?.text).toBe('Tout fonctionne');
		expect((await visitor.get('/en/status/')).root.querySelector('h1')?.text).toBe('All is well');
		const home = await (await visitor.raw('/')).text();
		expect(home).toBe(readFileSync(path.join(projectRoot, 'dist/client/index.html'), 'utf8'));
	});
});

describe('an outage opened at the command line in French only', () => {
	let number: string;
	let opened: number;

	beforeAll(async () => {
		await subscribed('fr@exemple.org');
		await subscribed('en@exemple.org', '/en/status/');
		number = await open(...inFrench);
		// Counted from what was said, not from the start of the process that says it: on a busy machine that is most of it.
		const database = new DatabaseSync(path.join(office.server.dataDir, 'koumbit.db'), { readOnly: true });
		opened = Number(database.prepare('select created_at as at from status_notice where number = ?').get(number)?.at);
		database.close();
	});

	it('is on home, on the pages, in the feeds, in the data, in the copies and in the mail within five seconds, in both languages', async () => {
		const visitor = office.visitor();
		const places: Record<string, () => Promise<boolean>> = {};
		for (const address of [
			'/',
			'/en/',
			'/etat/',
			'/en/status/',
			'/etat/rss.xml',
			'/en/status/rss.xml',
			'/etat/etat.json',
			'/en/status/status.json',
		])
			places[address] = async () => (await (await visitor.raw(address)).text()).includes(FR);
		for (const name of ['index.html', 'en/index.html', 'rss.xml', 'en/rss.xml', 'status.json', 'down.html'])
			places[name] = async () => existsSync(path.join(office.server.dataDir, 'status', name)) && copyOf(name).includes(FR);
		for (const address of ['fr@exemple.org', 'en@exemple.org'])
			places[address] = async () => (await office.mail.to(address)).some((mail) => mail.subject?.includes(FR));
		const took: Record<string, number> = {};
		for (const [name, shows] of Object.entries(places)) {
			await until(shows, () => `${name} does not tell of the outage`, WITHIN_MS);
			took[name] = Date.now() - opened;
		}
		for (const [name, milliseconds] of Object.entries(took)) expect(milliseconds, name).toBeLessThan(WITHIN_MS);
	});

	it('is answered first, with the text marked as French on the English page and a note', async () => {
		const visitor = office.visitor();
		const page = await visitor.get(`/en/status/${number}/`);
		expect(page.root.querySelector('h1')?.getAttribute('lang')).toBe('fr-CA');
		expect(page.text).toContain('This text exists only in French for now.');
		expect((await visitor.get('/en/status/')).root.querySelector('h1')?.text).toBe('A service is partly interrupted');
		const french = await visitor.get(`/etat/${number}/`);
		expect(french.root.querySelector('h1')?.getAttribute('lang')).toBeUndefined();
		expect(french.text).not.toContain('qu’en anglais');
	});

	it('gives home a new tag and form for each encoding, and links to the notice', async () => {
		const visitor = office.visitor();
		const tags = new Set<string | null>();
		for (const encoding of ['identity', 'gzip', 'br']) {
			const answer = await visitor.raw('/', { headers: { 'accept-encoding': encoding } });
			tags.add(answer.headers.get('etag'));
			expect(await answer.text()).toContain(`href="/etat/${number}/"`);
			const again = await visitor.raw('/', { headers: { 'accept-encoding': encoding, 'if-none-match': answer.headers.get('etag') ?? '' } });
			expect(again.status).toBe(304);
		}
		expect(tags.size).toBe(3);
	});

	it('makes feeds that an independent parser reads, with stable names for each thing said', async () => {
		const visitor = office.visitor();
		const text = await (await visitor.raw('/etat/rss.xml')).text();
		const feed = parseFeed(text);
		expect(feed.language).toBe('fr-CA');
		const [item] = feed.items;
		expect(item?.title).toBe(`Panne\u00a0: ${FR} – Panne signalée`);
		expect(item?.content).toContain('<p>Les messages attendent.</p>');
		expect(item?.id).toBe(
			`${office.server.url.replace(/:\d+$/, ':4321')}/etat/${number}/#maj-1`.replace('4321', String(office.server.port)),
		);
		await incident('update', number, '--step', 'identified', '--text-fr', 'Un filtre est plein.', '--text-en', 'A filter is full.');
		const later = parseFeed(await (await visitor.raw('/en/status/rss.xml')).text());
		expect(later.items.map((one) => one.title)).toEqual([`Outage: ${FR} – The cause is found`, `Outage: ${FR} – Outage reported`]);
		expect(later.items[0]?.content).toContain('A filter is full.');
		expect(parseFeed(await (await visitor.raw('/etat/rss.xml')).text()).items[1]?.id).toBe(item?.id);
		expect(parseFeed(copyOf('rss.xml')).items[1]?.id).toBe(item?.id);
	});

	it('writes copies that are valid, whole, and say when they were written', async () => {
		for (const name of ['index.html', 'en/index.html', 'down.html', 'en/down.html']) {
			const report = await html.validateString(copyOf(name));
			expect(report.results.flatMap((one) => one.messages.map((message) => `${name} ${message.ruleId} ${message.message}`))).toEqual([]);
			expect(copyOf(name)).not.toMatch(/<(?:link rel="stylesheet"|script|img)/);
		}
		expect(copyOf('index.html')).toContain('Cette copie a été écrite le');
		expect(copyOf('down.html')).toContain('<h1>Le portail ne répond pas</h1>');
		const data = JSON.parse(copyOf('status.json')) as { status: string; writtenAt: string; now: { number: string }[] };
		expect(data).toMatchObject({ status: 'partial', now: [{ number }] });
		expect(Math.abs(Date.now() - Date.parse(data.writtenAt))).toBeLessThan(70_000);
		for (const folder of ['', 'en']) {
			expect(readdirSync(path.join(office.server.dataDir, 'status', folder)).filter((name) => name.startsWith('.'))).toEqual([]);
		}
	});

	it('writes to each subscriber once for each thing said, in their language, with a way out', async () => {
		const french = await office.mail.next('fr@exemple.org', /cause/);
		const english = await office.mail.next('en@exemple.org', /cause/);
		expect(french.text).toContain('> Un filtre est plein.');
		expect(english.text).toContain('> A filter is full.');
		expect(french.text).toContain(`/etat/${number}/`);
		expect(english.text).toContain(`/en/status/${number}/`);
		const link = leaveLink(english.text);
		expect(JSON.stringify(english.headers.get('list'))).toContain(link);
		await sleep(1_500);
		for (const address of ['fr@exemple.org', 'en@exemple.org']) {
			const subjects = (await office.mail.to(address)).map((mail) => mail.subject ?? '').filter((subject) => subject.includes(FR));
			expect(subjects).toHaveLength(2);
		}
	});

	it('once closed is in the history, and home is as it was built', async () => {
		const visitor = office.visitor();
		expect((await incident('close', number)).code).toBe(0);
		await until(
			async () => !(await (await visitor.raw('/')).text()).includes(FR),
			() => 'home still tells of it',
			WITHIN_MS,
		);
		expect(await (await visitor.raw('/')).text()).toBe(readFileSync(path.join(projectRoot, 'dist/client/index.html'), 'utf8'));
		expect((await visitor.get('/etat/')).root.querySelector('h1')?.text).toBe('Tout fonctionne');
		expect((await visitor.get('/etat/historique/')).text).toContain(FR);
		expect((await visitor.get('/en/status/history/')).text).toContain(FR);
	});
});

// Each command is a process of its own, on a machine that may be busy.
describe('the command line', { timeout: 90_000 }, () => {
	it('refuses what can’t be, with one line that says why', async () => {
		const number = await open(...inFrench);
		expect((await incident('close', number)).code).toBe(0);
		const refused = await Promise.all([
			incident('close', number),
			incident('close', 'P-1999-0001'),
			incident('open', '--services', 'inconnu', ...inFrench),
			incident('open', '--services', 'all', '--title-fr', 'x'.repeat(10_000), '--what-fr', 'y'),
			incident('open', '--services', 'all', ...inFrench, '--starts', '2026-01-02 10:00', '--expected-end', '2026-01-01 10:00'),
			incident('open', '--kind', 'maintenance', '--services', 'all', ...inFrench),
		]);
		for (const { code, stderr } of refused) {
			expect(code, stderr).toBe(1);
			expect(stderr.trim().split('\n')).toHaveLength(1);
		}
	});

	it('answers what is no usage with 2, and says how it is used', async () => {
		const wrong = [
			['open', '--services', 'all', '--kind', 'incident', ...inFrench],
			['open', ...inFrench],
			['open', '--services', 'all', '--starts', 'demain', ...inFrench],
			['nothing'],
		];
		const answers = await Promise.all(wrong.map((args) => incident(...args)));
		expect(answers.map((one) => one.code)).toEqual([2, 2, 2, 2]);
		expect((await incident('open', '--help')).code).toBe(0);
	});

	it('takes a maintenance from its announcement to its cancellation, and lists what there is', async () => {
		const { stdout } = await incident(
			...['open', '--kind', 'maintenance', '--services', 'wiki,blogue', '--severity', 'full', '--json'],
			...['--starts', new Date(Date.now() + 3_600_000).toISOString(), '--expected-end', new Date(Date.now() + 7_200_000).toISOString()],
			...['--title-en', 'Update of wikis', '--what-en', 'They will not answer.', '--objection-en', 'Write to us by Friday.'],
		);
		const { number } = JSON.parse(stdout) as { number: string };
		expect(number).toMatch(/^E-\d{4}-0001$/);
		const visitor = office.visitor();
		await until(
			async () => (await (await visitor.raw('/en/')).text()).includes('Update of wikis'),
			() => 'home does not announce it',
			WITHIN_MS,
		);
		const page = await visitor.get('/etat/');
		expect(page.root.querySelector('h1')?.text).toBe('Tout fonctionne');
		expect(page.text).toContain('Comment vous y opposer');
		expect(page.text).toContain('Write to us by Friday.');
		const listed = JSON.parse((await incident('list', '--json')).stdout) as { notices: { number: string; state: string }[] };
		expect(listed.notices).toMatchObject([{ number, state: 'planned', services: ['wiki', 'blogue'] }]);
		expect((await incident('close', number)).stderr).toContain('cancel');
		expect((await incident('cancel', number)).code).toBe(1);
		expect((await incident('cancel', number, '--text-en', 'Someone objected.')).code).toBe(0);
		expect((await visitor.get(`/etat/${number}/`)).text).toContain('Annulé');
	});
});

describe('a subscription', { timeout: 60_000 }, () => {
	it('is answered alike whether the address is known or not, and looking at a link changes nothing', async () => {
		const visitor = office.visitor();
		const known = await subscribe(visitor, 'fr@exemple.org');
		const unknown = await subscribe(visitor, 'nouvelle@exemple.org');
		const shown = (page: Page) => page.text.replace(/\d+ h \d+|\d{4}/g, '');
		expect(shown(known)).toBe(shown(unknown));
		expect(known.url.pathname + known.url.search).toBe('/etat/?abonnement=envoye');
		const link = linkIn(await office.mail.next('nouvelle@exemple.org'));
		for (let look = 0; look < 3; look += 1) expect((await visitor.get(link)).text).toContain('Confirmer votre abonnement');
		expect((await office.mail.next('fr@exemple.org', /déjà abonnée/)).text).toContain('/etat/abonnement/');
	});

	it('ends by its link, or by the mail program alone, and then nothing more is sent', async () => {
		for (const address of ['part@exemple.org', 'un-clic@exemple.org', 'reste@exemple.org']) await subscribed(address);
		const number = await open(...inFrench);
		const [byPage, byProgram] = [
			leaveLink((await office.mail.next('part@exemple.org', /Panne/)).text),
			leaveLink((await office.mail.next('un-clic@exemple.org', /Panne/)).text),
		];
		const visitor = office.visitor();
		const asked = await visitor.get(byPage);
		expect(asked.text).toContain('Se désabonner');
		const left = await visitor.submit(asked, {}, { form: 'main form' });
		expect(left.text).toContain('Votre abonnement a pris fin');
		expect((await visitor.get(byPage)).status).toBe(404);
		const post = { method: 'POST', body: 'List-Unsubscribe=One-Click', headers: { 'content-type': 'application/x-www-form-urlencoded' } };
		expect((await visitor.raw(byProgram, post)).status).toBe(200);
		expect((await visitor.raw(byProgram, post)).status).toBe(404);
		await incident('close', number);
		await office.mail.next('reste@exemple.org', /réglée/);
		for (const address of ['part@exemple.org', 'un-clic@exemple.org']) {
			expect((await office.mail.to(address)).map((mail) => mail.subject).join()).not.toContain('réglée');
		}
		const database = new DatabaseSync(path.join(office.server.dataDir, 'koumbit.db'), { readOnly: true });
		const rows = ['status_subscription', 'outbox_message'].map((table) => JSON.stringify(database.prepare(`select * from ${table}`).all()));
		database.close();
		expect(rows.join()).not.toMatch(/part@|un-clic@/);
		expect(rows.join()).toContain('reste@');
	});

	it('is limited for one address and for one sender, and refuses what is no address', async () => {
		const visitor = office.visitor();
		const answers: number[] = [];
		for (let attempt = 0; attempt < 6; attempt += 1) answers.push((await subscribe(visitor, 'trop@exemple.org')).status);
		expect(answers).toEqual([200, 200, 200, 200, 200, 429]);
		const refused = await subscribe(visitor, 'a@exemple.org\r\nBcc: b@exemple.org');
		expect(refused.status).toBe(422);
		expect(refused.root.querySelector('.error-summary a[href="#field-email"]')).not.toBeNull();
	});

	it.each(['x', 'A'.repeat(43), `${'A'.repeat(42)}%00`, '..%2f..%2fetc', "'%20or%20'1'='1"])(
		'by the link « %s » opens nothing',
		async (token) => {
			const page = await office.visitor().get(`/etat/abonnement/${token}/`);
			expect([400, 404]).toContain(page.status);
		},
	);
});

describe('on the desk', { timeout: 60_000 }, () => {
	const worker = () => office.worker('Claude Systèmes', ['sysadmin']);
	const today = (hours: number) => {
		const at = new Date(Date.now() + hours * 3_600_000);
		return at.toLocaleString('sv-SE', { timeZone: 'America/Toronto' }).slice(0, 16).replace(' ', 'T');
	};
	const opening = (over: Record<string, string | string[]> = {}) => ({
		kind: 'outage',
		severity: 'degraded',
		services: ['listes'],
		startsAt: today(-1),
		'title-fr': office.unique('Listes lentes'),
		'what-fr': 'Elles sont lentes.',
		...over,
	});

	it('a preview publishes nothing, and keeps what was typed', async () => {
		const visitor = await worker();
		const form = opening();
		const page = await visitor.submit(await visitor.get('/travail/etat/'), form, { button: 'Voir l’aperçu' });
		expect(page.status).toBe(200);
		expect(page.root.querySelector('.status-preview')?.text).toContain(form['title-fr']);
		expect(page.root.querySelector('[name=title-fr]')?.getAttribute('value')).toBe(form['title-fr']);
		expect((await visitor.get('/etat/')).text).not.toContain(form['title-fr']);
		const published = await visitor.submit(page, {}, { button: 'Publier' });
		expect(published.url.pathname).toMatch(/^\/travail\/etat\/P-\d{4}-\d{4}\/$/);
		expect((await office.visitor().get('/etat/')).text).toContain(form['title-fr']);
	});

	it('a worker’s name is nowhere in public: only the role is', async () => {
		const visitor = await worker();
		const form = opening();
		const page = await visitor.submit(await visitor.get('/travail/etat/'), form, { button: 'Publier' });
		const address = page.url.pathname.replace('/travail', '');
		const everywhere = await Promise.all(
			[address, `/en/status/${address.split('/').at(-2)}/`, '/etat/', '/etat/rss.xml', '/etat/etat.json'].map(async (one) =>
				(await office.visitor().raw(one)).text(),
			),
		);
		expect(everywhere.join()).not.toContain('Claude Systèmes');
		expect(everywhere[0]).toContain('Équipe de Koumbit, systèmes');
	});

	it('a page that is behind is refused with 409, and closing twice too, with the text still there', async () => {
		const visitor = await worker();
		const page = await visitor.submit(await visitor.get('/travail/etat/'), opening(), { button: 'Publier' });
		const updated = await visitor.submit(page, { step: 'identified', 'text-fr': 'Trouvé.' }, { button: 'Publier la mise à jour' });
		expect(updated.text).toContain('Trouvé.');
		const behind = await visitor.submit(page, { step: 'note', 'text-fr': 'En retard.' }, { button: 'Publier la mise à jour' });
		expect(behind.status).toBe(409);
		expect(behind.root.querySelector('[name=text-fr]')?.text.trim()).toBe('En retard.');
		const colleague = await visitor.get(updated.url.pathname);
		// The same form sent twice is a double click; a colleague's is another closing.
		for (const _ of [1, 2]) expect((await visitor.submit(updated, {}, { button: 'La panne est réglée' })).text).toContain('Réglée');
		expect((await visitor.submit(colleague, {}, { button: 'La panne est réglée' })).status).toBe(409);
	});

	it.each(
		[
			[{ expectedEndAt: '2020-01-01T10:00' }, 'expectedEndAt'],
			[{ startsAt: '2026-02-30T10:00' }, 'startsAt'],
			[{ services: [] }, 'services'],
			[{ services: ['inconnu'] }, 'services'],
			[{ severity: 'none' }, 'severity'],
			[{ 'what-fr': 'x'.repeat(10_000) }, 'what-fr'],
			[{ 'title-fr': '\u0000' }, 'title-fr'],
			[{ kind: 'maintenance' }, 'expectedEndAt'],
		].map(([over, field]) => [JSON.stringify(over).slice(0, 60), over, field] as [string, Record<string, string | string[]>, string]),
	)('%s is refused with 422 at its field', async (_, over, field) => {
		const visitor = await worker();
		const page = await visitor.submit(await visitor.get('/travail/etat/'), opening(over), { button: 'Publier' });
		expect(page.status).toBe(422);
		expect(page.root.querySelector(`.error-summary a[href="#field-${field}"]`)).not.toBeNull();
		expect(page.root.querySelector(`[id="field-${field}"]`)).not.toBeNull();
	});

	it('what looks like a program is a text everywhere', async () => {
		const visitor = await worker();
		const evil = '<script>alert(1)</script>]]>&amp;"\'$&';
		const form = opening({ 'title-fr': evil, 'what-fr': `${evil}\n\n${evil}` });
		const page = await visitor.submit(await visitor.get('/travail/etat/'), form, { button: 'Publier' });
		const number = page.url.pathname.split('/').at(-2) ?? '';
		await until(
			async () => (await (await visitor.raw('/')).text()).includes(number),
			() => 'home does not tell of it',
			WITHIN_MS,
		);
		await until(
			() => copyOf('index.html').includes(number),
			() => 'no copy',
			WITHIN_MS,
		);
		for (const address of ['/', '/etat/', `/etat/${number}/`, '/etat/historique/', '/travail/etat/']) {
			const shown = await visitor.get(address);
			expect(shown.root.querySelectorAll('script:not([type="application/ld+json"])'), address).toHaveLength(0);
		}
		expect(copyOf('index.html')).not.toContain('<script');
		expect((await visitor.get(`/etat/${number}/`)).root.querySelector('h1')?.text).toBe(evil);
		const feed = await (await visitor.raw('/etat/rss.xml')).text();
		// HTML inside XML: its tags are escaped once, what people typed twice.
		expect(feed).toContain('&lt;p&gt;&amp;lt;script&amp;gt;');
		expect(feed).not.toMatch(/<script|&lt;p&gt;&lt;script/);
		const item = parseFeed(feed).items.find((one) => one.title?.includes('alert'));
		expect(item?.title).toContain('<script>alert(1)</script>]]>');
		expect(item?.content).toContain('alert(1)');
		await incident('close', number);
	});

	it('is closed to whoever has no such right', async () => {
		const member = await office.memberGroup();
		expect((await member.visitor.get('/travail/etat/')).status).toBe(403);
		expect((await office.visitor().get('/travail/etat/')).url.pathname).toBe('/connexion/');
		expect((await (await worker()).get('/travail/etat/P-1999-0001/')).status).toBe(404);
	});
});

describe('addresses that lead nowhere', () => {
	it.each([
		'/etat/P-2026-9999/',
		'/etat/rien/',
		'/en/status/E-1-1/',
		'/etat/historique/?annee=1850',
		'/etat/historique/?annee=%00',
		'/etat/autre.xml',
	])('%s is not found', async (address) => expect((await office.visitor().get(address)).status).toBe(404));
});

describe('a command killed between its commit and its copy', { timeout: 60_000 }, () => {
	it('has its word on home, in the copies and in the mail all the same', async () => {
		await subscribed('tue@exemple.org');
		const title = 'Écrit juste avant la fin';
		const args = ['incident', 'open', '--services', 'portal', '--title-fr', title, '--what-fr', 'Oui.'];
		const child = spawn(process.execPath, [path.join(projectRoot, 'src/cli/main.ts'), ...args], {
			cwd: projectRoot,
			env: serverEnv({ DATA_DIR: office.server.dataDir, SITE_URL: office.server.url }),
			stdio: 'ignore',
		});
		const database = new DatabaseSync(path.join(office.server.dataDir, 'koumbit.db'), { readOnly: true });
		const isThere = database.prepare("select 1 from status_notice where texts like '%juste avant%'");
		await until(
			() => {
				if (isThere.get() === undefined) return false;
				child.kill('SIGKILL');
				return true;
			},
			() => 'never committed',
		);
		database.close();
		await until(
			async () => (await (await office.visitor().raw('/')).text()).includes(title) && copyOf('index.html').includes(title),
			() => 'home or the copy does not tell of it',
			WITHIN_MS,
		);
		await office.mail.next('tue@exemple.org', /juste avant/);
	});

	it('and a server killed while something is open says so from its first answer on', async () => {
		const first = await startServer();
		const options = { dataDir: first.dataDir, url: first.url };
		await koumbit(['incident', 'open', '--services', 'all', '--title-fr', 'Tout est en panne', '--what-fr', 'Oui.'], options);
		process.kill(first.pid, 'SIGKILL');
		await first.ended;
		const second = await startServer({ dataDir: first.dataDir, env: { WORKER: 'off' } });
		expect(await (await fetch(`${second.url}/`)).text()).toContain('Tout est en panne');
		await second.stop();
		await first.stop();
	});
});
