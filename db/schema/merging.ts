import { sql } from 'drizzle-orm';
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { person } from '#db/schema/accounts.ts';

/** Two groups, or two accounts of one person, that are to become one: two workers and seven days stand between the wish and the act. */
export const merge = sqliteTable(
	'merge',
	{
		id: text().primaryKey(),
		kind: text({ enum: ['groups', 'persons'] }).notNull(),
		/** Id of the group, or of the person, that ends. */
		fromId: text().notNull(),
		/** Id of the group, or of the person, that stays. */
		intoId: text().notNull(),
		status: text({ enum: ['proposed', 'confirmed', 'done', 'objected', 'withdrawn', 'fallen'] }).notNull(),
		proposedBy: text()
			.notNull()
			.references(() => person.id),
		proposedAt: integer().notNull(),
		confirmedBy: text().references(() => person.id),
		confirmedAt: integer(),
		/** From when on it takes effect, if nobody objects. */
		dueAt: integer(),
		endedAt: integer(),
		/** Which refusal made it fall. */
		reason: text(),
	},
	(table) => [
		index('merge_status').on(table.status, table.dueAt),
		uniqueIndex('merge_one_from').on(table.fromId).where(sql`${table.status} in ('proposed', 'confirmed')`),
	],
);

/** Private links by which whoever was told objects: one an address. */
export const mergeLink = sqliteTable(
	'merge_link',
	{
		tokenHash: text().primaryKey(),
		mergeId: text()
			.notNull()
			.references(() => merge.id),
		/** Whom it was mailed to. */
		personId: text()
			.notNull()
			.references(() => person.id),
		createdAt: integer().notNull(),
	},
	(table) => [index('merge_link_merge').on(table.mergeId)],
);
