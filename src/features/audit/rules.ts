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

/** What workers say among themselves of a group: neither its trail nor its archive tells it. */
export const HIDDEN_FROM_GROUPS: readonly string[] = [
	'requests.note',
	'membership.add_note',
	// A complaint is between who complains and the committee; someone of the group may be whom it is about.
	'complaints.answer',
	'complaints.close',
	'complaints.complain',
	'complaints.reply',
	'complaints.take',
	// Two workers are needed: until the second agrees there is nothing to answer for.
	'standing.propose',
	'standing.withdraw',
];

/** What changed, ready to be shown. @param amounts whether who reads may see amounts of money. */
export function readDelta(delta: string, amounts: boolean): [key: string, value: string | number | boolean][] {
	const entries = Object.entries(JSON.parse(delta) as Record<string, string | number | boolean | null>);
	return entries.flatMap(([key, value]) => (value === null || value === '' || (!amounts && /cents$/i.test(key)) ? [] : [[key, value]]));
}
