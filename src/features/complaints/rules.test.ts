import { describe, expect, it } from 'vitest';
import { COMPLAINT_ACTIONS, COMPLAINT_STATUSES, complaintNumber, mayHandle, nextStatus } from '#src/features/complaints/rules.ts';

describe('a complaint', () => {
	it('takes these steps and no other', () => {
		const steps = COMPLAINT_STATUSES.flatMap((status) =>
			COMPLAINT_ACTIONS.flatMap((action) => {
				const to = nextStatus(status, action);
				return to === null ? [] : [`${status} ${action} ${to}`];
			}),
		);
		expect(steps).toEqual([
			'received take in_hand',
			'received answer answered',
			'received reply received',
			'in_hand answer answered',
			'in_hand reply in_hand',
			'answered answer answered',
			'answered close closed',
			'answered reply in_hand',
		]);
	});

	it('is kept from those it concerns, and from its own complainant on the other side of the desk', () => {
		const parties = { complainantId: 'amina', concerned: new Set(['julien']) };
		expect(['amina', 'julien', 'maude'].map((person) => mayHandle(person, parties))).toEqual([false, false, true]);
	});

	it('has a number people can say', () => {
		expect(complaintNumber('2026', 12)).toBe('PL-2026-0012');
	});
});
