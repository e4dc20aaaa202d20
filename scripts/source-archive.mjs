/**
 * The exact sources of a build, as an archive that is served with it: whoever uses the portal over the network may have
 * them (AGPL-3.0, section 13). The same sources give the same bytes on any machine, so its name says what is in it.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const SERVED_UNDER = 'source';

/** Where sources live. What git does not follow is taken from here only: anything else in the folder may be someone's own. */
const ROOMS = new Set(['.ci', 'bench', 'bin', 'content', 'db', 'deploy', 'docs', 'public', 'scripts', 'src', 'test']);
const AT_THE_ROOT =
	/^(LICENSE|\.gitignore|\.npmrc|\.prettierrc|(package|package-lock|tsconfig|biome|knip)\.json|(README|CONTRIBUTING|CHANGELOG|SECURITY)\.md|[\w.-]+\.(mjs|cjs|ts))$/;

/** Never part of it, even when git follows it by mistake: installed, built, written by the portal, or secret. */
const NEVER_FOLDERS = new Set(['node_modules', '.git', '.astro', 'test-results', 'playwright-report']);
const NEVER_AT_THE_ROOT = new Set(['dist', 'data']);
const NEVER_FILES = /^(\.env.*|.*\.(pem|key|p12|pfx|db|sqlite3?|db-wal|db-shm|eml|log)|\.DS_Store|id_(rsa|ed25519|ecdsa))$/i;
const NEVER_PATHS = new Set(['bench/results.json']);

/** @param {string} file with slashes, from the root. */
function isAllowed(file, dataDir) {
	const parts = file.split('/');
	const name = parts.at(-1) ?? '';
	if (parts.some((part) => NEVER_FOLDERS.has(part) || /^\.env/i.test(part)) || NEVER_AT_THE_ROOT.has(parts[0] ?? '')) return false;
	if (dataDir !== null && (file === dataDir || file.startsWith(`${dataDir}/`))) return false;
	return !NEVER_FILES.test(name) && !NEVER_PATHS.has(file);
}

/** What a source file is called. Anything else that git does not follow stays out: someone's key, dump or notes may lie in any folder. */
const CODE = /\.(astro|css|[cm]?[jt]s)$/;
const OTHER = /\.(md|ya?ml|json|svg|png|jpe?g|webp|avif|ico|webmanifest|conf|service|timer)$/;
const BY_NAME = new Set(['.ci/run', 'bin/koumbit', 'docs/import-groups.example.csv']);
const TELLING = /(secret|credential|password|token|private|prive|backup|dump)/i;

function isSource(file) {
	if (!file.includes('/')) return AT_THE_ROOT.test(file);
	if (!ROOMS.has(file.slice(0, file.indexOf('/')))) return false;
	if (CODE.test(file) || BY_NAME.has(file) || /^db\/migrations\/\d{4}_\w+\.sql$/.test(file)) return true;
	return OTHER.test(file) && !TELLING.test(path.basename(file));
}

/** DATA_DIR from the root when it lies inside, with slashes; null when it is elsewhere. */
function dataDirInside(root) {
	const relative = path.relative(root, path.resolve(root, process.env.DATA_DIR || 'data'));
	return relative === '' || relative.startsWith('..') || path.isAbsolute(relative) ? null : relative.split(path.sep).join('/');
}

