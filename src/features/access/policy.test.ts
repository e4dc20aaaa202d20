import { describe, expect, it } from 'vitest';
import {
	type Access,
	COOP_RIGHTS,
	COOP_ROLES,
	type CoopRight,
	type CoopRole,
	Denied,
	demand,
	GROUP_RIGHTS,
	GROUP_ROLES,
	type GroupRight,
	type GroupRole,
	grantIn,
	grantOver,
	grantTo,
	holds,
	holdsIn,
	holdsOver,
	LENT_RIGHTS,
	mayWork,
	needOf,
	STANDINGS,
	type Standing,
	withoutCoopRoles,
} from '#src/features/access/policy.ts';
import { messages } from '#src/i18n/messages.ts';
import { type RouteKey, routes } from '#src/i18n/routes.ts';

/** The rights as decided, written a second time on purpose: a slip in the table is a failure here. */
const DECIDED_GROUP: Record<GroupRole, readonly GroupRight[]> = {
	administrator: [
		'space.read',
		'requests.read',
		'requests.write',
		'people.read',
		'people.manage',
		'profile.read',
		'profile.manage',
		'billing.manage',
		'contributions.read',
		'trail.own',
		'trail.read',
		'membership.manage',
		'complaints.write',
		'data.take',
	],
	treasurer: [
		'space.read',
		'requests.read',
		'people.read',
		'profile.read',
		'billing.manage',
		'contributions.read',
		'trail.own',
		'complaints.write',
	],
	technical: ['space.read', 'requests.read', 'requests.write', 'people.read', 'profile.read', 'trail.own', 'complaints.write'],
	member: ['space.read', 'requests.read', 'people.read', 'profile.read', 'trail.own', 'complaints.write'],
};
const DECIDED_COOP: Record<CoopRole, readonly CoopRight[]> = {
	worker: [
		'desk.read',
		'applications.decide',
		'requests.handle',
		'groups.read',
		'outbox.read',
		'status.publish',
		'inbox.answer',
		'trainings.manage',
		'groups.merge',
		'handovers.check',
		'workers.read',
		'support.view_as',
		'audit.read',
		'register.read',
		'standing.decide',
		'leavings.handle',
		'complaints.read',
		'retention.read',
	],
	finance: ['desk.read', 'groups.read', 'payments.record', 'workers.read', 'register.read', 'leavings.handle'],
	vetting: ['desk.read', 'applications.decide', 'groups.read', 'workers.read', 'register.read', 'standing.decide'],
	sysadmin: [
		'desk.read',
		'requests.handle',
		'groups.read',
		'outbox.read',
		'status.publish',
		'workers.read',
		'workers.manage',
		'support.view_as',
		'audit.read',
		'leavings.handle',
		'retention.read',
		'confidentiality.manage',
	],
	board: [
		'desk.read',
		'workers.read',
		'workers.manage',
		'audit.read',
		'register.read',
		'complaints.read',
		'retention.read',
		'confidentiality.manage',
	],
};

const groupRights = Object.keys(GROUP_RIGHTS) as GroupRight[];
const coopRights = Object.keys(COOP_RIGHTS) as CoopRight[];

const inGroup = (...roles: GroupRole[]): Access => ({
	personId: 'person-1',
	coopRoles: [],
	groups: [
		{ id: 'id-a', slug: 'groupe-a', usualName: 'Groupe A', standing: 'member', roles },
		{ id: 'id-b', slug: 'groupe-b', usualName: 'Groupe B', standing: 'member', roles: ['member'] },
	],
});
const inCoop = (...coopRoles: CoopRole[]): Access => ({ personId: 'worker-1', coopRoles, groups: [] });

/** The status someone is answered with; 200 when they are let through. */
function answer(ask: () => unknown): number {
	try {
		ask();
		return 200;
	} catch (error) {
		if (error instanceof Denied) return error.status;
		throw error;
	}
}

