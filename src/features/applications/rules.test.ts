import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	APPLICATION_EVENTS,
	APPLICATION_STATUSES,
	type ApplicationEvent,
	type ApplicationStatus,
	decideBy,
	delayOf,
	delaysByMonth,
	eventsOf,
	findAlike,
	mayConfirmRefusal,
	nextStatus,
	resolveContribution,
	statusTokenOf,
} from '#src/features/applications/rules.ts';
import type { CivilDate } from '#src/lib/clock.ts';

const status = fc.constantFrom(...APPLICATION_STATUSES);
const event = fc.constantFrom(...APPLICATION_EVENTS);

describe('the states of an application', () => {
	it('are left by nothing once the application is decided, withdrawn or expired', () => {
		const ended: readonly ApplicationStatus[] = ['accepted', 'refused', 'withdrawn', 'expired'];
		for (const end of ended) {
			for (const one of APPLICATION_EVENTS) {
				expect(nextStatus(end, one)).toBeNull();
				expect(eventsOf(end, one)).toBeNull();
			}
		}
	});

	it('follow any sequence of events only along submitted, under review, asked, decided', () => {
		const order: Record<ApplicationStatus, readonly ApplicationStatus[]> = {
			draft: ['submitted', 'expired'],
			submitted: ['under_review', 'withdrawn'],
			under_review: ['info_requested', 'refusal_proposed', 'accepted', 'withdrawn'],
			info_requested: ['under_review', 'refusal_proposed', 'accepted', 'withdrawn'],
			refusal_proposed: ['under_review', 'refused', 'withdrawn'],
			accepted: [],
			refused: [],
			withdrawn: [],
			expired: [],
		};
		fc.assert(
			fc.property(fc.array(event, { maxLength: 30 }), (events) => {
				let at: ApplicationStatus = 'draft';
				for (const one of events) {
					const next = nextStatus(at, one);
					if (next === null) continue;
					expect(order[at]).toContain(next);
					at = next;
				}
			}),
		);
		for (const from of APPLICATION_STATUSES) {
			const reached = new Set(APPLICATION_EVENTS.map((one) => nextStatus(from, one)).filter((next) => next !== null));
			expect([...reached].sort()).toEqual([...order[from]].sort());
		}
	});

	it('are never refused without a proposal before', () => {
		for (const from of APPLICATION_STATUSES) {
			for (const one of APPLICATION_EVENTS) if (nextStatus(from, one) === 'refused') expect(from).toBe('refusal_proposed');
		}
	});

	it('take an application nobody has taken before anything else is done to it', () => {
		expect(eventsOf('submitted', 'accept')).toEqual(['take', 'accept']);
		expect(eventsOf('submitted', 'ask')).toEqual(['take', 'ask']);
		expect(eventsOf('submitted', 'propose_refusal')).toEqual(['take', 'propose_refusal']);
		expect(eventsOf('submitted', 'confirm_refusal')).toBeNull();
		expect(eventsOf('submitted', 'withdraw')).toEqual(['withdraw']);
	});

	it('give for any act a chain of possible events, or none at all', () => {
		fc.assert(
			fc.property(status, event, (from, act) => {
				const events: ApplicationEvent[] | null = eventsOf(from, act);
				if (events === null) return;
				let at: ApplicationStatus | null = from;
				for (const one of events) at = at === null ? null : nextStatus(at, one);
				expect(at).toBe(nextStatus(events.length === 1 ? from : 'under_review', act));
				expect(at).not.toBeNull();
			}),
		);
	});
});

describe('a refusal', () => {
	it('is never the decision of one person alone', () => {
		expect(mayConfirmRefusal('a', 'a')).toBe(false);
		expect(mayConfirmRefusal('a', 'b')).toBe(true);
		expect(mayConfirmRefusal(null, 'b')).toBe(false);
	});
});

