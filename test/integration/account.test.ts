import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linkIn, type Mailbox, openMailbox } from '#test/support/mailbox.ts';
import { inviteWorkerByCommand } from '#test/support/operator.ts';
import { startServer, type TestServer } from '#test/support/server.ts';
import { openVisitor, type Visitor } from '#test/support/visitor.ts';

const PASSWORD = 'quatre chevaux dans un champ';
const OTHER = 'la pluie tombe sur le fleuve';

let server: TestServer;
let mail: Mailbox;
let serial = 0;
const headers = (over: Record<string, string> = {}) => {
	serial += 1;
	return { 'x-forwarded-for': `203.0.113.${serial}`, ...over };
};
const open = (over: Record<string, string> = {}) => openVisitor(server.url, headers(over));

async function aPerson(): Promise<{ email: string; visitor: Visitor }> {
	const email = `personne${serial}@exemple.org`;
	const visitor = open();
	const page = await visitor.get(await inviteWorkerByCommand(server, email, { name: 'Julien Roy' }));
	await visitor.submit(page, { fullName: 'Julien Roy', password: PASSWORD });
	return { email, visitor };
}

const logIn = async (visitor: Visitor, email: string, password: string) =>
	visitor.submit(await visitor.get('/connexion/'), { email, password });

async function askLink(email: string, visitor = open()): Promise<string> {
	await visitor.submit(await visitor.get('/mot-de-passe/'), { email }, { form: 'main form' });
	return linkIn(await mail.next(email, /nouveau mot de passe/));
}

beforeAll(async () => {
	server = await startServer({ env: { TRUST_PROXY: '127.0.0.1,::1' } });
	mail = openMailbox(server.dataDir);
});

afterAll(() => server.stop());

describe('a forgotten password', () => {
	it('is replaced through a mailed link, once, which ends every session and says so by mail', async () => {
		const { email, visitor } = await aPerson();
		const link = await askLink(email);
		const holder = open();
		const page = await holder.get(link);
		expect(page.text).toContain('Julien Roy');
		const after = await holder.submit(page, { newPassword: OTHER });
		expect(after.url.pathname).toBe('/connexion/');
		expect(after.text).toContain('nouveau mot de passe est enregistré');
		expect((await visitor.get('/travail/')).url.pathname).toBe('/connexion/');
		await mail.next(email, /changement dans votre compte/);
		expect((await logIn(open(), email, PASSWORD)).status).toBe(422);
		expect((await logIn(open(), email, OTHER)).url.pathname).toBe('/compte/etapes/');
		const again = await holder.get(link);
		expect(again.status).toBe(410);
		expect((await open().submit(page, { newPassword: PASSWORD })).status).toBe(409);
		expect((await logIn(open(), email, PASSWORD)).status).toBe(422);
	});

	it('is answered the same for an address without an account, to which nothing is sent', async () => {
		const { email } = await aPerson();
		const [known, unknown] = [open(), open()];
		const first = await known.submit(await known.get('/mot-de-passe/'), { email }, { form: 'main form' });
		const second = await unknown.submit(await unknown.get('/mot-de-passe/'), { email: 'nul@exemple.org' }, { form: 'main form' });
		expect(second.text).toBe(first.text);
		expect(second.url.href).toBe(first.url.href);
		await mail.next(email, /nouveau mot de passe/);
		expect(await mail.to('nul@exemple.org')).toEqual([]);
	});

	it('opens one door only: of two who hold the link one chooses', async () => {
		const { email } = await aPerson();
		const link = await askLink(email);
		const [one, two] = [open(), open()];
		const pages = await Promise.all([one.get(link), two.get(link)]);
		const results = await Promise.all([
			one.submit(pages[0], { newPassword: 'premier venu au champ' }),
			two.submit(pages[1], { newPassword: 'deuxieme venu au champ' }),
		]);
		expect(results.map(({ status }) => status).sort()).toEqual([200, 409]);
	});

	it('is refused when it is one of the commonest, or made of what everyone knows of its owner', async () => {
		const { email } = await aPerson();
		const visitor = open();
		const page = await visitor.get(await askLink(email));
		for (const [newPassword, sentence] of [
			['iloveyou1', /premiers que l’on essaie/],
			['julienroy2026', /./],
			['court', /./],
		] as const) {
			const refused = await visitor.submit(page, { newPassword });
			expect(refused.status, newPassword).toBe(422);
			expect(refused.text).toMatch(sentence);
			expect(refused.html).not.toContain(newPassword);
		}
	});

	it('is not asked for without end', async () => {
		const visitor = open();
		const page = await visitor.get('/mot-de-passe/');
		const statuses: number[] = [];
		for (let attempt = 0; attempt < 6; attempt += 1)
			statuses.push((await visitor.submit(page, { email: 'cible@exemple.org' }, { form: 'main form' })).status);
		expect(statuses.at(-1)).toBe(429);
		expect(statuses.slice(0, 5)).toEqual(Array(5).fill(200));
	});
});

