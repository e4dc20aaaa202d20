import type { auditEvent } from '#db/schema/audit.ts';

type Row = Omit<typeof auditEvent.$inferSelect, 'hash'>;

/** What an event's hash covers: every column but the hashes themselves. The order is part of the format. */
export function hashedValues(row: Row): (string | number | null)[] {
	return [
		row.seq,
		row.id,
		row.at,
		row.actorKind,
		row.actorId,
		row.actingForId,
		row.action,
		row.subjectKind,
		row.subjectId,
		row.organisationId,
		row.requestId,
		row.delta,
	];
}
