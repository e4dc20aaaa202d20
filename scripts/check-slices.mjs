/** What no linter knows of this repository: the files a slice may have, migrations, built pages without inline code. */
import { cpSync, existsSync, globSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root, run } from './node24.mjs';

const problems = [];
const inRoot = (...parts) => path.join(root, ...parts);
const foldersIn = (folder) =>
	existsSync(inRoot(folder))
		? readdirSync(inRoot(folder), { withFileTypes: true })
				.filter((entry) => entry.isDirectory())
				.map((entry) => entry.name)
		: [];

const VOCABULARY = ['schema', 'rules', 'policy', 'data', 'mutations', 'actions', 'jobs', 'mail', 'index'];
const ALLOWED = new Set(['README.md', 'components', ...VOCABULARY.flatMap((word) => [`${word}.ts`, `${word}.test.ts`])]);

function checkSlices() {
	for (const slice of foldersIn('src/features')) {
		const files = readdirSync(inRoot('src/features', slice));
		for (const file of files) {
			if (!ALLOWED.has(file)) problems.push(`src/features/${slice}/${file}: not one of a slice's files (docs/architecture.md)`);
		}
		for (const needed of ['index.ts', 'README.md']) {
			if (!files.includes(needed)) problems.push(`src/features/${slice}: ${needed} is missing`);
		}
	}
}

async function checkMigrations() {
	const copy = mkdtempSync(path.join(tmpdir(), 'koumbit-migrations-'));
	try {
		cpSync(inRoot('db/migrations'), copy, { recursive: true });
		const before = readdirSync(copy).length;
		const args = [
			'generate',
			'--dialect',
			'sqlite',
			'--schema',
			'./db/schema/*.ts',
			'--casing',
			'snake_case',
			'--out',
			path.relative(root, copy),
		];
		const { code, output } = await run('drizzle-kit', args, { capture: true });
		if (code !== 0) problems.push(`db/schema: drizzle-kit can't compare it with db/migrations\n${output.trim()}`);
		else if (readdirSync(copy).length > before)
			problems.push('db/schema differs from db/migrations: run drizzle-kit generate and commit what it writes');
	} finally {
		rmSync(copy, { recursive: true, force: true });
	}
}

function checkBuiltPages() {
	const client = inRoot('dist/client');
	if (!existsSync(client)) return;
	for (const page of globSync('**/*.html', { cwd: client })) {
		const html = readFileSync(path.join(client, page), 'utf8');
		if (/<style\b/i.test(html)) problems.push(`dist/client/${page}: inline <style>, which the content security policy refuses`);
		if (/<[^>]+\sstyle=/i.test(html)) problems.push(`dist/client/${page}: a style attribute, which the content security policy refuses`);
		if (/<script(?![^>]*\bsrc=)(?![^>]*type="application\/ld\+json")/i.test(html)) {
			problems.push(`dist/client/${page}: inline <script>, which the content security policy refuses`);
		}
	}
}

checkSlices();
checkBuiltPages();
await checkMigrations();
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exit(problems.length === 0 ? 0 : 1);
