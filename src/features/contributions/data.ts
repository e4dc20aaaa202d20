import { and, asc, desc, eq, gt, gte, inArray, isNotNull, isNull, lt, lte, min, or, type SQL, sql } from 'drizzle-orm';
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';
import { prepared, type Read, type Tx, type Value } from '#db/client.ts';
import { allocation, charge, duesScale, ledgerEntry, payment, pledge, reversal } from '#db/schema/contributions.ts';
import { organisation } from '#db/schema/membership.ts';
import type { Band, ScaleSettings } from '#src/adapters/settings/index.ts';
import type { Grant } from '#src/features/access/index.ts';
import type { AccountGrant } from '#src/features/contributions/policy.ts';
import {
	type Balance,
	type ChargeSnapshot,
	chargeSnapshot,
	csvRow,
	decimalOf,
	type EntryKind,
	type Frequency,
	hashedValues,
	isLate,
	journalEntry,
	keptSnapshot,
	type MoveKind,
	moveOf,
	type OpeningSnapshot,
	type PaymentMethod,
	recomputeCharge,
	type Settlement,
	type SourceKind,
	settlementOf,
} from '#src/features/contributions/rules.ts';
import { type ChainResult, type Link, verifyChain } from '#src/lib/chain.ts';
import { type CivilDate, civilDateOf, now } from '#src/lib/clock.ts';
import { byPages, type ExportPart, isoOf } from '#src/lib/export-part.ts';

export interface Scale {
	readonly id: string;
	readonly fromOn: string;
	/** Reference of the assembly's resolution; null for an example. */
	readonly resolution: string | null;
	readonly example: boolean;
	readonly bands: readonly Band[];
}

function toScale(row: typeof duesScale.$inferSelect): Scale {
	const { id, fromOn, resolution, example } = row;
	return { id, fromOn, resolution, example, bands: (JSON.parse(row.settings) as ScaleSettings).bands };
}

const scaleRowOn = prepared((source, value: Value<'on'>) =>
	source
		.select()
		.from(duesScale)
		.where(lte(duesScale.fromOn, value('on')))
		.orderBy(desc(duesScale.fromOn))
		.limit(1),
);

/** The scale in force on a day; null before the first one. */
export async function findScaleOn(read: Read | Tx, on: CivilDate): Promise<Scale | null> {
	const [row] = await scaleRowOn(read, { on });
	return row ? toScale(row) : null;
}

const scaleRow = prepared((source, value: Value<'id'>) =>
	source
		.select()
		.from(duesScale)
		.where(eq(duesScale.id, value('id')))
		.limit(1),
);

/** The scale of that id, in force or superseded; null when it was never adopted. */
export async function findScale(read: Read | Tx, id: string): Promise<Scale | null> {
	const [row] = await scaleRow(read, { id });
	return row ? toScale(row) : null;
}

export type PledgeRow = typeof pledge.$inferSelect;

const livePledgeRow = prepared((source, value: Value<'organisationId'>) =>
	source
		.select()
		.from(pledge)
		.where(and(eq(pledge.organisationId, value('organisationId')), inArray(pledge.status, ['proposed', 'active'])))
		.limit(1),
);

/** The contribution a group has chosen, proposed or active; null when it has none. */
export async function findLivePledge(read: Read | Tx, organisationId: string): Promise<PledgeRow | null> {
	const [row] = await livePledgeRow(read, { organisationId });
	return row ?? null;
}

const isLive = (id: SQLiteColumn): SQL => sql`not exists (select 1 from ${reversal} where ${reversal.reversesId} = ${id})`;

export interface OpenCharge {
	readonly id: string;
	readonly leftCents: number;
	readonly periodFrom: string;
	readonly dueOn: string;
}

const leftToPay = sql<number>`${charge.amountCents} - coalesce(sum(${allocation.amountCents}), 0)`;

const openChargeRows = prepared((source, value: Value<'organisationId'>) =>
	source
		.select({ id: charge.id, leftCents: leftToPay, periodFrom: charge.periodFrom, dueOn: charge.dueOn })
		.from(charge)
		.leftJoin(allocation, and(eq(allocation.chargeId, charge.id), isLive(allocation.id)))
		.where(and(eq(charge.organisationId, value('organisationId')), isLive(charge.id)))
		.groupBy(charge.id)
		.having(sql`${leftToPay} > 0`)
		.orderBy(asc(charge.dueOn), asc(charge.periodFrom), asc(charge.id)),
);

