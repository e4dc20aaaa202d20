import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Database, write } from '#db/client.ts';
import { roleAssignment } from '#db/schema/access.ts';
import { auditEvent } from '#db/schema/audit.ts';
import { invitation } from '#db/schema/membership.ts';
import { outboxMessage } from '#db/schema/outbox.ts';
import { readCommittees } from '#src/adapters/settings/index.ts';
import { type Access, type CoopRole, grantOver, grantTo, loadAccess } from '#src/features/access/index.ts';
import { findCommittee, placeInCommittee, syncCommittees } from '#src/features/committees/index.ts';
import { acceptInvitation, inviteWorker } from '#src/features/people/index.ts';
import { endWorkerRole, grantRole, inviteByWorker, setTerm } from '#src/features/workers/mutations.ts';
import { addDays, civilDateOf, DAY } from '#src/lib/clock.ts';
import { actBy, anAct, aWorker, NOW, type Worker } from '#test/factories/accounts.ts';
import { freshDatabase } from '#test/support/database.ts';

const today = civilDateOf(NOW);
const inDays = (days: number) => addDays(today, days);

let database: Database;
let keeper: Worker;
let colleague: Worker;

beforeEach(async () => {
	database = await freshDatabase();
	await write(async (tx) => {
		await syncCommittees(tx, anAct(), readCommittees());
		keeper = await aWorker(tx, ['worker', 'sysadmin']);
		colleague = await aWorker(tx, ['worker']);
	});
});

const keeping = (who: Worker) => grantTo(who.access, 'workers.manage');
const rolesOf = async (who: Worker, at = NOW) => (await loadAccess(database.read, who.personId, civilDateOf(at))).coopRoles.toSorted();
const events = (action: string) => database.read.select().from(auditEvent).where(eq(auditEvent.action, action));
const grant = (personId: string, role: CoopRole, until = null as ReturnType<typeof inDays> | null, by = keeper) =>
	write((tx) => grantRole(tx, actBy(by.personId), keeping(by), { personId, role, until }));
const end = (personId: string, role: CoopRole, by = keeper) =>
	write((tx) => endWorkerRole(tx, actBy(by.personId), keeping(by), { personId, role }));
const term = (personId: string, role: CoopRole, until: ReturnType<typeof inDays> | null, by = keeper) =>
	write((tx) => setTerm(tx, actBy(by.personId), keeping(by), { personId, role, until }));

describe('those who may give roles', () => {
	const told = async () =>
		(await database.read.select().from(outboxMessage).where(eq(outboxMessage.template, 'membership.keepers'))).map(
			({ toAddress, content }) => [toAddress, /invit|donné/.exec(content ?? '')?.[0]],
		);

	it('hear of each other’s invitations, of who accepted them and of each role given', async () => {
		const board = await write((tx) => aWorker(tx, ['board']));
		const second = { address: 'autre-boite@exemple.org', name: 'Autre', roles: ['board'] as const, locale: 'fr' as const };
		await write((tx) => inviteByWorker(tx, actBy(keeper.personId), keeping(keeper), second));
		expect(await told()).toEqual([[board.address, 'invit']]);
		const { link } = await write((tx) => inviteWorker(tx, actBy(keeper.personId), second));
		const token = new URL(link).pathname.split('/').at(-2) ?? '';
		const invitee = { kind: 'new', fullName: 'Autre', passwordHash: 'x', locale: 'fr' } as const;
		const done = await write((tx) => acceptInvitation(tx, { at: NOW, requestId: null }, { token, invitee }));
		expect(done.ok).toBe(true);
		expect(
			(await told())
				.slice(2)
				.map(([to]) => to)
				.toSorted(),
		).toEqual([board.address, keeper.address].toSorted());
		await grant(colleague.personId, 'finance');
		const last = (await told()).slice(4);
		expect(last.map(([to]) => to).toSorted()).toEqual([board.address, second.address].toSorted());
		expect(last[0]?.[1]).toBe('donné');
	});
});

