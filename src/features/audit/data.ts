import { and, asc, desc, eq, gt, notInArray, or } from 'drizzle-orm';
import { prepared, type Read, type Tx } from '#db/client.ts';
import { auditEvent } from '#db/schema/audit.ts';

import { HIDDEN_FROM_GROUPS, hashedValues, readDelta } from '#src/features/audit/rules.ts';

import { type ChainResult, type Link, verifyChain } from '#src/lib/chain.ts';
import { type ExportPart, isoOf } from '#src/lib/export-part.ts';

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

const trailPart = (read: Read, whose: { readonly personId: string } | { readonly organisationId: string }): ExportPart => ({
	name: 'trail',
	table: 'audit_event',
	async *rows() {
		const shown = notInArray(auditEvent.action, [...HIDDEN_FROM_GROUPS]);
		const own =
			'personId' in whose
				? or(
						eq(auditEvent.actorId, whose.personId),
						and(eq(auditEvent.subjectKind, 'person'), eq(auditEvent.subjectId, whose.personId), shown),
					)
				: and(eq(auditEvent.organisationId, whose.organisationId), shown);
		for (let after = 0; ; ) {
			const rows = await read
				.select()
				.from(auditEvent)
				.where(and(gt(auditEvent.seq, after), own))
				.orderBy(asc(auditEvent.seq))
				.limit(PAGE);
			// Without ids: what was done to things of others in the same act is theirs.
			for (const { at, action, subjectKind, actorKind, delta } of rows)
				yield {
					at: isoOf(at),
					action,
					subjectKind,
					actorKind,
					changes: 'personId' in whose ? null : JSON.stringify(Object.fromEntries(readDelta(delta, true))),
				};
			if (rows.length < PAGE) return;
			after = rows.at(-1)?.seq ?? after;
		}
	},
});

/** What a person did and what was done to their account, but for what others keep among themselves. */
export const trailPartsOfPerson = (read: Read, personId: string): ExportPart[] => [trailPart(read, { personId })];
/** What was done in a group, as its own trail tells it to an administrator: they alone take an archive, and they see amounts. */
export const trailPartsOfGroup = (read: Read, organisationId: string): ExportPart[] => [trailPart(read, { organisationId })];