/** What a group still has to pay, oldest due first. */
export async function listOpenCharges(read: Read | Tx, organisationId: string): Promise<OpenCharge[]> {
	return openChargeRows(read, { organisationId });
}

/** Payments of a group that are not used up, oldest first. */
export async function listFreePayments(
	read: Read | Tx,
	organisationId: string,
): Promise<{ id: string; leftCents: number; receivedOn: string }[]> {
	const left = sql<number>`${payment.amountCents} - coalesce(sum(${allocation.amountCents}), 0)`;
	return read
		.select({ id: payment.id, leftCents: left, receivedOn: payment.receivedOn })
		.from(payment)
		.leftJoin(allocation, and(eq(allocation.paymentId, payment.id), isLive(allocation.id)))
		.where(and(eq(payment.organisationId, organisationId), isLive(payment.id)))
		.groupBy(payment.id)
		.having(sql`${left} > 0`)
		.orderBy(asc(payment.receivedOn), asc(payment.id));
}

const dueSum = sql<number>`coalesce(sum(case
	when ${ledgerEntry.debitAccount} = 'receivable' then ${ledgerEntry.amountCents}
	when ${ledgerEntry.creditAccount} = 'receivable' then -${ledgerEntry.amountCents} else 0 end), 0)`;
const creditSum = sql<number>`coalesce(sum(case
	when ${ledgerEntry.creditAccount} = 'member_credit' then ${ledgerEntry.amountCents}
	when ${ledgerEntry.debitAccount} = 'member_credit' then -${ledgerEntry.amountCents} else 0 end), 0)`;

const balanceRow = prepared((source, value: Value<'organisationId'>) =>
	source
		.select({ dueCents: dueSum, creditCents: creditSum })
		.from(ledgerEntry)
		.where(eq(ledgerEntry.organisationId, value('organisationId'))),
);

/** What an organisation owes and has in its favour: sums over the books. For other mutations and tests; pages use a grant. */
export async function balanceOf(read: Read | Tx, organisationId: string): Promise<Balance> {
	const [row] = await balanceRow(read, { organisationId });
	return row ?? { dueCents: 0, creditCents: 0 };
}

export interface AccountSummary extends Balance {
	/** The contribution chosen; null when there is none. */
	readonly pledge: {
		readonly choice: 'amount' | 'unable';
		/** 0 for solidarity. */
		readonly yearlyCents: number;
		readonly frequency: Frequency;
		/** Null until the first service runs. */
		readonly startedOn: string | null;
		readonly bandLabel: Band['label'] | null;
		readonly scaleExample: boolean;
	} | null;
	/** The day of the oldest amount still to pay; null when nothing is. */
	readonly nextDueOn: string | null;
}

/** What a group gives and how its account stands. */
export async function summaryForGroup(read: Read, of: AccountGrant): Promise<AccountSummary> {
	const { organisationId } = of;
	const [chosen, balance, open] = await Promise.all([
		findLivePledge(read, organisationId),
		balanceOf(read, organisationId),
		listOpenCharges(read, organisationId),
	]);
	const scale = chosen && (await findScale(read, chosen.scaleId));
	return {
		...balance,
		nextDueOn: open[0]?.dueOn ?? null,
		pledge: chosen && {
			choice: chosen.choice,
			yearlyCents: chosen.yearlyCents,
			frequency: chosen.frequency,
			startedOn: chosen.startedOn,
			bandLabel: scale?.bands.find((band) => band.id === chosen.bandId)?.label ?? null,
			scaleExample: scale?.example ?? false,
		},
	};
}

export const HISTORY_PAGE = 24;

export interface ChargeLine {
	readonly id: string;
	readonly number: string;
	readonly periodFrom: string;
	readonly periodTo: string;
	readonly amountCents: number;
	readonly paidCents: number;
	readonly dueOn: string;
	readonly settlement: Settlement;
	readonly late: boolean;
	readonly snapshot: ChargeSnapshot | OpeningSnapshot;
	/** Why it was undone; null while it stands. */
	readonly reversalReason: string | null;
	readonly allocations: readonly { readonly amountCents: number; readonly receivedOn: string; readonly method: PaymentMethod }[];
}

