import { and, asc, desc, eq, gt, inArray, isNotNull, isNull, lte, or } from 'drizzle-orm';
import type { Read, Tx } from '#db/client.ts';
import { auditEvent } from '#db/schema/audit.ts';
import { groupContact, groupContactLink } from '#db/schema/groups.ts';
import { membership, organisation } from '#db/schema/membership.ts';
import type { Grant, GroupGrant } from '#src/features/access/index.ts';
import type { Purpose } from '#src/features/groups/rules.ts';
import type { Kind } from '#src/features/membership/index.ts';
import type { Instant } from '#src/lib/clock.ts';
import { type ExportPart, isoOf, isoOrNull } from '#src/lib/export-part.ts';
import { hashToken } from '#src/lib/ids.ts';

export interface GroupProfile {
	readonly legalName: string;
	readonly usualName: string;
	readonly kind: Kind;
	readonly mission: string;
	readonly locale: 'fr' | 'en';
	readonly neq: string | null;
	readonly postalAddress: string | null;
}

export interface GroupAddresses {
	/** By function; null where none is given. */
	readonly byPurpose: Readonly<Record<Purpose, string | null>>;
	/** The verified address outside of the hosted domains; null while there is none. */
	readonly outside: string | null;
	/** One whose mailed link was not followed yet. */
	readonly outsideWaiting: string | null;
}

const profileColumns = {
	legalName: organisation.legalName,
	usualName: organisation.usualName,
	kind: organisation.kind,
	mission: organisation.mission,
	locale: organisation.locale,
	neq: organisation.neq,
	postalAddress: organisation.postalAddress,
};

/** @throws when there is no such organisation: its grant says there is. */
export async function readProfile(
	read: Read | Tx,
	grant: GroupGrant<'profile.read' | 'profile.manage'>,
): Promise<GroupProfile & { readonly version: number }> {
	const [row] = await read
		.select({ ...profileColumns, version: organisation.version })
		.from(organisation)
		.where(eq(organisation.id, grant.organisationId));
	if (!row) throw new Error('a grant in an organisation that is not there');
	return row;
}

/** The rows that stand: at most one of each purpose, and for `outside` also one that waits to be proven. */
export async function listStandingContacts(read: Read | Tx, organisationId: string) {
	return read
		.select()
		.from(groupContact)
		.where(and(eq(groupContact.organisationId, organisationId), isNull(groupContact.untilAt)));
}

function toAddresses(rows: Awaited<ReturnType<typeof listStandingContacts>>): GroupAddresses {
	const of = (purpose: string, verified = false) =>
		rows.find((row) => row.purpose === purpose && (row.verifiedAt !== null) === verified)?.address ?? null;
	return {
		byPurpose: { general: of('general'), billing: of('billing'), technical: of('technical'), security: of('security') },
		outside: of('outside', true),
		outsideWaiting: of('outside'),
	};
}

export async function readAddresses(read: Read, grant: GroupGrant): Promise<GroupAddresses> {
	return toAddresses(await listStandingContacts(read, grant.organisationId));
}

/** Whether a group has given and verified an address that works while the network's servers are down. */
export async function hasOutsideContact(read: Read, grant: GroupGrant): Promise<boolean> {
	return (await readAddresses(read, grant)).outside !== null;
}

/** Where each member group is told of an outage: its verified outside address. Groups that gave none are left out. */
export async function outageContactsOf(
	read: Read | Tx,
): Promise<{ contactId: string; organisationId: string; usualName: string; address: string; locale: 'fr' | 'en' }[]> {
	return read
		.select({
			contactId: groupContact.id,
			organisationId: organisation.id,
			usualName: organisation.usualName,
			address: groupContact.address,
			locale: organisation.locale,
		})
		.from(groupContact)
		.innerJoin(organisation, and(eq(organisation.id, groupContact.organisationId), eq(organisation.status, 'member')))
		.where(and(eq(groupContact.purpose, 'outside'), isNull(groupContact.untilAt), isNotNull(groupContact.verifiedAt)))
		.orderBy(asc(groupContact.id));
}

export interface StandingContact {
	readonly id: string;
	readonly purpose: 'billing' | 'outside';
	readonly address: string;
	readonly normalized: string;
}

/**
 * The billing and outside addresses of a group that stood from one moment to another without a change: one that was put in place
 * since, or taken away meanwhile, vouches for nobody.
 */
export async function contactsStanding(read: Read | Tx, organisationId: string, from: Instant, to: Instant): Promise<StandingContact[]> {
	const rows = await read
		.select()
		.from(groupContact)
		.where(
			and(
				eq(groupContact.organisationId, organisationId),
				inArray(groupContact.purpose, ['billing', 'outside']),
				lte(groupContact.fromAt, from),
				or(isNull(groupContact.untilAt), gt(groupContact.untilAt, to)),
			),
		)
		.orderBy(asc(groupContact.purpose));
	return rows
		.filter((row) => row.purpose === 'billing' || (row.verifiedAt !== null && row.verifiedAt <= from))
		.map(({ id, purpose, address, normalized }) => ({ id, purpose: purpose as 'billing' | 'outside', address, normalized }));
}

