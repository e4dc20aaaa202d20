import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { organisation } from '#db/schema/membership.ts';

/** A group brought in from a file, by the key that file knows it by: the same file brought in twice changes nothing. */
export const importedGroup = sqliteTable('imported_group', {
	key: text().primaryKey(),
	organisationId: text()
		.notNull()
		.unique()
		.references(() => organisation.id),
	/** Cents brought in: above zero a credit, below a debt. */
	openingCents: integer().notNull(),
	createdAt: integer().notNull(),
});
