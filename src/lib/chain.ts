/** A hash chain over rows in sequence: each row's hash covers its content and the hash before it. */
import { createHash } from 'node:crypto';

/** The hash before the first row. */
export const CHAIN_START = '';

/** SHA-256 in hexadecimal over the previous hash and the row's values as JSON, in the order given. */
export function chainHash(prevHash: string, values: readonly (string | number | null)[]): string {
	return createHash('sha256')
		.update(JSON.stringify([prevHash, ...values]))
		.digest('hex');
}

export interface Link {
	readonly seq: number;
	readonly prevHash: string;
	readonly hash: string;
	/** The values the hash covers, in the order they were hashed. */
	readonly values: readonly (string | number | null)[];
}

export type ChainResult =
	| { ok: true; entries: number; head: string }
	| { ok: false; entries: number; seq: number; reason: 'gap' | 'link' | 'content' };

/** Follows the chain through pages of rows in sequence; stops at the first row that does not fit. */
export async function verifyChain(pages: AsyncIterable<readonly Link[]>): Promise<ChainResult> {
	let head = CHAIN_START;
	let entries = 0;
	for await (const page of pages) {
		for (const link of page) {
			const expected = entries + 1;
			if (link.seq !== expected) return { ok: false, entries, seq: expected, reason: 'gap' };
			if (link.prevHash !== head) return { ok: false, entries, seq: link.seq, reason: 'link' };
			if (chainHash(head, link.values) !== link.hash) return { ok: false, entries, seq: link.seq, reason: 'content' };
			head = link.hash;
			entries += 1;
		}
	}
	return { ok: true, entries, head };
}
