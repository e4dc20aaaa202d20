import { and, asc, count, desc, eq, inArray, isNull, lte, notExists, or, sql } from 'drizzle-orm';
import type { Read, Tx } from '#db/client.ts';
import { roleAssignment } from '#db/schema/access.ts';
import { person } from '#db/schema/accounts.ts';
import { deletionCertificate, departure, leavingNotice, leavingTask, retentionItem } from '#db/schema/leaving.ts';
import { invitation, membership, organisation } from '#db/schema/membership.ts';
import { catalogueItem, entitlement, serviceRequest } from '#db/schema/requests.ts';
import { type Grant, type GroupGrant, listPeople, type PersonWithRole } from '#src/features/access/index.ts';
import { balanceOf } from '#src/features/contributions/index.ts';
import { type CertificateContent, calendarFrom, settledBefore } from '#src/features/leaving/rules.ts';
import { type CivilDate, civilDateOf, type Instant } from '#src/lib/clock.ts';
import { type ExportPart, isoOf, isoOrNull } from '#src/lib/export-part.ts';
import { hashToken } from '#src/lib/ids.ts';

export type Notice = typeof leavingNotice.$inferSelect;

/** People of a group, and who among them looks after it. */
export async function listAround(
	source: Read | Tx,
	organisationId: string,
	on: CivilDate,
): Promise<{ people: PersonWithRole[]; administrators: Set<string> }> {
	const people = await listPeople(source, { kind: 'organisation', id: organisationId }, on);
	return { people, administrators: new Set(people.filter(({ role }) => role === 'administrator').map(({ personId }) => personId)) };
}

/** The latest notice a group gave, whatever became of it; null when it never gave one. */
export async function findLastNotice(source: Read | Tx, organisationId: string): Promise<Notice | null> {
	const [row] = await source
		.select()
		.from(leavingNotice)
		.where(eq(leavingNotice.organisationId, organisationId))
		.orderBy(desc(leavingNotice.givenAt), desc(leavingNotice.id))
		.limit(1);
	return row ?? null;
}

/** The notice that stands today; null when the group stays. */
export async function findLiveNotice(source: Read | Tx, organisationId: string): Promise<Notice | null> {
	const row = await findLastNotice(source, organisationId);
	return row && (row.status === 'given' || row.status === 'objected') ? row : null;
}

/** What leaving today would do: nothing is written. */
export async function planLeaving(read: Read, grant: GroupGrant<'space.read'>, on: CivilDate) {
	const { organisationId } = grant;
	const [services, [requests], [invitations], { creditCents, dueCents }] = await Promise.all([
		read
			.select({ settings: catalogueItem.settings })
			.from(entitlement)
			.innerJoin(catalogueItem, eq(catalogueItem.id, entitlement.catalogueItemId))
			.where(and(eq(entitlement.organisationId, organisationId), inArray(entitlement.status, ['active', 'suspended']))),
		read
			.select({ total: count() })
			.from(serviceRequest)
			.where(
				and(
					eq(serviceRequest.organisationId, organisationId),
					inArray(serviceRequest.status, ['new', 'open', 'waiting_on_member', 'in_progress', 'on_hold']),
				),
			),
		read
			.select({ total: count() })
			.from(invitation)
			.where(and(eq(invitation.scopeKind, 'organisation'), eq(invitation.scopeId, organisationId), eq(invitation.status, 'pending'))),
		balanceOf(read, organisationId),
	]);
	return {
		services: services.map(({ settings }) => (JSON.parse(settings) as { title: { fr: string; en: string } }).title),
		openRequests: requests?.total ?? 0,
		invitations: invitations?.total ?? 0,
		creditCents,
		dueCents,
		calendar: calendarFrom(on),
	};
}

const calendarColumns = {
	id: retentionItem.id,
	kind: retentionItem.kind,
	method: retentionItem.method,
	dueOn: retentionItem.dueOn,
	doneAt: retentionItem.doneAt,
	doneCount: retentionItem.doneCount,
};

/** Everything the leaving page of a group shows: its notice, who may do what, and the calendar once it has left. */
export async function loadLeaving(read: Read, grant: GroupGrant<'space.read'>, at: Instant) {
	const { organisationId } = grant;
	const on = civilDateOf(at);
	const [notice, around, [last]] = await Promise.all([
		findLastNotice(read, organisationId),
		listAround(read, organisationId, on),
		read
			.select({ membershipId: departure.membershipId, endedOn: departure.endedOn, status: organisation.status })
			.from(departure)
			.innerJoin(organisation, eq(organisation.id, departure.organisationId))
			.where(eq(departure.organisationId, organisationId))
			.orderBy(desc(departure.createdAt))
			.limit(1),
	]);
	const gone = last?.status === 'former' ? last : null;
	const nameOf = (id: string | null) => around.people.find(({ personId }) => personId === id)?.fullName ?? null;
	const [plan, calendar, tasks] = await Promise.all([
		gone ? null : planLeaving(read, grant, on),
		gone
			? read
					.select(calendarColumns)
					.from(retentionItem)
					.where(eq(retentionItem.membershipId, gone.membershipId))
					.orderBy(asc(retentionItem.id))
			: [],
		gone
			? read
					.select({ kind: leavingTask.kind, amountCents: leavingTask.amountCents, doneAt: leavingTask.doneAt })
					.from(leavingTask)
					.where(eq(leavingTask.membershipId, gone.membershipId))
					.orderBy(asc(leavingTask.kind))
			: [],
	]);
	return {
		notice,
		administrators: around.administrators,
		settled: settledBefore(around.people, notice?.givenAt ?? at),
		giver: notice && nameOf(notice.givenBy),
		objector: notice && nameOf(notice.objectedBy),
		gone,
		plan,
		calendar,
		tasks,
	};
}

