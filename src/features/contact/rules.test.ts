import { describe, expect, it } from 'vitest';
import { readCommittees } from '#src/adapters/settings/index.ts';
import {
	ABOUT,
	boxOf,
	committeeFor,
	deletedAt,
	MESSAGE_ACTIONS,
	messageNumber,
	nextStatus,
	readNumber,
	STATUSES,
} from '#src/features/contact/rules.ts';
import { DAY } from '#src/lib/clock.ts';

describe('a message', () => {
	it('takes these steps, and no other', () => {
		const steps = STATUSES.flatMap((from) =>
			MESSAGE_ACTIONS.flatMap((action) => {
				const to = nextStatus(from, action);
				return to === null ? [] : [`${from} ${action} ${to}`];
			}),
		);
		expect(steps.toSorted()).toEqual(
			[
				'waiting answer answered',
				'answered answer answered',
				'waiting set_aside set_aside',
				'answered reopen waiting',
				'set_aside reopen waiting',
			].toSorted(),
		);
	});

	it('is kept as long as it waits, a year once answered, thirty days once set aside', () => {
		expect(deletedAt('waiting', 0)).toBeNull();
		expect(deletedAt('answered', 5)).toBe(5 + 365 * DAY);
		expect(deletedAt('set_aside', 5)).toBe(5 + 30 * DAY);
	});

	it('has a number people can say, which nothing else is taken for', () => {
		expect(messageNumber('2026', 7)).toBe('M-2026-0007');
		expect(messageNumber('2026', 12_345)).toBe('M-2026-12345');
		expect(readNumber('M-2026-0007')).toBe('M-2026-0007');
		for (const text of [null, '', 'D-2026-0007', 'M-2026-0007 <b>', 'm-2026-0007', 'C-2026-0007', `M-2026-${'1'.repeat(10)}`]) {
			expect(readNumber(text)).toBeNull();
		}
	});
});

it('what a message is about leads to a committee there is, or to none', () => {
	const known = readCommittees().map(({ slug }) => slug);
	for (const about of [...ABOUT, null]) {
		const committee = committeeFor(about);
		if (committee !== null) expect(known).toContain(committee);
	}
	expect(committeeFor('defect')).toBe('systemes');
});

it('an address that names no list shows those that wait', () => {
	expect(boxOf('set_aside')).toBe('set_aside');
	for (const text of [null, '', 'all', '__proto__']) expect(boxOf(text)).toBe('waiting');
});
