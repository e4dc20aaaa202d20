import { and, asc, desc, eq, gt, inArray, isNotNull, isNull, lte, ne, or } from 'drizzle-orm';
import type { Read, Tx } from '#db/client.ts';
import { roleAssignment } from '#db/schema/access.ts';
import { account, accountEmail, person } from '#db/schema/accounts.ts';
import { groupContact } from '#db/schema/groups.ts';
import { handover, handoverLink } from '#db/schema/handover.ts';
import { organisation } from '#db/schema/membership.ts';
import type { Grant, GroupGrant } from '#src/features/access/index.ts';
import { contactsStanding, type StandingContact } from '#src/features/groups/index.ts';
import { CONTACT_STANDS_DAYS, checkProblem, type HandoverStatus, ON_DESK } from '#src/features/handover/rules.ts';
import { type CivilDate, civilDateOf, DAY, type Instant } from '#src/lib/clock.ts';
import { type ExportPart, isoOf, isoOrNull } from '#src/lib/export-part.ts';
import { hashToken } from '#src/lib/ids.ts';
import { slugify } from '#src/lib/text.ts';

export type HandoverRow = typeof handover.$inferSelect;
export type LinkPurpose = (typeof handoverLink.$inferSelect)['purpose'];

export interface FollowedLink {
	readonly tokenHash: string;
	readonly purpose: LinkPurpose;
	readonly contactId: string | null;
	/** Of a contact's link: the address is still one of the group's. */
	readonly contactStands: boolean;
	readonly personId: string | null;
	readonly used: boolean;
	readonly row: HandoverRow;
	/** Null until a worker found the group. */
	readonly usualName: string | null;
}

/** What a private link opens; null when there is none. One that served says so: its page still tells what became of it. */
export async function findHandoverLink(read: Read | Tx, token: string): Promise<FollowedLink | null> {
	const [found] = await read
		.select({ link: handoverLink, row: handover, usualName: organisation.usualName, contact: groupContact })
		.from(handoverLink)
		.innerJoin(handover, eq(handover.id, handoverLink.handoverId))
		.leftJoin(organisation, eq(organisation.id, handover.organisationId))
		.leftJoin(groupContact, eq(groupContact.id, handoverLink.contactId))
		.where(eq(handoverLink.tokenHash, hashToken(token)))
		.limit(1);
	if (!found) return null;
	const { tokenHash, purpose, contactId, personId, usedAt } = found.link;
	const contactStands = found.contact !== null && found.contact.untilAt === null;
	return { tokenHash, purpose, contactId, contactStands, personId, used: usedAt !== null, row: found.row, usualName: found.usualName };
}

export interface Administrator {
	readonly personId: string;
	readonly name: string;
	readonly locale: 'fr' | 'en';
	/** Every proven address. */
	readonly addresses: readonly string[];
}

/** Who looks after a group on a day, with every proven address; a closed account is nobody's. */
export async function administratorsOf(read: Read | Tx, organisationId: string, on: CivilDate): Promise<Administrator[]> {
	const rows = await read
		.select({ personId: person.id, name: person.fullName, locale: person.locale, address: accountEmail.address })
		.from(roleAssignment)
		.innerJoin(person, eq(person.id, roleAssignment.personId))
		.innerJoin(account, and(eq(account.personId, person.id), ne(account.status, 'closed')))
		.innerJoin(accountEmail, and(eq(accountEmail.accountId, account.id), isNotNull(accountEmail.verifiedAt)))
		.where(
			and(
				eq(roleAssignment.scopeKind, 'organisation'),
				eq(roleAssignment.scopeId, organisationId),
				eq(roleAssignment.role, 'administrator'),
				lte(roleAssignment.fromOn, on),
				or(isNull(roleAssignment.toOn), gt(roleAssignment.toOn, on)),
			),
		)
		.orderBy(asc(person.fullName), asc(accountEmail.createdAt));
	const found = new Map<string, Administrator>();
	for (const { address, ...one } of rows) {
		found.set(one.personId, { ...one, addresses: [...new Set([...(found.get(one.personId)?.addresses ?? []), address])] });
	}
	return [...found.values()];
}