/** Notices whose time has passed, oldest first. */
export async function listDueNotices(source: Read | Tx, at: Instant, most: number): Promise<Notice[]> {
	return source
		.select()
		.from(leavingNotice)
		.where(and(eq(leavingNotice.status, 'given'), lte(leavingNotice.dueAt, at)))
		.orderBy(asc(leavingNotice.dueAt))
		.limit(most);
}

/** Lines of the calendar that the portal is to carry out by itself. A group that came back keeps what it has. */
export async function listDueItems(source: Read | Tx, on: CivilDate, most: number) {
	const rows = await source
		.select({ item: retentionItem })
		.from(retentionItem)
		.innerJoin(organisation, eq(organisation.id, retentionItem.organisationId))
		.where(
			and(eq(retentionItem.method, 'job'), isNull(retentionItem.doneAt), lte(retentionItem.dueOn, on), eq(organisation.status, 'former')),
		)
		.orderBy(asc(retentionItem.dueOn), asc(retentionItem.id))
		.limit(most);
	return rows.map(({ item }) => item);
}

/** Ended memberships of which everything was deleted that is to be, and which have no certificate yet. */
export async function listToCertify(source: Read | Tx, most: number) {
	const waits = source
		.select({ one: sql`1` })
		.from(retentionItem)
		.where(
			and(
				eq(retentionItem.membershipId, departure.membershipId),
				inArray(retentionItem.method, ['job', 'worker']),
				isNull(retentionItem.doneAt),
			),
		);
	const rows = await source
		.select({ gone: departure, group: organisation.legalName, memberNumber: membership.memberNumber, fromOn: membership.fromOn })
		.from(departure)
		.innerJoin(organisation, eq(organisation.id, departure.organisationId))
		.innerJoin(membership, eq(membership.id, departure.membershipId))
		.leftJoin(deletionCertificate, eq(deletionCertificate.membershipId, departure.membershipId))
		.where(and(isNull(deletionCertificate.id), eq(organisation.status, 'former'), notExists(waits)))
		.orderBy(asc(departure.createdAt))
		.limit(most);
	return rows;
}

/** How many tasks of departures wait for people of the network. */
export async function countLeavingTasks(read: Read, _grant: Grant<'leavings.handle'>, on: CivilDate): Promise<number> {
	const [tasks, items] = await Promise.all([
		read.$count(leavingTask, isNull(leavingTask.doneAt)),
		read.$count(retentionItem, and(eq(retentionItem.method, 'worker'), isNull(retentionItem.doneAt), lte(retentionItem.dueOn, on))),
	]);
	return tasks + items;
}

const group = { usualName: organisation.usualName, slug: organisation.slug };

/** The desk's page of departures. */
export async function loadLeavingDesk(read: Read, _grant: Grant<'leavings.handle'>) {
	const [tasks, items, notices, gone] = await Promise.all([
		read
			.select({
				id: leavingTask.id,
				kind: leavingTask.kind,
				amountCents: leavingTask.amountCents,
				createdAt: leavingTask.createdAt,
				doneAt: leavingTask.doneAt,
				doneBy: person.fullName,
				reference: leavingTask.reference,
				...group,
			})
			.from(leavingTask)
			.innerJoin(organisation, eq(organisation.id, leavingTask.organisationId))
			.leftJoin(person, eq(person.id, leavingTask.doneBy))
			.orderBy(asc(leavingTask.doneAt), asc(leavingTask.createdAt))
			.limit(200),
		read
			.select({ ...calendarColumns, ...group })
			.from(retentionItem)
			.innerJoin(organisation, eq(organisation.id, retentionItem.organisationId))
			.where(and(eq(retentionItem.method, 'worker'), isNull(retentionItem.doneAt)))
			.orderBy(asc(retentionItem.dueOn), asc(retentionItem.id))
			.limit(200),
		read
			.select({ id: leavingNotice.id, status: leavingNotice.status, dueAt: leavingNotice.dueAt, ...group })
			.from(leavingNotice)
			.innerJoin(organisation, eq(organisation.id, leavingNotice.organisationId))
			.where(inArray(leavingNotice.status, ['given', 'objected']))
			.orderBy(asc(leavingNotice.dueAt)),
		read
			.select({
				id: departure.membershipId,
				endedOn: departure.endedOn,
				memberNumber: membership.memberNumber,
				certificate: deletionCertificate.number,
				...group,
			})
			.from(departure)
			.innerJoin(organisation, eq(organisation.id, departure.organisationId))
			.innerJoin(membership, eq(membership.id, departure.membershipId))
			.leftJoin(deletionCertificate, eq(deletionCertificate.membershipId, departure.membershipId))
			.orderBy(desc(departure.createdAt))
			.limit(200),
	]);
	return { tasks, items, notices, gone };
}

