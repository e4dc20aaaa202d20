import { and, eq } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Database } from '#db/client.ts';
import {
	auditEvent,
	deletionCertificate,
	departure,
	invitation,
	leavingNotice,
	leavingTask,
	membership,
	organisation,
	outboxMessage,
	requestMessage,
	retentionItem,
	serviceRequest,
} from '#db/schema/index.ts';
import { assignRole, endRole } from '#src/features/access/index.ts';
import { verifyAudit } from '#src/features/audit/index.ts';
import { recordPayment } from '#src/features/contributions/index.ts';
import { findCertificate } from '#src/features/leaving/data.ts';
import { carryOutNotices, keepCalendars } from '#src/features/leaving/jobs.ts';
import { depart, finishItem, finishTask, giveNotice, stepNotice } from '#src/features/leaving/mutations.ts';
import { calendarFrom, NOTICE_LASTS, sealCertificate } from '#src/features/leaving/rules.ts';
import { inviteToGroup } from '#src/features/people/index.ts';
import { listOffered } from '#src/features/requests/index.ts';
import { addDays, civilDateOf, DAY } from '#src/lib/clock.ts';
import { newIdempotencyKey } from '#src/lib/ids.ts';
import { cents } from '#src/lib/money.ts';
import { aGrant, anAct, aWorker, NOW } from '#test/factories/accounts.ts';
import { aCatalogue, aRequest } from '#test/factories/requests.ts';
import { aBoundGroup, aPersonIn, type Bound, by, grantOf } from '#test/factories/standing.ts';
import { freshDatabase } from '#test/support/database.ts';

let database: Database;
let group: Bound;
let amina: { personId: string; address: string };
let noe: { personId: string; address: string };

beforeEach(async () => {
	database = await freshDatabase();
	group = await aBoundGroup(database);
	amina = await aPersonIn(database, group, 'administrator', NOW - 30 * DAY);
	noe = await aPersonIn(database, group, 'administrator', NOW - 7 * DAY);
});

afterEach(() => void vi.useRealTimers());

const give = async (personId = amina.personId, submissionKey = newIdempotencyKey(), at = NOW) => {
	const grant = await grantOf(database, group, personId, 'space.read', at);
	return database.write((tx) => giveNotice(tx, by(personId, at), grant, { submissionKey, reason: 'resigned' }));
};
const step = async (personId: string, name: Parameters<typeof stepNotice>[3]['step'], version: number, at = NOW) => {
	const grant = await grantOf(database, group, personId, 'space.read', at);
	return database.write((tx) => stepNotice(tx, by(personId, at), grant, { step: name, version, objection: 'Attendez l’assemblée.' }));
};
const notice = async () => (await database.read.select().from(leavingNotice).orderBy(leavingNotice.id)).at(-1);
const sentTo = async (template: string) =>
	(await database.read.select({ to: outboxMessage.toAddress }).from(outboxMessage).where(eq(outboxMessage.template, template))).map(
		({ to }) => to,
	);
const bond = async () => (await database.read.select().from(membership).where(eq(membership.organisationId, group.organisationId)))[0];
const clockAt = (at: number) => vi.useFakeTimers({ now: at, toFake: ['Date'] });

