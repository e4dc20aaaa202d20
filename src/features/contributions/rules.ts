/** How a contribution becomes amounts due, how money received pays them, and why an amount is what it is. */
import { z } from 'zod';
import { formatDate, formatMoney } from '#src/i18n/format.ts';
import { messages } from '#src/i18n/messages.ts';
import type { Locale } from '#src/i18n/routes.ts';
import { addDays, addMonths, type CivilDate, daysBetween } from '#src/lib/clock.ts';
import { type Cents, cents, splitCents, sumCents } from '#src/lib/money.ts';

export const FREQUENCIES = ['yearly', 'quarterly', 'monthly'] as const;
export type Frequency = (typeof FREQUENCIES)[number];

export const PAYMENT_METHODS = ['interac', 'direct_deposit', 'cheque', 'cash'] as const;
/** `opening` is chosen by nobody: it is what a group had in its favour when its account was brought in. */
export type PaymentMethod = (typeof PAYMENT_METHODS)[number] | 'opening';

/** Days from the day an amount is asked for to the day it is due. */
export const DAYS_TO_PAY = 30;
/** Below one dollar a year a monthly part could be less than a cent. */
export const SMALLEST_YEARLY_CENTS = 100;

const PARTS = { yearly: 1, quarterly: 4, monthly: 12 } as const satisfies Record<Frequency, number>;

export interface Period {
	/** 0 for the first; counted from the day the contribution started. */
	readonly index: number;
	readonly from: CivilDate;
	/** First day after it. */
	readonly to: CivilDate;
}

/** The last day of a period, as people say it. @param to first day after the period. */
export function lastDayOf(to: string): CivilDate {
	return addDays(to as CivilDate, -1);
}

export function partsOf(frequency: Frequency): number {
	return PARTS[frequency];
}

/** The period at an index. Each is counted from the start itself, so that the 31st comes back after a shorter month. */
export function periodAt(startedOn: CivilDate, frequency: Frequency, index: number): Period {
	const months = 12 / PARTS[frequency];
	return { index, from: addMonths(startedOn, index * months), to: addMonths(startedOn, (index + 1) * months) };
}

/** The periods from `index` on that have begun by a day, oldest first. */
export function periodsBegun(startedOn: CivilDate, frequency: Frequency, index: number, on: CivilDate): Period[] {
	const periods: Period[] = [];
	for (let at = index; ; at += 1) {
		const period = periodAt(startedOn, frequency, at);
		if (period.from > on) return periods;
		periods.push(period);
	}
}

/** What a period asks for: the year's amount in equal parts that sum to it to the cent, the odd cents first. */
export function amountAt(yearlyCents: Cents, frequency: Frequency, index: number): Cents {
	const parts = PARTS[frequency];
	return splitCents(yearlyCents, new Array<number>(parts).fill(1))[index % parts] ?? cents(0);
}

const both = z.object({ fr: z.string(), en: z.string() });
const wholeCents = z.int().min(0);

/** What is kept with a charge, to explain and recompute it when the scale and the contribution have long changed. */
export const chargeSnapshot = z.object({
	format: z.literal(1),
	rule: z.literal('yearly_amount_in_equal_parts'),
	scaleId: z.string(),
	/** Reference of the assembly's resolution; null for an example scale. */
	resolution: z.string().nullable(),
	example: z.boolean(),
	band: z.object({ id: z.string(), label: both, minimumCents: wholeCents, suggestedCents: wholeCents }),
	yearlyCents: wholeCents,
	frequency: z.enum(FREQUENCIES),
	/** 1 for the first part of a year of contribution. */
	part: z.int().min(1),
	parts: z.int().min(1),
	periodFrom: z.string(),
	periodTo: z.string(),
	periodDays: z.int().min(1),
});
export type ChargeSnapshot = z.output<typeof chargeSnapshot>;

