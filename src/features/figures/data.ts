/** Reads that see single members serve `mutations.ts` alone; pages and downloads read what was published. */

import { stringify } from 'csv-stringify/sync';
import { and, asc, eq, gt, gte, inArray, isNull, lt, lte, min, ne, notExists, or, sql } from 'drizzle-orm';
import type { Read, Tx } from '#db/client.ts';
import { payment, pledge, reversal } from '#db/schema/contributions.ts';
import { figureSnapshot } from '#db/schema/figures.ts';
import { membership, organisation } from '#db/schema/membership.ts';
import { catalogueItem, entitlement, requestMessage, serviceRequest } from '#db/schema/requests.ts';
import type { CatalogueSettings } from '#src/adapters/settings/index.ts';
import { findScaleOn } from '#src/features/contributions/index.ts';
import {
	type ContributionState,
	type GroupKind,
	labelOf,
	type PublishedQuarter,
	type Quarter,
	type QuarterFacts,
	SERVICE_KINDS,
	type ServiceKind,
} from '#src/features/figures/rules.ts';
import type { Locale } from '#src/i18n/routes.ts';
import { addDays, type CivilDate, civilDateOf, DAY, HOUR } from '#src/lib/clock.ts';

const contributionState = (row: { readonly choice: string; readonly yearlyCents: number } | undefined): ContributionState => {
	if (!row) return 'not_started';
	return row.choice === 'unable' || row.yearlyCents === 0 ? 'solidarity' : 'chosen';
};

const isServiceKind = (kind: string): kind is ServiceKind => (SERVICE_KINDS as readonly string[]).includes(kind);

/** Which kinds of services ran that day, by organisation. */
async function runningServices(read: Read | Tx, day: CivilDate): Promise<Map<string, Set<ServiceKind>>> {
	const rows = await read
		.select({ organisationId: entitlement.organisationId, settings: catalogueItem.settings })
		.from(entitlement)
		.innerJoin(catalogueItem, eq(catalogueItem.id, entitlement.catalogueItemId))
		.where(and(ne(entitlement.status, 'proposed'), lte(entitlement.fromOn, day), or(isNull(entitlement.toOn), gt(entitlement.toOn, day))));
	const running = new Map<string, Set<ServiceKind>>();
	for (const { organisationId, settings } of rows) {
		const { kind } = JSON.parse(settings) as CatalogueSettings;
		if (!isServiceKind(kind)) continue;
		const kinds = running.get(organisationId) ?? new Set();
		running.set(organisationId, kinds.add(kind));
	}
	return running;
}

/** Cents of payments received in the quarter that were not undone, one sum an organisation. */
async function receivedIn(read: Read | Tx, { from, to }: Quarter): Promise<number[]> {
	const undone = read.select({ one: sql`1` }).from(reversal).where(eq(reversal.reversesId, payment.id));
	const rows = await read
		.select({ cents: sql<number>`sum(${payment.amountCents})` })
		.from(payment)
		// A balance brought in was received before, elsewhere.
		.where(and(gte(payment.receivedOn, from), lt(payment.receivedOn, to), ne(payment.method, 'opening'), notExists(undone)))
		.groupBy(payment.organisationId);
	return rows.map((row) => row.cents);
}

/** Hours that requests waited for the first message of a worker, where that came in the quarter; a list an organisation. */
async function answersIn(read: Read | Tx, { from, to }: Quarter): Promise<number[][]> {
	const firstAt = min(requestMessage.createdAt);
	const rows = await read
		.select({ organisationId: serviceRequest.organisationId, askedAt: serviceRequest.createdAt, firstAt })
		.from(requestMessage)
		.innerJoin(serviceRequest, eq(serviceRequest.id, requestMessage.requestId))
		.where(and(eq(requestMessage.side, 'worker'), eq(requestMessage.kind, 'message'), eq(requestMessage.visibility, 'public')))
		.groupBy(serviceRequest.id)
		// Wide by a day on each side: which civil day it was is decided below, in Montréal's time.
		.having(and(gte(firstAt, Date.parse(from) - DAY), lt(firstAt, Date.parse(to) + DAY)));
	const hours = new Map<string, number[]>();
	for (const row of rows) {
		if (row.firstAt === null) continue;
		const on = civilDateOf(row.firstAt);
		if (on < from || on >= to) continue;
		hours.set(row.organisationId, [...(hours.get(row.organisationId) ?? []), (row.firstAt - row.askedAt) / HOUR]);
	}
	return [...hours.values()];
}