/** Contacts that may vouch: they stood long enough when the demand was made, and are not the asker's own address. */
export async function vouchersOf(
	read: Read | Tx,
	organisationId: string,
	{ askedAt, askerNormalized }: Pick<HandoverRow, 'askedAt' | 'askerNormalized'>,
): Promise<StandingContact[]> {
	const standing = await contactsStanding(read, organisationId, askedAt - CONTACT_STANDS_DAYS * DAY, askedAt);
	const seen = new Set([askerNormalized]);
	// One mailbox given twice is asked once.
	return standing.filter(({ normalized }) => !seen.has(normalized) && seen.add(normalized));
}

/** Why a worker can't check who asks; null when they can. */
export async function whyNotCheck(
	read: Read | Tx,
	workerId: string,
	organisationId: string,
	row: Pick<HandoverRow, 'askedAt' | 'askerNormalized'>,
): Promise<ReturnType<typeof checkProblem>> {
	const lately = civilDateOf(row.askedAt - CONTACT_STANDS_DAYS * DAY);
	const [roles, addresses, vouchers] = await Promise.all([
		read
			.select({ id: roleAssignment.id })
			.from(roleAssignment)
			.where(
				and(
					eq(roleAssignment.scopeKind, 'organisation'),
					eq(roleAssignment.scopeId, organisationId),
					eq(roleAssignment.personId, workerId),
					or(isNull(roleAssignment.toOn), gt(roleAssignment.toOn, lately)),
				),
			)
			.limit(1),
		read
			.select({ normalized: accountEmail.normalized })
			.from(accountEmail)
			.innerJoin(account, eq(account.id, accountEmail.accountId))
			.where(and(eq(account.personId, workerId), isNotNull(accountEmail.verifiedAt))),
		vouchersOf(read, organisationId, row),
	]);
	return checkProblem({
		isOfGroup: roles.length > 0,
		workerAddresses: addresses.map(({ normalized }) => normalized),
		askerAddress: row.askerNormalized,
		contactAddresses: vouchers.map(({ normalized }) => normalized),
	});
}

export interface HandoverLine {
	readonly id: string;
	readonly groupName: string;
	readonly askerName: string;
	readonly status: HandoverStatus;
	readonly askedAt: Instant;
	readonly noticeUntilOn: string | null;
}

const MOST_LISTED = 100;

/** Demands of people who proved their address: those under way, oldest first, or the latest that ended. */
export async function listHandovers(read: Read, _grant: Grant<'handovers.check'>, which: 'open' | 'ended'): Promise<HandoverLine[]> {
	const open = which === 'open';
	return read
		.select({
			id: handover.id,
			groupName: handover.groupName,
			askerName: handover.askerName,
			status: handover.status,
			askedAt: handover.askedAt,
			noticeUntilOn: handover.noticeUntilOn,
		})
		.from(handover)
		.where(
			open
				? inArray(handover.status, [...ON_DESK])
				: and(isNotNull(handover.verifiedAt), inArray(handover.status, ['done', 'objected', 'withdrawn', 'refused', 'expired'])),
		)
		.orderBy(open ? asc(handover.askedAt) : desc(handover.askedAt))
		.limit(MOST_LISTED);
}

/** How many demands wait for a worker. */
export async function countWaitingHandovers(read: Read, _grant: Grant<'handovers.check'>): Promise<number> {
	return read.$count(handover, or(eq(handover.status, 'received'), and(eq(handover.status, 'checking'), isNull(handover.checkedAt))));
}

export interface HandoverOnDesk {
	readonly row: HandoverRow;
	readonly group: { readonly slug: string; readonly usualName: string; readonly legalName: string } | null;
	/** Member groups whose name looks like the one written; only while none was chosen. */
	readonly alike: readonly { readonly slug: string; readonly usualName: string; readonly legalName: string }[];
	readonly vouchers: readonly StandingContact[];
	/** Which contact confirmed. */
	readonly confirmedBy: 'billing' | 'outside' | null;
	readonly administrators: readonly Administrator[];
	readonly checkerName: string | null;
	/** Why this worker can't be the one who checks; null when they can, or when there is no group yet. */
	readonly mayNotCheck: ReturnType<typeof checkProblem>;
}

