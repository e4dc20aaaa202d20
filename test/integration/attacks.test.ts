/** What people who mean harm try at the door, on the running server. */
import { globSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOCALES, matchRoute, pathOf, type RouteKey, routes } from '#src/i18n/routes.ts';
import { projectRoot } from '#src/lib/root.ts';
import { linkIn } from '#test/support/mailbox.ts';
import { anApplication, apply, type Office, openOffice, PASSWORD } from '#test/support/office.ts';
import { sendRaw } from '#test/support/raw.ts';
import { startServer, type TestServer } from '#test/support/server.ts';
import { openVisitor, type Visitor } from '#test/support/visitor.ts';

let office: Office;
const FORM = 'application/x-www-form-urlencoded';

beforeAll(async () => {
	office = await openOffice();
});
afterAll(() => office.server.stop());

/** A POST of one's own making. Not followed. */
const post = (
	visitor: Visitor,
	address: string,
	fields: Readonly<Record<string, string>>,
	headers: Readonly<Record<string, string>> = {},
) =>
	visitor.raw(address, {
		method: 'POST',
		body: new URLSearchParams(fields).toString(),
		headers: { origin: office.server.url, 'content-type': FORM, ...headers },
	});

const logIn = (visitor: Visitor, email: string, fields: Readonly<Record<string, string>> = {}) =>
	post(visitor, '/connexion/?_action=login.logIn', { email, password: PASSWORD, ...fields });

/** Each from a network address of its own, all at once. */
const atOnce = (count: number, send: (visitor: Visitor, number: number) => Promise<Response>) =>
	Promise.all(Array.from({ length: count }, (_, number) => send(office.visitor(), number)));

const statuses = (answers: readonly Response[]) => {
	const counts: Record<number, number> = {};
	for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
	return counts;
};

function query(sql: string): unknown[] {
	const database = new DatabaseSync(path.join(office.server.dataDir, 'koumbit.db'), { readOnly: true });
	try {
		return database
			.prepare(sql)
			.all()
			.map((row) => Object.values(row)[0]);
	} finally {
		database.close();
	}
}

const whoami = (cookie: string) =>
	fetch(`${office.server.url}/compte/`, { headers: { cookie }, redirect: 'manual' }).then(({ status }) => status);

