import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
	BASE,
	CONTRIBUTION_STATES,
	type Counts,
	cellOf,
	delayOf,
	GROUP_KINDS,
	isSafe,
	MONEY_BASE_CENTS,
	maySumBeShown,
	type PublishedQuarter,
	publishedOf,
	type QuarterFacts,
	quarterOf,
	quartersDue,
	roundAtRandom,
	SERVICE_KINDS,
	type Shown,
	type ShownCounts,
	showCounts,
	smallestTotalFor,
	valuesBehind,
} from '#src/features/figures/rules.ts';
import type { CivilDate } from '#src/lib/clock.ts';

const day = (text: string) => text as CivilDate;

/**
 * Someone who has read everything published and knows the method. It works by listing, not by the formulas of the rules:
 * every count that is shown stands for a set of values; sums of sets are sets; the total is whatever all of them allow.
 */
type Values = ReadonlySet<number>;
const behind = (shown: Shown): Values => {
	// Told by the method itself: hidden is 0 to 4; shown is at least five and less than five away from what is shown.
	const values = new Set<number>();
	for (let value = 0; value <= (shown ?? 0) + BASE; value += 1) {
		if (shown === null ? value < BASE : value >= BASE && Math.abs(value - shown) < BASE) values.add(value);
	}
	return values;
};
const plus = (a: Values, b: Values): Values => new Set([...a].flatMap((x) => [...b].map((y) => x + y)));
const sumSet = (sets: readonly Values[]) => sets.reduce<Values>(plus, new Set([0]));
const keep = (a: Values, holds: (value: number) => boolean): Values => new Set([...a].filter(holds));
const minus = (a: Values, b: Values): Values => new Set([...a].flatMap((x) => [...b].map((y) => x - y)));
const isFew = (values: Values) => values.size > 0 && [...values].every((value) => value >= 1 && value < BASE);
/** Surely one to four more, or one to four fewer. */
const isSmallStep = (values: Values) => isFew(values) || isFew(new Set([...values].map((value) => -value)));

/** Everything that can be said of the counts behind: the total, every union of cells of each table, each part and its rest. */
function everythingKnown(shown: ShownCounts): Map<string, Values> {
	const known = new Map<string, Values>();
	if (shown.total === null) return known.set('total', behind(null));
	const tables = Object.entries(shown.tables).flatMap(([name, cells]) => (cells ? [{ name, cells: cells.map(behind) }] : []));
	const parts = (shown.parts ?? []).map(behind);
	let total = behind(shown.total);
	for (const { cells } of tables) {
		const sums = sumSet(cells);
		total = keep(total, (value) => sums.has(value));
	}
	for (const part of parts) total = keep(total, (value) => value >= Math.min(...part));
	known.set('total', total);
	for (const { name, cells } of tables) {
		for (let mask = 1; mask < 2 ** cells.length; mask += 1) {
			const inside = sumSet(cells.filter((_, at) => (mask >> at) & 1));
			const outside = sumSet(cells.filter((_, at) => !((mask >> at) & 1)));
			known.set(
				`${name} ${mask}`,
				keep(inside, (value) => [...total].some((all) => outside.has(all - value))),
			);
		}
	}
	parts.forEach((part, at) => {
		const possible = keep(part, (value) => value <= Math.max(...total));
		known.set(`part ${at}`, possible);
		known.set(
			`rest ${at}`,
			keep(minus(total, possible), (value) => value >= 0),
		);
	});
	return known;
}

interface Group {
	readonly kind: number;
	readonly band: number;
	readonly state: number;
	readonly services: readonly boolean[];
}
const BANDS = 5;
const SERVICES = 4;
const group: fc.Arbitrary<Group> = fc.record({
	kind: fc.nat(GROUP_KINDS.length - 1),
	band: fc.nat(BANDS - 1),
	state: fc.nat(CONTRIBUTION_STATES.length - 1),
	services: fc.array(fc.boolean(), { minLength: SERVICES, maxLength: SERVICES }),
});
/** Most groups of one sort and a few of others: the shape that gives single groups away. */
const lopsided: fc.Arbitrary<Group> = group.map((one) => ({
	...one,
	kind: one.kind % 2 === 0 ? 0 : one.kind,
	band: one.band < 3 ? 1 : one.band,
}));
const population = fc.oneof(
	fc.array(group, { maxLength: 70, size: 'max' }),
	fc.array(lopsided, { minLength: 15, maxLength: 45, size: 'max' }),
);
/** The same population some quarters later: a few left, a few came. */
const years = fc
	.tuple(population, fc.array(fc.record({ leave: fc.nat(4), join: fc.array(group, { maxLength: 4 }) }), { maxLength: 3 }))
	.map(([first, changes]) => {
		const quarters = [first];
		for (const { leave, join } of changes) quarters.push([...(quarters.at(-1) ?? []).slice(leave), ...join]);
		return quarters;
	});
