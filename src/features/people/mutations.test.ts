import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '#db/client.ts';
import { roleAssignment } from '#db/schema/access.ts';
import { auditEvent } from '#db/schema/audit.ts';
import { application, invitation, organisation } from '#db/schema/membership.ts';
import { assignRole, type GroupRole, grantIn, loadAccess } from '#src/features/access/index.ts';
import { createAccount } from '#src/features/accounts/index.ts';
import { acceptApplication } from '#src/features/applications/index.ts';
import { findInvitation, listPendingInvitations } from '#src/features/people/data.ts';
import {
	acceptInvitation,
	declineInvitation,
	endGroupRole,
	giveRole,
	inviteMember,
	inviteWorker,
	leaveRole,
	revokeInvitation,
} from '#src/features/people/mutations.ts';
import { INVITATION_LASTS } from '#src/features/people/rules.ts';
import { addDays, type CivilDate, civilDateOf, DAY } from '#src/lib/clock.ts';
import { actBy, aGrant, anAccount, anAct, aWorker, NOW } from '#test/factories/accounts.ts';
import { adoptExampleScale, aMemberGroup, aSubmittedApplication, readMail, tokenIn } from '#test/factories/membership.ts';
import { freshDatabase } from '#test/support/database.ts';

const moment = (at = NOW) => ({ at, requestId: null });
let database: Database;

beforeEach(async () => {
	database = await freshDatabase();
	await adoptExampleScale(database);
});

const worker = () => database.write((tx) => aWorker(tx));
const decideAs = (personId: string) => aGrant(personId, 'applications.decide');
const templates = async () => (await readMail(database)).map((mail) => mail.template);

