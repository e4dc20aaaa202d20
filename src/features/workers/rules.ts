/** Words here: a keeper is someone who may give roles; there is always one whose role has no end. */
import type { CivilDate } from '#src/lib/clock.ts';

export interface Held {
	readonly personId: string;
	readonly role: string;
	/** First day without it; null while no end is set. */
	readonly toOn: CivilDate | null;
}

/**
 * Whether someone could still give roles, for good, once one role of one person ends or is given an end.
 * @param held the roles of those who can log in. @param keeping the roles that may give roles.
 */
export function keepsKeeper(held: readonly Held[], keeping: readonly string[], ending: Pick<Held, 'personId' | 'role'>): boolean {
	if (!keeping.includes(ending.role)) return true;
	return held.some(
		({ personId, role, toOn }) => keeping.includes(role) && toOn === null && !(personId === ending.personId && role === ending.role),
	);
}
