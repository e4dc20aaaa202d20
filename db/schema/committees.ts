import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** A committee as it stood from one day to another, copied from content/committees.yaml. Who is in it: role_assignment. */
export const committee = sqliteTable(
	'committee',
	{
		id: text().primaryKey(),
		slug: text().notNull(),
		/** JSON of its entry in the settings file. */
		settings: text().notNull(),
		/** SHA-256 of `settings`: a changed entry makes a new row. */
		checksum: text().notNull(),
		/** Whether applications for membership are its work. */
		applications: integer({ mode: 'boolean' }).notNull(),
		position: integer().notNull(),
		fromOn: text().notNull(),
		toOn: text(),
		createdAt: integer().notNull(),
	},
	(table) => [index('committee_slug').on(table.slug, table.fromOn)],
);
