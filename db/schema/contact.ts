import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { person } from '#db/schema/accounts.ts';

/** What someone of the public wrote through the contact form. Deleted with its entries once its time is over. */
export const contactMessage = sqliteTable(
	'contact_message',
	{
		id: text().primaryKey(),
		/** Shown to people: `M-2026-0001`. */
		number: text().notNull().unique(),
		submissionKey: text().notNull().unique(),
		name: text().notNull(),
		/** As typed, and in the form in which two spellings of it are equal. */
		address: text().notNull(),
		normalized: text().notNull(),
		subject: text().notNull(),
		body: text().notNull(),
		/** What the sender says it is about; null when they did not say. */
		about: text({ enum: ['joining', 'service', 'privacy', 'accessibility', 'press', 'defect', 'other'] }),
		locale: text({ enum: ['fr', 'en'] }).notNull(),
		status: text({ enum: ['waiting', 'answered', 'set_aside'] }).notNull(),
		statusSince: integer().notNull(),
		/** Message-ID of the acknowledgement: the answer follows it, so that mail programs show one thread. */
		threadMessageId: text(),
		createdAt: integer().notNull(),
		version: integer().notNull().default(1),
	},
	(table) => [
		index('contact_message_status').on(table.status, table.statusSince),
		index('contact_message_sender').on(table.normalized, table.createdAt),
	],
);

/** What workers did with a message, in order: answers are sent, notes stay. */
export const contactEntry = sqliteTable(
	'contact_entry',
	{
		id: text().primaryKey(),
		messageId: text()
			.notNull()
			.references(() => contactMessage.id),
		submissionKey: text().notNull().unique(),
		kind: text({ enum: ['answer', 'note', 'set_aside', 'reopen'] }).notNull(),
		authorId: text()
			.notNull()
			.references(() => person.id),
		/** Empty for what is not words. */
		body: text().notNull(),
		createdAt: integer().notNull(),
	},
	(table) => [index('contact_entry_message').on(table.messageId, table.createdAt)],
);