export interface Page<T> {
	readonly items: readonly T[];
	/** Give it back as `before` for the next page; null on the last. */
	readonly next: string | null;
}

function toPage<T extends { readonly id: string }>(rows: readonly T[], size: number): Page<T> {
	const items = rows.slice(0, size);
	return { items, next: rows.length > size ? (items.at(-1)?.id ?? null) : null };
}

/** Amounts asked of a group, newest period first. @param before id of the last one already shown. */
export async function listCharges(read: Read, of: AccountGrant, on: CivilDate, before: string | null = null): Promise<Page<ChargeLine>> {
	const { organisationId } = of;
	const own = eq(charge.organisationId, organisationId);
	const [last] =
		before === null
			? []
			: await read
					.select()
					.from(charge)
					.where(and(own, eq(charge.id, before)))
					.limit(1);
	const older = last && or(lt(charge.periodFrom, last.periodFrom), and(eq(charge.periodFrom, last.periodFrom), lt(charge.id, last.id)));
	const rows = await read
		.select({ charge, reversalReason: reversal.reason })
		.from(charge)
		.leftJoin(reversal, eq(reversal.reversesId, charge.id))
		.where(and(own, older))
		.orderBy(desc(charge.periodFrom), desc(charge.id))
		.limit(HISTORY_PAGE + 1);
	const page = toPage(
		rows.map((row) => ({ ...row.charge, reversalReason: row.reversalReason })),
		HISTORY_PAGE,
	);
	const used = await read
		.select({ chargeId: allocation.chargeId, amountCents: allocation.amountCents, receivedOn: payment.receivedOn, method: payment.method })
		.from(allocation)
		.innerJoin(payment, eq(payment.id, allocation.paymentId))
		.where(
			and(
				inArray(
					allocation.chargeId,
					page.items.map((row) => row.id),
				),
				isLive(allocation.id),
			),
		)
		.orderBy(asc(payment.receivedOn), asc(allocation.id));
	return {
		next: page.next,
		items: page.items.map((row) => {
			const allocations = used.filter((one) => one.chargeId === row.id);
			const paidCents = allocations.reduce((all, one) => all + one.amountCents, 0);
			const standing = { amountCents: row.amountCents, paidCents, reversed: row.reversalReason !== null, dueOn: row.dueOn };
			return {
				id: row.id,
				number: row.number,
				periodFrom: row.periodFrom,
				periodTo: row.periodTo,
				amountCents: row.amountCents,
				paidCents,
				dueOn: row.dueOn,
				settlement: settlementOf(standing),
				late: isLate(standing, on),
				snapshot: keptSnapshot.parse(JSON.parse(row.snapshot)),
				reversalReason: row.reversalReason,
				allocations,
			};
		}),
	};
}

export interface PaymentLine {
	readonly id: string;
	readonly receivedOn: string;
	readonly amountCents: number;
	readonly method: PaymentMethod;
	readonly reference: string;
	/** What no charge has used. 0 once reversed. */
	readonly creditCents: number;
	readonly reversalReason: string | null;
	readonly allocations: readonly { readonly amountCents: number; readonly number: string }[];
}

async function toPaymentLines(
	read: Read,
	rows: readonly { payment: typeof payment.$inferSelect; reversalReason: string | null }[],
): Promise<PaymentLine[]> {
	const used = await read
		.select({ paymentId: allocation.paymentId, amountCents: allocation.amountCents, number: charge.number })
		.from(allocation)
		.innerJoin(charge, eq(charge.id, allocation.chargeId))
		.where(
			and(
				inArray(
					allocation.paymentId,
					rows.map((row) => row.payment.id),
				),
				isLive(allocation.id),
			),
		)
		.orderBy(asc(charge.dueOn), asc(charge.number));
	return rows.map(({ payment: row, reversalReason }) => {
		const allocations = used.filter((one) => one.paymentId === row.id);
		const usedCents = allocations.reduce((all, one) => all + one.amountCents, 0);
		return {
			id: row.id,
			receivedOn: row.receivedOn,
			amountCents: row.amountCents,
			method: row.method,
			reference: row.reference,
			creditCents: reversalReason === null ? row.amountCents - usedCents : 0,
			reversalReason,
			allocations,
		};
	});
}

