import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	conditionFor,
	DAYS_SHOWN,
	daysOf,
	durationText,
	endedProblem,
	hasEnded,
	openingProblem,
	overall,
	parseClockTime,
	readIn,
	type State,
	stateAfter,
	stateAt,
	stepsFrom,
	toAnnounce,
	UPDATE_KINDS,
	yearSpan,
	yearsOf,
} from '#src/features/status/rules.ts';
import { clockTime, DAY, HOUR, MINUTE } from '#src/lib/clock.ts';
import { aNotice, NOON, someTexts } from '#test/factories/status.ts';

const STATES: readonly State[] = ['open', 'closed', 'planned', 'under_way', 'done', 'cancelled'];
const maintenance = (over = {}) =>
	aNotice({
		kind: 'maintenance',
		state: 'planned',
		number: 'E-2026-0001',
		startsAt: NOON + DAY,
		expectedEndAt: NOON + DAY + HOUR,
		...over,
	});

describe('a notice’s life', () => {
	it('ends once: after its end only a detail can be added, which changes nothing', () => {
		for (const state of STATES.filter(hasEnded)) {
			for (const kind of UPDATE_KINDS) expect(stateAfter(state, kind), `${state} ${kind}`).toBe(kind === 'note' ? state : null);
		}
	});

	it('gives an outage no maintenance’s steps, and the other way round', () => {
		for (const kind of ['started', 'done', 'cancelled'] as const) expect(stateAfter('open', kind)).toBeNull();
		for (const kind of ['investigating', 'identified', 'watching', 'closed'] as const) {
			expect(stateAfter('planned', kind)).toBeNull();
			expect(stateAfter('under_way', kind)).toBeNull();
		}
		expect(stateAfter('planned', 'done')).toBeNull();
	});

	it('offers as next steps only what is possible, the end apart', () => {
		expect(stepsFrom('open')).toEqual(['investigating', 'identified', 'watching', 'note']);
		expect(stepsFrom('planned')).toEqual(['note', 'started']);
		expect(stepsFrom('done')).toEqual(['note']);
	});

	it('begins for everyone at its hour, written down or not', () => {
		expect(stateAt(maintenance(), NOON + DAY - 1)).toBe('planned');
		expect(stateAt(maintenance(), NOON + DAY)).toBe('under_way');
		expect(stateAt(maintenance({ state: 'cancelled' }), NOON + 2 * DAY)).toBe('cancelled');
	});
});

describe('the answer', () => {
	it('is « all is well » with nothing, with what is planned, and with what is over', () => {
		expect(overall([], NOON)).toBe('ok');
		expect(overall([maintenance(), aNotice({ state: 'closed', endedAt: NOON })], NOON)).toBe('ok');
	});

	it('is that of the worst', () => {
		const notices = [aNotice({ severity: 'degraded' }), aNotice({ severity: 'full' }), maintenance({ state: 'under_way' })];
		expect(overall(notices, NOON)).toBe('full');
		expect(overall(notices.slice(0, 1), NOON)).toBe('degraded');
		expect(overall(notices.slice(2), NOON)).toBe('maintenance');
		expect(overall([maintenance({ state: 'under_way', severity: 'none' })], NOON)).toBe('ok');
	});

	it('for a service counts what touches it, or all', () => {
		const notices = [aNotice({ services: ['courriel'] })];
		expect(conditionFor('courriel', notices, NOON)).toBe('partial');
		expect(conditionFor('wiki', notices, NOON)).toBe('ok');
		expect(conditionFor('wiki', [aNotice({ services: ['all'] })], NOON)).toBe('partial');
	});
});

describe('the last days', () => {
	it('mark the days something lasted, and none besides', () => {
		const notice = aNotice({ startsAt: NOON - 3 * DAY, endedAt: NOON - 2 * DAY, state: 'closed', severity: 'full' });
		const days = daysOf('courriel', [notice], NOON);
		expect(days).toHaveLength(DAYS_SHOWN);
		expect(days.filter((day) => day.condition === 'full').map((day) => day.on)).toEqual(['2026-03-07', '2026-03-08']);
		expect(days.at(-1)).toEqual({ on: '2026-03-10', condition: 'ok' });
	});

	it('mark nothing for what was cancelled or is to come', () => {
		const notices = [maintenance(), maintenance({ state: 'cancelled', startsAt: NOON - DAY, endedAt: NOON })];
		expect(daysOf('courriel', notices, NOON).every((day) => day.condition === 'ok')).toBe(true);
	});
});

describe('what home announces', () => {
	it('is what is open, worst first, then maintenance under way or within two days', () => {
		const near = maintenance({ number: 'near', startsAt: NOON + 48 * HOUR });
		const far = maintenance({ number: 'far', startsAt: NOON + 48 * HOUR + 1 });
		const now = maintenance({ number: 'now', state: 'under_way', startsAt: NOON - HOUR });
		const slow = aNotice({ number: 'slow', severity: 'degraded' });
		const down = aNotice({ number: 'down', severity: 'full' });
		const over = aNotice({ number: 'over', state: 'closed' });
		expect(toAnnounce([far, near, now, slow, over, down], NOON).map((notice) => notice.number)).toEqual(['down', 'slow', 'now', 'near']);
	});
});

