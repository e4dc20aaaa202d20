/** Words here: someone is in a committee as a member; its referent is a member who speaks for it. */

export interface CommitteePerson {
	readonly personId: string;
	readonly fullName: string;
	readonly fromOn: string;
	/** First day out of the committee; null while no end is set. */
	readonly toOn: string | null;
	/** Null for someone who is not its referent. */
	readonly referent: { readonly fromOn: string; readonly toOn: string | null } | null;
}

interface Row {
	readonly personId: string;
	readonly fullName: string;
	readonly role: string;
	readonly fromOn: string;
	readonly toOn: string | null;
}

/** One line a person: whoever is only referent (a member no more) is not in the committee. */
export function onePersonEach(rows: readonly Row[]): CommitteePerson[] {
	return rows
		.filter(({ role }) => role === 'member')
		.map(({ personId, fullName, fromOn, toOn }) => {
			const referent = rows.find((row) => row.role === 'referent' && row.personId === personId);
			return { personId, fullName, fromOn, toOn, referent: referent ? { fromOn: referent.fromOn, toOn: referent.toOn } : null };
		});
}

/** The earlier of two ends; null is no end. */
export function earlierEnd<D extends string>(one: D | null, other: D | null): D | null {
	if (one === null || other === null) return one ?? other;
	return one < other ? one : other;
}