describe('a notice of leaving', () => {
	it('given twice by a double click is one notice, told once to the other administrators', async () => {
		const key = newIdempotencyKey();
		const done = await Promise.all([give(amina.personId, key), give(amina.personId, key)]);
		expect(done).toEqual([{ ok: true }, { ok: true }]);
		expect(await database.read.$count(leavingNotice)).toBe(1);
		expect(await sentTo('leaving.notice')).toEqual([noe.address]);
		expect(await give(noe.personId)).toEqual({ ok: false, reason: 'already_leaving' });
		expect((await bond())?.toOn).toBeNull();
	});

	it('takes effect at once when a second administrator confirms, whoever clicks twice', async () => {
		await give();
		expect(await step(amina.personId, 'confirm', 1)).toEqual({ ok: false, reason: 'not_allowed' });
		expect(await step(noe.personId, 'confirm', 1)).toEqual({ ok: true });
		expect(await step(noe.personId, 'confirm', 1)).toEqual({ ok: true });
		expect(await bond()).toMatchObject({ toOn: civilDateOf(NOW), endReason: 'resigned', endReference: null });
		expect(await database.read.$count(departure)).toBe(1);
	});

	it('is not made to take effect by someone who was just let in: the seven days run', async () => {
		const second = await aPersonIn(database, group, 'administrator', NOW - 6 * DAY);
		await give();
		const since = await aPersonIn(database, group);
		for (const { personId } of [second, since]) {
			expect(await step(personId, 'confirm', 1)).toEqual({ ok: false, reason: 'administrator_too_new' });
		}
		expect((await bond())?.toOn).toBeNull();
		expect(await step(second.personId, 'object', 1)).toEqual({ ok: true });
	});

	it('withdrawn and confirmed at once is one or the other, never both', async () => {
		await give();
		const [withdrawn, confirmed] = await Promise.all([step(amina.personId, 'withdraw', 1), step(noe.personId, 'confirm', 1)]);
		expect([withdrawn.ok, confirmed.ok].toSorted()).toEqual([false, true]);
		const { status } = (await notice()) ?? {};
		expect(status).toBe(withdrawn.ok ? 'withdrawn' : 'effective');
		expect((await bond())?.toOn === null).toBe(withdrawn.ok);
	});

	it('is not stepped on from a stale page, nor by someone whose role has just ended', async () => {
		await give();
		expect(await step(noe.personId, 'object', 7)).toEqual({ ok: false, reason: 'stale' });
		const grant = await grantOf(database, group, noe.personId, 'space.read');
		const scope = { kind: 'organisation', id: group.organisationId, role: 'administrator' } as const;
		await database.write((tx) => endRole(tx, by(amina.personId), noe.personId, scope));
		// The session is open and its page still there: the roles are asked anew inside the transaction.
		expect(await database.write((tx) => stepNotice(tx, by(noe.personId), grant, { step: 'confirm', version: 1 }))).toEqual({
			ok: false,
			reason: 'not_allowed',
		});
	});

	it('takes effect after seven days without an objection, by the job, once', async () => {
		await give();
		clockAt(NOW + NOTICE_LASTS - 1_000);
		await carryOutNotices();
		expect((await bond())?.toOn).toBeNull();
		clockAt(NOW + NOTICE_LASTS);
		await Promise.all([carryOutNotices(), carryOutNotices()]);
		expect(await bond()).toMatchObject({ toOn: addDays(civilDateOf(NOW), 7), endReason: 'resigned' });
		expect(await sentTo('leaving.left')).toHaveLength(2);
		expect(await database.read.$count(leavingTask)).toBe(1);
	});

	it('is stopped by an objection until it is taken back, which gives seven days again', async () => {
		await give();
		expect(await step(noe.personId, 'object', 1)).toEqual({ ok: true });
		clockAt(NOW + 30 * DAY);
		await carryOutNotices();
		expect((await bond())?.toOn).toBeNull();
		expect(await step(noe.personId, 'agree', 2, NOW + 30 * DAY)).toEqual({ ok: true });
		expect(await notice()).toMatchObject({ status: 'given', dueAt: NOW + 30 * DAY + NOTICE_LASTS, objection: null });
	});

	it('falls when its giver no longer looks after the group, and the others are told', async () => {
		await give();
		const scope = { kind: 'organisation', id: group.organisationId, role: 'administrator' } as const;
		await database.write((tx) => endRole(tx, by(noe.personId), amina.personId, scope));
		clockAt(NOW + 8 * DAY);
		await carryOutNotices();
		expect((await notice())?.status).toBe('withdrawn');
		expect((await bond())?.toOn).toBeNull();
		expect(await sentTo('leaving.fallen')).toEqual([noe.address]);
	});

	it('of an only administrator goes to everyone with a role, who may object', async () => {
		const scope = { kind: 'organisation', id: group.organisationId, role: 'administrator' } as const;
		await database.write((tx) => endRole(tx, by(amina.personId), noe.personId, scope));
		const treasurer = await aPersonIn(database, group, 'treasurer');
		await give();
		expect(await sentTo('leaving.notice')).toEqual([treasurer.address]);
		expect(await step(treasurer.personId, 'object', 1)).toEqual({ ok: true });
		expect((await notice())?.status).toBe('objected');
	});

	it('is not for someone without the role, nor for a group that has left', async () => {
		const technical = await aPersonIn(database, group, 'technical');
		expect(await give(technical.personId)).toEqual({ ok: false, reason: 'not_allowed' });
		await give();
		await step(noe.personId, 'confirm', 1);
		expect(await give()).toEqual({ ok: false, reason: 'not_member' });
	});
});

