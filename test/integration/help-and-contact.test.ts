/** Help, training dates and contact over HTTP, as people without JavaScript and programs of ill will meet them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMONSTRATION } from '#src/cli/demonstration.ts';
import { pathOf, routes } from '#src/i18n/routes.ts';
import { linkIn, type Mailbox, openMailbox } from '#test/support/mailbox.ts';
import { seedPortal } from '#test/support/operator.ts';
import { startServer, type TestServer } from '#test/support/server.ts';
import { enter } from '#test/support/steps.ts';
import { openVisitor, type Page, type Visitor } from '#test/support/visitor.ts';

let dataDir: string;
let server: TestServer;
let mail: Mailbox;
let database: DatabaseSync;

const CONTACT = '/contact/';
/** In the demonstration: three seats, two taken; two seats, both taken and one person waiting. */
const [OPEN, FULL] = ['/formations/courriel-demonstration/', '/formations/wiki-demonstration/'];

beforeAll(async () => {
	dataDir = mkdtempSync(path.join(tmpdir(), 'koumbit-help-'));
	await seedPortal(dataDir);
	server = await startServer({ dataDir, env: { TRUST_PROXY: '127.0.0.1,::1' } });
	mail = openMailbox(dataDir);
	database = new DatabaseSync(path.join(dataDir, 'koumbit.db'), { readOnly: true });
});

afterAll(async () => {
	database.close();
	expect(await server.stop()).toBe(0);
	expect(server.output()).not.toMatch(/"level":"error"/);
	rmSync(dataDir, { recursive: true, force: true });
});

let people = 0;
/** Each from a network address of their own: limits count by address. */
const aVisitor = (): Visitor => {
	people += 1;
	return openVisitor(server.url, { 'x-forwarded-for': `198.51.${people >> 8}.${people & 0xff}` });
};
const anAddress = () => `personne${++people}@exemple.org`;
const count = (table: string, where = '1 = 1') =>
	Number(database.prepare(`select count(*) as total from ${table} where ${where}`).get()?.total);

/** Each logs in once: a code of the second step serves once, and the next one is waited for. */
const inside = new Map<string, Visitor>();

async function logIn(email: string): Promise<Visitor> {
	const before = inside.get(email);
	if (before) return before;
	const visitor = aVisitor();
	await enter(visitor, email, DEMONSTRATION.password, DEMONSTRATION.codeKey);
	inside.set(email, visitor);
	return visitor;
}

type Fields = Readonly<Record<string, string | readonly string[]>>;
const letter = (over: Fields = {}): Fields => ({
	name: 'Marie-Ève Lapointe',
	email: anAddress(),
	about: 'joining',
	subject: 'Une question',
	message: 'Pouvons-nous devenir membre?',
	...over,
});
async function write(over: Fields = {}, visitor = aVisitor()): Promise<Page> {
	return visitor.submit(await visitor.get(CONTACT), letter(over), { button: 'Envoyer le message' });
}
async function signUp(over: Fields = {}, at = OPEN, visitor = aVisitor()): Promise<Page> {
	const fields = { name: 'Lou Nadeau', email: anAddress(), group: '', needs: '', ...over };
	return visitor.submit(await visitor.get(at), fields, { button: 'M’inscrire' });
}
/** Sends a form as a program would, with the key and the action of the page. */
async function post(at: string, body: (fields: URLSearchParams) => string, visitor = aVisitor()): Promise<Response> {
	const page = await visitor.get(at);
	const form = page.root.querySelector('main form[method=post]');
	const fields = new URLSearchParams();
	for (const input of form?.querySelectorAll('input[type=hidden]') ?? []) {
		fields.set(input.getAttribute('name') ?? '', input.getAttribute('value') ?? '');
	}
	return visitor.raw(at + (form?.getAttribute('action') ?? ''), {
		method: 'POST',
		body: body(fields),
		headers: { origin: server.url, 'content-type': 'application/x-www-form-urlencoded' },
	});
}

