import { and, asc, desc, eq, gt, inArray, isNull, lte, or, type Placeholder } from 'drizzle-orm';
import { prepared, type Read, type Tx, type Value } from '#db/client.ts';
import { roleAssignment } from '#db/schema/access.ts';
import { person } from '#db/schema/accounts.ts';
import { invitation, membership, organisation } from '#db/schema/membership.ts';
import type { CoopRole, Grant, GroupGrant, GroupRole } from '#src/features/access/index.ts';
import { findAccountByAddress } from '#src/features/accounts/index.ts';
import type { Kind } from '#src/features/membership/schema.ts';
import { type CivilDate, civilDateOf, type Instant, now } from '#src/lib/clock.ts';
import { byPages, type ExportPart, isoOf, isoOrNull } from '#src/lib/export-part.ts';
import { hashToken } from '#src/lib/ids.ts';

/**
 * Whether an invitation still stands on something: made by one of the group's own people, it dies when they no longer look
 * after it; made by those who accepted the group, or at the command line, it stands by itself.
 */
export async function hasGround(
	read: Read | Tx,
	one: Pick<typeof invitation.$inferSelect, 'scopeKind' | 'scopeId' | 'invitedBy'>,
): Promise<boolean> {
	if (one.scopeKind !== 'organisation') return true;
	const held = await read
		.select({ role: roleAssignment.role, toOn: roleAssignment.toOn })
		.from(roleAssignment)
		.where(
			and(
				eq(roleAssignment.scopeKind, 'organisation'),
				eq(roleAssignment.scopeId, one.scopeId),
				eq(roleAssignment.personId, one.invitedBy),
			),
		);
	return held.length === 0 || held.some(({ role, toOn }) => role === 'administrator' && toOn === null);
}

export type FoundInvitation =
	| {
			readonly state: 'pending';
			readonly address: string;
			readonly name: string;
			readonly expiresAt: Instant;
			/** Null when the command line made it. */
			readonly inviterName: string | null;
			readonly scope:
				| { readonly kind: 'coop'; readonly roles: readonly CoopRole[] }
				| { readonly kind: 'organisation'; readonly usualName: string; readonly roles: readonly GroupRole[] };
			/** The account that has the invited address already; null when there is none. */
			readonly accountId: string | null;
	  }
	| { readonly state: 'unknown' | 'accepted' | 'revoked' | 'expired' };

/** What an invitation's link opens, for whoever holds it. */
export async function findInvitation(read: Read, token: string, at: Instant): Promise<FoundInvitation> {
	const [found] = await read
		.select({ row: invitation, usualName: organisation.usualName, groupStatus: organisation.status, inviterName: person.fullName })
		.from(invitation)
		.leftJoin(organisation, and(eq(invitation.scopeKind, 'organisation'), eq(organisation.id, invitation.scopeId)))
		.leftJoin(person, eq(person.id, invitation.invitedBy))
		.where(eq(invitation.tokenHash, hashToken(token)))
		.limit(1);
	if (!found) return { state: 'unknown' };
	const { row, usualName, groupStatus, inviterName } = found;
	if (row.status === 'accepted' || row.status === 'expired') return { state: row.status };
	if (row.status !== 'pending') return { state: 'revoked' };
	if (row.expiresAt <= at) return { state: 'expired' };
	if (row.scopeKind === 'organisation' && (groupStatus !== 'member' || !(await hasGround(read, row)))) return { state: 'revoked' };
	const holder = await findAccountByAddress(read, row.normalized);
	const roles = JSON.parse(row.roles) as string[];
	return {
		state: 'pending',
		address: row.address,
		name: row.name,
		expiresAt: row.expiresAt,
		inviterName,
		scope:
			row.scopeKind === 'coop'
				? { kind: 'coop', roles: roles as CoopRole[] }
				: { kind: 'organisation', usualName: usualName ?? '', roles: roles as GroupRole[] },
		accountId: holder?.accountId ?? null,
	};
}

export interface AcceptedInvitation {
	readonly normalized: string;
	/** Person id. */
	readonly acceptedBy: string;
	readonly acceptedAt: Instant;
	readonly scope: 'coop' | { readonly slug: string };
}

/** Of an invitation that served: who it let in, when, and where to; null for any other. */
export async function findAcceptedInvitation(read: Read, token: string): Promise<AcceptedInvitation | null> {
	const [row] = await read
		.select({
			normalized: invitation.normalized,
			acceptedBy: invitation.acceptedBy,
			acceptedAt: invitation.acceptedAt,
			slug: organisation.slug,
		})
		.from(invitation)
		.leftJoin(organisation, and(eq(invitation.scopeKind, 'organisation'), eq(organisation.id, invitation.scopeId)))
		.where(and(eq(invitation.tokenHash, hashToken(token)), eq(invitation.status, 'accepted')))
		.limit(1);
	if (!row) return null;
	const { normalized, acceptedBy, acceptedAt, slug } = row;
	if (acceptedBy === null || acceptedAt === null) return null;
	return { normalized, acceptedBy, acceptedAt, scope: slug === null ? 'coop' : { slug } };
}

export interface PendingInvitation {
	readonly id: string;
	readonly address: string;
	readonly name: string;
	readonly roles: readonly GroupRole[];
	readonly createdAt: Instant;
	readonly expiresAt: Instant;
}

