/** How a member stands on a day, from dated rows: who is suspended is still a member; who left or was excluded is a former one. */
import type { CivilDate } from '#src/lib/clock.ts';

export type Standing = 'member' | 'suspended' | 'former';

/** Half-open: `toOn` is the first day outside; null has no end yet. */
export interface Range {
	readonly fromOn: string;
	readonly toOn: string | null;
}

export const holdsOn = ({ fromOn, toOn }: Range, on: string): boolean => fromOn <= on && (toOn === null || toOn > on);

/** Null before the membership began: the register of that day does not know it. */
export function standingOn(membership: Range, suspensions: readonly Range[], on: CivilDate): Standing | null {
	if (membership.fromOn > on) return null;
	if (!holdsOn(membership, on)) return 'former';
	return suspensions.some((one) => holdsOn(one, on)) ? 'suspended' : 'member';
}

/** How a standing is shown; the word beside it says the same. */
export function standingTone(standing: Standing): 'done' | 'waiting' | 'neutral' {
	return ({ member: 'done', suspended: 'waiting', former: 'neutral' } as const)[standing];
}

/** Why a suspension can't end on that day; null when it can. */
export function untilProblem(untilOn: CivilDate | null, today: CivilDate): 'end_passed' | null {
	return untilOn !== null && untilOn <= today ? 'end_passed' : null;
}
