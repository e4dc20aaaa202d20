/** What a group reads and what workers read are separate functions: a group's never touch an internal note. */
import { and, asc, count, desc, eq, gt, inArray, isNull, lt, lte, ne, or, sql } from 'drizzle-orm';
import { prepared, type Read, type Tx, type Value } from '#db/client.ts';
import { person } from '#db/schema/accounts.ts';
import { organisation } from '#db/schema/membership.ts';
import { catalogueItem, entitlement, requestMessage, serviceRequest } from '#db/schema/requests.ts';
import type { CatalogueSettings } from '#src/adapters/settings/index.ts';
import type { Grant, GroupGrant } from '#src/features/access/index.ts';
import {
	type Answers,
	type Cursor,
	ENDED_STATUSES,
	type Grants,
	OPEN_STATUSES,
	QUEUES,
	type Queue,
	type RequestStatus,
	type ResourceKey,
	WORKERS_TURN,
} from '#src/features/requests/rules.ts';
import type { CivilDate } from '#src/lib/clock.ts';
import { byPages, type ExportPart, type ExportThread, isoOf, isoOrNull } from '#src/lib/export-part.ts';

/** A service as it is, or was, offered. */
export interface CatalogueItem extends CatalogueSettings {
	readonly id: string;
	/** First day on which it is no longer offered so; null while it is. */
	readonly toOn: string | null;
}

type ItemRow = Pick<typeof catalogueItem.$inferSelect, 'id' | 'settings' | 'toOn'>;

const itemColumns = { id: catalogueItem.id, settings: catalogueItem.settings, toOn: catalogueItem.toOn };

export function readItem(row: ItemRow): CatalogueItem {
	return { ...(JSON.parse(row.settings) as CatalogueSettings), id: row.id, toOn: row.toOn };
}

const offeredOn = (on: CivilDate) => and(lte(catalogueItem.fromOn, on), or(isNull(catalogueItem.toOn), gt(catalogueItem.toOn, on)));

/** The services on offer on a day, in the catalogue's order. */
export async function listOffered(read: Read | Tx, on: CivilDate): Promise<CatalogueItem[]> {
	const rows = await read
		.select(itemColumns)
		.from(catalogueItem)
		.where(offeredOn(on))
		.orderBy(asc(catalogueItem.position), asc(catalogueItem.slug));
	return rows.map(readItem);
}

/** Null when no service of that name is offered that day. */
export async function findOffered(read: Read | Tx, slug: string, on: CivilDate): Promise<CatalogueItem | null> {
	const [row] = await read
		.select(itemColumns)
		.from(catalogueItem)
		.where(and(eq(catalogueItem.slug, slug), offeredOn(on)))
		.limit(1);
	return row ? readItem(row) : null;
}

// The order in which rows were written: several of one act bear the same instant.
const written = sql`${requestMessage}."rowid"`;

const byName = sql<string | null>`(select ${person.fullName} from ${person} where ${person.id} = ${serviceRequest.assigneeId})`;

const lineColumns = {
	id: serviceRequest.id,
	number: serviceRequest.number,
	subject: serviceRequest.subject,
	status: serviceRequest.status,
	since: serviceRequest.statusSince,
	createdAt: serviceRequest.createdAt,
	assigneeName: byName,
};

export interface RequestLine {
	readonly id: string;
	readonly number: string;
	readonly subject: string;
	readonly status: RequestStatus;
	/** Since when it is in that state. */
	readonly since: number;
	readonly createdAt: number;
	readonly assigneeName: string | null;
}

export interface Page<T> {
	readonly rows: T[];
	/** Where the next page begins; null on the last one. */
	readonly next: Cursor | null;
}

const PAGE = 30;

function pageOf<T extends { readonly id: string }>(rows: T[], at: (row: T) => number): Page<T> {
	const shown = rows.slice(0, PAGE);
	const last = shown.at(-1);
	return { rows: shown, next: rows.length > PAGE && last ? { at: at(last), id: last.id } : null };
}

/** A group's requests, newest first. */
export async function listRequests(read: Read, grant: GroupGrant<'requests.read'>, after: Cursor | null): Promise<Page<RequestLine>> {
	const rows = await read
		.select(lineColumns)
		.from(serviceRequest)
		.where(
			and(
				eq(serviceRequest.organisationId, grant.organisationId),
				after
					? or(lt(serviceRequest.createdAt, after.at), and(eq(serviceRequest.createdAt, after.at), lt(serviceRequest.id, after.id)))
					: undefined,
			),
		)
		.orderBy(desc(serviceRequest.createdAt), desc(serviceRequest.id))
		.limit(PAGE + 1);
	return pageOf(rows, (row) => row.createdAt);
}

