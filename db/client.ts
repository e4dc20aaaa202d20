/**
 * The one way to the database. `read` for queries, `write(work)` for everything that changes something.
 * Opened at the first use (the build loads this module and must touch nothing), once a process: two modules with a
 * queue each would block one another on the same file, so the connection is kept on `globalThis`.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Placeholder, sql } from 'drizzle-orm';
import type { Engine, Read, Tx } from '#db/engine.ts';
import { openFile } from '#db/file.ts';
import { openServer } from '#db/server.ts';
import { env } from '#src/lib/env.ts';

export type { Read, Tx } from '#db/engine.ts';

/** The database is held by someone else, or too many writes wait: nothing was changed, try again later. */
export class Busy extends Error {
	override name = 'Busy';
}

/**
 * By name and not by class: the front's bundle and the pages' bundle each have the class, and the one connection of the
 * process throws that of whichever opened it.
 */
function isNamed(error: unknown, ...names: readonly string[]): boolean {
	// A read's error comes inside the query builder's.
	for (let at = error; at instanceof Error; at = at.cause) if (names.includes(at.name)) return true;
	return false;
}

/** True when it is not known whether the write was kept. */
export const isLostCommit = (error: unknown): boolean => isNamed(error, 'LostCommit');

/** True when nothing was changed and the same may be tried again later. */
export const isBusy = (error: unknown): boolean => isNamed(error, 'Busy', 'Unreachable') && !isLostCommit(error);

export interface Database {
	readonly read: Read;
	/**
	 * Runs `work` in one transaction, one at a time in this process. `work` may run again from its beginning when the
	 * database was busy, so it must have no effect outside of `tx`.
	 * @throws {Busy} once it has waited four seconds, its turn in the queue included, or at once when the queue is full.
	 */
	write<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
	readonly engine: Engine;
	close(): void;
}

const LONGEST_WAIT_MS = 4_000;
/** A write whose turn came late still gets one honest try. */
const SHORTEST_TRY_MS = 200;
const MOST_WAITING = 500;

export function connect(url: string, authToken?: string): Database {
	const engine = url.startsWith('file:') ? openFile(url) : openServer(url, authToken);
	const inside = new AsyncLocalStorage<true>();
	let tail: Promise<unknown> = Promise.resolve();
	let waiting = 0;

	const attempt = async <T>(work: (tx: Tx) => Promise<T>, deadline: number): Promise<T> => {
		for (let pause = 5; ; pause = Math.min(pause * 2, 200)) {
			try {
				const patience = Math.max(deadline - performance.now(), SHORTEST_TRY_MS);
				return await inside.run(true, () => engine.begin(work, patience));
			} catch (error) {
				if (!engine.isBusy(error)) throw error;
				if (performance.now() + pause > deadline) throw new Busy('the database is busy', { cause: error });
				await sleep(pause);
			}
		}
	};

	const enqueue = <T>(work: () => Promise<T>): Promise<T> => {
		if (inside.getStore()) throw new Error('a write inside a write: pass tx on instead');
		if (waiting >= MOST_WAITING) return Promise.reject(new Busy('too many writes are waiting'));
		waiting += 1;
		const turn = tail.then(work).finally(() => {
			waiting -= 1;
		});
		tail = turn.catch(() => undefined);
		return turn;
	};

	return {
		read: engine.read,
		// A migration takes its turn too: on the connection of a transaction under way it would end that transaction.
		engine: { ...engine, migrate: (statements) => enqueue(() => engine.migrate(statements)) },
		write(work) {
			// Counted from here: behind a lock held elsewhere, each write in the queue would otherwise wait its own four seconds.
			const deadline = performance.now() + LONGEST_WAIT_MS;
			return enqueue(() => attempt(work, deadline));
		},
		close: () => engine.close(),
	};
}

const KEY = Symbol.for('koumbit.database');
const shared = globalThis as { [KEY]?: Database };

/** The process's database, at the address in the environment. */
export function database(): Database {
	shared[KEY] ??= connect(env().databaseUrl, env().databaseAuthToken);
	return shared[KEY];
}

/** Queries outside of a transaction. */
export const read: Read = new Proxy({} as Read, {
	get(_, property) {
		const target = database().read;
		const value = Reflect.get(target, property);
		return typeof value === 'function' ? value.bind(target) : value;
	},
});

export function write<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
	return database().write(work);
}

/** Names a value of a prepared query. */
export type Value<Name extends string> = (name: Name) => Placeholder<Name>;

/** What a select built with drizzle offers. */
interface Preparable<Rows> {
	prepare(): { execute(values?: Record<string, unknown>): PromiseLike<Rows> };
}

/**
 * A query that is built once for each connection: building it costs several times what running it does, which a page of ten
 * reads pays on every request (docs/decisions/009). The values are given by name, with `sql.placeholder('name')`.
 */
export function prepared<Rows, Name extends string>(
	build: (source: Read, value: Value<Name>) => Preparable<Rows>,
): (source: Read | Tx, values: Readonly<Record<Name, string | number>>) => Promise<Rows> {
	const made = new WeakMap<object, ReturnType<Preparable<Rows>['prepare']>>();
	return async (source, values) => {
		// `read` stands for whichever database the process has open: its statements belong to that one.
		const connection = source === read ? database().read : source;
		let query = made.get(connection);
		if (!query) {
			query = build(connection as Read, (name) => sql.placeholder(name)).prepare();
			made.set(connection, query);
		}
		return query.execute(values);
	};
}

export function closeDatabase(): void {
	shared[KEY]?.close();
	delete shared[KEY];
}

export type Constraint = 'unique' | 'foreign_key' | 'check' | 'trigger' | 'not_null';

const BY_CODE: Record<number, Constraint> = {
	275: 'check',
	787: 'foreign_key',
	1299: 'not_null',
	1555: 'unique',
	1811: 'trigger',
	2067: 'unique',
};

/** Which rule of the database refused the write, on either engine; null when it was something else. */
export function constraintOf(error: unknown): Constraint | null {
	for (let at = error; at instanceof Error; at = at.cause) {
		if ('errcode' in at && typeof at.errcode === 'number') return BY_CODE[at.errcode] ?? null;
		// Only the engine's own error is read: drizzle's around it repeats the parameters, which people typed.
		if (!('code' in at) || at.code !== 'SQLITE_CONSTRAINT') continue;
		if (/UNIQUE constraint failed/.test(at.message)) return 'unique';
		if (/FOREIGN KEY constraint failed/.test(at.message)) return 'foreign_key';
		if (/CHECK constraint failed/.test(at.message)) return 'check';
		if (/NOT NULL constraint failed/.test(at.message)) return 'not_null';
		return 'trigger';
	}
	return null;
}
