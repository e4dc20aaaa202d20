import { type AnySQLiteColumn, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { person } from '#db/schema/accounts.ts';

const kinds = ['nonprofit', 'cooperative', 'union', 'collective', 'individual'] as const;

/** A group, or one person who is a member alone. */
export const organisation = sqliteTable('organisation', {
	id: text().primaryKey(),
	/** In addresses: `/espace/SLUG/`. */
	slug: text().notNull().unique(),
	legalName: text().notNull(),
	usualName: text().notNull(),
	kind: text({ enum: kinds }).notNull(),
	mission: text().notNull(),
	budgetBand: text().notNull(),
	locale: text({ enum: ['fr', 'en'] }).notNull(),
	status: text({ enum: ['prospective', 'member', 'former'] }).notNull(),
	createdAt: integer().notNull(),
	version: integer().notNull().default(1),
	/** Québec enterprise number, ten digits. */
	neq: text(),
	postalAddress: text(),
	/** The group it became part of: its people and its open business went there, its books stay here. */
	mergedIntoId: text().references((): AnySQLiteColumn => organisation.id),
});

/** The bond between an organisation and the network; ranges of one organisation never overlap (trigger). */
export const membership = sqliteTable(
	'membership',
	{
		id: text().primaryKey(),
		organisationId: text()
			.notNull()
			.references(() => organisation.id),
		/** Given once, never used again, even after the membership ended. */
		memberNumber: integer().notNull().unique(),
		class: text({ enum: ['individual', 'organisation'] }).notNull(),
		fromOn: text().notNull(),
		/** First day without membership; null while it lasts. */
		toOn: text(),
		endReason: text({ enum: ['resigned', 'dissolved', 'merged', 'excluded', 'lapsed', 'deceased'] }),
		endReference: text(),
		createdAt: integer().notNull(),
	},
	(table) => [index('membership_organisation').on(table.organisationId, table.fromOn)],
);

/** Counters whose values are never handed out twice. */
export const counter = sqliteTable('counter', {
	name: text().primaryKey(),
	value: integer().notNull(),
});

/** A demand to become a member, from the first saved draft to the decision. */
export const application = sqliteTable(
	'application',
	{
		id: text().primaryKey(),
		status: text({
			enum: ['draft', 'submitted', 'under_review', 'info_requested', 'refusal_proposed', 'accepted', 'refused', 'withdrawn', 'expired'],
		}).notNull(),
		/** The form's own key: a double click makes one application. Begins with `resumed:` once the draft was changed through its link. */
		submissionKey: text().notNull().unique(),
		locale: text({ enum: ['fr', 'en'] }).notNull(),
		/** JSON of everything typed so far; only a draft is read from it. */
		draft: text().notNull(),
		legalName: text(),
		usualName: text(),
		kind: text({ enum: kinds }),
		mission: text(),
		applicantName: text(),
		applicantEmail: text(),
		applicantEmailNormalized: text(),
		/** JSON list of need keys. */
		needs: text(),
		/** JSON of the technical answers; « Je ne sais pas encore » is an answer. */
		answers: text(),
		/** The contribution scale whose amounts the applicant saw; null when none was in force. */
		scaleId: text(),
		budgetBand: text(),
		contributionChoice: text({ enum: ['amount', 'unable'] }),
		/** Cents a year; null when the group can't pay at present. */
		yearlyCents: integer(),
		frequency: text({ enum: ['yearly', 'quarterly', 'monthly'] }),
		consentVersion: text(),
		consentAt: integer(),
		createdAt: integer().notNull(),
		/** When the form was sent; the address is not confirmed yet. */
		sentAt: integer(),
		/** When the address was confirmed: from here workers see it. */
		submittedAt: integer(),
		/** The day by which the applicant was told to expect an answer. */
		decideByOn: text(),
		/** Drafts and unconfirmed applications end here. */
		expiresAt: integer(),
		/** The worker who took it under review. */
		reviewerId: text().references(() => person.id),
		refusalReason: text(),
		refusalProposedBy: text().references(() => person.id),
		decidedBy: text().references(() => person.id),
		decidedAt: integer(),
		organisationId: text().references(() => organisation.id),
		version: integer().notNull().default(1),
	},
	(table) => [
		index('application_status').on(table.status, table.submittedAt),
		index('application_expires').on(table.expiresAt),
		index('application_email').on(table.applicantEmailNormalized),
	],
);

/** A private link to an application, mailed to its applicant: each message carries its own, and all of them stay good. */
export const applicationLink = sqliteTable(
	'application_link',
	{
		tokenHash: text().primaryKey(),
		applicationId: text()
			.notNull()
			.references(() => application.id),
		/** `resume` opens a draft, `confirm` proves the address once, `status` follows what was sent. */
		purpose: text({ enum: ['resume', 'confirm', 'status'] }).notNull(),
		/** From here on it opens nothing: it served, or a later one took its place. */
		usedAt: integer(),
		createdAt: integer().notNull(),
	},
	(table) => [index('application_link_application').on(table.applicationId)],
);

/** What workers ask, what the applicant answers, and notes among workers. */
export const applicationMessage = sqliteTable(
	'application_message',
	{
		id: text().primaryKey(),
		applicationId: text()
			.notNull()
			.references(() => application.id),
		/** The form's own key: a double click makes one message. */
		submissionKey: text().notNull().unique(),
		kind: text({ enum: ['question', 'answer', 'note'] }).notNull(),
		/** The worker; null for the applicant. */
		authorId: text().references(() => person.id),
		body: text().notNull(),
		createdAt: integer().notNull(),
	},
	(table) => [index('application_message_application').on(table.applicationId, table.createdAt)],
);

/** A single-use door into a role, bound to one address. */
export const invitation = sqliteTable(
	'invitation',
	{
		id: text().primaryKey(),
		scopeKind: text({ enum: ['organisation', 'coop'] }).notNull(),
		scopeId: text().notNull(),
		/** JSON list of roles. */
		roles: text().notNull(),
		address: text().notNull(),
		normalized: text().notNull(),
		name: text().notNull(),
		locale: text({ enum: ['fr', 'en'] }).notNull(),
		tokenHash: text().notNull().unique(),
		status: text({ enum: ['pending', 'accepted', 'declined', 'revoked', 'expired'] }).notNull(),
		/** Person id, or `operator` for the command line. */
		invitedBy: text().notNull(),
		expiresAt: integer().notNull(),
		createdAt: integer().notNull(),
		acceptedAt: integer(),
		acceptedBy: text().references(() => person.id),
		/** First day without the roles it gives; null when they last. */
		rolesToOn: text(),
	},
	(table) => [index('invitation_scope').on(table.scopeKind, table.scopeId)],
);