describe('an invitation', () => {
	const newcomer = { kind: 'new', fullName: 'Camille Roy', passwordHash: '$argon2id$x', locale: 'fr' } as const;
	const invite = (address = 'nouvelle@koumbit.example') =>
		database.write((tx) => inviteWorker(tx, anAct(), { address, name: 'Camille Roy', roles: ['worker', 'finance'], locale: 'fr' }));
	const enter = (token: string, invitee: Parameters<typeof acceptInvitation>[2]['invitee'] = newcomer, at = NOW) =>
		database.write((tx) => acceptInvitation(tx, moment(at), { token, invitee }));
	const tokenOf = (link: string) => new URL(link).pathname.split('/').at(-2) ?? '';

	it('gives its roles, each once, and is then closed', async () => {
		const { link } = await invite();
		const token = tokenOf(link);
		expect(await findInvitation(database.read, token, NOW)).toMatchObject({ state: 'pending', inviterName: null, accountId: null });
		const entered = await enter(token);
		expect(entered).toMatchObject({ ok: true, scope: 'coop' });
		if (!entered.ok) return;
		const access = await loadAccess(database.read, entered.personId, civilDateOf(NOW));
		expect([...access.coopRoles].sort()).toEqual(['finance', 'worker']);
		expect(await enter(token)).toEqual({ ok: false, reason: 'accepted' });
		expect(await findInvitation(database.read, token, NOW)).toEqual({ state: 'accepted' });
	});

	it('whose roles are over already is too late, and says so before it is accepted', async () => {
		const { link, invitationId } = await invite();
		const yesterday = addDays(civilDateOf(NOW), -1);
		await database.write((tx) => tx.update(invitation).set({ rolesToOn: yesterday }).where(eq(invitation.id, invitationId)));
		expect(await findInvitation(database.read, tokenOf(link), NOW)).toEqual({ state: 'expired' });
		expect(await enter(tokenOf(link))).toEqual({ ok: false, reason: 'expired' });
	});

	it('lets one of two people in', async () => {
		const { link } = await invite();
		const results = await Promise.all([enter(tokenOf(link)), enter(tokenOf(link), { ...newcomer, fullName: 'Quelqu’un d’autre' })]);
		expect(results.map((result) => (result.ok ? 'in' : result.reason)).sort()).toEqual(['accepted', 'in']);
		expect(await database.read.$count(roleAssignment)).toBe(2);
	});

	it('made again replaces the one before', async () => {
		const first = await invite('Nouvelle@Koumbit.example');
		const second = await invite('nouvelle@koumbit.example');
		expect(await enter(tokenOf(first.link))).toEqual({ ok: false, reason: 'revoked' });
		expect(await findInvitation(database.read, tokenOf(first.link), NOW)).toEqual({ state: 'revoked' });
		expect(await enter(tokenOf(second.link))).toMatchObject({ ok: true });
		expect((await templates()).filter((name) => name === 'membership.invite_worker')).toHaveLength(2);
	});

	it('expires', async () => {
		const { link } = await invite();
		const at = NOW + INVITATION_LASTS;
		expect(await enter(tokenOf(link), newcomer, at)).toEqual({ ok: false, reason: 'expired' });
		expect(await findInvitation(database.read, tokenOf(link), at)).toEqual({ state: 'expired' });
		expect(await enter(tokenOf(link), newcomer, at - 1)).toMatchObject({ ok: true });
	});

	it('to an address with an account adds roles to that account only, once its owner is logged in', async () => {
		const owner = await database.write((tx) => createAccount(tx, anAct(), anAccount({ address: 'nouvelle@koumbit.example' })));
		const stranger = await database.write((tx) => createAccount(tx, anAct(), anAccount()));
		const { link } = await invite();
		const token = tokenOf(link);
		expect(await findInvitation(database.read, token, NOW)).toMatchObject({ accountId: owner.accountId });
		expect(await enter(token)).toEqual({ ok: false, reason: 'has_account' });
		expect(await enter(token, { kind: 'known', accountId: stranger.accountId })).toEqual({ ok: false, reason: 'other_account' });
		expect(await enter(token, { kind: 'known', accountId: owner.accountId })).toMatchObject({ ok: true, personId: owner.personId });
	});

	it('into a group makes its administrator, and dies with the membership', async () => {
		const { personId } = await worker();
		const { id } = await aSubmittedApplication(database);
		await database.write((tx) => acceptApplication(tx, actBy(personId), decideAs(personId), { applicationId: id, version: 2 }));
		const token = await tokenIn(database, 'membership.accepted');
		await database.write((tx) => tx.update(organisation).set({ status: 'former' }));
		expect(await enter(token)).toEqual({ ok: false, reason: 'revoked' });
		await database.write((tx) => tx.update(organisation).set({ status: 'member' }));
		const entered = await enter(token);
		expect(entered).toMatchObject({ ok: true, scope: { slug: 'cuisine-collective-du-plateau' } });
		if (!entered.ok) return;
		expect(await loadAccess(database.read, entered.personId, civilDateOf(NOW))).toMatchObject({
			coopRoles: [],
			groups: [{ roles: ['administrator'] }],
		});
	});

	it('keeps no token, in any table', async () => {
		const { link } = await invite();
		const { confirmToken, statusToken } = await aSubmittedApplication(database);
		const kept = JSON.stringify([
			await database.read.select().from(invitation),
			await database.read.select().from(application),
			await database.read.select().from(auditEvent),
		]);
		for (const token of [tokenOf(link), confirmToken, statusToken]) expect(kept).not.toContain(token);
		expect(kept).not.toContain('$argon2id');
	});
});