describe('a field of the contact form', () => {
	const refused: [string, Fields, string][] = [
		['empty', { name: '' }, 'name'],
		['only invisible marks', { subject: '\u200b\u202e\ufeff' }, 'subject'],
		['only NUL', { message: '\u0000\u0000' }, 'message'],
		['of 10 000 characters', { message: 'a'.repeat(10_000) }, 'message'],
		['of 10 000 characters in one line', { subject: 'b'.repeat(10_000) }, 'subject'],
		['not an address', { email: 'amina@' }, 'email'],
		['two addresses', { email: 'a@exemple.org, b@exemple.org' }, 'email'],
		['an address with a line end', { email: 'a@exemple.org\r\nBcc: b@exemple.org' }, 'email'],
		['a choice there is not', { about: 'argent' }, 'about'],
	];
	it.each(refused)('%s: 422 at its field, and what was typed is still there', async (_, over, field) => {
		const before = count('contact_message');
		const page = await write({ name: 'Zoé <b>&amp;</b>', ...over });
		expect(page.status).toBe(422);
		expect(page.root.querySelector(`#field-${field}-error`)?.text.trim()).not.toBe('');
		expect(page.root.querySelector(`.error-summary a[href="#field-${field}"]`)).not.toBeNull();
		if (field !== 'name') expect(page.root.querySelector('[name=name]')?.getAttribute('value')).toBe('Zoé <b>&amp;</b>');
		expect(count('contact_message')).toBe(before);
	});

	it('with a line end in a name or a subject is one line, in the portal and in the mail', async () => {
		const email = anAddress();
		const page = await write({ email, name: 'Ève\r\nBcc: tout@exemple.org', subject: 'Un\r\nX-Mal: oui' });
		expect(page.url.pathname).toBe('/contact/envoye/');
		const row = database.prepare('select name, subject from contact_message where address = ?').get(email);
		expect(row).toEqual({ name: 'Ève Bcc: tout@exemple.org', subject: 'Un X-Mal: oui' });
		expect(await mail.to('tout@exemple.org')).toEqual([]);
	});

	it('missing, sent twice or of another kind is refused, never a fault', async () => {
		expect((await post(CONTACT, (fields) => fields.toString())).status).toBe(422);
		expect((await post(CONTACT, () => 'name=seul')).status).toBe(422);
		expect((await post(CONTACT, () => 'submissionKey=x&name[a]=1&name=2&message=%00&email=%ff%fe')).status).toBe(422);
		const twice = (fields: URLSearchParams) => {
			for (const [name, value] of Object.entries(letter())) {
				fields.append(name, String(value));
				fields.append(name, 'autre');
			}
			return fields.toString();
		};
		expect((await post(CONTACT, twice)).status).toBe(303);
		const visitor = aVisitor();
		const page = await visitor.get(CONTACT);
		const action = page.root.querySelector('main form')?.getAttribute('action') ?? '';
		const data = new FormData();
		data.set('name', new File(['x'], 'x.txt'));
		data.set('message', new File(['\u0000'], 'y.bin'));
		const sent = await visitor.raw(CONTACT + action, { method: 'POST', body: data, headers: { origin: server.url } });
		expect(sent.status).toBe(422);
	});

	it('spoilt where nobody sees it: the form comes back whole, and can be sent', async () => {
		const visitor = aVisitor();
		const refused = await write({ submissionKey: 'abc' }, visitor);
		expect(refused.status).toBe(422);
		expect(refused.root.querySelector('[name=subject]')?.getAttribute('value')).toBe('Une question');
		const sent = await visitor.submit(refused, {}, { button: 'Envoyer le message' });
		expect(sent.url.pathname).toBe('/contact/envoye/');
	});
});

