/**
 * Figures about the members that the public may read without learning anything of one of them. The method and its proof are
 * in docs/decisions/012: counts under five are never shown; others are rounded at random, up or down, to a multiple of
 * five; a set of roundings is published only when, read together, it still leaves each count at least five values.
 */
import { createHash } from 'node:crypto';
import { formatMoney, formatNumber } from '#src/i18n/format.ts';
import { messages } from '#src/i18n/messages.ts';
import type { Locale } from '#src/i18n/routes.ts';
import { addDays, addMonths, type CivilDate } from '#src/lib/clock.ts';

export const GROUP_KINDS = ['nonprofit', 'cooperative', 'union', 'collective'] as const;
export const CONTRIBUTION_STATES = ['chosen', 'solidarity', 'not_started'] as const;
export const SERVICE_KINDS = ['email', 'list', 'wiki', 'blog', 'site', 'domain', 'portal'] as const;
/** Where groups are counted whose band is not in the scale of the day. */
export const OTHER_BAND = 'other';
export const DELAYS = ['same_day', 'three_days', 'week', 'longer'] as const;

export type GroupKind = (typeof GROUP_KINDS)[number];
export type ContributionState = (typeof CONTRIBUTION_STATES)[number];
export type ServiceKind = (typeof SERVICE_KINDS)[number];
export type Delay = (typeof DELAYS)[number];

/** Fewer are never shown, and counts are rounded to a multiple of it. */
export const BASE = 5;
/** Money is rounded to a multiple of a thousand dollars. */
export const MONEY_BASE_CENTS = 100_000;
/** Days after a quarter's end in which late entries still find their place. */
export const DAYS_TO_PUBLISH = 30;
/** Far more than it takes: nine in ten are safe at the first. */
const MOST_ATTEMPTS = 64;

export interface Quarter {
	/** `2026-Q3`. */
	readonly id: string;
	readonly from: CivilDate;
	/** First day after it. */
	readonly to: CivilDate;
}

/** The quarter of the calendar that holds a day. */
export function quarterOf(date: CivilDate): Quarter {
	const [year = '', month = ''] = date.split('-');
	const number = Math.ceil(Number(month) / 3);
	const from = `${year}-${String(number * 3 - 2).padStart(2, '0')}-01` as CivilDate;
	return { id: `${year}-Q${number}`, from, to: addMonths(from, 3) };
}

/** From the first day on which its figures may be published. */
export function isDue(quarter: Quarter, on: CivilDate): boolean {
	return addDays(quarter.to, DAYS_TO_PUBLISH) <= on;
}

/** Quarters from the one of a day to the last whose figures may be published, oldest first. */
export function quartersDue(since: CivilDate, on: CivilDate): Quarter[] {
	const quarters: Quarter[] = [];
	for (let quarter = quarterOf(since); isDue(quarter, on); quarter = quarterOf(quarter.to)) quarters.push(quarter);
	return quarters;
}

/** What a quarter was, member by member. It never leaves the server. */
export interface QuarterFacts {
	readonly quarter: Quarter;
	/** Member groups on its last day. */
	readonly groups: readonly {
		readonly kind: GroupKind;
		readonly band: string;
		readonly contribution: ContributionState;
		/** Kinds of services that run. */
		readonly services: readonly ServiceKind[];
	}[];
	/** Persons who are members alone, on its last day. */
	readonly individuals: number;
	/** Bands of the scale in force, for groups. */
	readonly bands: readonly { readonly id: string; readonly label: { readonly fr: string; readonly en: string } }[];
	/** Cents received in the quarter, one sum a member who paid. */
	readonly receivedCents: readonly number[];
	/** For each member whose requests got a first answer in the quarter, the hours each of them waited. */
	readonly answerHours: readonly (readonly number[])[];
}

export const FIGURES = [
	'groups',
	'individuals',
	'groups_by_kind',
	'groups_by_band',
	'groups_by_contribution',
	'groups_by_service',
	'contributions_received',
	'requests_answered',
	'first_answer',
] as const;
export type FigureId = (typeof FIGURES)[number];
export type Unit = 'members' | 'cents' | 'requests' | 'delay';

