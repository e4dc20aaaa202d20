/** A child process that a test starts, watches and ends by its own id. */
import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { projectRoot } from '#src/lib/root.ts';

export interface Daemon {
	readonly child: ChildProcess;
	/** Everything it wrote so far. */
	output(): string;
	/** Resolves with the exit code; null when a signal ended it. */
	readonly ended: Promise<number | null>;
	/** SIGTERM, then SIGKILL after ten seconds. @returns the exit code; null when it had to be killed. */
	stop(): Promise<number | null>;
}

export function startDaemon(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Daemon {
	const child = spawn(command, args, { cwd: projectRoot, env, stdio: ['ignore', 'pipe', 'pipe'] });
	let output = '';
	const keep = (chunk: Buffer) => {
		output += chunk.toString();
	};
	child.stdout.on('data', keep);
	child.stderr.on('data', keep);
	const ended = new Promise<number | null>((resolve, reject) => {
		child.once('error', reject);
		child.once('close', (code) => resolve(code));
	});
	ended.catch(() => undefined);
	const endWithParent = () => child.kill('SIGKILL');
	process.once('exit', endWithParent);
	return {
		child,
		ended,
		output: () => output,
		async stop() {
			process.off('exit', endWithParent);
			if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
			child.kill('SIGTERM');
			const patience = new AbortController();
			const kill = sleep(10_000, undefined, { signal: patience.signal }).then(
				() => child.kill('SIGKILL'),
				() => undefined,
			);
			const code = await ended;
			patience.abort();
			await kill;
			return code;
		},
	};
}
