/** Who does something, when, and by which request: what every mutation takes beside its transaction. */
import type { Instant } from '#src/lib/clock.ts';

export type Actor =
	| { readonly kind: 'person'; readonly personId: string }
	/** Holder of a private link to an application: no account yet. */
	| { readonly kind: 'applicant'; readonly applicationId: string }
	/** Someone with a shell on the server. */
	| { readonly kind: 'operator' }
	/** Background work. */
	| { readonly kind: 'system' };

export interface Act {
	readonly actor: Actor;
	readonly at: Instant;
	readonly requestId: string | null;
	/** Person id of whom the actor stands in for, as when someone of the team sees what they see. */
	readonly actingFor?: string;
}

/** The actor's identifier in rows that keep only one column for it. */
export function actorId(actor: Actor): string | null {
	if (actor.kind === 'person') return actor.personId;
	return actor.kind === 'applicant' ? actor.applicationId : null;
}
