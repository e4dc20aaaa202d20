/** The sources a build serves of itself, read with the system's own tar and gzip; and what becomes of a build made from them. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
	appendFileSync,
	chmodSync,
	cpSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'node-html-parser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { projectRoot } from '#src/lib/root.ts';
import { serverEnv, startServer, type TestServer } from '#test/support/server.ts';
import { openVisitor, type Page } from '#test/support/visitor.ts';
import { packSources } from '../../scripts/source-archive.mjs';

let server: TestServer;
let folder: string;
let address: string;
let archive: Buffer;
/** The archive unpacked: a copy of the sources without git. */
let copy: string;

const linkIn = (page: Page) => page.root.querySelector('.site-footer__end a[href^="/source/"]');
/** What git lists and is there; null where the project is no repository (unpacked from its own archive, say). */
const listed = (...args: string[]) => {
	const asked = spawnSync('git', ['-C', projectRoot, 'ls-files', '-z', ...args], { encoding: 'utf8' });
	if (asked.status !== 0 || !existsSync(path.join(projectRoot, '.git'))) return null;
	return asked.stdout.split('\0').filter((file) => file !== '' && existsSync(path.join(projectRoot, file)));
};
const freshCopy = (name: string) => {
	const target = path.join(folder, name);
	cpSync(copy, target, { recursive: true });
	return target;
};

beforeAll(async () => {
	server = await startServer();
	folder = mkdtempSync(path.join(tmpdir(), 'koumbit-source-'));
	const visitor = openVisitor(server.url);
	address = linkIn(await visitor.get('/'))?.getAttribute('href') ?? '';
	const answer = await visitor.raw(address, { headers: { 'accept-encoding': 'gzip, br' } });
	expect(answer.headers.get('content-type')).toBe('application/gzip');
	expect(answer.headers.get('content-encoding')).toBeNull();
	archive = Buffer.from(await answer.arrayBuffer());
	writeFileSync(path.join(folder, 'source.tar.gz'), archive);
	execFileSync('tar', ['-xzf', 'source.tar.gz'], { cwd: folder });
	const { version } = JSON.parse(readFileSync(path.join(projectRoot, 'package.json'), 'utf8')) as { version: string };
	copy = path.join(folder, `koumbit-portal-${version}`);
});

afterAll(async () => {
	await server.stop();
	rmSync(folder, { recursive: true, force: true });
});

describe('the exact source of the running version', () => {
	it.each(['/histoire/', '/en/privacy/', '/connexion/', '/en/join/', '/nulle-part/'])('is linked from the foot of %s', async (page) => {
		const link = linkIn(await openVisitor(server.url).get(page));
		expect(link?.getAttribute('href')).toBe(address);
		const kilobytes = String(Math.ceil(archive.length / 1000)).replace(/\B(?=(\d{3})+$)/g, '.');
		expect(link?.text).toMatch(new RegExp(`AGPL-3\\.0.*, ${kilobytes}\u00a0(ko|KB)`));
	});

	it('is named after what is in it', () => {
		const hash = createHash('sha256').update(gunzipSync(archive)).digest('hex').slice(0, 12);
		expect(path.basename(address)).toBe(`${path.basename(copy)}-${hash}.tar.gz`);
	});

	it('holds every file the pages and the server were made of, to the byte, and the licence', () => {
		for (const needed of ['LICENSE', 'package.json', 'package-lock.json', 'README.md', 'bin/koumbit', 'scripts/build.mjs', '.ci/run'])
			expect(existsSync(path.join(copy, needed)), needed).toBe(true);
		const built = (listed('--cached') ?? packSources(projectRoot).files).filter(
			(file) => /^(src|db|content|public)\//.test(file) && !file.endsWith('.test.ts'),
		);
		expect(built.length).toBeGreaterThan(300);
		for (const file of built)
			expect(readFileSync(path.join(copy, file)).equals(readFileSync(path.join(projectRoot, file))), file).toBe(true);
	});

	it('holds all that git follows, and nothing that it ignores', () => {
		const { files } = packSources(projectRoot);
		const [followed, known] = [listed('--cached'), listed('--cached', '--others', '--exclude-standard')];
		if (followed !== null) expect(followed.filter((file) => !files.includes(file))).toEqual([]);
		if (known !== null) expect(files.filter((file) => !known.includes(file))).toEqual([]);
		expect(packSources(copy).files.filter((file) => /node_modules|^dist\/|^data\/|\.env|\.git\/|results\.json/.test(file))).toEqual([]);
	});

	it('is the same to the byte when it is made again from itself, elsewhere, later, under another umask', () => {
		const other = freshCopy('again');
		chmodSync(path.join(other, 'README.md'), 0o600);
		const again = packSources(other);
		expect(again.name).toBe(path.basename(address));
		expect(again.body.equals(archive)).toBe(true);
		appendFileSync(path.join(other, 'README.md'), '\n');
		expect(packSources(other).name).not.toBe(again.name);
	});
});

