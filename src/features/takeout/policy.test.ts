import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { TABLES } from '#src/features/takeout/policy.ts';
import { freshDatabase } from '#test/support/database.ts';

describe('every table of the database', () => {
	it('is said to be taken by someone or by nobody, and what becomes of it when a person is erased', async () => {
		const database = await freshDatabase();
		const rows = await database.read.all<[string]>(
			sql`select name from sqlite_master where type = 'table' and name not like 'sqlite_%' and name <> 'migration' order by name`,
		);
		expect(Object.keys(TABLES).toSorted()).toEqual(rows.map(([name]) => name));
	});

	it('that nobody takes says why', () => {
		for (const [name, { why }] of Object.entries(TABLES)) expect(why.length, name).toBeGreaterThan(5);
	});
});