/** Money received from a group, newest first. @param before id of the last one already shown. */
export async function listPayments(read: Read, of: AccountGrant, before: string | null = null): Promise<Page<PaymentLine>> {
	const own = eq(payment.organisationId, of.organisationId);
	const [last] =
		before === null
			? []
			: await read
					.select()
					.from(payment)
					.where(and(own, eq(payment.id, before)))
					.limit(1);
	const older = last && or(lt(payment.receivedOn, last.receivedOn), and(eq(payment.receivedOn, last.receivedOn), lt(payment.id, last.id)));
	const rows = await read
		.select({ payment, reversalReason: reversal.reason })
		.from(payment)
		.leftJoin(reversal, eq(reversal.reversesId, payment.id))
		.where(and(own, older))
		.orderBy(desc(payment.receivedOn), desc(payment.id))
		.limit(HISTORY_PAGE + 1);
	return toPage(await toPaymentLines(read, rows), HISTORY_PAGE);
}

/** One payment of that account; null when there is none. */
export async function findPayment(read: Read, of: AccountGrant, id: string): Promise<PaymentLine | null> {
	const rows = await read
		.select({ payment, reversalReason: reversal.reason })
		.from(payment)
		.leftJoin(reversal, eq(reversal.reversesId, payment.id))
		.where(and(eq(payment.organisationId, of.organisationId), eq(payment.id, id)))
		.limit(1);
	return (await toPaymentLines(read, rows))[0] ?? null;
}

/** Number and amount of one charge of that account; null when there is none. */
export async function findCharge(
	read: Read,
	of: AccountGrant,
	id: string,
): Promise<{ id: string; number: string; amountCents: number; reversed: boolean } | null> {
	const [row] = await read
		.select({ id: charge.id, number: charge.number, amountCents: charge.amountCents, reversalId: reversal.id })
		.from(charge)
		.leftJoin(reversal, eq(reversal.reversesId, charge.id))
		.where(and(eq(charge.organisationId, of.organisationId), eq(charge.id, id)))
		.limit(1);
	return row ? { id: row.id, number: row.number, amountCents: row.amountCents, reversed: row.reversalId !== null } : null;
}

export interface AccountHolder {
	readonly id: string;
	readonly slug: string;
	readonly usualName: string;
}

/** The group at an address of the desk; null when there is none. */
export async function findAccountHolder(read: Read, _grant: Grant<'payments.record'>, slug: string): Promise<AccountHolder | null> {
	const [row] = await read
		.select({ id: organisation.id, slug: organisation.slug, usualName: organisation.usualName })
		.from(organisation)
		.where(eq(organisation.slug, slug))
		.limit(1);
	return row ?? null;
}

export const ACCOUNT_FILTERS = ['all', 'late', 'due', 'credit'] as const;
export type AccountFilter = (typeof ACCOUNT_FILTERS)[number];

export interface AccountLine extends AccountHolder, Balance {
	/** What is past its day. */
	readonly lateCents: number;
	/** The oldest day that has passed with something left to pay; null when nothing is late. */
	readonly lateSince: string | null;
	/** Null when the group has no contribution. */
	readonly yearlyCents: number | null;
	readonly started: boolean;
}

export const ACCOUNTS_PAGE = 50;

/** Each charge that stands and is not fully paid, past its day. */
function lateCharges(read: Read, on: CivilDate) {
	const left = sql<number>`${charge.amountCents} - coalesce(sum(${allocation.amountCents}), 0)`;
	return read
		.select({ organisationId: charge.organisationId, dueOn: charge.dueOn, leftCents: left.as('left_cents') })
		.from(charge)
		.leftJoin(allocation, and(eq(allocation.chargeId, charge.id), isLive(allocation.id)))
		.where(and(lt(charge.dueOn, on), isLive(charge.id)))
		.groupBy(charge.id)
		.having(sql`${left} > 0`)
		.as('late_charge');
}

