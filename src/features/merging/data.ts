import { and, asc, count, desc, eq, gt, inArray, isNotNull, isNull, lte, ne, or } from 'drizzle-orm';
import type { Read, Tx } from '#db/client.ts';
import { roleAssignment } from '#db/schema/access.ts';
import { account, accountEmail, accountLink, person, session } from '#db/schema/accounts.ts';
import { complaint, complaintPerson } from '#db/schema/complaints.ts';
import { pledge } from '#db/schema/contributions.ts';
import { codeApp, loginLink, passkey, pendingLogin, recoveryCode } from '#db/schema/factors.ts';
import { groupContactLink } from '#db/schema/groups.ts';
import { invitation, membership, organisation } from '#db/schema/membership.ts';
import { merge, mergeLink } from '#db/schema/merging.ts';
import { entitlement, serviceRequest } from '#db/schema/requests.ts';
import type { Grant } from '#src/features/access/index.ts';
import { summaryForGroup } from '#src/features/contributions/index.ts';
import { hasFactor } from '#src/features/factors/index.ts';
import { listStandingContacts } from '#src/features/groups/index.ts';
import { type Administrator, administratorsOf, hasOpenHandover } from '#src/features/handover/index.ts';
import { hasPartInNotice, isAnyLeaving } from '#src/features/leaving/index.ts';
import {
	type MergePlan,
	type MergeStatus,
	OPEN_MERGES,
	type RoleToMove,
	rolesToAdd,
	SHOWN_AFTER,
	STAKE_LASTS,
} from '#src/features/merging/rules.ts';
import { findErasureOf } from '#src/features/privacy/index.ts';
import { OPEN_STATUSES } from '#src/features/requests/index.ts';
import { isStandingUnsettled } from '#src/features/standing/index.ts';
import { type CivilDate, civilDateOf, type Instant } from '#src/lib/clock.ts';
import { normalizeAddress } from '#src/lib/email-address.ts';
import { hashToken } from '#src/lib/ids.ts';
import { type Refused, refused } from '#src/lib/refused.ts';

/** Only the kinds that change something. */
function planOf(changes: MergePlan): MergePlan {
	return Object.fromEntries(Object.entries(changes).filter(([, ids]) => ids.length > 0));
}

type RoleRow = typeof roleAssignment.$inferSelect;

const notOver = (on: CivilDate) =>
	or(isNull(roleAssignment.toOn), and(gt(roleAssignment.toOn, on), gt(roleAssignment.toOn, roleAssignment.fromOn)));

/** What tells a role that will be added from any other. */
export const keyOfRole = ({ holder, role, fromOn, toOn }: RoleToMove): string => `${holder} ${role} ${fromOn} ${toOn ?? ''}`;

const byPerson = ({ personId: holder, role, fromOn, toOn }: RoleRow): RoleToMove => ({ holder, role, fromOn, toOn });
const byScope = ({ scopeKind, scopeId, role, fromOn, toOn }: RoleRow): RoleToMove => ({
	holder: `${scopeKind}:${scopeId}`,
	role,
	fromOn,
	toOn,
});

export interface GroupToMerge {
	readonly id: string;
	readonly slug: string;
	readonly usualName: string;
}

export type GroupMergeRefusal =
	| 'unknown_group'
	| 'unknown_target'
	| 'same_group'
	| 'kinds_differ'
	| 'handover_open'
	| 'group_leaving'
	| 'standing_unsettled';

export interface GroupMerge {
	readonly from: GroupToMerge;
	readonly into: GroupToMerge;
	readonly plan: MergePlan;
	readonly roles: readonly RoleToMove[];
}

/** What merging one group into another would change, as the rows stand now. */
export function planGroupMerge(
	read: Read | Tx,
	_grant: Grant<'groups.merge'>,
	slugs: { readonly from: string; readonly into: string },
	at: Instant,
): Promise<({ ok: true } & GroupMerge) | Refused<GroupMergeRefusal>> {
	return planGroups(read, slugs, at);
}