describe('what is secret or written by the portal', () => {
	const SECRETS = [
		'.env',
		'.env.production',
		'data/koumbit.db',
		'data/mail/1.eml',
		'elsewhere/koumbit.db',
		'elsewhere/notes.md',
		'docs/inside/notes.md',
		'src/koumbit.db',
		'src/.env',
		'deploy/portal.pem',
		'bench/results.json',
		'dist/client/index.html',
		'test-results/trace.zip',
		'membres.csv',
		'service-account.json',
		'deploy/production.env',
		'deploy/koumbit.secret',
		'deploy/credentials.json',
		'deploy/backup.sql',
		'deploy/ledger.csv',
		'deploy/id_rsa_deploy',
		'src/token.txt',
		'NOTES-privees.md',
	];
	const putSecrets = (root: string) => {
		for (const file of SECRETS) {
			mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
			writeFileSync(path.join(root, file), 'secret');
		}
	};
	const inItsData = <T>(dataDir: string, work: () => T): T => {
		process.env.DATA_DIR = dataDir;
		try {
			return work();
		} finally {
			delete process.env.DATA_DIR;
		}
	};

	it('stays out of it where there is no git', () => {
		const root = freshCopy('secrets');
		putSecrets(root);
		expect(inItsData('docs/inside', () => packSources(root)).body.equals(archive)).toBe(true);
	});

	it('stays out of it where git knows it not, and where git follows it by mistake', () => {
		const root = freshCopy('repository');
		const git = (...args: string[]) => execFileSync('git', ['-C', root, ...args], { stdio: 'ignore' });
		git('init');
		git('add', '-A');
		putSecrets(root);
		expect(inItsData('docs/inside', () => packSources(root)).body.equals(archive)).toBe(true);
		git('add', '-f', '.env', 'data', 'deploy/portal.pem', 'bench/results.json', 'src/koumbit.db', 'docs/inside');
		expect(inItsData('docs/inside', () => packSources(root)).body.equals(archive)).toBe(true);
	});

	it('does not keep out a source that is not followed yet, nor one with a long name', () => {
		const root = freshCopy('new');
		const long = `content/fr/news/${'tres-'.repeat(24)}long-é.md`;
		for (const file of ['src/lib/new.ts', long]) {
			mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
			writeFileSync(path.join(root, file), file);
		}
		const packed = packSources(root);
		writeFileSync(path.join(folder, 'new.tar.gz'), packed.body);
		const target = path.join(folder, 'unpacked');
		mkdirSync(target);
		execFileSync('tar', ['-xzf', path.join(folder, 'new.tar.gz'), '--strip-components=1'], { cwd: target });
		for (const file of ['src/lib/new.ts', long]) expect(readFileSync(path.join(target, file), 'utf8')).toBe(file);
	});

	it('stops the build when it is the password of a registry', () => {
		const root = freshCopy('npmrc');
		appendFileSync(path.join(root, '.npmrc'), '\n//registry.example.org/:_authToken=abc\n');
		expect(() => packSources(root)).toThrow(/\.npmrc holds the password/);
	});
});

describe('a build from the archive', () => {
	it('shows what an editor writes in organisation.yaml, in both languages, and serves its own sources', { timeout: 240_000 }, () => {
		const root = freshCopy('edited');
		symlinkSync(path.join(projectRoot, 'node_modules'), path.join(root, 'node_modules'));
		const file = path.join(root, 'content', 'organisation.yaml');
		const settings = parseDocument(readFileSync(file, 'utf8'));
		settings.set('hardwareHost', { fr: 'Essai, chez nous', en: 'Test, at home' });
		settings.set('privacyOfficerEmail', 'essai@exemple.org');
		settings.set('address', null);
		writeFileSync(file, settings.toString());
		const built = spawnSync(process.execPath, ['scripts/build.mjs'], { cwd: root, env: serverEnv(), encoding: 'utf8' });
		expect(built.stderr).toMatch(/build: done/);
		const lineOf = (page: string, label: string) => {
			const html = parse(readFileSync(path.join(root, 'dist', 'client', page, 'index.html'), 'utf8'));
			const term = html.querySelectorAll('main dt').find((one) => one.text.trim() === label);
			return term?.nextElementSibling?.text.trim();
		};
		expect(lineOf('mentions-legales', 'Chez qui sont les machines')).toBe('Essai, chez nous');
		expect(lineOf('securite', 'Chez qui sont les machines')).toBe('Essai, chez nous');
		expect(lineOf('en/legal', 'Who houses the machines')).toBe('Test, at home');
		expect(lineOf('confidentialite', 'Pour lui écrire')).toBe('essai@exemple.org');
		expect(lineOf('confidentialite', 'Adresse')).toBe('L’organisation ne l’a pas encore publié.');
		const { name, body } = packSources(root);
		expect(name).not.toBe(path.basename(address));
		expect(readFileSync(path.join(root, 'dist', 'client', 'source', name)).equals(body)).toBe(true);
		expect(readFileSync(path.join(root, 'dist', 'client', 'index.html'), 'utf8')).toContain(`/source/${name}`);
	});
});