describe('possible duplicates', () => {
	const one = { id: '1', names: ['Café d’ici', 'Café d’ici inc.'], address: 'a@x.org' };

	it('share a name whatever its accents, case and punctuation, or an address', () => {
		const others = [
			one,
			{ id: '2', names: ["CAFE D'ICI", null], address: 'b@x.org' },
			{ id: '3', names: ['Autre'], address: 'a@x.org' },
			{ id: '4', names: ['Autre'], address: null },
		];
		expect(findAlike(one, others)).toEqual(['2', '3']);
	});

	it('are not found where neither has a name or an address', () => {
		expect(findAlike({ id: '1', names: [null, ''], address: null }, [{ id: '2', names: [null, ''], address: null }])).toEqual([]);
	});
});

describe('the chosen contribution', () => {
	const band = { id: 'b', kind: 'organisation', minimumCents: 12_000, suggestedCents: 18_000 } as const;

	it('is the amount of the band, the one written, or nothing asked', () => {
		expect(resolveContribution(band, 'minimum', 0)).toEqual({ choice: 'amount', yearlyCents: 12_000 });
		expect(resolveContribution(band, 'suggested', 0)).toEqual({ choice: 'amount', yearlyCents: 18_000 });
		expect(resolveContribution(band, 'other', 5_000)).toEqual({ choice: 'amount', yearlyCents: 5_000 });
		expect(resolveContribution(band, 'unable', 5_000)).toEqual({ choice: 'unable', yearlyCents: 0 });
	});
});

describe('what applicants are told', () => {
	it('is a day fourteen days after, as Montréal’s calendar stands', () => {
		expect(decideBy(Date.UTC(2026, 10, 24, 2))).toBe('2026-12-07');
	});

	it('opens a page whose address says nothing of the confirmation it came from', () => {
		expect(statusTokenOf('abc')).not.toContain('abc');
		expect(statusTokenOf('abc')).toBe(statusTokenOf('abc'));
		expect(statusTokenOf('abc')).not.toBe(statusTokenOf('abd'));
	});
});

describe('the time to an answer', () => {
	it('is the middle one, and what nine in ten do not exceed', () => {
		expect(delayOf([])).toEqual({ decided: 0, medianDays: null, ninetiethDays: null });
		expect(delayOf([3])).toEqual({ decided: 1, medianDays: 3, ninetiethDays: 3 });
		expect(delayOf([9, 1, 4, 2])).toEqual({ decided: 4, medianDays: 3, ninetiethDays: 9 });
		expect(delayOf([10, 9, 8, 7, 6, 5, 4, 3, 2, 1])).toEqual({ decided: 10, medianDays: 5.5, ninetiethDays: 9 });
	});

	it('has half of the decisions on either side, and at least nine tenths within the ninth', () => {
		fc.assert(
			fc.property(fc.array(fc.nat(400), { minLength: 1, maxLength: 60 }), (days) => {
				const { medianDays, ninetiethDays } = delayOf(days);
				const median = medianDays ?? Number.NaN;
				expect(days.filter((one) => one <= median).length * 2).toBeGreaterThanOrEqual(days.length);
				expect(days.filter((one) => one >= median).length * 2).toBeGreaterThanOrEqual(days.length);
				const ninetieth = ninetiethDays ?? Number.NaN;
				expect(days.filter((one) => one <= ninetieth).length).toBeGreaterThanOrEqual(days.length * 0.9);
				expect(days).toContain(ninetieth);
			}),
		);
	});

	it('stands in the month of the decision as Montréal’s calendar has it', () => {
		const decided = (submitted: string, at: string) => ({ submittedAt: Date.parse(submitted), decidedAt: Date.parse(at) });
		const months = delaysByMonth(
			[decided('2026-10-20T16:00:00Z', '2026-11-01T03:00:00Z'), decided('2026-10-30T16:00:00Z', '2026-11-01T16:00:00Z')],
			'2026-11-23' as CivilDate,
			3,
		);
		expect(months.map(({ month, decided: count, medianDays }) => [month, count, medianDays])).toEqual([
			['2026-11', 1, 2],
			['2026-10', 1, 11],
			['2026-09', 0, null],
		]);
	});
});
