import { sql } from 'drizzle-orm';
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { person } from '#db/schema/accounts.ts';
import { organisation } from '#db/schema/membership.ts';

/** Someone of the team sees a group's space as one of its people does, in one session, for a while, and changes nothing. */
export const viewing = sqliteTable(
	'viewing',
	{
		id: text().primaryKey(),
		/** SHA-256 of the id of the session in which it runs: it ends with it. */
		sessionHash: text().notNull(),
		viewerId: text()
			.notNull()
			.references(() => person.id),
		personId: text()
			.notNull()
			.references(() => person.id),
		organisationId: text()
			.notNull()
			.references(() => organisation.id),
		/** What the person and the group were told. */
		reason: text().notNull(),
		startedAt: integer().notNull(),
		endsAt: integer().notNull(),
		endedAt: integer(),
	},
	(table) => [
		uniqueIndex('viewing_one_a_session').on(table.sessionHash).where(sql`${table.endedAt} is null`),
		index('viewing_ends').on(table.endsAt),
		index('viewing_organisation').on(table.organisationId),
	],
);