/** A figure's place: a rounded value, or why there is none. */
export interface Cell {
	readonly id: string;
	/** Only where the words are not the portal's own: bands of a scale. */
	readonly label?: { readonly fr: string; readonly en: string };
	readonly status: 'rounded' | 'under_five' | 'withheld';
	/** A multiple of five, or of a thousand dollars in cents; the class for a delay; null unless `rounded`. */
	readonly value: number | Delay | null;
}

export interface Figure {
	readonly id: FigureId;
	readonly unit: Unit;
	readonly cells: readonly Cell[];
}

/** What the public sees of a quarter. */
export interface PublishedQuarter {
	readonly format: 1;
	readonly quarter: string;
	readonly from: string;
	/** Its last day. */
	readonly until: string;
	readonly figures: readonly Figure[];
}

/** A count as it is shown: rounded, or null under five. */
export type Shown = number | null;

/** In [0, 1), the same for the same cell, count and attempt as long as the key is the same. */
function draw(key: string, cell: string, count: number, attempt: number): number {
	const digest = createHash('sha256').update(`${key}\0${cell}\0${count}\0${attempt}`).digest();
	return digest.readUIntBE(0, 6) / 2 ** 48;
}

/** To the multiple below or above, at random and right on average. A multiple stays what it is. */
export function roundAtRandom(count: number, base: number, at: number): number {
	const rest = count % base;
	return count - rest + (at < rest / base ? base : 0);
}

/** What a count could be, once one has seen it shown. */
export function valuesBehind(shown: Shown): { readonly lo: number; readonly hi: number } {
	return shown === null ? { lo: 0, hi: BASE - 1 } : { lo: Math.max(BASE, shown - BASE + 1), hi: shown + BASE - 1 };
}

/** Counts of one population as they are shown together. */
export interface Showing {
	readonly total: number;
	/** Each shares out the whole population. */
	readonly tables: readonly (readonly Shown[])[];
	/** Each counts a part of it. */
	readonly parts: readonly Shown[];
}

const sumOf = (values: readonly number[]) => values.reduce((all, one) => all + one, 0);

const sumOfBoxes = (boxes: readonly { readonly lo: number; readonly hi: number }[]) => ({
	lo: sumOf(boxes.map((box) => box.lo)),
	hi: sumOf(boxes.map((box) => box.hi)),
});

/** Surely between one and four: what nobody may be able to say of any groups. */
const isFew = (lo: number, hi: number) => lo >= 1 && hi < BASE;
/** Fewer than five values left, or few surely. The difference of two counts of five values each has nine: it is never few. */
const isTold = (lo: number, hi: number) => hi - lo < BASE - 1 || isFew(lo, hi);

/**
 * True when someone who reads all of it, and knows that each table shares out the same total, is left with at least five
 * possible values for the total, for each part and for each union of a table's cells, and can say of none of them, nor of the
 * total less a part, that it is one to four. Decided from nothing but what is shown, so that the decision itself tells nothing.
 */
export function isSafe({ total, tables, parts }: Showing): boolean {
	const boxes = tables.map((table) => table.map(valuesBehind));
	const partBoxes = parts.map(valuesBehind);
	const whole = valuesBehind(total);
	const sums = boxes.map(sumOfBoxes);
	const lo = Math.max(whole.lo, ...sums.map((sum) => sum.lo), ...partBoxes.map((box) => box.lo));
	const hi = Math.min(whole.hi, ...sums.map((sum) => sum.hi));
	if (isTold(lo, hi)) return false;
	for (const box of partBoxes) {
		if (isTold(box.lo, Math.min(box.hi, hi)) || isFew(lo - box.hi, hi - box.lo)) return false;
	}
	for (const [at, table] of boxes.entries()) {
		const all = sums[at] ?? whole;
		// Every union but the whole table, which is the total.
		for (let mask = 1; mask < 2 ** table.length - 1; mask += 1) {
			const union = sumOfBoxes(table.filter((_, cell) => (mask >> cell) & 1));
			if (isTold(Math.max(union.lo, lo - (all.hi - union.hi)), Math.min(union.hi, hi - (all.lo - union.lo)))) return false;
		}
	}
	return true;
}

