import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

/** A training date, copied from content/trainings/SLUG.yaml. A changed file changes its row, so that its places stay with it. */
export const trainingSession = sqliteTable(
	'training_session',
	{
		id: text().primaryKey(),
		slug: text().notNull().unique(),
		/** `demonstration` sessions belong to no file, and bear the mark of an example. */
		origin: text({ enum: ['file', 'demonstration'] }).notNull(),
		/** JSON of the settings file. */
		settings: text().notNull(),
		/** SHA-256 of `settings`. */
		checksum: text().notNull(),
		startsAt: integer().notNull(),
		endsAt: integer().notNull(),
		seats: integer().notNull(),
		/** `withdrawn`: its file is gone; it is shown to workers only. */
		status: text({ enum: ['announced', 'cancelled', 'withdrawn'] }).notNull(),
		cancelledAt: integer(),
		/** How many had a place when their personal information was deleted; null before. */
		heldAtEnd: integer(),
		createdAt: integer().notNull(),
		version: integer().notNull().default(1),
	},
	(table) => [index('training_session_starts').on(table.startsAt)],
);

/** Someone's place in a session, or in its waiting list. Deleted a month after the session. */
export const trainingPlace = sqliteTable(
	'training_place',
	{
		id: text().primaryKey(),
		sessionId: text()
			.notNull()
			.references(() => trainingSession.id),
		name: text().notNull(),
		/** The name in the form in which two spellings are equal: people of one group often share an address. */
		nameKey: text().notNull(),
		address: text().notNull(),
		normalized: text().notNull(),
		groupName: text(),
		/** What the person needs to take part. */
		needs: text(),
		locale: text({ enum: ['fr', 'en'] }).notNull(),
		/** `asked` holds no seat until the mailed link is followed. */
		status: text({ enum: ['asked', 'held', 'waiting', 'cancelled'] }).notNull(),
		/** Place in the queue: when the address was confirmed. */
		confirmedAt: integer(),
		statusSince: integer().notNull(),
		createdAt: integer().notNull(),
	},
	(table) => [
		uniqueIndex('training_place_person').on(table.sessionId, table.normalized, table.nameKey),
		index('training_place_queue').on(table.sessionId, table.status, table.confirmedAt),
		index('training_place_asked').on(table.status, table.statusSince),
	],
);

/** Private links to a place. Several may open one: each message carries its own. */
export const trainingLink = sqliteTable(
	'training_link',
	{
		/** SHA-256 of the token; the token itself is only in the message. */
		tokenHash: text().primaryKey(),
		placeId: text()
			.notNull()
			.references(() => trainingPlace.id),
		createdAt: integer().notNull(),
	},
	(table) => [index('training_link_place').on(table.placeId)],
);