const key = fc.uuid();

const tally = (size: number, values: readonly number[]) =>
	Array.from({ length: size }, (_, at) => values.filter((one) => one === at).length);
const countsOf = (groups: readonly Group[]): Counts => ({
	total: groups.length,
	tables: {
		kind: tally(
			GROUP_KINDS.length,
			groups.map((one) => one.kind),
		),
		band: tally(
			BANDS,
			groups.map((one) => one.band),
		),
		state: tally(
			CONTRIBUTION_STATES.length,
			groups.map((one) => one.state),
		),
	},
	parts: Array.from({ length: SERVICES }, (_, at) => groups.filter((one) => one.services[at]).length),
});

/** One large cell and a few just under five: the tables that a total gives away when the roundings fall badly. */
const onTheEdge: fc.Arbitrary<Counts> = fc
	.record({
		total: fc.integer({ min: 17, max: 45 }),
		small: fc.array(fc.array(fc.constantFrom(1, 3, 4), { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 3 }),
		parts: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 2 }),
	})
	.map(({ total, small, parts }) => ({
		total,
		tables: Object.fromEntries(small.map((cells, at) => [`table${at}`, [total - cells.reduce((all, one) => all + one, 0), ...cells]])),
		parts: parts.map((less) => total - less),
	}));
/** The large cell, and the total with it, moves by one to four. */
const edgeYears = fc.tuple(onTheEdge, fc.integer({ min: 1, max: 4 })).map(([first, more]) => [
	first,
	{
		total: first.total + more,
		tables: Object.fromEntries(Object.entries(first.tables).map(([name, [large = 0, ...cells]]) => [name, [large + more, ...cells]])),
		parts: first.parts,
	},
]);
const anyCounts = fc.oneof(population.map(countsOf), onTheEdge);

describe('figures of a population', () => {
	test('never show a count under five, and are less than five away from the others', () => {
		fc.assert(
			fc.property(population, key, (groups, secret) => {
				const counts = countsOf(groups);
				const shown = showCounts(counts, secret);
				const pairs: [number, Shown | undefined][] = [[counts.total, shown.total]];
				for (const [name, cells] of Object.entries(shown.tables))
					for (const [at, one] of (cells ?? []).entries()) pairs.push([counts.tables[name]?.[at] ?? 0, one]);
				for (const [at, one] of (shown.parts ?? []).entries()) pairs.push([counts.parts[at] ?? 0, one]);
				for (const [count, one] of pairs) {
					if (count < BASE) expect(one).toBeNull();
					else {
						expect((one ?? 0) % BASE).toBe(0);
						expect(Math.abs((one ?? 0) - count)).toBeLessThan(BASE);
					}
				}
			}),
		);
	});

	test('let nobody say of any groups, however added up or taken away, that they are one to four', () => {
		fc.assert(
			fc.property(anyCounts, key, (counts, secret) => {
				for (const [what, values] of everythingKnown(showCounts(counts, secret))) {
					expect(values.size, what).toBeGreaterThan(0);
					if (isFew(values)) throw new Error(`${what} is one to four: ${[...values]}`);
				}
			}),
			{ numRuns: 400 },
		);
	}, 30_000);

	test('let nobody say, from one quarter to a later one, that one to four groups came or left', () => {
		fc.assert(
			fc.property(
				fc.oneof(
					years.map((quarters) => quarters.map(countsOf)),
					edgeYears,
				),
				key,
				(quarters, secret) => {
					const known = quarters.map((counts) => everythingKnown(showCounts(counts, secret)));
					known.forEach((later, at) => {
						for (const earlier of known.slice(0, at)) {
							for (const [what, values] of later) {
								const before = earlier.get(what);
								if (before && isSmallStep(minus(values, before))) throw new Error(`${what} moved by ${[...minus(values, before)]}`);
							}
						}
					});
				},
			),
			{ numRuns: 200 },
		);
	}, 30_000);

	test('are the same again for the same counts, so that reading them every quarter brings nothing nearer', () => {
		fc.assert(
			fc.property(population, key, (groups, secret) => {
				expect(showCounts(countsOf(groups), secret)).toEqual(showCounts(countsOf(groups), secret));
			}),
		);
	});

	test('show a table, as a rule, once there are groups enough for it', () => {
		let open = 0;
		let shown = 0;
		const samples = fc.sample(fc.tuple(fc.array(group, { minLength: 30, maxLength: 120 }), key), { numRuns: 300, seed: 7 });
		for (const [groups, secret] of samples) {
			open += 1;
			if (showCounts(countsOf(groups), secret).tables.band) shown += 1;
		}
		expect(shown / open).toBeGreaterThan(0.99);
	});

	test('are only a word under five groups, and a total from five on', () => {
		const few = { total: 4, tables: { kind: [4, 0] }, parts: [4] };
		expect(showCounts(few, 'key')).toEqual({ total: null, tables: { kind: null }, parts: null });
		const five = { total: 5, tables: { kind: [5, 0] }, parts: [5] };
		expect(showCounts(five, 'key')).toMatchObject({ total: 5, tables: { kind: null } });
	});
});

