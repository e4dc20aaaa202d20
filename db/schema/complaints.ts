import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { person } from '#db/schema/accounts.ts';
import { organisation } from '#db/schema/membership.ts';
import { standingDecision } from '#db/schema/standing.ts';

/** What a group holds against a decision, a service or the way it was treated. */
export const complaint = sqliteTable(
	'complaint',
	{
		id: text().primaryKey(),
		/** Shown to people: `PL-2026-0001`. */
		number: text().notNull().unique(),
		submissionKey: text().notNull().unique(),
		organisationId: text()
			.notNull()
			.references(() => organisation.id),
		complainantId: text()
			.notNull()
			.references(() => person.id),
		/** The committee it is put to: a slug of content/committees.yaml, or `board`. */
		committee: text().notNull(),
		/** The decision complained of; null when it is about something else. */
		decisionId: text().references(() => standingDecision.id),
		subject: text().notNull(),
		status: text({ enum: ['received', 'in_hand', 'answered', 'closed'] }).notNull(),
		statusSince: integer().notNull(),
		handlerId: text().references(() => person.id),
		createdAt: integer().notNull(),
		version: integer().notNull().default(1),
	},
	(table) => [index('complaint_status').on(table.status, table.statusSince), index('complaint_organisation').on(table.organisationId)],
);

/** People it concerns: they can neither see nor answer it. */
export const complaintPerson = sqliteTable(
	'complaint_person',
	{
		complaintId: text()
			.notNull()
			.references(() => complaint.id),
		personId: text()
			.notNull()
			.references(() => person.id),
		/** `named` by the complainant, or because they `decided` what is complained of. */
		because: text({ enum: ['named', 'decided'] }).notNull(),
	},
	(table) => [primaryKey({ columns: [table.complaintId, table.personId] })],
);

/** The thread, in order. */
export const complaintMessage = sqliteTable(
	'complaint_message',
	{
		id: text().primaryKey(),
		complaintId: text()
			.notNull()
			.references(() => complaint.id),
		submissionKey: text().notNull().unique(),
		kind: text({ enum: ['message', 'take', 'answer', 'close'] }).notNull(),
		side: text({ enum: ['member', 'committee'] }).notNull(),
		authorId: text()
			.notNull()
			.references(() => person.id),
		/** Empty for a change of state. */
		body: text().notNull(),
		createdAt: integer().notNull(),
	},
	(table) => [index('complaint_message_complaint').on(table.complaintId, table.createdAt)],
);
