/**
 * The table of rights. A right is held through any of its roles; its sentence stands in src/i18n under the same key.
 * Below it, the right each closed page needs; the right of each form is in src/actions/rights.ts.
 */
import type { RouteKey, routes } from '#src/i18n/routes.ts';

export const GROUP_ROLES = ['administrator', 'treasurer', 'technical', 'member'] as const;
export const COOP_ROLES = ['worker', 'finance', 'vetting', 'sysadmin', 'board'] as const;
/** What someone is in a committee: its referent is one of its members. */
export const COMMITTEE_ROLES = ['referent', 'member'] as const;
export type GroupRole = (typeof GROUP_ROLES)[number];
export type CoopRole = (typeof COOP_ROLES)[number];
export type CommitteeRole = (typeof COMMITTEE_ROLES)[number];

/** Rights within one organisation. */
export const GROUP_RIGHTS = {
	'space.read': ['administrator', 'treasurer', 'technical', 'member'],
	'requests.read': ['administrator', 'treasurer', 'technical', 'member'],
	'requests.write': ['administrator', 'technical'],
	'people.read': ['administrator', 'treasurer', 'technical', 'member'],
	'people.manage': ['administrator'],
	'profile.read': ['administrator', 'treasurer', 'technical', 'member'],
	'profile.manage': ['administrator'],
	'billing.manage': ['administrator', 'treasurer'],
	'contributions.read': ['administrator', 'treasurer'],
	'trail.own': ['administrator', 'treasurer', 'technical', 'member'],
	'trail.read': ['administrator'],
	'membership.manage': ['administrator'],
	'complaints.write': ['administrator', 'treasurer', 'technical', 'member'],
	'data.take': ['administrator'],
} as const satisfies Record<string, readonly GroupRole[]>;

export type GroupRight = keyof typeof GROUP_RIGHTS;

/** Rights over the whole network, held by those who work in it. None bears the name of a group's right. */
export const COOP_RIGHTS = {
	'desk.read': ['worker', 'finance', 'vetting', 'sysadmin', 'board'],
	'applications.decide': ['worker', 'vetting'],
	'requests.handle': ['worker', 'sysadmin'],
	'groups.read': ['worker', 'finance', 'vetting', 'sysadmin'],
	'payments.record': ['finance'],
	'outbox.read': ['worker', 'sysadmin'],
	'status.publish': ['worker', 'sysadmin'],
	'inbox.answer': ['worker'],
	'trainings.manage': ['worker'],
	'groups.merge': ['worker'],
	'handovers.check': ['worker'],
	'workers.read': ['worker', 'finance', 'vetting', 'sysadmin', 'board'],
	'workers.manage': ['sysadmin', 'board'],
	'support.view_as': ['worker', 'sysadmin'],
	'audit.read': ['worker', 'sysadmin', 'board'],
	'register.read': ['worker', 'finance', 'vetting', 'board'],
	'standing.decide': ['worker', 'vetting'],
	'leavings.handle': ['worker', 'finance', 'sysadmin'],
	'complaints.read': ['worker', 'board'],
	'retention.read': ['worker', 'sysadmin', 'board'],
	'confidentiality.manage': ['sysadmin', 'board'],
} as const satisfies Record<string, readonly CoopRole[]> & { readonly [R in GroupRight]?: never };

/**
 * Rights over the network that a committee lends to its people, over its own objects and nothing else: requests for its
 * services; applications, where its settings say that they are its work.
 */
export const LENT_RIGHTS = {
	'desk.read': 'always',
	'workers.read': 'always',
	'requests.handle': 'always',
	'applications.decide': 'applications',
} as const satisfies Partial<Record<keyof typeof COOP_RIGHTS, 'always' | 'applications'>>;

/** Rights over a committee itself. */
export const COMMITTEE_RIGHTS = {
	'committee.members': ['referent'],
} as const satisfies Record<string, readonly CommitteeRole[]>;

/** How a group stands with the network on a day. */
export const STANDINGS = ['member', 'suspended', 'former'] as const;
export type Standing = (typeof STANDINGS)[number];

export type CoopRight = keyof typeof COOP_RIGHTS;
export type CommitteeRight = keyof typeof COMMITTEE_RIGHTS;

/** What a page or a form asks of whoever comes: a right, or `own`, what any person logged in has of their own. */
export type Need = GroupRight | CoopRight | 'own';

type RouteOf<K extends RouteKey> = (typeof routes)[K];

