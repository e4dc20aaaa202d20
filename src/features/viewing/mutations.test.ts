import { asc, eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Database, write } from '#db/client.ts';
import { account } from '#db/schema/accounts.ts';
import { auditEvent } from '#db/schema/audit.ts';
import { organisation } from '#db/schema/membership.ts';
import { outboxMessage } from '#db/schema/outbox.ts';
import { type Access, assignRole, endRole, type GroupRole, grantIn, grantTo, holdsIn } from '#src/features/access/index.ts';
import { createAccount } from '#src/features/accounts/index.ts';
import { verifyAudit } from '#src/features/audit/index.ts';
import { findViewable, findViewing } from '#src/features/viewing/data.ts';
import { endOverdueViews, endViewing, recordPage, startViewing } from '#src/features/viewing/mutations.ts';
import { VIEWING_LASTS } from '#src/features/viewing/rules.ts';
import { civilDateOf } from '#src/lib/clock.ts';
import { actBy, aGrant, anAccount, anAct, aWorker, NOW, type Worker } from '#test/factories/accounts.ts';
import { freshDatabase } from '#test/support/database.ts';

const SESSION = 'a-session';
const SLUG = 'groupe';

let database: Database;
let viewer: Worker;
let admin: string;
let treasurer: string;

async function aMember(...roles: GroupRole[]): Promise<string> {
	return write(async (tx) => {
		const { personId } = await createAccount(tx, anAct(), anAccount());
		for (const role of roles) await assignRole(tx, anAct(), personId, { kind: 'organisation', id: 'g', role }, 'operator');
		return personId;
	});
}

beforeEach(async () => {
	database = await freshDatabase();
	viewer = await write((tx) => aWorker(tx, ['worker']));
	await write((tx) =>
		tx.insert(organisation).values({
			id: 'g',
			slug: SLUG,
			legalName: 'Groupe',
			usualName: 'Groupe',
			kind: 'nonprofit',
			mission: 'm',
			budgetBand: 'b',
			locale: 'fr',
			status: 'member',
			createdAt: 1,
		}),
	);
	admin = await aMember('administrator');
	treasurer = await aMember('treasurer', 'technical');
});

const start = (personId: string, over: { sessionId?: string; at?: number } = {}) =>
	write((tx) =>
		startViewing(tx, { ...actBy(viewer.personId), at: over.at ?? NOW }, aGrant(viewer.personId, 'support.view_as'), {
			sessionId: over.sessionId ?? SESSION,
			group: SLUG,
			personId,
			reason: 'Le bouton n’apparaît pas.',
		}),
	);
const seen = (access: Access = viewer.access, at = NOW + 1, session = SESSION) => findViewing(database.read, session, access, at);
const trail = () => database.read.select().from(auditEvent).orderBy(asc(auditEvent.seq));

