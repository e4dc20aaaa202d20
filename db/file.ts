/** The embedded engine: Node's own SQLite on a `file:` address. Why not the client library's: docs/decisions/002. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { drizzleOver, type Engine, type Execute } from '#db/engine.ts';

const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;
const MOST_STATEMENTS = 500;
const LONGEST_OPENING_MS = 2_000;

function pathOf(url: string): string {
	if (url.startsWith('file://')) return fileURLToPath(url);
	return path.resolve(decodeURIComponent(url.slice('file:'.length)));
}

function executor(connection: DatabaseSync): Execute {
	const statements = new Map<string, StatementSync>();
	const prepare = (sql: string): StatementSync => {
		const known = statements.get(sql);
		if (known) return known;
		const statement = connection.prepare(sql);
		statement.setReturnArrays(true);
		if (statements.size >= MOST_STATEMENTS) statements.clear();
		statements.set(sql, statement);
		return statement;
	};
	return async (sql, params, method) => {
		const statement = prepare(sql);
		const values = params as SQLInputValue[];
		if (method === 'run') {
			statement.run(...values);
			return { rows: [] };
		}
		if (method === 'get') return { rows: statement.get(...values) as unknown as unknown[] };
		return { rows: statement.all(...values) };
	};
}

function open(file: string): DatabaseSync {
	// While opening, another process may be recovering or closing the file for some milliseconds.
	const connection = new DatabaseSync(file, { timeout: LONGEST_OPENING_MS, enableForeignKeyConstraints: true });
	connection.exec('PRAGMA synchronous = FULL; PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY;');
	// Without it INSERT OR REPLACE would take a row away without asking the triggers that forbid it.
	connection.exec('PRAGMA recursive_triggers = ON');
	return connection;
}

function codeOf(error: unknown): number | undefined {
	for (let at = error; at instanceof Error; at = at.cause) {
		if ('errcode' in at && typeof at.errcode === 'number') return at.errcode & 0xff;
	}
	return undefined;
}

export function isBusyError(error: unknown): boolean {
	const code = codeOf(error);
	return code === SQLITE_BUSY || code === SQLITE_LOCKED;
}

/** Switching to WAL needs the file alone for a moment; another process may be doing the same. */
function enterWal(connection: DatabaseSync): void {
	for (let attempt = 0; ; attempt += 1) {
		try {
			connection.exec('PRAGMA journal_mode = WAL');
			return;
		} catch (error) {
			if (!isBusyError(error) || attempt >= 40) throw error;
			Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 25);
		}
	}
}

export function openFile(url: string): Engine {
	const file = pathOf(url);
	mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
	const writer = open(file);
	enterWal(writer);
	const reader = open(file);
	reader.exec('PRAGMA query_only = ON');
	// From here on never: SQLite waits synchronously and would freeze every other request; `write` waits instead.
	for (const connection of [writer, reader]) connection.exec('PRAGMA busy_timeout = 0');
	// All transactions share one connection: a statement nobody awaited would run in the next one, or commit by itself.
	const scope = new AsyncLocalStorage<{ open: boolean }>();
	const execute = executor(writer);
	const tx = drizzleOver(async (sql, params, method) => {
		if (!scope.getStore()?.open || !writer.isTransaction)
			throw new Error('a statement outside of its transaction: something was not awaited');
		return execute(sql, params, method);
	});

	const rollback = () => {
		if (writer.isTransaction) writer.exec('ROLLBACK');
	};

	return {
		read: drizzleOver(executor(reader)),
		isBusy: isBusyError,
		async begin(work) {
			writer.exec('BEGIN IMMEDIATE');
			const own = { open: true };
			try {
				// Awaited inside: `work` may return a query that runs only once someone waits for it.
				const result = await scope.run(own, async () => await work(tx));
				own.open = false;
				writer.exec('COMMIT');
				return result;
			} catch (error) {
				own.open = false;
				rollback();
				throw error;
			}
		},
		async migrate(statements) {
			// The pragma is a no-op inside a transaction, and a table rebuilt with it on loses its children to CASCADE.
			writer.exec('PRAGMA foreign_keys = OFF');
			try {
				writer.exec('BEGIN IMMEDIATE');
				for (const statement of statements) writer.exec(statement);
				const broken = writer.prepare('PRAGMA foreign_key_check').all();
				if (broken.length > 0) throw new Error(`migration leaves ${broken.length} rows without their parent`);
				writer.exec('COMMIT');
			} catch (error) {
				rollback();
				throw error;
			} finally {
				writer.exec('PRAGMA foreign_keys = ON');
			}
		},
		close() {
			reader.close();
			writer.close();
		},
	};
}
