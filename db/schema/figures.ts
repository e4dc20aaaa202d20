import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/**
 * The figures of a quarter as they were published: rounded already, and never touched again (trigger), so that no later
 * correction can be read off by comparing two dates (docs/decisions/012).
 */
export const figureSnapshot = sqliteTable('figure_snapshot', {
	/** `2026-Q3`. */
	quarter: text().primaryKey(),
	/** Secret of the rounding, the same in every row: a count that did not change is rounded the same way each time. */
	roundingKey: text().notNull(),
	/** JSON of what the public sees. */
	figures: text().notNull(),
	createdAt: integer().notNull(),
});