/** What an outside address's link proves; null once it served, is too old, or another address was given since. */
export async function findOutsideLink(
	read: Read | Tx,
	token: string,
	at: Instant,
): Promise<{ contactId: string; organisationId: string; address: string; usualName: string } | null> {
	const [row] = await read
		.select({
			contactId: groupContact.id,
			organisationId: groupContact.organisationId,
			address: groupContact.address,
			usualName: organisation.usualName,
		})
		.from(groupContactLink)
		.innerJoin(groupContact, and(eq(groupContact.id, groupContactLink.contactId), isNull(groupContact.untilAt)))
		.innerJoin(organisation, eq(organisation.id, groupContact.organisationId))
		.where(and(eq(groupContactLink.tokenHash, hashToken(token)), isNull(groupContactLink.usedAt), gt(groupContactLink.expiresAt, at)))
		.limit(1);
	return row ?? null;
}

/** Whether this link is the one that proved the address which stands. Told to whoever holds it, until the link is too old. */
export async function wasOutsideProven(read: Read, token: string): Promise<boolean> {
	const [row] = await read
		.select({ id: groupContact.id })
		.from(groupContactLink)
		.innerJoin(groupContact, and(eq(groupContact.id, groupContactLink.contactId), isNull(groupContact.untilAt)))
		.where(
			and(
				eq(groupContactLink.tokenHash, hashToken(token)),
				isNotNull(groupContactLink.usedAt),
				eq(groupContactLink.usedAt, groupContact.verifiedAt),
			),
		)
		.limit(1);
	return row !== undefined;
}

/** Where a group is, and was, written to. */
export function contactPartsOfGroup(read: Read, organisationId: string): ExportPart[] {
	return [
		{
			name: 'group_contacts',
			table: 'group_contact',
			async *rows() {
				const rows = await read
					.select()
					.from(groupContact)
					.where(eq(groupContact.organisationId, organisationId))
					.orderBy(asc(groupContact.id));
				for (const { purpose, address, fromAt, untilAt, verifiedAt } of rows)
					yield { purpose, address, createdAt: isoOf(fromAt), endedAt: isoOrNull(untilAt), verifiedAt: isoOrNull(verifiedAt) };
			},
		},
	];
}

export interface GroupCard {
	readonly id: string;
	readonly slug: string;
	readonly status: 'prospective' | 'member' | 'former';
	readonly profile: GroupProfile;
	readonly addresses: GroupAddresses;
	readonly memberships: readonly {
		readonly memberNumber: number;
		readonly fromOn: string;
		readonly toOn: string | null;
		readonly endReason: string | null;
	}[];
	/** When its legal name last changed; null when it never did. */
	readonly legalNameChangedAt: Instant | null;
	/** The group it became part of. */
	readonly mergedInto: { readonly slug: string; readonly usualName: string } | null;
}

/** A group as workers see it; null when there is none of that address. */
export async function findGroupCard(read: Read, _grant: Grant<'groups.read'>, slug: string): Promise<GroupCard | null> {
	const [row] = await read
		.select({
			id: organisation.id,
			slug: organisation.slug,
			status: organisation.status,
			mergedIntoId: organisation.mergedIntoId,
			...profileColumns,
		})
		.from(organisation)
		.where(eq(organisation.slug, slug));
	if (!row) return null;
	const { id, status, mergedIntoId, slug: _slug, ...profile } = row;
	const [contacts, memberships, [renamed], [target]] = await Promise.all([
		listStandingContacts(read, id),
		read
			.select({
				memberNumber: membership.memberNumber,
				fromOn: membership.fromOn,
				toOn: membership.toOn,
				endReason: membership.endReason,
			})
			.from(membership)
			.where(eq(membership.organisationId, id))
			.orderBy(asc(membership.fromOn)),
		read
			.select({ at: auditEvent.at })
			.from(auditEvent)
			.where(and(eq(auditEvent.organisationId, id), eq(auditEvent.action, LEGAL_NAME_CHANGED)))
			.orderBy(desc(auditEvent.seq))
			.limit(1),
		mergedIntoId === null
			? []
			: read
					.select({ slug: organisation.slug, usualName: organisation.usualName })
					.from(organisation)
					.where(eq(organisation.id, mergedIntoId)),
	]);
	return {
		id,
		slug,
		status,
		profile,
		addresses: toAddresses(contacts),
		memberships,
		legalNameChangedAt: renamed?.at ?? null,
		mergedInto: target ?? null,
	};
}

/** An audited act of its own: workers are told that the name changed and when, nothing more. */
export const LEGAL_NAME_CHANGED = 'groups.change_legal_name';

/** Where an address of a group that was merged leads now: the address of the group it is part of. Null for any other. */
export async function findMergedSlug(read: Read, slug: string): Promise<string | null> {
	let [row] = await read
		.select({ slug: organisation.slug, mergedIntoId: organisation.mergedIntoId })
		.from(organisation)
		.where(eq(organisation.slug, slug));
	if (!row || row.mergedIntoId === null) return null;
	// Merged again since: as far as it goes, and no further than people merge groups.
	for (let hops = 0; row?.mergedIntoId != null && hops < 10; hops += 1) {
		[row] = await read
			.select({ slug: organisation.slug, mergedIntoId: organisation.mergedIntoId })
			.from(organisation)
			.where(eq(organisation.id, row.mergedIntoId));
	}
	return row?.slug ?? null;
}