describe('a text', () => {
	it('is read in the language of the page, else in the one there is', () => {
		const both = { fr: someTexts({ title: 'a' }), en: someTexts({ title: 'b' }) };
		expect(readIn(both, 'en')).toMatchObject({ locale: 'en', text: { title: 'b' } });
		expect(readIn({ fr: both.fr }, 'en')).toMatchObject({ locale: 'fr', text: { title: 'a' } });
		expect(readIn({}, 'fr')).toBeNull();
	});
});

describe('the hours of a new notice', () => {
	const problem = (over: Partial<Parameters<typeof openingProblem>[0]>) =>
		openingProblem({ kind: 'outage', startsAt: NOON - HOUR, expectedEndAt: null, ...over }, NOON)?.reason ?? null;

	it.each([
		[{}, null],
		[{ startsAt: NOON + 4 * MINUTE }, null],
		[{ startsAt: NOON + 6 * MINUTE }, 'starts_in_future'],
		[{ startsAt: NOON - 400 * DAY }, 'starts_too_far'],
		[{ expectedEndAt: NOON - HOUR }, 'end_before_start'],
		[{ expectedEndAt: NOON - MINUTE }, 'end_passed'],
		[{ expectedEndAt: NOON + 400 * DAY }, 'end_too_far'],
		[{ kind: 'maintenance', startsAt: NOON + DAY }, 'end_required'],
		[{ kind: 'maintenance', startsAt: NOON + DAY, expectedEndAt: NOON + DAY }, 'end_before_start'],
		[{ kind: 'maintenance', startsAt: NOON + DAY, expectedEndAt: NOON + DAY + 1 }, null],
	] as const)('%j: %s', (over, expected) => expect(problem(over)).toBe(expected));

	it('ended neither before it began nor in time to come', () => {
		expect(endedProblem(NOON, NOON - 1, NOON + HOUR)).toBe('end_before_start');
		expect(endedProblem(NOON - HOUR, NOON + HOUR, NOON)).toBe('ended_in_future');
		expect(endedProblem(NOON - HOUR, NOON, NOON)).toBeNull();
	});
});

describe('an hour by Montréal’s clocks', () => {
	it.each([
		['2026-11-22T15:30', '2026-11-22T20:30Z'],
		['2026-11-22 15:30', '2026-11-22T20:30Z'],
		['2026-11-22 15 h 30', '2026-11-22T20:30Z'],
		['2026-07-01 9 h', '2026-07-01T13:00Z'],
		['2026-11-22T20:30:59.123Z', '2026-11-22T20:30Z'],
		['2026-11-22T15:30-05:00', '2026-11-22T20:30Z'],
		// Twice that night: the first of the two.
		['2026-11-01 01:30', '2026-11-01T05:30Z'],
	])('%s is %s', (text, instant) => expect(parseClockTime(text)).toBe(Date.parse(instant)));

	it.each(['', 'lundi', '2026-02-30 10:00', '2026-11-22 24:00', '2026-11-22 10:60', '2026-03-08 02:30', '22-11-2026 10:00', '2026-11-22'])(
		'« %s » is none',
		(text) => expect(parseClockTime(text)).toBeNull(),
	);

	it('is read back from what the field shows, but for the hour that comes twice', () => {
		const minutes = fc.integer({ min: Date.parse('2020-01-01Z') / MINUTE, max: Date.parse('2035-01-01Z') / MINUTE });
		fc.assert(
			fc.property(minutes, (minute) => {
				const at = minute * MINUTE;
				const back = parseClockTime(clockTime(at));
				return back === at || back === at - HOUR;
			}),
		);
	});

	it('bounds the years of the history', () => {
		expect(yearSpan(2026)).toEqual([Date.parse('2026-01-01T05:00Z'), Date.parse('2027-01-01T05:00Z')]);
		expect(yearsOf(Date.parse('2024-06-01Z'), NOON)).toEqual([2026, 2025, 2024]);
		expect(yearsOf(null, NOON)).toEqual([2026]);
		expect(yearsOf(NOON + 400 * DAY, NOON)).toEqual([2026]);
	});
});

describe('how long it lasted', () => {
	it.each([
		[0, '1 min'],
		[2 * HOUR + 10 * MINUTE, '2 h 10 min'],
		[2 * HOUR, '2 h'],
		[3 * DAY + 4 * HOUR + 5 * MINUTE, '3 jours 4 h'],
	])('%d is %s', (milliseconds, text) => expect(durationText(milliseconds, 'fr').replaceAll('\u00a0', ' ')).toBe(text));
});
