import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Asked, anniversaryToAsk, delayProblem, isOpen, isSilent, remindsOn } from '#src/features/renewal/rules.ts';
import { addDays, type CivilDate, daysBetween } from '#src/lib/clock.ts';

const on = (text: string) => text as CivilDate;
const asked = { dueOn: '2026-12-20', answer: null, laterOn: null, remindedAt: null } as const satisfies Asked;

describe('the yearly question', () => {
	it('opens thirty days before the anniversary and not a day sooner, from the first year on', () => {
		expect(anniversaryToAsk(on('2020-12-20'), on('2026-11-19'))).toBeNull();
		expect(anniversaryToAsk(on('2020-12-20'), on('2026-11-20'))).toBe('2026-12-20');
		expect(anniversaryToAsk(on('2026-11-01'), on('2026-11-20'))).toBeNull();
		expect(anniversaryToAsk(on('2020-01-10'), on('2026-12-15'))).toBe('2027-01-10');
		expect(anniversaryToAsk(on('2024-02-29'), on('2027-02-01'))).toBe('2027-02-28');
	});

	it('comes exactly once a year, however the days fall', () => {
		const day = fc.integer({ min: 0, max: 3_000 }).map((days) => addDays(on('2015-01-01'), days));
		fc.assert(
			fc.property(day, fc.integer({ min: 1, max: 8 }), (fromOn, years) => {
				const found = new Set<string>();
				for (let days = 0; days < 365 * years + 60; days += 1) {
					const due = anniversaryToAsk(fromOn, addDays(fromOn, days));
					if (due !== null) {
						found.add(due);
						expect(daysBetween(addDays(fromOn, days), due)).toBeLessThanOrEqual(30);
						expect(daysBetween(addDays(fromOn, days), due)).toBeGreaterThan(-30);
					}
				}
				const seen = new Set([...found].map((due) => due.slice(0, 4)));
				expect(seen.size).toBe(found.size);
				expect(found.size).toBeGreaterThanOrEqual(years);
			}),
			{ numRuns: 25 },
		);
	});

	it('is reminded of once, a week before, and never while the time asked for runs', () => {
		expect(remindsOn(asked, on('2026-12-12'))).toBe(false);
		expect(remindsOn(asked, on('2026-12-13'))).toBe(true);
		expect(remindsOn({ ...asked, remindedAt: 1 }, on('2027-01-13'))).toBe(false);
		const later = { ...asked, answer: 'later', laterOn: '2027-01-20' } as const;
		expect(remindsOn(later, on('2027-01-19'))).toBe(false);
		expect(remindsOn(later, on('2027-01-20'))).toBe(true);
		expect(remindsOn({ ...asked, answer: 'renew' }, on('2026-12-19'))).toBe(false);
	});

	it('left without an answer becomes something for workers a month later, and nothing else', () => {
		expect(isSilent(asked, on('2027-01-18'))).toBe(false);
		expect(isSilent(asked, on('2027-01-19'))).toBe(true);
		expect(isSilent({ ...asked, answer: 'later', laterOn: '2027-02-01' }, on('2027-02-20'))).toBe(false);
		expect(isSilent({ ...asked, answer: 'leave' }, on('2027-06-01'))).toBe(false);
		expect(isOpen({ ...asked, answer: 'leave' }, on('2027-06-01'))).toBe(false);
	});

	it('can be put off for sixty days at most', () => {
		expect(delayProblem(on('2026-11-22'), on('2026-11-22'))).toBe('date_passed');
		expect(delayProblem(on('2027-01-21'), on('2026-11-22'))).toBeNull();
		expect(delayProblem(on('2027-01-22'), on('2026-11-22'))).toBe('delay_too_long');
	});
});