describe('the people of a group', () => {
	const newcomer = { kind: 'new', fullName: 'Camille Roy', passwordHash: '$argon2id$x', locale: 'fr' } as const;

	async function aGroup() {
		const { slug, organisationId } = await aMemberGroup(database);
		const join = async (role: GroupRole) => {
			const account = anAccount();
			const who = await database.write((tx) => createAccount(tx, anAct(), account));
			await database.write((tx) => assignRole(tx, anAct(), who.personId, { kind: 'organisation', id: organisationId, role }, 'operator'));
			return { ...who, address: account.address };
		};
		const accessOf = (personId: string, at = NOW) => loadAccess(database.read, personId, civilDateOf(at));
		const manager = async (personId: string) => grantIn(await accessOf(personId), slug, 'people.manage');
		const invite = async (personId: string, address: string, roles: readonly GroupRole[] = ['treasurer']) => {
			const grant = await manager(personId);
			return database.write((tx) => inviteMember(tx, actBy(personId), grant, { address, name: 'Camille Roy', roles, locale: 'fr' }));
		};
		const enter = (token: string, invitee: Parameters<typeof acceptInvitation>[2]['invitee'] = newcomer) =>
			database.write((tx) => acceptInvitation(tx, moment(), { token, invitee }));
		const end = async (by: string, personId: string, role: GroupRole) => {
			const grant = await manager(by);
			return database.write((tx) => endGroupRole(tx, actBy(by), grant, { personId, role }));
		};
		const give = async (by: string, personId: string, role: GroupRole, from = 0, last: number | null = null) => {
			const grant = await manager(by);
			const day = (count: number) => addDays(civilDateOf(NOW), count);
			const input = { personId, role, fromOn: from === 0 ? null : day(from), lastOn: last === null ? null : day(last) };
			return database.write((tx) => giveRole(tx, actBy(by), grant, input));
		};
		return { slug, join, accessOf, manager, invite, enter, end, give };
	}

	it('invite others, who arrive with the roles they were given', async () => {
		const group = await aGroup();
		const amina = await group.join('administrator');
		expect(await group.invite(amina.personId, 'camille@exemple.org', ['treasurer', 'technical'])).toEqual({ ok: true });
		const entered = await group.enter(await tokenIn(database, 'membership.invite_member'));
		if (!entered.ok) throw new Error(entered.reason);
		expect((await group.accessOf(entered.personId)).groups[0]?.roles.toSorted()).toEqual(['technical', 'treasurer']);
	});

	it('give no role to themselves, nor one that is already held', async () => {
		const group = await aGroup();
		const [amina, bob] = [await group.join('administrator'), await group.join('treasurer')];
		expect(await group.invite(amina.personId, amina.address.toUpperCase())).toEqual({ ok: false, reason: 'own_address' });
		expect(await group.invite(amina.personId, bob.address)).toEqual({ ok: false, reason: 'already_holds' });
		expect(await group.invite(amina.personId, bob.address, ['treasurer', 'technical'])).toEqual({ ok: true });
	});

	it('take back what waits: its link opens nothing', async () => {
		const group = await aGroup();
		const amina = await group.join('administrator');
		await group.invite(amina.personId, 'camille@exemple.org');
		const grant = await group.manager(amina.personId);
		const waiting = (await listPendingInvitations(database.read, grant, NOW)).find(({ address }) => address === 'camille@exemple.org');
		const revoke = () => database.write((tx) => revokeInvitation(tx, actBy(amina.personId), grant, waiting?.id ?? ''));
		expect([await revoke(), await revoke()]).toEqual([{ ok: true }, { ok: true }]);
		expect(await group.enter(await tokenIn(database, 'membership.invite_member'))).toEqual({ ok: false, reason: 'revoked' });
	});

	it('don’t reach into another group’s invitations', async () => {
		const [one, two] = [await aGroup(), await aGroup()];
		const [amina, bob] = [await one.join('administrator'), await two.join('administrator')];
		await one.invite(amina.personId, 'camille@exemple.org');
		const [theirs] = await listPendingInvitations(database.read, await one.manager(amina.personId), NOW);
		const grant = await two.manager(bob.personId);
		const done = await database.write((tx) => revokeInvitation(tx, actBy(bob.personId), grant, theirs?.id ?? ''));
		expect(done).toEqual({ ok: false, reason: 'not_found' });
	});

	it('see an invitation die with the role of whoever made it', async () => {
		const group = await aGroup();
		const [amina, bob] = [await group.join('administrator'), await group.join('administrator')];
		await group.invite(bob.personId, 'camille@exemple.org');
		const token = await tokenIn(database, 'membership.invite_member');
		expect(await findInvitation(database.read, token, NOW)).toMatchObject({ state: 'pending' });
		expect(await group.end(amina.personId, bob.personId, 'administrator')).toEqual({ ok: true });
		expect(await findInvitation(database.read, token, NOW)).toEqual({ state: 'revoked' });
		expect(await group.enter(token)).toEqual({ ok: false, reason: 'revoked' });
	});

	it('always keep one who looks after the group: of two who leave together, one stays', async () => {
		const group = await aGroup();
		const [amina, bob] = [await group.join('administrator'), await group.join('administrator')];
		const results = await Promise.all([
			group.end(amina.personId, bob.personId, 'administrator'),
			group.end(bob.personId, amina.personId, 'administrator'),
		]);
		expect(results.map((result) => (result.ok ? 'ended' : result.reason)).sort()).toEqual(['ended', 'last_administrator']);
	});

	it('lose what a role gave at once, are told, and can be given it again', async () => {
		const group = await aGroup();
		const [amina, bob] = [await group.join('administrator'), await group.join('technical')];
		expect(await group.end(amina.personId, bob.personId, 'technical')).toEqual({ ok: true });
		expect((await group.accessOf(bob.personId)).groups).toEqual([]);
		expect(await group.end(amina.personId, bob.personId, 'technical')).toEqual({ ok: false, reason: 'not_found' });
		expect((await templates()).filter((name) => name === 'membership.role_ended')).toHaveLength(1);
		expect(await group.invite(amina.personId, bob.address, ['technical'])).toEqual({ ok: true });
		const token = await tokenIn(database, 'membership.invite_member');
		expect(await group.enter(token, { kind: 'known', accountId: bob.accountId })).toMatchObject({ ok: true });
		expect((await group.accessOf(bob.personId)).groups[0]?.roles).toEqual(['technical']);
	});

	it('give up a role of their own, whatever it is', async () => {
		const group = await aGroup();
		const bob = await group.join('member');
		const grant = grantIn(await group.accessOf(bob.personId), group.slug, 'space.read');
		expect(await database.write((tx) => leaveRole(tx, actBy(bob.personId), grant, 'member'))).toEqual({ ok: true });
		expect((await group.accessOf(bob.personId)).groups).toEqual([]);
	});

	it('give another role to someone of the group, from a day to a day, and tell them', async () => {
		const group = await aGroup();
		const [amina, bob] = [await group.join('administrator'), await group.join('member')];
		expect(await group.give(amina.personId, bob.personId, 'treasurer', 2, 4)).toEqual({ ok: true });
		const rolesAfter = async (days: number) => (await group.accessOf(bob.personId, NOW + days * DAY)).groups[0]?.roles.toSorted();
		expect([await rolesAfter(1), await rolesAfter(2), await rolesAfter(4), await rolesAfter(5)]).toEqual([
			['member'],
			['member', 'treasurer'],
			['member', 'treasurer'],
			['member'],
		]);
		expect((await templates()).at(-1)).toBe('membership.role_given');
		// Days that touch those held already, in whole or in part.
		for (const [from, last] of [
			[2, 4],
			[0, 2],
			[4, null],
			[1, 9],
		] as const) {
			expect(await group.give(amina.personId, bob.personId, 'treasurer', from, last)).toEqual({ ok: false, reason: 'already_holds' });
		}
		expect(await group.give(amina.personId, bob.personId, 'treasurer', 5, 6)).toEqual({ ok: true });
	});

	it('give nothing to themselves, to a stranger, or on days that make no sense', async () => {
		const group = await aGroup();
		const [amina, bob] = [await group.join('administrator'), await group.join('member')];
		const stranger = await database.write((tx) => createAccount(tx, anAct(), anAccount()));
		const reasonOf = async (...input: Parameters<typeof group.give>) => {
			const done = await group.give(...input);
			return done.ok ? 'given' : done.reason;
		};
		expect(await reasonOf(amina.personId, amina.personId, 'treasurer')).toBe('own_role');
		expect(await reasonOf(amina.personId, stranger.personId, 'treasurer')).toBe('not_found');
		expect(await reasonOf(amina.personId, bob.personId, 'treasurer', -1)).toBe('begins_before_today');
		expect(await reasonOf(amina.personId, bob.personId, 'treasurer', 3, 2)).toBe('end_before_start');
		expect(await reasonOf(amina.personId, bob.personId, 'treasurer', 9_999)).toBe('date_too_far');
	});

	it('end a role that has not begun: it never does', async () => {
		const group = await aGroup();
		const [amina, bob] = [await group.join('administrator'), await group.join('member')];
		await group.give(amina.personId, bob.personId, 'technical', 3);
		expect(await group.end(amina.personId, bob.personId, 'technical')).toEqual({ ok: true });
		expect((await group.accessOf(bob.personId, NOW + 5 * DAY)).groups[0]?.roles).toEqual(['member']);
		expect(await group.give(amina.personId, bob.personId, 'technical', 3)).toEqual({ ok: true });
	});

	it('are not left alone by one whose role ends by itself', async () => {
		const group = await aGroup();
		const [amina, bob] = [await group.join('administrator'), await group.join('member')];
		expect(await group.give(amina.personId, bob.personId, 'administrator', 0, 30)).toEqual({ ok: true });
		expect(await group.end(bob.personId, amina.personId, 'administrator')).toEqual({ ok: false, reason: 'last_administrator' });
		expect(await group.end(amina.personId, bob.personId, 'administrator')).toEqual({ ok: true });
	});

	it('invite someone until a day: the role ends by itself, and an invitation accepted later gives nothing', async () => {
		const group = await aGroup();
		const amina = await group.join('administrator');
		const grant = await group.manager(amina.personId);
		const invite = (lastOn: CivilDate) =>
			database.write((tx) =>
				inviteMember(tx, actBy(amina.personId), grant, {
					address: 'camille@exemple.org',
					name: 'Camille',
					roles: ['technical'],
					locale: 'fr',
					lastOn,
				}),
			);
		expect(await invite(addDays(civilDateOf(NOW), -1))).toEqual({ ok: false, reason: 'end_before_today' });
		expect(await invite(addDays(civilDateOf(NOW), 2))).toEqual({ ok: true });
		const token = await tokenIn(database, 'membership.invite_member');
		const late = await database.write((tx) => acceptInvitation(tx, moment(NOW + 3 * DAY), { token, invitee: newcomer }));
		expect(late).toEqual({ ok: false, reason: 'expired' });
		const entered = await group.enter(token);
		if (!entered.ok) throw new Error(entered.reason);
		expect((await group.accessOf(entered.personId, NOW + 2 * DAY)).groups).toHaveLength(1);
		expect((await group.accessOf(entered.personId, NOW + 3 * DAY)).groups).toEqual([]);
	});

	it('are told when an invitation is declined; its link then opens nothing', async () => {
		const group = await aGroup();
		const amina = await group.join('administrator');
		await group.invite(amina.personId, 'camille@exemple.org');
		const token = await tokenIn(database, 'membership.invite_member');
		const decline = () => database.write((tx) => declineInvitation(tx, moment(), token));
		expect([await decline(), await decline()]).toEqual([{ ok: true }, { ok: true }]);
		expect(await findInvitation(database.read, token, NOW)).toEqual({ state: 'declined' });
		expect(await group.enter(token)).toEqual({ ok: false, reason: 'declined' });
		const told = (await readMail(database)).filter((mail) => mail.template === 'membership.invitation_declined');
		expect(told.map((mail) => mail.to)).toEqual([amina.address]);
	});

	it('can’t have an invitation both accepted and declined', async () => {
		const group = await aGroup();
		const amina = await group.join('administrator');
		await group.invite(amina.personId, 'camille@exemple.org');
		const token = await tokenIn(database, 'membership.invite_member');
		const results = await Promise.all([group.enter(token), database.write((tx) => declineInvitation(tx, moment(), token))]);
		expect(results.map((one) => (one.ok ? 'done' : one.reason)).toSorted()).toEqual(['accepted', 'done']);
	});
});