/** What is kept with an amount that a group owed when its account was brought into the portal. */
const openingSnapshot = z.object({ format: z.literal(1), rule: z.literal('opening_balance'), amountCents: wholeCents, onDate: z.string() });
export type OpeningSnapshot = z.output<typeof openingSnapshot>;
export const keptSnapshot = z.discriminatedUnion('rule', [chargeSnapshot, openingSnapshot]);

export interface SnapshotSource {
	readonly scale: {
		readonly id: string;
		readonly resolution: string | null;
		readonly example: boolean;
	};
	readonly band: ChargeSnapshot['band'];
	readonly yearlyCents: number;
	readonly frequency: Frequency;
	readonly period: Period;
}

export function snapshotOf({ scale, band, yearlyCents, frequency, period }: SnapshotSource): ChargeSnapshot {
	const { id, label, minimumCents, suggestedCents } = band;
	return {
		format: 1,
		rule: 'yearly_amount_in_equal_parts',
		scaleId: scale.id,
		resolution: scale.resolution,
		example: scale.example,
		band: { id, label, minimumCents, suggestedCents },
		yearlyCents,
		frequency,
		part: (period.index % PARTS[frequency]) + 1,
		parts: PARTS[frequency],
		periodFrom: period.from,
		periodTo: period.to,
		periodDays: daysBetween(period.from, period.to),
	};
}

/** The amount again, from nothing but what was kept with the charge. */
export function recomputeCharge(snapshot: ChargeSnapshot): Cents {
	return splitCents(cents(snapshot.yearlyCents), new Array<number>(snapshot.parts).fill(1))[snapshot.part - 1] ?? cents(0);
}

/** Sentences that answer « Pourquoi ce montant? »; anyone can redo the division with them, to the cent. */
export function explainCharge(snapshot: ChargeSnapshot | OpeningSnapshot, locale: Locale): string[] {
	const m = messages(locale).contributions.why;
	if (snapshot.rule === 'opening_balance') return [m.opening(formatDate(snapshot.onDate, locale))];
	const money = (amount: number) => formatMoney(amount, locale);
	const split = splitCents(cents(snapshot.yearlyCents), new Array<number>(snapshot.parts).fill(1));
	const amount = recomputeCharge(snapshot);
	const [larger = amount] = split;
	const many = split.filter((part) => part === larger).length;
	const smaller = split.at(-1) ?? amount;
	const sentences = [
		m.chosen(money(snapshot.yearlyCents)),
		m.band(snapshot.band.label[locale], money(snapshot.band.suggestedCents), money(snapshot.band.minimumCents)),
	];
	if (snapshot.parts > 1) {
		sentences.push(
			larger === smaller
				? m.evenParts(snapshot.parts, money(larger))
				: m.oddParts(snapshot.parts, money(snapshot.yearlyCents), many, money(larger), snapshot.parts - many, money(smaller)),
			m.thisPart(snapshot.part, snapshot.parts, money(amount)),
		);
	}
	sentences.push(m.period(formatDate(snapshot.periodFrom, locale), formatDate(lastDayOf(snapshot.periodTo), locale), snapshot.periodDays));
	sentences.push(snapshot.resolution === null ? m.exampleScale(snapshot.scaleId) : m.adoptedScale(snapshot.scaleId, snapshot.resolution));
	return sentences;
}

export interface Service {
	readonly slug: string;
	readonly title: { readonly fr: string; readonly en: string };
	/** Cents it adds to a year of contribution. */
	readonly yearlyCents: number;
}

export interface EstimateInput {
	readonly scale: SnapshotSource['scale'];
	readonly band: ChargeSnapshot['band'];
	readonly services: readonly Service[];
	readonly frequency: Frequency;
	/** The day the first service would run. */
	readonly startsOn: CivilDate;
}

/** One payment of the first year, at each of the two amounts the scale proposes. */
export interface EstimatedPart {
	readonly from: CivilDate;
	/** First day after it. */
	readonly to: CivilDate;
	readonly days: number;
	/** When it is asked for on its first day. */
	readonly dueOn: CivilDate;
	readonly minimumCents: Cents;
	readonly suggestedCents: Cents;
}

