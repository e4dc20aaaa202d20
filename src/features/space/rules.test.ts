import { describe, expect, it } from 'vitest';
import { type TodayState, todayLines } from '#src/features/space/rules.ts';
import type { CivilDate } from '#src/lib/clock.ts';

const today = '2026-11-22' as CivilDate;
const settled: TodayState = {
	waiting: [],
	due: null,
	outsideMissing: false,
	handoverOn: null,
	renewal: null,
	leaving: null,
	hasRequested: true,
	mayRequest: true,
};

describe('what needs the group today', () => {
	it('is nothing when everything is settled', () => {
		expect(todayLines(settled, today)).toEqual([]);
	});

	it('names each request that waits for an answer', () => {
		const waiting = [
			{ number: 'D-2026-0002', subject: 'Wiki', since: 1 },
			{ number: 'D-2026-0003', subject: 'Liste', since: 2 },
		];
		expect(todayLines({ ...settled, waiting }, today).map((line) => line.kind)).toEqual(['answer', 'answer']);
	});

	it('calls an amount late from the day after it was due', () => {
		const due = (dueOn: string) => todayLines({ ...settled, due: { cents: 2400, dueOn } }, today)[0]?.kind;
		expect(due('2026-11-22')).toBe('due');
		expect(due('2026-11-21')).toBe('late');
	});

	it('asks for an outside address until there is one', () => {
		expect(todayLines({ ...settled, outsideMissing: true }, today)).toEqual([{ kind: 'outside_contact' }]);
	});

	it('says before all else that someone asks to regain the access', () => {
		const state = { ...settled, outsideMissing: true, handoverOn: '2026-11-30' as CivilDate };
		expect(todayLines(state, today).map((line) => line.kind)).toEqual(['handover', 'outside_contact']);
	});

	it('asks once a year whether the group renews, and not one that is leaving', () => {
		const renewal = { dueOn: '2026-12-01' };
		expect(todayLines({ ...settled, renewal }, today)).toEqual([{ kind: 'renewal', dueOn: '2026-12-01' }]);
		const leaving = { dueOn: '2026-11-29', objected: false };
		expect(todayLines({ ...settled, renewal, leaving }, today)).toEqual([{ kind: 'leaving', dueOn: '2026-11-29' }]);
		expect(todayLines({ ...settled, leaving: { ...leaving, objected: true } }, today)[0]?.kind).toBe('objected');
	});

	it('proposes a first service only to someone who may request it', () => {
		expect(todayLines({ ...settled, hasRequested: false }, today)).toEqual([{ kind: 'first_service' }]);
		expect(todayLines({ ...settled, hasRequested: false, mayRequest: false }, today)).toEqual([]);
	});
});
