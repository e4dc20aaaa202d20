import { CommanderError } from 'commander';
import { closeDatabase } from '#db/client.ts';
import { buildProgram } from '#src/cli/program.ts';

/** @returns the exit code: 0 done, 1 refused with one line on standard error, 2 wrong usage. */
export async function runCommand(argv: readonly string[]): Promise<0 | 1 | 2> {
	try {
		await buildProgram().parseAsync([...argv]);
		return 0;
	} catch (error) {
		if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
		const text = error instanceof Error ? error.message : String(error);
		process.stderr.write(`${text.replaceAll('\n', ' ')}\n`);
		return 1;
	} finally {
		closeDatabase();
	}
}
