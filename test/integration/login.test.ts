import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { routes } from '#src/i18n/routes.ts';
import { inviteWorkerByCommand } from '#test/support/operator.ts';
import { startServer, type TestServer } from '#test/support/server.ts';
import { openVisitor, type Visitor } from '#test/support/visitor.ts';

/** They work in the network and have no second step yet: the desk leads there first. */
const FIRST = '/compte/etapes/';
const EMAIL = 'julien@exemple.org';
const PASSWORD = 'quatre chevaux dans un champ';

let server: TestServer;

async function logIn(visitor: Visitor, email: string, password: string, next = '') {
	const page = await visitor.get(`/connexion/${next}`);
	return visitor.submit(page, { email, password });
}

beforeAll(async () => {
	server = await startServer({ env: { TRUST_PROXY: '127.0.0.1,::1' } });
	const invited = openVisitor(server.url);
	const page = await invited.get(await inviteWorkerByCommand(server, EMAIL));
	await invited.submit(page, { fullName: 'Julien Roy', password: PASSWORD });
});

afterAll(() => server.stop());

/** Each test comes from its own address, so that one test's attempts don't count for another. */
let lastByte = 10;
const fromElsewhere = () => ({ 'x-forwarded-for': `203.0.113.${++lastByte}` });

describe('logging in', () => {
	it('opens a session with a cookie that scripts and other sites can’t use', async () => {
		const visitor = openVisitor(server.url, fromElsewhere());
		const page = await visitor.get('/connexion/');
		const body = new URLSearchParams({ email: EMAIL, password: PASSWORD });
		const action = page.root.querySelector('main form')?.getAttribute('action') ?? '';
		const answer = await visitor.raw(`/connexion/${action}`, {
			method: 'POST',
			body,
			headers: { origin: server.url, 'content-type': 'application/x-www-form-urlencoded' },
		});
		expect(answer.status).toBe(303);
		expect(answer.headers.get('location')).toBe('/travail/');
		expect(answer.headers.getSetCookie().join()).toMatch(/HttpOnly/i);
		expect(answer.headers.getSetCookie().join()).toMatch(/SameSite=Lax/i);
		expect(answer.headers.get('cache-control')).toContain('no-store');
	});

	it('each password is typed into a masked field that a password manager can fill', async () => {
		const visitor = openVisitor(server.url, fromElsewhere());
		const pages = [await visitor.get('/connexion/'), await visitor.get(await inviteWorkerByCommand(server, 'nouvelle@exemple.org'))];
		await logIn(visitor, EMAIL, PASSWORD);
		pages.push(await visitor.get('/compte/'), await visitor.get('/compte/preuve/'));
		for (const { root, url } of pages) {
			const fields = root.querySelectorAll('input').filter((one) => /password/i.test(one.getAttribute('name') ?? ''));
			expect(fields.length, url.pathname).toBeGreaterThan(0);
			for (const field of fields) {
				expect(field.getAttribute('type'), url.pathname).toBe('password');
				expect(field.getAttribute('autocomplete'), url.pathname).toMatch(/^(current|new)-password$/);
				expect(Object.keys(field.attributes).filter((name) => name.startsWith('on') || name === 'maxlength')).toEqual([]);
			}
		}
	});

	it('accepts the address in another case', async () => {
		const page = await logIn(openVisitor(server.url, fromElsewhere()), ' JULIEN@Exemple.ORG ', PASSWORD);
		expect(page.url.pathname).toBe(FIRST);
	});

	it('gives a wrong password and an unknown address the same answer, with the address kept and the password not', async () => {
		const wrong = await logIn(openVisitor(server.url, fromElsewhere()), EMAIL, 'faux mot de passe');
		const unknown = await logIn(openVisitor(server.url, fromElsewhere()), 'personne@exemple.org', 'faux mot de passe');
		for (const page of [wrong, unknown]) {
			expect(page.status).toBe(422);
			expect(page.root.querySelector('[name=password]')?.getAttribute('value') ?? '').toBe('');
		}
		expect(unknown.root.querySelector('[name=email]')?.getAttribute('value')).toBe('personne@exemple.org');
		expect(unknown.text).toBe(wrong.text);
	});

	it('takes as long for an unknown address as for a wrong password, within a wide bound', async () => {
		const times = { known: [] as number[], unknown: [] as number[] };
		for (let round = 0; round < 9; round += 1) {
			for (const who of ['known', 'unknown'] as const) {
				const visitor = openVisitor(server.url, fromElsewhere());
				const page = await visitor.get('/connexion/');
				const started = performance.now();
				await visitor.submit(page, { email: who === 'known' ? EMAIL : `nul${round}@exemple.org`, password: 'faux mot de passe' });
				times[who].push(performance.now() - started);
			}
		}
		const median = (list: number[]) => list.toSorted((a, b) => a - b)[list.length >> 1] ?? 0;
		const ratio = median(times.unknown) / median(times.known);
		expect(ratio).toBeGreaterThan(0.5);
		expect(ratio).toBeLessThan(2);
	});

	it('refuses the eleventh attempt on one account from one address, and says when to come back', async () => {
		const visitor = openVisitor(server.url, fromElsewhere());
		const statuses: number[] = [];
		let last = await logIn(visitor, 'cible@exemple.org', 'faux');
		statuses.push(last.status);
		for (let attempt = 1; attempt < 11; attempt += 1) {
			last = await visitor.submit(last, { email: 'cible@exemple.org', password: 'faux' });
			statuses.push(last.status);
		}
		expect(statuses).toEqual([...Array.from({ length: 10 }, () => 422), 429]);
		expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
	});

	it('returns to the page that was asked for, and to no other site', async () => {
		const visitor = openVisitor(server.url, fromElsewhere());
		const closed = await visitor.raw('/compte/');
		expect(closed.status).toBe(303);
		const back = await visitor.submit(await visitor.get(closed.headers.get('location') ?? ''), { email: EMAIL, password: PASSWORD });
		expect(back.url.pathname).toBe('/compte/');
		for (const next of [
			'//evil.example/',
			'https://evil.example/',
			'/\\evil.example',
			'/%2F/evil.example',
			'javascript:alert(1)',
			'/inconnu/',
		]) {
			const page = await logIn(openVisitor(server.url, fromElsewhere()), EMAIL, PASSWORD, `?next=${encodeURIComponent(next)}`);
			expect(page.url.origin).toBe(server.url);
			expect(page.url.pathname).toBe(FIRST);
		}
	});

	it('answers 401 to a program that asks for JSON', async () => {
		const answer = await openVisitor(server.url).raw('/travail/', { headers: { accept: 'application/json' } });
		expect(answer.status).toBe(401);
	});

	it('gives a new session id at each log-in and ends the one before', async () => {
		const visitor = openVisitor(server.url, fromElsewhere());
		await logIn(visitor, EMAIL, PASSWORD);
		const before = visitor.cookies();
		await logIn(visitor, EMAIL, PASSWORD);
		expect(visitor.cookies()).not.toBe(before);
		const replay = await fetch(`${server.url}/compte/`, { headers: { cookie: before }, redirect: 'manual' });
		expect(replay.status).toBe(303);
	});
});