/** A page of a group asks for a right in the group of its address, one of the desk for a right over the network; the others of members are their own. */
type PageNeed<K extends RouteKey> = RouteOf<K>['audience'] extends 'worker'
	? CoopRight
	: RouteOf<K>['fr'] extends `${string}/[group]/${string}`
		? GroupRight
		: 'own';

type ClosedPage = { [K in RouteKey]: RouteOf<K>['audience'] extends 'member' | 'worker' ? K : never }[RouteKey];

/** The right each closed page needs, kept by the middleware before the page runs. A closed page without its row does not type-check. */
export const PAGE_RIGHTS: { readonly [K in ClosedPage]: PageNeed<K> } = {
	account: 'own',
	accountProof: 'own',
	accountAddress: 'own',
	accountSteps: 'own',
	accountApp: 'own',
	accountRecovery: 'own',
	accountData: 'own',
	accountErasure: 'own',

	spaces: 'own',
	space: 'space.read',
	spacePeople: 'people.read',
	spaceProfile: 'profile.read',
	spaceServices: 'requests.read',
	spaceRequests: 'requests.read',
	spaceRequestNew: 'requests.write',
	spaceRequest: 'requests.read',
	spaceContributions: 'contributions.read',
	spaceTrail: 'trail.own',
	spaceData: 'data.take',
	spaceMembership: 'space.read',
	spaceLeave: 'space.read',
	spaceComplaint: 'complaints.write',
	spaceComplaintThread: 'complaints.write',

	work: 'desk.read',
	workApplications: 'applications.decide',
	workApplication: 'applications.decide',
	workRequests: 'requests.handle',
	workRequest: 'requests.handle',
	workGroups: 'groups.read',
	workGroup: 'groups.read',
	workHandovers: 'handovers.check',
	workHandover: 'handovers.check',
	workMerge: 'groups.merge',
	workRegister: 'register.read',
	workStanding: 'register.read',
	workLeavings: 'leavings.handle',
	workComplaints: 'complaints.read',
	workComplaint: 'complaints.read',
	workViewAs: 'support.view_as',
	workContributions: 'payments.record',
	workGroupContributions: 'payments.record',
	workStatus: 'status.publish',
	workStatusNotice: 'status.publish',
	workInbox: 'inbox.answer',
	workInboxMessage: 'inbox.answer',
	workTrainings: 'trainings.manage',
	workTraining: 'trainings.manage',
	workOutbox: 'outbox.read',
	workPeople: 'workers.read',
	workCommittees: 'workers.read',
	workCommittee: 'workers.read',
	workAudit: 'audit.read',
	workRetention: 'retention.read',
	workConfidentiality: 'confidentiality.manage',
	workConfidentialityIncident: 'confidentiality.manage',
};

/** What a page asks of whoever opens it; null for one that is open to all, or that a private link opens. */
export function needOf(page: RouteKey): Need | null {
	return (PAGE_RIGHTS as Partial<Record<RouteKey, Need>>)[page] ?? null;
}

declare const minted: unique symbol;

/** Proof that a person holds a right over the whole network. Only the gate makes one. */
export interface Grant<R extends CoopRight = CoopRight> {
	readonly right: R;
	readonly personId: string;
	/** The committees whose objects it reaches, by their short names; absent when it reaches all there is. */
	readonly committees?: readonly string[];
	readonly [minted]: true;
}

/** Proof that a person may change who is in a committee. Only the gate makes one. */
export interface CommitteeGrant {
	readonly personId: string;
	readonly committee: string;
	readonly [minted]: true;
}

/** Proof that a person holds a right in one organisation. Only the gate makes one. */
export interface GroupGrant<R extends GroupRight = GroupRight> {
	readonly right: R;
	readonly personId: string;
	readonly organisationId: string;
	readonly organisation: { readonly id: string; readonly slug: string; readonly usualName: string };
	readonly [minted]: true;
}

/** The roles of one person, as they stand today. */
export interface Access {
	readonly personId: string;
	readonly coopRoles: readonly CoopRole[];
	/** Committees at work that the person is in. */
	readonly committees?: readonly {
		readonly slug: string;
		readonly roles: readonly CommitteeRole[];
		/** Whether applications for membership are its work. */
		readonly applications: boolean;
	}[];
	readonly groups: readonly {
		readonly id: string;
		readonly slug: string;
		readonly usualName: string;
		/** Suspended or former, its people still read, pay, complain and take their data away, and ask for nothing new. */
		readonly standing: Standing;
		readonly roles: readonly GroupRole[];
		/** Taken away whatever the roles: what someone who views as another must not read. */
		readonly without?: readonly GroupRight[];
	}[];
}

