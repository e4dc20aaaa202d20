/** What both engines (embedded file, libSQL server) offer, and nothing one of them lacks. */
import type { BaseSQLiteDatabase } from 'drizzle-orm/sqlite-core';
import { drizzle } from 'drizzle-orm/sqlite-proxy';
import * as schema from '#db/schema/index.ts';

type Db = BaseSQLiteDatabase<'async', unknown, typeof schema>;

/** Reads see what is committed; they never wait for a writer. */
export type Read = Pick<Db, 'select' | 'selectDistinct' | 'query' | 'all' | 'get' | '$count'>;

/** Inside one transaction. Nesting is not in the type: one engine refuses it, the other makes savepoints. */
export type Tx = Omit<Db, 'transaction'>;

/** Rows as arrays of column values, in the order of the statement. */
export type Execute = (sql: string, params: unknown[], method: 'run' | 'all' | 'values' | 'get') => Promise<{ rows: unknown[] }>;

export interface Engine {
	readonly read: Read;
	/** True when the database is held by someone else and the same work may be tried again from its beginning. */
	isBusy(error: unknown): boolean;
	/**
	 * BEGIN IMMEDIATE … COMMIT, or ROLLBACK when `work` throws. A lock held elsewhere is a busy error: at once, or after
	 * `patienceMs` where a server does the waiting. A statement of `tx` after its transaction has ended throws.
	 */
	begin<T>(work: (tx: Tx) => Promise<T>, patienceMs: number): Promise<T>;
	/** Runs a migration's statements in one transaction with foreign keys off, then checks them before the commit. */
	migrate(statements: readonly string[]): Promise<void>;
	close(): void;
}

function noBatches(): never {
	throw new Error('batches are not used: a write is a transaction');
}

export function drizzleOver(execute: Execute): Db {
	// The driver reads `casing` from its third argument only, and the third only when the second is a function.
	return drizzle(execute as Parameters<typeof drizzle>[0], noBatches, { schema, casing: 'snake_case' });
}

/** COMMIT was sent and its answer never came: the work may or may not be done, so it is not tried again blindly. */
export class LostCommit extends Error {
	override name = 'LostCommit';
}

/** The database server could not be reached, or something in between answered for it: a transaction under way was not kept. */
export class Unreachable extends Error {
	override name = 'Unreachable';
}