const recentRows = prepared((source, value: Value<'organisationId' | 'most'>) =>
	source
		.select(lineColumns)
		.from(serviceRequest)
		.where(eq(serviceRequest.organisationId, value('organisationId')))
		.orderBy(desc(serviceRequest.createdAt), desc(serviceRequest.id))
		.limit(value('most')),
);

const waitingRows = prepared((source, value: Value<'organisationId'>) =>
	source
		.select(lineColumns)
		.from(serviceRequest)
		.where(and(eq(serviceRequest.organisationId, value('organisationId')), eq(serviceRequest.status, 'waiting_on_member')))
		.orderBy(asc(serviceRequest.statusSince), asc(serviceRequest.id))
		.limit(100),
);

/** The newest requests of a group. */
export async function listRecentRequests(read: Read, grant: GroupGrant<'requests.read'>, most: number): Promise<RequestLine[]> {
	return recentRows(read, { organisationId: grant.organisationId, most });
}

/** A group's requests that are not settled, newest first. */
export async function listOpenRequests(read: Read, grant: GroupGrant<'requests.read'>): Promise<RequestLine[]> {
	return read
		.select(lineColumns)
		.from(serviceRequest)
		.where(and(eq(serviceRequest.organisationId, grant.organisationId), inArray(serviceRequest.status, OPEN_STATUSES)))
		.orderBy(desc(serviceRequest.createdAt), desc(serviceRequest.id))
		.limit(100);
}

/** Requests in which workers wait for the group's answer, the longest wait first. */
export async function listWaitingOnMember(read: Read, grant: GroupGrant<'requests.read'>): Promise<RequestLine[]> {
	return waitingRows(read, { organisationId: grant.organisationId });
}

export interface Entitlement {
	readonly id: string;
	readonly slug: string;
	readonly title: CatalogueSettings['title'];
	/** Number of the request it comes from. */
	readonly requestNumber: string;
	readonly status: 'proposed' | 'active' | 'suspended';
	readonly fromOn: string;
	readonly resources: Grants;
}

const entitlementRows = prepared((source, value: Value<'organisationId'>) =>
	source
		.select({
			id: entitlement.id,
			settings: catalogueItem.settings,
			itemId: catalogueItem.id,
			toOn: catalogueItem.toOn,
			requestNumber: serviceRequest.number,
			status: entitlement.status,
			fromOn: entitlement.fromOn,
			resources: entitlement.resources,
		})
		.from(entitlement)
		.innerJoin(catalogueItem, eq(catalogueItem.id, entitlement.catalogueItemId))
		.innerJoin(serviceRequest, eq(serviceRequest.id, entitlement.requestId))
		.where(and(eq(entitlement.organisationId, value('organisationId')), ne(entitlement.status, 'ended')))
		.orderBy(asc(entitlement.fromOn), asc(entitlement.id)),
);

/** What a group has been granted and has not ended, oldest first. */
export async function listEntitlements(read: Read, grant: GroupGrant<'requests.read'>): Promise<Entitlement[]> {
	const rows = await entitlementRows(read, { organisationId: grant.organisationId });
	return rows.flatMap((row) => {
		if (row.status === 'ended') return [];
		const item = readItem({ id: row.itemId, settings: row.settings, toOn: row.toOn });
		const resources = JSON.parse(row.resources) as Grants;
		return [
			{
				id: row.id,
				slug: item.slug,
				title: item.title,
				requestNumber: row.requestNumber,
				status: row.status,
				fromOn: row.fromOn,
				resources,
			},
		];
	});
}

/** What a group may use in all: the sum of what its running services grant. How much of it is used, nothing measures yet. */
export async function sumGranted(read: Read, grant: GroupGrant<'requests.read'>): Promise<Grants> {
	const totals: Partial<Record<ResourceKey, number>> = {};
	for (const { status, resources } of await listEntitlements(read, grant)) {
		if (status !== 'active') continue;
		for (const [key, granted] of Object.entries(resources) as [ResourceKey, number][]) totals[key] = (totals[key] ?? 0) + granted;
	}
	return totals;
}

