import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** Who did what, for whom; append-only (triggers refuse UPDATE and DELETE) and chained by hash. */
export const auditEvent = sqliteTable(
	'audit_event',
	{
		seq: integer().primaryKey(),
		id: text().notNull().unique(),
		at: integer().notNull(),
		/** `person`, `applicant` (holder of a private link), `operator` (command line) or `system` (background work). */
		actorKind: text({ enum: ['person', 'applicant', 'operator', 'system'] }).notNull(),
		actorId: text(),
		actingForId: text(),
		action: text().notNull(),
		subjectKind: text().notNull(),
		subjectId: text().notNull(),
		organisationId: text(),
		requestId: text(),
		/** JSON; what changed, without personal data or secrets. */
		delta: text().notNull(),
		prevHash: text().notNull(),
		hash: text().notNull(),
	},
	(table) => [
		index('audit_event_subject').on(table.subjectKind, table.subjectId),
		index('audit_event_organisation').on(table.organisationId, table.seq),
		index('audit_event_actor').on(table.actorId, table.seq),
		index('audit_event_acting_for').on(table.actingForId, table.seq),
		index('audit_event_action').on(table.action, table.seq),
		index('audit_event_request').on(table.requestId),
		index('audit_event_at').on(table.at),
	],
);