describe('a session that someone chose or saw', () => {
	it('is not taken over: an id set before the log-in is thrown away, and opens nothing after', async () => {
		const { address } = await office.memberGroup();
		const planted = `koumbit=${'a'.repeat(40)}`;
		const answer = await post(
			office.visitor(),
			'/connexion/?_action=login.logIn',
			{ email: address, password: PASSWORD },
			{ cookie: planted },
		);
		expect(answer.status).toBe(303);
		const [given = ''] = answer.headers.getSetCookie().map((line) => line.split(';')[0] ?? '');
		expect(given).toMatch(/^koumbit=[a-z2-7]{40}$/);
		expect(given).not.toBe(planted);
		expect(await whoami(given)).toBe(200);
		expect(await whoami(planted)).toBe(303);
	});

	it('changes its id when a proof raises what it may do: the one before opens nothing', async () => {
		const { visitor } = await office.memberGroup();
		const before = visitor.cookies();
		await visitor.submit(await visitor.get('/compte/preuve/'), { password: PASSWORD }, { form: 'main form' });
		const after = visitor.cookies();
		expect(after).not.toBe(before);
		expect([await whoami(before), await whoami(after)]).toEqual([303, 200]);
	});

	it.each([
		['one after the other', async (send: () => Promise<Response>) => [await send(), await send()]],
		['at once', (send: () => Promise<Response>) => Promise.all([send(), send()])],
	] as const)('goes on under one new id for two clicks on one proof, %s, and leads back to the page that asked', async (_, twice) => {
		const { visitor } = await office.memberGroup();
		const before = visitor.cookies();
		const next = '/compte/donnees/';
		const prove = (password: string) =>
			post(office.visitor(), '/compte/preuve/?_action=login.prove', { password, next }, { cookie: before });
		const answers = await twice(() => prove(PASSWORD));
		expect(answers.map(({ status, headers }) => [status, headers.get('location')])).toEqual([
			[303, next],
			[303, next],
		]);
		const ids = new Set(answers.map(({ headers }) => headers.getSetCookie()[0]?.split(';')[0] ?? ''));
		expect(ids.size).toBe(1);
		for (const id of ids) expect(await whoami(id)).toBe(200);
		// Whoever only has the id of before gets nothing by it, and takes nothing from the browser of its owner.
		const stolen = await prove('un autre mot de passe');
		expect(stolen.headers.get('location')).toContain('/connexion/?next=');
		expect(stolen.headers.getSetCookie()).toEqual([]);
		expect(await whoami(before)).toBe(303);
	});

	it('loses what a role gave as soon as the role is ended, while it stays open', async () => {
		const group = await office.memberGroup();
		const address = `${office.unique('tresoriere')}@exemple.org`;
		await group.visitor.submit(await group.visitor.get(`${group.space}personnes/`), {
			email: address,
			name: 'Rosalie',
			roles: 'treasurer',
		});
		const other = office.visitor();
		await other.submit(await other.get(linkIn(await office.mail.next(address))), { fullName: 'Rosalie Roy', password: PASSWORD });
		expect((await other.raw(`${group.space}contributions/`)).status).toBe(200);
		const [person = ''] = query(`select person_id from role_assignment where role = 'treasurer' order by created_at desc`) as string[];
		const ended = await post(group.visitor, `${group.space}personnes/?_action=people.endRole`, { person, role: 'treasurer' });
		expect(ended.status).toBe(303);
		expect((await other.raw(`${group.space}contributions/`)).status).toBe(404);
		expect((await other.raw('/compte/')).status).toBe(200);
	});
});

describe('a token sent fifty times at once', () => {
	it('of an invitation lets one person in', async () => {
		const group = await office.memberGroup();
		const address = `${office.unique('invitee')}@exemple.org`;
		await group.visitor.submit(await group.visitor.get(`${group.space}personnes/`), { email: address, name: 'Invitée', roles: 'member' });
		const link = linkIn(await office.mail.next(address));
		const answers = await atOnce(50, (visitor, number) =>
			post(visitor, `${link}?_action=people.acceptInvitation`, { fullName: `Personne ${number}`, password: `${PASSWORD} ${number}` }),
		);
		expect(statuses(answers)).toEqual({ 303: 1, 409: 49 });
		expect(query(`select count(*) from account_email where normalized = '${address}'`)).toEqual([1]);
	}, 60_000);

	it('of a forgotten password chooses one password', async () => {
		const { address } = await office.memberGroup();
		const visitor = office.visitor();
		await visitor.submit(await visitor.get('/mot-de-passe/'), { email: address }, { form: 'main form' });
		const link = linkIn(await office.mail.next(address, /nouveau mot de passe/));
		const answers = await atOnce(50, (one, number) =>
			post(one, `${link}?_action=accounts.reset`, { newPassword: `la pluie tombe ${number} fois` }),
		);
		expect(statuses(answers)).toEqual({ 303: 1, 409: 49 });
		const chosen = answers.findIndex(({ status }) => status === 303);
		const tried = await logIn(office.visitor(), address, { password: `la pluie tombe ${chosen} fois` });
		expect(tried.status).toBe(303);
	}, 60_000);

	it('of an address proves it once', async () => {
		const { visitor, address } = await office.memberGroup();
		const second = `${office.unique('seconde')}@exemple.org`;
		await visitor.submit(await visitor.get('/compte/'), { email: second });
		const link = linkIn(await office.mail.next(second));
		const answers = await atOnce(50, () => post(visitor, `${link}?_action=accounts.confirmAddress`, {}));
		expect(statuses(answers)).toEqual({ 303: 1, 404: 49 });
		const told = (await office.mail.to(address)).filter(({ subject }) => /changement dans votre compte/.test(subject ?? ''));
		expect(told.length).toBeLessThanOrEqual(1);
	});

	it('of an application confirms it once, and its form makes one application', async () => {
		const address = `${office.unique('cinquante')}@exemple.org`;
		const visitor = office.visitor();
		const page = await visitor.get('/adhesion/');
		const form = anApplication({ email: address, usualName: 'Cinquante fois' });
		const sent = await Promise.all(Array.from({ length: 15 }, () => visitor.submit(page, form, { button: /Envoyer la demande/ })));
		expect(sent.every(({ status }) => status === 200)).toBe(true);
		expect(query(`select count(*) from application where applicant_email_normalized = '${address}'`)).toEqual([1]);
		const link = linkIn(await office.mail.next(address));
		const answers = await atOnce(50, (one) => post(one, `${link}?_action=applications.confirm`, {}));
		expect(answers.every(({ status }) => status === 303 || status === 409)).toBe(true);
		const [id] = query(`select id from application where applicant_email_normalized = '${address}'`);
		expect(query(`select count(*) from audit_event where action like '%confirm%' and subject_id = '${id}'`)).toEqual([1]);
	});
});