describe.each(GROUP_ROLES)('in a group, the role %s', (role) => {
	it.each(groupRights)('meets the right %s as decided', (right) => {
		const held = DECIDED_GROUP[role].includes(right);
		expect(holdsIn(inGroup(role), 'groupe-a', right)).toBe(held);
		expect(answer(() => grantIn(inGroup(role), 'groupe-a', right))).toBe(held ? 200 : 403);
	});

	it.each(groupRights)('gives nothing under %s in a group one has no role in: it might as well not exist', (right) => {
		expect(holdsIn(inGroup(role), 'groupe-c', right)).toBe(false);
		expect(answer(() => grantIn(inGroup(role), 'groupe-c', right))).toBe(404);
		expect(answer(() => grantIn(inGroup(role), undefined, right))).toBe(404);
	});

	it.each(coopRights)('gives no right over the network: %s', (right) => {
		expect(holds(inGroup(role), right)).toBe(false);
		expect(answer(() => grantTo(inGroup(role), right))).toBe(403);
		expect(mayWork(inGroup(role))).toBe(false);
	});

	it('does not reach into a second group, where one is only a member', () => {
		for (const right of groupRights) {
			expect(answer(() => grantIn(inGroup(role), 'groupe-b', right))).toBe(DECIDED_GROUP.member.includes(right) ? 200 : 403);
		}
	});
});

/** What each standing takes from whoever holds the right through a role; nothing else is ever taken. */
const TAKEN: Record<Standing, readonly GroupRight[]> = {
	member: [],
	suspended: ['requests.write'],
	former: ['requests.write', 'people.manage', 'profile.manage', 'membership.manage'],
};

describe.each(STANDINGS)('in a group that stands as %s', (standing) => {
	it.each(GROUP_ROLES.flatMap((role) => groupRights.map((right) => [role, right] as const)))('%s meets %s as decided', (role, right) => {
		const access = inGroup(role);
		const stands: Access = { ...access, groups: access.groups.map((group) => ({ ...group, standing })) };
		const held = DECIDED_GROUP[role].includes(right) && !TAKEN[standing].includes(right);
		expect(holdsIn(stands, 'groupe-a', right)).toBe(held);
		expect(answer(() => grantIn(stands, 'groupe-a', right))).toBe(held ? 200 : 403);
	});

	it('everyone still reads, pays through whoever saw the account, and complains', () => {
		for (const right of ['space.read', 'requests.read', 'people.read', 'contributions.read', 'complaints.write'] as const) {
			expect(TAKEN[standing], right).not.toContain(right);
		}
	});
});

describe.each(COOP_ROLES)('in the network, the role %s', (role) => {
	it.each(coopRights)('meets the right %s as decided', (right) => {
		const held = DECIDED_COOP[role].includes(right);
		expect(holds(inCoop(role), right)).toBe(held);
		expect(answer(() => grantTo(inCoop(role), right))).toBe(held ? 200 : 403);
	});

	it('opens the desk, and no group’s space', () => {
		expect(mayWork(inCoop(role))).toBe(true);
		for (const right of groupRights) expect(answer(() => grantIn(inCoop(role), 'groupe-a', right))).toBe(404);
	});
});

describe('what a committee lends', () => {
	const inCommittee = (...committees: NonNullable<Access['committees']>[number][]): Access => ({ ...inCoop('board'), committees });
	const support = { slug: 'soutien', roles: ['member'], applications: false } as const;
	const vetting = { slug: 'adhesion', roles: ['referent', 'member'], applications: true } as const;

	it('reaches its own objects and says which', () => {
		expect(grantTo(inCommittee(support), 'requests.handle')).toMatchObject({ personId: 'worker-1', committees: ['soutien'] });
		expect(grantTo(inCommittee(support, vetting), 'requests.handle').committees).toEqual(['soutien', 'adhesion']);
		expect(grantTo(inCommittee(support, vetting), 'applications.decide').committees).toEqual(['adhesion']);
	});

	it('rests with the roles of the network until a second step is given', () => {
		const rests = withoutCoopRoles(inCommittee(support, vetting));
		for (const right of coopRights) expect(holds(rests, right), right).toBe(false);
		expect(holdsOver(rests, 'adhesion')).toBe(false);
	});

	it('is not a limit for those who hold the right over all there is', () => {
		expect(grantTo({ ...inCoop('worker'), committees: [support] }, 'requests.handle').committees).toBeUndefined();
	});

	it.each(coopRights)('is a closed list, and %s follows it', (right) => {
		const lent = right in LENT_RIGHTS;
		const own = DECIDED_COOP.board.includes(right);
		expect(holds(inCommittee(vetting), right)).toBe(lent || own);
		expect(holds(inCommittee(support), right)).toBe((lent && right !== 'applications.decide') || own);
	});

	it('lets its referent, and nobody else of it, say who is in it', () => {
		const referent: Access = { ...inCoop('worker'), committees: [vetting, support] };
		expect(answer(() => grantOver(referent, 'adhesion'))).toBe(200);
		expect(answer(() => grantOver(referent, 'soutien'))).toBe(403);
		expect(answer(() => grantOver(referent, 'finances'))).toBe(403);
		expect(answer(() => grantOver(inCoop('sysadmin'), 'finances'))).toBe(200);
		expect(answer(() => grantOver(null, 'finances'))).toBe(403);
	});
});

