import { and, asc, desc, eq, inArray, ne, not, or, type SQL, sql } from 'drizzle-orm';
import type { Read, Tx } from '#db/client.ts';
import { person } from '#db/schema/accounts.ts';
import { complaint, complaintMessage, complaintPerson } from '#db/schema/complaints.ts';
import { organisation } from '#db/schema/membership.ts';
import { standingDecision } from '#db/schema/standing.ts';
import { COOP_RIGHTS, type Grant, type GroupGrant, listPeople } from '#src/features/access/index.ts';
import { mayHandle, type Parties } from '#src/features/complaints/rules.ts';
import type { CivilDate } from '#src/lib/clock.ts';
import { type ExportPart, isoOf } from '#src/lib/export-part.ts';

export type Complaint = typeof complaint.$inferSelect;

/** Whom a complaint concerns. */
export async function partiesOf(source: Read | Tx, row: Pick<Complaint, 'id' | 'complainantId'>): Promise<Parties> {
	const rows = await source
		.select({ personId: complaintPerson.personId })
		.from(complaintPerson)
		.where(eq(complaintPerson.complaintId, row.id));
	return { complainantId: row.complainantId, concerned: new Set(rows.map(({ personId }) => personId)) };
}

/** People who work in the network, each once, by name: whom a complaint may name. */
export async function listNameable(source: Read | Tx, on: CivilDate): Promise<{ personId: string; fullName: string }[]> {
	const rows = await listPeople(source, { kind: 'coop' }, on);
	return [...new Map(rows.map(({ personId, fullName }) => [personId, { personId, fullName }])).values()];
}

/** People of the network who would read a complaint. */
export async function listHandlers(source: Read | Tx, parties: Parties, on: CivilDate) {
	const roles: readonly string[] = COOP_RIGHTS['complaints.read'];
	const rows = await listPeople(source, { kind: 'coop' }, on);
	const able = rows.filter(({ role, personId }) => roles.includes(role) && mayHandle(personId, parties));
	return [...new Map(able.map((one) => [one.personId, one])).values()];
}

/** Decisions about a group that it may complain of, latest first. */
export async function listDecisions(source: Read | Tx, organisationId: string) {
	return source
		.select({
			id: standingDecision.id,
			kind: standingDecision.kind,
			decidedAt: standingDecision.decidedAt,
			proposedBy: standingDecision.proposedBy,
			decidedBy: standingDecision.decidedBy,
		})
		.from(standingDecision)
		.where(and(eq(standingDecision.organisationId, organisationId), eq(standingDecision.status, 'confirmed')))
		.orderBy(desc(standingDecision.decidedAt));
}

const line = {
	number: complaint.number,
	subject: complaint.subject,
	status: complaint.status,
	statusSince: complaint.statusSince,
	committee: complaint.committee,
	createdAt: complaint.createdAt,
};

const isAbout = (personId: string): SQL =>
	sql`exists (select 1 from ${complaintPerson} where ${complaintPerson.complaintId} = ${complaint.id} and ${complaintPerson.personId} = ${personId})`;

/**
 * What a person of a group may see: their own complaints; whoever looks after the group sees all of its, but those about
 * themselves: people of the network look after groups too.
 */
const visibleTo = ({ organisationId, personId }: GroupGrant<'complaints.write'>, administrator: boolean): SQL | undefined => {
	const own = eq(complaint.complainantId, personId);
	return and(eq(complaint.organisationId, organisationId), administrator ? or(own, not(isAbout(personId))) : own);
};

export async function listGroupComplaints(read: Read, grant: GroupGrant<'complaints.write'>, administrator: boolean) {
	return read.select(line).from(complaint).where(visibleTo(grant, administrator)).orderBy(desc(complaint.createdAt));
}

async function threadOf(read: Read, id: string) {
	return read
		.select({
			id: complaintMessage.id,
			kind: complaintMessage.kind,
			side: complaintMessage.side,
			author: person.fullName,
			body: complaintMessage.body,
			createdAt: complaintMessage.createdAt,
		})
		.from(complaintMessage)
		.innerJoin(person, eq(person.id, complaintMessage.authorId))
		.where(eq(complaintMessage.complaintId, id))
		.orderBy(asc(complaintMessage.createdAt), asc(complaintMessage.id));
}

/** A complaint of the group with its thread, and how many can answer it; null when there is none they may see. */
export async function findGroupComplaint(
	read: Read,
	grant: GroupGrant<'complaints.write'>,
	administrator: boolean,
	number: string,
	on: CivilDate,
) {
	const [row] = await read
		.select()
		.from(complaint)
		.where(and(eq(complaint.number, number), visibleTo(grant, administrator)))
		.limit(1);
	if (!row) return null;
	const handlers = await listHandlers(read, await partiesOf(read, row), on);
	return { complaint: row, thread: await threadOf(read, row.id), handlers: handlers.length };
}