describe('a set of roundings', () => {
	test('is refused when a total and its cells leave only small numbers for what is hidden', () => {
		// 20 in all is at least 16; the shown cell is at most 9; two hidden cells then hold seven or eight between them.
		expect(isSafe({ total: 20, tables: [[5, null, null]], parts: [] })).toBe(false);
		expect(isSafe({ total: 20, tables: [[15, null, null]], parts: [] })).toBe(true);
	});

	test('is refused when two tables of one population pin it between them', () => {
		expect(
			isSafe({
				total: 25,
				tables: [
					[10, null, null],
					[15, 10],
				],
				parts: [],
			}),
		).toBe(false);
		expect(
			isSafe({
				total: 25,
				tables: [
					[25, null, null],
					[15, 10],
				],
				parts: [],
			}),
		).toBe(true);
	});

	test('is refused when all cells are hidden and the total is not small enough for it', () => {
		expect(isSafe({ total: 10, tables: [[null, null]], parts: [] })).toBe(false);
	});

	test('agrees with one who lists every possibility', () => {
		const cell = fc.constantFrom<Shown>(null, 5, 10, 15, 20);
		const table = fc.array(cell, { minLength: 2, maxLength: 4 });
		fc.assert(
			fc.property(fc.constantFrom(5, 10, 15, 20, 25, 30), table, table, fc.array(cell, { maxLength: 2 }), (total, a, b, parts) => {
				if (!isSafe({ total, tables: [a, b], parts })) return;
				for (const [what, values] of everythingKnown({ total, tables: { a, b }, parts })) {
					if (isFew(values)) throw new Error(`${what}: ${[...values]}`);
					if (!what.startsWith('rest')) expect(values.size, what).toBeGreaterThanOrEqual(BASE);
				}
			}),
			{ numRuns: 2_000 },
		);
	});
});

describe('rounding', () => {
	test('goes to a neighbouring multiple, keeps a multiple, and is right on average', () => {
		fc.assert(
			fc.property(fc.integer({ min: 5, max: 10_000 }), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (count, at) => {
				const rounded = roundAtRandom(count, BASE, at);
				expect(rounded % BASE).toBe(0);
				expect(Math.abs(rounded - count)).toBeLessThan(BASE);
				const box = valuesBehind(rounded);
				expect(count).toBeGreaterThanOrEqual(box.lo);
				expect(count).toBeLessThanOrEqual(box.hi);
			}),
		);
		expect(roundAtRandom(15, BASE, 0)).toBe(15);
		const mean = Array.from({ length: 1_000 }, (_, at) => roundAtRandom(12, BASE, at / 1_000)).reduce((all, one) => all + one, 0) / 1_000;
		expect(mean).toBeCloseTo(12, 1);
	});

	test('opens a table only when its cells can’t all be hidden', () => {
		for (const cells of [1, 2, 5, 8]) expect(valuesBehind(smallestTotalFor(cells)).lo).toBeGreaterThan((BASE - 1) * cells);
	});
});

describe('a sum of money', () => {
	test('is not shown for fewer than five members, nor when one of them is nearly all of it', () => {
		expect(maySumBeShown([100, 100, 100, 100])).toBe(false);
		expect(maySumBeShown([100, 100, 100, 100, 100])).toBe(true);
		expect(maySumBeShown([10_000, 100, 100, 100, 100])).toBe(false);
		expect(maySumBeShown([10_000, 5_000, 1_000, 900, 200])).toBe(true);
	});

	test('leaves the second largest contributor at least a fifth in the dark about the largest', () => {
		fc.assert(
			fc.property(fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 5, maxLength: 30 }), (amounts) => {
				const [largest = 0, second = 0] = [...amounts].sort((a, b) => b - a);
				const guess = amounts.reduce((all, one) => all + one, 0) - second;
				if (maySumBeShown(amounts)) expect(guess - largest).toBeGreaterThanOrEqual(largest * 0.2);
			}),
		);
	});
});

