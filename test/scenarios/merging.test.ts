/** Two accounts of one person become one: what two workers do, what the person receives, and how they stop it. */
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linkIn } from '#test/support/mailbox.ts';
import { type Office, openOffice } from '#test/support/office.ts';
import { until } from '#test/support/ports.ts';
import type { Visitor } from '#test/support/visitor.ts';

let office: Office;
let julien: Visitor;
let maude: Visitor;

beforeAll(async () => {
	office = await openOffice();
	julien = await office.worker('Julien Propose', ['worker']);
	maude = await office.worker('Maude Confirme', ['worker']);
}, 90_000);

afterAll(() => office.server.stop());

type Group = Awaited<ReturnType<Office['memberGroup']>>;

/** Moves what the database says of time, as if the days had passed. */
function letNoticeEnd(): void {
	const database = new DatabaseSync(path.join(office.server.dataDir, 'koumbit.db'), { timeout: 5_000 });
	const { changes } = database.prepare(`update merge set due_at = ? where status = 'confirmed'`).run(Date.now() - 1);
	database.close();
	expect(changes).toBe(1);
}

const buttons = (page: Awaited<ReturnType<Visitor['get']>>) => page.root.querySelectorAll('main button').map((one) => one.text.trim());

/** From the dry run to the proposal. */
async function propose(from: Group, into: Group) {
	const list = await julien.get('/travail/fusion/');
	const shown = await julien.submit(list, { fromAddress: from.address, intoAddress: into.address }, { form: '#persons ~ form' });
	expect(shown.text).toContain('La liste sera refaite');
	return julien.submit(shown, {}, { button: 'Proposer cette réunion' });
}

describe('two accounts that are to become one', () => {
	it('need two workers, tell both accounts, and become one after seven days', async () => {
		const [from, into] = [await office.memberGroup(), await office.memberGroup()];
		const proposed = await propose(from, into);
		expect(proposed.text).toContain('La réunion est proposée');
		expect(buttons(proposed)).not.toContain('Confirmer cette réunion');
		const confirmed = await maude.submit(await maude.get('/travail/fusion/'), {}, { button: 'Confirmer cette réunion' });
		expect(confirmed.text).toContain('La réunion est confirmée');
		for (const group of [from, into]) await office.mail.next(group.address, /Vos deux comptes seront réunis/);
		// Until then nothing changes.
		expect((await into.visitor.get(from.space)).status).toBe(404);
		letNoticeEnd();
		for (const group of [from, into]) await office.mail.next(group.address, /Vos deux comptes sont réunis/);
		await until(
			async () => (await into.visitor.get(from.space)).status === 200,
			() => 'the roles did not move',
		);
	});

	it('stay two when either objects by the link, which changes nothing by being opened', async () => {
		const [from, into] = [await office.memberGroup(), await office.memberGroup()];
		await propose(from, into);
		await maude.submit(await maude.get('/travail/fusion/'), {}, { button: 'Confirmer cette réunion' });
		const link = linkIn(await office.mail.next(from.address, /Vos deux comptes seront réunis/));
		const visitor = office.visitor();
		await visitor.get(link);
		const page = await visitor.get(link);
		expect(page.text).toContain('Sans opposition');
		const stopped = await visitor.submit(page, {}, { button: 'M’opposer à cette réunion' });
		expect(stopped.text).toContain('La réunion est arrêtée');
		expect(buttons(await visitor.get(link))).not.toContain('M’opposer à cette réunion');
		await office.mail.next(into.address, /n’aura pas lieu/);
		expect((await julien.get('/travail/fusion/')).text).toContain('Arrêtée par une opposition');
		expect((await visitor.get('/en/merging/inconnu/')).status).toBe(404);
	});
});
