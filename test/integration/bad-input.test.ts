/** What people, programs and ill will send, over HTTP: a clear refusal, nothing typed lost, never a 500, never half a write. */
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linkIn } from '#test/support/mailbox.ts';
import { anApplication, apply, confirm, LATER, type Office, openApplication, openOffice, SEND } from '#test/support/office.ts';

let office: Office;
let database: DatabaseSync;

beforeAll(async () => {
	office = await openOffice();
	database = new DatabaseSync(path.join(office.server.dataDir, 'koumbit.db'), { readOnly: true });
});

afterAll(async () => {
	database.close();
	const code = await office.server.stop();
	expect(code).toBe(0);
	expect(office.server.output()).not.toMatch(/"level":"error"/);
});

const count = (table: string, where = '1 = 1') =>
	Number(database.prepare(`select count(*) as total from ${table} where ${where}`).get()?.total);

describe('a field of the application', () => {
	const refused: [string, Record<string, string>, string][] = [
		['empty', { usualName: '' }, 'usualName'],
		['only spaces', { usualName: ' \u00a0\u2003\t ' }, 'usualName'],
		['only invisible marks', { usualName: '\u200b\u202e\u2066\ufeff' }, 'usualName'],
		['only control characters', { applicantName: '\u0001\u0002\u007f' }, 'applicantName'],
		['too long', { usualName: 'a'.repeat(121) }, 'usualName'],
		['far too long', { mission: 'b'.repeat(50_000) }, 'mission'],
		['not an address', { email: 'amina@' }, 'email'],
		['two addresses', { email: 'a@exemple.org, b@exemple.org' }, 'email'],
		['an address with a line end', { email: 'a@exemple.org\r\nBcc: b@exemple.org' }, 'email'],
		['a choice that does not exist', { kind: 'company' }, 'kind'],
		['a band of the other class', { kind: 'individual', budgetBand: 'over_500k' }, 'budgetBand'],
		['a negative amount', { contribution: 'other', otherAmount: '-12' }, 'otherAmount'],
		['an amount in powers', { contribution: 'other', otherAmount: '1e21' }, 'otherAmount'],
		['half cents', { contribution: 'other', otherAmount: '12,345678' }, 'otherAmount'],
		['a domain that is none', { hasDomain: 'yes', domainName: 'pas un domaine' }, 'domainName'],
	];

	it.each(refused)('%s: refused with 422 at its field, and everything typed is still there', async (_, over, field) => {
		const before = count('application');
		const page = await apply(office.visitor(), { ...over, needsOther: 'À garder tel quel <b>&amp;</b>' });
		expect(page.status).toBe(422);
		expect(page.root.querySelector(`#field-${field}-error`)?.text.trim()).not.toBe('');
		expect(page.root.querySelector(`.error-summary a[href="#field-${field}"]`)).not.toBeNull();
		expect(page.root.querySelector('[name=needsOther]')?.innerHTML).toBe('\nÀ garder tel quel &lt;b&gt;&amp;amp;&lt;/b&gt;');
		expect(count('application')).toBe(before);
	});

	it('may hold HTML, which is shown as text and never run', async () => {
		const name = '<script>alert(1)</script><img src=x onerror=alert(1)> "Le groupe" & \'amis\'';
		const page = await apply(office.visitor(), { usualName: name, email: 'html@exemple.org', mission: '' });
		expect(page.status).toBe(422);
		expect(page.root.querySelectorAll('script, img[onerror]')).toHaveLength(0);
		expect(page.root.querySelector('[name=usualName]')?.getAttribute('value')).toBe(name);
	});

	it('may hold emoji, accents, a plus address and an international domain', async () => {
		const address = `zoé+liste${office.unique('x')}@éxémple.org`;
		const visitor = office.visitor();
		const page = await apply(visitor, { usualName: '👩🏽‍🌾 Les semeuses 🌱', applicantName: 'Zoé N’Guyễn', email: address });
		expect(page.status).toBe(200);
		expect(page.url.pathname).toBe('/adhesion/envoyee/');
		const row = database
			.prepare('select usual_name, applicant_email_normalized as normalized from application order by created_at desc limit 1')
			.get();
		expect(row?.usual_name).toBe('👩🏽‍🌾 Les semeuses 🌱');
		expect(row?.normalized).toMatch(/@xn--xmple-9raf?/);
	});

	it('loses marks that would make a name read as another', async () => {
		await apply(office.visitor(), { usualName: 'Groupe\u202e gro.live', email: `rtl${office.unique('x')}@exemple.org` });
		const row = database.prepare('select usual_name from application order by created_at desc limit 1').get();
		expect(row?.usual_name).toBe('Groupe gro.live');
	});

	it('named like an object’s own properties does no harm', async () => {
		const visitor = office.visitor();
		const page = await visitor.get('/adhesion/');
		const action = page.root.querySelector('main form[method=post]')?.getAttribute('action') ?? '';
		const body = new URLSearchParams({ __proto__: 'x', constructor: 'y', toString: 'z', hasOwnProperty: 'w' }).toString();
		const answer = await visitor.raw(`/adhesion/${action}`, {
			method: 'POST',
			body: `${body}&__proto__=1&__proto__[a]=2`,
			headers: { origin: office.server.url, 'content-type': 'application/x-www-form-urlencoded' },
		});
		expect([400, 422]).toContain(answer.status);
	});
});