/** True once a service that starts the contribution has run for the group, even if it has ended since. */
export async function hasRunService(read: Read, grant: GroupGrant<'requests.write'>): Promise<boolean> {
	const rows = await read
		.select({ settings: catalogueItem.settings })
		.from(entitlement)
		.innerJoin(catalogueItem, eq(catalogueItem.id, entitlement.catalogueItemId))
		.where(and(eq(entitlement.organisationId, grant.organisationId), ne(entitlement.status, 'proposed')));
	return rows.some((row) => (JSON.parse(row.settings) as CatalogueSettings).startsContribution);
}

const requestColumns = {
	...lineColumns,
	organisationId: serviceRequest.organisationId,
	answers: serviceRequest.answers,
	requesterName: person.fullName,
	requesterLocale: person.locale,
	assigneeId: serviceRequest.assigneeId,
	committee: serviceRequest.committee,
	urgency: serviceRequest.urgency,
	rejectReason: serviceRequest.rejectReason,
	version: serviceRequest.version,
	itemId: catalogueItem.id,
	settings: catalogueItem.settings,
	toOn: catalogueItem.toOn,
	// The request it follows, and the one that follows it, by number.
	follows: sql<string | null>`(select other.number from service_request other where other.id = ${serviceRequest.relatesToId})`,
	followedBy: sql<
		string | null
	>`(select other.number from service_request other where other.relates_to_id = ${serviceRequest.id} order by other.created_at desc limit 1)`,
	runsSince: sql<string | null>`(select ${entitlement.fromOn} from ${entitlement} where ${entitlement.requestId} = ${serviceRequest.id})`,
};

export interface RequestDetails extends RequestLine {
	readonly organisationId: string;
	readonly answers: Answers;
	readonly requesterName: string;
	readonly requesterLocale: 'fr' | 'en';
	readonly assigneeId: string | null;
	readonly committee: string;
	readonly urgency: 'nothing_works' | 'something_broken' | 'when_you_can';
	readonly rejectReason: string | null;
	readonly version: number;
	readonly item: CatalogueItem;
	/** Number of the closed request this one continues. */
	readonly follows: string | null;
	/** Number of the request that continues this one. */
	readonly followedBy: string | null;
	/** The day the service asked for began to run. */
	readonly runsSince: string | null;
}

function readDetails<T extends { itemId: string; settings: string; toOn: string | null; answers: string }>(row: T) {
	const { itemId, settings, toOn, answers, ...rest } = row;
	return { ...rest, answers: JSON.parse(answers) as Answers, item: readItem({ id: itemId, settings, toOn }) };
}

/** One line of a thread: something said, or a change of state (`body` is empty then). */
export interface ThreadEntry {
	readonly id: string;
	readonly kind: 'message' | 'transition';
	readonly side: 'member' | 'worker' | 'system';
	readonly visibility: 'public' | 'internal';
	readonly authorName: string | null;
	readonly body: string;
	readonly fromStatus: RequestStatus | null;
	readonly toStatus: RequestStatus | null;
	readonly createdAt: number;
}

const entryColumns = {
	id: requestMessage.id,
	kind: requestMessage.kind,
	side: requestMessage.side,
	visibility: requestMessage.visibility,
	authorName: person.fullName,
	body: requestMessage.body,
	fromStatus: sql<RequestStatus | null>`${requestMessage.fromStatus}`,
	toStatus: sql<RequestStatus | null>`${requestMessage.toStatus}`,
	createdAt: requestMessage.createdAt,
};

export interface RequestWithThread {
	readonly request: RequestDetails;
	readonly thread: ThreadEntry[];
}

/** A request as its group sees it: public messages only. Null when the group has no request of that number. */
export async function findRequest(read: Read, grant: GroupGrant<'requests.read'>, number: string): Promise<RequestWithThread | null> {
	const [row] = await read
		.select(requestColumns)
		.from(serviceRequest)
		.innerJoin(catalogueItem, eq(catalogueItem.id, serviceRequest.catalogueItemId))
		.innerJoin(person, eq(person.id, serviceRequest.requesterId))
		.where(and(eq(serviceRequest.number, number), eq(serviceRequest.organisationId, grant.organisationId)))
		.limit(1);
	if (!row) return null;
	const thread = await read
		.select(entryColumns)
		.from(requestMessage)
		.leftJoin(person, eq(person.id, requestMessage.authorId))
		.where(and(eq(requestMessage.requestId, row.id), eq(requestMessage.visibility, 'public')))
		.orderBy(written);
	return { request: readDetails(row), thread };
}

export interface RequestForWorker extends RequestWithThread {
	readonly group: { readonly slug: string; readonly usualName: string };
}

