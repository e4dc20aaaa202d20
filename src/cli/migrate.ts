import type { Command } from 'commander';
import { print } from '#src/cli/print.ts';
import { prepareDatabase } from '#src/server/setup.ts';

export function addMigrateCommand(program: Command): void {
	program
		.command('migrate')
		.description('Bring the database up to date, and copy the settings of content/ into dated rows.')
		.option('--json', 'print JSON')
		.action(async ({ json }: { json?: boolean }) => {
			const { applied } = await prepareDatabase();
			print(json, { applied }, applied.length === 0 ? 'The database is up to date.' : `Applied: ${applied.join(', ')}.`);
		});
}
