/** The second step over HTTP, as browsers with and without JavaScript send it, and as those who try to get around it do. */
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeOfStep } from '#src/adapters/one-time-codes/index.ts';
import { makeAuthenticator } from '#test/support/authenticator.ts';
import { linkIn } from '#test/support/mailbox.ts';
import { type Office, openOffice, PASSWORD } from '#test/support/office.ts';
import { inviteWorkerByCommand, koumbit } from '#test/support/operator.ts';
import { nextCode, setUpSteps } from '#test/support/steps.ts';
import type { Page, Visitor } from '#test/support/visitor.ts';

let office: Office;
const sql = (statement: string, ...values: (string | number)[]) => {
	const database = new DatabaseSync(path.join(office.server.dataDir, 'koumbit.db'), { timeout: 5_000 });
	try {
		return database.prepare(statement).all(...values);
	} finally {
		database.close();
	}
};

beforeAll(async () => {
	office = await openOffice();
});
afterAll(() => office.server.stop());

/** Someone who works in the network, before any second step. */
async function aWorker(): Promise<{ email: string; visitor: Visitor }> {
	const email = `${office.unique('etapes')}@exemple.org`;
	const visitor = office.visitor();
	await visitor.submit(await visitor.get(await inviteWorkerByCommand(office.server, email)), {
		fullName: 'Julien Roy',
		password: PASSWORD,
	});
	return { email, visitor };
}

const password = async (visitor: Visitor, email: string, next = '') =>
	visitor.submit(await visitor.get(`/connexion/${next}`), { email, password: PASSWORD });

const post = (visitor: Visitor, page: Page, fields: Record<string, string>, has: string) => {
	const form = page.root.querySelectorAll('form').find((one) => one.querySelector(`[name=${has}]`));
	const action = new URL(form?.getAttribute('action')?.replaceAll('&amp;', '&') ?? '', page.url);
	return visitor.raw(`${action.pathname}${action.search}`, {
		method: 'POST',
		body: new URLSearchParams(fields),
		headers: { origin: office.server.url },
	});
};

const optionsOf = (page: Page, has: string) => {
	const place = page.root.querySelectorAll('[data-passkey]').find((one) => one.querySelector(`form[action*="${has}"]`));
	return JSON.parse(place?.getAttribute('data-passkey')?.replaceAll('&quot;', '"').replaceAll('&#34;', '"') ?? '{}');
};

