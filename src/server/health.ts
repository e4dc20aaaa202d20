/** Alive: the process answers. Ready: the database answers, no migration is pending, and the worker runs (or runs elsewhere). */
import { sql } from 'drizzle-orm';
import { database } from '#db/client.ts';
import { listPending } from '#db/migrate.ts';

export interface Readiness {
	readonly ready: boolean;
	readonly database: 'ok' | 'down';
	readonly migrations: 'current' | 'pending' | 'unknown';
	/** `off`: not in this process by WORKER=off. */
	readonly worker: 'ok' | 'down' | 'off';
}

const LONGEST_MS = 2_000;
/** Anyone may ask; the database is asked once a second. */
const FRESH_MS = 1_000;

async function askDatabase(): Promise<Pick<Readiness, 'database' | 'migrations'>> {
	try {
		await database().read.all(sql`select 1`);
		const pending = await listPending(database());
		return { database: 'ok', migrations: pending.length === 0 ? 'current' : 'pending' };
	} catch {
		return { database: 'down', migrations: 'unknown' };
	}
}

function after(milliseconds: number): Promise<Pick<Readiness, 'database' | 'migrations'>> {
	return new Promise((resolve) => {
		setTimeout(resolve, milliseconds, { database: 'down', migrations: 'unknown' }).unref();
	});
}

/** @param worker its state now. */
export function readinessOf(worker: () => Readiness['worker']): () => Promise<Readiness> {
	let at = Number.NEGATIVE_INFINITY;
	let answer: Promise<Pick<Readiness, 'database' | 'migrations'>> | undefined;
	return async () => {
		if (answer === undefined || performance.now() - at > FRESH_MS) {
			at = performance.now();
			answer = Promise.race([askDatabase(), after(LONGEST_MS)]);
		}
		const found = await answer;
		const state = worker();
		return { ready: found.database === 'ok' && found.migrations === 'current' && state !== 'down', ...found, worker: state };
	};
}
