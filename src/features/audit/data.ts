import { asc, desc, gt } from 'drizzle-orm';
import { prepared, type Read, type Tx } from '#db/client.ts';
import { auditEvent } from '#db/schema/audit.ts';
import { hashedValues } from '#src/features/audit/rules.ts';
import { type ChainResult, type Link, verifyChain } from '#src/lib/chain.ts';

const lastRow = prepared((source) =>
	source.select({ seq: auditEvent.seq, hash: auditEvent.hash }).from(auditEvent).orderBy(desc(auditEvent.seq)).limit(1),
);

/** What the next event follows; null before the first. */
export async function findLastLink(tx: Tx): Promise<{ seq: number; hash: string } | null> {
	const [row] = await lastRow(tx, {});
	return row ?? null;
}

const PAGE = 2_000;

async function* pages(read: Read): AsyncGenerator<Link[]> {
	for (let after = 0; ; ) {
		const rows = await read.select().from(auditEvent).where(gt(auditEvent.seq, after)).orderBy(asc(auditEvent.seq)).limit(PAGE);
		if (rows.length === 0) return;
		yield rows.map((row) => ({ seq: row.seq, prevHash: row.prevHash, hash: row.hash, values: hashedValues(row) }));
		after = rows.at(-1)?.seq ?? after;
	}
}

/** Walks the whole trail; names the first row that does not fit. */
export function verifyAudit(read: Read): Promise<ChainResult> {
	return verifyChain(pages(read));
}
