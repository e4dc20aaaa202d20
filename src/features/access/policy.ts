/** The table of rights. A right is held through any of its roles; its sentence stands in src/i18n under the same key. */

export const GROUP_ROLES = ['administrator', 'treasurer', 'technical', 'member'] as const;
export const COOP_ROLES = ['worker', 'finance', 'vetting', 'sysadmin', 'board'] as const;
export type GroupRole = (typeof GROUP_ROLES)[number];
export type CoopRole = (typeof COOP_ROLES)[number];

/** Rights within one organisation. */
export const GROUP_RIGHTS = {
	'space.read': ['administrator', 'treasurer', 'technical', 'member'],
	'requests.read': ['administrator', 'treasurer', 'technical', 'member'],
	'requests.write': ['administrator', 'technical'],
	'people.read': ['administrator', 'treasurer', 'technical', 'member'],
	'people.manage': ['administrator'],
	'contributions.read': ['administrator', 'treasurer'],
	'data.take': ['administrator'],
} as const satisfies Record<string, readonly GroupRole[]>;

/** Rights over the whole network, held by those who work in it. */
export const COOP_RIGHTS = {
	'desk.read': ['worker', 'finance', 'vetting', 'sysadmin'],
	'applications.decide': ['worker', 'vetting'],
	'requests.handle': ['worker', 'sysadmin'],
	'groups.read': ['worker', 'finance', 'vetting', 'sysadmin'],
	'payments.record': ['finance'],
	'outbox.read': ['worker', 'sysadmin'],
	'status.publish': ['worker', 'sysadmin'],
	'inbox.answer': ['worker'],
	'trainings.manage': ['worker'],
	'retention.read': ['worker', 'sysadmin', 'board'],
	'confidentiality.manage': ['sysadmin', 'board'],
} as const satisfies Record<string, readonly CoopRole[]>;

export type GroupRight = keyof typeof GROUP_RIGHTS;
export type CoopRight = keyof typeof COOP_RIGHTS;

declare const minted: unique symbol;

/** Proof that a person holds a right over the whole network. Only the gate makes one. */
export interface Grant<R extends CoopRight = CoopRight> {
	readonly right: R;
	readonly personId: string;
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
	readonly groups: readonly {
		readonly id: string;
		readonly slug: string;
		readonly usualName: string;
		/** False once it is no longer a member: its people still read, pay and take their data away, and ask for nothing new. */
		readonly isMember: boolean;
		readonly roles: readonly GroupRole[];
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

/** Rights that end with the membership, whatever the role. */
const OF_MEMBERS: readonly GroupRight[] = ['requests.write', 'people.manage'];

const holdsNow = (group: Access['groups'][number], right: GroupRight) =>
	holdsAny(group.roles, GROUP_RIGHTS[right]) && (group.isMember || !OF_MEMBERS.includes(right));

export function mayWork(access: Access | null): boolean {
	return access !== null && access.coopRoles.length > 0;
}

export function holds(access: Access | null, right: CoopRight): boolean {
	return access !== null && holdsAny(access.coopRoles, COOP_RIGHTS[right]);
}

/** @throws {Denied} 403 for a worker without the right, and for anyone else who is logged in. */
export function grantTo<R extends CoopRight>(access: Access | null, right: R): Grant<R> {
	if (!access || !holds(access, right)) throw new Denied(403);
	return { right, personId: access.personId } as Grant<R>;
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