/** What git says of the folder; null when it has nothing to say: no git, no repository, or one that begins further up. */
function askGit(root, args) {
	const asked = spawnSync('git', ['-C', root, ...args], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
	return asked.status === 0 ? asked.stdout : null;
}

function filesOfGit(root) {
	const top = askGit(root, ['rev-parse', '--show-toplevel']);
	if (top === null || realpathSync(top.trim()) !== realpathSync(root)) return null;
	const followed = askGit(root, ['ls-files', '-z', '--cached']);
	const others = askGit(root, ['ls-files', '-z', '--others', '--exclude-standard']);
	if (followed === null || others === null) return null;
	const listed = (text) => text.split('\0').filter((file) => file !== '');
	return [...new Set([...listed(followed), ...listed(others).filter(isSource)])];
}

function* walk(root, folder) {
	for (const entry of readdirSync(path.join(root, folder), { withFileTypes: true })) {
		const file = folder === '' ? entry.name : `${folder}/${entry.name}`;
		if (!entry.isDirectory()) {
			if (isSource(file)) yield file;
		} else if (ROOMS.has(file.split('/')[0] ?? '') && !NEVER_FOLDERS.has(entry.name)) yield* walk(root, file);
	}
}

/** A registry's password would be published with the rest. */
function refuseCredentials(file, body) {
	if (path.basename(file) === '.npmrc' && /_auth|_password/i.test(body.toString('utf8'))) {
		throw new Error(`${file} holds the password of a registry, and the sources are published: keep it in the .npmrc of your home folder`);
	}
}

const BLOCK = 512;
const padded = (body) => Buffer.concat([body, Buffer.alloc((BLOCK - (body.length % BLOCK)) % BLOCK)]);

/** A header of POSIX's ustar format, without owner or date. */
function header(name, { mode, size, type, link = '' }) {
	const block = Buffer.alloc(BLOCK);
	const octal = (value, length) => `${value.toString(8).padStart(length - 1, '0')}\0`;
	block.write(name, 0, 100);
	block.write(octal(mode, 8), 100);
	block.write(octal(0, 8), 108);
	block.write(octal(0, 8), 116);
	block.write(octal(size, 12), 124);
	block.write(octal(0, 12), 136);
	block.write(' '.repeat(8), 148);
	block.write(type, 156);
	block.write(link, 157, 100);
	block.write('ustar\x0000', 257);
	const sum = block.reduce((total, byte) => total + byte, 0);
	block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
	return block;
}

/** One « length key=value » line of a pax header; the length counts its own digits. */
function paxLine(key, value) {
	const rest = Buffer.byteLength(` ${key}=${value}\n`);
	let length = rest;
	while (length !== rest + String(length).length) length = rest + String(length).length;
	return `${length} ${key}=${value}\n`;
}

function* entry(name, { mode, body, type, link = '' }) {
	const pax = [...(Buffer.byteLength(name) > 100 ? [['path', name]] : []), ...(Buffer.byteLength(link) > 100 ? [['linkpath', link]] : [])];
	if (pax.length > 0) {
		const lines = Buffer.from(pax.map(([key, value]) => paxLine(key, value)).join(''));
		yield header('PaxHeader', { mode: 0o644, size: lines.length, type: 'x' });
		yield padded(lines);
	}
	yield header(name, { mode, size: body.length, type, link });
	yield padded(body);
}

function* tarOf(root, files, top) {
	for (const file of files) {
		const full = path.join(root, file);
		const found = lstatSync(full);
		if (found.isSymbolicLink()) {
			yield* entry(`${top}/${file}`, { mode: 0o777, body: Buffer.alloc(0), type: '2', link: readlinkSync(full) });
			continue;
		}
		const body = readFileSync(full);
		refuseCredentials(file, body);
		// Only what git keeps of a mode: an archive must not depend on someone's umask.
		yield* entry(`${top}/${file}`, { mode: found.mode & 0o100 ? 0o755 : 0o644, body, type: '0' });
	}
	yield Buffer.alloc(2 * BLOCK);
}

/**
 * @param {string} root the folder of the sources, with package.json in it.
 * @returns {{name: string, version: string, files: string[], body: Buffer}} `files` from the root, sorted; `body` is the compressed archive.
 * @throws when a file holds a password that would be published.
 */
export function packSources(root) {
	const { name, version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
	const dataDir = dataDirInside(root);
	const files = (filesOfGit(root) ?? [...walk(root, '')])
		.filter((file) => isAllowed(file, dataDir))
		// Removed here and not yet in git; a folder is another repository.
		.filter((file) => lstatSync(path.join(root, file), { throwIfNoEntry: false })?.isDirectory() === false)
		.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
	const tar = Buffer.concat([...tarOf(root, files, `${name}-${version}`)]);
	const hash = createHash('sha256').update(tar).digest('hex').slice(0, 12);
	const body = gzipSync(tar, { level: 9 });
	// The system it was compressed on: « unknown » everywhere.
	body[9] = 255;
	return { name: `${name}-${version}-${hash}.tar.gz`, version, files, body };
}

/**
 * Puts the archive among the files of the site and tells the pages its address (src/lib/source.ts). Packed before the first
 * page is made, so that it is what the pages are made of. None in development: there the sources are the visitor's own.
 * @returns {import('astro').AstroIntegration}
 */
export function sourceArchive() {
	let packed = null;
	return {
		name: 'source-archive',
		hooks: {
			'astro:config:setup': ({ command, config, updateConfig }) => {
				packed = command === 'build' ? packSources(fileURLToPath(config.root)) : null;
				const told = packed && { href: `/${SERVED_UNDER}/${packed.name}`, version: packed.version, bytes: packed.body.length };
				updateConfig({ vite: { define: { __KOUMBIT_SOURCE__: JSON.stringify(told) } } });
			},
			'astro:build:done': ({ dir }) => {
				const folder = path.join(fileURLToPath(dir), SERVED_UNDER);
				rmSync(folder, { recursive: true, force: true });
				mkdirSync(folder, { recursive: true });
				if (packed) writeFileSync(path.join(folder, packed.name), packed.body);
			},
		},
	};
}
