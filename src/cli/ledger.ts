import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { read } from '#db/client.ts';
import { printChain } from '#src/cli/chain.ts';
import { exportLedger, verifyLedger } from '#src/features/contributions/index.ts';

function parseYear(text: string): number {
	if (!/^(19|20|21)\d{2}$/.test(text)) throw new InvalidArgumentError('A year is four digits, such as 2026.');
	return Number(text);
}

export function addLedgerCommands(program: Command): void {
	const ledger = program.command('ledger').description('The books of the contributions.');
	ledger
		.command('verify')
		.description('Walk all entries; name the first one that does not fit.')
		.option('--json', 'print JSON')
		.action(async ({ json }: { json?: boolean }) => printChain(json, 'ledger_entry', await verifyLedger(read)));
	ledger
		.command('export')
		.description('Write the books out; `journal` is read by hledger and ledger.')
		.addOption(new Option('--format <format>', 'csv or journal').choices(['csv', 'journal']).makeOptionMandatory())
		.option('--year <year>', 'only that year', parseYear)
		.option('--out <file>', 'write to a file instead of standard output')
		.action(async (options: { format: 'csv' | 'journal'; year?: number; out?: string }) => {
			const { format, year } = options;
			const text = Readable.from(exportLedger(read, year === undefined ? { format } : { format, year }));
			if (options.out === undefined) for await (const part of text) process.stdout.write(part);
			else await pipeline(text, createWriteStream(options.out, { mode: 0o600 }));
		});
}
