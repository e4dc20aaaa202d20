/** What is read here is public: who subscribed is never among it, but for the one who holds a private link. */
import { and, asc, desc, eq, gte, inArray, isNotNull, lt, lte, max, or, sql } from 'drizzle-orm';
import { prepared, type Read, type Tx, type Value } from '#db/client.ts';
import { catalogueItem } from '#db/schema/requests.ts';
import { statusLink, statusNotice, statusSubscription, statusUpdate } from '#db/schema/status.ts';
import type { CatalogueSettings } from '#src/adapters/settings/index.ts';
import {
	type Condition,
	conditionFor,
	countOutages,
	DAYS_SHOWN,
	type DayOfService,
	daysOf,
	type InLanguages,
	LIVE_STATES,
	type Notice,
	type NoticeTexts,
	type NoticeWithUpdates,
	overall,
	stateAt,
	UNCONFIRMED_LASTS,
	type Update,
} from '#src/features/status/rules.ts';
import type { Locale } from '#src/i18n/routes.ts';
import { DAY, type Instant } from '#src/lib/clock.ts';
import { type ExportPart, isoOf, isoOrNull } from '#src/lib/export-part.ts';
import { hashToken } from '#src/lib/ids.ts';

type NoticeRow = typeof statusNotice.$inferSelect;
type UpdateRow = typeof statusUpdate.$inferSelect;

export function readNotice({ submissionKey: _, ...row }: NoticeRow): Notice {
	return { ...row, services: JSON.parse(row.services) as string[], texts: JSON.parse(row.texts) as InLanguages<NoticeTexts> };
}

function readUpdate(row: UpdateRow): Update {
	const { seq, kind, authorRole, severity, expectedEndAt, createdAt: at } = row;
	const services = row.services === null ? null : (JSON.parse(row.services) as string[]);
	return { seq, kind, authorRole, severity, expectedEndAt, at, services, texts: JSON.parse(row.texts) as InLanguages<string> };
}

async function withUpdates(read: Read, notices: readonly Notice[]): Promise<NoticeWithUpdates[]> {
	if (notices.length === 0) return [];
	const rows = await read
		.select()
		.from(statusUpdate)
		.where(
			inArray(
				statusUpdate.noticeId,
				notices.map(({ id }) => id),
			),
		)
		.orderBy(asc(statusUpdate.seq));
	const byNotice = Map.groupBy(rows, (row) => row.noticeId);
	return notices.map((notice) => ({ ...notice, updates: (byNotice.get(notice.id) ?? []).map(readUpdate) }));
}

const liveRows = prepared((source) =>
	source
		.select()
		.from(statusNotice)
		.where(inArray(statusNotice.state, [...LIVE_STATES]))
		.orderBy(asc(statusNotice.startsAt)),
);

/** What is open, under way or planned. Prepared: the server asks every second. */
export async function listLive(read: Read): Promise<Notice[]> {
	return (await liveRows(read, {})).map(readNotice);
}

const lastSeq = prepared((source) => source.select({ seq: max(statusUpdate.seq) }).from(statusUpdate));

/** Grows with each thing said; 0 when nothing was. */
export async function statusStamp(read: Read | Tx): Promise<number> {
	const [row] = await lastSeq(read, {});
	return row?.seq ?? 0;
}

/** Null when there is none of that number. */
export async function findNotice(read: Read, number: string): Promise<NoticeWithUpdates | null> {
	const [row] = await read.select().from(statusNotice).where(eq(statusNotice.number, number)).limit(1);
	if (!row) return null;
	const [notice] = await withUpdates(read, [readNotice(row)]);
	return notice ?? null;
}

export interface ServiceName {
	readonly slug: string;
	readonly title: { readonly fr: string; readonly en: string };
	/** False once the catalogue no longer has it: old notices still name it. */
	readonly offered: boolean;
}

/** Every service there is or was, in the catalogue's order, by its last name. */
export async function listServices(read: Read | Tx): Promise<ServiceName[]> {
	const rows = await read
		.select({ slug: catalogueItem.slug, settings: catalogueItem.settings, toOn: catalogueItem.toOn })
		.from(catalogueItem)
		.orderBy(asc(catalogueItem.position), asc(catalogueItem.slug), asc(catalogueItem.fromOn));
	const last = new Map<string, ServiceName>();
	for (const { slug, settings, toOn } of rows) {
		const { title } = JSON.parse(settings) as Pick<CatalogueSettings, 'title'>;
		last.set(slug, { slug, title, offered: toOn === null });
	}
	return [...last.values()];
}

export interface ServiceState {
	readonly slug: string;
	readonly condition: Condition;
	/** Oldest first. */
	readonly days: readonly DayOfService[];
	/** Outages of these days. */
	readonly outages: number;
}

/** All that a page, a feed or a copy says of the services at one moment. */
export interface StatusReport {
	readonly at: Instant;
	readonly condition: Condition;
	/** The portal, then the catalogue. */
	readonly services: readonly ServiceState[];
	readonly names: readonly ServiceName[];
	/** Outages open and maintenance under way. */
	readonly now: readonly NoticeWithUpdates[];
	readonly planned: readonly NoticeWithUpdates[];
	/** Ended in the last days, newest first. */
	readonly past: readonly NoticeWithUpdates[];
}

