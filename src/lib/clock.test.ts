import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, addMonths, type CivilDate, civilDateOf, DAY, daysBetween, parseCivilDate } from '#src/lib/clock.ts';

const day = (text: string) => text as CivilDate;
const anyDay = fc
	.date({ min: new Date('1901-01-01T12:00:00Z'), max: new Date('2150-12-31T12:00:00Z'), noInvalidDate: true })
	.map((date) => day(date.toISOString().slice(0, 10)));

describe('the civil date of an instant', () => {
	it('is the one of Montréal, whatever the clock of the machine', () => {
		expect(civilDateOf(Date.parse('2026-01-01T04:59:59Z'))).toBe('2025-12-31');
		expect(civilDateOf(Date.parse('2026-01-01T05:00:00Z'))).toBe('2026-01-01');
	});

	it('follows the summer time', () => {
		expect(civilDateOf(Date.parse('2026-07-01T03:59:59Z'))).toBe('2026-06-30');
		expect(civilDateOf(Date.parse('2026-07-01T04:00:00Z'))).toBe('2026-07-01');
	});

	it('is written with four, two and two digits', () => {
		fc.assert(fc.property(fc.integer({ min: 0, max: 7e12 }), (instant) => parseCivilDate(civilDateOf(instant)) !== null));
	});
});

describe('a civil date that was typed', () => {
	it.each(['2024-02-29', '2026-12-31', '1900-01-01', '2200-12-31'])('%s exists', (text) => {
		expect(parseCivilDate(text)).toBe(text);
	});

	it.each([
		'2026-02-29',
		'1900-02-29',
		'2026-13-01',
		'2026-00-10',
		'2026-04-31',
		'2026-1-1',
		'26-01-01',
		'1899-12-31',
		'2201-01-01',
		'2026-01-01T00:00',
		' 2026-01-01',
		'२०२६-०१-०१',
		'',
	])('« %s » does not', (text) => {
		expect(parseCivilDate(text)).toBeNull();
	});
});

describe('counting days', () => {
	it('is undone by counting back, across summer time and leap years', () => {
		fc.assert(
			fc.property(anyDay, fc.integer({ min: -3_000, max: 3_000 }), (from, days) => {
				const to = addDays(from, days);
				expect(daysBetween(from, to)).toBe(days);
				expect(addDays(to, -days)).toBe(from);
			}),
		);
	});

	it('knows February', () => {
		expect(addDays(day('2024-02-28'), 1)).toBe('2024-02-29');
		expect(addDays(day('2026-02-28'), 1)).toBe('2026-03-01');
		expect(daysBetween(day('2026-01-01'), day('2027-01-01'))).toBe(365);
	});
});

describe('counting months', () => {
	it.each([
		['2026-01-31', 1, '2026-02-28'],
		['2024-01-31', 1, '2024-02-29'],
		['2026-01-31', 3, '2026-04-30'],
		['2026-12-15', 1, '2027-01-15'],
		['2026-03-31', -1, '2026-02-28'],
		['2026-01-15', -1, '2025-12-15'],
		['2024-02-29', 12, '2025-02-28'],
		['2026-05-31', 0, '2026-05-31'],
	])('from %s, %i later, is %s', (from, months, to) => {
		expect(addMonths(day(from), months)).toBe(to);
	});

	it('never skips a month and never goes past its end', () => {
		fc.assert(
			fc.property(anyDay, fc.integer({ min: 0, max: 240 }), (from, months) => {
				const to = addMonths(from, months);
				const number = (date: string) => Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7));
				expect(number(to) - number(from)).toBe(months);
				expect(Number(to.slice(8))).toBeLessThanOrEqual(Number(from.slice(8)));
				expect(parseCivilDate(to)).not.toBeNull();
			}),
		);
	});
});

it('a day lasts twenty-four hours where hours are counted', () => {
	expect(DAY).toBe(86_400_000);
});
