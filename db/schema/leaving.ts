import { sql } from 'drizzle-orm';
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { person } from '#db/schema/accounts.ts';
import { membership, organisation } from '#db/schema/membership.ts';

/** A group's own notice that it leaves, until it takes effect. */
export const leavingNotice = sqliteTable(
	'leaving_notice',
	{
		id: text().primaryKey(),
		/** The form's own key: a double click gives one notice. */
		submissionKey: text().notNull().unique(),
		organisationId: text()
			.notNull()
			.references(() => organisation.id),
		membershipId: text()
			.notNull()
			.references(() => membership.id),
		reason: text({ enum: ['resigned', 'dissolved'] }).notNull(),
		status: text({ enum: ['given', 'objected', 'withdrawn', 'effective'] }).notNull(),
		givenBy: text()
			.notNull()
			.references(() => person.id),
		givenAt: integer().notNull(),
		/** When it takes effect if nobody confirms, objects or withdraws it before. */
		dueAt: integer().notNull(),
		/** Nobody else looks after the group: everyone with a role was told, and may object. */
		alone: integer({ mode: 'boolean' }).notNull(),
		objectedBy: text().references(() => person.id),
		objectedAt: integer(),
		objection: text(),
		/** Who confirmed or withdrew it; null when the time did. */
		endedBy: text().references(() => person.id),
		endedAt: integer(),
		version: integer().notNull().default(1),
	},
	(table) => [
		uniqueIndex('leaving_notice_one_live').on(table.membershipId).where(sql`${table.status} in ('given', 'objected')`),
		index('leaving_notice_due').on(table.status, table.dueAt),
	],
);

/** What became of a membership that ended: whom the certificate is for, and when it was made. */
export const departure = sqliteTable('departure', {
	membershipId: text()
		.primaryKey()
		.references(() => membership.id),
	organisationId: text()
		.notNull()
		.references(() => organisation.id),
	endedOn: text().notNull(),
	/** The last verified address; emptied with the certificate. */
	contactName: text(),
	contactAddress: text(),
	contactLocale: text({ enum: ['fr', 'en'] }).notNull(),
	createdAt: integer().notNull(),
});

/** Work that a departure leaves to people of the network. */
export const leavingTask = sqliteTable(
	'leaving_task',
	{
		id: text().primaryKey(),
		organisationId: text()
			.notNull()
			.references(() => organisation.id),
		membershipId: text()
			.notNull()
			.references(() => membership.id),
		kind: text({ enum: ['refund', 'shutdown'] }).notNull(),
		/** Of a refund: the credit in the books on the day the membership ended. */
		amountCents: integer(),
		createdAt: integer().notNull(),
		doneAt: integer(),
		doneBy: text().references(() => person.id),
		/** Number of the transfer, of the cheque, or where the work is noted. */
		reference: text(),
	},
	(table) => [uniqueIndex('leaving_task_once').on(table.membershipId, table.kind), index('leaving_task_open').on(table.doneAt)],
);

/** The calendar of what is kept until when after a membership ended. */
export const retentionItem = sqliteTable(
	'retention_item',
	{
		id: text().primaryKey(),
		organisationId: text()
			.notNull()
			.references(() => organisation.id),
		membershipId: text()
			.notNull()
			.references(() => membership.id),
		/** Key of RETENTION in src/features/leaving/rules.ts. */
		kind: text().notNull(),
		/** `job`: the portal deletes it; `worker`: someone does, and says so; `kept`: the law or the books need it. */
		method: text({ enum: ['job', 'worker', 'kept'] }).notNull(),
		/** The day from which it is deleted; null for what is kept without term. */
		dueOn: text(),
		doneAt: integer(),
		/** Null when the portal did it. */
		doneBy: text().references(() => person.id),
		/** How many things were deleted. */
		doneCount: integer(),
		createdAt: integer().notNull(),
	},
	(table) => [
		uniqueIndex('retention_item_once').on(table.membershipId, table.kind),
		index('retention_item_due').on(table.doneAt, table.dueOn),
	],
);

/** What was deleted after a group left, said once and never changed (triggers). */
export const deletionCertificate = sqliteTable('deletion_certificate', {
	id: text().primaryKey(),
	/** Shown to people: `AS-2026-0001`. */
	number: text().notNull().unique(),
	organisationId: text()
		.notNull()
		.references(() => organisation.id),
	membershipId: text()
		.notNull()
		.unique()
		.references(() => membership.id),
	/** JSON: kinds, counts, dates, what is kept until when. */
	content: text().notNull(),
	/** SHA-256 of `content`. */
	checksum: text().notNull(),
	/** Of the private link that opens it. */
	tokenHash: text().notNull().unique(),
	issuedAt: integer().notNull(),
});
