import { sql } from 'drizzle-orm';
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { person } from '#db/schema/accounts.ts';
import { membership, organisation } from '#db/schema/membership.ts';

/** A suspension or an exclusion, from the worker who proposes it to the one who confirms it. */
export const standingDecision = sqliteTable(
	'standing_decision',
	{
		id: text().primaryKey(),
		/** The form's own key: a double click proposes once. */
		submissionKey: text().notNull().unique(),
		organisationId: text()
			.notNull()
			.references(() => organisation.id),
		membershipId: text()
			.notNull()
			.references(() => membership.id),
		kind: text({ enum: ['suspension', 'exclusion'] }).notNull(),
		status: text({ enum: ['proposed', 'confirmed', 'withdrawn'] }).notNull(),
		/** Told to the group once it is confirmed. */
		reason: text().notNull(),
		/** Resolution of the board or of the assembly it rests on. */
		reference: text().notNull(),
		/** Of a suspension: the day it ends by itself; null until it is lifted. */
		untilOn: text(),
		proposedBy: text()
			.notNull()
			.references(() => person.id),
		proposedAt: integer().notNull(),
		/** Who confirmed it, never the one who proposed it. */
		decidedBy: text().references(() => person.id),
		decidedAt: integer(),
		version: integer().notNull().default(1),
	},
	(table) => [
		index('standing_decision_organisation').on(table.organisationId, table.proposedAt),
		uniqueIndex('standing_decision_one_proposed').on(table.membershipId).where(sql`${table.status} = 'proposed'`),
	],
);

/** Days on which a member's rights to new things rested; ranges of one membership never overlap (trigger). */
export const suspension = sqliteTable(
	'suspension',
	{
		id: text().primaryKey(),
		decisionId: text()
			.notNull()
			.unique()
			.references(() => standingDecision.id),
		organisationId: text()
			.notNull()
			.references(() => organisation.id),
		membershipId: text()
			.notNull()
			.references(() => membership.id),
		fromOn: text().notNull(),
		/** First day without it; null while nothing ends it. */
		toOn: text(),
		/** Who lifted it and why; null when it ran out by itself or with the membership. */
		liftedBy: text().references(() => person.id),
		liftedAt: integer(),
		liftReason: text(),
		liftReference: text(),
		createdAt: integer().notNull(),
	},
	(table) => [index('suspension_organisation').on(table.organisationId, table.fromOn)],
);

/** Each year's question to a member: renew, need time, leave. No answer never ends a membership. */
export const renewal = sqliteTable(
	'renewal',
	{
		id: text().primaryKey(),
		organisationId: text()
			.notNull()
			.references(() => organisation.id),
		membershipId: text()
			.notNull()
			.references(() => membership.id),
		/** The anniversary of the membership. */
		dueOn: text().notNull(),
		askedAt: integer().notNull(),
		/** When the one reminder left; null when none did. */
		remindedAt: integer(),
		answer: text({ enum: ['renew', 'later', 'leave'] }),
		answeredBy: text().references(() => person.id),
		answeredAt: integer(),
		/** With `later`: the day on which the question comes back. */
		laterOn: text(),
		version: integer().notNull().default(1),
	},
	(table) => [
		uniqueIndex('renewal_one_a_year').on(table.membershipId, table.dueOn),
		index('renewal_organisation').on(table.organisationId),
	],
);
