/** What erasing a person asks of each slice, and what it answers. */

/** Who is erased, in every spelling the rows may have. */
export interface Erased {
	readonly personId: string;
	/** Null when they never had one. */
	readonly accountId: string | null;
	/** Proven addresses in the form to compare; nobody else's claims. */
	readonly normalized: readonly string[];
	/** The same addresses as typed and as compared, in lower case. */
	readonly spellings: readonly string[];
	/** What stands in the place of the name. */
	readonly pseudonym: string;
}

/** `deleted`: the rows are gone; `emptied`: they stay without what was personal; `renamed`: they bear the pseudonym; `kept`: as they were. */
export interface ErasureLine {
	readonly table: string;
	readonly how: 'deleted' | 'emptied' | 'renamed' | 'kept';
	readonly count: number;
}
