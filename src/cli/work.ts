import type { Command } from 'commander';
import { prepareDatabase } from '#src/server/setup.ts';
import { startWorker } from '#src/server/worker.ts';

export function addWorkCommand(program: Command): void {
	program
		.command('work')
		.description('Run the background worker alone (with WORKER=off in the server), until SIGTERM.')
		.action(async () => {
			await prepareDatabase();
			const worker = startWorker();
			await new Promise<void>((resolve) => {
				for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
			});
			await worker.stop();
		});
}