/** A quarter as it was, from dated rows. */
export async function readFacts(read: Read | Tx, quarter: Quarter): Promise<QuarterFacts> {
	const last = addDays(quarter.to, -1);
	const members = await read
		.select({ id: organisation.id, class: membership.class, kind: organisation.kind, band: organisation.budgetBand })
		.from(membership)
		.innerJoin(organisation, eq(organisation.id, membership.organisationId))
		.where(and(lte(membership.fromOn, last), or(isNull(membership.toOn), gt(membership.toOn, last))));
	const pledges = await read
		.select({ organisationId: pledge.organisationId, choice: pledge.choice, yearlyCents: pledge.yearlyCents })
		.from(pledge)
		.where(
			and(inArray(pledge.status, ['active', 'ended']), lte(pledge.startedOn, last), or(isNull(pledge.endedOn), gt(pledge.endedOn, last))),
		);
	const pledgeOf = new Map(pledges.map((row) => [row.organisationId, row]));
	const running = await runningServices(read, last);
	const scale = await findScaleOn(read, last);
	return {
		quarter,
		groups: members
			.filter((member) => member.class === 'organisation')
			.map((member) => ({
				kind: member.kind as GroupKind,
				band: member.band,
				contribution: contributionState(pledgeOf.get(member.id)),
				services: [...(running.get(member.id) ?? [])],
			})),
		individuals: members.filter((member) => member.class === 'individual').length,
		bands: (scale?.bands ?? []).filter((band) => band.kind === 'organisation').map(({ id, label }) => ({ id, label })),
		receivedCents: await receivedIn(read, quarter),
		answerHours: await answersIn(read, quarter),
	};
}

/**
 * The day of the first membership that was recorded here; null before there is one. Members brought in from before the portal don't
 * count from their own day: of those years it knows only the groups that stayed.
 */
export async function firstMemberOn(read: Read): Promise<CivilDate | null> {
	const [row] = await read.select({ at: min(membership.createdAt) }).from(membership);
	return row?.at == null ? null : civilDateOf(row.at);
}

/** Names of the quarters published so far. */
export async function listPublishedNames(read: Read | Tx): Promise<string[]> {
	const rows = await read.select({ quarter: figureSnapshot.quarter }).from(figureSnapshot);
	return rows.map((row) => row.quarter);
}

/** The secret of the rounding; null before the first quarter was published. */
export async function findRoundingKey(read: Tx): Promise<string | null> {
	const [row] = await read.select({ key: figureSnapshot.roundingKey }).from(figureSnapshot).limit(1);
	return row?.key ?? null;
}

/** Every quarter as it was published, oldest first. */
export async function listQuarters(read: Read): Promise<PublishedQuarter[]> {
	const rows = await read.select({ figures: figureSnapshot.figures }).from(figureSnapshot).orderBy(asc(figureSnapshot.quarter));
	return rows.map((row) => JSON.parse(row.figures) as PublishedQuarter);
}

/** Names of columns and codes stay the same for ever; labels are for people and may be bettered. */
const COLUMNS = ['quarter', 'from', 'until', 'figure', 'cell', 'label', 'unit', 'status', 'value'] as const;

/**
 * All published figures, one line a cell (RFC 4180). Begins with a byte-order mark: without it Excel, which is what most
 * treasurers open it with, reads the accents wrongly; programs have the JSON.
 */
export async function exportCsv(read: Read, locale: Locale): Promise<string> {
	const rows = (await listQuarters(read)).flatMap((published) =>
		published.figures.flatMap((figure) =>
			figure.cells.map((cell) => ({
				quarter: published.quarter,
				from: published.from,
				until: published.until,
				figure: figure.id,
				cell: cell.id,
				label: labelOf(figure.id, cell, locale),
				unit: figure.unit,
				status: cell.status,
				value: cell.value,
			})),
		),
	);
	return stringify(rows, { header: true, columns: [...COLUMNS], bom: true, escape_formulas: true, record_delimiter: '\r\n' });
}

/** All published figures for programs. @param method address of the page that explains them. */
export async function exportJson(read: Read, method: string): Promise<string> {
	return JSON.stringify({ format: 1, method, roundedTo: { members: 5, requests: 5, cents: 100_000 }, quarters: await listQuarters(read) });
}