async function planGroups(
	read: Read | Tx,
	slugs: { readonly from: string; readonly into: string },
	at: Instant,
): Promise<({ ok: true } & GroupMerge) | Refused<GroupMergeRefusal>> {
	if (slugs.from === slugs.into) return refused('same_group');
	const groups = await read
		.select()
		.from(organisation)
		.where(inArray(organisation.slug, [slugs.from, slugs.into]));
	const from = groups.find(({ slug }) => slug === slugs.from);
	const into = groups.find(({ slug }) => slug === slugs.into);
	if (from?.status !== 'member') return refused('unknown_group');
	if (into?.status !== 'member') return refused('unknown_target');
	// A person's own membership ends otherwise; its business is nobody else's.
	if ((from.kind === 'individual') !== (into.kind === 'individual')) return refused('kinds_differ');
	if (await hasOpenHandover(read, [from.id, into.id])) return refused('handover_open');
	if (await isAnyLeaving(read, [from.id, into.id])) return refused('group_leaving');
	const on = civilDateOf(at);
	// What was decided about a member, or is about to be, does not end because it becomes part of another.
	if (await isStandingUnsettled(read, [from.id, into.id], on)) return refused('standing_unsettled');
	const rolesIn = (id: string) =>
		read
			.select()
			.from(roleAssignment)
			.where(and(eq(roleAssignment.scopeKind, 'organisation'), eq(roleAssignment.scopeId, id), notOver(on)))
			.orderBy(asc(roleAssignment.id));
	const invitationsOf = (id: string) =>
		read
			.select({ id: invitation.id, normalized: invitation.normalized })
			.from(invitation)
			.where(and(eq(invitation.scopeKind, 'organisation'), eq(invitation.scopeId, id), eq(invitation.status, 'pending')));
	const [moving, there, invited, invitedThere, requests, entitlements, contacts, contactsThere, pledges, memberships, complaints] =
		await Promise.all([
			rolesIn(from.id),
			rolesIn(into.id),
			invitationsOf(from.id),
			invitationsOf(into.id),
			read
				.select({ id: serviceRequest.id })
				.from(serviceRequest)
				.where(and(eq(serviceRequest.organisationId, from.id), inArray(serviceRequest.status, [...OPEN_STATUSES]))),
			read
				.select({ id: entitlement.id })
				.from(entitlement)
				.where(and(eq(entitlement.organisationId, from.id), inArray(entitlement.status, ['proposed', 'active', 'suspended']))),
			listStandingContacts(read, from.id),
			listStandingContacts(read, into.id),
			read
				.select({ id: pledge.id })
				.from(pledge)
				.where(and(eq(pledge.organisationId, from.id), ne(pledge.status, 'ended'))),
			read
				.select({ id: membership.id })
				.from(membership)
				.where(and(eq(membership.organisationId, from.id), isNull(membership.toOn))),
			// Still to be answered: it goes where the person who complained can read the answer. What is closed stays with the old group.
			read
				.select({ id: complaint.id })
				.from(complaint)
				.where(and(eq(complaint.organisationId, from.id), ne(complaint.status, 'closed'))),
		]);
	const ids = (rows: readonly { id: string }[]) => rows.map(({ id }) => id);
	const roles = rolesToAdd(moving.map(byPerson), there.map(byPerson), on);
	const known = new Set(invitedThere.map(({ normalized }) => normalized));
	const missing = contacts.filter(
		(row) => !contactsThere.some((other) => other.purpose === row.purpose) && (row.purpose !== 'outside' || row.verifiedAt !== null),
	);
	const links = await read
		.select({ id: groupContactLink.tokenHash })
		.from(groupContactLink)
		.where(and(inArray(groupContactLink.contactId, ids(contacts)), isNull(groupContactLink.usedAt)));
	const plan = planOf({
		roles_ended: ids(moving),
		roles_added: roles.map(keyOfRole),
		invitations_moved: ids(invited.filter(({ normalized }) => !known.has(normalized))),
		invitations_revoked: ids(invited.filter(({ normalized }) => known.has(normalized))),
		requests_moved: ids(requests),
		entitlements_moved: ids(entitlements),
		contacts_ended: ids(contacts),
		contacts_added: ids(missing),
		contact_links_closed: ids(links),
		complaints_moved: ids(complaints),
		pledges_ended: ids(pledges),
		memberships_ended: ids(memberships),
		groups_closed: [from.id],
	});
	const of = ({ id, slug, usualName }: typeof from): GroupToMerge => ({ id, slug, usualName });
	return { ok: true, from: of(from), into: of(into), plan, roles };
}