describe('the contact form', () => {
	it('sent twice at once is one message and one acknowledgement; with other words, it is refused and can be sent again', async () => {
		const visitor = aVisitor();
		const fields = letter();
		const page = await visitor.get(CONTACT);
		const both = await Promise.all([visitor.submit(page, fields), visitor.submit(page, fields)]);
		expect(both.map(({ url }) => url.pathname)).toEqual(['/contact/envoye/', '/contact/envoye/']);
		expect(count('contact_message', `address = '${fields.email}'`)).toBe(1);
		const other = await visitor.submit(page, { ...fields, message: 'Autre chose' });
		expect(other.status).toBe(409);
		expect((await visitor.submit(other, {}, { button: 'Envoyer le message' })).url.pathname).toBe('/contact/envoye/');
		expect(count('contact_message', `address = '${fields.email}'`)).toBe(2);
	});

	it('filled in by a program is answered as anyone is, and waits for nobody', async () => {
		const email = anAddress();
		const page = await write({ email, website: 'https://evil.example' });
		expect(page.url.pathname).toBe('/contact/envoye/');
		expect(count('contact_message', `address = '${email}' and status = 'set_aside'`)).toBe(1);
		expect(count('outbox_message', `to_address = '${email}'`)).toBe(0);
		const trap = (await aVisitor().get(CONTACT)).root.querySelector('[name=website]');
		expect(trap?.getAttribute('tabindex')).toBe('-1');
		expect(trap?.closest('[aria-hidden=true]')).not.toBeNull();
	});

	it('sends an acknowledgement that holds nothing of what was typed', async () => {
		const email = anAddress();
		await write({ email, name: 'GAGNEZ', subject: 'https://evil.example', message: 'Achetez' });
		const received = await mail.next(email);
		const all = `${received.subject} ${received.text} ${received.html} ${JSON.stringify(received.to)}`;
		expect(all).not.toMatch(/GAGNEZ|evil|Achetez/);
		expect(received.text).toMatch(/M-\d{4}-\d{4}/);
	});

	it('asks one network to wait after ten messages, and one address after five; what was typed stays', async () => {
		const network = aVisitor();
		const statuses: number[] = [];
		for (let sent = 0; sent < 11; sent += 1) statuses.push((await write({}, network)).status);
		expect(statuses).toEqual([...Array.from({ length: 10 }, () => 200), 429]);
		const email = anAddress();
		for (let sent = 0; sent < 5; sent += 1) expect((await write({ email: email.toUpperCase() })).status).toBe(200);
		const last = await write({ email, message: 'À garder' });
		expect(last.status).toBe(429);
		expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
		expect(last.root.querySelector('[name=message]')?.text).toContain('À garder');
		expect(count('contact_message', `normalized = '${email}'`)).toBe(5);
	});

	it('begins as a follow-up when it is reached from an answer, and only then', async () => {
		const subject = async (query: string) =>
			(await aVisitor().get(`${CONTACT}${query}`)).root.querySelector('[name=subject]')?.getAttribute('value') ?? '';
		expect(await subject('?suite=M-2026-0001')).toBe('Suite de M-2026-0001');
		expect(await subject('?suite=%3Cscript%3E')).toBe('');
		expect(await subject('')).toBe('');
	});

	it('shows what the organisation has not published as not published', async () => {
		const page = await aVisitor().get(CONTACT);
		expect(page.text.match(/Pas encore publié par l’organisation/g)).toHaveLength(4);
	});
});

