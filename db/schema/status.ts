import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** An outage or a maintenance the public is told of. What was first said stays; what changes is an update. */
export const statusNotice = sqliteTable(
	'status_notice',
	{
		id: text().primaryKey(),
		/** Shown to people: `P-2026-0001` for an outage (panne), `E-2026-0001` for a maintenance (entretien). */
		number: text().notNull().unique(),
		submissionKey: text().notNull().unique(),
		kind: text({ enum: ['outage', 'maintenance'] }).notNull(),
		severity: text({ enum: ['none', 'degraded', 'partial', 'full'] }).notNull(),
		/** JSON array of slugs of the catalogue, or `["all"]`, or `portal` among them. */
		services: text().notNull(),
		/** JSON, language to what is said in it; one language is enough. */
		texts: text().notNull(),
		startsAt: integer().notNull(),
		expectedEndAt: integer(),
		endedAt: integer(),
		state: text({ enum: ['open', 'closed', 'planned', 'under_way', 'done', 'cancelled'] }).notNull(),
		createdAt: integer().notNull(),
		updatedAt: integer().notNull(),
		version: integer().notNull().default(1),
	},
	(table) => [index('status_notice_state').on(table.state, table.startsAt), index('status_notice_starts').on(table.startsAt)],
);

/** What was said about a notice, in order; append-only. The first one, `opened`, repeats nothing: the notice has the texts. */
export const statusUpdate = sqliteTable(
	'status_update',
	{
		/** Counts over all notices: who has been told up to which one is a single number. */
		seq: integer().primaryKey(),
		id: text().notNull().unique(),
		noticeId: text()
			.notNull()
			.references(() => statusNotice.id),
		submissionKey: text().notNull().unique(),
		kind: text({
			enum: ['opened', 'investigating', 'identified', 'watching', 'note', 'started', 'closed', 'done', 'cancelled'],
		}).notNull(),
		/** JSON, language to text; empty for a step that speaks for itself. */
		texts: text().notNull(),
		/** A role of those who work in the network, never a name; null when it was the operator or the portal itself. */
		authorRole: text({ enum: ['worker', 'sysadmin'] }),
		/** What this update changed; null where it stayed. */
		severity: text({ enum: ['none', 'degraded', 'partial', 'full'] }),
		services: text(),
		expectedEndAt: integer(),
		createdAt: integer().notNull(),
	},
	(table) => [index('status_update_notice').on(table.noticeId, table.seq)],
);

/** Someone who asked to be told by email. Nothing else is kept of them; the row goes when they leave. */
export const statusSubscription = sqliteTable(
	'status_subscription',
	{
		id: text().primaryKey(),
		/** As typed, for sending. */
		address: text().notNull(),
		normalized: text().notNull().unique(),
		locale: text({ enum: ['fr', 'en'] }).notNull(),
		/** The last form that asked for it: a double click sends one message. */
		submissionKey: text().notNull(),
		askedAt: integer().notNull(),
		/** Null until the mailed link was followed. */
		confirmedAt: integer(),
		/** The last update they were told of. */
		toldSeq: integer().notNull(),
	},
	(table) => [index('status_subscription_told').on(table.toldSeq)],
);

/** Private links mailed to subscribers. */
export const statusLink = sqliteTable(
	'status_link',
	{
		/** SHA-256 of the token in the link. */
		tokenHash: text().primaryKey(),
		subscriptionId: text()
			.notNull()
			.references(() => statusSubscription.id),
		purpose: text({ enum: ['confirm', 'leave'] }).notNull(),
		createdAt: integer().notNull(),
	},
	(table) => [index('status_link_subscription').on(table.subscriptionId), index('status_link_purpose').on(table.purpose, table.createdAt)],
);
