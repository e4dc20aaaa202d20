import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { print } from '#src/cli/print.ts';
import { Refused } from '#src/cli/refused.ts';
import { type ImportReport, importFile } from '#src/features/imports/index.ts';
import { prepareDatabase } from '#src/server/setup.ts';

function asText(report: ImportReport): string {
	const rows = report.lines.map((one) => `${one.line}\t${one.group}\t${one.outcome}\t${one.reason}`);
	const verb = report.dryRun ? 'would be created' : 'created';
	return [...rows, `${report.created} ${verb}, ${report.unchanged} unchanged, ${report.refused} refused`].join('\n');
}

export function addImportCommands(program: Command): void {
	program
		.command('import')
		.description('Bring in what was there before the portal.')
		.command('groups')
		.description('Bring in today’s members from a CSV or YAML file; docs/import-groups.md says how it is written.')
		.argument('<file>', 'CSV or YAML, in UTF-8')
		.option('--dry-run', 'say what would be done, and do nothing')
		.option('--json', 'print JSON')
		.action(async (file: string, options: { dryRun?: boolean; json?: boolean }) => {
			const bytes = await readFile(file).catch(() => null);
			if (bytes === null) throw new Refused(`${file} can't be read; give the path of a file.`);
			await prepareDatabase();
			const report = await importFile(file, bytes, { dryRun: options.dryRun ?? false });
			print(options.json, report, asText(report));
			if (!report.ok)
				throw new Refused(`Nothing was brought in: ${report.refused} refused, listed above. Correct the file and run it again.`);
		});
}
