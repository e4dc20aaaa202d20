import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	checkProblem,
	expiresAt,
	HANDOVER_EVENTS,
	type HandoverEvent,
	type HandoverState,
	NOTICE_DAYS,
	noticeUntil,
	stepHandover,
} from '#src/features/handover/rules.ts';
import { civilDateOf, DAY, daysBetween, HOUR, type Instant } from '#src/lib/clock.ts';

const NOW = Date.UTC(2026, 10, 23, 17);
const asked = (at = NOW): HandoverState => ({
	status: 'asked',
	askedAt: at,
	contactConfirmedAt: null,
	checkedAt: null,
	noticeUntilOn: null,
});

/** Plays events, each so long after the one before; what is refused changes nothing. */
function play(events: readonly (readonly [HandoverEvent, number])[]): { state: HandoverState; log: [HandoverEvent, Instant][] } {
	let state = asked();
	let at = NOW;
	const log: [HandoverEvent, Instant][] = [];
	for (const [event, after] of events) {
		at += after;
		const step = stepHandover(state, event, at);
		if (!step.ok) continue;
		state = step.state;
		log.push([event, at]);
	}
	return { state, log };
}

const PROOFS: readonly (readonly [HandoverEvent, number])[] = [
	['verify', HOUR],
	['match', HOUR],
	['confirm', DAY],
	['check', DAY],
];

describe('a handover', () => {
	it('gives access the eighth day after the second proof, whichever came last', () => {
		for (const proofs of [PROOFS, [...PROOFS.slice(0, 2), ['check', DAY], ['confirm', DAY]] as const]) {
			const { state, log } = play(proofs);
			expect(state.status).toBe('notice');
			const noticeOn = civilDateOf(log.at(-1)?.[1] ?? 0);
			expect(daysBetween(noticeOn, state.noticeUntilOn ?? noticeOn)).toBe(NOTICE_DAYS + 1);
			expect(play([...proofs, ['tick', NOTICE_DAYS * DAY]]).state.status).toBe('notice');
			expect(play([...proofs, ['tick', (NOTICE_DAYS + 1) * DAY]]).state.status).toBe('done');
		}
	});

	it('counts whole days, also when it begins just before midnight or the clocks change', () => {
		const late = Date.parse('2026-11-24T04:59:00Z'); // 23:59 in Montréal
		expect(noticeUntil(late)).toBe('2026-12-01');
		expect(noticeUntil(Date.parse('2027-03-10T17:00:00Z'))).toBe('2027-03-18');
	});

	it('can be stopped until the very moment access is given, also after the notice has run out', () => {
		expect(play([...PROOFS, ['object', 20 * DAY], ['tick', DAY]]).state.status).toBe('objected');
	});

	it('expires when its proofs are not together in sixty days; a notice that began runs to its end', () => {
		expect(play([...PROOFS.slice(0, 3), ['tick', 60 * DAY]]).state.status).toBe('expired');
		const late = play([...PROOFS.slice(0, 3), ['check', 60 * DAY]]);
		expect(late.state).toMatchObject({ status: 'checking', checkedAt: null });
		const last = play([...PROOFS.slice(0, 3), ['check', 58 * DAY], ['tick', 8 * DAY]]);
		expect(last.state.status).toBe('done');
	});

	// The oracle knows the law, not the code: it looks back over what was accepted.
	it('never gives access with one proof, before the notice ends, or after it was stopped, whatever comes in whatever order', () => {
		const steps = fc.array(
			fc.tuple(
				fc.constantFrom(...HANDOVER_EVENTS, 'verify', 'match', 'confirm', 'check', 'tick'),
				fc.oneof(fc.integer({ min: 0, max: 10 * DAY }), fc.constantFrom(0, 1, DAY, 7 * DAY, 8 * DAY, 30 * DAY)),
			),
			{ maxLength: 24 },
		);
		let given = 0;
		fc.assert(
			fc.property(steps, (events) => {
				const { state, log } = play(events as [HandoverEvent, number][]);
				if (state.status !== 'done') return;
				given += 1;
				const times = (event: HandoverEvent) => log.filter(([kind]) => kind === event).map(([, at]) => at);
				const [confirmed, checked] = [times('confirm')[0], times('check')[0]];
				if (confirmed === undefined || checked === undefined) throw new Error('access with fewer than two proofs');
				expect(times('verify')).toHaveLength(1);
				expect([...times('object'), ...times('withdraw'), ...times('refuse')]).toEqual([]);
				const proven = Math.max(confirmed, checked);
				expect(proven).toBeLessThan(expiresAt(NOW));
				const doneAt = times('tick').find((at) => at > proven && daysBetween(civilDateOf(proven), civilDateOf(at)) > NOTICE_DAYS);
				expect(doneAt).toBeDefined();
			}),
			{
				numRuns: 3_000,
				examples: [[[...PROOFS, ['tick', 8 * DAY]] as [HandoverEvent, number][]]],
			},
		);
		expect(given).toBeGreaterThan(0);
	});

	it('stays as it ended, whatever comes', () => {
		for (const end of ['object', 'withdraw', 'refuse'] as const) {
			const { state } = play([...PROOFS, [end, DAY]]);
			for (const event of HANDOVER_EVENTS) {
				const step = stepHandover(state, event, NOW + 90 * DAY);
				expect(step.ok ? step.state : state).toEqual(state);
			}
		}
	});
});

describe('who checks', () => {
	const other = { workerAddresses: ['julien@koumbit.example'], isOfGroup: false, askerAddress: 'a@b.org', contactAddresses: ['c@d.org'] };

	it('is a worker who is neither of the group, nor the asker, nor the contact that confirms', () => {
		expect(checkProblem(other)).toBeNull();
		expect(checkProblem({ ...other, isOfGroup: true })).toBe('is_of_group');
		expect(checkProblem({ ...other, workerAddresses: ['x@y.org', 'a@b.org'] })).toBe('is_asker');
		expect(checkProblem({ ...other, workerAddresses: ['c@d.org'] })).toBe('is_contact');
	});
});
