import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** Messages to send: written with their cause, sent by the background worker. */
export const outboxMessage = sqliteTable(
	'outbox_message',
	{
		id: text().primaryKey(),
		/** One cause, one message: the same key is never queued twice. */
		dedupeKey: text().notNull().unique(),
		toAddress: text().notNull(),
		toName: text().notNull(),
		locale: text({ enum: ['fr', 'en'] }).notNull(),
		/** Which message it is: `membership.confirm`. */
		template: text().notNull(),
		subject: text().notNull(),
		/** JSON of the message's content; emptied as soon as it is sent or cancelled: it may hold private links. */
		content: text(),
		relatesKind: text(),
		relatesId: text(),
		organisationId: text(),
		status: text({ enum: ['queued', 'sending', 'sent', 'dead', 'cancelled', 'bounced'] }).notNull(),
		attempt: integer().notNull().default(0),
		nextAt: integer().notNull(),
		leaseToken: text(),
		leaseUntil: integer(),
		lastError: text(),
		messageId: text().notNull().unique(),
		/** Message-ID of the message this one answers, so that a thread stays one in mail programs. */
		inReplyTo: text(),
		createdAt: integer().notNull(),
		sentAt: integer(),
	},
	(table) => [
		index('outbox_message_due').on(table.status, table.nextAt),
		index('outbox_message_created').on(table.createdAt),
		index('outbox_message_relates').on(table.relatesKind, table.relatesId),
	],
);
