/**
 * How someone regains a group's access while its administrators are silent: two proofs of different kinds, in any order, then a
 * notice of whole days to the administrators, any of whom can stop it. Access is given at one place: the step to `done`.
 */
import { addDays, type CivilDate, civilDateOf, DAY, type Instant } from '#src/lib/clock.ts';

export const HANDOVER_STATUSES = [
	'asked',
	'received',
	'checking',
	'notice',
	'done',
	'objected',
	'withdrawn',
	'refused',
	'expired',
] as const;
export type HandoverStatus = (typeof HANDOVER_STATUSES)[number];

export const OPEN_HANDOVERS = ['asked', 'received', 'checking', 'notice'] as const satisfies readonly HandoverStatus[];
/** What workers see and have to do with. */
export const ON_DESK = ['received', 'checking', 'notice'] as const satisfies readonly HandoverStatus[];

export const CHECK_METHODS = ['call_back', 'in_person', 'documents', 'known_person'] as const;
export type CheckMethod = (typeof CHECK_METHODS)[number];

/** The proofs must be together within this, counted from the demand. */
export const PROOFS_WITHIN_DAYS = 60;
/** Whole days between the day of the notice and the day access may be given. */
export const NOTICE_DAYS = 7;
/** A contact of the group vouches for it only if it has stood this long when the demand is made. */
export const CONTACT_STANDS_DAYS = 30;
/** A demand whose address nobody proved is forgotten after this. */
export const UNPROVEN_LASTS = 3 * DAY;
/** After its end, who asked and why is kept this long: time enough to answer for what was done. */
export const HANDOVER_KEPT = 180 * DAY;
/** More open demands of one address are taken for one. */
export const MOST_OPEN = 3;

export interface HandoverState {
	readonly status: HandoverStatus;
	readonly askedAt: Instant;
	readonly contactConfirmedAt: Instant | null;
	readonly checkedAt: Instant | null;
	/** First day on which access may be given; null until the notice is given. */
	readonly noticeUntilOn: CivilDate | null;
}

export const HANDOVER_EVENTS = ['verify', 'match', 'confirm', 'check', 'object', 'withdraw', 'refuse', 'tick'] as const;
/** `tick`: time passed, nothing else. */
export type HandoverEvent = (typeof HANDOVER_EVENTS)[number];

/** In which states each event may come. */
const FROM: Readonly<Record<Exclude<HandoverEvent, 'tick'>, readonly HandoverStatus[]>> = {
	verify: ['asked'],
	match: ['received'],
	confirm: ['checking'],
	check: ['checking'],
	object: ['checking', 'notice'],
	withdraw: OPEN_HANDOVERS,
	refuse: ON_DESK,
};

export function expiresAt(askedAt: Instant): Instant {
	return askedAt + PROOFS_WITHIN_DAYS * DAY;
}

/** The first day on which access may be given, when the notice is given now: that many whole days lie between. */
export function noticeUntil(at: Instant): CivilDate {
	return addDays(civilDateOf(at), NOTICE_DAYS + 1);
}

/**
 * What becomes of a handover. A demand whose proofs are not together in time expires before anything else may happen to it.
 * @returns the state after the event, which is the same one for a `tick` that changes nothing.
 */
export function stepHandover(
	state: HandoverState,
	event: HandoverEvent,
	at: Instant,
): { readonly ok: true; readonly state: HandoverState } | { readonly ok: false; readonly reason: 'impossible_transition' | 'expired' } {
	const gathers = state.status === 'asked' || state.status === 'received' || state.status === 'checking';
	if (gathers && at >= expiresAt(state.askedAt)) {
		return event === 'tick' ? { ok: true, state: { ...state, status: 'expired' } } : { ok: false, reason: 'expired' };
	}
	if (event === 'tick') {
		const over = state.status === 'notice' && state.noticeUntilOn !== null && civilDateOf(at) >= state.noticeUntilOn;
		return { ok: true, state: over ? { ...state, status: 'done' } : state };
	}
	if (!FROM[event].includes(state.status)) return { ok: false, reason: 'impossible_transition' };
	switch (event) {
		case 'verify':
			return { ok: true, state: { ...state, status: 'received' } };
		case 'match':
			return { ok: true, state: { ...state, status: 'checking' } };
		case 'confirm':
			return { ok: true, state: proven({ ...state, contactConfirmedAt: state.contactConfirmedAt ?? at }, at) };
		case 'check':
			return { ok: true, state: proven({ ...state, checkedAt: state.checkedAt ?? at }, at) };
		case 'object':
			return { ok: true, state: { ...state, status: 'objected' } };
		case 'withdraw':
			return { ok: true, state: { ...state, status: 'withdrawn' } };
		case 'refuse':
			return { ok: true, state: { ...state, status: 'refused' } };
	}
}

function proven(state: HandoverState, at: Instant): HandoverState {
	if (state.contactConfirmedAt === null || state.checkedAt === null) return state;
	return { ...state, status: 'notice', noticeUntilOn: noticeUntil(at) };
}

/** Why a worker can't be the one who checks; null when they can. All addresses as `normalizeAddress` gives them. */
export function checkProblem(input: {
	/** Proven addresses of the worker. */
	readonly workerAddresses: readonly string[];
	/** Whether the worker has, had lately or will have a role in the group. */
	readonly isOfGroup: boolean;
	readonly askerAddress: string;
	/** Contacts asked to confirm: one person must not give both proofs. */
	readonly contactAddresses: readonly string[];
}): 'is_of_group' | 'is_asker' | 'is_contact' | null {
	if (input.isOfGroup) return 'is_of_group';
	if (input.workerAddresses.includes(input.askerAddress)) return 'is_asker';
	return input.contactAddresses.some((address) => input.workerAddresses.includes(address)) ? 'is_contact' : null;
}

const TONES = {
	asked: 'waiting',
	received: 'waiting',
	checking: 'progress',
	notice: 'progress',
	done: 'done',
	objected: 'neutral',
	withdrawn: 'neutral',
	refused: 'neutral',
	expired: 'neutral',
} as const satisfies Record<HandoverStatus, string>;

export function handoverTone(status: HandoverStatus): (typeof TONES)[HandoverStatus] {
	return TONES[status];
}
