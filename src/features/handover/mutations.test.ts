import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '#db/client.ts';
import { auditEvent } from '#db/schema/audit.ts';
import { groupContact } from '#db/schema/groups.ts';
import { handover } from '#db/schema/handover.ts';
import { organisation } from '#db/schema/membership.ts';
import { assignRole } from '#src/features/access/index.ts';
import { noticeInGroup } from '#src/features/handover/data.ts';
import {
	advanceHandovers,
	askHandover,
	confirmByContact,
	forgetOldHandovers,
	forgetUnproven,
	matchHandover,
	objectByLink,
	objectInGroup,
	recordCheck,
	refuseHandover,
	verifyAsker,
	withdrawHandover,
} from '#src/features/handover/mutations.ts';
import { findInvitation } from '#src/features/people/index.ts';
import { civilDateOf, DAY, HOUR } from '#src/lib/clock.ts';
import { newIdempotencyKey } from '#src/lib/ids.ts';
import { actBy, aGrant, anAct, aWorker, NOW } from '#test/factories/accounts.ts';
import { aGroupWithPeople, type GroupWithPeople } from '#test/factories/groups.ts';
import { adoptExampleScale, readMail, tokenIn } from '#test/factories/membership.ts';
import { freshDatabase } from '#test/support/database.ts';

let database: Database;
let group: GroupWithPeople;
let julien: string;
let amina: { personId: string; address: string };
const asker = 'lea@exemple.org';
const billing = 'compta@groupe.example';
const moment = (at = NOW) => ({ at, requestId: null });
const system = (at: number) => anAct({ actor: { kind: 'system' }, at });

beforeEach(async () => {
	database = await freshDatabase();
	await adoptExampleScale(database);
	group = await aGroupWithPeople(database);
	amina = await group.join('administrator');
	julien = (await database.write((tx) => aWorker(tx))).personId;
});

const grant = (personId = julien) => aGrant(personId, 'handovers.check');
const row = async () => {
	const [found] = await database.read.select().from(handover);
	if (!found) throw new Error('no demand');
	return found;
};
const mailTo = async (template: string) => (await readMail(database)).filter((mail) => mail.template === template);
const tick = (at: number) => database.write((tx) => advanceHandovers(tx, system(at)));

const ask = (over: Partial<Parameters<typeof askHandover>[2]> = {}) =>
	database.write((tx) =>
		askHandover(tx, moment(), {
			submissionKey: newIdempotencyKey(),
			locale: 'fr',
			groupName: 'Cuisine collective',
			name: 'Léa Fortin',
			address: asker,
			reason: 'Plus personne ne répond.',
			...over,
		}),
	);
async function verify() {
	const token = await tokenIn(database, 'handover.verify');
	return database.write((tx) => verifyAsker(tx, moment(), token));
}
async function match(by = julien) {
	const { id, version } = await row();
	return database.write((tx) => matchHandover(tx, actBy(by), grant(by), { id, version, slug: group.slug }));
}
async function confirm(at = NOW) {
	const token = await tokenIn(database, 'handover.contact');
	return database.write((tx) => confirmByContact(tx, moment(at), token));
}
async function check(by = julien, at = NOW) {
	const { id, version } = await row();
	const input = { id, version, method: 'call_back', note: 'Rappelée au numéro de 2024.' } as const;
	return database.write((tx) => recordCheck(tx, actBy(by, { at }), grant(by), input));
}
async function toNotice() {
	await group.contact('billing', billing, 40);
	await ask();
	await verify();
	await match();
	await confirm();
	expect(await check()).toEqual({ ok: true });
}

