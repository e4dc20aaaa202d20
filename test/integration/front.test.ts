/** The built portal as a visitor, a proxy or an attacker meets it: front and Astro together. */
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectRoot } from '#src/lib/root.ts';
import { startDaemon } from '#test/support/daemon.ts';
import { sendRaw } from '#test/support/raw.ts';
import { serverEnv, startServer, type TestServer } from '#test/support/server.ts';

let server: TestServer;
beforeAll(async () => {
	server = await startServer();
});
afterAll(async () => {
	await server.stop();
});

const get = (target: string, init: RequestInit = {}) => fetch(server.url + target, { redirect: 'manual', ...init });
const post = (target: string, headers: Record<string, string>, body = 'email=a&password=b') =>
	get(target, { method: 'POST', headers, body });
const urlencoded = 'application/x-www-form-urlencoded';

describe('pages and files', () => {
	test('the home page comes from memory, compressed, in both languages', async () => {
		for (const [target, language] of [
			['/', 'fr'],
			['/en/', 'en'],
		] as const) {
			const answer = await get(target, { headers: { 'accept-encoding': 'br' } });
			expect([answer.status, answer.headers.get('content-encoding'), answer.headers.get('vary')]).toEqual([200, 'br', 'Accept-Encoding']);
			expect(await answer.text()).toMatch(new RegExp(`<html[^>]* lang="${language}`));
		}
	});

	test('every file a page asks for exists, is kept for ever and passes the policy', async () => {
		const html = await (await get('/')).text();
		const assets = [...html.matchAll(/(?:href|src)="(\/_assets\/[^"]+)"/g)].map((match) => match[1] ?? '');
		expect(assets.length).toBeGreaterThan(0);
		for (const asset of assets) {
			const answer = await get(asset);
			expect([asset, answer.status, answer.headers.get('cache-control')]).toEqual([asset, 200, 'public, max-age=31536000, immutable']);
		}
	});

	test('a page made for the visitor is stored nowhere and carries the headers of safety', async () => {
		const answer = await get('/connexion/');
		expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'private, no-store']);
		expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
		expect(answer.headers.get('referrer-policy')).toBe('same-origin');
	});

	test.each([
		'/rien/',
		'/rien',
		'/en/nothing/',
		'/mission/index.html',
		'/%2e%2e/%2e%2e/package.json',
		'//evil.example/',
		'//evil.example',
		'/a.b',
		'/_actions/x',
	])('%s is not found, and leads nowhere else', async (target) => {
		const { status, headers } = await sendRaw(server.port, [`GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`]);
		expect([status, headers.location]).toEqual([404, undefined]);
	});

	test.each(['/%2561dhesion/', '/connexion/%zz', '/espace/%00/', '/espace/%', '/%c0%ae%c0%ae/'])(
		'%s is the client’s error',
		async (target) => {
			const { status } = await sendRaw(server.port, [`GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`]);
			expect([400, 404]).toContain(status);
		},
	);

	test('bytes outside of ASCII in an address are no crash', async () => {
		const bytes = Buffer.concat([
			Buffer.from('GET /caf'),
			Buffer.from([0xe9, 0xff]),
			Buffer.from('/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'),
		]);
		expect([400, 404]).toContain((await sendRaw(server.port, [bytes])).status);
	});
});

