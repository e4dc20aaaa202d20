import { sql } from 'drizzle-orm';
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

/** A human being; never an organisation. */
export const person = sqliteTable('person', {
	id: text().primaryKey(),
	fullName: text().notNull(),
	locale: text({ enum: ['fr', 'en'] }).notNull(),
	createdAt: integer().notNull(),
	erasedAt: integer(),
});

/** How a person logs in. */
export const account = sqliteTable('account', {
	id: text().primaryKey(),
	personId: text()
		.notNull()
		.unique()
		.references(() => person.id),
	/** PHC string of argon2id; null while no password was chosen. */
	passwordHash: text(),
	status: text({ enum: ['pending_verification', 'active', 'locked', 'closed'] }).notNull(),
	createdAt: integer().notNull(),
	version: integer().notNull().default(1),
});

export const accountEmail = sqliteTable(
	'account_email',
	{
		id: text().primaryKey(),
		accountId: text()
			.notNull()
			.references(() => account.id),
		/** As its owner writes it. */
		address: text().notNull(),
		/** Lower case, domain as an A-label: what is compared. Anyone may claim an address; once proven it is one account's. */
		normalized: text().notNull(),
		primary: integer({ mode: 'boolean' }).notNull(),
		verifiedAt: integer(),
		createdAt: integer().notNull(),
	},
	(table) => [
		index('account_email_account').on(table.accountId),
		uniqueIndex('account_email_proven').on(table.normalized).where(sql`${table.verifiedAt} is not null`),
		uniqueIndex('account_email_claim').on(table.accountId, table.normalized),
		uniqueIndex('account_email_one_primary').on(table.accountId).where(sql`${table.primary} = 1`),
	],
);

/** A log-in under way; the id is stored only as its SHA-256. */
export const session = sqliteTable(
	'session',
	{
		idHash: text().primaryKey(),
		accountId: text()
			.notNull()
			.references(() => account.id),
		expiresAt: integer().notNull(),
		/** However active, it ends here. */
		absoluteExpiresAt: integer().notNull(),
		createdAt: integer().notNull(),
		/** To the hour; what the owner is shown. */
		lastUsedAt: integer(),
		/** When the owner last gave a proof of who they are in it: sensitive changes want a recent one. */
		provenAt: integer(),
		/** When a second factor was given in it; null when none was: roles of the network then rest. */
		factorAt: integer(),
		/** `browser/system`, coarse, as the owner would say it; null when the program did not say. */
		device: text(),
		/** Prefix of the network it was opened from, never a whole address. */
		network: text(),
	},
	(table) => [index('session_account').on(table.accountId), index('session_expires').on(table.expiresAt)],
);

/** A private link mailed to the owner of an account: single use. */
export const accountLink = sqliteTable(
	'account_link',
	{
		tokenHash: text().primaryKey(),
		accountId: text()
			.notNull()
			.references(() => account.id),
		/** `password` chooses a new one; `address` proves that an address added is theirs. */
		purpose: text({ enum: ['password', 'address'] }).notNull(),
		/** The address to prove; null for `password`. */
		emailId: text().references(() => accountEmail.id),
		createdAt: integer().notNull(),
		expiresAt: integer().notNull(),
		usedAt: integer(),
	},
	(table) => [index('account_link_account').on(table.accountId), index('account_link_expires').on(table.expiresAt)],
);

/**
 * Someone forgot a password: turned into a message by the background worker when an account has that address, and deleted
 * either way. The same row is written whether it has one or not, so that the answer tells nothing, its time included.
 */
export const passwordRequest = sqliteTable('password_request', {
	id: text().primaryKey(),
	normalized: text().notNull(),
	locale: text({ enum: ['fr', 'en'] }).notNull(),
	createdAt: integer().notNull(),
});