/** The answer to someone who may not: 404 also for what they may not know exists. */
export class Denied extends Error {
	override name = 'Denied';
	readonly status: 403 | 404;
	constructor(status: 403 | 404) {
		super(`denied with ${status}`);
		this.status = status;
	}
}

const holdsAny = (held: readonly string[], wanted: readonly string[]) => wanted.some((role) => held.includes(role));

/** Rights that only some standings leave, whatever the role; every other right stays, or a group could be locked out of its own affairs. */
const ONLY_WHILE: Partial<Record<GroupRight, readonly Standing[]>> = {
	'requests.write': ['member'],
	// A suspended group keeps looking after its own people: someone must be able to settle what it was suspended for.
	'people.manage': ['member', 'suspended'],
	'profile.manage': ['member', 'suspended'],
	// A former member has no membership left to renew or to leave.
	'membership.manage': ['member', 'suspended'],
};

const holdsNow = (group: Access['groups'][number], right: GroupRight) =>
	holdsAny(group.roles, GROUP_RIGHTS[right]) && (ONLY_WHILE[right]?.includes(group.standing) ?? true) && !group.without?.includes(right);

/** The committees through which someone is lent a right. */
function lenders(access: Access, right: CoopRight): string[] {
	const lent = Object.hasOwn(LENT_RIGHTS, right) ? LENT_RIGHTS[right as keyof typeof LENT_RIGHTS] : null;
	if (lent === null) return [];
	return (access.committees ?? []).filter((one) => lent === 'always' || one.applications).map(({ slug }) => slug);
}

export function mayWork(access: Access | null): boolean {
	return access !== null && access.coopRoles.length > 0;
}

/** What a session carries in which no second factor was given: the roles of the network, and what its committees lend, rest until it is. */
export function withoutCoopRoles({ personId, groups }: Access): Access {
	return { personId, coopRoles: [], groups };
}

export function holds(access: Access | null, right: CoopRight): boolean {
	return access !== null && (holdsAny(access.coopRoles, COOP_RIGHTS[right]) || lenders(access, right).length > 0);
}

/** @throws {Denied} 403 for a worker without the right, and for anyone else who is logged in. */
export function grantTo<R extends CoopRight>(access: Access | null, right: R): Grant<R> {
	if (!access || !holds(access, right)) throw new Denied(403);
	const { personId } = access;
	if (holdsAny(access.coopRoles, COOP_RIGHTS[right])) return { right, personId } as Grant<R>;
	return { right, personId, committees: lenders(access, right) } as unknown as Grant<R>;
}

/** Whether someone may change who is in a committee: its referent, and those who look after workers. */
export function holdsOver(access: Access | null, committee: string): boolean {
	const own = access?.committees?.find(({ slug }) => slug === committee);
	return holds(access, 'workers.manage') || (own !== undefined && holdsAny(own.roles, COMMITTEE_RIGHTS['committee.members']));
}

/** @throws {Denied} 403 for anyone who may not change that committee. */
export function grantOver(access: Access | null, committee: string): CommitteeGrant {
	if (!access || !holdsOver(access, committee)) throw new Denied(403);
	return { personId: access.personId, committee } as CommitteeGrant;
}

export function holdsIn(access: Access | null, slug: string, right: GroupRight): boolean {
	const group = access?.groups.find((one) => one.slug === slug);
	return group !== undefined && holdsNow(group, right);
}

/** @throws {Denied} 404 when the person has no role in that organisation (it might as well not exist), 403 without the right. */
export function grantIn<R extends GroupRight>(access: Access | null, slug: string | undefined, right: R): GroupGrant<R> {
	const group = access?.groups.find((one) => one.slug === slug);
	if (!access || !group) throw new Denied(404);
	if (!holdsNow(group, right)) throw new Denied(403);
	const { id, usualName } = group;
	return { right, personId: access.personId, organisationId: id, organisation: { id, slug: group.slug, usualName } } as GroupGrant<R>;
}

const isGroupRight = (need: GroupRight | CoopRight): need is GroupRight => need in GROUP_RIGHTS;

/**
 * Lets pass whoever has what is needed. What is then read or written asks for a proof of its own.
 * @param slug the group of the address; undefined where there is none.
 * @throws {Denied} as {@link grantIn} and {@link grantTo}; 403 when nobody is logged in where someone must be.
 */
export function demand(access: Access | null, need: Need, slug: string | undefined): void {
	if (need === 'own') {
		if (!access) throw new Denied(403);
	} else if (isGroupRight(need)) grantIn(access, slug, need);
	else grantTo(access, need);
}