/** Invitations into a group that wait for an answer, latest first. */
export async function listPendingInvitations(read: Read, grant: GroupGrant, at: Instant): Promise<PendingInvitation[]> {
	const rows = await read
		.select()
		.from(invitation)
		.where(
			and(
				eq(invitation.scopeKind, 'organisation'),
				eq(invitation.scopeId, grant.organisationId),
				eq(invitation.status, 'pending'),
				gt(invitation.expiresAt, at),
			),
		)
		.orderBy(desc(invitation.createdAt));
	return rows.map(({ id, address, name, roles, createdAt, expiresAt }) => ({
		id,
		address,
		name,
		roles: JSON.parse(roles) as GroupRole[],
		createdAt,
		expiresAt,
	}));
}

export interface GroupLine {
	readonly id: string;
	readonly slug: string;
	readonly usualName: string;
	readonly kind: Kind;
	readonly memberNumber: number;
	readonly class: 'individual' | 'organisation';
	readonly fromOn: string;
	/** First day without membership; null while it lasts. */
	readonly toOn: string | null;
}

const groupLine = {
	id: organisation.id,
	slug: organisation.slug,
	usualName: organisation.usualName,
	kind: organisation.kind,
	memberNumber: membership.memberNumber,
	class: membership.class,
	fromOn: membership.fromOn,
	toOn: membership.toOn,
};

/** Every membership there was or is, by number. */
export async function listGroups(read: Read, _grant: Grant<'groups.read'>): Promise<GroupLine[]> {
	return read
		.select(groupLine)
		.from(membership)
		.innerJoin(organisation, eq(organisation.id, membership.organisationId))
		.orderBy(asc(membership.memberNumber));
}

const runningOn = (on: CivilDate | Placeholder) => and(lte(membership.fromOn, on), or(isNull(membership.toOn), gt(membership.toOn, on)));

const membershipRow = prepared((source, value: Value<'organisationId' | 'on'>) =>
	source
		.select({ memberNumber: membership.memberNumber, fromOn: membership.fromOn, class: membership.class })
		.from(membership)
		.where(and(eq(membership.organisationId, value('organisationId')), runningOn(value('on'))))
		.limit(1),
);

/** The bond of a group with the network, today unless another day is given; null when there is none. */
export async function membershipOf(
	read: Read | Tx,
	grant: GroupGrant,
	on: CivilDate = civilDateOf(now()),
): Promise<{ memberNumber: number; fromOn: string; class: 'individual' | 'organisation' } | null> {
	const [row] = await membershipRow(read, { organisationId: grant.organisationId, on });
	return row ?? null;
}

/** A group that is or was a member: its address and its first number. @throws when there is no such membership. */
export async function memberOf(read: Read | Tx, organisationId: string): Promise<{ slug: string; memberNumber: number }> {
	const [found] = await read
		.select({ slug: organisation.slug, memberNumber: membership.memberNumber })
		.from(organisation)
		.innerJoin(membership, eq(membership.organisationId, organisation.id))
		.where(eq(organisation.id, organisationId))
		.orderBy(asc(membership.fromOn))
		.limit(1);
	if (!found) throw new Error('an organisation that never was a member');
	return found;
}

/** Invitations a person received, at any address proven theirs. */
export function invitationPartsOfPerson(read: Read, normalized: readonly string[]): ExportPart[] {
	return [
		{
			name: 'invitations',
			table: 'invitation',
			async *rows() {
				const rows = await read
					.select({ row: invitation, group: organisation.usualName })
					.from(invitation)
					.leftJoin(organisation, eq(organisation.id, invitation.scopeId))
					.where(inArray(invitation.normalized, [...normalized]))
					.orderBy(asc(invitation.id));
				for (const { row, group } of rows)
					yield {
						group,
						roles: (JSON.parse(row.roles) as string[]).join(' '),
						address: row.address,
						name: row.name,
						status: row.status,
						createdAt: isoOf(row.createdAt),
						expiresAt: isoOf(row.expiresAt),
						acceptedAt: isoOrNull(row.acceptedAt),
					};
			},
		},
	];
}

/** A group, its memberships and the invitations into it. */
export function membershipPartsOfGroup(read: Read, organisationId: string): ExportPart[] {
	return [
		{
			name: 'group',
			table: 'organisation',
			async *rows() {
				const rows = await read.select().from(organisation).where(eq(organisation.id, organisationId));
				for (const { slug, legalName, usualName, kind, mission, budgetBand, locale, status, createdAt } of rows)
					yield { slug, legalName, usualName, kind, mission, budgetBand, locale, status, createdAt: isoOf(createdAt) };
			},
		},
		{
			name: 'memberships',
			table: 'membership',
			async *rows() {
				const rows = await read
					.select()
					.from(membership)
					.where(eq(membership.organisationId, organisationId))
					.orderBy(asc(membership.fromOn));
				for (const { memberNumber, class: kind, fromOn, toOn, endReason } of rows) yield { memberNumber, kind, fromOn, toOn, endReason };
			},
		},
		{
			name: 'invitations',
			table: 'invitation',
			async *rows() {
				const fetch = (after: string, most: number) =>
					read
						.select()
						.from(invitation)
						.where(and(eq(invitation.scopeKind, 'organisation'), eq(invitation.scopeId, organisationId), gt(invitation.id, after)))
						.orderBy(asc(invitation.id))
						.limit(most);
				for await (const row of byPages(fetch))
					yield {
						name: row.name,
						address: row.address,
						roles: (JSON.parse(row.roles) as string[]).join(' '),
						status: row.status,
						createdAt: isoOf(row.createdAt),
						expiresAt: isoOf(row.expiresAt),
						acceptedAt: isoOrNull(row.acceptedAt),
					};
			},
		},
	];
}