describe('viewing as a person', () => {
	it('gives their roles in that group and nothing of one’s own', async () => {
		expect(await start(treasurer)).toMatchObject({ ok: true });
		const viewing = await seen();
		expect(viewing?.access).toMatchObject({ personId: treasurer, coopRoles: [], groups: [{ slug: SLUG }] });
		expect(viewing && grantIn(viewing.access, SLUG, 'requests.write').personId).toBe(treasurer);
		expect(() => grantTo(viewing?.access ?? null, 'desk.read')).toThrow();
	});

	it('shows nobody more about money than they may read themselves', async () => {
		await start(treasurer);
		expect(holdsIn((await seen())?.access ?? null, SLUG, 'contributions.read')).toBe(false);
		const finance: Access = { ...viewer.access, coopRoles: ['worker', 'finance'] };
		expect(holdsIn((await seen(finance))?.access ?? null, SLUG, 'contributions.read')).toBe(true);
	});

	it('is known to its own session alone, for half an hour', async () => {
		await start(treasurer);
		expect(await seen(viewer.access, NOW + 1, 'another-session')).toBeNull();
		expect(await seen(viewer.access, NOW + VIEWING_LASTS - 1)).not.toBeNull();
		expect(await seen(viewer.access, NOW + VIEWING_LASTS)).toBeNull();
	});

	it('is over when the viewer loses the right, when the person leaves the group or comes to work in the network', async () => {
		await start(treasurer);
		expect(await seen({ ...viewer.access, coopRoles: ['vetting'] })).toBeNull();
		expect(await seen({ ...viewer.access, personId: 'another' })).toBeNull();
		await write((tx) => assignRole(tx, anAct(), treasurer, { kind: 'coop', role: 'board' }, 'operator'));
		expect(await seen()).toBeNull();
		await write((tx) => endRole(tx, anAct(), treasurer, { kind: 'coop', role: 'board' }));
		expect(await seen()).not.toBeNull();
		for (const role of ['treasurer', 'technical'] as const) {
			await write((tx) => endRole(tx, anAct(), treasurer, { kind: 'organisation', id: 'g', role }));
		}
		expect(await seen()).toBeNull();
	});

	it('is of people of the group who do not work in the network, and never of oneself', async () => {
		await write((tx) => assignRole(tx, anAct(), viewer.personId, { kind: 'organisation', id: 'g', role: 'member' }, 'operator'));
		const both = await aMember('member');
		await write((tx) => assignRole(tx, anAct(), both, { kind: 'coop', role: 'finance' }, 'operator'));
		for (const personId of [viewer.personId, both, 'nobody']) {
			expect(await start(personId)).toEqual({ ok: false, reason: 'not_found' });
		}
		const grant = aGrant(viewer.personId, 'support.view_as');
		const viewable = await findViewable(database.read, grant, SLUG, civilDateOf(NOW));
		expect(viewable?.people.map(({ personId }) => personId).toSorted()).toEqual([admin, treasurer].toSorted());
		expect(await findViewable(database.read, grant, 'no-such-group', civilDateOf(NOW))).toBeNull();
	});

	it('is told once to the person and to the administrators, with the name and the reason', async () => {
		await start(treasurer);
		const mails = await database.read.select().from(outboxMessage).where(eq(outboxMessage.template, 'viewing.start'));
		expect(mails).toHaveLength(2);
		for (const mail of mails) expect(mail.content).toContain('Le bouton n’apparaît pas.');
		await start(admin);
		expect(await database.read.$count(outboxMessage, eq(outboxMessage.template, 'viewing.start'))).toBe(3);
	});

	it('is in the trail under both names, from the start over each page to the end, and the chain holds', async () => {
		await start(treasurer);
		const viewing = await seen();
		if (!viewing) throw new Error('no view');
		await write((tx) => recordPage(tx, actBy(viewer.personId), viewing, { key: 'spaceRequest', number: 'D-2026-0001' }));
		await write((tx) => endViewing(tx, actBy(viewer.personId), viewing));
		await write((tx) => endViewing(tx, actBy(viewer.personId), viewing));
		const told = (await trail()).filter(({ action }) => action.startsWith('viewing.'));
		expect(told.map(({ action }) => action)).toEqual(['viewing.start', 'viewing.open_page', 'viewing.end']);
		for (const row of told) {
			expect(row).toMatchObject({ actorId: viewer.personId, actingForId: treasurer, subjectId: treasurer, organisationId: 'g' });
		}
		expect(told[1]?.delta).toBe('{"page":"spaceRequest","number":"D-2026-0001"}');
		expect(await seen()).toBeNull();
		expect(await verifyAudit(database.read)).toMatchObject({ ok: true });
	});

	it('begun again in the same session takes the place of the one before', async () => {
		await start(treasurer);
		await start(admin);
		expect((await seen())?.person.id).toBe(admin);
		expect((await trail()).filter(({ action }) => action === 'viewing.end')).toMatchObject([{ actingForId: treasurer }]);
	});

	it('that nobody ends is closed once its time is over, once', async () => {
		await start(treasurer);
		const close = (at: number) => write((tx) => endOverdueViews(tx, anAct({ actor: { kind: 'system' }, at })));
		expect(await close(NOW + VIEWING_LASTS - 1)).toBe(0);
		expect(await close(NOW + VIEWING_LASTS)).toBe(1);
		expect(await close(NOW + VIEWING_LASTS + 1)).toBe(0);
		expect((await trail()).filter(({ action }) => action === 'viewing.end')).toHaveLength(1);
	});

	it('of someone whose account is closed is not offered', async () => {
		await write((tx) => tx.update(account).set({ status: 'closed' }).where(eq(account.personId, treasurer)));
		expect(await start(treasurer)).toEqual({ ok: false, reason: 'not_found' });
	});
});
