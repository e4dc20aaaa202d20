import { and, asc, desc, eq, gt, inArray } from 'drizzle-orm';
import type { Read, Tx } from '#db/client.ts';
import { roleAssignment } from '#db/schema/access.ts';
import { person } from '#db/schema/accounts.ts';
import { handover } from '#db/schema/handover.ts';
import { invitation, organisation } from '#db/schema/membership.ts';
import { type CoopRole, type Grant, type GroupGrant, type GroupRole, holds, loadAccess } from '#src/features/access/index.ts';
import { findAccountByAddress } from '#src/features/accounts/index.ts';
import { civilDateOf, type Instant } from '#src/lib/clock.ts';
import { byPages, type ExportPart, isoOf, isoOrNull } from '#src/lib/export-part.ts';
import { hashToken } from '#src/lib/ids.ts';

/**
 * Whether an invitation still stands on something: made by one of the group's own people, it dies when they no longer look
 * after it; made by those who accepted the group, by a handover or at the command line, it stands by itself. Of the network's, likewise.
 */
export async function hasGround(
	read: Read | Tx,
	one: Pick<typeof invitation.$inferSelect, 'id' | 'scopeKind' | 'scopeId' | 'invitedBy'>,
	at: Instant,
): Promise<boolean> {
	const on = civilDateOf(at);
	if (one.scopeKind === 'coop') return one.invitedBy === 'operator' || holds(await loadAccess(read, one.invitedBy, on), 'workers.manage');
	// Two proofs and a notice gave it: that the worker who checked once had a role there takes nothing from them.
	if ((await read.$count(handover, eq(handover.invitationId, one.id))) > 0) return true;
	const held = await read
		.select({ role: roleAssignment.role, fromOn: roleAssignment.fromOn, toOn: roleAssignment.toOn })
		.from(roleAssignment)
		.where(
			and(
				eq(roleAssignment.scopeKind, 'organisation'),
				eq(roleAssignment.scopeId, one.scopeId),
				eq(roleAssignment.personId, one.invitedBy),
			),
		);
	const runs = ({ fromOn, toOn }: (typeof held)[number]) => fromOn <= on && (toOn === null || toOn > on);
	return held.length === 0 || held.some((role) => role.role === 'administrator' && runs(role));
}

export type FoundInvitation =
	| {
			readonly state: 'pending';
			readonly address: string;
			readonly name: string;
			readonly expiresAt: Instant;
			/** First day without the roles; null when they last. */
			readonly rolesToOn: string | null;
			/** Null when the command line made it. */
			readonly inviterName: string | null;
			readonly scope:
				| { readonly kind: 'coop'; readonly roles: readonly CoopRole[] }
				| { readonly kind: 'organisation'; readonly usualName: string; readonly roles: readonly GroupRole[] };
			/** The account that has the invited address already; null when there is none. */
			readonly accountId: string | null;
	  }
	| { readonly state: 'unknown' | 'accepted' | 'declined' | 'revoked' | 'expired' };

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
	if (row.status === 'accepted' || row.status === 'declined' || row.status === 'expired') return { state: row.status };
	if (row.status !== 'pending') return { state: 'revoked' };
	// After the day on which its roles were to end nothing is left to give.
	if (row.expiresAt <= at || (row.rolesToOn !== null && row.rolesToOn <= civilDateOf(at))) return { state: 'expired' };
	if (row.scopeKind === 'organisation' && groupStatus !== 'member') return { state: 'revoked' };
	if (!(await hasGround(read, row, at))) return { state: 'revoked' };
	const holder = await findAccountByAddress(read, row.normalized);
	const roles = JSON.parse(row.roles) as string[];
	return {
		state: 'pending',
		address: row.address,
		name: row.name,
		expiresAt: row.expiresAt,
		rolesToOn: row.rolesToOn,
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
	/** First day without the roles; null when they last. */
	readonly rolesToOn: string | null;
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
	return rows.map(({ id, address, name, roles, createdAt, expiresAt, rolesToOn }) => ({
		id,
		address,
		name,
		roles: JSON.parse(roles) as GroupRole[],
		createdAt,
		expiresAt,
		rolesToOn,
	}));
}

/** Invitations into the network that wait for an answer, latest first. */
export async function listPendingWorkers(
	read: Read,
	_grant: Grant<'workers.manage'>,
	at: Instant,
): Promise<(Omit<PendingInvitation, 'roles' | 'rolesToOn'> & { readonly roles: readonly CoopRole[] })[]> {
	const rows = await read
		.select()
		.from(invitation)
		.where(and(eq(invitation.scopeKind, 'coop'), eq(invitation.status, 'pending'), gt(invitation.expiresAt, at)))
		.orderBy(desc(invitation.createdAt));
	return rows.map(({ id, address, name, roles, createdAt, expiresAt }) => ({
		id,
		address,
		name,
		roles: JSON.parse(roles) as CoopRole[],
		createdAt,
		expiresAt,
	}));
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

/** Every invitation into a group. */
export function invitationPartsOfGroup(read: Read, organisationId: string): ExportPart[] {
	return [
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