/** From this shown total on, a table of so many cells can't hold the whole population in cells under five. */
export function smallestTotalFor(cells: number): number {
	return (BASE - 1) * cells + BASE;
}

export interface Counts {
	readonly total: number;
	readonly tables: Readonly<Record<string, readonly number[]>>;
	readonly parts: readonly number[];
}

export interface ShownCounts {
	/** Null under five; then nothing else is shown. */
	readonly total: Shown;
	/** Null: withheld as a whole. */
	readonly tables: Readonly<Record<string, readonly Shown[] | null>>;
	readonly parts: readonly Shown[] | null;
}

/** Rounds the counts of one population so that what is shown together is safe. */
export function showCounts({ total, tables, parts }: Counts, key: string): ShownCounts {
	const names = Object.keys(tables);
	const nothing = { tables: Object.fromEntries(names.map((name) => [name, null])), parts: null };
	const show = (cell: string, count: number, attempt: number): Shown =>
		count < BASE ? null : roundAtRandom(count, BASE, draw(key, cell, count, attempt));
	const shownTotal = show('total', total, 0);
	if (shownTotal === null) return { total: null, ...nothing };
	// Decided by what is shown of the total, and not by the table: a table left out tells nothing of what it holds.
	const open = names.filter((name) => shownTotal >= smallestTotalFor(tables[name]?.length ?? 0));
	for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
		const shown = open.map((name) => (tables[name] ?? []).map((count, at) => show(`${name} ${at}`, count, attempt)));
		const shownParts = parts.map((count, at) => show(`part ${at}`, count, attempt));
		if (isSafe({ total: shownTotal, tables: shown, parts: shownParts })) {
			return {
				total: shownTotal,
				tables: { ...nothing.tables, ...Object.fromEntries(open.map((name, at) => [name, shown[at] ?? null])) },
				parts: shownParts,
			};
		}
	}
	return { total: shownTotal, ...nothing };
}

/**
 * A sum may be shown when at least five members made it and the largest could not be worked out by the second largest to
 * within a fifth of it (the p % rule of official statistics).
 */
export function maySumBeShown(amounts: readonly number[]): boolean {
	if (amounts.length < BASE) return false;
	const [largest = 0, second = 0] = [...amounts].sort((a, b) => b - a);
	return (sumOf(amounts) - largest - second) * 5 >= largest;
}

