import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { account, person } from '#db/schema/accounts.ts';
import { application, organisation } from '#db/schema/membership.ts';

/** Each time someone agreed to a purpose or took it back; append-only (trigger): the last row of a purpose is how it stands. */
export const consent = sqliteTable(
	'consent',
	{
		id: text().primaryKey(),
		/** Null for what an applicant agreed to before they had an account. */
		personId: text().references(() => person.id),
		applicationId: text().references(() => application.id),
		/** Id in content/purposes.yaml. */
		purpose: text().notNull(),
		/** Of the text they read. */
		version: text().notNull(),
		act: text({ enum: ['given', 'withdrawn'] }).notNull(),
		how: text({ enum: ['application', 'account'] }).notNull(),
		at: integer().notNull(),
	},
	(table) => [
		index('consent_person').on(table.personId, table.purpose),
		uniqueIndex('consent_application').on(table.applicationId, table.purpose).where(sql`${table.applicationId} is not null`),
	],
);

/** Lets one session fetch one archive, once, for two minutes. */
export const downloadTicket = sqliteTable(
	'download_ticket',
	{
		tokenHash: text().primaryKey(),
		accountId: text()
			.notNull()
			.references(() => account.id),
		/** SHA-256 of the session's id: in another browser the address opens nothing. */
		sessionHash: text().notNull(),
		/** The group whose archive it is; null for the person's own. */
		organisationId: text().references(() => organisation.id),
		createdAt: integer().notNull(),
		expiresAt: integer().notNull(),
	},
	(table) => [index('download_ticket_expires').on(table.expiresAt)],
);

/** Someone's wish to be erased; carried out once its week is over. Holds no name and no address. */
export const erasureRequest = sqliteTable(
	'erasure_request',
	{
		id: text().primaryKey(),
		personId: text()
			.notNull()
			.references(() => person.id),
		askedBy: text({ enum: ['person', 'operator'] }).notNull(),
		/** Of the link that takes it back. */
		tokenHash: text().notNull().unique(),
		status: text({ enum: ['waiting', 'cancelled', 'done'] }).notNull(),
		askedAt: integer().notNull(),
		/** Nothing happens before. */
		dueAt: integer().notNull(),
		endedAt: integer(),
		/** JSON: what was done, by table, as counted when it was done. */
		report: text(),
	},
	(table) => [
		uniqueIndex('erasure_request_one_waiting').on(table.personId).where(sql`${table.status} = 'waiting'`),
		index('erasure_request_due').on(table.status, table.dueAt),
	],
);

/** What each retention rule did on a day: one row a rule and day. */
export const retentionRun = sqliteTable(
	'retention_run',
	{
		onDate: text('on_date').notNull(),
		rule: text().notNull(),
		/** Rows erased or emptied that day. */
		removed: integer().notNull(),
		lastAt: integer().notNull(),
	},
	(table) => [primaryKey({ columns: [table.onDate, table.rule] })],
);

/**
 * Register of confidentiality incidents (Québec, A-2.1, r. 3.1). Append-only (trigger): a correction is a whole new revision of the
 * same number, and the last one is what stands.
 */
export const confidentialityIncident = sqliteTable(
	'confidentiality_incident',
	{
		id: text().primaryKey(),
		/** Shown to people: `I-2026-0001`. */
		number: text().notNull(),
		revision: integer().notNull(),
		submissionKey: text().notNull().unique(),
		/** The day the organisation became aware of it: the five years count from here. */
		knownOn: text().notNull(),
		/** Date, period or approximation. */
		happened: text().notNull(),
		information: text().notNull(),
		people: text().notNull(),
		circumstances: text().notNull(),
		risk: text({ enum: ['assessing', 'serious', 'not_serious'] }).notNull(),
		sensitivity: text().notNull(),
		consequences: text().notNull(),
		likelihood: text().notNull(),
		measures: text().notNull(),
		/** Day of the notice to the Commission d'accès à l'information; null when none was given. */
		commissionOn: text(),
		peopleOn: text(),
		/** Why a public notice was given; empty when none was. */
		publicNotice: text().notNull(),
		/** Why it was corrected; empty for the first revision. */
		correction: text().notNull(),
		recordedBy: text()
			.notNull()
			.references(() => person.id),
		createdAt: integer().notNull(),
	},
	(table) => [uniqueIndex('confidentiality_incident_revision').on(table.number, table.revision)],
);
