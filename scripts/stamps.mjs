/** What was installed and built last, so that neither is done again for nothing. No dependency, runs on Node 20. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './node24.mjs';

const INSTALL_STAMP = path.join(root, 'node_modules', '.koumbit-install');
const BUILD_STAMP = path.join(root, 'dist', '.koumbit-build');
const SOURCES = [
	'src',
	'db',
	'content',
	'public',
	'astro.config.mjs',
	'vite.front.config.ts',
	'package-lock.json',
	'tsconfig.json',
	'scripts/build.mjs',
	'scripts/cards.ts',
	'scripts/unavailable.ts',
	'scripts/compress.mjs',
	'scripts/source-archive.mjs',
	'scripts/check-content.ts',
	'scripts/check-links.ts',
	'scripts/make-search-index.ts',
	'scripts/content',
	'scripts/site',
];

const read = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : '');

/** The address that prerendered pages carry; the same rule as in src/lib/env.ts and astro.config.mjs. */
export function siteOf(env = process.env) {
	return (env.SITE_URL || `http://localhost:${env.PORT || 4321}`).replace(/\/+$/, '');
}

function lockHash() {
	return createHash('sha256')
		.update(readFileSync(path.join(root, 'package-lock.json')))
		.digest('hex');
}

export function isInstalled() {
	return read(INSTALL_STAMP) === lockHash();
}

export function stampInstall() {
	// A new file in the place of the old one: a copy of node_modules made of links keeps its own stamp.
	writeFileSync(`${INSTALL_STAMP}.new`, lockHash());
	renameSync(`${INSTALL_STAMP}.new`, INSTALL_STAMP);
}

function* filesUnder(target) {
	const full = path.join(root, target);
	if (!existsSync(full)) return;
	if (!statSync(full).isDirectory()) {
		yield target;
		return;
	}
	const entries = readdirSync(full, { withFileTypes: true });
	for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
		const inside = path.join(target, entry.name);
		if (entry.isDirectory()) yield* filesUnder(inside);
		// Tests change nothing of what is served.
		else if (!/\.test\.ts$/.test(entry.name)) yield inside;
	}
}

/** By content, not by date: a checkout or a copy changes dates. */
export function sourceHash() {
	const hash = createHash('sha256');
	for (const target of SOURCES) {
		for (const file of filesUnder(target)) hash.update(`${file}\0`).update(readFileSync(path.join(root, file)));
	}
	return hash.digest('hex');
}

/** @returns {null | 'not built yet' | 'the sources changed' | 'SITE_URL or PORT changed'} why a build is due; null when it is not. */
export function buildReason() {
	const stamp = read(BUILD_STAMP);
	if (stamp === '') return 'not built yet';
	const built = JSON.parse(stamp);
	if (built.site !== siteOf()) return 'SITE_URL or PORT changed';
	return built.sources === sourceHash() ? null : 'the sources changed';
}

/** @param sources hash taken before the build began, so that a file saved meanwhile makes the next start build again. */
export function stampBuild(sources) {
	mkdirSync(path.dirname(BUILD_STAMP), { recursive: true });
	writeFileSync(BUILD_STAMP, JSON.stringify({ sources, site: siteOf() }));
}
