/** Those who work in the network, on the running server: what they may do for others, and what nobody may do while viewing as another. */
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { server as actions } from '#src/actions/index.ts';
import { LOCALES, type Locale, pathOf, type RouteKey, routes } from '#src/i18n/routes.ts';
import { apply, confirm, type Office, openApplication, openOffice } from '#test/support/office.ts';
import { koumbit } from '#test/support/operator.ts';
import { setUpSteps } from '#test/support/steps.ts';
import type { Page, Visitor } from '#test/support/visitor.ts';

// Only the names of the actions are wanted here; they are sent to the server.
vi.mock('#src/adapters/forms/index.ts', () => ({ formAction: (handler: unknown) => handler }));

let office: Office;
let group: Awaited<ReturnType<Office['memberGroup']>>;

beforeAll(async () => {
	office = await openOffice();
	group = await office.memberGroup();
});

afterAll(() => office.server.stop());

function database<T>(work: (db: DatabaseSync) => T): T {
	const db = new DatabaseSync(path.join(office.server.dataDir, 'koumbit.db'), { timeout: 10_000 });
	try {
		return work(db);
	} finally {
		db.close();
	}
}

/** Every row of every table but the trail; of the messages to send, which ones there are. */
function everything(): Record<string, string> {
	return database((db) => {
		const names = db.prepare("select name from sqlite_master where type = 'table' and name not like 'sqlite_%'").all() as {
			name: string;
		}[];
		const kept = names.filter(({ name }) => name !== 'audit_event');
		return Object.fromEntries(
			kept.map(({ name }) => [name, JSON.stringify(db.prepare(`select ${name === 'outbox_message' ? 'id' : '*'} from "${name}"`).all())]),
		);
	});
}

const sessionsProven = (proven: boolean) => database((db) => db.exec(`update session set proven_at = ${proven ? Date.now() : 'null'}`));

async function view(worker: Visitor, locale: Locale = 'fr'): Promise<Page> {
	const page = await worker.get(`${pathOf('workViewAs', locale)}?groupe=${group.slug}`);
	const person = page.root.querySelector('[name=person]')?.getAttribute('value') ?? '';
	return worker.submit(page, { person, reason: 'Le bouton ne paraît pas.' });
}

const end = async (worker: Visitor, page: Page) => worker.submit(page, {}, { form: 'aside form' });