describe('logging out', () => {
	it('is in sight on every page of someone who is logged in', async () => {
		const visitor = openVisitor(server.url, fromElsewhere());
		await logIn(visitor, EMAIL, PASSWORD);
		const open = Object.values(routes).filter(({ fr, audience }) => !fr.includes('[') && (audience === 'member' || audience === 'worker'));
		expect(open.length).toBeGreaterThan(5);
		for (const { fr, en } of open) {
			for (const address of [fr, en]) {
				const { root } = await visitor.get(address);
				const form = root.querySelectorAll('header form').find((one) => one.getAttribute('action')?.includes('accounts.logOut'));
				expect(form, address).toBeDefined();
			}
		}
	});

	it('ends the session on the server: the old cookie opens nothing', async () => {
		const visitor = openVisitor(server.url, fromElsewhere());
		await logIn(visitor, EMAIL, PASSWORD);
		const cookie = visitor.cookies();
		const open = await fetch(`${server.url}/compte/`, { headers: { cookie }, redirect: 'manual' });
		expect(open.status).toBe(200);
		await visitor.submit(await visitor.get('/deconnexion/'), {}, { form: 'main form' });
		const closed = await fetch(`${server.url}/compte/`, { headers: { cookie }, redirect: 'manual' });
		expect(closed.status).toBe(303);
		expect(closed.headers.get('location')).toMatch(/^\/connexion\//);
	});
});

describe('who may see the desk', () => {
	it('is nobody who is not a worker', async () => {
		const answer = await openVisitor(server.url).raw('/en/work/');
		expect(answer.status).toBe(303);
		expect(answer.headers.get('location')).toBe('/en/login/?next=%2Fen%2Fwork%2F');
	});

	it('does not include a group that does not exist or is not theirs: 404', async () => {
		const visitor = openVisitor(server.url, fromElsewhere());
		await logIn(visitor, EMAIL, PASSWORD);
		expect((await visitor.get('/espace/inconnu/')).status).toBe(404);
		expect((await visitor.get('/en/space/inconnu/requests/')).status).toBe(404);
	});
});