export async function loadReport(read: Read, at: Instant): Promise<StatusReport> {
	const since = at - DAYS_SHOWN * DAY;
	const rows = await read
		.select()
		.from(statusNotice)
		.where(or(inArray(statusNotice.state, [...LIVE_STATES]), gte(statusNotice.endedAt, since), gte(statusNotice.startsAt, since)))
		.orderBy(desc(statusNotice.startsAt));
	const notices = await withUpdates(read, rows.map(readNotice));
	const names = await listServices(read);
	const placeOf = (notice: Notice) => {
		const state = stateAt(notice, at);
		if (state === 'open' || state === 'under_way') return 'now';
		return state === 'planned' ? 'planned' : 'past';
	};
	const { now = [], planned = [], past = [] } = Object.groupBy(notices, placeOf);
	return {
		at,
		condition: overall(notices, at),
		names,
		services: ['portal', ...names.filter(({ offered }) => offered).map(({ slug }) => slug)].map((slug) => ({
			slug,
			condition: conditionFor(slug, notices, at),
			days: daysOf(slug, notices, at),
			outages: countOutages(slug, notices, at),
		})),
		now,
		planned: planned.toReversed(),
		past,
	};
}

const MOST_OF_A_YEAR = 1_000;

/** The notices that began in a year of Montréal's calendar, newest first; those cancelled are among them. */
export async function listYear(read: Read, from: Instant, to: Instant): Promise<Notice[]> {
	const rows = await read
		.select()
		.from(statusNotice)
		.where(and(gte(statusNotice.startsAt, from), lt(statusNotice.startsAt, to)))
		.orderBy(desc(statusNotice.startsAt))
		.limit(MOST_OF_A_YEAR);
	return rows.map(readNotice);
}

/** When the first notice began; null when there is none. */
export async function firstStart(read: Read): Promise<Instant | null> {
	const [row] = await read.select({ at: sql<number | null>`min(${statusNotice.startsAt})` }).from(statusNotice);
	return row?.at ?? null;
}

/** An update with the notice it speaks of. */
export interface Said {
	readonly update: Update;
	readonly notice: Notice;
}

/** The last things said, newest first. */
export async function listSaid(read: Read | Tx, most: number): Promise<Said[]> {
	const rows = await read
		.select({ update: statusUpdate, notice: statusNotice })
		.from(statusUpdate)
		.innerJoin(statusNotice, eq(statusNotice.id, statusUpdate.noticeId))
		.orderBy(desc(statusUpdate.seq))
		.limit(most);
	return rows.map(({ update, notice }) => ({ update: readUpdate(update), notice: readNotice(notice) }));
}

/** What was said after a moment, oldest first. */
export async function listSaidAfter(tx: Tx, seq: number, most: number): Promise<Said[]> {
	const rows = await tx
		.select({ update: statusUpdate, notice: statusNotice })
		.from(statusUpdate)
		.innerJoin(statusNotice, eq(statusNotice.id, statusUpdate.noticeId))
		.where(sql`${statusUpdate.seq} > ${seq}`)
		.orderBy(asc(statusUpdate.seq))
		.limit(most);
	return rows.map(({ update, notice }) => ({ update: readUpdate(update), notice: readNotice(notice) }));
}

const untoldRows = prepared((source, value: Value<'seq'>) =>
	source
		.select({ id: statusSubscription.id })
		.from(statusSubscription)
		.where(and(isNotNull(statusSubscription.confirmedAt), lt(statusSubscription.toldSeq, value('seq'))))
		.limit(1),
);

/** True when someone is still to be told of something. */
export async function hasUntold(read: Read): Promise<boolean> {
	return (await untoldRows(read, { seq: await statusStamp(read) })).length > 0;
}

const dueRows = prepared((source, value: Value<'at'>) =>
	source
		.select({ number: statusNotice.number })
		.from(statusNotice)
		.where(and(eq(statusNotice.state, 'planned'), lte(statusNotice.startsAt, value('at')))),
);

/** Numbers of the maintenance whose hour has come and that still counts as planned. */
export async function listToStart(read: Read, at: Instant): Promise<string[]> {
	return (await dueRows(read, { at })).map(({ number }) => number);
}

export interface SubscriptionLink {
	readonly purpose: 'confirm' | 'leave';
	readonly subscriptionId: string;
	readonly locale: Locale;
	readonly confirmed: boolean;
}

/** What a private link opens; null when nothing (any more). */
export async function findLink(read: Read | Tx, token: string, at: Instant): Promise<SubscriptionLink | null> {
	const [row] = await read
		.select({ purpose: statusLink.purpose, subscription: statusSubscription })
		.from(statusLink)
		.innerJoin(statusSubscription, eq(statusSubscription.id, statusLink.subscriptionId))
		.where(eq(statusLink.tokenHash, hashToken(token)))
		.limit(1);
	if (!row) return null;
	const { id, locale, confirmedAt, askedAt } = row.subscription;
	if (confirmedAt === null && askedAt + UNCONFIRMED_LASTS <= at) return null;
	return { purpose: row.purpose, subscriptionId: id, locale, confirmed: confirmedAt !== null };
}

/** Subscriptions of addresses proven to be someone's. */
export function subscriptionPartsOfPerson(read: Read, normalized: readonly string[]): ExportPart[] {
	return [
		{
			name: 'status_subscriptions',
			table: 'status_subscription',
			async *rows() {
				const rows = await read
					.select()
					.from(statusSubscription)
					.where(inArray(statusSubscription.normalized, [...normalized]));
				for (const { address, locale, askedAt, confirmedAt } of rows)
					yield { address, locale, createdAt: isoOf(askedAt), confirmedAt: isoOrNull(confirmedAt) };
			},
		},
	];
}