describe('a departure', () => {
	const leave = () =>
		database.write((tx) =>
			depart(tx, by(amina.personId), {
				organisationId: group.organisationId,
				reason: 'resigned',
				reference: null,
				contactId: amina.personId,
			}),
		);

	it('ends the bond, cancels what is open, takes invitations back and makes the calendar, in one act that happens once', async () => {
		await database.write((tx) => aCatalogue(tx, undefined, NOW));
		const [item] = await listOffered(database.read, civilDateOf(NOW));
		if (!item) throw new Error('no service on offer');
		const writes = await grantOf(database, group, amina.personId, 'requests.write');
		await database.write((tx) => aRequest(tx, { ...amina, writes } as never, { itemId: item.id, at: NOW }));
		await database.write((tx) =>
			inviteToGroup(tx, by(amina.personId), {
				organisationId: group.organisationId,
				roles: ['member'],
				address: 'x@exemple.org',
				name: 'X',
				locale: 'fr',
				invitedBy: amina.personId,
			}),
		);
		expect((await leave()).ok).toBe(true);
		expect(await leave()).toEqual({ ok: false, reason: 'not_member' });
		const [request] = await database.read.select().from(serviceRequest);
		expect(request?.status).toBe('cancelled');
		expect((await database.read.select().from(invitation))[0]?.status).toBe('revoked');
		expect((await database.read.select().from(organisation))[0]?.status).toBe('former');
		const rows = await database.read.select().from(retentionItem).orderBy(retentionItem.id);
		expect(rows.map(({ kind, dueOn }) => [kind, dueOn])).toEqual(calendarFrom(civilDateOf(NOW)).map(({ kind, dueOn }) => [kind, dueOn]));
		expect((await verifyAudit(database.read)).ok).toBe(true);
		await expect(grantOf(database, group, amina.personId, 'requests.write')).rejects.toThrow('denied with 403');
		await expect(grantOf(database, group, amina.personId, 'contributions.read')).resolves.toBeTruthy();
	});

	it('makes a refund of exactly the credit in the books, which only finance marks as paid', async () => {
		const maude = await database.write((tx) => aWorker(tx, ['finance']));
		const julien = await database.write((tx) => aWorker(tx, ['worker']));
		await database.write((tx) =>
			recordPayment(tx, by(maude.personId), aGrant(maude.personId, 'payments.record'), {
				submissionKey: newIdempotencyKey(),
				organisationId: group.organisationId,
				receivedOn: civilDateOf(NOW),
				amount: cents(4_250),
				method: 'cheque',
				reference: '',
			}),
		);
		await leave();
		const [task] = await database.read.select().from(leavingTask).where(eq(leavingTask.kind, 'refund'));
		expect(task?.amountCents).toBe(4_250);
		const finish = (who: typeof maude, reference = 'Virement 12') =>
			database.write((tx) =>
				finishTask(tx, by(who.personId), aGrant(who.personId, 'leavings.handle'), who.access, { task: task?.id ?? '', reference }),
			);
		expect(await finish(julien)).toEqual({ ok: false, reason: 'not_allowed' });
		expect(await finish(maude)).toEqual({ ok: true });
		expect(await finish(maude)).toEqual({ ok: true });
		expect(await finish(maude, 'Virement 13')).toEqual({ ok: false, reason: 'task_done' });
	});

	it('is not finished with a right that a committee lends: it reaches the requests for its services alone', async () => {
		await database.write((tx) =>
			depart(tx, by(amina.personId), { organisationId: group.organisationId, reason: 'resigned', reference: null, contactId: null }),
		);
		const zoe = await database.write((tx) => aWorker(tx, ['finance']));
		const access = { ...zoe.access, committees: [{ slug: 'reseau', roles: ['member' as const], applications: true }] };
		const grant = aGrant(zoe.personId, 'leavings.handle');
		const [task] = await database.read.select().from(leavingTask).where(eq(leavingTask.kind, 'shutdown'));
		const finished = await database.write((tx) =>
			finishTask(tx, by(zoe.personId), grant, access, { task: task?.id ?? '', reference: 'x' }),
		);
		expect(finished).toEqual({ ok: false, reason: 'not_allowed' });
		const [item] = await database.read.select().from(retentionItem).where(eq(retentionItem.method, 'worker'));
		const deleted = await database.write((tx) => finishItem(tx, by(zoe.personId), grant, access, { item: item?.id ?? '', count: 1 }));
		expect(deleted).toEqual({ ok: false, reason: 'not_allowed' });
	});

	it('is followed by deletion on the days said, then by one certificate whose seal anyone can compute', async () => {
		await database.write((tx) => aCatalogue(tx, undefined, NOW));
		const [item] = await listOffered(database.read, civilDateOf(NOW));
		if (!item) throw new Error('no service on offer');
		const writes = await grantOf(database, group, amina.personId, 'requests.write');
		await database.write((tx) => aRequest(tx, { ...amina, writes } as never, { itemId: item.id, at: NOW }));
		const julien = await database.write((tx) => aWorker(tx, ['worker']));
		await leave();
		clockAt(NOW + 400 * DAY);
		await keepCalendars();
		const [request] = await database.read.select().from(serviceRequest);
		expect(request).toMatchObject({ subject: '', answers: '{}' });
		expect((await database.read.select().from(requestMessage)).every(({ body }) => body === '')).toBe(true);
		expect((await database.read.select().from(organisation))[0]).toMatchObject({ mission: '', status: 'former' });
		await expect(grantOf(database, group, amina.personId, 'space.read', NOW + 401 * DAY)).rejects.toThrow('denied with 404');
		// What only people can delete is not done: nothing is certified.
		expect(await database.read.$count(deletionCertificate)).toBe(0);
		const byHand = await database.read
			.select()
			.from(retentionItem)
			.where(and(eq(retentionItem.method, 'worker')));
		for (const { id } of byHand) {
			const grant = aGrant(julien.personId, 'leavings.handle');
			expect(
				await database.write((tx) => finishItem(tx, by(julien.personId, NOW + 400 * DAY), grant, julien.access, { item: id, count: 3 })),
			).toEqual({ ok: true });
		}
		await Promise.all([keepCalendars(), keepCalendars()]);
		const certificates = await database.read.select().from(deletionCertificate);
		expect(certificates).toHaveLength(1);
		const mail = await database.read.select().from(outboxMessage).where(eq(outboxMessage.template, 'leaving.certificate'));
		expect(mail.map(({ toAddress }) => toAddress)).toEqual([amina.address]);
		const url = (JSON.parse(mail[0]?.content ?? '{}') as { action: { url: string } }).action.url;
		const found = await findCertificate(database.read, new URL(url).pathname.split('/').at(-2) ?? '');
		if (!found) throw new Error('the link opens nothing');
		expect(sealCertificate(found.content)).toEqual({ text: found.text, checksum: found.checksum });
		expect(found.content.deleted.map(({ kind }) => kind)).toEqual(['services', 'backups', 'requests', 'complaints', 'profile', 'people']);
		expect(found.content.kept.map(({ kind }) => kind)).toEqual(['books', 'register', 'trail']);
		expect(found.text).not.toContain(amina.address);
		expect(await database.read.select({ address: departure.contactAddress }).from(departure)).toEqual([{ address: null }]);
		expect(await findCertificate(database.read, 'autre')).toBeNull();
		const trail = await database.read.select().from(auditEvent).where(eq(auditEvent.action, 'leaving.certify'));
		expect(trail).toHaveLength(1);
	});

	it('deletes nothing of a group that came back', async () => {
		await leave();
		const { beginAgain } = await import('#src/features/membership/index.ts');
		expect(await database.write((tx) => beginAgain(tx, anAct(), group.organisationId))).toEqual({
			ok: true,
			memberNumber: group.memberNumber + 1,
		});
		expect(await database.write((tx) => beginAgain(tx, anAct(), group.organisationId))).toEqual({ ok: false, reason: 'already_member' });
		await database.write((tx) =>
			assignRole(tx, anAct(), noe.personId, { kind: 'organisation', id: group.organisationId, role: 'technical' }, 'operator'),
		);
		clockAt(NOW + 900 * DAY);
		await keepCalendars();
		expect((await database.read.select().from(organisation))[0]?.mission).toBe('Essayer.');
		expect(await database.read.$count(deletionCertificate)).toBe(0);
	});
});