describe('a demand to regain a group’s access', () => {
	it('gives an invitation that stands even when the worker who checked was of the group, once', async () => {
		const { organisationId: id } = group;
		const past = { fromOn: civilDateOf(NOW - 400 * DAY), toOn: civilDateOf(NOW - 200 * DAY) };
		await database.write((tx) => assignRole(tx, anAct(), julien, { kind: 'organisation', id, role: 'technical' }, 'operator', past));
		await toNotice();
		await tick(NOW + 8 * DAY);
		const [given] = await mailTo('handover.asker_done');
		expect(await findInvitation(database.read, given?.token ?? '', NOW + 8 * DAY)).toMatchObject({ state: 'pending' });
	});

	it('says no more who asked, nor why, half a year after it ended', async () => {
		await ask();
		await verify();
		const token = await tokenIn(database, 'handover.asker_received');
		await database.write((tx) => withdrawHandover(tx, moment(), token));
		const forget = (at: number) => database.write((tx) => forgetOldHandovers(tx, at));
		expect(await forget(NOW + 180 * DAY)).toBe(0);
		expect(await forget(NOW + 180 * DAY + 1)).toBe(1);
		expect(await row()).toMatchObject({ status: 'withdrawn', askerName: '', askerAddress: '', askerNormalized: '', reason: '' });
		expect(await forget(NOW + 181 * DAY)).toBe(0);
	});

	it('gives an administrator’s invitation after two proofs and seven whole days, and tells everyone', async () => {
		await toNotice();
		expect(await row()).toMatchObject({ status: 'notice', noticeUntilOn: '2026-12-01' });
		expect((await mailTo('handover.administrator_notice')).map(({ to }) => to)).toEqual([amina.address]);
		expect(await tick(NOW + 7 * DAY)).toBe(0);
		expect(await mailTo('handover.asker_done')).toEqual([]);
		expect(await tick(NOW + 8 * DAY)).toBe(1);
		const [given] = await mailTo('handover.asker_done');
		expect(given?.to).toBe(asker);
		expect(await findInvitation(database.read, given?.token ?? '', NOW + 8 * DAY)).toMatchObject({
			state: 'pending',
			address: asker,
			scope: { kind: 'organisation', roles: ['administrator'] },
		});
		expect((await mailTo('handover.administrator_done')).map(({ to }) => to)).toEqual([amina.address]);
		expect(await tick(NOW + 9 * DAY)).toBe(0);
		const acts = (await database.read.select().from(auditEvent)).map(({ action }) => action).filter((one) => one.startsWith('handover.'));
		expect(acts).toEqual(
			['ask', 'verify', 'match', 'confirm_by_contact', 'check', 'give_notice', 'give_access'].map((one) => `handover.${one}`),
		);
	});

	it('is not vouched for by a contact that was taken away since it was asked, which may still say no', async () => {
		const contactId = await group.contact('billing', billing, 40);
		await ask();
		await verify();
		await match();
		await database.write((tx) => tx.update(groupContact).set({ untilAt: NOW }).where(eq(groupContact.id, contactId)));
		expect(await confirm()).toEqual({ ok: false, reason: 'contact_gone' });
		expect((await row()).contactConfirmedAt).toBeNull();
		const token = await tokenIn(database, 'handover.contact');
		expect(await database.write((tx) => objectByLink(tx, moment(), token, 'Non.'))).toEqual({ ok: true });
	});

	it('gives nothing with one proof, however long one waits', async () => {
		await group.contact('billing', billing, 40);
		await ask();
		await verify();
		await match();
		await check();
		await tick(NOW + 20 * DAY);
		expect((await row()).status).toBe('checking');
		await tick(NOW + 60 * DAY);
		expect((await row()).status).toBe('expired');
		expect(await confirm(NOW + 61 * DAY)).toMatchObject({ ok: false });
		expect(await mailTo('handover.asker_done')).toEqual([]);
	});

	it('asks only contacts that stood for thirty days without a change, and never the asker’s own address', async () => {
		await group.contact('billing', 'nouvelle@groupe.example', 29);
		await group.contact('billing', 'ancienne@groupe.example', 400, 29);
		await group.contact('outside', asker, 100);
		await ask();
		await verify();
		expect(await match()).toEqual({ ok: true, asked: 0 });
		expect(await mailTo('handover.contact')).toEqual([]);
	});

	it('says the same, and mails the same, whatever the group is called; the message bears no word of the form', async () => {
		await ask();
		await ask({ groupName: 'Un groupe qui n’existe pas', address: 'autre@exemple.org', name: 'Escroc http://evil.example' });
		const mails = await mailTo('handover.verify');
		const bare = mails.map(({ content }) => JSON.stringify({ ...content, action: null }));
		expect(bare).toHaveLength(2);
		expect(bare[0]).toBe(bare[1]);
		expect(bare[1]).not.toContain('evil');
	});

	it('is kept once for one form, three times for one address, and forgotten when nobody proves it', async () => {
		const submissionKey = newIdempotencyKey();
		await ask({ submissionKey });
		await ask({ submissionKey });
		expect(await database.read.$count(handover)).toBe(1);
		for (let count = 0; count < 5; count += 1) await ask();
		expect(await database.read.$count(handover)).toBe(3);
		expect(await database.write((tx) => forgetUnproven(tx, NOW + 3 * DAY))).toBe(3);
		expect(await database.read.$count(handover)).toBe(0);
		expect(await mailTo('handover.verify')).toEqual([]);
	});

	it('is one at a time for a group', async () => {
		await toNotice();
		await ask({ address: 'autre@exemple.org' });
		await verify();
		const other = (await database.read.select().from(handover)).find(({ status }) => status === 'received');
		const again = { id: other?.id ?? '', version: other?.version ?? 0, slug: group.slug };
		expect(await database.write((tx) => matchHandover(tx, actBy(julien), grant(), again))).toEqual({ ok: false, reason: 'handover_open' });
	});

	it('is not for a worker to check who is of the group, lately was, asks, or confirms', async () => {
		const roles = { kind: 'organisation', id: group.organisationId, role: 'member' } as const;
		const [ofGroup, contact, self] = await database.write(async (tx) => {
			const one = await aWorker(tx);
			await assignRole(tx, anAct(), one.personId, roles, 'operator');
			return [one, await aWorker(tx, ['worker'], { address: billing }), await aWorker(tx, ['worker'], { address: asker })];
		});
		await group.contact('billing', billing, 40);
		await ask();
		await verify();
		expect(await match(ofGroup.personId)).toEqual({ ok: false, reason: 'is_of_group' });
		expect(await match()).toEqual({ ok: true, asked: 1 });
		expect(await check(ofGroup.personId)).toEqual({ ok: false, reason: 'is_of_group' });
		expect(await check(contact.personId)).toEqual({ ok: false, reason: 'is_contact' });
		expect(await check(self.personId)).toEqual({ ok: false, reason: 'is_asker' });
		expect(await check()).toEqual({ ok: true });
	});

	it('takes each link once, and a stale page not at all', async () => {
		await toNotice();
		expect(await verify()).toMatchObject({ ok: false });
		expect(await confirm()).toEqual({ ok: false, reason: 'impossible_transition' });
		const { id } = await row();
		const late = { id, version: 1, reason: 'Non.' };
		expect(await database.write((tx) => refuseHandover(tx, actBy(julien), grant(), late))).toEqual({ ok: false, reason: 'stale' });
	});

	it('keeps no token', async () => {
		await toNotice();
		const kept = JSON.stringify([await database.read.select().from(handover), await database.read.select().from(auditEvent)]);
		for (const { token } of await readMail(database)) if (token !== '') expect(kept).not.toContain(token);
	});
});

