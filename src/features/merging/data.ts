import { and, asc, eq, gt, inArray, isNotNull, isNull, ne, or } from 'drizzle-orm';
import type { Read, Tx } from '#db/client.ts';
import { roleAssignment } from '#db/schema/access.ts';
import { account, accountEmail, accountLink, person, session } from '#db/schema/accounts.ts';
import { complaint, complaintPerson } from '#db/schema/complaints.ts';
import { pledge } from '#db/schema/contributions.ts';
import { codeApp, loginLink, passkey, pendingLogin, recoveryCode } from '#db/schema/factors.ts';
import { groupContactLink } from '#db/schema/groups.ts';
import { invitation, membership, organisation } from '#db/schema/membership.ts';
import { entitlement, serviceRequest } from '#db/schema/requests.ts';
import type { Grant } from '#src/features/access/index.ts';
import { summaryForGroup } from '#src/features/contributions/index.ts';
import { listStandingContacts } from '#src/features/groups/index.ts';
import { hasOpenHandover } from '#src/features/handover/index.ts';
import { hasPartInNotice, isAnyLeaving } from '#src/features/leaving/index.ts';
import { type MergePlan, type RoleToMove, rolesToAdd } from '#src/features/merging/rules.ts';
import { findErasureOf } from '#src/features/privacy/index.ts';
import { OPEN_STATUSES } from '#src/features/requests/index.ts';
import { isStandingUnsettled } from '#src/features/standing/index.ts';
import { type CivilDate, civilDateOf, type Instant } from '#src/lib/clock.ts';
import { normalizeAddress } from '#src/lib/email-address.ts';

type Refused<R extends string> = { readonly ok: false; readonly reason: R };
const refused = <const R extends string>(reason: R): Refused<R> => ({ ok: false, reason });

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
export async function planGroupMerge(
	read: Read | Tx,
	_grant: Grant<'groups.merge'>,
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
	| 'part_in_leaving';

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
export async function planPersonMerge(
	read: Read | Tx,
	_grant: Grant<'groups.merge'>,
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