function median(values: readonly number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = Math.floor(sorted.length / 2);
	const upper = sorted[middle] ?? 0;
	return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/** The class of a wait in hours. */
export function delayOf(hours: number): Delay {
	if (hours <= 24) return 'same_day';
	if (hours <= 72) return 'three_days';
	return hours <= 168 ? 'week' : 'longer';
}

const shownCell = (value: Shown | undefined): Omit<Cell, 'id'> =>
	value === undefined || value === null ? { status: 'under_five', value: null } : { status: 'rounded', value };
const withheld = { status: 'withheld', value: null } as const;

/** What is published of a quarter. @param key secret of the rounding, the same for every quarter. */
export function publishedOf(facts: QuarterFacts, key: string): PublishedQuarter {
	const { quarter, groups, bands } = facts;
	const bandCells = [...bands, { id: OTHER_BAND, label: undefined }];
	const known = new Set(bands.map((band) => band.id));
	const count = (holds: (group: QuarterFacts['groups'][number]) => boolean) => groups.filter(holds).length;
	const shown = showCounts(
		{
			total: groups.length,
			tables: {
				groups_by_kind: GROUP_KINDS.map((kind) => count((group) => group.kind === kind)),
				groups_by_band: bandCells.map(({ id }) => count((group) => (known.has(group.band) ? group.band : OTHER_BAND) === id)),
				groups_by_contribution: CONTRIBUTION_STATES.map((state) => count((group) => group.contribution === state)),
			},
			parts: SERVICE_KINDS.map((kind) => count((group) => group.services.includes(kind))),
		},
		key,
	);
	const table = (
		id: 'groups_by_kind' | 'groups_by_band' | 'groups_by_contribution',
		cells: readonly Pick<Cell, 'id' | 'label'>[],
	): Figure => ({
		id,
		unit: 'members',
		cells: cells.map((cell, at) => {
			const values = shown.tables[id];
			return { ...cell, ...(values ? shownCell(values[at]) : withheld) };
		}),
	});
	const one = (id: FigureId, unit: Unit, cell: Omit<Cell, 'id'>): Figure => ({ id, unit, cells: [{ id: 'total', ...cell }] });

	const individuals =
		facts.individuals < BASE ? null : roundAtRandom(facts.individuals, BASE, draw(key, 'individuals', facts.individuals, 0));
	const received = sumOf(facts.receivedCents);
	const answered = facts.answerHours.flat().length;
	const enoughAsked = facts.answerHours.length >= BASE;
	return {
		format: 1,
		quarter: quarter.id,
		from: quarter.from,
		until: addDays(quarter.to, -1),
		figures: [
			one('groups', 'members', shownCell(shown.total)),
			one('individuals', 'members', shownCell(individuals)),
			table(
				'groups_by_kind',
				GROUP_KINDS.map((id) => ({ id })),
			),
			table(
				'groups_by_band',
				bandCells.map(({ id, label }) => (label ? { id, label } : { id })),
			),
			table(
				'groups_by_contribution',
				CONTRIBUTION_STATES.map((id) => ({ id })),
			),
			{
				id: 'groups_by_service',
				unit: 'members',
				cells: SERVICE_KINDS.map((id, at) => ({ id, ...(shown.parts ? shownCell(shown.parts[at]) : withheld) })),
			},
			one(
				'contributions_received',
				'cents',
				maySumBeShown(facts.receivedCents)
					? { status: 'rounded', value: roundAtRandom(received, MONEY_BASE_CENTS, draw(key, 'received', received, 0)) }
					: withheld,
			),
			one(
				'requests_answered',
				'requests',
				maySumBeShown(facts.answerHours.map((one) => one.length))
					? { status: 'rounded', value: roundAtRandom(answered, BASE, draw(key, 'answered', answered, 0)) }
					: withheld,
			),
			// Each member counts once, by its own median: one that asks every day does not make the figure.
			one('first_answer', 'delay', enoughAsked ? { status: 'rounded', value: delayOf(median(facts.answerHours.map(median))) } : withheld),
		],
	};
}

/** A figure's cell of a quarter; null when that quarter has none of that name. */
export function cellOf(published: PublishedQuarter, figure: FigureId, cell = 'total'): Cell | null {
	return published.figures.find((one) => one.id === figure)?.cells.find((one) => one.id === cell) ?? null;
}

/** What a cell is called: a band by its scale, the others in the portal's words. */
export function labelOf(figure: FigureId, { id, label }: Pick<Cell, 'id' | 'label'>, locale: Locale): string {
	const { figures, cells } = messages(locale).transparency;
	if (label) return label[locale];
	return id === 'total' ? figures[figure] : ((cells as Record<string, string>)[id] ?? id);
}

/** A cell as people read it: « environ 25 », « moins de 5 », « non publié ». */
export function textOf(unit: Unit, { status, value }: Pick<Cell, 'status' | 'value'>, locale: Locale): string {
	const { live, cells } = messages(locale).transparency;
	if (status === 'withheld') return live.withheld;
	if (status === 'under_five' || value === null) return live.underFive;
	if (typeof value === 'string') return cells[value];
	if (unit !== 'cents') return live.about(formatNumber(value, locale));
	// Whole thousands: cents would claim what the rounding took away.
	const dollars = (cents: number) => formatMoney(cents, locale).replace(/[.,]00(?!\d)/, '');
	return value === 0 ? live.underThousand(dollars(MONEY_BASE_CENTS)) : live.about(dollars(value));
}

/** The number and the year of a quarter by its name, `2026-Q3`. */
export function partsOfName(name: string): { readonly number: number; readonly year: string } {
	return { number: Number(name.slice(-1)), year: name.slice(0, 4) };
}