/** Groups and how their accounts stand, by their address. @param after slug of the last one already shown. */
export async function listAccounts(
	read: Read,
	_grant: Grant<'payments.record'>,
	on: CivilDate,
	{ filter = 'all', after = null }: { filter?: AccountFilter; after?: string | null } = {},
): Promise<{ items: AccountLine[]; next: string | null }> {
	const single = lateCharges(read, on);
	const late = read
		.select({
			organisationId: single.organisationId,
			lateCents: sql<number>`sum(${single.leftCents})`.as('late_cents'),
			lateSince: min(single.dueOn).as('late_since'),
		})
		.from(single)
		.groupBy(single.organisationId)
		.as('late');
	const books = read
		.select({ organisationId: ledgerEntry.organisationId, dueCents: dueSum.as('due_cents'), creditCents: creditSum.as('credit_cents') })
		.from(ledgerEntry)
		.groupBy(ledgerEntry.organisationId)
		.as('books');
	const wanted: Record<AccountFilter, SQL | undefined> = {
		all: or(isNotNull(pledge.id), isNotNull(books.organisationId)),
		late: isNotNull(late.organisationId),
		due: gt(books.dueCents, 0),
		credit: gt(books.creditCents, 0),
	};
	const rows = await read
		.select({
			id: organisation.id,
			slug: organisation.slug,
			usualName: organisation.usualName,
			dueCents: sql<number>`coalesce(${books.dueCents}, 0)`,
			creditCents: sql<number>`coalesce(${books.creditCents}, 0)`,
			lateCents: sql<number>`coalesce(${late.lateCents}, 0)`,
			lateSince: late.lateSince,
			yearlyCents: pledge.yearlyCents,
			startedOn: pledge.startedOn,
		})
		.from(organisation)
		.leftJoin(pledge, and(eq(pledge.organisationId, organisation.id), inArray(pledge.status, ['proposed', 'active'])))
		.leftJoin(books, eq(books.organisationId, organisation.id))
		.leftJoin(late, eq(late.organisationId, organisation.id))
		.where(and(wanted[filter], after === null ? undefined : gt(organisation.slug, after)))
		.orderBy(asc(organisation.slug))
		.limit(ACCOUNTS_PAGE + 1);
	const items = rows.slice(0, ACCOUNTS_PAGE).map(({ startedOn, ...row }) => ({ ...row, started: startedOn !== null }));
	return { items, next: rows.length > ACCOUNTS_PAGE ? (items.at(-1)?.slug ?? null) : null };
}

/** How many groups have something past its day. @param on today unless told. */
export async function countLate(read: Read, _grant: Grant<'payments.record'>, on: CivilDate = civilDateOf(now())): Promise<number> {
	const single = lateCharges(read, on);
	const [row] = await read.select({ total: sql<number>`count(distinct ${single.organisationId})` }).from(single);
	return row?.total ?? 0;
}

/** Ids of contributions whose next period has begun without its charge, in order; the first `most` that come after `after`. */
export async function listPledgesToCharge(read: Read | Tx, on: CivilDate, most: number, after: string | null = null): Promise<string[]> {
	const rows = await read
		.select({ id: pledge.id })
		.from(pledge)
		.leftJoin(charge, eq(charge.pledgeId, pledge.id))
		.where(
			and(
				eq(pledge.status, 'active'),
				isNotNull(pledge.startedOn),
				gt(pledge.yearlyCents, 0),
				after === null ? undefined : gt(pledge.id, after),
			),
		)
		.groupBy(pledge.id)
		.having(sql`coalesce(max(${charge.periodTo}), ${pledge.startedOn}) <= ${on}`)
		.orderBy(asc(pledge.id))
		.limit(most);
	return rows.map((row) => row.id);
}

const ENTRIES_PAGE = 1_000;

async function* entryPages(read: Read, where?: SQL): AsyncGenerator<(typeof ledgerEntry.$inferSelect)[]> {
	for (let after = 0; ; ) {
		const rows = await read
			.select()
			.from(ledgerEntry)
			.where(and(gt(ledgerEntry.seq, after), where))
			.orderBy(asc(ledgerEntry.seq))
			.limit(ENTRIES_PAGE);
		if (rows.length === 0) return;
		yield rows;
		after = rows.at(-1)?.seq ?? after;
	}
}