describe('one’s own account', () => {
	it('changes the password, closes the other sessions and keeps this one', async () => {
		const { email, visitor } = await aPerson();
		const elsewhere = open();
		await logIn(elsewhere, email, PASSWORD);
		const done = await visitor.submit(await visitor.get('/compte/'), { newPassword: OTHER });
		expect(done.text).toContain('Vos autres sessions sont fermées');
		expect((await elsewhere.get('/travail/')).url.pathname).toBe('/connexion/');
		expect((await visitor.get('/travail/')).status).toBe(200);
		await mail.next(email, /changement dans votre compte/);
	});

	it('takes another address once its link was followed by its owner, tells the first, and logs in with either', async () => {
		const { email, visitor } = await aPerson();
		const second = `seconde${serial}@exemple.org`;
		await visitor.submit(await visitor.get('/compte/'), { email: second });
		expect((await logIn(open(), second, PASSWORD)).status).toBe(422);
		const link = linkIn(await mail.next(second));
		const stranger = (await aPerson()).visitor;
		expect((await stranger.get(link)).status).toBe(404);
		const confirmed = await visitor.submit(await visitor.get(link), {}, { form: 'main form' });
		expect(confirmed.text).toContain('L’adresse est confirmée');
		await mail.next(email, /changement dans votre compte/);
		expect((await logIn(open(), second, PASSWORD)).url.pathname).toBe('/compte/etapes/');
		const preferred = await visitor.submit(confirmed, {}, { button: /En faire la principale/ });
		expect(preferred.text).toContain(`${second} Adresse principale`);
		const removed = await visitor.submit(preferred, {}, { button: /^\s*Retirer\s*$/ });
		expect(removed.text).not.toContain(email);
		expect((await logIn(open(), email, PASSWORD)).status).toBe(422);
	});

	it('does not tell whose address another one is, nor take it', async () => {
		const other = await aPerson();
		const { visitor } = await aPerson();
		const before = (await mail.to(other.email)).length;
		const done = await visitor.submit(await visitor.get('/compte/'), { email: other.email.toUpperCase() });
		expect(done.text).toContain('Si cette adresse peut être ajoutée');
		expect(done.text).toContain(`${other.email.toUpperCase()} À confirmer`);
		await sleep(700);
		expect(await mail.to(other.email)).toHaveLength(before);
		expect((await logIn(open(), other.email, PASSWORD)).url.pathname).toBe('/compte/etapes/');
	});

	it('lists the sessions in plain words and ends the one chosen at once', async () => {
		const { email, visitor } = await aPerson();
		const phone = open({ 'user-agent': 'Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0' });
		await logIn(phone, email, PASSWORD);
		const page = await visitor.get('/compte/');
		expect(page.text).toContain('Firefox sur Android');
		expect(page.text).toMatch(/203\.0\.113\.0\/24/);
		expect(page.html).not.toContain('Gecko');
		const closed = await visitor.submit(page, {}, { button: /^\s*Fermer\s*$/ });
		expect(closed.text).toContain('La session est fermée');
		expect((await phone.get('/travail/')).url.pathname).toBe('/connexion/');
		expect((await visitor.submit(page, {}, { button: /^\s*Fermer\s*$/ })).status).toBe(409);
	});

	it('can’t end or change what belongs to another account', async () => {
		const mine = (await aPerson()).visitor;
		const other = await aPerson();
		await logIn(open(), other.email, PASSWORD);
		const theirs = await other.visitor.get('/compte/');
		expect((await mine.submit(theirs, {}, { button: /^\s*Fermer\s*$/ })).status).toBe(409);
		expect((await other.visitor.get('/compte/')).text).toBe(theirs.text);
	});

	it('asks for a proof again once the last is a quarter of an hour old, and changes nothing without it', async () => {
		const { email, visitor } = await aPerson();
		const page = await visitor.get('/compte/');
		const database = new DatabaseSync(path.join(server.dataDir, 'koumbit.db'), { timeout: 5_000 });
		database.exec(`UPDATE session SET proven_at = ${Date.now() - 16 * 60_000}`);
		database.close();
		const refused = await visitor.submit(page, { newPassword: OTHER });
		expect(refused.status).toBe(422);
		expect(refused.text).toContain('Confirmez d’abord que c’est vous');
		expect((await visitor.submit(page, { email: 'voleuse@exemple.org' })).status).toBe(422);
		expect((await logIn(open(), email, PASSWORD)).url.pathname).toBe('/compte/etapes/');
		const proof = await visitor.get('/compte/preuve/');
		expect((await visitor.submit(proof, { password: OTHER }, { form: 'main form' })).status).toBe(422);
		const proven = await visitor.submit(proof, { password: PASSWORD }, { form: 'main form' });
		expect(proven.url.pathname).toBe('/compte/');
		expect((await visitor.submit(proven, { newPassword: OTHER })).text).toContain('Vos autres sessions sont fermées');
	});

	it('is not reached by a form sent from another page without a session', async () => {
		for (const action of [
			...['accounts.endOtherSessions', 'accounts.changeProfile', 'accounts.addAddress', 'login.prove', 'login.provePasskey'],
			...['factors.addApp', 'factors.removeApp', 'factors.addPasskey', 'factors.removePasskey', 'factors.keepRecoveryCodes'],
		]) {
			const answer = await open().raw(`/contact/?_action=${action}`, {
				method: 'POST',
				body: new URLSearchParams({ fullName: 'x', locale: 'fr', password: 'x' }),
				headers: { origin: server.url, 'content-type': 'application/x-www-form-urlencoded' },
			});
			expect(answer.status, action).toBe(403);
		}
	});

	it('is kept by nobody: the page is private and not stored', async () => {
		const { visitor } = await aPerson();
		const page = await visitor.get('/compte/');
		expect(page.headers.get('cache-control')).toContain('no-store');
		expect((await open().get('/compte/')).url.pathname).toBe('/connexion/');
	});
});
