/** A member's page written by hand: FLOOR_FILE holds its statements, where its parameters come from, and the page in pieces. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { compile, compileStep, open, sha256, today } from './statements.mjs';

const { databaseFile, path, cookieName, session, waves, segments, headers } = JSON.parse(readFileSync(process.env.FLOOR_FILE, 'utf8'));
const client = await open(databaseFile);
const steps = waves.map((wave) => wave.map(({ index, ...step }) => ({ index, make: compileStep(step) })));
const accountStatus = compile(session.status);
const expiresAt = compile(session.expiresAt);
const absoluteExpiresAt = compile(session.absoluteExpiresAt);
const cookiePattern = new RegExp(`(?:^|; )${cookieName}=([^;]+)`);

const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escapeHtml = (text) => text.replace(/[&<>"']/g, (character) => ESCAPES[character]);
const pieces = segments.map((segment) => {
	if (segment.kind === 'literal') return segment.value;
	const value = compile(segment);
	return (context) => escapeHtml(value(context));
});

const requestIdAt = headers.indexOf('X-Request-Id') + 1;

async function page(request, response) {
	const id = cookiePattern.exec(request.headers.cookie ?? '')?.[1];
	const at = Date.now();
	const context = { given: { sessionHash: sha256(id ?? ''), today: today(at) }, results: [] };
	for (const [number, wave] of steps.entries()) {
		await Promise.all(
			wave.map(async ({ index, make }) => {
				context.results[index] = await client.execute(make(context));
			}),
		);
		if (number > 0) continue;
		if (accountStatus(context) !== 'active' || expiresAt(context) <= at || absoluteExpiresAt(context) <= at) {
			response.writeHead(303, { Location: '/connexion/' });
			response.end();
			return;
		}
	}
	let html = '';
	for (const piece of pieces) html += typeof piece === 'string' ? piece : piece(context);
	const sent = headers.slice();
	sent[requestIdAt] = randomUUID();
	response.writeHead(200, sent);
	response.end(html);
}

const server = createServer({ keepAliveTimeout: 20_000 }, (request, response) => {
	if (request.url === '/readyz') response.end('ok');
	else if (request.url === path) {
		page(request, response).catch((error) => {
			process.stderr.write(`${error.stack}\n`);
			response.destroy();
		});
	} else {
		response.writeHead(404);
		response.end();
	}
});
server.listen(Number(process.env.PORT), '127.0.0.1');