/** What a first year of contribution would come to: an answer, not a commitment. Amounts a year have the services in them. */
export interface Estimate extends EstimateInput {
	readonly servicesCents: Cents;
	readonly minimumCents: Cents;
	readonly suggestedCents: Cents;
	readonly parts: readonly EstimatedPart[];
}

/** By the rules that charges are made with: periods counted from the first day, parts that sum to the year to the cent. */
export function estimateContribution(input: EstimateInput): Estimate {
	const { band, services, frequency, startsOn } = input;
	const servicesCents = sumCents(services.map((service) => service.yearlyCents));
	const minimumCents = sumCents([band.minimumCents, servicesCents]);
	const suggestedCents = sumCents([band.suggestedCents, servicesCents]);
	const parts = Array.from({ length: PARTS[frequency] }, (_, index) => {
		const { from, to } = periodAt(startsOn, frequency, index);
		return {
			from,
			to,
			days: daysBetween(from, to),
			dueOn: addDays(from, DAYS_TO_PAY),
			minimumCents: amountAt(minimumCents, frequency, index),
			suggestedCents: amountAt(suggestedCents, frequency, index),
		};
	});
	return { ...input, servicesCents, minimumCents, suggestedCents, parts };
}

/** Equal amounts in a row, counted: 8 × 12,35 then 4 × 12,34. */
export function runsOf(amounts: readonly Cents[]): { readonly count: number; readonly amountCents: Cents }[] {
	const runs: { count: number; amountCents: Cents }[] = [];
	for (const amountCents of amounts) {
		const last = runs.at(-1);
		if (last?.amountCents === amountCents) last.count += 1;
		else runs.push({ count: 1, amountCents });
	}
	return runs;
}

export interface Reason {
	readonly key: 'band' | 'services' | 'parts' | 'days' | 'resolution' | 'taxes';
	readonly title: string;
	readonly sentences: readonly string[];
}

/** « Pourquoi cette somme? », step by step: with the figures in these sentences anyone arrives at the same amounts. */
export function explainEstimate(estimate: Estimate, locale: Locale): Reason[] {
	const m = messages(locale).calculator.why;
	const { band, services, scale, frequency, parts } = estimate;
	const money = (amount: number) => formatMoney(amount, locale);
	const first = parts[0];
	const last = parts.at(-1);
	if (!first || !last) throw new Error('a year has at least one part');
	const days = parts.map((part) => part.days);
	const inParts = (yearly: Cents, amounts: readonly Cents[]) =>
		m.runs(
			runsOf(amounts)
				.map((run) => m.run(run.count, money(run.amountCents)))
				.reduce((one, next) => m.both(one, next)),
			money(yearly),
		);
	const year = m.year(
		formatDate(first.from, locale),
		formatDate(lastDayOf(last.to), locale),
		days.reduce((all, one) => all + one, 0),
	);
	return [
		{
			key: 'band',
			title: m.band,
			sentences: [m.bandIs(band.label[locale]), m.bandAsks(money(band.minimumCents), money(band.suggestedCents))],
		},
		{
			key: 'services',
			title: m.services,
			sentences: [
				...(services.length === 0
					? [m.noServices]
					: services.map((service) => m.service(service.title[locale], money(service.yearlyCents)))),
				m.withServices(money(estimate.servicesCents), money(estimate.minimumCents), money(estimate.suggestedCents)),
			],
		},
		{
			key: 'parts',
			title: m.parts,
			sentences:
				frequency === 'yearly'
					? [m.once]
					: [
							m.equalParts(parts.length),
							m.minimumRuns(
								inParts(
									estimate.minimumCents,
									parts.map((part) => part.minimumCents),
								),
							),
							m.suggestedRuns(
								inParts(
									estimate.suggestedCents,
									parts.map((part) => part.suggestedCents),
								),
							),
						],
		},
		{
			key: 'days',
			title: m.days,
			sentences: [
				m.starts(formatDate(first.from, locale)),
				year,
				parts.length === 1 ? m.wholeYear : m.wholeParts(Math.min(...days), Math.max(...days)),
			],
		},
		{
			key: 'resolution',
			title: m.scale,
			sentences: [scale.resolution === null ? m.exampleScale(scale.id) : m.adoptedScale(scale.id, scale.resolution)],
		},
		{ key: 'taxes', title: m.taxes, sentences: [m.noTaxes] },
	];
}