describe('what a client says of the address it came by', () => {
	const forged = {
		'X-Forwarded-Host': 'evil.example',
		'X-Forwarded-Proto': 'https',
		'X-Forwarded-For': '192.0.2.66',
		Forwarded: 'host=evil.example;proto=https',
		'X-Original-Host': 'evil.example',
		'X-Host': 'evil.example',
		'X-Forwarded-Server': 'evil.example',
		'X-Rewrite-Url': '/travail/',
		'X-Original-Url': '/travail/',
	};
	let plain: TestServer;
	beforeAll(async () => {
		plain = await startServer();
	});
	afterAll(() => plain.stop());

	it('is in no link of a message, no canonical address and no redirect', async () => {
		const address = `${office.unique('entetes')}@exemple.org`;
		await apply(openVisitor(office.server.url, forged), { email: address });
		const mail = await office.mail.next(address);
		for (const link of (mail.text ?? '').match(/https?:\/\/[^\s/]+/g) ?? []) expect(link).toBe(office.server.url);
		expect(`${mail.text}${mail.html}`).not.toContain('evil.example');
		for (const page of ['/', '/connexion/', '/mission/', '/rien/']) {
			const { html, headers } = await openVisitor(office.server.url, forged).get(page);
			expect(html, page).not.toContain('evil.example');
			expect([...headers.values()].join(), page).not.toContain('evil.example');
		}
		const closed = await openVisitor(office.server.url, forged).raw('/espace/');
		expect(closed.headers.get('location')).toBe('/connexion/?next=%2Fespace%2F');
	});

	it('as another host is no address of ours', async () => {
		for (const host of ['evil.example', 'localhost.evil.example', 'localhost@evil.example', 'evil.example#localhost']) {
			const { status, headers } = await sendRaw(office.server.port, [
				`GET /connexion/ HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
			]);
			expect([400, 421], host).toContain(status);
			expect(headers.location, host).toBeUndefined();
		}
	});

	it('a new portal has no account of its own', () => {
		const database = new DatabaseSync(path.join(plain.dataDir, 'koumbit.db'), { readOnly: true });
		expect(database.prepare('select count(*) as n from account').get()).toEqual({ n: 0 });
		database.close();
	});

	it('gets around no limit where no proxy is trusted', async () => {
		const answers: number[] = [];
		for (let attempt = 0; attempt < 12; attempt += 1) {
			const from = {
				'x-forwarded-for': `203.0.113.${attempt}`,
				'x-real-ip': `203.0.113.${attempt}`,
				forwarded: `for=203.0.113.${attempt}`,
			};
			const answer = await openVisitor(plain.url, from).raw('/connexion/?_action=login.logIn', {
				method: 'POST',
				body: new URLSearchParams({ email: 'cible@exemple.org', password: 'faux mot de passe' }).toString(),
				headers: { origin: plain.url, 'content-type': FORM },
			});
			answers.push(answer.status);
		}
		expect(answers).toEqual([...Array.from({ length: 10 }, () => 422), 429, 429]);
	});

	it('as the method it meant does nothing: a page that is read changes nothing', async () => {
		const { visitor } = await office.memberGroup();
		const method = { 'x-http-method-override': 'POST', 'x-method-override': 'POST', 'x-http-method': 'POST' };
		const read = await visitor.raw('/deconnexion/?_action=accounts.logOut&_method=POST', { headers: method });
		expect(read.status).toBe(200);
		expect((await visitor.raw('/compte/')).status).toBe(200);
		for (const verb of ['PUT', 'DELETE', 'PATCH']) expect((await visitor.raw('/compte/', { method: verb })).status, verb).toBe(405);
	});

	it('as the site a form came from is believed of the browser alone: another’s form is refused, whoever is logged in', async () => {
		const { visitor } = await office.memberGroup();
		for (const origin of ['https://evil.example', 'null', `${office.server.url}.evil.example`, 'http://localhost:1']) {
			const answer = await post(visitor, '/deconnexion/?_action=accounts.logOut', {}, { origin, 'x-forwarded-host': 'evil.example' });
			expect(answer.status, origin).toBe(403);
		}
		expect((await visitor.raw('/compte/')).status).toBe(200);
	});
});

describe('a crowd at the log-in', () => {
	it('that sends its forms one byte at a time keeps nobody else out', async () => {
		const { address } = await office.memberGroup();
		const head = `POST /connexion/?_action=login.logIn HTTP/1.1\r\nHost: ${new URL(office.server.url).host}\r\n`;
		const slow = Array.from({ length: 200 }, (_, number) => {
			const socket = connect(office.server.port, '127.0.0.1');
			socket.on('error', () => undefined);
			const from = `Origin: ${number % 2 === 0 ? office.server.url : 'https://evil.example'}`;
			socket.write(`${head}${from}\r\nContent-Type: ${FORM}\r\nContent-Length: 100\r\n\r\na`);
			return socket;
		});
		try {
			await new Promise((resolve) => setTimeout(resolve, 300));
			expect((await logIn(office.visitor(), address)).status).toBe(303);
		} finally {
			for (const socket of slow) socket.destroy();
		}
	});
});

describe('the way back after a log-in', () => {
	const CRAFTED = [
		'//evil.example',
		'///evil.example',
		'/\\evil.example',
		'\\/evil.example',
		'/%2f/evil.example',
		'/%5cevil.example',
		'/%2e%2e//evil.example',
		'/./\\evil.example',
		'/\t/evil.example',
		'/\t/[',
		'/\n/evil.example',
		'/compte/\r\nSet-Cookie: koumbit=x',
		'/compte/%0d%0aLocation:%20https://evil.example',
		'javascript:alert(1)',
		'data:text/html,x',
		'https:evil.example',
		'https:/evil.example',
		'http://localhost@evil.example/',
		' //evil.example',
		'\u2028//evil.example',
		'／／evil.example',
		'/。/evil.example',
		'/connexion/?next=//evil.example',
		'/deconnexion/',
		'?next=//evil.example',
		'#//evil.example',
		'compte/',
		'/compte/?a=//evil.example#//evil.example',
	];
	const part = fc.constantFrom(
		'/',
		'\\',
		'//',
		'%2f',
		'%5c',
		'.',
		'..',
		'@',
		':',
		'evil.example',
		'compte/',
		'\t',
		'\r\n',
		'\u202e',
		'?',
		'#',
		' ',
	);
	const anyNext = fc.oneof(
		fc.constantFrom(...CRAFTED),
		fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join('')),
	);

	it('is a page of this site, whatever was asked for', async () => {
		const { address } = await office.memberGroup();
		const check = async (next: string) => {
			const answer = await logIn(office.visitor(), address, { next });
			expect(answer.status, next).toBe(303);
			const location = answer.headers.get('location') ?? '';
			expect(location, next).toMatch(/^\/(?![/\\])/);
			const target = new URL(location, office.server.url);
			expect(target.origin, next).toBe(office.server.url);
			const key = matchRoute(target.pathname)?.key;
			expect(key, `${next} leads to ${location}`).toBeDefined();
			expect(['login', 'logout', 'error'], next).not.toContain(key);
		};
		for (const next of CRAFTED) await check(next);
		await fc.assert(fc.asyncProperty(anyNext, check), { numRuns: 60 });
	}, 60_000);
});

describe('every answer', () => {
	const pathsOf = (key: RouteKey) =>
		LOCALES.map((locale) =>
			pathOf(key, locale, Object.fromEntries([...routes[key].fr.matchAll(/\[(\w+)\]/g)].map(([, name]) => [name ?? '', 'x']))),
		);
	const keys = Object.keys(routes) as RouteKey[];

	it('forbids being shown in another site’s frame: each page, error and redirect', async () => {
		const others = ['/rien/', '/connexion', '/_assets/rien.css', '/healthz', '/sitemap-index.xml', '/nouvelles/rss.xml', '/_actions/x'];
		const visitor = await office.worker('Julien Roy', ['finance', 'sysadmin']);
		for (const who of [office.visitor(), visitor]) {
			for (const address of [...keys.flatMap(pathsOf), ...others]) {
				const answer = await who.raw(address);
				expect(answer.headers.get('content-security-policy'), `${address} (${answer.status})`).toContain("frame-ancestors 'none'");
				expect(answer.headers.get('x-content-type-options'), address).toBe('nosniff');
				await answer.body?.cancel();
			}
		}
	}, 60_000);

	it('to someone who is logged in, or that sets a cookie, is private and stored nowhere', async () => {
		const group = await office.memberGroup();
		const worker = await office.worker('Julien Roy', ['finance', 'sysadmin']);
		const closed = keys.filter((key) => routes[key].audience !== 'public' && routes[key].audience !== 'form');
		for (const visitor of [group.visitor, worker, office.visitor()]) {
			for (const address of [...closed.flatMap(pathsOf), group.space, `${group.space}personnes/`, `${group.space}contributions/`]) {
				const answer = await visitor.raw(address);
				expect(answer.headers.get('cache-control'), `${address} (${answer.status})`).toBe('private, no-store');
				await answer.body?.cancel();
			}
		}
		const entered = await logIn(office.visitor(), group.address);
		const left = await post(group.visitor, '/deconnexion/?_action=accounts.logOut', {});
		for (const answer of [entered, left]) {
			expect(answer.status).toBe(303);
			expect(answer.headers.getSetCookie()).toHaveLength(1);
			expect(answer.headers.get('cache-control')).toBe('private, no-store');
		}
	}, 60_000);

	it('over https gives a cookie that no other host, script, site or plain connection gets', async () => {
		const proxied = await startServer({ env: { SITE_URL: 'https://localhost:8443', TRUST_PROXY: '127.0.0.1' } });
		try {
			const lines = [
				'GET /connexion/ HTTP/1.1',
				'Host: localhost:8443',
				'X-Forwarded-Proto: https',
				`Cookie: __Host-koumbit=${'a'.repeat(40)}`,
			];
			const { headers } = await sendRaw(proxied.port, [`${lines.join('\r\n')}\r\nConnection: close\r\n\r\n`]);
			const attributes = (headers['set-cookie'] ?? '').split(/;\s*/);
			expect(attributes[0]).toBe('__Host-koumbit=');
			expect(attributes).toEqual(expect.arrayContaining(['Path=/', 'HttpOnly', 'Secure', 'SameSite=Lax']));
			expect(attributes.join()).not.toMatch(/domain/i);
		} finally {
			await proxied.stop();
		}
	});
});

describe('names and addresses', () => {
	it('an address that looks like another’s is another: no log-in, no invitation in their place', async () => {
		const group = await office.memberGroup();
		const twin = group.address.replace('o', 'о');
		expect(twin).not.toBe(group.address);
		expect((await logIn(office.visitor(), twin)).status).toBe(422);
		expect((await logIn(office.visitor(), group.address.toUpperCase())).status).toBe(303);
		const page = await group.visitor.get(`${group.space}personnes/`);
		const own = await group.visitor.submit(page, { email: group.address.toUpperCase(), name: 'Moi', roles: 'treasurer' });
		expect(own.status).toBe(422);
		const punycode = `${office.unique('idn')}@exämple.org`;
		await group.visitor.submit(page, { email: punycode, name: 'Idéne', roles: 'member' });
		expect(query(`select normalized from invitation where address like 'idn%'`)).toEqual([punycode.replace('exämple', 'xn--exmple-cua')]);
	});

	it('a name of 200 emoji is kept or refused at its field, and never breaks a page', async () => {
		const { visitor, space } = await office.memberGroup();
		for (const fullName of ['🌻'.repeat(200), '👩🏽‍🌾'.repeat(200), '\u202e'.repeat(200), 'e\u0301'.repeat(200)]) {
			const page = await visitor.submit(await visitor.get('/compte/'), { fullName, locale: 'fr' });
			expect([200, 422]).toContain(page.status);
			for (const address of ['/compte/', `${space}personnes/`, space]) expect((await visitor.get(address)).status).toBe(200);
		}
	});

	it('nobody gives themselves a role, by their own form or by a form they were not shown', async () => {
		const group = await office.memberGroup();
		const address = `${office.unique('membre')}@exemple.org`;
		await group.visitor.submit(await group.visitor.get(`${group.space}personnes/`), { email: address, name: 'Membre', roles: 'member' });
		const member = office.visitor();
		await member.submit(await member.get(linkIn(await office.mail.next(address))), { fullName: 'Membre Simple', password: PASSWORD });
		const rolesBefore = query('select count(*) from role_assignment');
		for (const email of [address, `${office.unique('complice')}@exemple.org`]) {
			const fields = { email, name: 'Moi', roles: 'administrator', role: 'administrator', isAdmin: 'true' };
			expect((await post(member, `${group.space}personnes/?_action=people.invite`, fields)).status).toBe(403);
			expect((await post(member, '/compte/?_action=people.invite', fields)).status).toBe(404);
		}
		const profile = {
			fullName: 'Membre Simple',
			locale: 'fr',
			role: 'administrator',
			roles: 'worker',
			coopRoles: 'finance',
			status: 'active',
		};
		expect((await post(member, '/compte/?_action=accounts.changeProfile', profile)).status).toBe(303);
		expect(query('select count(*) from role_assignment')).toEqual(rolesBefore);
		expect((await member.raw('/travail/')).status).toBe(403);
	});
});

it('no code compares a token as it was sent: tokens are looked up by their hash', () => {
	// `=== undefined` and the like say whether there is one, and tell nothing of it.
	const nothing = String.raw`(?!\s*(?:undefined|null|''))`;
	const secret = String.raw`\w*(?:[tT]oken|[sS]ecret|[pP]assword|tokenHash)`;
	const compared = new RegExp(String.raw`\b${secret}\s*[!=]==${nothing}|[^=!][!=]==\s*(?:\w+\.)*${secret}\b(?!\s*===)`);
	const found: string[] = [];
	for (const file of globSync('{src,db}/**/*.{ts,astro}', { cwd: projectRoot })) {
		if (file.endsWith('.test.ts')) continue;
		const lines = readFileSync(path.join(projectRoot, file), 'utf8').split('\n');
		for (const line of lines) if (compared.test(line)) found.push(`${file}: ${line.trim()}`);
	}
	expect(found).toEqual([]);
	for (const line of ['if (row.token === token)', 'given !== row.secret']) expect(compared.test(line), line).toBe(true);
});