export interface FoundCertificate {
	readonly number: string;
	readonly text: string;
	readonly content: CertificateContent;
	readonly checksum: string;
}

/** The certificate a private link opens; null for any other. */
export async function findCertificate(read: Read, token: string): Promise<FoundCertificate | null> {
	const [row] = await read
		.select()
		.from(deletionCertificate)
		.where(eq(deletionCertificate.tokenHash, hashToken(token)))
		.limit(1);
	return row
		? { number: row.number, text: row.content, content: JSON.parse(row.content) as CertificateContent, checksum: row.checksum }
		: null;
}

/** The first administrator there is, or was: whom the certificate will be for. Null when nobody ever was. */
export async function findLastAdministrator(source: Tx, organisationId: string): Promise<string | null> {
	const [row] = await source
		.select({ personId: roleAssignment.personId })
		.from(roleAssignment)
		.where(
			and(
				eq(roleAssignment.scopeKind, 'organisation'),
				eq(roleAssignment.scopeId, organisationId),
				eq(roleAssignment.role, 'administrator'),
			),
		)
		.orderBy(asc(roleAssignment.toOn), asc(roleAssignment.createdAt))
		.limit(1);
	return row?.personId ?? null;
}

/** Whether one of these groups gave a notice that stands. */
export async function isAnyLeaving(source: Read | Tx, organisationIds: readonly string[]): Promise<boolean> {
	const live = and(inArray(leavingNotice.organisationId, [...organisationIds]), inArray(leavingNotice.status, ['given', 'objected']));
	return (await source.$count(leavingNotice, live)) > 0;
}

/** Whether one of these people gave a notice that stands, or objected to one: what two people must decide stays with two. */
export async function hasPartInNotice(source: Read | Tx, personIds: readonly string[]): Promise<boolean> {
	const theirs = or(inArray(leavingNotice.givenBy, [...personIds]), inArray(leavingNotice.objectedBy, [...personIds]));
	return (await source.$count(leavingNotice, and(inArray(leavingNotice.status, ['given', 'objected']), theirs))) > 0;
}

/** A group's notices, and what became of what it left behind. */
export function leavingPartsOfGroup(read: Read, organisationId: string): ExportPart[] {
	return [
		{
			name: 'leaving_notices',
			table: 'leaving_notice',
			async *rows() {
				const rows = await read
					.select()
					.from(leavingNotice)
					.where(eq(leavingNotice.organisationId, organisationId))
					.orderBy(asc(leavingNotice.id));
				for (const { reason, status, givenAt, dueAt, objectedAt, objection, endedAt } of rows)
					yield {
						reason,
						status,
						createdAt: isoOf(givenAt),
						dueAt: isoOf(dueAt),
						objectedAt: isoOrNull(objectedAt),
						objection,
						endedAt: isoOrNull(endedAt),
					};
			},
		},
		{
			name: 'departures',
			table: 'departure',
			async *rows() {
				const rows = await read
					.select()
					.from(departure)
					.where(eq(departure.organisationId, organisationId))
					.orderBy(asc(departure.membershipId));
				for (const { endedOn, contactName, contactAddress } of rows) yield { endedOn, name: contactName, address: contactAddress };
			},
		},
		{
			name: 'leaving_tasks',
			table: 'leaving_task',
			async *rows() {
				const rows = await read
					.select()
					.from(leavingTask)
					.where(eq(leavingTask.organisationId, organisationId))
					.orderBy(asc(leavingTask.id));
				for (const { kind, amountCents, createdAt, doneAt } of rows)
					yield { kind, amountCents, createdAt: isoOf(createdAt), doneAt: isoOrNull(doneAt) };
			},
		},
		{
			name: 'deletion_calendar',
			table: 'retention_item',
			async *rows() {
				const rows = await read
					.select()
					.from(retentionItem)
					.where(eq(retentionItem.organisationId, organisationId))
					.orderBy(asc(retentionItem.id));
				for (const { kind, method, dueOn, doneAt, doneCount } of rows)
					yield { kind, doneBy: method, deletedOn: dueOn, doneAt: isoOrNull(doneAt), count: doneCount };
			},
		},
		{
			name: 'deletion_certificates',
			table: 'deletion_certificate',
			async *rows() {
				const rows = await read
					.select()
					.from(deletionCertificate)
					.where(eq(deletionCertificate.organisationId, organisationId))
					.orderBy(asc(deletionCertificate.id));
				for (const { number, content, checksum, issuedAt } of rows) yield { number, content, checksum, createdAt: isoOf(issuedAt) };
			},
		},
	];
}