describe('viewing as a person', () => {
	it('shows the group’s space under a banner, tells the person, and ends with its button', async () => {
		const worker = await office.worker('Wil Nadeau');
		const space = await view(worker);
		expect(space.url.pathname).toBe(group.space);
		expect(space.root.querySelector('aside')?.text).toContain('Amina Diallo');
		const mail = await office.mail.next(group.address, /voit l’espace/);
		expect(mail.text).toContain('Wil Nadeau');
		expect(mail.text).toContain('Le bouton ne paraît pas.');
		const people = await worker.get(`${group.space}personnes/`);
		expect(people.status).toBe(200);
		expect(people.root.querySelector('aside form')).not.toBeNull();
		const after = await end(worker, people);
		expect(after.url.pathname).toBe('/travail/voir-comme/');
		expect((await worker.get('/travail/')).status).toBe(200);
		expect((await worker.get(group.space)).status).toBe(404);
		const trail = await group.visitor.get(`${group.space}journal/`);
		for (const sentence of ['a commencé à voir', 'Une page a été vue', 'a pris fin', 'Wil Nadeau', 'voit comme Amina Diallo']) {
			expect(trail.text).toContain(sentence);
		}
		expect((await koumbit(['audit', 'verify', '--json'], office.server)).stdout).toContain('"ok":true');
	});

	it('wants a reason, a recent proof and the right', async () => {
		const worker = await office.worker();
		const page = await worker.get(`/travail/voir-comme/?groupe=${group.slug}`);
		const person = page.root.querySelector('[name=person]')?.getAttribute('value') ?? '';
		const without = await worker.submit(page, { person, reason: ' ' });
		expect(without.status).toBe(422);
		expect(without.text).toContain('Raison');
		sessionsProven(false);
		const unproven = await worker.submit(page, { person, reason: 'Aider.' });
		expect(unproven.status).toBe(422);
		expect(unproven.text).toContain('Confirmez d’abord que c’est vous');
		sessionsProven(true);
		const post = (slug: string, one: string) =>
			worker.raw('/travail/voir-comme/?_action=viewing.start', {
				method: 'POST',
				headers: { 'content-type': 'application/x-www-form-urlencoded', origin: office.server.url },
				body: new URLSearchParams({ group: slug, person: one, reason: 'r' }).toString(),
			});
		expect((await post('aucun-groupe', person)).status).toBe(404);
		expect((await post(group.slug, 'aucune')).status).toBe(404);
		expect((await worker.get(group.space)).status).toBe(404);
		const own = await group.visitor.raw('/travail/voir-comme/');
		expect(own.status).toBe(403);
	});

	it('can send none of all the forms there are, from any page, and changes nothing', async () => {
		const worker = await office.worker();
		await view(worker);
		const names = Object.entries(actions).flatMap(([slice, all]) => Object.keys(all).map((name) => `${slice}.${name}`));
		expect(names.length).toBeGreaterThan(50);
		expect(names).toContain('viewing.end');
		const before = everything();
		const pages = [group.space, `${group.space}personnes/`, '/compte/', '/connexion/', '/travail/personnes/', '/adhesion/', '/nulle-part/'];
		for (const name of names) {
			if (name === 'viewing.end') continue;
			for (const page of pages) {
				const answer = await worker.raw(`${page}?_action=${name}`, {
					method: 'POST',
					headers: { 'content-type': 'application/x-www-form-urlencoded', origin: office.server.url },
					body: 'email=a%40exemple.org&name=A&roles=administrator&locale=fr&version=1',
				});
				expect(answer.status, `${name} on ${page}`).toBe(403);
				if (page === group.space) expect(await answer.text()).toContain('rien ne peut être changé');
				else await answer.body?.cancel();
			}
		}
		for (const method of ['PUT', 'PATCH', 'DELETE']) {
			const answer = await worker.raw(group.space, { method, headers: { origin: office.server.url } });
			expect([403, 405], method).toContain(answer.status);
		}
		expect(everything()).toEqual(before);
	});

	it.each(LOCALES)('finds what is personal, the desk and private links closed, and the rest as the person sees it (%s)', async (locale) => {
		const worker = await office.worker();
		await view(worker, locale);
		const params = { group: group.slug, token: 'x', number: 'D-1', id: 'x', slug: 'x' };
		const closed = (Object.keys(routes) as RouteKey[]).filter((key) => ['worker', 'private'].includes(routes[key].audience));
		for (const key of [...closed, 'account', 'accountProof', 'accountAddress', 'spaces', 'spaceTrail', 'login'] as const) {
			const page = await worker.get(pathOf(key, locale, params));
			expect(page.status, key).toBe(403);
			expect(page.root.querySelector('aside form'), key).not.toBeNull();
		}
		expect((await worker.get(`${group.space}rien-de-tel.zip`)).status).toBe(403);
		for (const key of ['space', 'spacePeople', 'spaceServices', 'spaceRequests'] as const) {
			expect((await worker.get(pathOf(key, locale, params))).status, key).toBe(200);
		}
		// What a group pays is not for every worker, whomever they view as.
		expect((await worker.get(pathOf('spaceContributions', locale, params))).status).toBe(403);
	});

	it('is over after half an hour, without anyone doing anything', async () => {
		const worker = await office.worker();
		await view(worker);
		database((db) => db.exec('update viewing set ends_at = 1 where ended_at is null'));
		expect((await worker.get(group.space)).status).toBe(404);
		expect((await worker.get('/travail/')).status).toBe(200);
	});
});