const withPasskey = async (visitor: Visitor, device = makeAuthenticator(office.server.url)) => {
	const page = await visitor.get('/compte/etapes/');
	const done = await visitor.submit(page, { name: 'Téléphone', credential: device.create(optionsOf(page, 'addPasskey')) });
	expect(done.url.pathname, done.text).toMatch(/^\/compte\/etapes\//);
	return device;
};

describe('a role of the network', () => {
	it('opens the desk only once a second step is set up, and the page says why', async () => {
		const { visitor } = await aWorker();
		const led = await visitor.raw('/travail/demandes/');
		expect([led.status, led.headers.get('location')]).toEqual([303, '/compte/etapes/']);
		expect((await visitor.get('/compte/etapes/')).text).toContain('Votre rôle demande une deuxième étape');
		const english = await visitor.raw('/en/work/');
		expect(english.headers.get('location')).toBe('/en/account/steps/');
		const json = await visitor.raw('/travail/', { headers: { accept: 'application/json' } });
		expect(json.status).toBe(403);
		await setUpSteps(visitor);
		expect((await visitor.get('/travail/demandes/')).status).toBe(200);
	});

	it('acts by no form sent to another page before that', async () => {
		const { visitor } = await aWorker();
		for (const action of ['requests.take', 'contributions.recordPayment', 'status.open', 'contact.answer']) {
			const answer = await visitor.raw(`/compte/?_action=${action}`, {
				method: 'POST',
				body: new URLSearchParams({ number: 'D-2026-0001' }),
				headers: { origin: office.server.url },
			});
			expect([403, 404], action).toContain(answer.status);
		}
	});

	it('is led to the step, not to the set-up, when a session without it meets an account that has one', async () => {
		const { email, visitor } = await aWorker();
		const key = await setUpSteps(visitor);
		sql('update session set factor_at = null where account_id = (select account_id from account_email where normalized = ?)', email);
		const step = await visitor.get('/travail/demandes/');
		expect(step.url.pathname).toBe('/connexion/etape/');
		const before = visitor.cookies();
		const desk = await visitor.submit(step, { code: await nextCode(key) });
		expect(desk.url.pathname).toBe('/travail/demandes/');
		expect(visitor.cookies()).not.toBe(before);
	});

	it('keeps its last second step: a sentence says why, and a form sent by hand is refused', async () => {
		const { visitor } = await aWorker();
		await setUpSteps(visitor);
		const page = await visitor.get('/compte/etapes/');
		expect(page.text).toContain('Pour retirer celle-ci, ajoutez-en d’abord une autre');
		const refused = await visitor.raw('/compte/etapes/?_action=factors.removeApp', {
			method: 'POST',
			body: new URLSearchParams({ x: '1' }),
			headers: { origin: office.server.url },
		});
		expect(refused.status).toBe(409);
		expect(await refused.text()).toContain('ajoutez-en une autre avant de retirer celle-ci');
		await withPasskey(visitor);
		const both = await visitor.get('/compte/etapes/');
		expect((await visitor.submit(both, {}, { button: 'Retirer l’application' })).text).toContain('L’application est retirée');
	});

	it('is never asked of a group’s own people, who may set one up and take it away', async () => {
		const { visitor, space, address } = await office.memberGroup();
		expect((await visitor.get(space)).status).toBe(200);
		await setUpSteps(visitor);
		await office.mail.next(address, /changement dans votre compte/);
		const page = await visitor.get('/compte/etapes/');
		expect((await visitor.submit(page, {}, { button: 'Retirer l’application' })).text).toContain('Aucune clé d’accès');
		expect((await password(office.visitor(), address)).url.pathname).toBe(space);
	});
});

describe('the log-in with a code', () => {
	it('opens nothing before the code, and returns to the page asked for after it', async () => {
		const { email, visitor } = await aWorker();
		const key = await setUpSteps(visitor);
		const one = office.visitor();
		const step = await password(one, email, '?next=%2Ftravail%2Fdemandes%2F');
		expect(step.url.pathname).toBe('/connexion/etape/');
		expect(step.headers.get('cache-control')).toContain('no-store');
		for (const page of ['/compte/', '/travail/', '/espace/']) expect((await one.raw(page)).status).toBe(303);
		expect((await one.submit(step, { code: '000000' })).status).toBe(422);
		expect((await one.submit(step, { code: await nextCode(key) })).url.pathname).toBe('/travail/demandes/');
	});

	it('takes a code once, in another log-in too', async () => {
		const { email, visitor } = await aWorker();
		const key = await setUpSteps(visitor);
		const code = await nextCode(key);
		const [one, two] = [office.visitor(), office.visitor()];
		const [first, second] = [await password(one, email), await password(two, email)];
		expect((await one.submit(first, { code })).url.pathname).toBe('/travail/');
		const again = await two.submit(second, { code });
		expect(again.status).toBe(422);
		expect(again.text).toContain('il a déjà servi');
		expect(again.html).not.toContain(code);
	});

	it('opens one session for two posts of the same code at once, and none for the step that served', async () => {
		const { email, visitor } = await aWorker();
		const key = await setUpSteps(visitor);
		const one = office.visitor();
		const step = await password(one, email);
		const pending = one.cookies();
		const count = () =>
			Number(
				sql('select count(*) as n from session where account_id = (select account_id from account_email where normalized = ?)', email)[0]
					?.n,
			);
		const before = count();
		const code = await nextCode(key);
		const answers = await Promise.all([1, 2, 3, 4].map(() => post(one, step, { code }, 'code')));
		expect(answers.map((answer) => answer.status).toSorted()).toEqual([303, 409, 409, 409]);
		expect(count()).toBe(before + 1);
		const replay = await fetch(`${office.server.url}/connexion/etape/?_action=login.giveCode`, {
			method: 'POST',
			body: new URLSearchParams({ code: '123456' }),
			headers: { cookie: pending, origin: office.server.url },
			redirect: 'manual',
		});
		expect(replay.status).toBe(409);
		expect(await replay.text()).toContain('Redonnez votre mot de passe');
	});

	it('wants the password again after five wrong codes, and tells the owner, who logs in all the same', async () => {
		const { email, visitor } = await aWorker();
		const key = await setUpSteps(visitor);
		const one = office.visitor();
		let page = await password(one, email);
		for (let attempt = 0; attempt < 5; attempt += 1) page = await one.submit(page, { code: '000000' });
		expect(page.text).toContain('Redonnez votre mot de passe');
		await office.mail.next(email, /changement/);
		const told = await office.mail.next(email, /changement/);
		expect(told.text).toMatch(/cinq\s+mauvais codes/);
		const owner = office.visitor();
		expect((await owner.submit(await password(owner, email), { code: await nextCode(key) })).url.pathname).toBe('/travail/');
	});

	it('refuses the codes of a clock that is a day off', async () => {
		const { email, visitor } = await aWorker();
		const key = await setUpSteps(visitor);
		const one = office.visitor();
		const step = await password(one, email);
		for (const away of [-86_400_000, 86_400_000]) {
			const code = codeOfStep(key, Math.floor((Date.now() + away) / 30_000));
			expect((await one.submit(step, { code })).status).toBe(422);
		}
	});

	it('is not got around by a new password, which opens no session', async () => {
		const { email, visitor } = await aWorker();
		await setUpSteps(visitor);
		const one = office.visitor();
		await one.submit(await one.get('/mot-de-passe/'), { email }, { form: 'main form' });
		const reset = await one.get(linkIn(await office.mail.next(email, /nouveau mot de passe/)));
		const after = await one.submit(reset, { newPassword: 'la pluie tombe sur le fleuve' });
		const step = await one.submit(after, { email, password: 'la pluie tombe sur le fleuve' });
		expect(step.url.pathname).toBe('/connexion/etape/');
	});

	it('ends with the password: one changed meanwhile closes the step under way', async () => {
		const { email, visitor } = await aWorker();
		const key = await setUpSteps(visitor);
		const one = office.visitor();
		const step = await password(one, email);
		const account = await visitor.get('/compte/');
		await visitor.submit(account, { newPassword: 'la pluie tombe sur le fleuve' });
		expect((await one.submit(step, { code: await nextCode(key) })).status).toBe(409);
	});
});

describe('recovery codes', () => {
	const codesOf = (page: Page) => page.root.querySelectorAll('main li code').map((one) => one.text);

	it('are ten, shown once, kept hashed, good once each, and made again in place of those before', async () => {
		const { email, visitor } = await aWorker();
		await setUpSteps(visitor);
		const page = await visitor.get('/compte/etapes/secours/');
		const codes = codesOf(page);
		expect(new Set(codes).size).toBe(10);
		const kept = await visitor.submit(page, {}, { button: 'J’ai gardé ces codes' });
		expect(kept.text).toContain('Il vous en reste 10');
		expect(JSON.stringify(sql('select * from recovery_code'))).not.toContain(codes[0]?.replaceAll('-', ''));
		// The page sent again keeps what has served since.
		const one = office.visitor();
		expect((await one.submit(await password(one, email), { code: codes[0]?.toLowerCase() ?? '' })).url.pathname).toBe('/travail/');
		expect((await visitor.submit(page, {}, { button: 'J’ai gardé ces codes' })).status).toBe(409);
		expect((await visitor.get('/compte/etapes/')).text).toContain('Il vous en reste 9');
		const two = office.visitor();
		expect((await two.submit(await password(two, email), { code: codes[0] ?? '' })).status).toBe(422);
		const told = await office.mail.next(email, /changement/);
		expect(told).toBeDefined();
		const fresh = await visitor.get('/compte/etapes/secours/');
		await visitor.submit(fresh, {}, { button: 'J’ai gardé ces codes' });
		const three = office.visitor();
		expect((await three.submit(await password(three, email), { code: codes[1] ?? '' })).status).toBe(422);
	});

	it('of which two come at once open one session', async () => {
		const { email, visitor } = await aWorker();
		await setUpSteps(visitor);
		const page = await visitor.get('/compte/etapes/secours/');
		await visitor.submit(page, {}, { button: 'J’ai gardé ces codes' });
		const code = codesOf(page)[3] ?? '';
		const people = [office.visitor(), office.visitor()];
		const steps = await Promise.all(people.map((one) => password(one, email)));
		const answers = await Promise.all(people.map((one, at) => post(one, steps[at] as Page, { code }, 'code')));
		expect(answers.map((answer) => answer.status).toSorted()).toEqual([303, 422]);
	});
});

describe('a passkey', () => {
	it('is the second step, once a challenge', async () => {
		const { email, visitor } = await aWorker();
		const device = await withPasskey(visitor);
		expect((await visitor.get('/travail/')).status).toBe(200);
		const one = office.visitor();
		const step = await password(one, email);
		const credential = device.get(optionsOf(step, 'givePasskey'));
		expect((await one.submit(step, { credential })).url.pathname).toBe('/travail/');
		const two = office.visitor();
		const other = await password(two, email);
		expect((await two.submit(other, { credential })).status).toBe(422);
	});

	it('is the only step when its device checks who holds it, and not otherwise', async () => {
		const { visitor } = await aWorker();
		const device = await withPasskey(visitor);
		const one = office.visitor();
		const page = await one.get('/connexion/?next=%2Fcompte%2F');
		device.verifies = false;
		expect((await one.submit(page, { credential: device.get(optionsOf(page, 'logInByPasskey')) })).status).toBe(422);
		device.verifies = true;
		const credential = device.get(optionsOf(page, 'logInByPasskey'));
		const [first, second] = await Promise.all([
			post(one, page, { credential }, 'credential'),
			post(one, page, { credential }, 'credential'),
		]);
		expect([first.status, second.status].toSorted()).toEqual([303, 422]);
	});

	it('is refused when its count went back, from another site, with another’s challenge, or of nobody here', async () => {
		const { email, visitor } = await aWorker();
		const device = await withPasskey(visitor);
		const one = office.visitor();
		const enter = async (credential: (page: Page) => string) => {
			const page = await one.get('/connexion/');
			return (await one.submit(page, { credential: credential(page) })).status;
		};
		device.counter = 41;
		expect(await enter((page) => device.get(optionsOf(page, 'logInByPasskey')))).toBe(200);
		device.counter = 5;
		expect(await enter((page) => device.get(optionsOf(page, 'logInByPasskey')))).toBe(422);
		device.counter = 100;
		device.origin = 'https://koumbit.example';
		expect(await enter((page) => device.get(optionsOf(page, 'logInByPasskey')))).toBe(422);
		device.origin = office.server.url;
		expect(await enter((page) => device.get({ ...optionsOf(page, 'logInByPasskey'), challenge: 'AAAA' }))).toBe(422);
		const step = await password(office.visitor(), email);
		expect(await enter(() => device.get(optionsOf(step, 'givePasskey')))).toBe(422);
		const stranger = makeAuthenticator(office.server.url);
		expect(await enter((page) => stranger.get(optionsOf(page, 'logInByPasskey')))).toBe(422);
		for (const junk of ['', '{}', 'null', '"x"', `{"id":"${'a'.repeat(70_000)}"}`]) expect(await enter(() => junk)).toBe(422);
	});

	it('proves who one is for a sensitive change, which a password then does not', async () => {
		const { email, visitor } = await aWorker();
		const device = await withPasskey(visitor);
		const stale = () =>
			sql('update session set proven_at = 1 where account_id = (select account_id from account_email where normalized = ?)', email);
		stale();
		const page = await visitor.get('/compte/preuve/?next=%2Fcompte%2Fetapes%2F');
		expect(page.root.querySelector('[name=password]')).toBeNull();
		const tried = await visitor.raw('/compte/preuve/?_action=login.prove', {
			method: 'POST',
			body: new URLSearchParams({ password: PASSWORD }),
			headers: { origin: office.server.url },
		});
		expect(tried.status).toBe(422);
		const refused = await visitor.raw('/compte/etapes/?_action=factors.addPasskey', {
			method: 'POST',
			body: new URLSearchParams({ name: 'x', credential: '{}' }),
			headers: { origin: office.server.url },
		});
		expect(refused.status).toBe(422);
		expect(await refused.text()).toContain('Confirmez d’abord que c’est vous');
		const proven = await visitor.submit(page, { credential: device.get(optionsOf(page, 'provePasskey')) });
		expect(proven.url.pathname).toBe('/compte/etapes/');
		expect(proven.root.querySelector('[name=name]')).not.toBeNull();
	});

	it('set up first ends the sessions that were opened without it, and all addresses are told', async () => {
		const { email, visitor } = await aWorker();
		const other = office.visitor();
		await password(other, email);
		expect((await other.raw('/compte/')).status).toBe(200);
		await withPasskey(visitor);
		expect((await other.raw('/compte/')).status).toBe(303);
		expect((await office.mail.next(email, /changement/)).text).toContain('Téléphone');
		const again = await visitor.get('/compte/etapes/');
		expect(again.text).toContain('Téléphone');
	});
});

describe('the log-in by a mailed link', () => {
	const ask = async (visitor: Visitor, email: string) =>
		visitor.submit(await visitor.get('/connexion/lien/'), { email }, { form: 'main form' });

	it('logs in once, in the browser that asked; reading the page uses nothing up', async () => {
		const { email } = await aWorker();
		const one = office.visitor();
		await ask(one, email);
		const link = linkIn(await office.mail.next(email, /lien de connexion/));
		for (let scanner = 0; scanner < 3; scanner += 1) expect((await office.visitor().get(link)).status).toBe(200);
		const page = await one.get(link);
		expect(page.root.querySelector('[name=confirmed]')).toBeNull();
		expect((await one.submit(page, {}, { button: 'Me connecter' })).url.pathname).toBe('/compte/etapes/');
		expect((await one.get(link)).status).toBe(410);
		expect((await office.visitor().submit(page, {}, { button: 'Me connecter' })).status).toBe(409);
	});

	it('asks for a confirmation in another browser', async () => {
		const { email } = await aWorker();
		await ask(office.visitor(), email);
		const link = linkIn(await office.mail.next(email, /lien de connexion/));
		const other = office.visitor();
		const page = await other.get(link);
		expect(page.text).toContain('Julien Roy');
		expect((await other.submit(page, {}, { button: 'Me connecter' })).status).toBe(422);
		expect((await other.submit(page, { confirmed: 'on' }, { button: 'Me connecter' })).url.pathname).toBe('/compte/etapes/');
	});

	it('answers the same for an address without an account, to which nothing is sent', async () => {
		const { email } = await aWorker();
		const [one, two] = [office.visitor(), office.visitor()];
		const [known, unknown] = [await ask(one, email), await ask(two, 'nul-lien@exemple.org')];
		expect(unknown.text).toBe(known.text);
		expect(unknown.url.href).toBe(known.url.href);
		await office.mail.next(email, /lien de connexion/);
		expect(await office.mail.to('nul-lien@exemple.org')).toEqual([]);
	});

	it('sends no link to whoever has a second step, and one mailed before opens nothing', async () => {
		const { email, visitor } = await aWorker();
		await ask(office.visitor(), email);
		const early = linkIn(await office.mail.next(email, /lien de connexion/));
		await setUpSteps(visitor);
		const one = office.visitor();
		expect((await one.submit(await one.get(early), { confirmed: 'on' }, { button: 'Me connecter' })).status).toBe(409);
		await ask(one, email);
		const told = await office.mail.next(email, /connexion au portail/);
		expect(told.text).toContain('deuxième étape');
		expect(linkIn(told)).toBe('/connexion/');
	});

	it('is dead after ten minutes', async () => {
		const { email } = await aWorker();
		const one = office.visitor();
		await ask(one, email);
		const link = linkIn(await office.mail.next(email, /lien de connexion/));
		expect(sql('select expires_at - created_at as lasts from login_link order by created_at desc limit 1')).toEqual([{ lasts: 10 * 60_000 }]);
		sql('update login_link set expires_at = ?', Date.now());
		expect((await one.get(link)).status).toBe(410);
	});
});

describe('someone who lost everything', () => {
	// Four commands, each a process of its own.
	it('is let in again by an operator’s command, which ends their sessions, tells them and is on record', async () => {
		const { email, visitor } = await aWorker();
		await setUpSteps(visitor);
		const portal = { dataDir: office.server.dataDir, url: office.server.url };
		expect((await koumbit(['account', 'reset-steps', 'nul@exemple.org'], portal)).code).toBe(1);
		const done = await koumbit(['account', 'reset-steps', email, '--json'], portal);
		expect(done, done.stderr).toMatchObject({ code: 0 });
		expect(JSON.parse(done.stdout)).toEqual({ sessionsEnded: 1 });
		expect((await visitor.raw('/compte/')).status).toBe(303);
		expect((await password(office.visitor(), email, '?next=%2Ftravail%2F')).url.pathname).toBe('/compte/etapes/');
		await office.mail.next(email, /changement/);
		expect((await office.mail.next(email, /changement/)).text).toContain('À votre demande');
		expect(sql("select actor_kind from audit_event where action = 'factors.reset'")).toEqual([{ actor_kind: 'operator' }]);
		expect((await koumbit(['account', 'reset-steps', email], portal)).stderr).toContain('no second step');
	}, 90_000);
});

describe('before the password is right', () => {
	it('nothing tells that an account exists or has a second step', async () => {
		const { email, visitor } = await aWorker();
		await setUpSteps(visitor);
		const one = office.visitor();
		const wrong = await one.submit(await one.get('/connexion/'), { email, password: 'faux mot de passe' });
		const two = office.visitor();
		const unknown = await two.submit(await two.get('/connexion/'), { email: 'nul@exemple.org', password: 'faux mot de passe' });
		expect([wrong.status, wrong.text]).toEqual([unknown.status, unknown.text]);
		expect(one.cookies()).toBe(two.cookies());
	});
});
