/** The built portal, on a port and in a folder of its own. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { projectRoot } from '#src/lib/root.ts';
import { startDaemon } from '#test/support/daemon.ts';
import { freePort, until } from '#test/support/ports.ts';

export interface TestServer {
	/** Without a slash at the end. */
	readonly url: string;
	readonly port: number;
	readonly dataDir: string;
	readonly pid: number;
	/** Everything written on its two outputs so far. */
	output(): string;
	/** Asks it to end, without waiting. */
	signal(name: 'SIGTERM' | 'SIGINT'): void;
	/** Exit code once it has ended. */
	readonly ended: Promise<number | null>;
	/** Ends it and removes its folder. @returns its exit code; null when it had to be killed. */
	stop(): Promise<number | null>;
}

export interface TestServerOptions {
	/** Over the defaults; `undefined` takes a variable away. */
	readonly env?: Readonly<Record<string, string | undefined>>;
	/** A folder that is there already (filled by the test); it is then left alone at the end. */
	readonly dataDir?: string;
}

/** Nothing of the developer's own settings: a test must not write to their database or send by their mail server. */
export function serverEnv(over: Readonly<Record<string, string | undefined>> = {}): NodeJS.ProcessEnv {
	const env: NodeJS.ProcessEnv = { PATH: process.env.PATH, HOME: process.env.HOME, TMPDIR: process.env.TMPDIR, TZ: 'UTC', ...over };
	for (const [name, value] of Object.entries(env)) if (value === undefined) delete env[name];
	return env;
}

const main = path.join(projectRoot, 'dist', 'front', 'main.js');

/** @throws with what it wrote when it does not answer. */
export async function startServer({ env = {}, dataDir: given }: TestServerOptions = {}): Promise<TestServer> {
	if (!existsSync(main)) throw new Error('not built: run npm run build');
	const port = await freePort();
	const dataDir = given ?? mkdtempSync(path.join(tmpdir(), 'koumbit-test-'));
	const daemon = startDaemon(process.execPath, [main], serverEnv({ PORT: String(port), DATA_DIR: dataDir, ...env }));
	const url = `http://localhost:${port}`;
	let failed = false;
	daemon.ended.then(
		() => {
			failed = true;
		},
		() => {
			failed = true;
		},
	);
	const answers = async () => {
		if (failed) throw new Error(`the server ended:\n${daemon.output()}`);
		return fetch(`http://127.0.0.1:${port}/readyz`).then(
			(response) => response.ok,
			() => false,
		);
	};
	await until(answers, () => `the server does not answer:\n${daemon.output()}`);
	return {
		url,
		port,
		dataDir,
		pid: daemon.child.pid ?? 0,
		ended: daemon.ended,
		output: daemon.output,
		signal: (name) => daemon.child.kill(name),
		async stop() {
			const code = await daemon.stop();
			if (given === undefined) rmSync(dataDir, { recursive: true, force: true });
			return code;
		},
	};
}