describe('an objection', () => {
	it('by an administrator’s link ends it for good', async () => {
		await toNotice();
		const token = await tokenIn(database, 'handover.administrator_notice');
		expect(await database.write((tx) => objectByLink(tx, moment(NOW + DAY), token, 'Je suis là.'))).toEqual({ ok: true });
		expect(await tick(NOW + 9 * DAY)).toBe(0);
		expect(await row()).toMatchObject({ status: 'objected', endReason: 'Je suis là.' });
		expect(await mailTo('handover.asker_done')).toEqual([]);
		const [told] = await mailTo('handover.asker_objected');
		expect(JSON.stringify(told?.content)).not.toContain('Je suis là.');
	});

	it('by the contact that was asked ends it, also after it had confirmed', async () => {
		await toNotice();
		const token = await tokenIn(database, 'handover.contact');
		expect(await database.write((tx) => objectByLink(tx, moment(NOW + HOUR), token, ''))).toEqual({ ok: true });
		expect((await row()).status).toBe('objected');
	});

	it('by an administrator logged in ends it; others do not see it', async () => {
		await toNotice();
		const manages = await group.grant(amina.personId, 'people.manage');
		expect(await noticeInGroup(database.read, manages)).toMatchObject({ askerName: 'Léa Fortin', untilOn: '2026-12-01' });
		expect(await database.write((tx) => objectInGroup(tx, actBy(amina.personId), manages, 'Non.'))).toEqual({ ok: true });
		expect(await noticeInGroup(database.read, manages)).toBeNull();
	});
});

describe('an end without access', () => {
	it('comes when the asker takes it back', async () => {
		await toNotice();
		const token = await tokenIn(database, 'handover.asker_notice');
		expect(await database.write((tx) => withdrawHandover(tx, moment(NOW + DAY), token))).toEqual({ ok: true });
		expect(await tick(NOW + 9 * DAY)).toBe(0);
		expect((await mailTo('handover.administrator_withdrawn')).map(({ to }) => to)).toEqual([amina.address]);
	});

	it('comes when the group is no longer a member once the notice is over', async () => {
		await toNotice();
		await database.write((tx) => tx.update(organisation).set({ status: 'former' }).where(eq(organisation.id, group.organisationId)));
		await tick(NOW + 8 * DAY);
		expect((await row()).status).toBe('refused');
		expect(await mailTo('handover.asker_done')).toEqual([]);
	});
});
