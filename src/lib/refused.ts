/** An expected outcome that is not what was asked for: a value, which the caller turns into a sentence. */
export interface Refused<Reason extends string> {
	readonly ok: false;
	readonly reason: Reason;
}

export const refused = <const Reason extends string>(reason: Reason): Refused<Reason> => ({ ok: false, reason });
