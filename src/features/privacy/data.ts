import { and, asc, desc, eq, gte, lte } from 'drizzle-orm';
import type { Read, Tx } from '#db/client.ts';
import { erasureRequest, retentionRun } from '#db/schema/privacy.ts';
import { type Grant, listSoleAdministrations, loadAccess } from '#src/features/access/index.ts';
import { type CivilDate, civilDateOf, type Instant } from '#src/lib/clock.ts';
import { hashToken } from '#src/lib/ids.ts';

export type ErasureObstacle =
	| { readonly reason: 'holds_coop_role' }
	/** Groups that would be left without anyone to look after them. */
	| { readonly reason: 'last_administrator'; readonly groups: readonly { readonly slug: string; readonly usualName: string }[] };

/** What must be settled before someone can be erased; null when nothing stands in the way. */
export async function findObstacle(read: Read | Tx, personId: string, at: Instant): Promise<ErasureObstacle | null> {
	const access = await loadAccess(read as Read, personId, civilDateOf(at));
	if (access.coopRoles.length > 0) return { reason: 'holds_coop_role' };
	const groups = await listSoleAdministrations(read, personId);
	return groups.length === 0 ? null : { reason: 'last_administrator', groups };
}

export interface WaitingErasure {
	readonly id: string;
	readonly personId: string;
	readonly askedAt: Instant;
	readonly dueAt: Instant;
}

const columns = {
	id: erasureRequest.id,
	personId: erasureRequest.personId,
	askedAt: erasureRequest.askedAt,
	dueAt: erasureRequest.dueAt,
};

/** The erasure a person waits for; null when they asked for none. */
export async function findErasureOf(read: Read | Tx, personId: string): Promise<WaitingErasure | null> {
	const [row] = await read
		.select(columns)
		.from(erasureRequest)
		.where(and(eq(erasureRequest.personId, personId), eq(erasureRequest.status, 'waiting')))
		.limit(1);
	return row ?? null;
}

/** The erasure whose mailed link this is; null once it was taken back or done. */
export async function findErasureByLink(read: Read | Tx, token: string): Promise<WaitingErasure | null> {
	const [row] = await read
		.select(columns)
		.from(erasureRequest)
		.where(and(eq(erasureRequest.tokenHash, hashToken(token)), eq(erasureRequest.status, 'waiting')))
		.limit(1);
	return row ?? null;
}

/** Erasures whose week is over, oldest first. */
export async function listDueErasures(read: Read | Tx, at: Instant): Promise<WaitingErasure[]> {
	return read
		.select(columns)
		.from(erasureRequest)
		.where(and(eq(erasureRequest.status, 'waiting'), lte(erasureRequest.dueAt, at)))
		.orderBy(asc(erasureRequest.dueAt));
}

export interface RetentionLine {
	readonly onDate: CivilDate;
	readonly rule: string;
	readonly removed: number;
	readonly lastAt: Instant;
}

const DAYS_SHOWN = 30;

/** What the rules did on the latest days, latest first: a row a day and rule. */
export async function listRuns(read: Read, _grant: Grant<'retention.read'>): Promise<RetentionLine[]> {
	const days = await read
		.selectDistinct({ onDate: retentionRun.onDate })
		.from(retentionRun)
		.orderBy(desc(retentionRun.onDate))
		.limit(DAYS_SHOWN);
	const since = days.at(-1)?.onDate ?? '';
	const rows = await read
		.select()
		.from(retentionRun)
		.where(gte(retentionRun.onDate, since))
		.orderBy(desc(retentionRun.onDate), asc(retentionRun.rule));
	return rows.map((row) => ({ ...row, onDate: row.onDate as CivilDate }));
}