describe('roles at the desk', () => {
	it('are given, given an end and ended by systems, after a proof, and never to oneself', async () => {
		const keeper = await office.worker('Solange Pierre', ['sysadmin']);
		await office.worker('Théo Morin');
		const page = await keeper.get('/travail/personnes/');
		const people = page.root.querySelectorAll('main input[name=person][type=radio]');
		expect(people.length).toBeGreaterThan(0);
		const theo = people.find((one) => one.parentNode?.text.includes('Théo Morin'))?.getAttribute('value') ?? '';
		sessionsProven(false);
		const unproven = await keeper.submit(page, { person: theo, role: 'finance', until: '' }, { button: 'Donner ce rôle' });
		expect(unproven.status).toBe(422);
		sessionsProven(true);
		const given = await keeper.submit(page, { person: theo, role: 'finance', until: '2099-12-31' }, { button: 'Donner ce rôle' });
		expect(given.url.search).toBe('?fait=role');
		expect(given.text).toContain('31 décembre 2099');
		const badDate = await keeper.submit(page, { person: theo, role: 'vetting', until: '2020-01-01' }, { button: 'Donner ce rôle' });
		expect(badDate.status).toBe(422);
		const row = given.root.querySelectorAll('main tr').find((one) => one.text.includes('Théo Morin') && one.text.includes('Finances'));
		expect(row?.querySelector('details')).not.toBeNull();
		const post = (values: Record<string, string>, action: string) =>
			keeper.raw(`/travail/personnes/?_action=workers.${action}`, {
				method: 'POST',
				headers: { 'content-type': 'application/x-www-form-urlencoded', origin: office.server.url },
				body: new URLSearchParams(values).toString(),
			});
		expect((await post({ person: theo, role: 'finance' }, 'end')).status).toBe(303);
		const me = database((db) => db.prepare("select id from person where full_name = 'Solange Pierre'").get() as { id: string }).id;
		expect((await post({ person: me, role: 'finance', until: '' }, 'grant')).status).toBe(409);
		expect((await post({ person: me, role: 'sysadmin' }, 'end')).status).toBe(409);
	});

	it('are seen and not changed by others who work here, and not seen by anyone else', async () => {
		const worker = await office.worker();
		const page = await worker.get('/travail/personnes/');
		expect(page.status).toBe(200);
		expect(page.root.querySelectorAll('main form')).toHaveLength(0);
		const answer = await worker.raw('/travail/personnes/?_action=workers.grant', {
			method: 'POST',
			headers: { 'content-type': 'application/x-www-form-urlencoded', origin: office.server.url },
			body: 'person=x&role=board&until=',
		});
		expect(answer.status).toBe(403);
		expect((await group.visitor.get('/travail/personnes/')).status).toBe(403);
	});
});

describe('a committee', () => {
	it('lends its people its own requests and no others', async () => {
		const keeper = await office.worker('Kim Tran', ['sysadmin']);
		const board = office.visitor();
		const link = await koumbit(['worker', 'invite', 'conseil@exemple.org', '--json', '--name', 'Bea'], office.server);
		const invitation = new URL((JSON.parse(link.stdout) as { link: string }).link).pathname;
		await board.submit(await board.get(invitation), { fullName: 'Bea Lemay', password: 'quatre sillons et un champ' });
		await setUpSteps(board);
		database((db) =>
			db.exec("update role_assignment set role = 'board' where person_id = (select id from person where full_name = 'Bea Lemay')"),
		);
		expect((await board.get('/travail/demandes/')).status).toBe(403);
		const page = await keeper.get('/travail/comites/soutien/');
		const bea = page.root.querySelectorAll('main input[name=person][type=radio]').find((one) => one.parentNode?.text.includes('Bea Lemay'));
		const person = bea?.getAttribute('value') ?? '';
		expect((await keeper.submit(page, { person, role: 'referent', until: '' })).status).toBe(409);
		expect((await keeper.submit(page, { person, role: 'member', until: '' })).url.search).toBe('?fait=place');
		expect((await keeper.submit(page, { person, role: 'referent', until: '' })).text).toContain('Bea Lemay');

		database((db) => {
			const item = db.prepare('select id from catalogue_item limit 1').get() as { id: string };
			const who = db.prepare("select id from person where full_name = 'Amina Diallo' limit 1").get() as { id: string };
			const org = db.prepare('select id from organisation where slug = ?').get(group.slug) as { id: string };
			for (const committee of ['soutien', 'portails']) {
				db.prepare(
					`insert into service_request (id, number, submission_key, organisation_id, catalogue_item_id, subject, answers, requester_id, committee, urgency, status, created_at, updated_at, status_since)
					values (?, ?, ?, ?, ?, ?, '{}', ?, ?, 'when_you_can', 'new', 1, 1, 1)`,
				).run(committee, `D-2001-${committee}`, committee, org.id, item.id, `Pour ${committee}`, who.id, committee);
			}
		});
		const list = await board.get('/travail/demandes/');
		expect(list.text).toContain('Pour soutien');
		expect(list.text).not.toContain('Pour portails');
		expect((await board.get('/travail/demandes/D-2001-soutien/')).status).toBe(200);
		expect((await board.get('/travail/demandes/D-2001-portails/')).status).toBe(404);
		const note = (number: string) =>
			board.raw(`/travail/demandes/${number}/?_action=requests.note`, {
				method: 'POST',
				headers: { 'content-type': 'application/x-www-form-urlencoded', origin: office.server.url },
				body: new URLSearchParams({ note: 'Vu.', submissionKey: crypto.randomUUID() }).toString(),
			});
		expect((await note('D-2001-soutien')).status).toBe(303);
		expect((await note('D-2001-portails')).status).toBe(404);
		expect((await keeper.get('/travail/demandes/D-2001-portails/')).status).toBe(200);
	});
});