describe('forms', () => {
	test('a form without proof of its origin is 403, whatever its content type', async () => {
		const types = [urlencoded, 'multipart/form-data; boundary=x', 'text/plain', ''];
		for (const origin of ['', 'https://evil.example', 'null', `${server.url}.evil.example`]) {
			for (const type of types) {
				const lines = [
					'POST /connexion/ HTTP/1.1',
					'Host: localhost',
					'Content-Length: 3',
					'Connection: close',
					...(origin ? [`Origin: ${origin}`] : []),
					...(type ? [`Content-Type: ${type}`] : []),
				];
				const { status } = await sendRaw(server.port, [`${lines.join('\r\n')}\r\n\r\na=1`]);
				expect([origin, type, status]).toEqual([origin, type, 403]);
			}
		}
	});

	test('a form of the page itself passes the check of its origin, by each loopback name', async () => {
		for (const host of [`localhost:${server.port}`, `127.0.0.1:${server.port}`, `[::1]:${server.port}`]) {
			const lines = [
				'POST /connexion/ HTTP/1.1',
				`Host: ${host}`,
				`Origin: http://${host}`,
				`Content-Type: ${urlencoded}`,
				'Content-Length: 3',
				'Connection: close',
			];
			const { status } = await sendRaw(server.port, [`${lines.join('\r\n')}\r\n\r\na=1`]);
			expect([host, status]).not.toEqual([host, 403]);
			expect(status).toBeLessThan(500);
		}
	});

	test('what no form sends is refused with what is wrong', async () => {
		const origin = server.url;
		expect((await post('/connexion/', { origin, 'content-type': 'application/json' }, '{}')).status).toBe(415);
		expect((await post('/connexion/', { origin, 'content-type': 'multipart/form-data; boundary=x' }, 'nonsense')).status).toBe(400);
		expect((await post('/connexion/', { origin, 'content-type': urlencoded }, 'a'.repeat(1024 * 1024 + 1))).status).toBe(413);
		const onFile = await post('/mission/', { origin, 'content-type': urlencoded });
		expect([onFile.status, onFile.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
	});

	test.each(['TRACE', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s is 405', async (method) => {
		const { status, headers } = await sendRaw(server.port, [
			`${method} /connexion/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
		]);
		expect([status, headers.allow]).toEqual([405, 'GET, HEAD, POST']);
	});
});

describe('behind a proxy that ends TLS', () => {
	let proxied: TestServer;
	beforeAll(async () => {
		proxied = await startServer({ env: { SITE_URL: 'https://localhost:8443', TRUST_PROXY: '127.0.0.1' } });
	});
	afterAll(async () => {
		await proxied.stop();
	});

	test('the origin of a form is the public one, and only that', async () => {
		const status = async (origin: string) => {
			const lines = [
				'POST /connexion/ HTTP/1.1',
				'Host: localhost:8443',
				`Origin: ${origin}`,
				`Content-Type: ${urlencoded}`,
				'X-Forwarded-For: 198.51.100.1',
				'Content-Length: 3',
				'Connection: close',
			];
			return (await sendRaw(proxied.port, [`${lines.join('\r\n')}\r\n\r\na=1`])).status;
		};
		expect(await status('https://localhost:8443')).not.toBe(403);
		expect(await status('http://localhost:8443')).toBe(403);
	});

	test('browsers are told to stay on https', async () => {
		const answer = await fetch(`${proxied.url}/`);
		expect(answer.headers.get('strict-transport-security')).toBe('max-age=31536000');
	});
});

describe('running it', () => {
	test('the folder of data is for its owner alone, and the log says neither paths nor queries', async () => {
		expect(statSync(server.dataDir).mode & 0o777).toBe(0o700);
		const logging = await startServer({ env: { LOG_LEVEL: 'info' } });
		await fetch(`${logging.url}/adhesion/suivi/s3cret-token/?mail=jane@example.org`);
		await expect.poll(logging.output).toContain('"route":"joinStatus"');
		expect(logging.output()).not.toMatch(/s3cret|jane/);
		await logging.stop();
	});

	test.each(['SIGTERM', 'SIGINT'] as const)('%s finishes the request under way and ends with 0', async (signal) => {
		const stopping = await startServer();
		const body = 'email=a&password=b';
		const lines = [
			'POST /connexion/ HTTP/1.1',
			'Host: localhost',
			'Origin: http://localhost',
			`Content-Type: ${urlencoded}`,
			`Content-Length: ${body.length}`,
		];
		const underWay = sendRaw(stopping.port, [`${lines.join('\r\n')}\r\n\r\n${body.slice(0, 4)}`, body.slice(4)], { pauseMs: 400 });
		await new Promise((resolve) => setTimeout(resolve, 150));
		stopping.signal(signal);
		expect((await underWay).status).toBeGreaterThanOrEqual(200);
		expect(await stopping.ended).toBe(0);
		await stopping.stop();
	});

	test('a wrong setting stops the start with one line that names it', async () => {
		const main = path.join(projectRoot, 'dist', 'front', 'main.js');
		for (const [name, value] of [
			['PORT', '70000'],
			['SITE_URL', 'ftp://x'],
			['TRUST_PROXY', 'nonsense'],
			['SMTP_URL', 'x'],
		] as const) {
			const daemon = startDaemon(process.execPath, [main], serverEnv({ [name]: value }));
			expect([name, await daemon.ended]).toEqual([name, 1]);
			expect(daemon.output()).toMatch(new RegExp(`^${name} [^\n]+\n$`));
		}
	});

	test('a port that is taken is said in one line', async () => {
		const main = path.join(projectRoot, 'dist', 'front', 'main.js');
		const daemon = startDaemon(
			process.execPath,
			[main],
			serverEnv({ PORT: String(server.port), DATA_DIR: server.dataDir, LOG_LEVEL: 'silent' }),
		);
		expect(await daemon.ended).toBe(1);
		expect(daemon.output()).toMatch(/^PORT : [^\n]+ already in use\n$/);
	});

	test('the build leaves the data alone', () => {
		expect(existsSync(path.join(server.dataDir, 'koumbit.db'))).toBe(true);
	});
});