const notAbout = (personId: string) => and(ne(complaint.complainantId, personId), not(isAbout(personId)));

const OPEN = ['received', 'in_hand'] as const;

/** The desk's list, what waits longest first; nothing that concerns the reader. */
export async function listComplaints(read: Read, grant: Grant<'complaints.read'>) {
	return read
		.select({ ...line, usualName: organisation.usualName, handler: person.fullName })
		.from(complaint)
		.innerJoin(organisation, eq(organisation.id, complaint.organisationId))
		.leftJoin(person, eq(person.id, complaint.handlerId))
		.where(notAbout(grant.personId))
		.orderBy(sql`${complaint.status} = 'closed'`, asc(complaint.statusSince))
		.limit(200);
}

/** How many complaints wait for an answer that the reader may give. */
export async function countOpenComplaints(read: Read, grant: Grant<'complaints.read'>): Promise<number> {
	return read.$count(complaint, and(inArray(complaint.status, OPEN), notAbout(grant.personId)));
}

export async function findComplaintRow(source: Read | Tx, number: string): Promise<Complaint | null> {
	const [row] = await source.select().from(complaint).where(eq(complaint.number, number)).limit(1);
	return row ?? null;
}

/** A complaint as the committee reads it; null when there is none, or when it concerns the reader: it might as well not exist. */
export async function findComplaint(read: Read, grant: Grant<'complaints.read'>, number: string) {
	const row = await findComplaintRow(read, number);
	if (!row || !mayHandle(grant.personId, await partiesOf(read, row))) return null;
	const [thread, [group], concerned, [decision]] = await Promise.all([
		threadOf(read, row.id),
		read
			.select({ usualName: organisation.usualName, slug: organisation.slug })
			.from(organisation)
			.where(eq(organisation.id, row.organisationId)),
		read
			.select({ fullName: person.fullName, because: complaintPerson.because })
			.from(complaintPerson)
			.innerJoin(person, eq(person.id, complaintPerson.personId))
			.where(eq(complaintPerson.complaintId, row.id))
			.orderBy(asc(person.fullName)),
		read
			.select({
				kind: standingDecision.kind,
				reason: standingDecision.reason,
				reference: standingDecision.reference,
				decidedAt: standingDecision.decidedAt,
			})
			.from(standingDecision)
			.where(eq(standingDecision.id, row.decisionId ?? '')),
	]);
	if (!group) throw new Error('a complaint without its group');
	return { complaint: row, thread, group, concerned, decision: decision ?? null };
}

/** What a person complained of, whom they named, and the thread. It is theirs alone: the group's archive holds none of it. */
export function complaintPartsOfPerson(read: Read, personId: string): ExportPart[] {
	const own = eq(complaint.complainantId, personId);
	return [
		{
			name: 'complaints',
			table: 'complaint',
			async *rows() {
				const rows = await read
					.select({ row: complaint, group: organisation.usualName })
					.from(complaint)
					.innerJoin(organisation, eq(organisation.id, complaint.organisationId))
					.where(own)
					.orderBy(asc(complaint.id));
				for (const { row, group } of rows)
					yield {
						number: row.number,
						group,
						committee: row.committee,
						subject: row.subject,
						status: row.status,
						createdAt: isoOf(row.createdAt),
					};
			},
		},
		{
			name: 'complaint_people',
			table: 'complaint_person',
			async *rows() {
				const rows = await read
					.select({ number: complaint.number, fullName: person.fullName })
					.from(complaintPerson)
					.innerJoin(complaint, eq(complaint.id, complaintPerson.complaintId))
					.innerJoin(person, eq(person.id, complaintPerson.personId))
					.where(and(own, eq(complaintPerson.because, 'named')))
					.orderBy(asc(complaint.id), asc(person.id));
				for (const row of rows) yield row;
			},
		},
		{
			name: 'complaint_messages',
			table: 'complaint_message',
			async *rows() {
				const rows = await read
					.select({ number: complaint.number, row: complaintMessage })
					.from(complaintMessage)
					.innerJoin(complaint, eq(complaint.id, complaintMessage.complaintId))
					.where(own)
					.orderBy(asc(complaintMessage.createdAt), asc(complaintMessage.id));
				for (const { number, row } of rows)
					yield { number, kind: row.kind, complaintSide: row.side, body: row.body, at: isoOf(row.createdAt) };
			},
		},
	];
}