export type Settlement = 'open' | 'partly_paid' | 'paid' | 'reversed';

/** Never stored: what was paid against what was asked for. */
export function settlementOf(charge: { readonly amountCents: number; readonly paidCents: number; readonly reversed: boolean }): Settlement {
	if (charge.reversed) return 'reversed';
	if (charge.paidCents >= charge.amountCents) return 'paid';
	return charge.paidCents > 0 ? 'partly_paid' : 'open';
}

/** True when something is still to be paid after its day. */
export function isLate(
	charge: { readonly amountCents: number; readonly paidCents: number; readonly reversed: boolean; readonly dueOn: string },
	on: CivilDate,
): boolean {
	return !charge.reversed && charge.paidCents < charge.amountCents && charge.dueOn < on;
}

export interface Money {
	readonly id: string;
	/** What is left of it: unused for a payment, unpaid for a charge. */
	readonly leftCents: number;
}

export interface PlannedAllocation {
	readonly paymentId: string;
	readonly chargeId: string;
	readonly amountCents: Cents;
}

/**
 * Which part of which payment pays which charge, taking both lists in the order given (oldest first). Afterwards either
 * nothing is left to use or nothing is left to pay: a credit never waits beside an amount due.
 */
export function planAllocations(payments: readonly Money[], charges: readonly Money[]): PlannedAllocation[] {
	const plan: PlannedAllocation[] = [];
	const unpaid = charges.map((charge) => ({ id: charge.id, left: charge.leftCents }));
	let at = 0;
	for (const payment of payments) {
		let left = payment.leftCents;
		while (left > 0) {
			const charge = unpaid[at];
			if (!charge) return plan;
			const amount = Math.min(left, charge.left);
			if (amount > 0) plan.push({ paymentId: payment.id, chargeId: charge.id, amountCents: cents(amount) });
			left -= amount;
			charge.left -= amount;
			if (charge.left <= 0) at += 1;
		}
	}
	return plan;
}

/** The accounts of the books. */
export const ACCOUNTS = ['receivable', 'income:contribution', 'bank', 'member_credit', 'equity:opening'] as const;
export type Account = (typeof ACCOUNTS)[number];
export type SourceKind = 'charge' | 'payment' | 'allocation';
/** What a row of money is in the books: an opening balance earned nothing and came through no bank. */
export type MoveKind = SourceKind | 'opening_charge' | 'opening_payment';
export type EntryKind = MoveKind | `reversal_${MoveKind}`;

/** The kind of a row's entry. */
export const openingKind = <K extends 'charge' | 'payment'>(kind: K, opening: boolean): K | `opening_${K}` =>
	opening ? `opening_${kind}` : kind;

/** One row moves its amount from the credit account to the debit account. */
const MOVES = {
	charge: { debit: 'receivable', credit: 'income:contribution' },
	payment: { debit: 'bank', credit: 'member_credit' },
	allocation: { debit: 'member_credit', credit: 'receivable' },
	opening_charge: { debit: 'receivable', credit: 'equity:opening' },
	opening_payment: { debit: 'equity:opening', credit: 'member_credit' },
} as const satisfies Record<MoveKind, { debit: Account; credit: Account }>;

/** Where an entry moves its amount; a reversal moves it back. */
export function moveOf(kind: EntryKind): { readonly debit: Account; readonly credit: Account } {
	switch (kind) {
		case 'charge':
		case 'payment':
		case 'allocation':
		case 'opening_charge':
		case 'opening_payment':
			return MOVES[kind];
		case 'reversal_charge':
		case 'reversal_payment':
		case 'reversal_allocation':
		case 'reversal_opening_charge':
		case 'reversal_opening_payment': {
			const { debit, credit } = MOVES[kind.slice('reversal_'.length) as MoveKind];
			return { debit: credit, credit: debit };
		}
	}
}