export interface PersonToMerge {
	readonly personId: string;
	readonly accountId: string;
	readonly fullName: string;
	readonly locale: 'fr' | 'en';
	/** Every proven address. */
	readonly addresses: readonly string[];
}

export type PersonMergeRefusal =
	| 'unknown_person'
	| 'unknown_kept_person'
	| 'same_person'
	| 'works_here'
	| 'erasure_waiting'
	| 'part_in_leaving'
	| 'second_step_lost';

export interface PersonMerge {
	readonly from: PersonToMerge;
	readonly into: PersonToMerge;
	readonly plan: MergePlan;
	readonly roles: readonly RoleToMove[];
}

async function findPerson(read: Read | Tx, address: string): Promise<PersonToMerge | null> {
	const [found] = await read
		.select({ personId: person.id, accountId: account.id, fullName: person.fullName, locale: person.locale })
		.from(accountEmail)
		.innerJoin(account, and(eq(account.id, accountEmail.accountId), eq(account.status, 'active')))
		.innerJoin(person, eq(person.id, account.personId))
		.where(and(eq(accountEmail.normalized, normalizeAddress(address) ?? ''), isNotNull(accountEmail.verifiedAt)));
	if (!found) return null;
	const rows = await read
		.select({ address: accountEmail.address })
		.from(accountEmail)
		.where(and(eq(accountEmail.accountId, found.accountId), isNotNull(accountEmail.verifiedAt)))
		.orderBy(asc(accountEmail.createdAt));
	return { ...found, addresses: rows.map((row) => row.address) };
}

/**
 * What merging one person's account into another's would change. Never with someone who works here: an address that moves can
 * ask for a new password, and a worker's rights must not be reached that way.
 */
export function planPersonMerge(
	read: Read | Tx,
	_grant: Grant<'groups.merge'>,
	addresses: { readonly from: string; readonly into: string },
	at: Instant,
): Promise<({ ok: true } & PersonMerge) | Refused<PersonMergeRefusal>> {
	return planPersons(read, addresses, at);
}