describe('quarters', () => {
	test('are those of the calendar', () => {
		expect(quarterOf(day('2026-01-01'))).toEqual({ id: '2026-Q1', from: '2026-01-01', to: '2026-04-01' });
		expect(quarterOf(day('2026-12-31'))).toEqual({ id: '2026-Q4', from: '2026-10-01', to: '2027-01-01' });
	});

	test('are published thirty days after their end, never before', () => {
		expect(quartersDue(day('2026-05-20'), day('2026-10-30')).map((one) => one.id)).toEqual(['2026-Q2']);
		expect(quartersDue(day('2026-05-20'), day('2026-10-31')).map((one) => one.id)).toEqual(['2026-Q2', '2026-Q3']);
		expect(quartersDue(day('2026-10-01'), day('2026-11-22'))).toEqual([]);
	});
});

describe('what is published of a quarter', () => {
	const facts = (over: Partial<QuarterFacts> = {}): QuarterFacts => ({
		quarter: quarterOf(day('2026-07-01')),
		groups: Array.from({ length: 40 }, (_, at) => ({
			kind: GROUP_KINDS[at % 3] ?? 'nonprofit',
			band: at % 2 === 0 ? 'small' : 'gone',
			contribution: at % 10 === 0 ? 'solidarity' : 'chosen',
			services: at < 20 ? ['email', 'list'] : ['email'],
		})),
		individuals: 7,
		bands: [
			{ id: 'small', label: { fr: 'Petit', en: 'Small' } },
			{ id: 'large', label: { fr: 'Grand', en: 'Large' } },
		],
		receivedCents: Array.from({ length: 12 }, () => 30_000),
		answerHours: Array.from({ length: 6 }, (_, at) => [at + 1, 200]),
		...over,
	});
	const value = (published: PublishedQuarter, ...at: Parameters<typeof cellOf> extends [unknown, ...infer Rest] ? Rest : never) =>
		cellOf(published, ...at);

	test('has every figure, each cell rounded or said to be hidden', () => {
		const published = publishedOf(facts(), 'key');
		expect(published).toMatchObject({ quarter: '2026-Q3', from: '2026-07-01', until: '2026-09-30' });
		expect(value(published, 'groups')).toEqual({ id: 'total', status: 'rounded', value: 40 });
		expect(value(published, 'groups_by_kind', 'collective')).toEqual({ id: 'collective', status: 'under_five', value: null });
		expect(value(published, 'groups_by_band', 'other')?.value).toBe(20);
		expect(value(published, 'groups_by_band', 'large')).toEqual({
			id: 'large',
			label: { fr: 'Grand', en: 'Large' },
			status: 'under_five',
			value: null,
		});
		expect(value(published, 'groups_by_contribution', 'solidarity')).toMatchObject({ status: 'under_five' });
		expect(value(published, 'groups_by_service', 'list')?.value).toBe(20);
		expect(published.figures.find((one) => one.id === 'groups_by_service')?.cells).toHaveLength(SERVICE_KINDS.length);
		expect(Number(value(published, 'contributions_received')?.value) % MONEY_BASE_CENTS).toBe(0);
		expect(value(published, 'first_answer')?.value).toBe('week');
	});

	test('withholds money and requests of fewer than five members', () => {
		const published = publishedOf(
			facts({ receivedCents: [1, 1, 1, 1].map((one) => one * 50_000), answerHours: [[1], [2], [3], [4]] }),
			'key',
		);
		for (const id of ['contributions_received', 'requests_answered', 'first_answer'] as const) {
			expect(value(published, id)).toEqual({ id: 'total', status: 'withheld', value: null });
		}
	});

	test('says nothing but « under five » of four groups and four persons', () => {
		const published = publishedOf(facts({ groups: facts().groups.slice(0, 4), individuals: 4, receivedCents: [], answerHours: [] }), 'key');
		expect(published.figures.flatMap((figure) => figure.cells.map((cell) => cell.value)).every((one) => one === null)).toBe(true);
	});

	test('counts each member’s wait once', () => {
		const often = Array.from({ length: 500 }, () => 1);
		expect(value(publishedOf(facts({ answerHours: [often, [100], [100], [100], [100]] }), 'key'), 'first_answer')?.value).toBe('week');
		expect([24, 72, 168, 169].map(delayOf)).toEqual(['same_day', 'three_days', 'week', 'longer']);
	});
});