/** Of someone who handles requests through their committees alone, the requests of those. */
const within = (grant: Grant<'requests.handle'>) =>
	grant.committees === undefined ? undefined : inArray(serviceRequest.committee, [...grant.committees]);

/** A request as workers see it, internal notes included. */
export async function findRequestForWorker(read: Read, grant: Grant<'requests.handle'>, number: string): Promise<RequestForWorker | null> {
	const [row] = await read
		.select({ ...requestColumns, groupSlug: organisation.slug, groupName: organisation.usualName })
		.from(serviceRequest)
		.innerJoin(catalogueItem, eq(catalogueItem.id, serviceRequest.catalogueItemId))
		.innerJoin(person, eq(person.id, serviceRequest.requesterId))
		.innerJoin(organisation, eq(organisation.id, serviceRequest.organisationId))
		.where(and(eq(serviceRequest.number, number), within(grant)))
		.limit(1);
	if (!row) return null;
	const thread = await read
		.select(entryColumns)
		.from(requestMessage)
		.leftJoin(person, eq(person.id, requestMessage.authorId))
		.where(eq(requestMessage.requestId, row.id))
		.orderBy(written);
	const { groupSlug, groupName, ...rest } = row;
	return { request: readDetails(rest), thread, group: { slug: groupSlug, usualName: groupName } };
}

export interface QueueLine extends RequestLine {
	readonly urgency: RequestDetails['urgency'];
	readonly groupName: string;
}

const inQueue = (queue: Queue, personId: string) => {
	switch (queue) {
		case 'all':
			return inArray(serviceRequest.status, OPEN_STATUSES);
		case 'mine':
			return and(eq(serviceRequest.assigneeId, personId), inArray(serviceRequest.status, OPEN_STATUSES));
		case 'unassigned':
			return and(isNull(serviceRequest.assigneeId), inArray(serviceRequest.status, OPEN_STATUSES));
		case 'ended':
			return inArray(serviceRequest.status, ['resolved', ...ENDED_STATUSES]);
	}
};

/** A queue of the workers' desk: the longest in its state first; among the ended ones, the latest first. */
export async function listQueue(read: Read, grant: Grant<'requests.handle'>, queue: Queue, after: Cursor | null): Promise<Page<QueueLine>> {
	const [beyond, order] = queue === 'ended' ? [lt, desc] : [gt, asc];
	const rows = await read
		.select({ ...lineColumns, urgency: serviceRequest.urgency, groupName: organisation.usualName })
		.from(serviceRequest)
		.innerJoin(organisation, eq(organisation.id, serviceRequest.organisationId))
		.where(
			and(
				inQueue(queue, grant.personId),
				within(grant),
				after
					? or(
							beyond(serviceRequest.statusSince, after.at),
							and(eq(serviceRequest.statusSince, after.at), beyond(serviceRequest.id, after.id)),
						)
					: undefined,
			),
		)
		.orderBy(order(serviceRequest.statusSince), order(serviceRequest.id))
		.limit(PAGE + 1);
	return pageOf(rows, (row) => row.since);
}

/** How many requests stand in each queue. */
export async function countQueues(read: Read, grant: Grant<'requests.handle'>): Promise<Record<Queue, number>> {
	const counts = await Promise.all(
		QUEUES.map(async (queue) => {
			const [row] = await read
				.select({ total: count() })
				.from(serviceRequest)
				.where(and(inQueue(queue, grant.personId), within(grant)));
			return [queue, row?.total ?? 0] as const;
		}),
	);
	return Object.fromEntries(counts) as Record<Queue, number>;
}

/** Requests whose next step is a worker's: nobody has taken them, or an answer has come. */
export async function countWaitingForWorkers(read: Read, grant: Grant<'requests.handle'>): Promise<number> {
	const [row] = await read
		.select({ total: count() })
		.from(serviceRequest)
		.where(and(inArray(serviceRequest.status, WORKERS_TURN), within(grant)));
	return row?.total ?? 0;
}

const publicIn = (requestId: string, after: string) =>
	and(eq(requestMessage.requestId, requestId), eq(requestMessage.visibility, 'public'), gt(requestMessage.id, after));

