/** A group whose administrators are silent: how someone regains its access, and how an administrator who is there stops it. */
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY } from '#src/lib/clock.ts';
import { startDaemon } from '#test/support/daemon.ts';
import { linkIn } from '#test/support/mailbox.ts';
import { type Office, openOffice, PASSWORD } from '#test/support/office.ts';
import { until } from '#test/support/ports.ts';
import { serverEnv } from '#test/support/server.ts';
import type { Visitor } from '#test/support/visitor.ts';

let office: Office;

beforeAll(async () => {
	office = await openOffice();
});

afterAll(() => office.server.stop());

/** As if days had passed: what was written then is moved back, as far as time goes in the rows. */
function change(statement: string, ...values: (string | number)[]): void {
	const database = new DatabaseSync(path.join(office.server.dataDir, 'koumbit.db'), { timeout: 5_000 });
	// The guard that keeps a contact from being dated back is put aside for as long as that takes.
	const guard = database.prepare(`select sql from sqlite_master where name = 'group_contact_since_then'`).get()?.sql;
	database.exec('begin immediate; drop trigger group_contact_since_then');
	const { changes } = database.prepare(statement).run(...values);
	database.exec(`${String(guard)}; commit`);
	database.close();
	expect(changes).toBe(1);
}

/** When retention last did something. It comes after the handovers in the round of the background worker. */
function lastRound(): number {
	const database = new DatabaseSync(path.join(office.server.dataDir, 'koumbit.db'), { timeout: 5_000, readOnly: true });
	const row = database.prepare('select max(last_at) as at from retention_run').get() as { at: number | null };
	database.close();
	return row.at ?? 0;
}

/** The background worker comes round once, now: beside the server, as an operator may run it. */
async function letTimePass(): Promise<void> {
	const before = lastRound();
	const env = serverEnv({ DATA_DIR: office.server.dataDir, SITE_URL: office.server.url });
	const worker = startDaemon(process.execPath, ['src/cli/main.ts', 'work'], env);
	try {
		await until(
			() => lastRound() > before,
			() => `the worker did not come round: ${worker.output()}`,
			// A process of its own starts first.
			30_000,
		);
	} finally {
		await worker.stop();
	}
}

/** Both proofs are given: from the public form to the notice. */
async function toNotice() {
	const [group, worker] = [await office.memberGroup(), await office.desk()];
	const billing = `${office.unique('compta')}@exemple.org`;
	const profile = await group.visitor.get(`${group.space}profil/`);
	const card = profile.root.querySelector('form input[name=purpose][value=billing]')?.closest('form');
	expect(card).toBeTruthy();
	const action = new URL(card?.getAttribute('action')?.replaceAll('&amp;', '&') ?? '', profile.url);
	const saved = await group.visitor.raw(action.pathname + action.search, {
		method: 'POST',
		body: new URLSearchParams({ purpose: 'billing', address: billing, was: '' }).toString(),
		headers: { origin: office.server.url, 'content-type': 'application/x-www-form-urlencoded' },
	});
	expect(saved.status).toBe(303);
	change('update group_contact set from_at = ? where address = ?', Date.now() - 40 * DAY, billing);

	const address = `${office.unique('lea')}@exemple.org`;
	const asker = office.visitor();
	const form = await asker.get('/retrouver-acces/');
	const sent = await asker.submit(form, { group: group.name, name: 'Léa Fortin', email: address, reason: 'Personne ne répond.' });
	expect(sent.url.pathname).toBe('/retrouver-acces/envoyee/');
	expect(sent.text).not.toContain(group.name);
	const verify = await asker.get(linkIn(await office.mail.next(address)));
	const status = await asker.submit(verify, {}, { button: 'Confirmer mon adresse' });
	expect(status.text).toContain('Reçue');

	const list = await worker.get('/travail/acces/');
	const link = list.root.querySelectorAll('main a').find((one) => one.text.trim() === group.name);
	const page = await worker.get(link?.getAttribute('href') ?? '');
	const matched = await worker.submit(page, { slug: group.slug }, { form: 'main form.form' });
	expect(matched.text).toContain('En vérification');
	const checked = await worker.submit(matched, { method: 'call_back', note: 'Rappelée au numéro que nous avions en 2024.' });
	expect(checked.text).toContain('Vérifié par Julien Roy');
	expect(checked.text).toContain('En vérification');

	const contact = office.visitor();
	const question = await contact.get(linkIn(await office.mail.next(billing, /demande l’accès/)));
	expect(question.text).toContain('Léa Fortin');
	await contact.submit(question, {}, { button: /Oui/ });
	expect((await asker.get(status.url.pathname)).text).toContain('Préavis en cours');
	await office.mail.next(address, /reçue/);
	await office.mail.next(address, /Préavis/);
	return { group, worker, asker, address, status: status.url.pathname, desk: checked.url.pathname };
}

const groupsOf = async (visitor: Visitor, space: string) => (await visitor.get(space)).status;

describe('a group whose administrators are silent', () => {
	it('is regained after both proofs and the whole notice, by the address that was proven', async () => {
		const { group, asker, address, status } = await toNotice();
		const notice = await office.mail.next(group.address, /demande l’accès/);
		expect(notice.text).toContain('Sans opposition');
		// The worker comes round, and the notice has not ended.
		await letTimePass();
		expect((await asker.get(status)).text).toContain('Préavis en cours');

		change("update handover set notice_until_on = '2020-01-01' where asker_normalized = ?", address);
		await letTimePass();
		const page = await asker.get(linkIn(await office.mail.next(address, /invitation/)));
		expect(page.text).toContain('Responsable du groupe');
		const home = await asker.submit(page, { fullName: 'Léa Fortin', password: PASSWORD });
		expect(home.url.pathname).toBe(group.space);
		expect((await asker.get(`${group.space}personnes/`)).text).toContain('Inviter une personne');
		await office.mail.next(group.address, /devient responsable/);
	});

	it('is not when an administrator who logs in objects, and the demand does not come back', async () => {
		const { group, asker, address, status, worker, desk } = await toNotice();
		const home = await group.visitor.get(group.space);
		expect(home.text).toContain('Quelqu’un demande à retrouver l’accès du groupe.');
		const people = await group.visitor.get(`${group.space}personnes/`);
		const stopped = await group.visitor.submit(people, { objection: 'Nous sommes là.' }, { button: 'M’opposer à cette demande' });
		expect(stopped.text).toContain('La demande d’accès est arrêtée');
		expect((await group.visitor.get(group.space)).text).not.toContain('Quelqu’un demande');
		expect((await asker.get(status)).text).toContain('Arrêtée par une opposition');
		expect((await worker.get(desk)).text).toContain('Nous sommes là.');

		change("update handover set notice_until_on = '2020-01-01' where asker_normalized = ?", address);
		await letTimePass();
		expect((await office.mail.to(address)).filter(({ subject }) => /Votre invitation/.test(subject ?? ''))).toEqual([]);
		expect(await groupsOf(asker, group.space)).toBe(200);
		expect((await asker.get(group.space)).url.pathname).toBe('/connexion/');
	});
});
