import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { account } from '#db/schema/accounts.ts';

const accountId = () =>
	text()
		.notNull()
		.references(() => account.id);

/** An application that makes one-time codes (TOTP): at most one an account. */
export const codeApp = sqliteTable('code_app', {
	accountId: accountId().primaryKey(),
	/** Sealed with the key of the server (src/adapters/secrets). */
	secret: text().notNull(),
	/** The last step of time whose code served: neither it nor an older one serves again. */
	lastStep: integer().notNull(),
	createdAt: integer().notNull(),
	lastUsedAt: integer(),
});

/** A passkey: what is kept of it is public. */
export const passkey = sqliteTable(
	'passkey',
	{
		id: text().primaryKey(),
		accountId: accountId(),
		/** As the device calls it; base64url. */
		credentialId: text().notNull().unique(),
		/** COSE, base64url. */
		publicKey: text().notNull(),
		/** Of signatures, as the device counts them; 0 when it does not. */
		counter: integer().notNull(),
		/** How the browser reaches the device, separated by commas. */
		transports: text().notNull(),
		/** As its owner calls it. */
		name: text().notNull(),
		createdAt: integer().notNull(),
		lastUsedAt: integer(),
	},
	(table) => [index('passkey_account').on(table.accountId)],
);

/** For the day when the telephone is lost: each serves once. */
export const recoveryCode = sqliteTable(
	'recovery_code',
	{
		codeHash: text().primaryKey(),
		accountId: accountId(),
		createdAt: integer().notNull(),
		usedAt: integer(),
	},
	(table) => [index('recovery_code_account').on(table.accountId)],
);

/** The password was right; the second step is awaited. Not a session: it opens nothing but that step. */
export const pendingLogin = sqliteTable(
	'pending_login',
	{
		tokenHash: text().primaryKey(),
		accountId: accountId(),
		/** The page that was asked for; empty when none was. */
		next: text().notNull(),
		/** Wrong codes so far. */
		tries: integer().notNull().default(0),
		createdAt: integer().notNull(),
		expiresAt: integer().notNull(),
	},
	(table) => [index('pending_login_account').on(table.accountId), index('pending_login_expires').on(table.expiresAt)],
);

/** Wrong codes of the second step on an account, over all log-ins and proofs: a row while its day lasts. */
export const failedCodes = sqliteTable('failed_codes', {
	accountId: accountId().primaryKey(),
	count: integer().notNull(),
	/** Of the first, when the day began. */
	since: integer().notNull(),
	lastAt: integer().notNull(),
});

/** What the server signed or sealed for one use, once it served: a second use finds it here. */
export const spentOnce = sqliteTable(
	'spent_once',
	{
		hash: text().primaryKey(),
		expiresAt: integer().notNull(),
	},
	(table) => [index('spent_once_expires').on(table.expiresAt)],
);

/** Someone asked to log in by mail. The same row whether the address has an account or not; see `password_request`. */
export const loginRequest = sqliteTable('login_request', {
	id: text().primaryKey(),
	normalized: text().notNull(),
	locale: text({ enum: ['fr', 'en'] }).notNull(),
	/** SHA-256 of what the asking browser keeps. */
	browserHash: text().notNull(),
	createdAt: integer().notNull(),
});

/** A mailed link that logs in, once. */
export const loginLink = sqliteTable(
	'login_link',
	{
		tokenHash: text().primaryKey(),
		accountId: accountId(),
		browserHash: text().notNull(),
		createdAt: integer().notNull(),
		expiresAt: integer().notNull(),
	},
	(table) => [index('login_link_account').on(table.accountId), index('login_link_expires').on(table.expiresAt)],
);