function requestParts(read: Read, whose: { readonly personId: string } | { readonly organisationId: string }): ExportPart[] {
	const own =
		'personId' in whose ? eq(serviceRequest.requesterId, whose.personId) : eq(serviceRequest.organisationId, whose.organisationId);
	const said =
		'personId' in whose
			? and(eq(requestMessage.authorId, whose.personId), eq(requestMessage.kind, 'message'))
			: eq(serviceRequest.organisationId, whose.organisationId);
	return [
		{
			name: 'requests',
			table: 'service_request',
			async *rows() {
				const fetch = (after: string, most: number) =>
					read
						.select({ row: serviceRequest, id: serviceRequest.id, service: catalogueItem.slug, name: person.fullName })
						.from(serviceRequest)
						.innerJoin(catalogueItem, eq(catalogueItem.id, serviceRequest.catalogueItemId))
						.innerJoin(person, eq(person.id, serviceRequest.requesterId))
						.where(and(own, gt(serviceRequest.id, after)))
						.orderBy(asc(serviceRequest.id))
						.limit(most);
				for await (const { row, service, name } of byPages(fetch))
					yield {
						number: row.number,
						service,
						subject: row.subject,
						answers: row.answers,
						name,
						status: row.status,
						reason: row.rejectReason,
						createdAt: isoOf(row.createdAt),
						resolvedAt: isoOrNull(row.resolvedAt),
					};
			},
		},
		{
			name: 'request_messages',
			table: 'request_message',
			async *rows() {
				const fetch = (after: string, most: number) =>
					read
						.select({ row: requestMessage, id: requestMessage.id, number: serviceRequest.number, name: person.fullName })
						.from(requestMessage)
						.innerJoin(serviceRequest, eq(serviceRequest.id, requestMessage.requestId))
						.leftJoin(person, eq(person.id, requestMessage.authorId))
						.where(and(said, eq(requestMessage.visibility, 'public'), gt(requestMessage.id, after)))
						.orderBy(asc(requestMessage.id))
						.limit(most);
				for await (const { row, number, name } of byPages(fetch))
					yield {
						number,
						kind: row.kind,
						side: row.side,
						name,
						body: row.body,
						fromStatus: row.fromStatus,
						toStatus: row.toStatus,
						createdAt: isoOf(row.createdAt),
					};
			},
		},
	];
}

/** What a person asked for, and what they wrote in threads. An internal note is not theirs, even of their own hand. */
export const requestPartsOfPerson = (read: Read, personId: string): ExportPart[] => requestParts(read, { personId });

/** What a group asked for, what was said about it, and what it has. */
export const requestPartsOfGroup = (read: Read, organisationId: string): ExportPart[] => [
	...requestParts(read, { organisationId }),
	{
		name: 'services',
		table: 'entitlement',
		async *rows() {
			const rows = await read
				.select({ row: entitlement, service: catalogueItem.slug })
				.from(entitlement)
				.innerJoin(catalogueItem, eq(catalogueItem.id, entitlement.catalogueItemId))
				.where(eq(entitlement.organisationId, organisationId))
				.orderBy(asc(entitlement.id));
			for (const { row, service } of rows)
				yield { service, resources: row.resources, status: row.status, fromOn: row.fromOn, toOn: row.toOn };
		},
	},
];

/** The threads of a group's requests, as its own pages show them. */
export async function* threadsOfGroup(read: Read, organisationId: string): AsyncGenerator<ExportThread> {
	const fetch = (after: string, most: number) =>
		read
			.select({ id: serviceRequest.id, number: serviceRequest.number, subject: serviceRequest.subject })
			.from(serviceRequest)
			.where(and(eq(serviceRequest.organisationId, organisationId), gt(serviceRequest.id, after)))
			.orderBy(asc(serviceRequest.id))
			.limit(most);
	for await (const { id, number, subject } of byPages(fetch)) {
		yield {
			name: number,
			title: `${number} ${subject}`,
			async *messages() {
				const said = (after: string, most: number) =>
					read
						.select({
							id: requestMessage.id,
							at: requestMessage.createdAt,
							author: person.fullName,
							side: requestMessage.side,
							body: requestMessage.body,
						})
						.from(requestMessage)
						.leftJoin(person, eq(person.id, requestMessage.authorId))
						.where(and(publicIn(id, after), eq(requestMessage.kind, 'message')))
						.orderBy(asc(requestMessage.id))
						.limit(most);
				yield* byPages(said);
			},
		};
	}
}

/** How many rows keep someone as their author: they stay with the group, under the pseudonym. */
export async function countWritten(read: Read | Tx, personId: string): Promise<{ requests: number; messages: number }> {
	const [asked] = await read.select({ total: count() }).from(serviceRequest).where(eq(serviceRequest.requesterId, personId));
	const [said] = await read.select({ total: count() }).from(requestMessage).where(eq(requestMessage.authorId, personId));
	return { requests: asked?.total ?? 0, messages: said?.total ?? 0 };
}