async function planPersons(
	read: Read | Tx,
	addresses: { readonly from: string; readonly into: string },
	at: Instant,
): Promise<({ ok: true } & PersonMerge) | Refused<PersonMergeRefusal>> {
	const [from, into] = [await findPerson(read, addresses.from), await findPerson(read, addresses.into)];
	if (!from) return refused('unknown_person');
	if (!into) return refused('unknown_kept_person');
	if (from.personId === into.personId) return refused('same_person');
	if ((await findErasureOf(read, from.personId)) || (await findErasureOf(read, into.personId))) return refused('erasure_waiting');
	// One gives the notice, another confirms it: they must not become one meanwhile.
	if (await hasPartInNotice(read, [from.personId, into.personId])) return refused('part_in_leaving');
	// What guarded the roles of the one must not vanish on their way to the other.
	if ((await hasFactor(read, from.accountId)) && !(await hasFactor(read, into.accountId))) return refused('second_step_lost');
	const on = civilDateOf(at);
	const rolesOf = (personId: string) =>
		read
			.select()
			.from(roleAssignment)
			.where(and(eq(roleAssignment.personId, personId), notOver(on)))
			.orderBy(asc(roleAssignment.id));
	const [moving, there, emails, claims, sessions, invited, requests] = await Promise.all([
		rolesOf(from.personId),
		rolesOf(into.personId),
		read.select().from(accountEmail).where(eq(accountEmail.accountId, from.accountId)),
		read
			.select()
			.from(accountEmail)
			.where(and(eq(accountEmail.accountId, into.accountId), isNull(accountEmail.verifiedAt))),
		read.select({ id: session.idHash }).from(session).where(eq(session.accountId, from.accountId)),
		read
			.select({ id: invitation.id })
			.from(invitation)
			.where(and(eq(invitation.invitedBy, from.personId), eq(invitation.status, 'pending'))),
		read
			.select({ id: serviceRequest.id })
			.from(serviceRequest)
			.where(and(eq(serviceRequest.requesterId, from.personId), inArray(serviceRequest.status, [...OPEN_STATUSES]))),
	]);
	if ([...moving, ...there].some(({ scopeKind }) => scopeKind !== 'organisation')) return refused('works_here');
	const proven = emails.filter(({ verifiedAt }) => verifiedAt !== null);
	const ids = (rows: readonly { id: string }[]) => rows.map(({ id }) => id);
	// What the kept account only claimed, and what the other never proved, makes room.
	const dropped = [
		...emails.filter(({ verifiedAt }) => verifiedAt === null),
		...claims.filter(({ normalized }) => proven.some((one) => one.normalized === normalized)),
	];
	const links = await read
		.select({ id: accountLink.tokenHash })
		.from(accountLink)
		.where(or(eq(accountLink.accountId, from.accountId), inArray(accountLink.emailId, ids(dropped))));
	// Keys are sealed to their account, and a log-in under way is that account's: neither can follow.
	const [apps, passkeys, codes, steps, loginLinks, complaints, named, namedThere] = await Promise.all([
		read.select({ id: codeApp.accountId }).from(codeApp).where(eq(codeApp.accountId, from.accountId)),
		read.select({ id: passkey.id }).from(passkey).where(eq(passkey.accountId, from.accountId)),
		read.select({ id: recoveryCode.codeHash }).from(recoveryCode).where(eq(recoveryCode.accountId, from.accountId)),
		read.select({ id: pendingLogin.tokenHash }).from(pendingLogin).where(eq(pendingLogin.accountId, from.accountId)),
		read.select({ id: loginLink.tokenHash }).from(loginLink).where(eq(loginLink.accountId, from.accountId)),
		read.select({ id: complaint.id }).from(complaint).where(eq(complaint.complainantId, from.personId)),
		read.select({ id: complaintPerson.complaintId }).from(complaintPerson).where(eq(complaintPerson.personId, from.personId)),
		read.select({ id: complaintPerson.complaintId }).from(complaintPerson).where(eq(complaintPerson.personId, into.personId)),
	]);
	const roles = rolesToAdd(moving.map(byScope), there.map(byScope), on);
	const plan = planOf({
		roles_ended: ids(moving),
		roles_added: roles.map(keyOfRole),
		addresses_moved: ids(proven),
		addresses_dropped: ids(dropped),
		links_dropped: ids(links),
		sessions_ended: ids(sessions),
		code_apps_dropped: ids(apps),
		passkeys_dropped: ids(passkeys),
		recovery_codes_dropped: ids(codes),
		log_ins_dropped: ids(steps),
		log_in_links_dropped: ids(loginLinks),
		invitations_moved: ids(invited),
		requests_moved: ids(requests),
		complaints_moved: ids(complaints),
		// Whoever it concerns must go on seeing nothing of it.
		complaint_people_moved: ids(named).filter((id) => !ids(namedThere).includes(id)),
		accounts_closed: [from.accountId],
	});
	return { ok: true, from, into, plan, roles };
}

export interface LeftBalance {
	readonly slug: string;
	readonly usualName: string;
	readonly dueCents: number;
	readonly creditCents: number;
}

/** Groups that were merged and whose books still show something due or in their favour: a person of finance settles it. */
export async function listLeftBalances(read: Read, grant: Grant<'payments.record'>): Promise<LeftBalance[]> {
	const merged = await read
		.select({ id: organisation.id, slug: organisation.slug, usualName: organisation.usualName })
		.from(organisation)
		.where(isNotNull(organisation.mergedIntoId))
		.orderBy(asc(organisation.usualName));
	const balances = await Promise.all(
		merged.map(async ({ id, ...group }) => {
			const { dueCents, creditCents } = await summaryForGroup(read, { grant, organisationId: id });
			return { ...group, dueCents, creditCents };
		}),
	);
	return balances.filter(({ dueCents, creditCents }) => dueCents !== 0 || creditCents !== 0);
}

