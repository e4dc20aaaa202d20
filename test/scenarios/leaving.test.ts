/** How a group leaves, is suspended, complains: what people do and receive, from the notice to the desk. */
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linkIn } from '#test/support/mailbox.ts';
import { type Office, openOffice, PASSWORD } from '#test/support/office.ts';
import { until } from '#test/support/ports.ts';
import type { Visitor } from '#test/support/visitor.ts';

let office: Office;
let julien: Visitor;
let maude: Visitor;

beforeAll(async () => {
	office = await openOffice();
	julien = await office.worker('Julien Suspend', ['worker', 'finance']);
	maude = await office.worker('Maude Confirme', ['worker']);
}, 90_000);

afterAll(() => office.server.stop());

type Group = Awaited<ReturnType<Office['memberGroup']>>;

/** A second administrator, invited by the first. */
async function secondAdministrator(group: Group): Promise<{ visitor: Visitor; address: string }> {
	const address = `${office.unique('second')}@exemple.org`;
	await group.visitor.submit(await group.visitor.get(`${group.space}personnes/`), {
		name: 'Noé Gagnon',
		email: address,
		roles: ['administrator'],
		locale: 'fr',
	});
	const visitor = office.visitor();
	await visitor.submit(await visitor.get(linkIn(await office.mail.next(address, /invitation/))), {
		fullName: 'Noé Gagnon',
		password: PASSWORD,
	});
	// Whoever was let in lately confirms nothing.
	const since = new Date(Date.now() - 8 * 86_400_000).toISOString().slice(0, 10);
	inDatabase(`update role_assignment set from_on = ? where role = 'administrator'`, since);
	return { visitor, address };
}

const give = async (group: Group) =>
	group.visitor.submit(
		await group.visitor.get(`${group.space}depart/`),
		{ reason: 'resigned', understood: 'on' },
		{ button: 'Donner l’avis de départ' },
	);

/** Moves what the database says of time, as if the days had passed. */
function inDatabase(sql: string, ...values: (string | number)[]): void {
	const database = new DatabaseSync(path.join(office.server.dataDir, 'koumbit.db'), { timeout: 5_000 });
	database.prepare(sql).run(...values);
	database.close();
}

describe('a group that leaves', () => {
	it('reads first what would happen, then leaves as soon as a second administrator confirms, and keeps reading', async () => {
		const group = await office.memberGroup();
		const noe = await secondAdministrator(group);
		const plan = await group.visitor.get(`${group.space}depart/`);
		expect(plan.text).toContain('Rien n’est encore fait');
		expect(plan.text).toContain('Il n’y a aucun solde à rembourser');
		const given = await give(group);
		expect(given.text).toContain('Un avis de départ est en cours');
		expect(given.root.querySelectorAll('main button').map((one) => one.text.trim())).not.toContain('Confirmer le départ');

		const told = await office.mail.next(noe.address, /Avis de départ/);
		const page = await noe.visitor.get(linkIn(told));
		const left = await noe.visitor.submit(page, {}, { button: 'Confirmer le départ' });
		expect(left.text).toContain('Le groupe n’est plus membre depuis');
		await office.mail.next(group.address, /Le départ a eu lieu/);

		// Reading, paying and complaining remain; asking for something new does not.
		for (const rest of ['', 'demandes/', 'contributions/', 'adhesion/', 'depart/', 'plainte/']) {
			expect((await group.visitor.get(`${group.space}${rest}`)).status, rest).toBe(200);
		}
		expect((await group.visitor.get(`${group.space}demandes/nouvelle/listes/`)).status).toBe(403);
		const again = await noe.visitor.submit(page, {}, { button: 'Confirmer le départ' });
		expect(again.status).toBe(200);

		const desk = await julien.get('/travail/departs/');
		expect(desk.text).toContain(`Fermer les services`);
		const done = await julien.submit(desk, { reference: 'Demande 12' }, { button: 'Marquer comme faite' });
		expect(done.text).toContain('faite par Julien Suspend');
		const register = await julien.get('/travail/registre/');
		expect(register.text).not.toContain(group.name);
		expect((await julien.get('/travail/registre/?anciens=oui')).text).toContain('n’est plus membre');
	});

	it('leaves after seven days when nobody answers, and not before', async () => {
		const group = await office.memberGroup();
		const given = await give(group);
		expect(given.text).toContain('Sans opposition');
		inDatabase(
			'update leaving_notice set due_at = ? where organisation_id = (select id from organisation where slug = ?)',
			Date.now() - 1,
			group.slug,
		);
		await until(
			async () => (await group.visitor.get(`${group.space}depart/`)).text.includes('Le groupe n’est plus membre'),
			() => 'the notice did not take effect',
		);
		await office.mail.next(group.address, /Le départ a eu lieu/);
	});

	it('stays when the notice is taken back, and a stale page says so', async () => {
		const group = await office.memberGroup();
		const noe = await secondAdministrator(group);
		await give(group);
		const stale = await noe.visitor.get(`${group.space}depart/`);
		const withdrawn = await group.visitor.submit(
			await group.visitor.get(`${group.space}depart/`),
			{},
			{ button: 'Retirer l’avis de départ' },
		);
		expect(withdrawn.text).toContain('le groupe reste membre');
		const refused = await noe.visitor.submit(stale, {}, { button: 'Confirmer le départ' });
		expect(refused.status).toBe(409);
		expect(refused.text).toContain('Ce geste n’est plus possible');
	});

	it('is asked who it is when the log-in is older than fifteen minutes', async () => {
		const group = await office.memberGroup();
		const page = await group.visitor.get(`${group.space}depart/`);
		inDatabase('update session set proven_at = ?', Date.now() - 16 * 60_000);
		const refused = await group.visitor.submit(page, { reason: 'resigned', understood: 'on' }, { button: 'Donner l’avis de départ' });
		expect(refused.status).toBe(422);
		expect(refused.text).toContain('Confirmez d’abord que c’est vous');

		// Letting people in, and the addresses that vouch for the group, ask it too, and lead back.
		for (const [name, form] of [
			['personnes/', 'Envoyer l’invitation'],
			['profil/', 'Envoyer le message de confirmation'],
		] as const) {
			const locked = await group.visitor.get(`${group.space}${name}`);
			expect(locked.text).toContain('confirmez d’abord que c’est vous');
			expect(locked.text).not.toContain(form);
			const proof = locked.root.querySelector('main a[href^="/compte/preuve/"]')?.getAttribute('href') ?? '';
			expect(new URL(proof, locked.url).searchParams.get('next')).toBe(`${group.space}${name}`);
			await group.visitor.submit(await group.visitor.get(proof), { password: PASSWORD }, { form: 'main form' });
			expect((await group.visitor.get(`${group.space}${name}`)).text).toContain(form);
			inDatabase('update session set proven_at = ?', Date.now() - 16 * 60_000);
		}
	});
});

