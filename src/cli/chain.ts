import { print } from '#src/cli/print.ts';
import { Refused } from '#src/cli/refused.ts';

interface Verified {
	readonly ok: boolean;
	readonly entries: number;
	readonly head?: string;
	/** Row that does not fit; null when it is one that should be there and is not. */
	readonly seq?: number | null;
	readonly reason?: string;
	readonly source?: { readonly kind: string; readonly id: string };
}

const WHY: Readonly<Record<string, string>> = {
	gap: 'a row is missing before it',
	link: 'it does not follow from the row before it',
	content: 'its content is not what was written',
	source: 'it does not agree with the row it comes from',
	missing: 'a row of money has no entry',
	snapshot: 'the amount does not follow from its reasons',
};

/** @throws {Refused} naming the first row that does not fit. */
export function printChain(json: boolean | undefined, table: string, result: Verified): void {
	if (result.ok) {
		print(json, result, `${result.entries} rows, all in order. Head: ${result.head || '(none)'}`);
		return;
	}
	if (json) print(true, result, '');
	const row = result.seq === null || result.seq === undefined ? table : `Row ${result.seq} of ${table}`;
	const source = result.source ? ` (${result.source.kind} ${result.source.id})` : '';
	throw new Refused(`${row} does not fit: ${WHY[result.reason ?? ''] ?? result.reason}${source}. Compare with a backup before going on.`);
}
