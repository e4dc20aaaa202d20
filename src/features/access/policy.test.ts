import { describe, expect, it } from 'vitest';
import {
	type Access,
	COOP_RIGHTS,
	COOP_ROLES,
	type CoopRight,
	type CoopRole,
	Denied,
	GROUP_RIGHTS,
	GROUP_ROLES,
	type GroupRight,
	type GroupRole,
	grantIn,
	grantTo,
	holds,
	holdsIn,
	mayWork,
} from '#src/features/access/policy.ts';
import { messages } from '#src/i18n/messages.ts';

/** The rights as decided, written a second time on purpose: a slip in the table is a failure here. */
const DECIDED_GROUP: Record<GroupRole, readonly GroupRight[]> = {
	administrator: ['space.read', 'requests.read', 'requests.write', 'people.read', 'people.manage', 'contributions.read', 'data.take'],
	treasurer: ['space.read', 'requests.read', 'people.read', 'contributions.read'],
	technical: ['space.read', 'requests.read', 'requests.write', 'people.read'],
	member: ['space.read', 'requests.read', 'people.read'],
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
		'retention.read',
	],
	finance: ['desk.read', 'groups.read', 'payments.record'],
	vetting: ['desk.read', 'applications.decide', 'groups.read'],
	sysadmin: ['desk.read', 'requests.handle', 'groups.read', 'outbox.read', 'status.publish', 'retention.read', 'confidentiality.manage'],
	board: ['retention.read', 'confidentiality.manage'],
};

const groupRights = Object.keys(GROUP_RIGHTS) as GroupRight[];
const coopRights = Object.keys(COOP_RIGHTS) as CoopRight[];

const inGroup = (...roles: GroupRole[]): Access => ({
	personId: 'person-1',
	coopRoles: [],
	groups: [
		{ id: 'id-a', slug: 'groupe-a', usualName: 'Groupe A', isMember: true, roles },
		{ id: 'id-b', slug: 'groupe-b', usualName: 'Groupe B', isMember: true, roles: ['member'] },
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

describe('in a group that is no longer a member', () => {
	it('people still read and see what is owed, and ask for nothing new', () => {
		const access = inGroup('administrator');
		const former: Access = { ...access, groups: access.groups.map((group) => ({ ...group, isMember: false })) };
		for (const right of groupRights) {
			const expected = right === 'requests.write' || right === 'people.manage' ? 403 : 200;
			expect(
				answer(() => grantIn(former, 'groupe-a', right)),
				right,
			).toBe(expected);
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
			expect(Object.keys(messages(locale).access.roles).toSorted()).toEqual([...GROUP_ROLES, ...COOP_ROLES].toSorted());
		}
	});
});