export type MergeRow = typeof merge.$inferSelect;
export type PlannedMerge = ({ kind: 'groups' } & GroupMerge) | ({ kind: 'persons' } & PersonMerge);
export type MergeRefusal = GroupMergeRefusal | PersonMergeRefusal;

/** Slugs of two groups, or a proven address of each of two people: what a plan is made from; empty for what is no more. */
async function namesOf(read: Read | Tx, { kind, fromId, intoId }: MergeRow): Promise<{ from: string; into: string }> {
	const ids = [fromId, intoId];
	const rows =
		kind === 'groups'
			? await read.select({ id: organisation.id, name: organisation.slug }).from(organisation).where(inArray(organisation.id, ids))
			: await read
					.select({ id: account.personId, name: accountEmail.address })
					.from(accountEmail)
					.innerJoin(account, eq(account.id, accountEmail.accountId))
					.where(and(inArray(account.personId, ids), isNotNull(accountEmail.verifiedAt)))
					.orderBy(asc(accountEmail.createdAt));
	const of = (id: string) => rows.find((row) => row.id === id)?.name ?? '';
	return { from: of(fromId), into: of(intoId) };
}

/** What a merge that was proposed would change now, whatever it would have changed then. */
export async function planOfMerge(
	read: Read | Tx,
	row: MergeRow,
	at: Instant,
): Promise<({ ok: true } & PlannedMerge) | Refused<MergeRefusal>> {
	const names = await namesOf(read, row);
	if (row.kind === 'groups') {
		const planned = await planGroups(read, names, at);
		return planned.ok ? { ...planned, kind: 'groups' } : planned;
	}
	const planned = await planPersons(read, names, at);
	return planned.ok ? { ...planned, kind: 'persons' } : planned;
}

/** What a merge is about. */
export type MergeSubject = Pick<MergeRow, 'kind' | 'fromId' | 'intoId'>;

/** Whether a worker is one of the people a merge is about, or has, had lately or will have a role in one of the groups. */
export async function hasStake(read: Read | Tx, workerId: string, { kind, fromId, intoId }: MergeSubject, at: Instant): Promise<boolean> {
	const ids = [fromId, intoId];
	if (kind === 'persons' && ids.includes(workerId)) return true;
	const lately = civilDateOf(at - STAKE_LASTS);
	const counts = and(eq(roleAssignment.scopeKind, 'organisation'), or(isNull(roleAssignment.toOn), gt(roleAssignment.toOn, lately)));
	const groups =
		kind === 'groups'
			? ids
			: (
					await read
						.selectDistinct({ id: roleAssignment.scopeId })
						.from(roleAssignment)
						.where(and(inArray(roleAssignment.personId, ids), counts))
				).map(({ id }) => id);
	const [held] = await read
		.select({ id: roleAssignment.id })
		.from(roleAssignment)
		.where(and(eq(roleAssignment.personId, workerId), inArray(roleAssignment.scopeId, groups), counts))
		.limit(1);
	return held !== undefined;
}

/** Whether something else is to be merged with one of these. */
export async function isMergeOpen(read: Read | Tx, { fromId, intoId }: MergeSubject): Promise<boolean> {
	const ids = [fromId, intoId];
	const [open] = await read
		.select({ id: merge.id })
		.from(merge)
		.where(and(inArray(merge.status, [...OPEN_MERGES]), or(inArray(merge.fromId, ids), inArray(merge.intoId, ids))))
		.limit(1);
	return open !== undefined;
}

/** Who may object: both people, or the administrators of both groups, with every proven address. */
export async function toldOf(read: Read | Tx, planned: PlannedMerge, at: Instant): Promise<Administrator[]> {
	if (planned.kind === 'persons') {
		return [planned.from, planned.into].map(({ personId, fullName: name, locale, addresses }) => ({ personId, name, locale, addresses }));
	}
	const both = await Promise.all([planned.from, planned.into].map(({ id }) => administratorsOf(read, id, civilDateOf(at))));
	return [...new Map(both.flat().map((one) => [one.personId, one])).values()];
}