async function* links(read: Read): AsyncGenerator<Link[]> {
	for await (const rows of entryPages(read)) {
		yield rows.map((row) => ({ seq: row.seq, prevHash: row.prevHash, hash: row.hash, values: hashedValues(row) }));
	}
}

export type LedgerCheck =
	| ChainResult
	| {
			readonly ok: false;
			readonly entries: number;
			/** The entry that does not fit; null when it is a row that has no entry. */
			readonly seq: number | null;
			/** `source`: the entry and its row disagree; `missing`: a row without its entry; `snapshot`: an amount its reasons don't give. */
			readonly reason: 'source' | 'missing' | 'snapshot';
			readonly source: { readonly kind: string; readonly id: string };
	  };

type Mismatch = Omit<Extract<LedgerCheck, { reason: 'source' | 'missing' | 'snapshot' }>, 'ok' | 'entries'>;

/** Each kind of entry, the table of the rows it comes from, and which of them are its own. */
const SOURCES = {
	charge: { table: charge, own: sql`${charge.kind} <> 'opening'` },
	opening_charge: { table: charge, own: sql`${charge.kind} = 'opening'` },
	payment: { table: payment, own: sql`${payment.method} <> 'opening'` },
	opening_payment: { table: payment, own: sql`${payment.method} = 'opening'` },
	allocation: { table: allocation, own: sql`1` },
} as const satisfies Record<MoveKind, { table: typeof charge | typeof payment | typeof allocation; own: SQL }>;
const KINDS = Object.keys(SOURCES) as MoveKind[];
const sourceOf = (kind: MoveKind) => kind.replace('opening_', '') as SourceKind;

/** An entry whose accounts are not those of its kind. */
const wrongMove = (kind: EntryKind) => {
	const { debit, credit } = moveOf(kind);
	return sql`(${ledgerEntry.debitAccount} <> ${debit} or ${ledgerEntry.creditAccount} <> ${credit})`;
};

async function findMismatch(read: Read): Promise<Mismatch | null> {
	const found: Mismatch[] = [];
	const entry = { seq: ledgerEntry.seq, id: ledgerEntry.sourceId };
	for (const kind of KINDS) {
		const { table, own } = SOURCES[kind];
		const source = sourceOf(kind);
		const alone = `reversal_${kind}` as const;
		const disagree: Record<SourceKind, SQL> = {
			charge: sql`(${charge.organisationId} <> ${ledgerEntry.organisationId} or ${charge.periodFrom} <> ${ledgerEntry.onDate})`,
			payment: sql`(${payment.organisationId} <> ${ledgerEntry.organisationId} or ${payment.receivedOn} <> ${ledgerEntry.onDate})`,
			allocation: sql`(select ${charge.organisationId} from ${charge} where ${charge.id} = ${allocation.chargeId}) is not ${ledgerEntry.organisationId}`,
		};
		const [changed] = await read
			.select(entry)
			.from(ledgerEntry)
			.leftJoin(table, eq(table.id, ledgerEntry.sourceId))
			.where(
				and(
					eq(ledgerEntry.sourceKind, kind),
					or(isNull(table.id), sql`not ${own}`, sql`${table.amountCents} <> ${ledgerEntry.amountCents}`, disagree[source], wrongMove(kind)),
				),
			)
			.orderBy(asc(ledgerEntry.seq))
			.limit(1);
		if (changed) found.push({ seq: changed.seq, reason: 'source', source: { kind, id: changed.id } });
		const [undone] = await read
			.select(entry)
			.from(ledgerEntry)
			.leftJoin(reversal, and(eq(reversal.id, ledgerEntry.sourceId), eq(reversal.reversesKind, source)))
			.leftJoin(table, eq(table.id, reversal.reversesId))
			.where(
				and(
					eq(ledgerEntry.sourceKind, alone),
					or(
						isNull(table.id),
						sql`not ${own}`,
						sql`${table.amountCents} <> ${ledgerEntry.amountCents}`,
						sql`${reversal.organisationId} <> ${ledgerEntry.organisationId}`,
						wrongMove(alone),
					),
				),
			)
			.orderBy(asc(ledgerEntry.seq))
			.limit(1);
		if (undone) found.push({ seq: undone.seq, reason: 'source', source: { kind: alone, id: undone.id } });
		const [missing] = await read
			.select({ id: table.id })
			.from(table)
			.leftJoin(ledgerEntry, and(eq(ledgerEntry.sourceKind, kind), eq(ledgerEntry.sourceId, table.id)))
			.where(and(isNull(ledgerEntry.seq), own))
			.orderBy(asc(table.id))
			.limit(1);
		if (missing) found.push({ seq: null, reason: 'missing', source: { kind, id: missing.id } });
	}
	const [reversalMissing] = await read
		.select({ id: reversal.id, kind: reversal.reversesKind })
		.from(reversal)
		.leftJoin(
			ledgerEntry,
			and(
				sql`${ledgerEntry.sourceKind} in ('reversal_' || ${reversal.reversesKind}, 'reversal_opening_' || ${reversal.reversesKind})`,
				eq(ledgerEntry.sourceId, reversal.id),
			),
		)
		.where(isNull(ledgerEntry.seq))
		.orderBy(asc(reversal.id))
		.limit(1);
	if (reversalMissing)
		found.push({ seq: null, reason: 'missing', source: { kind: `reversal_${reversalMissing.kind}`, id: reversalMissing.id } });
	const first = found.sort((a, b) => (a.seq ?? Number.MAX_SAFE_INTEGER) - (b.seq ?? Number.MAX_SAFE_INTEGER))[0];
	return first ?? (await findUnexplained(read));
}

