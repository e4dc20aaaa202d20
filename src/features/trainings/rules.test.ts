import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freed, instantOf, nameKey, placeFor, type SignUpWindow, signUpState } from '#src/features/trainings/rules.ts';
import { formatTime } from '#src/i18n/format.ts';
import { civilDateOf, HOUR } from '#src/lib/clock.ts';

const at = (text: string) => Date.parse(text);

describe('a time on Montréal’s clocks', () => {
	it('is an instant in summer and in winter', () => {
		expect(instantOf('2027-02-18', '18:30')).toBe(at('2027-02-18T23:30:00Z'));
		expect(instantOf('2027-07-18', '18:30')).toBe(at('2027-07-18T22:30:00Z'));
		expect(instantOf('2027-12-31', '23:59')).toBe(at('2028-01-01T04:59:00Z'));
	});

	it('is the first of the two in the hour that comes twice, and a moment later in the hour that is skipped', () => {
		expect(instantOf('2026-11-01', '01:30')).toBe(at('2026-11-01T05:30:00Z'));
		expect(instantOf('2027-03-14', '02:30')).toBe(at('2027-03-14T07:30:00Z'));
	});

	it('reads on those clocks as it was written, any day of any year', () => {
		const dayOf = fc.date({ min: new Date('2020-01-01'), max: new Date('2040-12-31'), noInvalidDate: true });
		fc.assert(
			fc.property(dayOf, fc.integer({ min: 3, max: 23 }), fc.integer({ min: 0, max: 59 }), (date, hour, minute) => {
				const on = date.toISOString().slice(0, 10);
				const time = `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
				const instant = instantOf(on, time);
				expect(civilDateOf(instant)).toBe(on);
				expect(formatTime(instant, 'fr').replace(/\s/g, '')).toBe(`${hour}h${minute === 0 ? '' : String(minute).padStart(2, '0')}`);
			}),
		);
	});
});

describe('signing up', () => {
	const startsAt = instantOf('2027-02-18', '18:30');
	const session: SignUpWindow = { status: 'announced', startsAt, opensOn: '2027-01-10', closesOn: '2027-02-15' };

	it('opens at the first minute of its first day and closes after the last of its last', () => {
		expect(signUpState(session, instantOf('2027-01-09', '23:59'))).toBe('not_yet');
		expect(signUpState(session, instantOf('2027-01-10', '00:00'))).toBe('open');
		expect(signUpState(session, instantOf('2027-02-15', '23:59'))).toBe('open');
		expect(signUpState(session, instantOf('2027-02-16', '00:00'))).toBe('closed');
	});

	it('without days of its own is open until the session begins', () => {
		const free = { ...session, opensOn: null, closesOn: null };
		expect(signUpState(free, startsAt - 1)).toBe('open');
		expect(signUpState(free, startsAt)).toBe('closed');
		expect(signUpState({ ...session, closesOn: '2027-02-18' }, startsAt + HOUR)).toBe('closed');
	});

	it('is over for a session that will not be held', () => {
		expect(signUpState({ ...session, status: 'cancelled' }, instantOf('2027-02-01', '12:00'))).toBe('cancelled');
		expect(signUpState({ ...session, status: 'withdrawn' }, instantOf('2027-02-01', '12:00'))).toBe('cancelled');
	});
});

describe('seats', () => {
	const counts = fc.record({ seats: fc.integer({ min: 1, max: 50 }), held: fc.nat(60), waiting: fc.nat(60) });

	it('are given while there are some, and never past those who wait', () => {
		expect(placeFor({ seats: 2, held: 1, waiting: 0 })).toBe('held');
		expect(placeFor({ seats: 2, held: 2, waiting: 0 })).toBe('waiting');
		expect(placeFor({ seats: 2, held: 1, waiting: 1 })).toBe('waiting');
	});

	it('that are freed never make more people than seats, nor leave one empty while someone waits', () => {
		fc.assert(
			fc.property(counts, ({ seats, held, waiting }) => {
				const moved = freed({ seats, held, waiting });
				expect(moved).toBeGreaterThanOrEqual(0);
				expect(moved).toBeLessThanOrEqual(waiting);
				if (moved > 0) expect(held + moved).toBeLessThanOrEqual(seats);
				if (held + moved < seats) expect(moved).toBe(waiting);
			}),
		);
	});
});

it('two spellings of a name are one person', () => {
	expect(nameKey('  Zoé   N’Guyễn ')).toBe(nameKey('ZOÉ n’guyễn'));
	expect(nameKey('Zoé')).not.toBe(nameKey('Zoe'));
});