export interface MergeLine {
	readonly row: MergeRow;
	readonly fromName: string;
	readonly intoName: string;
	readonly proposedBy: string;
	readonly confirmedBy: string | null;
	/** What it would change today; null once it is over, or while something stands against it. */
	readonly plan: MergePlan | null;
	readonly refusal: MergeRefusal | null;
}

/** Merges under way, then those that ended lately, newest first. */
export async function listMerges(read: Read, _grant: Grant<'groups.merge'>, at: Instant): Promise<MergeLine[]> {
	const rows = await read
		.select()
		.from(merge)
		.where(or(isNull(merge.endedAt), gt(merge.endedAt, at - SHOWN_AFTER)))
		.orderBy(asc(isNotNull(merge.endedAt)), desc(merge.proposedAt));
	const ids = [...new Set(rows.flatMap(({ fromId, intoId, proposedBy, confirmedBy }) => [fromId, intoId, proposedBy, confirmedBy ?? '']))];
	const named = [
		...(await read.select({ id: person.id, name: person.fullName }).from(person).where(inArray(person.id, ids))),
		...(await read.select({ id: organisation.id, name: organisation.usualName }).from(organisation).where(inArray(organisation.id, ids))),
	];
	const nameOf = (id: string) => named.find((one) => one.id === id)?.name ?? '';
	return Promise.all(
		rows.map(async (row) => {
			const planned = row.endedAt === null ? await planOfMerge(read, row, at) : null;
			return {
				row,
				fromName: nameOf(row.fromId),
				intoName: nameOf(row.intoId),
				proposedBy: nameOf(row.proposedBy),
				confirmedBy: row.confirmedBy === null ? null : nameOf(row.confirmedBy),
				plan: planned?.ok ? planned.plan : null,
				refusal: planned && !planned.ok ? planned.reason : null,
			};
		}),
	);
}

/** How many wait for a second worker: those one proposed oneself wait for somebody else. */
export async function countMergesToConfirm(read: Read, grant: Grant<'groups.merge'>): Promise<number> {
	const [row] = await read
		.select({ all: count() })
		.from(merge)
		.where(and(eq(merge.status, 'proposed'), ne(merge.proposedBy, grant.personId)));
	return row?.all ?? 0;
}

/** Ids of merges whose notice is over, oldest first. */
export async function listDueMerges(read: Read | Tx, at: Instant): Promise<string[]> {
	const rows = await read
		.select({ id: merge.id })
		.from(merge)
		.where(and(eq(merge.status, 'confirmed'), lte(merge.dueAt, at)))
		.orderBy(asc(merge.dueAt));
	return rows.map(({ id }) => id);
}

export interface MergeAnswer {
	readonly mergeId: string;
	readonly personId: string;
	readonly kind: MergeRow['kind'];
	readonly status: MergeStatus;
	readonly dueAt: Instant | null;
	readonly fromName: string;
	readonly intoName: string;
}

/** What the link to object opens; null when there is none. */
export async function findMergeAnswer(read: Read | Tx, token: string): Promise<MergeAnswer | null> {
	const [found] = await read
		.select({ row: merge, personId: mergeLink.personId })
		.from(mergeLink)
		.innerJoin(merge, eq(merge.id, mergeLink.mergeId))
		.where(eq(mergeLink.tokenHash, hashToken(token)));
	if (!found) return null;
	const { id: mergeId, kind, status, dueAt, fromId, intoId } = found.row;
	const table = kind === 'groups' ? organisation : person;
	const nameColumn = kind === 'groups' ? organisation.usualName : person.fullName;
	const named = await read
		.select({ id: table.id, name: nameColumn })
		.from(table)
		.where(inArray(table.id, [fromId, intoId]));
	const nameOf = (one: string) => named.find(({ id }) => id === one)?.name ?? '';
	return { mergeId, personId: found.personId, kind, status, dueAt, fromName: nameOf(fromId), intoName: nameOf(intoId) };
}
