import { MINUTE } from '#src/lib/clock.ts';
import type { ExportRow } from '#src/lib/export-part.ts';

/** From the form to the archive: the time of a redirect, with patience for a slow line. */
export const TICKET_LASTS = 2 * MINUTE;

/** Name of the ticket in the address. */
export const TICKET = 'archive';

/** One array, a row a line. */
export async function* jsonText(rows: AsyncIterable<ExportRow>): AsyncGenerator<string> {
	let before = '[\n';
	for await (const row of rows) {
		yield `${before}${JSON.stringify(row)}`;
		before = ',\n';
	}
	yield before === '[\n' ? '[]\n' : '\n]\n';
}
