import { DAY } from '#src/lib/clock.ts';

/** A complaint is received, taken in hand, answered, closed. Whoever it concerns can neither see nor answer it. */
export const COMPLAINT_STATUSES = ['received', 'in_hand', 'answered', 'closed'] as const;
export type ComplaintStatus = (typeof COMPLAINT_STATUSES)[number];

export const COMPLAINT_ACTIONS = ['take', 'answer', 'close', 'reply'] as const;
/** `reply` is the complainant's. */
export type ComplaintAction = (typeof COMPLAINT_ACTIONS)[number];

/** Every step there is. What the complainant adds to an answer puts it back in hand; what is closed stays so. */
const NEXT: Readonly<Record<ComplaintAction, Readonly<Partial<Record<ComplaintStatus, ComplaintStatus>>>>> = {
	take: { received: 'in_hand' },
	answer: { received: 'answered', in_hand: 'answered', answered: 'answered' },
	close: { answered: 'closed' },
	reply: { received: 'received', in_hand: 'in_hand', answered: 'in_hand' },
};

/** The state an act leads to; null when it is impossible there. */
export function nextStatus(status: ComplaintStatus, action: ComplaintAction): ComplaintStatus | null {
	return NEXT[action][status] ?? null;
}

/** Puts a complaint to the board instead of one of the committees of content/committees.yaml. */
export const BOARD = 'board';

export interface Parties {
	readonly complainantId: string;
	/** Named by the complainant, or who decided what is complained of. */
	readonly concerned: ReadonlySet<string>;
}

/**
 * Whether a person of the network may see a complaint and answer it. This is the one place that decides it, for lists, pages
 * and mutations; the right itself (`complaints.read`) is the gate's.
 */
export function mayHandle(personId: string, { complainantId, concerned }: Parties): boolean {
	return personId !== complainantId && !concerned.has(personId);
}

/** `PL-2026-0001`; the count begins again each year. */
export function complaintNumber(year: string, count: number): string {
	return `PL-${year}-${String(count).padStart(4, '0')}`;
}

/** How a state is shown; the word beside it says the same. */
export function complaintTone(status: ComplaintStatus): 'waiting' | 'progress' | 'done' | 'neutral' {
	return ({ received: 'waiting', in_hand: 'progress', answered: 'done', closed: 'neutral' } as const)[status];
}

/** What was said in a complaint is kept this long after it was answered. */
export const COMPLAINT_KEPT = 730 * DAY;
