/** Each year a member is asked whether it renews, needs time, or leaves. Silence never ends a membership. */
import { addDays, addMonths, type CivilDate } from '#src/lib/clock.ts';

/** Days before the anniversary on which the question is asked. */
export const ASKED_BEFORE = 30;
/** Days before the anniversary of the one reminder. */
export const REMINDED_BEFORE = 7;
/** Days after it from which a silence is something for workers; past them a question never asked waits for the next year. */
export const SILENT_AFTER = 30;
export const LONGEST_DELAY = 60;

export const ANSWERS = ['renew', 'later', 'leave'] as const;
export type Answer = (typeof ANSWERS)[number];

/** The anniversary whose question is open on a day; null between two of them. */
export function anniversaryToAsk(fromOn: CivilDate, on: CivilDate): CivilDate | null {
	const years = Number(on.slice(0, 4)) - Number(fromOn.slice(0, 4));
	for (const year of [years, years + 1]) {
		if (year < 1) continue;
		const anniversary = addMonths(fromOn, 12 * year);
		if (addDays(anniversary, -ASKED_BEFORE) <= on && on < addDays(anniversary, SILENT_AFTER)) return anniversary;
	}
	return null;
}

export interface Asked {
	readonly dueOn: string;
	readonly answer: Answer | null;
	/** With `later`: the day on which the question comes back. */
	readonly laterOn: string | null;
	readonly remindedAt: number | null;
}

/** Whether the group's first page asks: nothing was answered, or the time it wanted is over. `leave` waits for a notice. */
export function isOpen({ answer, laterOn }: Asked, on: CivilDate): boolean {
	if (answer === null) return true;
	return answer === 'later' && laterOn !== null && laterOn <= on;
}

/** Whether the one reminder is to leave. Whoever asked for time is left in peace until it is over. */
export function remindsOn(asked: Asked, on: CivilDate): boolean {
	if (asked.remindedAt !== null || !isOpen(asked, on)) return false;
	return asked.answer === 'later' || addDays(asked.dueOn as CivilDate, -REMINDED_BEFORE) <= on;
}

/** Whether a silence is something for workers. */
export function isSilent(asked: Asked, on: CivilDate): boolean {
	const since = asked.laterOn ?? asked.dueOn;
	return isOpen(asked, on) && addDays(since as CivilDate, SILENT_AFTER) <= on;
}

/** Why a group can't take until that day; null when it can. */
export function delayProblem(laterOn: CivilDate, on: CivilDate): 'date_passed' | 'delay_too_long' | null {
	if (laterOn <= on) return 'date_passed';
	return laterOn > addDays(on, LONGEST_DELAY) ? 'delay_too_long' : null;
}
