import { backup, DatabaseSync } from 'node:sqlite';

/** A copy of a database that a server may be using, as one file; journal and settings as in the original. */
export async function copyDatabase(from: string, to: string): Promise<void> {
	const source = new DatabaseSync(from, { readOnly: true });
	try {
		await backup(source, to);
	} finally {
		source.close();
	}
	const copy = new DatabaseSync(to);
	copy.exec('PRAGMA journal_mode = WAL');
	copy.close();
}