describe('a group that is suspended', () => {
	it('hears the reason, reads and complains; those who decided can neither see the complaint nor answer it', async () => {
		const group = await office.memberGroup();
		const zoe = await office.worker('Zoé Comité', ['board']);
		const sheet = `/travail/registre/${group.slug}/`;
		const proposed = await julien.submit(
			await julien.get(sheet),
			{ kind: 'suspension', reason: 'Envois massifs.', reference: 'CA 2026-11-20' },
			{ button: 'Proposer la décision' },
		);
		expect(proposed.text).toContain('une autre personne doit la confirmer');
		await maude.submit(await maude.get(sheet), {}, { button: 'Confirmer la décision' });
		const told = await office.mail.next(group.address, /suspendue/);
		expect(told.text).toContain('Envois massifs.');

		expect((await group.visitor.get(`${group.space}adhesion/`)).text).toContain('L’adhésion est suspendue');
		expect((await group.visitor.get(`${group.space}demandes/nouvelle/listes/`)).status).toBe(403);
		const form = await group.visitor.get(linkIn(told));
		const decision = form.root.querySelector('[name=decision]')?.getAttribute('value') ?? '';
		const thread = await group.visitor.submit(
			form,
			{ committee: 'board', decision, subject: 'Suspension injuste', message: 'Ce n’était pas nous.' },
			{ button: 'Envoyer la plainte' },
		);
		const number = thread.url.pathname.split('/').at(-2) ?? '';
		expect(number).toMatch(/^PL-\d{4}-\d{4}$/);

		for (const concerned of [julien, maude]) {
			expect((await concerned.get('/travail/plaintes/')).text).not.toContain('Suspension injuste');
			expect((await concerned.get(`/travail/plaintes/${number}/`)).status).toBe(404);
		}
		const desk = await zoe.get(`/travail/plaintes/${number}/`);
		expect(desk.text).toContain('Ce n’était pas nous.');
		const taken = await zoe.submit(desk, {}, { button: 'Prendre en charge' });
		// The form of one who may see it, sent by one who may not.
		const body = new URLSearchParams({ submissionKey: crypto.randomUUID(), version: '2', message: 'Réponse de la personne visée' });
		const forged = await julien.raw(`/travail/plaintes/${number}/?_action=complaints.answer`, {
			method: 'POST',
			body: body.toString(),
			headers: { 'content-type': 'application/x-www-form-urlencoded', origin: new URL(office.server.url).origin },
		});
		expect(forged.status).toBe(404);
		await zoe.submit(taken, { message: 'Nous vérifions.' }, { button: 'Envoyer la réponse' });
		const news = await office.mail.next(group.address, /du nouveau/);
		expect(news.text).not.toContain('Nous vérifions');
		expect((await group.visitor.get(linkIn(news))).text).toContain('Nous vérifions.');
	});
});

describe('the register of members', () => {
	it('is shown as of a day, downloaded, and open to nobody of the groups', async () => {
		const group = await office.memberGroup();
		const page = await maude.get('/travail/registre/');
		expect(page.text).toContain('Comité logement inc.');
		expect((await maude.get('/travail/registre/?au=2001-01-01')).text).toContain('Aucun membre à cette date');
		expect((await maude.get('/travail/registre/?au=2026-02-30')).text).toContain('Cette date n’existe pas');
		const csv = await maude.raw('/travail/registre/?format=csv');
		expect(csv.headers.get('content-type')).toContain('text/csv');
		expect(csv.headers.get('cache-control')).toContain('no-store');
		expect(await csv.text()).toContain('memberNumber,legalName');
		expect((await group.visitor.raw('/travail/registre/?format=csv')).status).toBe(403);
	});
});
