/** A real database for each test: migrated once a process into a template file, copied for whoever asks. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { connect, type Database } from '#db/client.ts';
import { migrate } from '#db/migrate.ts';

const KEY = Symbol.for('koumbit.database');
const shared = globalThis as { [KEY]?: Database };

let folder: string | undefined;
let template: Promise<string> | undefined;

async function makeTemplate(): Promise<string> {
	const made = mkdtempSync(path.join(tmpdir(), 'koumbit-unit-'));
	folder = made;
	process.once('exit', () => rmSync(made, { recursive: true, force: true }));
	const file = path.join(made, 'template.db');
	const database = connect(`file:${file}`);
	await migrate(database);
	// Closing folds the write-ahead log into the file, so that one file is the whole copy.
	database.close();
	return file;
}

let copies = 0;

/**
 * An empty, migrated database that is also the process's own (`read`, `write` of db/client.ts) until the test ends.
 * Call it in a test or in `beforeEach`.
 */
export async function freshDatabase(): Promise<Database> {
	template ??= makeTemplate();
	const source = await template;
	copies += 1;
	const file = path.join(folder ?? path.dirname(source), `copy-${copies}.db`);
	copyFileSync(source, file);
	const database = connect(`file:${file}`);
	const before = shared[KEY];
	shared[KEY] = database;
	onTestFinished(() => {
		if (before) shared[KEY] = before;
		else delete shared[KEY];
		database.close();
		for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true });
	});
	return database;
}

/**
 * Opens the database of a portal's folder as the process's own, for as long as `work` runs: what a test needs to find there is
 * put in before the server starts.
 */
export async function inFolder<T>(dataDir: string, work: (database: Database) => Promise<T>): Promise<T> {
	const database = connect(`file:${path.join(dataDir, 'koumbit.db')}`);
	const before = shared[KEY];
	shared[KEY] = database;
	try {
		await migrate(database);
		return await work(database);
	} finally {
		if (before) shared[KEY] = before;
		else delete shared[KEY];
		database.close();
	}
}
