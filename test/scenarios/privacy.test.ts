/** What people do with their own data: take it along, take back a consent, have themselves erased. */
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linkIn } from '#test/support/mailbox.ts';
import { type Office, openOffice } from '#test/support/office.ts';
import { koumbit } from '#test/support/operator.ts';
import type { Visitor } from '#test/support/visitor.ts';

let office: Office;

beforeAll(async () => {
	office = await openOffice();
});

afterAll(() => office.server.stop());

/** Sends the form of a page that answers with a file. */
async function download(visitor: Visitor, path: string): Promise<{ redirect: string; response: Response }> {
	const page = await visitor.get(path);
	const form = page.root.querySelectorAll('main form').find((one) => (one.getAttribute('action') ?? '').includes('takeout'));
	const action = new URL(form?.getAttribute('action') ?? '', page.url);
	const sent = await visitor.raw(action.pathname + action.search, {
		method: 'POST',
		body: '',
		headers: { 'content-type': 'application/x-www-form-urlencoded', origin: office.server.url },
	});
	const redirect = sent.headers.get('location') ?? '';
	expect(sent.status).toBe(303);
	return { redirect, response: await visitor.raw(redirect) };
}

describe('someone who wants their data', () => {
	it('downloads it with one form, and the address of the archive opens nothing a second time or for anyone else', async () => {
		const group = await office.memberGroup();
		const { redirect, response } = await download(group.visitor, '/compte/donnees/');
		expect(response.status).toBe(200);
		expect(response.headers.get('content-type')).toBe('application/zip');
		expect(response.headers.get('cache-control')).toBe('private, no-store');
		expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename="koumbit-compte-/);
		const files = unzipSync(new Uint8Array(await response.arrayBuffer()));
		expect(strFromU8(files['json/addresses.json'] as Uint8Array)).toContain(group.address);
		expect((await group.visitor.raw(redirect)).headers.get('content-type')).toMatch(/^text\/html/);
		const other = await office.memberGroup();
		expect((await other.visitor.raw(redirect)).headers.get('content-type')).toMatch(/^text\/html/);
	});

	it('downloads their group’s too; nobody of another group does', async () => {
		const [group, other] = [await office.memberGroup(), await office.memberGroup()];
		const { response } = await download(group.visitor, `${group.space}donnees/`);
		const files = unzipSync(new Uint8Array(await response.arrayBuffer()));
		expect(strFromU8(files['json/group.json'] as Uint8Array)).toContain(group.name);
		expect((await other.visitor.get(`${group.space}donnees/`)).status).toBe(404);
	});

	it('gets at most five archives an hour', async () => {
		const group = await office.memberGroup();
		for (let at = 0; at < 5; at += 1) await (await download(group.visitor, '/compte/donnees/')).response.body?.cancel();
		const refused = await group.visitor.submit(
			await group.visitor.get('/compte/donnees/'),
			{},
			{ button: 'Télécharger mes renseignements' },
		);
		expect(refused.status).toBe(429);
	});
});

describe('a consent', () => {
	it('is given and taken back on the page of one’s data', async () => {
		const { visitor } = await office.memberGroup();
		const page = await visitor.get('/compte/donnees/');
		expect(page.text).toContain('avec la demande d’adhésion');
		const given = await visitor.submit(page, {}, { button: 'Accepter' });
		expect(given.text).toContain('Votre consentement est noté.');
		expect((await visitor.submit(given, {}, { button: 'Retirer mon consentement' })).text).toContain('Votre consentement est retiré.');
	});
});

describe('someone who wants to be erased', () => {
	it('is told what to do first while nobody else looks after their group', async () => {
		const { visitor } = await office.memberGroup();
		const page = await visitor.get('/compte/donnees/effacement/');
		expect(page.text).toContain('Vous êtes la dernière personne responsable');
		expect(page.root.querySelector('main a[href$="/personnes/"]')).not.toBeNull();
	});

	it('asks, is told at their address, and stops it by the link without logging in', async () => {
		const group = await office.memberGroup();
		const address = `${office.unique('membre')}@exemple.org`;
		const people = await group.visitor.get(`${group.space}personnes/`);
		await group.visitor.submit(people, { email: address, name: 'Bruno', roles: ['member'] });
		const bruno = office.visitor();
		await bruno.submit(await bruno.get(linkIn(await office.mail.next(address))), {
			fullName: 'Bruno Gagnon',
			password: 'quatre sillons et un champ',
		});
		const plan = await bruno.get('/compte/donnees/effacement/');
		expect(plan.text).toContain('Personne retirée');
		const asked = await bruno.submit(plan, { understood: 'on' });
		expect(asked.text).toContain('C’est noté');
		const link = linkIn(await office.mail.next(address, /sera effacé/));
		const stranger = office.visitor();
		expect((await stranger.submit(await stranger.get(link), {}, { button: 'Garder mon compte' })).text).toContain('C’est annulé');
		expect((await bruno.get('/compte/donnees/effacement/')).text).not.toContain('Votre compte sera effacé');

		const dry = await koumbit(['privacy', 'erase', address, '--dry-run', '--json'], office.server);
		expect(JSON.parse(dry.stdout)).toMatchObject({ dryRun: true, pseudonym: expect.stringContaining('Personne retirée') });
		expect((await koumbit(['privacy', 'erase', address, '--now'], office.server)).code).toBe(0);
		expect((await bruno.raw('/compte/')).status).toBe(303);
		expect(await koumbit(['privacy', 'erase', address], office.server)).toMatchObject({ code: 1 });
		expect((await group.visitor.get(`${group.space}personnes/`)).text).not.toContain('Bruno');
	});
});

describe('those who keep the register', () => {
	it('record an incident, and a worker without the right does not see it', async () => {
		const keeper = await office.worker('Gardienne', ['board']);
		const page = await keeper.get('/travail/confidentialite/');
		const empty = await keeper.submit(page, { happened: '' }, { button: 'Inscrire un incident' });
		expect(empty.status).toBe(422);
		const recorded = await keeper.submit(empty, {
			knownOn: '2026-01-10',
			happened: 'La veille',
			information: 'Une adresse',
			people: '1',
			circumstances: 'Une copie de trop',
			risk: 'assessing',
		});
		expect(recorded.url.pathname).toMatch(/^\/travail\/confidentialite\/I-\d{4}-0001\/$/);
		expect(await (await keeper.raw('/travail/confidentialite/?format=csv')).text()).toContain('Une copie de trop');
		const other = await office.desk();
		expect((await other.raw('/travail/confidentialite/?format=csv')).status).toBe(403);
		expect((await other.get('/travail/conservation/')).text).toContain('après la formation');
	});
});
