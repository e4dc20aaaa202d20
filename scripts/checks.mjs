/** The static checks: what each is called and how it is run. */
import { run } from './node24.mjs';

const CHECKS = [
	['types', 'astro', ['check']],
	['dependencies', 'depcruise', ['src', 'db', 'test', 'bench', '--config', '.dependency-cruiser.cjs', '--output-type', 'err-long']],
	['lint', 'biome', ['check', '--error-on-warnings', '--max-diagnostics=100', '.']],
	['format', 'prettier', ['--check', '--log-level', 'warn', '{src,test}/**/*.astro']],
	['slices', 'node', ['scripts/check-slices.mjs']],
	['content', 'node', ['scripts/check-content.ts']],
	['unused', 'knip', ['--no-progress', '--no-config-hints']],
];
/** More only take the processor from one another. */
const AT_ONCE = 2;

/** @returns {Promise<{name: string, ok: boolean}[]>} each is printed as it ends, with its time; of a failure also what it said. */
export async function runChecks() {
	const waiting = [...CHECKS];
	const results = [];
	const work = async () => {
		for (let next = waiting.shift(); next; next = waiting.shift()) {
			const [name, command, args] = next;
			const started = performance.now();
			const { code, output } = await run(command, args, { capture: true, env: { ASTRO_TELEMETRY_DISABLED: '1', FORCE_COLOR: '0' } });
			const ok = code === 0;
			process.stdout.write(`check ${name}: ${ok ? 'ok' : 'FAILED'} (${((performance.now() - started) / 1000).toFixed(1)} s)\n`);
			if (!ok) process.stdout.write(`${output.trimEnd()}\n\n`);
			results.push({ name, ok });
		}
	};
	await Promise.all(Array.from({ length: AT_ONCE }, work));
	return results;
}
