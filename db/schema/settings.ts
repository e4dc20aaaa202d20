import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** Which state of the settings files the dated rows were copied from: an unchanged one is not read again at each start. */
export const settingsCopy = sqliteTable('settings_copy', {
	name: text().primaryKey(),
	checksum: text().notNull(),
	copiedAt: integer().notNull(),
});