describe('the same application twice', () => {
	it('by a double click is one application with one message', async () => {
		const visitor = office.visitor();
		const address = `${office.unique('double')}@exemple.org`;
		const page = await visitor.get('/adhesion/');
		const form = anApplication({ email: address, usualName: 'Double clic' });
		const both = await Promise.all([visitor.submit(page, form, { button: SEND }), visitor.submit(page, form, { button: SEND })]);
		expect(both.map((one) => one.url.pathname)).toEqual(['/adhesion/envoyee/', '/adhesion/envoyee/']);
		expect(count('application', `applicant_email_normalized = '${address}'`)).toBe(1);
		expect(count('outbox_message', `to_address = '${address}'`)).toBe(1);
	});

	it('on purpose is kept twice, and workers are told they look alike', async () => {
		const name = office.unique('Les jumelles');
		for (const round of [1, 2]) {
			const visitor = office.visitor();
			const address = `${office.unique('jumelle')}@exemple.org`;
			await apply(visitor, { usualName: name, email: address });
			await confirm(visitor, office.mail, address);
			expect(count('application', `usual_name = '${name}'`)).toBe(round);
		}
		const worker = await office.worker();
		const page = await openApplication(worker, name);
		expect(page.text).toContain('Doublon possible');
	});
});

describe('a private link', () => {
	it.each([
		'/adhesion/confirmer/',
		'/adhesion/suivi/',
		'/adhesion/reprendre/',
		'/invitation/',
		'/en/join/confirm/',
		'/en/join/status/',
		'/en/invitation/',
	])('%s that is mangled, foreign or absurd shows a page with a way on', async (start) => {
		const visitor = office.visitor();
		for (const token of [
			'x',
			'A'.repeat(43),
			`${'A'.repeat(42)}%00`,
			'..%2f..%2fetc',
			'%F0%9F%8C%B1',
			"'%20or%20'1'='1",
			'a'.repeat(3_000),
		]) {
			const page = await visitor.get(`${start}${token}/`);
			expect([400, 404, 410, 414], `${start}${token.slice(0, 20)}`).toContain(page.status);
			if (page.status !== 414) expect(page.root.querySelectorAll('a').length).toBeGreaterThan(0);
		}
	});

	it('used twice to confirm leads to the same status page, and nothing happens twice', async () => {
		const visitor = office.visitor();
		const address = `${office.unique('deux')}@exemple.org`;
		await apply(visitor, { email: address, usualName: office.unique('Deux fois') });
		const link = linkIn(await office.mail.next(address));
		const page = await visitor.get(link);
		const first = await visitor.submit(page, {}, { form: 'main form' });
		const second = await visitor.submit(page, {}, { form: 'main form' });
		expect(first.url.pathname).toMatch(/^\/adhesion\/suivi\//);
		expect([200, 409, 410]).toContain(second.status);
		const events = count(
			'audit_event',
			`action = 'membership.confirm_application' and subject_id in (select id from application where applicant_email_normalized = '${address}')`,
		);
		expect(events).toBeLessThanOrEqual(1);
	});

	it('is not followed by a scanner of mail: reading it changes nothing', async () => {
		const visitor = office.visitor();
		const address = `${office.unique('scanner')}@exemple.org`;
		await apply(visitor, { email: address, usualName: office.unique('Scanner') });
		await visitor.get(linkIn(await office.mail.next(address)));
		expect(count('application', `applicant_email_normalized = '${address}' and submitted_at is not null`)).toBe(0);
	});

	it('to a draft brings back everything typed', async () => {
		const visitor = office.visitor();
		const address = `${office.unique('brouillon')}@exemple.org`;
		const page = await visitor.get('/adhesion/');
		await visitor.submit(
			page,
			{ email: address, usualName: 'À moitié', mission: 'Une ligne\nUne autre', needs: ['wiki', 'blog'] },
			{ button: LATER },
		);
		const resumed = await office.visitor().get(linkIn(await office.mail.next(address)));
		expect(resumed.status).toBe(200);
		expect(resumed.root.querySelector('[name=usualName]')?.getAttribute('value')).toBe('À moitié');
		expect(resumed.root.querySelector('[name=mission]')?.text).toContain('Une ligne\nUne autre');
		expect(resumed.root.querySelectorAll('[name=needs][checked]').map((one) => one.getAttribute('value'))).toEqual(['blog', 'wiki']);
	});
});

describe('a worker’s form', () => {
	it('shown before a colleague acted is refused with 409 and changes nothing', async () => {
		const address = `${office.unique('perime')}@exemple.org`;
		const name = office.unique('Périmé');
		const applicant = office.visitor();
		await apply(applicant, { email: address, usualName: name });
		await confirm(applicant, office.mail, address);
		const [julien, maude] = [await office.worker('Julien'), await office.worker('Maude')];
		const seenByJulien = await openApplication(julien, name);
		const seenByMaude = await openApplication(maude, name);
		await julien.submit(seenByJulien, {}, { button: 'Prendre en lecture' });
		const stale = await maude.submit(seenByMaude, {}, { button: 'Prendre en lecture' });
		expect(stale.status).toBe(409);
		expect(count('application', `usual_name = '${name}' and status = 'under_review'`)).toBe(1);
	});

	it('sent after logging out leads to the log-in with a way back', async () => {
		const worker = await office.worker();
		const page = await worker.get('/travail/messages/');
		await worker.submit(await worker.get('/deconnexion/'), {}, { form: 'main form' });
		const answer = await worker.raw(`${page.url.pathname}?_action=outbox.retry`, {
			method: 'POST',
			body: 'id=x',
			headers: { origin: office.server.url, 'content-type': 'application/x-www-form-urlencoded' },
		});
		expect(answer.status).toBe(303);
		expect(answer.headers.get('location')).toMatch(/^\/connexion\/\?next=%2Ftravail%2Fmessages%2F/);
	});
});

describe('an action', () => {
	const post = (target: string, headers: Record<string, string> = {}, body = 'a=b') =>
		office.visitor().raw(target, {
			method: 'POST',
			body,
			headers: { origin: office.server.url, 'content-type': 'application/x-www-form-urlencoded', ...headers },
		});

	it('is not reachable by itself, unknown, or on a page without a form', async () => {
		expect((await post('/_actions/accounts.logIn')).status).toBe(404);
		expect((await post('/_actions/accounts.logIn/')).status).toBe(404);
		expect((await post('/connexion/?_action=inconnue')).status).toBe(404);
		for (const name of ['accounts', '__proto__.x', 'accounts.logIn.x', '.', '%00']) {
			expect([400, 404], name).toContain((await post(`/connexion/?_action=${name}`)).status);
		}
		expect((await post('/connexion/')).status).toBe(400);
	});

	it('from another site, or from nowhere, is refused', async () => {
		for (const origin of ['https://evil.example', 'null', ''])
			expect((await post('/connexion/?_action=login.logIn', { origin })).status).toBe(403);
	});

	it('of the workers’ desk is closed to a member, also when posted on a public page', async () => {
		const group = await office.memberGroup();
		const before = count('audit_event');
		for (const action of ['outbox.retry', 'contributions.recordPayment', 'membership.accept', 'requests.take']) {
			const answer = await group.visitor.raw(`/connexion/?_action=${action}`, {
				method: 'POST',
				body: 'id=x&number=D-2026-0001&version=1',
				headers: { origin: office.server.url, 'content-type': 'application/x-www-form-urlencoded' },
			});
			expect([400, 403, 404], action).toContain(answer.status);
		}
		expect(count('audit_event')).toBe(before);
	});

	it('in the space of another group answers 404, as if it did not exist', async () => {
		const [ours, theirs] = [await office.memberGroup(), await office.memberGroup()];
		for (const page of ['', 'demandes/', 'services/', 'personnes/', 'contributions/', 'demandes/nouvelle/listes/']) {
			expect((await ours.visitor.get(theirs.space + page)).status, page).toBe(404);
		}
		const answer = await ours.visitor.raw(`${theirs.space}demandes/nouvelle/listes/?_action=requests.open`, {
			method: 'POST',
			body: 'answer-listName=x',
			headers: { origin: office.server.url, 'content-type': 'application/x-www-form-urlencoded' },
		});
		expect(answer.status).toBe(404);
	});
});

describe('a body', () => {
	it('of 5 MB is refused with 413, with and without its length', async () => {
		const big = 'a='.padEnd(5 * 1024 * 1024, 'x');
		const headers = { origin: office.server.url, 'content-type': 'application/x-www-form-urlencoded' };
		const known = await fetch(`${office.server.url}/adhesion/?_action=membership.apply`, { method: 'POST', body: big, headers });
		expect(known.status).toBe(413);
		const stream = new ReadableStream({
			start(controller) {
				controller.enqueue(new TextEncoder().encode(big));
				controller.close();
			},
		});
		const unknown = await fetch(`${office.server.url}/adhesion/?_action=membership.apply`, {
			method: 'POST',
			body: stream,
			headers,
			duplex: 'half',
		} as RequestInit);
		expect(unknown.status).toBe(413);
	});
});
