/**
 * The build: the texts are checked first, then the site and its pages (Astro), their links, the index for the search, the
 * pictures shown where pages are shared, the page shown while nothing runs, the server in front of them (Vite), compressed copies
 * of the files; then the stamp.
 */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { root, run } from './node24.mjs';
import { sourceHash, stampBuild } from './stamps.mjs';

/** The third says that a step explains its own failure, to people who need not know what a step is. */
const STEPS = [
	['node', ['scripts/check-content.ts'], 'explains'],
	['astro', ['build', '--silent']],
	['node', ['scripts/cards.ts']],
	['node', ['scripts/unavailable.ts']],
	['node', ['scripts/check-links.ts'], 'explains'],
	['node', ['scripts/make-search-index.ts']],
	['vite', ['build', '--config', 'vite.front.config.ts', '--logLevel', 'warn']],
	['node', ['scripts/compress.mjs']],
];

const sources = sourceHash();
const started = performance.now();
// A half-made build must not pass for a finished one, nor old compiled code for the new.
for (const leftover of ['.koumbit-build', '.compile-cache']) rmSync(path.join(root, 'dist', leftover), { recursive: true, force: true });
for (const [command, args, explains] of STEPS) {
	const { code } = await run(command, args, { env: { ASTRO_TELEMETRY_DISABLED: '1' } });
	if (code !== 0) {
		process.stderr.write(
			explains ? 'Le site n’a pas été construit. · The site was not built.\n' : `build: ${command} ${args.join(' ')} failed\n`,
		);
		process.exit(code);
	}
}
stampBuild(sources);
process.stderr.write(`build: done in ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