/** One demand as workers see it; null when there is none, or when its asker has not proven their address. */
export async function findHandover(read: Read, grant: Grant<'handovers.check'>, id: string, on: CivilDate): Promise<HandoverOnDesk | null> {
	const [row] = await read
		.select()
		.from(handover)
		.where(and(eq(handover.id, id), isNotNull(handover.verifiedAt)));
	if (!row) return null;
	const columns = { slug: organisation.slug, usualName: organisation.usualName, legalName: organisation.legalName };
	const { organisationId } = row;
	if (organisationId === null) {
		const members = await read.select(columns).from(organisation).where(eq(organisation.status, 'member')).orderBy(organisation.usualName);
		const wanted = slugify(row.groupName, 200);
		const isAlike = (name: string) => {
			const other = slugify(name, 200);
			return wanted !== '' && other !== '' && (other.includes(wanted) || wanted.includes(other));
		};
		const alike = members.filter(({ usualName, legalName }) => isAlike(usualName) || isAlike(legalName));
		return { row, group: null, alike, vouchers: [], confirmedBy: null, administrators: [], checkerName: null, mayNotCheck: null };
	}
	const [[group], vouchers, administrators, [contact], [checker], mayNotCheck] = await Promise.all([
		read.select(columns).from(organisation).where(eq(organisation.id, organisationId)),
		vouchersOf(read, organisationId, row),
		administratorsOf(read, organisationId, on),
		row.contactId === null
			? []
			: read.select({ purpose: groupContact.purpose }).from(groupContact).where(eq(groupContact.id, row.contactId)),
		row.checkedBy === null ? [] : read.select({ name: person.fullName }).from(person).where(eq(person.id, row.checkedBy)),
		whyNotCheck(read, grant.personId, organisationId, row),
	]);
	return {
		row,
		group: group ?? null,
		alike: [],
		vouchers,
		confirmedBy: (contact?.purpose as 'billing' | 'outside' | undefined) ?? null,
		administrators,
		checkerName: checker?.name ?? null,
		mayNotCheck,
	};
}

/** The demand a group's administrators were given notice of; null when there is none. */
export async function noticeInGroup(
	read: Read | Tx,
	grant: GroupGrant<'people.manage'>,
): Promise<{ id: string; askerName: string; untilOn: CivilDate } | null> {
	const [row] = await read
		.select({ id: handover.id, askerName: handover.askerName, untilOn: handover.noticeUntilOn })
		.from(handover)
		.where(and(eq(handover.organisationId, grant.organisationId), eq(handover.status, 'notice')))
		.limit(1);
	return row?.untilOn ? { ...row, untilOn: row.untilOn as CivilDate } : null;
}

/** Whether someone is about to regain the access of one of these groups. */
export async function hasOpenHandover(read: Read | Tx, organisationIds: readonly string[]): Promise<boolean> {
	const [row] = await read
		.select({ id: handover.id })
		.from(handover)
		.where(and(inArray(handover.organisationId, [...organisationIds]), inArray(handover.status, ['checking', 'notice'])))
		.limit(1);
	return row !== undefined;
}

/** Ids of demands that time alone may change, oldest first. */
export async function listTicking(read: Read | Tx): Promise<string[]> {
	const rows = await read
		.select({ id: handover.id })
		.from(handover)
		.where(inArray(handover.status, ['asked', 'received', 'checking', 'notice']))
		.orderBy(asc(handover.askedAt));
	return rows.map(({ id }) => id);
}

/** Demands that someone made, from an address that is theirs. What others objected is not theirs. */
export function handoverPartsOfPerson(read: Read, normalized: readonly string[]): ExportPart[] {
	return [
		{
			name: 'handovers',
			table: 'handover',
			async *rows() {
				const rows = await read
					.select()
					.from(handover)
					.where(inArray(handover.askerNormalized, [...normalized]))
					.orderBy(asc(handover.id));
				for (const row of rows)
					yield {
						group: row.groupName,
						fullName: row.askerName,
						address: row.askerAddress,
						reason: row.reason,
						status: row.status,
						createdAt: isoOf(row.askedAt),
						endedAt: isoOrNull(row.endedAt),
						endReason: row.status === 'refused' ? row.endReason : null,
					};
			},
		},
	];
}

/** Demands about a group that its administrators were given notice of. */
export function handoverPartsOfGroup(read: Read, organisationId: string): ExportPart[] {
	return [
		{
			name: 'handovers',
			table: 'handover',
			async *rows() {
				const rows = await read
					.select()
					.from(handover)
					.where(and(eq(handover.organisationId, organisationId), isNotNull(handover.noticeAt)))
					.orderBy(asc(handover.id));
				for (const { askerName, status, noticeAt, endedAt } of rows)
					yield { fullName: askerName, status, noticeAt: isoOrNull(noticeAt), endedAt: isoOrNull(endedAt) };
			},
		},
	];
}
