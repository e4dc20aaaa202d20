/** An application taken by hand: FLOOR_FILE holds the statements, where their parameters come from, and the answer. */
import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { compileStep, open, sha256, today } from './statements.mjs';

const { databaseFile, target, origin, fresh, steps, choices, headers } = JSON.parse(readFileSync(process.env.FLOOR_FILE, 'utf8'));
const reader = await open(databaseFile);
const writer = await open(databaseFile);
const [readScale, findKey, ...writes] = steps.map(compileStep);
const requestIdAt = headers.indexOf('X-Request-Id') + 1;

function newId() {
	const bytes = randomBytes(16);
	bytes.writeUIntBE(Date.now(), 0, 6);
	bytes[6] = (bytes[6] & 0x0f) | 0x70;
	bytes[8] = (bytes[8] & 0x3f) | 0x80;
	const hex = bytes.toString('hex');
	return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

const KEY = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const ADDRESS = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const REQUIRED = { usualName: 120, legalName: 200, mission: 2_000, applicantName: 120, email: 254 };

function isAcceptable(form) {
	for (const [name, longest] of Object.entries(REQUIRED)) {
		const text = form.get(name)?.trim() ?? '';
		if (text === '' || text.length > longest) return false;
	}
	for (const [name, allowed] of Object.entries(choices)) {
		const values = form.getAll(name);
		if (values.length === 0 || !values.every((value) => allowed.includes(value))) return false;
	}
	return (
		ADDRESS.test(form.get('email')) && KEY.test(form.get('submissionKey') ?? '') && form.get('consent') === 'on' && !form.get('website')
	);
}

/** One transaction at a time: the file has one writer. */
let tail = Promise.resolve();
function inTurn(work) {
	const turn = tail.then(work);
	tail = turn.catch(() => undefined);
	return turn;
}

async function write(context) {
	const transaction = await writer.transaction('write');
	try {
		context.results[1] = await transaction.execute(findKey(context));
		// The same form sent twice is one application.
		if (context.results[1].rows.length > 0) return;
		for (const [at, make] of writes.entries()) context.results[at + 2] = await transaction.execute(make(context));
		await transaction.commit();
	} finally {
		transaction.close();
	}
}

async function apply(body, response) {
	const form = new URLSearchParams(body);
	const at = Date.now();
	const requestId = randomUUID();
	const given = { at, requestId, today: today(at) };
	const context = { given, results: [] };
	context.results[0] = await reader.execute(readScale(context));
	if (!isAcceptable(form)) {
		response.writeHead(422);
		response.end();
		return;
	}
	for (const [name, value] of form) given[`field.${name}`] = value;
	for (let id = 0; id < fresh.ids; id += 1) given[`id${id}`] = newId();
	for (let token = 0; token < fresh.tokens; token += 1) {
		given[`token${token}`] = randomBytes(32).toString('base64url');
		given[`tokenHash${token}`] = sha256(given[`token${token}`]);
	}
	await inTurn(() => write(context));
	const sent = headers.slice();
	sent[requestIdAt] = requestId;
	response.writeHead(303, sent);
	response.end();
}

const server = createServer({ keepAliveTimeout: 20_000 }, (request, response) => {
	if (request.url === '/readyz') {
		response.end('ok');
		return;
	}
	if (request.method !== 'POST' || request.url !== target || request.headers.origin !== origin) {
		response.writeHead(403);
		response.end();
		return;
	}
	const chunks = [];
	request.on('data', (chunk) => chunks.push(chunk));
	request.on('end', () => {
		apply(Buffer.concat(chunks).toString(), response).catch((error) => {
			process.stderr.write(`${error.stack}\n`);
			response.destroy();
		});
	});
});
server.listen(Number(process.env.PORT), '127.0.0.1');
