/** The server engine: a libSQL server over http or websocket, through the client's entry without native code. */
import { type Client, createClient, type InArgs, type ResultSet, type Transaction } from '@libsql/client/web';
import { drizzleOver, type Engine, type Execute, LostCommit, Unreachable } from '#db/engine.ts';

/** No answer at all, a connection that broke, or a proxy that speaks for a server which is down. */
function isUnreachable(error: unknown): boolean {
	for (let at = error; at instanceof Error; at = at.cause) {
		if (at instanceof TypeError && at.message === 'fetch failed') return true;
		if ('code' in at && typeof at.code === 'string' && /^HRANA_(WEBSOCKET|CLOSED)/.test(at.code)) return true;
		if ('status' in at && typeof at.status === 'number' && at.status >= 502 && at.status <= 504) return true;
	}
	return false;
}

function executor(target: Pick<Client | Transaction, 'execute'>): Execute {
	return async (sql, params, method) => {
		const result: ResultSet = await target.execute({ sql, args: params as InArgs }).catch((error: unknown) => {
			throw isUnreachable(error) ? new Unreachable('the database server can not be reached', { cause: error }) : error;
		});
		const rows = result.rows.map((row) => Array.from({ length: result.columns.length }, (_, column) => row[column]));
		return { rows: method === 'get' ? (rows[0] as unknown[]) : rows };
	};
}

/** The server keeps a BEGIN waiting for up to five seconds; the caller is answered sooner. */
class StillWaiting extends Error {
	override name = 'StillWaiting';
	readonly code = 'SQLITE_BUSY';
}

// The client's own errors have a code. Drizzle's around them repeats the parameters, which people typed: its text is not read.
function isBusyError(error: unknown): boolean {
	for (let at = error; at instanceof Error && !(at instanceof LostCommit); at = at.cause) {
		if (at instanceof Unreachable) return true;
		if (!('code' in at) || typeof at.code !== 'string') continue;
		if (/^(SQLITE_BUSY|TRANSACTION_TIMEOUT|TRANSACTION_BUSY)/.test(at.code) || /database is locked/.test(at.message)) return true;
	}
	return false;
}

// A refused row leaves the transaction standing; anything else may have ended it.
function mayGoOn(error: unknown): boolean {
	return error instanceof Error && 'code' in error && error.code === 'SQLITE_CONSTRAINT';
}

/**
 * The statements of one transaction, strictly one after another: once the server has ended a transaction (it held the
 * lock too long), a statement already on its way would be executed and committed by itself.
 * The first one carries BEGIN along, so it is the one that waits for the lock.
 */
function transactional(execute: Execute, patienceMs: number): { execute: Execute; assertStanding(): void } {
	let begun = false;
	let over: { error: unknown } | undefined;
	let last: Promise<unknown> = Promise.resolve();

	const beginning: Execute = async (sql, params, method) => {
		let timer: NodeJS.Timeout | undefined;
		const late = new Promise<never>((_, reject) => {
			timer = setTimeout(() => reject(new StillWaiting('the write lock is held by another client')), patienceMs);
		});
		try {
			return await Promise.race([execute(sql, params, method), late]);
		} finally {
			begun = true;
			clearTimeout(timer);
		}
	};

	const assertStanding = () => {
		if (over) throw over.error;
	};

	return {
		assertStanding,
		execute(sql, params, method) {
			const turn = last.then(async () => {
				assertStanding();
				try {
					return await (begun ? execute : beginning)(sql, params, method);
				} catch (error) {
					if (!mayGoOn(error)) over = { error };
					throw error;
				}
			});
			last = turn.catch(() => undefined);
			return turn;
		},
	};
}

// A batch can't look at rows between its statements, so the check is a statement that fails when there are any.
const PARENTS_EXIST = "select json('no parent') where exists (select 1 from pragma_foreign_key_check)";

export function openServer(url: string, authToken: string | undefined): Engine {
	const client = createClient(authToken === undefined ? { url } : { url, authToken });
	return {
		read: drizzleOver(executor(client)),
		isBusy: isBusyError,
		async begin(work, patienceMs) {
			const transaction = await client.transaction('write');
			try {
				const statements = transactional(executor(transaction), patienceMs);
				const result = await work(drizzleOver(statements.execute));
				statements.assertStanding();
				try {
					await transaction.commit();
				} catch (error) {
					// Busy here says that the server had given the lock to someone else: nothing was kept.
					if (isBusyError(error)) throw error;
					throw new LostCommit('the database server did not confirm the transaction', { cause: error });
				}
				return result;
			} finally {
				// Rolls back when the commit was not reached; does nothing after it.
				transaction.close();
			}
		},
		async migrate(statements) {
			try {
				await client.migrate([...statements, PARENTS_EXIST]);
			} catch (error) {
				if (!(error instanceof Error) || !/malformed JSON/.test(error.message)) throw error;
				throw new Error('migration leaves rows without their parent', { cause: error });
			}
		},
		close: () => client.close(),
	};
}
