import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Cents, cents, MAX_CENTS, parseAmount, splitCents, sumCents } from '#src/lib/money.ts';

const amount = fc.integer({ min: -MAX_CENTS, max: MAX_CENTS }).map((value) => cents(value));
const weights = fc.array(fc.nat({ max: 1_000_000 }), { minLength: 1, maxLength: 30 }).filter((list) => list.some((weight) => weight > 0));

describe('cents', () => {
	it.each([0.5, Number.NaN, Number.POSITIVE_INFINITY, MAX_CENTS + 1, -MAX_CENTS - 1, 2 ** 53])('refuse %d', (value) => {
		expect(() => cents(value)).toThrow(RangeError);
	});

	it('add up, and a sum too large is refused as well', () => {
		expect(sumCents([100, -30, 5])).toBe(75);
		expect(sumCents([])).toBe(0);
		expect(() => sumCents([MAX_CENTS, 1])).toThrow(RangeError);
	});
});

describe('an amount that was typed', () => {
	it.each([
		['12', 1200],
		['12,5', 1250],
		['12.05', 1205],
		['0,29', 29],
		['1\u00a0234,56', 123456],
		['1\u202f234\u202f567,89', 123456789],
		['1 234,56 $', 123456],
		['1,234.56', 123456],
		['$1,234', 123400],
		['12 $', 1200],
		['$ 12', 1200],
		['  7 ', 700],
		['-5', -500],
		['\u22125,25 $', -525],
		['$-5', -500],
		['100000000', MAX_CENTS],
	])('« %s » is %i cents', (text, value) => {
		expect(parseAmount(text)).toBe(value);
	});

	it.each([
		'',
		' ',
		'$',
		'-',
		'douze',
		'12,345,6',
		'1.234',
		'12.345',
		'1e3',
		'0x10',
		'1/2',
		'12 50',
		'1 2 3',
		'1,23,456',
		'12,',
		',50',
		'--5',
		'$$5',
		'$5$',
		'١٢',
		'100000000.01',
		'9999999999',
		'NaN',
		'12\n50',
	])('« %s » is none', (text) => {
		expect(parseAmount(text)).toBeNull();
	});

	it('is never minus zero', () => {
		expect(Object.is(parseAmount('-0'), 0)).toBe(true);
	});

	it('is read back exactly however it is written', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 0, max: MAX_CENTS }),
				fc.constantFrom('.', ','),
				fc.constantFrom('', ' $', '\u00a0$'),
				(value, point, sign) => {
					const digits = String(value).padStart(3, '0');
					expect(parseAmount(`${digits.slice(0, -2)}${point}${digits.slice(-2)}${sign}`)).toBe(value);
				},
			),
		);
	});

	it('is read back exactly as Canadians see it printed', () => {
		fc.assert(
			fc.property(fc.integer({ min: 0, max: MAX_CENTS }), fc.constantFrom('fr-CA', 'en-CA'), (value, tag) => {
				const printed = new Intl.NumberFormat(tag, { style: 'currency', currency: 'CAD', currencyDisplay: 'narrowSymbol' }).format(
					value / 100,
				);
				expect(parseAmount(printed)).toBe(value);
			}),
		);
	});

	it('may be any text at all without an exception or a fraction of a cent', () => {
		fc.assert(
			fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[-$0-9., ]{0,16}$/)), (text) => {
				const value = parseAmount(text);
				expect(value === null || Number.isSafeInteger(value)).toBe(true);
			}),
		);
	});
});

describe('splitting an amount', () => {
	it('loses and adds no cent, for a debt as for a credit', () => {
		fc.assert(
			fc.property(amount, weights, (total, list) => {
				const parts = splitCents(total, list);
				expect(parts).toHaveLength(list.length);
				expect(parts.reduce((all: number, part) => all + part, 0)).toBe(total);
			}),
		);
	});

	it('gives each part within one cent of its exact share, and nothing to a weight of zero', () => {
		fc.assert(
			fc.property(amount, weights, (total, list) => {
				const sum = list.reduce((all, weight) => all + weight, 0);
				for (const [index, part] of splitCents(total, list).entries()) {
					const weight = list[index] ?? 0;
					if (weight === 0) expect(Object.is(part, 0)).toBe(true);
					const distance = BigInt(part) * BigInt(sum) - BigInt(total) * BigInt(weight);
					expect(distance < BigInt(sum) && -distance < BigInt(sum)).toBe(true);
				}
			}),
		);
	});

	it('gives the odd cents to the largest remainders, the first ones when they are equal', () => {
		expect(splitCents(cents(100), [1, 1, 1])).toEqual([34, 33, 33]);
		expect(splitCents(cents(-100), [1, 1, 1])).toEqual([-34, -33, -33]);
		expect(splitCents(cents(10), [1, 2, 3])).toEqual([2, 3, 5]);
		expect(splitCents(cents(1), [0, 0, 5])).toEqual([0, 0, 1]);
	});

	it('stays exact with weights as large as numbers go', () => {
		const large = Number.MAX_SAFE_INTEGER;
		expect(splitCents(cents(7), [large, large, large - 1])).toEqual([3, 2, 2]);
	});

	it.each([[[]], [[0, 0]], [[1, -1]], [[0.5, 0.5]], [[Number.NaN]], [[Number.POSITIVE_INFINITY]]])('refuses the weights %j', (list) => {
		expect(() => splitCents(100 as Cents, list)).toThrow(RangeError);
	});
});
