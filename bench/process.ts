/** Servers under measurement: each in its own process, ended by its own id. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { projectRoot } from '#src/lib/root.ts';

export interface Running {
	readonly port: number;
	readonly child: ChildProcess;
	/** Resident memory in MiB, as the kernel counts it. */
	memory(): number;
	/** Processor time used so far, in seconds; the kernel counts in hundredths. */
	cpu(): number;
	stop(): Promise<void>;
}

const LONGEST_START_MS = 30_000;
const LONGEST_END_MS = 10_000;

/** True when a GET of that path answers 200. */
function answers(port: number, path: string): Promise<boolean> {
	return new Promise((resolve) => {
		const socket = connect({ port, host: '127.0.0.1' }, () =>
			socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`),
		);
		socket.once('data', (chunk) => {
			socket.destroy();
			resolve(chunk.toString('latin1', 0, 12) === 'HTTP/1.1 200');
		});
		socket.once('error', () => resolve(false));
		socket.once('close', () => resolve(false));
	});
}

function cpuOf(pid: number | undefined): number {
	const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
	return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Starts a script and waits for its first answer. @returns it, and the milliseconds from the start to that answer. */
export async function launch(
	script: string,
	port: number,
	path: string,
	env: Readonly<Record<string, string>>,
): Promise<{ running: Running; ms: number }> {
	const started = performance.now();
	const child = spawn(process.execPath, [script], {
		cwd: projectRoot,
		env: { PATH: process.env.PATH, HOME: process.env.HOME, TZ: 'UTC', PORT: String(port), LOG_LEVEL: 'warn', ...env },
		stdio: ['ignore', 'ignore', 'inherit'],
	});
	const endWithUs = () => child.kill('SIGKILL');
	process.once('exit', endWithUs);
	const exited = new Promise<void>((resolve) => {
		child.once('exit', () => resolve());
		child.once('error', () => resolve());
	});
	const stop = async () => {
		const patience = setTimeout(() => child.kill('SIGKILL'), LONGEST_END_MS);
		child.kill('SIGTERM');
		await exited;
		clearTimeout(patience);
		process.off('exit', endWithUs);
	};
	while (!(await answers(port, path))) {
		if (child.exitCode !== null || child.signalCode !== null || performance.now() > started + LONGEST_START_MS) {
			await stop();
			throw new Error(`${script} does not answer`);
		}
		await sleep(1);
	}
	const ms = performance.now() - started;
	return {
		ms,
		running: {
			port,
			child,
			memory: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? Number.NaN) / 1024,
			cpu: () => cpuOf(child.pid),
			stop,
		},
	};
}