describe('rights', () => {
	it('add up over several roles', () => {
		expect(answer(() => grantTo(inCoop('finance', 'vetting'), 'payments.record'))).toBe(200);
		expect(answer(() => grantTo(inCoop('finance', 'vetting'), 'applications.decide'))).toBe(200);
		expect(answer(() => grantTo(inCoop('finance', 'vetting'), 'requests.handle'))).toBe(403);
		expect(answer(() => grantIn(inGroup('treasurer', 'technical'), 'groupe-a', 'requests.write'))).toBe(200);
	});

	it('are none for someone without a role, or who is not logged in', () => {
		const nobody: Access = { personId: 'x', coopRoles: [], groups: [] };
		for (const right of coopRights) {
			expect(answer(() => grantTo(nobody, right))).toBe(403);
			expect(answer(() => grantTo(null, right))).toBe(403);
			expect(holds(null, right)).toBe(false);
		}
		for (const right of groupRights) {
			expect(answer(() => grantIn(null, 'groupe-a', right))).toBe(404);
			expect(holdsIn(null, 'groupe-a', right)).toBe(false);
		}
		expect([mayWork(null), mayWork(nobody)]).toEqual([false, false]);
	});

	it('granted say to whom, and in which group', () => {
		expect(grantTo(inCoop('worker'), 'desk.read')).toEqual({ right: 'desk.read', personId: 'worker-1' });
		expect(grantIn(inGroup('member'), 'groupe-a', 'space.read')).toEqual({
			right: 'space.read',
			personId: 'person-1',
			organisationId: 'id-a',
			organisation: { id: 'id-a', slug: 'groupe-a', usualName: 'Groupe A' },
		});
	});

	it('have each a sentence in both languages, and no sentence is left over', () => {
		for (const locale of ['fr', 'en'] as const) {
			expect(Object.keys(messages(locale).access.rights).toSorted()).toEqual([...groupRights, ...coopRights].toSorted());
			expect(Object.keys(messages(locale).access.roles).toSorted()).toEqual([...GROUP_ROLES, ...COOP_ROLES, 'referent'].toSorted());
		}
	});
});

describe('what is needed', () => {
	it('is asked for in the group of the address, over the network, or of anyone who is logged in', () => {
		const access = inGroup('treasurer');
		expect(answer(() => demand(access, 'contributions.read', 'groupe-a'))).toBe(200);
		expect(answer(() => demand(access, 'people.manage', 'groupe-a'))).toBe(403);
		expect(answer(() => demand(access, 'contributions.read', 'groupe-b'))).toBe(403);
		expect(answer(() => demand(access, 'space.read', undefined))).toBe(404);
		expect(answer(() => demand(access, 'payments.record', 'groupe-a'))).toBe(403);
		expect(answer(() => demand(inCoop('finance'), 'payments.record', undefined))).toBe(200);
		expect(answer(() => demand(inCoop(), 'own', undefined))).toBe(200);
		expect(answer(() => demand(null, 'own', undefined))).toBe(403);
	});

	it('is said for each page that is closed, and for no other', () => {
		for (const [key, { audience }] of Object.entries(routes)) {
			const closed = audience === 'member' || audience === 'worker';
			expect(needOf(key as RouteKey) !== null, key).toBe(closed);
		}
	});
});
