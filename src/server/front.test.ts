import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { AstroHandler } from '#src/server/astro.ts';
import { createFront, type FrontOptions } from '#src/server/front.ts';
import { securityHeaders } from '#src/server/headers.ts';
import type { Readiness } from '#src/server/health.ts';
import { openStaticFiles } from '#src/server/static.ts';
import { stopAll } from '#src/server/stop.ts';
import { sendRaw } from '#test/support/raw.ts';

const page = `<!doctype html><link rel="stylesheet" href="/_assets/site.abc.css"><p>${'accueil '.repeat(200)}</p>`;
let folder: string;

beforeAll(() => {
	folder = mkdtempSync(path.join(tmpdir(), 'koumbit-front-'));
	mkdirSync(path.join(folder, '_assets'));
	mkdirSync(path.join(folder, 'mission'));
	writeFileSync(path.join(folder, 'index.html'), page);
	writeFileSync(path.join(folder, 'index.html.br'), brotliCompressSync(page));
	writeFileSync(path.join(folder, 'index.html.gz'), gzipSync(page));
	writeFileSync(path.join(folder, 'mission', 'index.html'), '<p>mission</p>');
	writeFileSync(path.join(folder, '_assets', 'site.abc.css'), 'p{color:red}');
	writeFileSync(path.join(folder, 'robots.txt'), 'User-agent: *\n');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Front {
	readonly server: Server;
	readonly port: number;
	readonly lines: string[];
	readonly errors: unknown[];
	get(target: string, init?: { method?: string; headers?: Record<string, string>; body?: string }): Promise<Answer>;
}

interface Answer {
	readonly status: number;
	readonly headers: IncomingMessage['headers'];
	readonly body: Buffer;
}

const open: Front[] = [];
const ready: Readiness = { ready: true, database: 'ok', migrations: 'current', worker: 'ok' };
/** Repeats what it was given, so that a test sees what reached Astro. */
const echo: AstroHandler = async (request, response) => {
	const body = 'body' in request && Buffer.isBuffer(request.body) ? request.body.toString() : '';
	response.writeHead(200, { 'content-type': 'text/html' });
	response.end(JSON.stringify({ url: request.url, headers: request.headers, body }));
};

async function front(over: Partial<FrontOptions> = {}, astro: AstroHandler = echo): Promise<Front> {
	const lines: string[] = [];
	const errors: unknown[] = [];
	const siteUrl = over.siteUrl ?? 'http://localhost:4321';
	const server = createFront({
		siteUrl,
		trustProxy: [],
		files: openStaticFiles(folder, securityHeaders(siteUrl)),
		unsubscribe: async () => false,
		astro: async () => astro,
		readiness: async () => ready,
		log: { request: (...parts) => void lines.push(parts.join(' ')), flush: () => undefined },
		onError: (error) => void errors.push(error),
		...over,
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	const made: Front = {
		server,
		port,
		lines,
		errors,
		get: (target, { method = 'GET', headers = {}, body } = {}) =>
			new Promise((resolve, reject) => {
				const sent = httpRequest({
					host: '127.0.0.1',
					port,
					path: target,
					method,
					headers: { host: new URL(siteUrl).host, ...headers },
					agent: false,
				});
				sent.on('response', (response) => {
					const chunks: Buffer[] = [];
					response.on('data', (chunk: Buffer) => chunks.push(chunk));
					response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }));
				});
				sent.on('error', reject);
				sent.end(body);
			}),
	};
	open.push(made);
	return made;
}

afterEach(async () => {
	for (const { server } of open.splice(0)) {
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
	}
});

describe('a page edited in memory', () => {
	const mark = 'accueil ';
	const browser = { 'accept-encoding': 'gzip, br' };
	const edited = (text: string) => text.replace(mark, () => 'PANNE $& ');

	test('is served in each form with a tag of its own, and as it was built once nothing is edited', async () => {
		const files = openStaticFiles(folder, []);
		const { get } = await front({ files });
		const before = await get('/', { headers: browser });
		await files.edit('/', edited);
		const during = await get('/', { headers: browser });
		const plain = await get('/');
		const zipped = await get('/', { headers: { 'accept-encoding': 'gzip' } });
		const wanted = page.replace(mark, () => 'PANNE $& ');
		expect(brotliDecompressSync(during.body).toString()).toBe(wanted);
		expect(gunzipSync(zipped.body).toString()).toBe(wanted);
		expect(plain.body.toString()).toBe(wanted);
		expect(new Set([before, during, plain, zipped].map((one) => one.headers.etag)).size).toBe(4);
		expect((await get('/', { headers: { ...browser, 'if-none-match': before.headers.etag ?? '' } })).status).toBe(200);
		expect((await get('/', { headers: { ...browser, 'if-none-match': during.headers.etag ?? '' } })).status).toBe(304);
		await files.edit('/', null);
		expect((await get('/', { headers: browser })).body).toEqual(before.body);
	});

	test('is edited from what was built, not from what it was edited to', async () => {
		const files = openStaticFiles(folder, []);
		const { get } = await front({ files });
		await files.edit('/', edited);
		await files.edit('/', edited);
		expect((await get('/')).body.toString().match(/PANNE/g)).toHaveLength(1);
		await expect(files.edit('/nulle-part/', edited)).rejects.toThrow('/nulle-part/');
	});
});

describe('a mail program that unsubscribes by itself', () => {
	const target = `/etat/abonnement/${'a'.repeat(43)}/`;
	const type = { 'content-type': 'application/x-www-form-urlencoded' };
	const body = 'List-Unsubscribe=One-Click';

	test('is heard without an origin, by either kind of form, and Astro is not asked', async () => {
		const tokens: string[] = [];
		const { get, lines } = await front({ unsubscribe: async (token) => tokens.push(token) > 0 });
		const multipart = '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n';
		const answers = [
			await get(target, { method: 'POST', headers: type, body }),
			await get(target, { method: 'POST', headers: { 'content-type': 'multipart/form-data; boundary=x' }, body: multipart }),
		];
		expect(answers.map((one) => [one.status, one.body.toString()])).toEqual([
			[200, 'OK\n'],
			[200, 'OK\n'],
		]);
		expect(tokens).toEqual(['a'.repeat(43), 'a'.repeat(43)]);
		expect(lines.join()).not.toContain('aaaa');
	});

	test('is refused when it says something else, comes with a foreign origin, or holds a dead link', async () => {
		const { get } = await front();
		expect((await get(target, { method: 'POST', headers: type, body: 'a=b' })).status).toBe(403);
		expect((await get(target, { method: 'POST', headers: { ...type, origin: 'https://evil.example' }, body })).status).toBe(403);
		expect((await get(target, { method: 'POST', headers: type, body })).status).toBe(404);
		expect((await get('/contact/', { method: 'POST', headers: type, body })).status).toBe(403);
	});

	test('is asked to come back when the database could not be reached', async () => {
		const { get, errors } = await front({ unsubscribe: () => Promise.reject(new Error('busy')) });
		const answer = await get(target, { method: 'POST', headers: type, body });
		expect([answer.status, answer.headers['retry-after'], errors.length]).toEqual([503, '5', 1]);
	});
});

const form = { 'content-type': 'application/x-www-form-urlencoded', origin: 'http://localhost:4321' };

describe('files', () => {
	test('a page is served with a tag, to be asked about again each time', async () => {
		const { get } = await front();
		const { status, headers, body } = await get('/');
		expect([status, body.toString()]).toEqual([200, page]);
		expect(headers).toMatchObject({
			'content-type': 'text/html; charset=utf-8',
			'cache-control': 'public, max-age=0, must-revalidate',
			vary: 'Accept-Encoding',
		});
		const again = await get('/', { headers: { 'if-none-match': headers.etag ?? '' } });
		expect([again.status, again.body.length, again.headers.etag]).toEqual([304, 0, headers.etag]);
		expect((await get('/', { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
	});

	test('brotli, then gzip, then plain, each with its own tag', async () => {
		const { get } = await front();
		const br = await get('/', { headers: { 'accept-encoding': 'gzip, br' } });
		const gz = await get('/', { headers: { 'accept-encoding': 'gzip' } });
		const plain = await get('/');
		expect([br.headers['content-encoding'], gz.headers['content-encoding'], plain.headers['content-encoding']]).toEqual([
			'br',
			'gzip',
			undefined,
		]);
		expect(br.body).toEqual(brotliCompressSync(page));
		expect(gz.body).toEqual(gzipSync(page));
		expect(new Set([br.headers.etag, gz.headers.etag, plain.headers.etag]).size).toBe(3);
	});

	test('files with a hash in their name are kept for ever, the others for an hour', async () => {
		const { get } = await front();
		expect((await get('/_assets/site.abc.css')).headers).toMatchObject({
			'cache-control': 'public, max-age=31536000, immutable',
			'content-type': 'text/css; charset=utf-8',
		});
		expect((await get('/robots.txt?x=1')).headers).toMatchObject({
			'cache-control': 'public, max-age=3600',
			'content-type': 'text/plain; charset=utf-8',
		});
	});

	test('HEAD says what GET would, without the body', async () => {
		const { get } = await front();
		const { status, headers, body } = await get('/', { method: 'HEAD' });
		expect([status, headers['content-length'], body.length]).toEqual([200, String(page.length), 0]);
	});

	test.each(['/index.html.br', '/mission/index.html', '/../package.json', '/_assets/none.css', '//mission/'])(
		'%s is no file',
		async (target) => {
			const { port, get } = await front({}, async ({ url }, response) => {
				// Astro itself would lead to the address without the second slash.
				response.writeHead(url?.startsWith('//') ? 301 : 404, { 'content-type': 'text/html' }).end();
			});
			expect((await get(target)).status).toBe(404);
			const raw = await sendRaw(port, [`GET ${target} HTTP/1.1\r\nHost: localhost:4321\r\nConnection: close\r\n\r\n`]);
			expect(raw.status).toBe(404);
		},
	);

	test('POST on a file is 405 and says what is possible', async () => {
		const { get } = await front();
		const { status, headers } = await get('/mission/', { method: 'POST', headers: form, body: 'a=1' });
		expect([status, headers.allow]).toEqual([405, 'GET, HEAD']);
	});
});

describe('addresses', () => {
	test.each([
		['/en', '/en/'],
		['/mission?a=1&b=%20', '/mission/?a=1&b=%20'],
		['/espace/mon%20groupe', '/espace/mon%20groupe/'],
	])('%s goes to %s for good', async (target, to) => {
		const { get } = await front();
		const { status, headers } = await get(target);
		expect([status, headers.location]).toEqual([308, to]);
		expect(headers['content-security-policy']).toBeDefined();
	});

	test.each(['/%2561', '/%zz', '/a%00', '/espace/%255cx/'])('%s is refused with a sentence in both languages', async (target) => {
		const { get } = await front();
		const { status, body } = await get(target);
		expect(status).toBe(400);
		expect(body.toString()).toMatch(/illisible[\s\S]*Unreadable/);
	});

	test('too long an address is 414, headers too long are 431, nonsense is 400, all with the headers of safety', async () => {
		const { port, get } = await front();
		expect((await get(`/${'a'.repeat(9_000)}`)).status).toBe(414);
		const raw = async (text: string) => sendRaw(port, [text]);
		const answers = [
			await raw(`GET /${'a'.repeat(60_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`),
			await raw(`GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: ${'a'.repeat(60_000)}\r\n\r\n`),
			await raw('NONSENSE\r\n\r\n'),
			await raw('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n'),
		];
		expect(answers.map(({ status }) => status)).toEqual([414, 431, 400, 400]);
		for (const { headers } of answers) expect(headers['x-content-type-options']).toBe('nosniff');
	});

	test.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'])('%s is 405 and says what is possible', async (method) => {
		const { port } = await front();
		const { status, headers } = await sendRaw(port, [`${method} /espace/ HTTP/1.1\r\nHost: localhost\r\n\r\n`]);
		expect([status, headers.allow]).toEqual([405, 'GET, HEAD, POST']);
	});

	test('a tunnel is 405, an unknown expectation 417', async () => {
		const { port } = await front();
		const tunnel = await sendRaw(port, ['CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n']);
		expect([tunnel.status, tunnel.headers.allow]).toEqual([405, 'GET, HEAD, POST']);
		expect((await sendRaw(port, ['GET / HTTP/1.1\r\nHost: localhost\r\nExpect: magic\r\n\r\n'])).status).toBe(417);
	});
});

describe('who asks', () => {
	test('another host is 421 in both languages, with or without a file at that address', async () => {
		const { get } = await front();
		for (const target of ['/', '/espace/', '/en']) {
			const { status, headers, body } = await get(target, { headers: { host: 'evil.example' } });
			expect([target, status, headers['content-type']]).toEqual([target, 421, 'text/plain; charset=utf-8']);
			expect(body.toString()).toMatch(/ne répond pas[\s\S]*does not answer/);
		}
	});

	test('what the client says of itself does not reach Astro', async () => {
		const { get } = await front();
		const lies = {
			'x-forwarded-for': '6.6.6.6',
			'x-forwarded-proto': 'https',
			'x-forwarded-host': 'evil.example',
			'x-forwarded-port': '1',
			forwarded: 'for=6.6.6.6',
			'x-real-ip': '6.6.6.6',
			'x-request-id': 'mine',
		};
		const { body, headers } = await get('/espace/', { headers: lies });
		const seen = (JSON.parse(body.toString()) as { headers: Record<string, string> }).headers;
		expect(seen['x-forwarded-for']).toBe('127.0.0.1');
		expect(Object.keys(seen).filter((name) => /forwarded|real-ip/.test(name))).toEqual(['x-forwarded-for']);
		expect(seen['x-request-id']).toBe(headers['x-request-id']);
		expect(seen['x-request-id']).not.toBe('mine');
	});

	test('behind TLS Astro is told the public address, and the client as the trusted proxy saw it', async () => {
		const { get } = await front({ siteUrl: 'https://portail.example.org', trustProxy: ['127.0.0.1'] });
		const { body, headers } = await get('/espace/', {
			headers: { 'x-forwarded-for': '6.6.6.6, 198.51.100.1', 'x-forwarded-host': 'evil.example' },
		});
		const seen = (JSON.parse(body.toString()) as { headers: Record<string, string> }).headers;
		expect(seen).toMatchObject({
			'x-forwarded-for': '198.51.100.1',
			'x-forwarded-proto': 'https',
			'x-forwarded-host': 'portail.example.org',
		});
		expect(headers['strict-transport-security']).toBe('max-age=31536000');
	});

	test('private pages are stored nowhere unless they say otherwise, and carry the headers of safety', async () => {
		const { get } = await front({}, async ({ url }, response) => {
			response.writeHead(200, { 'content-type': 'text/html', ...(url === '/en/work/' ? { 'cache-control': 'no-cache' } : {}) });
			response.end();
		});
		const { headers } = await get('/espace/');
		expect(headers['cache-control']).toBe('private, no-store');
		for (const [name, value] of securityHeaders('http://localhost')) expect(headers[name.toLowerCase()]).toBe(value);
		expect(headers['strict-transport-security']).toBeUndefined();
		expect((await get('/en/work/')).headers['cache-control']).toBe('no-cache');
	});
});

describe('forms', () => {
	test('a form of the portal reaches Astro whole', async () => {
		const { get } = await front();
		const { status, body } = await get('/connexion/', { method: 'POST', headers: form, body: 'a=1&b=2' });
		expect([status, JSON.parse(body.toString()).body]).toEqual([200, 'a=1&b=2']);
	});

	test('the loopback address of IPv6 is one Astro can read', async () => {
		const { get } = await front();
		const { body } = await get('/connexion/', {
			method: 'POST',
			headers: { ...form, host: '[::1]:4321', origin: 'http://[::1]:4321' },
			body: 'a=1',
		});
		expect(JSON.parse(body.toString()).headers).toMatchObject({ host: 'localhost:4321', origin: 'http://localhost:4321' });
	});

	test.each([{ origin: 'https://evil.example' }, { origin: 'null' }, { origin: '' }, { origin: 'http://localhost:9999' }])(
		'with $origin for an origin it is 403, whatever its content type',
		async ({ origin }) => {
			const { get } = await front();
			for (const type of [
				'application/x-www-form-urlencoded',
				'multipart/form-data; boundary=x',
				'text/plain',
				'application/json',
				undefined,
			]) {
				const headers: Record<string, string> = {
					...(origin === '' ? {} : { origin }),
					...(type === undefined ? {} : { 'content-type': type }),
				};
				expect((await get('/connexion/', { method: 'POST', headers, body: 'a=1' })).status, type).toBe(403);
			}
		},
	);

	test.each(['text/plain', 'application/json', 'application/x-www-form-urlencoded-not', ''])('content type %j is 415', async (type) => {
		const { get } = await front();
		const headers = { origin: form.origin, ...(type === '' ? {} : { 'content-type': type }) };
		expect((await get('/connexion/', { method: 'POST', headers, body: 'a=1' })).status).toBe(415);
	});

	test.each(['multipart/form-data', 'multipart/form-data; boundary=x', 'multipart/form-data; boundary=other'])(
		'a broken body as %s is 400',
		async (type) => {
			const { get } = await front();
			const body = '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--y';
			expect((await get('/connexion/', { method: 'POST', headers: { ...form, 'content-type': type }, body })).status).toBe(400);
		},
	);

	test('a well-formed multipart body goes through', async () => {
		const { get } = await front();
		const body = '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n';
		expect(
			(await get('/connexion/', { method: 'POST', headers: { ...form, 'content-type': 'multipart/form-data; boundary=x' }, body })).status,
		).toBe(200);
	});

	test('up to 1 MiB is taken', async () => {
		const { get } = await front();
		expect((await get('/compte/', { method: 'POST', headers: form, body: 'a'.repeat(1024 * 1024) })).status).toBe(200);
	});

	test('with a password is taken up to 256 KiB, for it waits in memory', async () => {
		const { get } = await front();
		const send = (size: number) => get('/connexion/', { method: 'POST', headers: form, body: 'a'.repeat(size) });
		expect((await send(256 * 1024)).status).toBe(200);
		expect((await send(256 * 1024 + 1)).status).toBe(413);
	});

	const start =
		'POST /connexion/ HTTP/1.1\r\nHost: localhost:4321\r\nOrigin: http://localhost:4321\r\nContent-Type: application/x-www-form-urlencoded\r\n';

	test('with a password that comes slowly, or from another site, holds nobody else up', async () => {
		const { get, port } = await front();
		const slow = Array.from({ length: 30 }, () => {
			const socket = connect(port, '127.0.0.1');
			socket.on('error', () => undefined);
			socket.write(`${start}Content-Length: 100\r\n\r\na`);
			return socket;
		});
		const stranger = get('/connexion/', { method: 'POST', headers: { ...form, origin: 'https://evil.example' }, body: 'a=1' });
		try {
			expect((await stranger).status).toBe(403);
			await new Promise((resolve) => setTimeout(resolve, 100));
			const owner = await Promise.all(Array.from({ length: 5 }, () => get('/connexion/', { method: 'POST', headers: form, body: 'a=1' })));
			expect(owner.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
		} finally {
			for (const socket of slow) socket.destroy();
		}
	});

	test('with a password waits behind twenty of its own network at most, and another network’s still comes in', async () => {
		const held: (() => void)[] = [];
		const { get } = await front({ trustProxy: ['127.0.0.1'] }, async (request, response) => {
			if (request.headers['x-forwarded-for'] === '192.0.2.1') await new Promise<void>((resolve) => held.push(resolve));
			response.end('ok');
		});
		const from = (address: string) => get('/connexion/', { method: 'POST', headers: { ...form, 'x-forwarded-for': address }, body: 'a=1' });
		const crowd = Array.from({ length: 40 }, () => from('192.0.2.1'));
		await vi.waitFor(async () => expect(held).toHaveLength(2));
		await new Promise((resolve) => setTimeout(resolve, 200));
		const owner = from('192.0.2.2');
		const release = setInterval(() => held.shift()?.(), 5);
		const statuses = (await Promise.all(crowd)).map(({ status }) => status);
		expect((await owner).status).toBe(200);
		clearInterval(release);
		expect(statuses.filter((status) => status === 200)).toHaveLength(22);
		expect(statuses.filter((status) => status === 503)).toHaveLength(18);
	});

	const piece = 'a'.repeat(65_536);
	const chunk = `10000\r\n${piece}\r\n`;

	test.each([
		['with a length', [`${start}Content-Length: 4194304\r\n\r\n`, ...Array<string>(64).fill(piece)]],
		['in chunks', [`${start}Transfer-Encoding: chunked\r\n\r\n`, ...Array<string>(64).fill(chunk), '0\r\n\r\n']],
		['in chunks without an end', [`${start}Transfer-Encoding: chunked\r\n\r\n`, ...Array<string>(400).fill(chunk)]],
		['announced and not yet sent', [`${start}Expect: 100-continue\r\nContent-Length: 4194304\r\n\r\n`]],
	])('more than 1 MiB %s is 413, and the client reads it', async (_, pieces) => {
		const { port } = await front();
		const { status, headers, body } = await sendRaw(port, pieces);
		expect([status, headers.connection]).toEqual([413, 'close']);
		expect(Buffer.from(body, 'latin1').toString()).toMatch(/trop volumineux[\s\S]*Too large/);
	});

	test('a client that sends everything before it reads gets the answer too', async () => {
		const { port } = await front();
		const { status } = await sendRaw(port, [`${start}Content-Length: 4194304\r\n\r\n`, ...Array<string>(64).fill(piece)], {
			readLast: true,
		});
		expect(status).toBe(413);
	});

	test('a client that waits for the word to go on gets it', async () => {
		const { get } = await front();
		expect((await get('/connexion/', { method: 'POST', headers: { ...form, expect: '100-continue' }, body: 'a=1' })).status).toBe(200);
	});

	test('a body that never ends is given up, and so are headers that never end', async () => {
		const { port } = await front({ headersTimeoutMs: 300, requestTimeoutMs: 600 });
		const slow = await sendRaw(port, [`${start}Content-Length: 10\r\n\r\n`, 'a']);
		expect(slow.status).toBe(408);
		expect((await sendRaw(port, ['GET / HTTP/1.1\r\nHost: loc'])).status).toBe(408);
	});
});

describe('failures', () => {
	const crash: AstroHandler = async () => {
		throw new TypeError('secret detail');
	};

	test.each([
		['/espace/', /<html lang="fr-CA">[\s\S]*de notre côté/],
		['/en/space/', /<html lang="en-CA">[\s\S]*on our side/],
	])('a crash at %s is a page in its language with the number of the request, and no detail', async (target, words) => {
		const { get, errors, lines } = await front({}, crash);
		const { status, headers, body } = await get(target);
		expect(status).toBe(500);
		expect(body.toString()).toMatch(words);
		expect(body.toString()).toContain(String(headers['x-request-id']));
		expect(body.toString()).toContain('/_assets/site.abc.css');
		expect(body.toString()).not.toMatch(/secret|TypeError|\bat /);
		expect(errors).toHaveLength(1);
		expect(lines.some((line) => line.includes(' 500 '))).toBe(true);
	});

	test.each<[string, number, AstroHandler]>([
		['a bare word', 500, async (_, response) => void Object.assign(response, { statusCode: 500 }).end('Internal Server Error: stack')],
		['nothing', 404, async (_, response) => void response.writeHead(404).end()],
		[
			'plain text in pieces',
			403,
			async (_, response) => {
				response.writeHead(403, { 'content-type': 'text/plain' });
				response.write('Cross-site');
				response.end('forbidden stack');
			},
		],
	])('an error answered with %s becomes a page', async (_, status, astro) => {
		const { get } = await front({}, astro);
		const answer = await get('/en/space/');
		expect([answer.status, answer.headers['content-type']]).toEqual([status, 'text/html; charset=utf-8']);
		expect(answer.body.toString()).toMatch(/<h1>/);
		expect(answer.body.toString()).not.toContain('stack');
	});

	test('a page of Astro’s own for an error is left as it is', async () => {
		const { get } = await front(
			{},
			async (_, response) => void response.writeHead(404, { 'content-type': 'text/html' }).end('<p>mine</p>'),
		);
		expect((await get('/espace/')).body.toString()).toBe('<p>mine</p>');
	});

	test('a page cut short by a crash does not pass for a whole one', async () => {
		const { get } = await front({}, async (_, response) => {
			response.writeHead(200, { 'content-type': 'text/html' });
			response.write('half');
			throw new Error('late');
		});
		await expect(get('/espace/')).rejects.toThrow();
	});
});

describe('health and log', () => {
	test('alive and ready are told apart', async () => {
		const alive = await front();
		expect((await alive.get('/healthz')).body.toString()).toBe('{"ok":true}\n');
		expect((await alive.get('/readyz')).status).toBe(200);
		const down = await front({ readiness: async () => ({ ...ready, ready: false, worker: 'down' }) });
		const { status, body } = await down.get('/readyz');
		expect([status, JSON.parse(body.toString())]).toEqual([503, { ready: false, database: 'ok', migrations: 'current', worker: 'down' }]);
		expect((await down.get('/healthz')).status).toBe(200);
	});

	test('a supervisor on the same machine may ask by address', async () => {
		const { get } = await front({ siteUrl: 'https://portail.example.org' });
		expect((await get('/healthz', { headers: { host: '127.0.0.1:4321' } })).status).toBe(200);
		expect((await get('/', { headers: { host: '127.0.0.1:4321' } })).status).toBe(421);
	});

	test('a request is one line with its route, never its path or its query', async () => {
		const { get, lines } = await front();
		await get('/adhesion/suivi/s3cret/?mail=jane@example.org');
		await get('/en/join/status/s3cret');
		await get('/?utm=s3cret');
		await get('/s3cret/', { headers: { host: 'evil.example' } });
		await get('/s3cret/nowhere/');
		expect(lines.map((line) => line.split(' ').slice(0, 3).join(' ')).sort()).toEqual(
			['GET home 200', 'GET joinStatus 200', 'GET joinStatus 308', 'GET unknown 200', 'GET unknown 421'].sort(),
		);
		expect(lines.join('\n')).not.toMatch(/s3cret|jane/);
	});

	test('a client that leaves is noted as such', async () => {
		const { port, lines, server } = await front({}, () => new Promise(() => undefined));
		await expect(
			new Promise((_, reject) => {
				const sent = httpRequest({ host: '127.0.0.1', port, path: '/espace/', headers: { host: 'localhost' }, agent: false });
				sent.on('error', reject);
				sent.end();
				server.once('request', () => setTimeout(() => sent.destroy(), 50));
			}),
		).rejects.toThrow();
		await expect.poll(() => lines.join()).toMatch(/GET spaces 499/);
	});
});

describe('the end', () => {
	test('a request under way is finished, new connections are refused, kept ones are closed', async () => {
		let finish: () => void = () => undefined;
		const made = await front({}, async (_, response) => {
			await new Promise<void>((resolve) => {
				finish = resolve;
			});
			response.writeHead(200, { 'content-type': 'text/html' }).end('late but whole');
		});
		const underWay = made.get('/espace/');
		await new Promise((resolve) => made.server.once('request', resolve));
		const release = vi.fn();
		const stopped = stopAll({ server: made.server, stopWorker: async () => undefined, release });
		await expect(made.get('/')).rejects.toThrow(/ECONNREFUSED/);
		expect(release).not.toHaveBeenCalled();
		finish();
		expect((await underWay).body.toString()).toBe('late but whole');
		await stopped;
		expect(release).toHaveBeenCalledOnce();
	});

	test('who never finishes does not hold the end up', async () => {
		const made = await front({}, () => new Promise(() => undefined));
		const stuck = made.get('/espace/');
		stuck.catch(() => undefined);
		await new Promise((resolve) => made.server.once('request', resolve));
		const release = vi.fn();
		await stopAll({ server: made.server, stopWorker: () => new Promise(() => undefined), release }, 200);
		expect(release).toHaveBeenCalledOnce();
		await expect(stuck).rejects.toThrow();
	});
});
