/**
 * Shows the defects of docs/upstream.md on the versions installed here: `node_modules/.bin/node docs/upstream/see.mjs`.
 * Each line says « seen » or « not seen any more »; nothing of the portal is started or changed.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';

const root = path.resolve(import.meta.dirname, '..', '..');
const folder = mkdtempSync(path.join(tmpdir(), 'upstream-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
const say = (name, isSeen, detail) => process.stdout.write(`${isSeen ? 'seen' : 'not seen any more'}: ${name} (${detail})\n`);

// --- Lucia: one cookie of another program that does not decode.
const { Lucia } = await import('lucia');
try {
	const read = new Lucia({}).readSessionCookie('other=100%; auth_session=abc');
	say('lucia-cookie', read !== 'abc', `read ${read}`);
} catch (error) {
	say('lucia-cookie', true, `${error.name}: ${error.message}`);
}

// --- drizzle: sqlite-proxy does not hear `casing` as its second argument.
const { drizzle } = await import('drizzle-orm/sqlite-proxy');
const { sqliteTable, text } = await import('drizzle-orm/sqlite-core');
const table = sqliteTable('one', { twoWords: text() });
const sql = drizzle(async () => ({ rows: [] }), { casing: 'snake_case' }).select().from(table).toSQL().sql;
say('drizzle-casing', !sql.includes('two_words'), sql);

// --- drizzle: what drizzle-kit writes to rebuild a table, run as drizzle's migrator runs it.
{
	const database = new DatabaseSync(':memory:');
	database.exec(`PRAGMA foreign_keys=ON;
		CREATE TABLE parent (id integer primary key, kind text default 'a');
		CREATE TABLE child (parent integer references parent (id) on delete cascade);
		INSERT INTO parent (id) VALUES (1); INSERT INTO child VALUES (1);`);
	const schema = (value) => `import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
		export const parent = sqliteTable('parent', { id: integer().primaryKey(), kind: text().default('${value}') });
		export const child = sqliteTable('child', { parent: integer().references(() => parent.id, { onDelete: 'cascade' }) });`;
	const place = path.join(folder, 'kit');
	mkdirSync(place);
	symlinkSync(path.join(root, 'node_modules'), path.join(place, 'node_modules'));
	for (const value of ['a', 'b']) {
		writeFileSync(path.join(place, 'schema.ts'), schema(value));
		const args = ['generate', '--dialect', 'sqlite', '--schema', './schema.ts', '--out', './out', '--name', value];
		execFileSync(path.join(root, 'node_modules', '.bin', 'drizzle-kit'), args, { cwd: place, stdio: 'ignore' });
	}
	const { readMigrationFiles } = await import('drizzle-orm/migrator');
	const [, rebuild] = readMigrationFiles({ migrationsFolder: path.join(place, 'out') });
	database.exec('BEGIN');
	for (const statement of rebuild.sql) database.exec(statement);
	database.exec('COMMIT');
	const { left } = database.prepare('select count(*) as left from child').get();
	say('drizzle-rebuild', left === 0, `${left} of 1 child rows left after a default changed`);
}

// --- Astro with @astrojs/node: the smallest site that shows each.
const site = path.join(folder, 'site');
const put = (file, body) => {
	mkdirSync(path.dirname(path.join(site, file)), { recursive: true });
	writeFileSync(path.join(site, file), body);
};
put('package.json', '{"type":"module"}');
put(
	'astro.config.mjs',
	`import node from '@astrojs/node';
	export default {
		output: 'server', adapter: node({ mode: 'middleware', bodySizeLimit: 100000 }), trailingSlash: 'always',
		i18n: { defaultLocale: 'fr', locales: ['fr', 'en'], fallback: { en: 'fr' }, routing: { fallbackType: 'rewrite' } },
		security: { allowedDomains: [{ hostname: 'localhost' }] },
	};`,
);
put('src/pages/index.astro', "---\nimport { actions } from 'astro:actions';\nconst result = Astro.getActionResult(actions.fail);\n---\n<p>{result?.error?.message}</p>");
put('src/pages/read.astro', "---\nif (Astro.request.method === 'POST') await Astro.request.formData();\n---\n<p>read</p>");
put('src/pages/only.astro', '<p>only</p>');
put(
	'src/actions/index.ts',
	`import { defineAction } from 'astro:actions';
	export const server = { fail: defineAction({ accept: 'form', handler: () => { throw new Error('Failed query: insert into person values (?) params: Camille') } }) };`,
);
symlinkSync(path.join(root, 'node_modules'), path.join(site, 'node_modules'));
execFileSync(path.join(root, 'node_modules', '.bin', 'astro'), ['build', '--silent'], { cwd: site, stdio: 'ignore', env: { ...process.env, ASTRO_TELEMETRY_DISABLED: '1' } });
const { handler } = await import(pathToFileURL(path.join(site, 'dist', 'server', 'entry.mjs')).href);
// What the handler itself prints is not asked for here.
console.error = () => undefined;
const server = createServer((incoming, answer) => {
	handler(incoming, answer).catch(() => answer.writeHead(500).end('thrown'));
}).listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
const { port } = server.address();
const host = `localhost:${port}`;
const ask = (method, address, { headers = {}, chunks = [] } = {}) =>
	new Promise((resolve) => {
		const asked = request({ host: '127.0.0.1', port, agent: false, method, path: address, headers: { host, origin: `http://${host}`, ...headers } }, (answer) => {
			let body = '';
			answer.on('data', (chunk) => {
				body += chunk;
			});
			answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, body }));
		});
		asked.on('error', (error) => resolve({ status: 0, headers: {}, body: error.message }));
		for (const chunk of chunks) asked.write(chunk);
		asked.end();
	});
const form = { 'content-type': 'application/x-www-form-urlencoded' };

const trace = await ask('TRACE', '/');
say('astro-trace', trace.status === 500, `TRACE answers ${trace.status}`);
const chunked = await ask('POST', '/read/', { headers: form, chunks: Array.from({ length: 5 }, () => 'a'.repeat(50_000)) });
say('astro-chunked', chunked.status === 500, `250 kB in chunks where 100 kB are allowed answers ${chunked.status}`);
const thrown = await ask('POST', '/?_action=fail', { headers: form, chunks: ['a=b'] });
say('astro-action-message', thrown.body.includes('Camille'), `the page ${thrown.body.includes('Camille') ? 'shows' : 'does not show'} the text of the exception`);
const fallback = await ask('GET', '/en/only/');
say('astro-fallback', fallback.status === 302 && !fallback.headers.location, `${fallback.status}, Location ${fallback.headers.location ?? 'absent'}, body ${fallback.body.includes('only') ? 'is the page' : 'is not the page'}`);
const evil = await ask('GET', '/only/', { headers: { host: 'evil.example' } });
say('astro-host', evil.status === 200, `a Host that is not allowed answers ${evil.status}`);
server.close();
process.exit(0);