describe('a role in the network', () => {
	it('is given with its last day, told by mail, and ends by itself', async () => {
		expect(await grant(colleague.personId, 'finance', inDays(10))).toEqual({ ok: true });
		expect(await rolesOf(colleague)).toEqual(['finance', 'worker']);
		expect(await rolesOf(colleague, NOW + 9 * DAY)).toEqual(['finance', 'worker']);
		expect(await rolesOf(colleague, NOW + 10 * DAY)).toEqual(['worker']);
		const [mail] = await database.read.select().from(outboxMessage).where(eq(outboxMessage.template, 'workers.role'));
		expect(mail?.toAddress).toBe(colleague.address);
		const given = (await events('access.assign_role')).at(-1);
		expect(given).toMatchObject({ actorId: keeper.personId, subjectId: colleague.personId });
		expect(JSON.parse(given?.delta ?? '')).toEqual({ role: 'finance', scope: 'coop', toOn: inDays(10) });
	});

	it('is never given to oneself, nor made to last, whatever the role', async () => {
		for (const role of ['worker', 'finance', 'vetting', 'sysadmin', 'board'] as const) {
			expect(await grant(keeper.personId, role)).toEqual({ ok: false, reason: 'own_role' });
			expect(await term(keeper.personId, role, inDays(900))).toEqual({ ok: false, reason: 'own_role' });
		}
		expect(await rolesOf(keeper)).toEqual(['sysadmin', 'worker']);
	});

	it('is not given twice, nor to someone who does not work here, nor until yesterday', async () => {
		await grant(colleague.personId, 'finance', inDays(10));
		expect(await grant(colleague.personId, 'finance')).toEqual({ ok: false, reason: 'holds_role' });
		expect(await grant('nobody', 'finance')).toEqual({ ok: false, reason: 'not_a_worker' });
		expect(await grant(colleague.personId, 'vetting', today)).toEqual({ ok: false, reason: 'term_passed' });
		const rows = await database.read.select().from(roleAssignment).where(eq(roleAssignment.role, 'finance'));
		expect(rows).toHaveLength(1);
	});

	it('is prolonged and shortened by someone else, each time on record', async () => {
		await grant(colleague.personId, 'finance', inDays(10));
		expect(await term(colleague.personId, 'finance', inDays(40))).toEqual({ ok: true });
		expect(await rolesOf(colleague, NOW + 39 * DAY)).toContain('finance');
		expect(await term(colleague.personId, 'finance', null)).toEqual({ ok: true });
		expect((await events('access.set_role_end')).map(({ delta }) => (JSON.parse(delta) as { until: unknown }).until)).toEqual([
			inDays(40),
			null,
		]);
		expect(await term(colleague.personId, 'vetting', inDays(40))).toEqual({ ok: false, reason: 'not_found' });
	});

	it('ends at once, a term or not', async () => {
		await grant(colleague.personId, 'finance', inDays(10));
		expect(await end(colleague.personId, 'finance')).toEqual({ ok: true });
		expect(await rolesOf(colleague)).toEqual(['worker']);
		expect(await end(colleague.personId, 'finance')).toEqual({ ok: false, reason: 'not_found' });
	});
});

describe('the last who may give roles', () => {
	it('stays, until someone else may for good', async () => {
		expect(await end(keeper.personId, 'sysadmin')).toEqual({ ok: false, reason: 'last_keeper' });
		await grant(colleague.personId, 'board', inDays(100));
		expect(await end(keeper.personId, 'sysadmin')).toEqual({ ok: false, reason: 'last_keeper' });
		await term(colleague.personId, 'board', null);
		expect(await end(keeper.personId, 'sysadmin')).toEqual({ ok: true });
		expect(await rolesOf(keeper)).toEqual(['worker']);
	});

	it('is not given an end either', async () => {
		await grant(colleague.personId, 'board');
		expect(await end(keeper.personId, 'sysadmin')).toEqual({ ok: true });
		const board: Worker = { ...colleague, access: { ...colleague.access, coopRoles: ['worker', 'board'] } as Access };
		expect(await end(colleague.personId, 'board', board)).toEqual({ ok: false, reason: 'last_keeper' });
	});

	it('is one even when fifty try to end two at once', async () => {
		await grant(colleague.personId, 'board');
		const done = await Promise.all(
			Array.from({ length: 50 }, (_, at) => (at % 2 ? end(keeper.personId, 'sysadmin') : end(colleague.personId, 'board'))),
		);
		expect(done.filter(({ ok }) => ok)).toHaveLength(1);
	});
});

