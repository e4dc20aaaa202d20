/**
 * Words here: a session is a training date; a place is asked for, then held or waiting (for a seat), or cancelled. An example
 * in content/ is no session: it has no date.
 */
import { type CivilDate, civilDateOf, DAY, HOUR, type Instant, instantOfClock } from '#src/lib/clock.ts';

export type PlaceStatus = 'asked' | 'held' | 'waiting' | 'cancelled';
export type SessionStatus = 'announced' | 'cancelled' | 'withdrawn';

/** A place nobody confirms is deleted after this. */
export const ASKED_DAYS = 3;
/** Personal information is deleted so many days after the session. */
export const KEPT_DAYS = 30;

/** The instant at which Montréal's clocks show a time (`18:30`) on a day. Of an hour that comes twice, the first. */
export function instantOf(on: string, time: string): Instant {
	// An hour that spring skips: the clocks show an hour more then.
	return instantOfClock(`${on}T${time}`) ?? Date.parse(`${on}T${time}:00Z`) + 5 * HOUR;
}

export interface SignUpWindow {
	readonly status: SessionStatus;
	readonly startsAt: Instant;
	readonly opensOn: string | null;
	readonly closesOn: string | null;
}

export type SignUpState = 'open' | 'not_yet' | 'closed' | 'cancelled';

/** Whether people may ask for a place. */
export function signUpState({ status, startsAt, opensOn, closesOn }: SignUpWindow, at: Instant): SignUpState {
	if (status !== 'announced') return 'cancelled';
	const today: CivilDate = civilDateOf(at);
	if (at >= startsAt || (closesOn !== null && today > closesOn)) return 'closed';
	return opensOn !== null && today < opensOn ? 'not_yet' : 'open';
}

/** What a confirmed place becomes. Nobody passes those who wait, even when a seat is free. */
export function placeFor({ seats, held, waiting }: { readonly seats: number; readonly held: number; readonly waiting: number }) {
	return held < seats && waiting === 0 ? 'held' : 'waiting';
}

/** How many of those who wait may move up. */
export function freed({ seats, held, waiting }: { readonly seats: number; readonly held: number; readonly waiting: number }): number {
	return Math.max(0, Math.min(seats - held, waiting));
}

/** Two spellings of a name that are one person at one address. */
export function nameKey(name: string): string {
	return name.normalize('NFKC').toLocaleLowerCase('fr').replace(/\s+/g, ' ').trim();
}

/** The instant before which a place asked for has waited too long. */
export const askedBefore = (at: Instant): Instant => at - ASKED_DAYS * DAY;
/** The instant before which a session has ended long enough ago. */
export const endedBefore = (at: Instant): Instant => at - KEPT_DAYS * DAY;