describe('mail from the public, on the desk', () => {
	it('is read, noted, answered and put back by a worker; the answer reaches the sender', async () => {
		const email = anAddress();
		await write({ email, subject: 'Notre demande', message: 'Première ligne\n<b>deuxième</b>' });
		await mail.next(email);
		const worker = await logIn(DEMONSTRATION.worker);
		const home = await worker.get('/travail/');
		expect(home.text).toMatch(/Courrier du public.*attend/);
		const list = await worker.get('/travail/courrier/');
		const link = list.root.querySelectorAll('main a').find((one) => one.text === 'Notre demande');
		const page = await worker.get(link?.getAttribute('href') ?? '');
		expect(page.html).toContain('&lt;b&gt;deuxième&lt;/b&gt;');
		const noted = await worker.submit(page, { note: 'Entre nous' }, { button: 'Ajouter la note' });
		expect(noted.text).toContain('Entre nous');
		const empty = await worker.submit(noted, { answer: '' }, { button: 'Envoyer la réponse' });
		expect(empty.status).toBe(422);
		const answered = await worker.submit(noted, { answer: 'Oui, bien sûr.' }, { button: 'Envoyer la réponse' });
		expect(answered.status).toBe(200);
		expect(answered.text).toContain('répondu');
		const answer = await mail.next(email);
		expect(answer.subject).toMatch(/^\[M-\d{4}-\d{4}\] Notre demande$/);
		expect(answer.text).toContain('Oui, bien sûr.');
		expect(answer.text).toContain('> Première ligne');
		expect(answer.text).not.toContain('Entre nous');
		expect(answer.inReplyTo).toBeTruthy();
		expect(linkIn(answer)).toMatch(/^\/contact\/\?suite=M-/);
		// The page left open before the answer.
		expect((await worker.submit(noted, {}, { button: 'Mettre de côté' })).status).toBe(409);
		const back = await worker.submit(answered, {}, { button: 'Remettre à répondre' });
		const aside = await worker.submit(back, {}, { button: 'Mettre de côté' });
		expect(aside.text).toContain('mis de côté');
	});

	it('is closed to members and to workers without the right, and to forms posted from elsewhere', async () => {
		const member = await logIn(DEMONSTRATION.administrator);
		expect((await member.get('/travail/courrier/')).status).toBe(403);
		expect((await aVisitor().get('/travail/courrier/')).url.pathname).toBe('/connexion/');
		const before = count('contact_entry');
		for (const action of ['contact.answer', 'contact.setAside', 'contact.note', 'trainings.cancelSession']) {
			const answer = await member.raw(`/contact/?_action=${action}`, {
				method: 'POST',
				body: 'number=M-2026-0001&version=1&answer=x&note=x&reason=x',
				headers: { origin: server.url, 'content-type': 'application/x-www-form-urlencoded' },
			});
			expect(answer.status, action).toBe(403);
		}
		expect(count('contact_entry')).toBe(before);
	});

	it('of a number nobody has, or that is none, is not found', async () => {
		const worker = await logIn(DEMONSTRATION.worker);
		for (const number of ['M-2026-9999', 'x', '%00', '..%2f', "'--"]) {
			expect([400, 404], number).toContain((await worker.get(`/travail/courrier/${number}/`)).status);
		}
	});
});