/** A contribution whose kept reasons don't give its amount. */
async function findUnexplained(read: Read): Promise<Mismatch | null> {
	for (let after = ''; ; ) {
		const rows = await read
			.select({
				id: charge.id,
				seq: ledgerEntry.seq,
				amountCents: charge.amountCents,
				periodFrom: charge.periodFrom,
				periodTo: charge.periodTo,
				snapshot: charge.snapshot,
			})
			.from(charge)
			.innerJoin(ledgerEntry, and(eq(ledgerEntry.sourceKind, 'charge'), eq(ledgerEntry.sourceId, charge.id)))
			.where(and(eq(charge.kind, 'contribution'), gt(charge.id, after)))
			.orderBy(asc(charge.id))
			.limit(ENTRIES_PAGE);
		if (rows.length === 0) return null;
		for (const row of rows) {
			const parsed = parseSnapshot(row.snapshot);
			const fits =
				parsed !== null &&
				recomputeCharge(parsed) === row.amountCents &&
				parsed.periodFrom === row.periodFrom &&
				parsed.periodTo === row.periodTo;
			if (!fits) return { seq: row.seq, reason: 'snapshot', source: { kind: 'charge', id: row.id } };
		}
		after = rows.at(-1)?.id ?? after;
	}
}

function parseSnapshot(text: string): ChargeSnapshot | null {
	try {
		return chargeSnapshot.parse(JSON.parse(text));
	} catch {
		return null;
	}
}

/**
 * Walks the books: each entry's hash and link first, then that each entry agrees with the row it comes from, that each
 * row of money has its entry, and that each contribution's amount follows from its reasons. Names the first that does not.
 */
export async function verifyLedger(read: Read): Promise<LedgerCheck> {
	const chain = await verifyChain(links(read));
	if (!chain.ok) return chain;
	const mismatch = await findMismatch(read);
	return mismatch ? { ok: false, entries: chain.entries, ...mismatch } : chain;
}

export interface ExportOptions {
	readonly format: 'csv' | 'journal';
	/** Entries that count for a day of that year only. */
	readonly year?: number;
}

const CSV_HEAD = [
	'seq',
	'date',
	'debit',
	'credit',
	'amount',
	'currency',
	'group',
	'group_name',
	'source',
	'source_id',
	'recorded_on',
	'hash',
];