describe('an application on the desk', () => {
	it('says what is wrong with a refused form, keeps its text, and offers ready answers without a script', async () => {
		const worker = await office.worker();
		const applicant = office.visitor();
		const name = office.unique('Coop');
		await apply(applicant, { usualName: name, email: `${name}@exemple.org`, applicantName: 'Grace Okafor', locale: 'en' });
		await confirm(applicant, office.mail, `${name}@exemple.org`);
		const page = await openApplication(worker, name);
		const refused = await worker.submit(page, { question: ' ' });
		expect(refused.status).toBe(422);
		expect(refused.root.querySelector('[aria-invalid=true]')?.getAttribute('name')).toBe('question');
		const picker = page.root.querySelectorAll('form[method=get] select option').map((one) => one.getAttribute('value'));
		expect(picker).toContain('precisions');
		const filled = await worker.get(`${page.url.pathname}?reponse=precisions`);
		const text = filled.root.querySelector('textarea[name=question]')?.text ?? '';
		expect(text).toContain('Hello Grace Okafor');
		expect(text).toContain(name);
		expect(text).not.toContain('{');
		expect(filled.root.querySelector('textarea[name=reason]')?.text.trim()).toBe('');
	});

	it('counts in the delays, also as CSV', async () => {
		const worker = await office.worker();
		const page = await worker.get('/travail/adhesions/');
		expect(page.text).toContain('Délais de réponse');
		const csv = await worker.raw('/travail/adhesions/?format=csv');
		expect(csv.headers.get('content-type')).toContain('text/csv');
		const [head, first] = (await csv.text()).split('\r\n');
		expect(head).toBe('month,decided,median_days,ninetieth_percentile_days');
		expect(first).toMatch(/^\d{4}-\d{2},[1-9]\d*,0,0$/);
	});
});

describe('the trail', () => {
	it('of a group is its own people’s; of the network, those’ who may read it', async () => {
		expect((await group.visitor.get(`${group.space}journal/?sorte=membership`)).text).toContain('L’adhésion du groupe a commencé.');
		const other = await office.memberGroup();
		expect((await other.visitor.get(`${group.space}journal/`)).status).toBe(404);
		expect((await office.visitor().raw(`${group.space}journal/`)).status).toBe(303);
		const worker = await office.worker();
		const found = await worker.get(`/travail/journal/?groupe=${other.slug}&geste=membership.begin`);
		expect(found.text).toContain('L’adhésion du groupe a commencé.');
		const csv = await worker.raw('/travail/journal/?format=csv&geste=membership.begin');
		expect((await csv.text()).split('\r\n').length).toBeGreaterThan(2);
		const finance = office.visitor();
		const link = await koumbit(['worker', 'invite', 'argent@exemple.org', '--json', '--name', 'F'], office.server);
		await finance.submit(await finance.get(new URL((JSON.parse(link.stdout) as { link: string }).link).pathname), {
			fullName: 'Finances seules',
			password: 'quatre sillons et un champ',
		});
		await setUpSteps(finance);
		database((db) =>
			db.exec("update role_assignment set role = 'finance' where person_id = (select id from person where full_name = 'Finances seules')"),
		);
		expect((await finance.get('/travail/journal/')).status).toBe(403);
		for (const query of ['avant=zzz', 'du=2026-02-30&au=x', `personne=${'%25'.repeat(300)}`, 'sorte=%27--', 'geste=toString']) {
			expect((await worker.get(`/travail/journal/?${query}`)).status, query).toBe(200);
		}
	});
});