describe('whoever no longer works here', () => {
	it('is out of every committee, and holds nothing through one meanwhile', async () => {
		const place = { personId: colleague.personId, until: null };
		const over = grantOver(keeper.access, 'soutien');
		await write((tx) => placeInCommittee(tx, actBy(keeper.personId), over, { ...place, role: 'member' }));
		await write((tx) => placeInCommittee(tx, actBy(keeper.personId), over, { ...place, role: 'referent' }));
		expect((await loadAccess(database.read, colleague.personId, today)).committees).toMatchObject([{ slug: 'soutien' }]);
		await end(colleague.personId, 'worker');
		expect((await loadAccess(database.read, colleague.personId, today)).committees).toBeUndefined();
		expect((await findCommittee(database.read, null, 'soutien', today))?.people).toEqual([]);
		const left = await database.read.select().from(roleAssignment).where(eq(roleAssignment.scopeKind, 'committee'));
		expect(left.every(({ toOn }) => toOn === today)).toBe(true);
	});
});

describe('an invitation made at the desk', () => {
	const invite = (address: string, roles: readonly CoopRole[] = ['vetting'], by = keeper) =>
		write((tx) => inviteByWorker(tx, actBy(by.personId), keeping(by), { address, name: 'Nour', roles, locale: 'fr' }));
	const enter = (token: string, invitee: Parameters<typeof acceptInvitation>[2]['invitee']) =>
		write((tx) => acceptInvitation(tx, { at: NOW, requestId: null }, { token, invitee }));
	const tokenOf = async () => {
		const rows = await database.read
			.select({ content: outboxMessage.content })
			.from(outboxMessage)
			.where(eq(outboxMessage.template, 'membership.invite_worker'));
		const url = (JSON.parse(rows.at(-1)?.content ?? '{}') as { action: { url: string } }).action.url;
		return url.split('/').at(-2) ?? '';
	};
	const someone = { kind: 'new', fullName: 'Nour', passwordHash: 'x', locale: 'fr' } as const;

	it('is not for oneself, nor for what someone holds already', async () => {
		expect(await invite(keeper.address)).toEqual({ ok: false, reason: 'own_address' });
		expect(await invite(colleague.address, ['worker'])).toEqual({ ok: false, reason: 'already_holds' });
		expect(await database.read.$count(invitation)).toBe(0);
	});

	it('opens while its author may give roles, and not after', async () => {
		await grant(colleague.personId, 'board');
		await invite('nour@exemple.org');
		const token = await tokenOf();
		await end(keeper.personId, 'sysadmin');
		expect(await enter(token, someone)).toEqual({ ok: false, reason: 'revoked' });
	});

	it('lets in once, with its roles', async () => {
		await invite('nour@exemple.org', ['vetting', 'worker']);
		const done = await enter(await tokenOf(), someone);
		expect(done).toMatchObject({ ok: true, scope: 'coop' });
		expect((await loadAccess(database.read, done.ok ? done.personId : '', today)).coopRoles.toSorted()).toEqual(['vetting', 'worker']);
	});

	it('is not accepted by whoever made it, through an address that became theirs', async () => {
		await write((tx) => inviteWorker(tx, actBy(keeper.personId), { address: keeper.address, name: 'Moi', roles: ['board'], locale: 'fr' }));
		const token = await tokenOf();
		expect(await enter(token, { kind: 'known', accountId: keeper.accountId })).toEqual({ ok: false, reason: 'own_invitation' });
		expect(await rolesOf(keeper)).toEqual(['sysadmin', 'worker']);
	});
});