/** The books as text, piece by piece, in their sequence. */
export async function* exportLedger(read: Read, { format, year }: ExportOptions): AsyncGenerator<string> {
	const names = new Map<string, { slug: string; usualName: string }>();
	const inYear = year === undefined ? undefined : and(gte(ledgerEntry.onDate, `${year}-01-01`), lte(ledgerEntry.onDate, `${year}-12-31`));
	yield format === 'csv' ? csvRow(CSV_HEAD) : 'commodity 1000.00 CAD\n\n';
	for await (const rows of entryPages(read, inYear)) {
		const unknown = [...new Set(rows.map((row) => row.organisationId))].filter((id) => id !== null && !names.has(id)) as string[];
		if (unknown.length > 0) {
			const found = await read
				.select({ id: organisation.id, slug: organisation.slug, usualName: organisation.usualName })
				.from(organisation)
				.where(inArray(organisation.id, unknown));
			for (const one of found) names.set(one.id, one);
		}
		const texts = rows.map((row) => {
			const group = row.organisationId === null ? undefined : names.get(row.organisationId);
			if (format === 'journal') return journalEntry({ ...row, groupSlug: group?.slug ?? null });
			return csvRow([
				row.seq,
				row.onDate,
				row.debitAccount,
				row.creditAccount,
				decimalOf(row.amountCents),
				'CAD',
				group?.slug ?? null,
				group?.usualName ?? null,
				row.sourceKind,
				row.sourceId,
				civilDateOf(row.createdAt),
				row.hash,
			]);
		});
		yield texts.join('');
	}
}

/** What a group chose to give, what was asked of it, what it paid, and its entries in the books. */
export function contributionPartsOfGroup(read: Read, organisationId: string): ExportPart[] {
	return [
		{
			name: 'pledges',
			table: 'pledge',
			async *rows() {
				const rows = await read.select().from(pledge).where(eq(pledge.organisationId, organisationId)).orderBy(asc(pledge.id));
				for (const { scaleId, bandId, choice, yearlyCents, frequency, status, startedOn, endedOn, createdAt } of rows)
					yield { scaleId, bandId, choice, yearlyCents, frequency, status, startedOn, endedOn, createdAt: isoOf(createdAt) };
			},
		},
		{
			name: 'charges',
			table: 'charge',
			async *rows() {
				const fetch = (after: string, most: number) =>
					read
						.select()
						.from(charge)
						.where(and(eq(charge.organisationId, organisationId), gt(charge.id, after)))
						.orderBy(asc(charge.id))
						.limit(most);
				for await (const { id, number, kind, periodFrom, periodTo, amountCents, dueOn, snapshot } of byPages(fetch))
					yield { id, number, kind, periodFrom, periodTo, amountCents, dueOn, snapshot };
			},
		},
		{
			name: 'payments',
			table: 'payment',
			async *rows() {
				const fetch = (after: string, most: number) =>
					read
						.select()
						.from(payment)
						.where(and(eq(payment.organisationId, organisationId), gt(payment.id, after)))
						.orderBy(asc(payment.id))
						.limit(most);
				for await (const { id, receivedOn, amountCents, method, reference } of byPages(fetch))
					yield { id, receivedOn, amountCents, method, reference };
			},
		},
		{
			name: 'allocations',
			table: 'allocation',
			async *rows() {
				const fetch = (after: string, most: number) =>
					read
						.select({
							id: allocation.id,
							paymentId: allocation.paymentId,
							chargeId: allocation.chargeId,
							amountCents: allocation.amountCents,
						})
						.from(allocation)
						.innerJoin(charge, eq(charge.id, allocation.chargeId))
						.where(and(eq(charge.organisationId, organisationId), gt(allocation.id, after)))
						.orderBy(asc(allocation.id))
						.limit(most);
				yield* byPages(fetch);
			},
		},
		{
			name: 'corrections',
			table: 'reversal',
			async *rows() {
				const rows = await read.select().from(reversal).where(eq(reversal.organisationId, organisationId)).orderBy(asc(reversal.id));
				for (const { reversesKind, reversesId, reason, createdAt } of rows)
					yield { kind: reversesKind, id: reversesId, reason, createdAt: isoOf(createdAt) };
			},
		},
		{
			name: 'ledger',
			table: 'ledger_entry',
			async *rows() {
				for await (const page of entryPages(read, eq(ledgerEntry.organisationId, organisationId)))
					for (const { seq, onDate, debitAccount, creditAccount, amountCents, sourceKind, sourceId, hash } of page)
						yield { seq, onDate, debitAccount, creditAccount, amountCents, kind: sourceKind, sourceId, hash };
			},
		},
	];
}