describe('a place in a training session', () => {
	it('is asked for, confirmed by the mailed link, shown to workers, and given up', async () => {
		const email = anAddress();
		const asked = await signUp({ email, name: 'Inès Roy', needs: 'Un accès sans marche <b>' });
		expect(asked.text).toContain('Il reste à confirmer');
		const first = await mail.next(email);
		expect(`${first.subject} ${first.text} ${first.html}`).not.toMatch(/Inès|marche/);
		const link = linkIn(first);
		const visitor = aVisitor();
		const page = await visitor.get(link);
		expect(page.text).toContain('Confirmer votre inscription');
		expect(count('training_place', `address = '${email}' and status = 'asked'`)).toBe(1);
		const held = await visitor.submit(page, {}, { form: 'main form' });
		expect(held.text).toContain('Votre place est réservée');
		const second = await mail.next(email);
		expect(second.text).toContain('Bonjour Inès Roy,');
		expect(linkIn(second)).toBe(link);
		const worker = await logIn(DEMONSTRATION.worker);
		const desk = await worker.get('/travail/formations/courriel-demonstration/');
		expect(desk.text).toContain('Inès Roy');
		expect(desk.html).toContain('Un accès sans marche &lt;b&gt;');
		const gone = await visitor.submit(held, {}, { button: 'Annuler mon inscription' });
		expect(gone.text).toContain('Votre inscription est annulée');
		expect(count('training_place', `address = '${email}' and needs is null and status = 'cancelled'`)).toBe(1);
		// The page that was still open: nothing happens twice.
		expect((await visitor.submit(held, {}, { button: 'Annuler mon inscription' })).status).toBe(200);
		expect((await visitor.submit(page, {}, { form: 'main form' })).status).toBe(409);
	});

	it('in a session that is full is a turn in the waiting list; a worker who cancels the session tells all who confirmed', async () => {
		const [first, last] = [anAddress(), anAddress()];
		const confirm = async (email: string) => {
			await signUp({ email }, FULL);
			const visitor = aVisitor();
			return visitor.submit(await visitor.get(linkIn(await mail.next(email))), {}, { form: 'main form' });
		};
		expect((await confirm(first)).text).toContain('1 personne est avant vous');
		expect((await confirm(last)).text).toContain('2 personnes sont avant vous');
		for (const email of [first, last]) await mail.next(email, /attente/);
		// Kim, of the demonstration, waits before both.
		const worker = await logIn(DEMONSTRATION.worker);
		const page = await worker.get('/travail/formations/wiki-demonstration/');
		const cancelled = await worker.submit(page, { reason: 'La salle n’est plus libre.' }, { button: 'Annuler la séance' });
		expect(cancelled.text).toContain('annulée');
		for (const email of [first, last]) expect((await mail.next(email, /annulée/)).text).toContain('> La salle n’est plus libre.');
		const shown = await aVisitor().get(FULL);
		expect(shown.text).toContain('Cette séance est annulée');
		expect(shown.root.querySelector('main form')).toBeNull();
	});

	it('is never given twice, however many confirm at once', async () => {
		const seats = 3;
		const taken = count(
			'training_place',
			`session_id = (select id from training_session where slug = 'courriel-demonstration') and status = 'held'`,
		);
		const links: string[] = [];
		for (let person = 0; person < 12; person += 1) {
			const email = anAddress();
			await signUp({ email, name: `Personne ${person}` });
			links.push(linkIn(await mail.next(email)));
		}
		const pages = await Promise.all(
			links.map(async (link) => {
				const visitor = aVisitor();
				return visitor.submit(await visitor.get(link), {}, { form: 'main form' });
			}),
		);
		const held = pages.filter(({ text }) => text.includes('Votre place est réservée')).length;
		const waiting = pages.filter(({ text }) => text.includes('Vous êtes dans la liste d’attente')).length;
		expect([held, held + waiting]).toEqual([seats - taken, 12]);
		const ofSession = "session_id = (select id from training_session where slug = 'courriel-demonstration')";
		expect(count('training_place', `${ofSession} and status = 'held'`)).toBe(seats);
		// One is given up: it goes to the first who waits, who is told.
		const first = database
			.prepare(`select address from training_place where ${ofSession} and status = 'waiting' order by confirmed_at, id limit 1`)
			.get()?.address;
		const page = pages.find(({ text }) => text.includes('Votre place est réservée'));
		if (page) await aVisitor().submit(page, {}, { button: 'Annuler mon inscription' });
		const told = await mail.next(String(first), /libérée/);
		expect((await aVisitor().get(linkIn(told))).text).toContain('Votre place est réservée');
		expect(count('training_place', `${ofSession} and status = 'held'`)).toBe(seats);
	});

	const refused: [string, Fields, string][] = [
		['no name', { name: ' ' }, 'name'],
		['a name of 10 000 characters', { name: 'n'.repeat(10_000) }, 'name'],
		['no address', { email: 'x' }, 'email'],
		['an address with a line end', { email: 'a@exemple.org\nBcc: b@exemple.org' }, 'email'],
		['needs of 10 000 characters', { needs: 'n'.repeat(10_000) }, 'needs'],
		['a group of NUL and far too long', { group: `${'\u0000'.repeat(5)}${'g'.repeat(130)}` }, 'group'],
	];
	it.each(refused)('with %s is refused with 422 at its field', async (_, over, field) => {
		const before = count('training_place');
		const page = await signUp({ needs: 'À garder', ...over });
		expect(page.status).toBe(422);
		expect(page.root.querySelector(`#field-${field}-error`)).not.toBeNull();
		if (field !== 'needs') expect(page.root.querySelector('[name=needs]')?.text).toContain('À garder');
		expect(count('training_place')).toBe(before);
	});

	it('asked for by a form that lacks all, has each field twice, or is a program’s, is never a fault', async () => {
		expect((await post(OPEN, () => 'a=b')).status).toBe(422);
		expect((await post(OPEN, (fields) => `${fields}&name=Un&name=Deux&email=${anAddress()}&email=x&group=&needs=`)).status).toBe(303);
		const before = count('training_place');
		expect((await signUp({ website: 'x' })).text).toContain('Il reste à confirmer');
		expect(count('training_place')).toBe(before);
	});

	it('asked for six times in an hour with one address is told to wait', async () => {
		const email = anAddress();
		for (let asked = 0; asked < 5; asked += 1) expect((await signUp({ email, name: `Nom ${asked}` })).status).toBe(200);
		const page = await signUp({ email, name: 'Nom 6' });
		expect(page.status).toBe(429);
		expect(Number(page.headers.get('retry-after'))).toBeGreaterThan(0);
		expect(page.root.querySelector('[name=name]')?.getAttribute('value')).toBe('Nom 6');
	});

	it('of a link that is mangled, foreign or absurd opens a page with a way on', async () => {
		for (const start of ['/formations/place/', '/en/training/place/']) {
			for (const token of ['x', 'A'.repeat(43), '%00', '..%2f..%2fetc', "'%20or%20'1'='1", 'a'.repeat(3_000)]) {
				const page = await aVisitor().get(`${start}${token}/`);
				expect([400, 404, 414], token.slice(0, 20)).toContain(page.status);
				if (page.status !== 414) expect(page.root.querySelectorAll('a').length).toBeGreaterThan(0);
			}
		}
	});

	it('cannot be asked for in an example, nor in a session nobody knows', async () => {
		const example = await aVisitor().get('/formations/premier-wiki/');
		expect(example.text).toContain('Exemple, à remplacer par l’organisation');
		expect(example.root.querySelector('main form')).toBeNull();
		expect(example.root.querySelector('meta[name=robots]')?.getAttribute('content')).toBe('noindex');
		for (const slug of ['premier-wiki', 'inconnue']) {
			const answer = await aVisitor().raw(`/formations/${slug}/?_action=trainings.signUp`, {
				method: 'POST',
				body: `submissionKey=${crypto.randomUUID()}&name=Lou&email=${anAddress()}`,
				headers: { origin: server.url, 'content-type': 'application/x-www-form-urlencoded' },
			});
			expect(answer.status).toBe(404);
		}
		expect((await aVisitor().get('/formations/inconnue/')).status).toBe(404);
	});
});

