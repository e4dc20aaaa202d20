/** Copies of the project with other content, to build what the repository itself does not hold. */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '#src/lib/root.ts';

const SOURCES = [
	'src',
	'db',
	'content',
	'public',
	'scripts',
	'astro.config.mjs',
	'vite.front.config.ts',
	'tsconfig.json',
	'package.json',
	'package-lock.json',
];

/** The sources, and the packages of this project by links: not node_modules itself, for tools keep their caches there. */
export function copyProject(to: string): void {
	mkdirSync(to, { recursive: true });
	for (const source of SOURCES) cpSync(path.join(projectRoot, source), path.join(to, source), { recursive: true });
	const modules = path.join(projectRoot, 'node_modules');
	mkdirSync(path.join(to, 'node_modules'));
	for (const name of readdirSync(modules)) {
		if (name.startsWith('.') && name !== '.bin') continue;
		symlinkSync(path.join(modules, name), path.join(to, 'node_modules', name));
	}
}

export interface Built {
	/** Exit code. */
	readonly code: number | null;
	/** All it wrote. */
	readonly output: string;
	readonly seconds: number;
	/** Processor time of the step and of all it started. */
	readonly cpuSeconds: number;
	/** Highest resident memory of its processes together, in MiB; looked at four times a second. */
	readonly peakMib: number;
}

const LOOK_EVERY_MS = 250;
const LONGEST_MS = 20 * 60_000;

/** Processor time of children that have ended, and of theirs, in seconds. */
function endedCpu(): number {
	const fields = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1)?.split(' ') ?? [];
	return (Number(fields[13]) + Number(fields[14])) / 100;
}

function treeMib(pid: number): number {
	try {
		const own = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
		const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
		return children.reduce((sum, child) => sum + treeMib(Number(child)), own);
	} catch {
		// It ended while being looked at.
		return 0;
	}
}

/** A step of `npm run build`, in such a copy. One at a time: processor time is counted over all that ended meanwhile. */
export async function buildStep(folder: string, step: 'pages' | 'compress'): Promise<Built> {
	const started = performance.now();
	const cpu = endedCpu();
	const script = step === 'pages' ? ['node_modules/astro/bin/astro.mjs', 'build', '--silent'] : ['scripts/compress.mjs'];
	const child = spawn(process.execPath, script, {
		cwd: folder,
		env: { PATH: process.env.PATH, HOME: process.env.HOME, TZ: 'UTC', SITE_URL: 'http://localhost', ASTRO_TELEMETRY_DISABLED: '1' },
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const endWithUs = () => child.kill('SIGTERM');
	process.once('exit', endWithUs);
	let output = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding('utf8').on('data', (text: string) => {
			output += text;
		});
	}
	let peakMib = 0;
	const look = setInterval(() => {
		peakMib = Math.max(peakMib, treeMib(child.pid ?? 0));
	}, LOOK_EVERY_MS);
	const patience = setTimeout(endWithUs, LONGEST_MS);
	const code = await new Promise<number | null>((resolve, reject) => {
		child.once('error', reject);
		child.once('close', resolve);
	}).finally(() => {
		clearInterval(look);
		clearTimeout(patience);
		process.off('exit', endWithUs);
	});
	return { code, output, seconds: (performance.now() - started) / 1000, cpuSeconds: endedCpu() - cpu, peakMib };
}
