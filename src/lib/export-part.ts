/** What people take away of their own data: each slice gives its parts, row by row, and knows nothing of the archive. */
import { civilDateOf, type Instant } from '#src/lib/clock.ts';

export type ExportRow = Readonly<Record<string, string | number | boolean | null>>;

export interface ExportPart {
	/** Of its files in the archive: `requests` gives `json/requests.json` and `csv/requests.csv`. Parts of one name are one file. */
	readonly name: string;
	/** The table it comes from. */
	readonly table: string;
	/** From the beginning, each time it is called; a page of rows in memory at most. */
	rows(): AsyncIterable<ExportRow>;
}

/** What was said in one thread, as text. */
export interface ExportThread {
	/** Names its file. */
	readonly name: string;
	readonly title: string;
	messages(): AsyncIterable<{
		readonly at: Instant;
		readonly author: string | null;
		readonly side: 'member' | 'worker' | 'system';
		readonly body: string;
	}>;
}

/** ISO 8601 in UTC, which any program reads. */
export const isoOf = (at: Instant): string => new Date(at).toISOString();
export const isoOrNull = (at: Instant | null): string | null => (at === null ? null : isoOf(at));

const PAGE = 500;

/** Rows of any number, a page at a time, by id. */
export async function* byPages<T extends { readonly id: string }>(
	fetch: (after: string, most: number) => PromiseLike<readonly T[]>,
	most = PAGE,
): AsyncGenerator<T> {
	for (let after = ''; ; ) {
		const rows = await fetch(after, most);
		yield* rows;
		if (rows.length < most) return;
		after = rows.at(-1)?.id ?? after;
	}
}

/** The day in a name of a file. */
export const dayOf = (at: Instant): string => civilDateOf(at);