describe('an empty portal', () => {
	it('says plainly that no training is announced, and shows examples that have no date', async () => {
		const empty = await startServer();
		try {
			const page = await openVisitor(empty.url).get('/formations/');
			expect(page.text).toContain('L’organisation n’a pas encore publié de date de formation');
			expect(page.text).toContain('Exemple, à remplacer par l’organisation');
			expect(page.text).not.toMatch(/\b(19|20)\d\d\b/);
		} finally {
			await empty.stop();
		}
	});
});

describe('help', () => {
	it('is linked from every screen of the members’ space, and each link leads to its heading', async () => {
		const member = await logIn(DEMONSTRATION.administrator);
		const group = 'comite-de-locataires-lieu-commun-exemple';
		const year = new Date().getFullYear();
		const numbers: Partial<Record<string, string>> = { spaceComplaintThread: `PL-${year}-0001` };
		for (const locale of ['fr', 'en'] as const) {
			for (const [key, { audience }] of Object.entries(routes)) {
				// With one group only, its list of groups leads straight to it.
				if (audience !== 'member' || key === 'spaces') continue;
				const address = pathOf(key as keyof typeof routes, locale, {
					group,
					number: numbers[key] ?? `D-${year}-0004`,
					slug: 'courriel',
					token: 'inconnu',
				});
				const page = await member.get(address);
				const link = page.root
					.querySelectorAll('main a')
					.find((one) => /^(Aide pour cet écran|Help for this screen)$/.test(one.text.trim()));
				const [target = '', anchor] = (link?.getAttribute('href') ?? '').split('#');
				expect(target, address).not.toBe('');
				const guide = await member.get(target);
				expect(guide.status).toBe(200);
				if (anchor) expect(guide.root.getElementById(anchor), `${target}#${anchor}`).not.toBeNull();
			}
		}
	});
});
