/** Brings the database up to date from db/migrations; refuses a database that is newer than the code. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import { projectRoot } from '#src/lib/root.ts';

interface Migration {
	name: string;
	statements: string[];
}

/** Another process may be migrating, or finishing its last writes before it is replaced. */
const LONGEST_WAIT_MS = 30_000;

const folder = path.join(projectRoot, 'db', 'migrations');

export function listMigrations(): Migration[] {
	const journal = JSON.parse(readFileSync(path.join(folder, 'meta', '_journal.json'), 'utf8')) as { entries: { tag: string }[] };
	return journal.entries.map(({ tag }) => ({
		name: tag,
		statements: readFileSync(path.join(folder, `${tag}.sql`), 'utf8')
			.split('--> statement-breakpoint')
			.map((statement) => statement.trim())
			.filter((statement) => statement !== ''),
	}));
}

async function listApplied(database: Database): Promise<string[]> {
	const found = await database.read.all<[string]>(sql`select name from sqlite_master where type = 'table' and name = 'migration'`);
	if (found.length === 0) return [];
	const rows = await database.read.all<[string]>(sql`select name from migration order by seq`);
	return rows.map(([name]) => name);
}

export async function listPending(database: Database): Promise<string[]> {
	const applied = new Set(await listApplied(database));
	return listMigrations()
		.map((migration) => migration.name)
		.filter((name) => !applied.has(name));
}

const quote = (text: string) => `'${text.replaceAll("'", "''")}'`;

/**
 * Applies what is pending, each migration in its own transaction together with the row that remembers it: of two
 * processes that migrate at once, the second fails on that row's unique name and finds the work done. Waits for a lock.
 * @returns the names applied.
 * @throws when the database holds a migration this code does not know.
 */
export async function migrate(database: Database): Promise<string[]> {
	const known = listMigrations();
	const stranger = (await listApplied(database)).find((name) => !known.some((migration) => migration.name === name));
	if (stranger) throw new Error(`the database is newer than this version of the portal (it knows ${stranger}); install the newer version`);
	const done: string[] = [];
	for (const migration of known) {
		const table = 'create table if not exists migration (seq integer primary key, name text not null unique, applied_at integer not null)';
		const remember = `insert into migration (name, applied_at) values (${quote(migration.name)}, ${Date.now()})`;
		const isApplied = async () => (await listApplied(database)).includes(migration.name);
		const deadline = performance.now() + LONGEST_WAIT_MS;
		while (!(await isApplied())) {
			try {
				await database.engine.migrate([table, remember, ...migration.statements]);
				done.push(migration.name);
				break;
			} catch (error) {
				if (await isApplied()) break;
				if (!database.engine.isBusy(error) || performance.now() > deadline) throw error;
				await sleep(100);
			}
		}
	}
	return done;
}
