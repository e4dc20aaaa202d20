/** Which Node runs the portal: the one installed with it, else the system's when it is recent enough. No dependency, runs on Node 20. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const bin = path.join(root, 'node_modules', '.bin');
const NEEDED = 24;

/** The environment of every child: the portal's own tools, and its own Node, come first. */
export function toolEnv(extra = {}) {
	return { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH ?? ''}`, ...extra };
}

/** Null when the Node found by {@link toolEnv} is recent enough, else a sentence. */
export function nodeComplaint() {
	const asked = spawnSync('node', ['--version'], { env: toolEnv(), encoding: 'utf8' });
	const found = asked.stdout?.trim() || 'none';
	const major = Number(/^v(\d+)\./.exec(found)?.[1] ?? 0);
	if (major >= NEEDED) return null;
	const own = existsSync(path.join(bin, 'node'))
		? 'the one in node_modules does not run here'
		: 'node_modules holds none for this platform';
	return `the portal needs Node ${NEEDED} or later: the system has ${found}, and ${own}. Install Node ${NEEDED} (https://nodejs.org) and try again.`;
}

const running = new Set();
for (const signal of ['SIGINT', 'SIGTERM']) {
	process.on(signal, () => {
		for (const child of running) child.kill(signal);
		process.exit(signal === 'SIGINT' ? 130 : 143);
	});
}

/**
 * Runs a tool with the portal's Node first on PATH.
 * @returns {Promise<{code: number, output: string}>} output is empty unless `capture`; otherwise it goes to standard error.
 */
export function run(command, args, { capture = false, env = {}, cwd = root } = {}) {
	return new Promise((resolve) => {
		const child = spawn(command, args, { cwd, env: toolEnv(env), stdio: capture ? ['ignore', 'pipe', 'pipe'] : ['ignore', 2, 2] });
		running.add(child);
		let output = '';
		const keep = (chunk) => {
			output += chunk;
		};
		child.stdout?.on('data', keep);
		child.stderr?.on('data', keep);
		child.on('error', (error) => {
			running.delete(child);
			resolve({ code: 127, output: `${output}${error.message}\n` });
		});
		child.on('close', (code) => {
			running.delete(child);
			resolve({ code: code ?? 1, output });
		});
	});
}