export interface EntryRow {
	readonly seq: number;
	readonly id: string;
	readonly onDate: string;
	readonly debitAccount: string;
	readonly creditAccount: string;
	readonly amountCents: number;
	readonly organisationId: string | null;
	readonly sourceKind: string;
	readonly sourceId: string;
	readonly actorId: string | null;
	readonly requestId: string | null;
	readonly createdAt: number;
}

/** What an entry's hash covers: every column but the hashes themselves. The order is part of the format. */
export function hashedValues(row: EntryRow): (string | number | null)[] {
	return [
		row.seq,
		row.id,
		row.onDate,
		row.debitAccount,
		row.creditAccount,
		row.amountCents,
		row.organisationId,
		row.sourceKind,
		row.sourceId,
		row.actorId,
		row.requestId,
		row.createdAt,
	];
}

/** What a group owes and what it has in its favour, in cents; by construction of the plan at most one is above zero. */
export interface Balance {
	readonly dueCents: number;
	readonly creditCents: number;
}

/** The latest of several civil dates. */
export function latest(first: CivilDate, ...others: readonly CivilDate[]): CivilDate {
	let found = first;
	for (const date of others) if (date > found) found = date;
	return found;
}

/** Keeps a JSON text the same whatever the order of its keys in the settings file. */
export function canonicalJson(value: unknown): string {
	if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
	if (value !== null && typeof value === 'object') {
		const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
		return `{${entries.map(([key, part]) => `${JSON.stringify(key)}:${canonicalJson(part)}`).join(',')}}`;
	}
	return JSON.stringify(value) ?? 'null';
}

// A cell that begins like a formula is run by spreadsheets: a group's name must stay a name.
const FORMULA = /^[=+\-@\t\r]/;

/** One row of CSV (RFC 4180), formulas disarmed. Numbers are written as they are. */
export function csvRow(cells: readonly (string | number | null)[]): string {
	const texts = cells.map((cell) => {
		if (cell === null) return '';
		if (typeof cell === 'number') return String(cell);
		const safe = FORMULA.test(cell) ? `'${cell}` : cell;
		return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
	});
	return `${texts.join(',')}\r\n`;
}

/** 123456 → `1234.56`: for programs, not for people. */
export function decimalOf(amountCents: number): string {
	const sign = amountCents < 0 ? '-' : '';
	const whole = Math.trunc(Math.abs(amountCents) / 100);
	return `${sign}${whole}.${String(Math.abs(amountCents) % 100).padStart(2, '0')}`;
}

const JOURNAL_ACCOUNTS: Record<Account, string> = {
	receivable: 'assets:receivable',
	bank: 'assets:bank',
	member_credit: 'liabilities:member credit',
	'income:contribution': 'income:contribution',
	'equity:opening': 'equity:opening balances',
};

export interface JournalRow {
	readonly seq: number;
	readonly onDate: string;
	readonly debitAccount: string;
	readonly creditAccount: string;
	readonly amountCents: number;
	readonly sourceKind: string;
	readonly sourceId: string;
	readonly groupSlug: string | null;
	readonly hash: string;
}

/** One transaction in the plain-text format that hledger and ledger both read. Holds no free text. */
export function journalEntry(row: JournalRow): string {
	const nameOf = (account: string) => JOURNAL_ACCOUNTS[account as Account] ?? account;
	const amount = decimalOf(row.amountCents);
	return [
		`${row.onDate} * (${row.seq}) ${row.sourceKind}`,
		`    ; source: ${row.sourceId}`,
		...(row.groupSlug === null ? [] : [`    ; group: ${row.groupSlug}`]),
		`    ; hash: ${row.hash}`,
		`    ${nameOf(row.debitAccount)}  ${amount} CAD`,
		`    ${nameOf(row.creditAccount)}  -${amount} CAD`,
		'',
		'',
	].join('\n');
}
