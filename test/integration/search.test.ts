import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SEARCHES_A_MINUTE } from '#src/adapters/search/limit.ts';
import { mistakesIn } from '#test/support/html-validate.ts';
import { startServer, type TestServer } from '#test/support/server.ts';
import { openVisitor, type Visitor } from '#test/support/visitor.ts';

let server: TestServer;
let visitor: Visitor;

beforeAll(async () => {
	server = await startServer({ env: { TRUST_PROXY: '127.0.0.1,::1', LOG_LEVEL: 'info' } });
	visitor = openVisitor(server.url, { 'x-forwarded-for': '198.51.100.1' });
});

afterAll(() => server.stop());

const ask = (query: string, path = '/recherche/') => visitor.get(`${path}?q=${encodeURIComponent(query)}`);

describe('the search page', () => {
	it('finds a page without its accents, marks the words, and asks not to be listed itself', async () => {
		const page = await ask('HEBERGEMENT solidaire');
		expect(page.status).toBe(200);
		expect(page.root.querySelector('.hit a')?.getAttribute('href')).toBe('/hebergement-solidaire/');
		expect(page.root.querySelectorAll('.hit mark').map((one) => one.text)).toContain('Hébergement');
		expect(page.root.querySelector('meta[name=robots]')?.getAttribute('content')).toBe('noindex');
		expect(page.root.querySelector('form[role=search] input[name=q]')?.getAttribute('value')).toBe('HEBERGEMENT solidaire');
		expect(page.headers.get('cache-control')).toContain('no-store');
	});

	it('leads to pages that are there', async () => {
		for (const [path, query] of [
			['/recherche/', 'logiciel'],
			['/en/search/', 'software'],
		] as const) {
			const page = await ask(query, path);
			const links = page.root.querySelectorAll('.hit a').map((one) => one.getAttribute('href') ?? '');
			expect(links.length).toBeGreaterThan(5);
			for (const link of links) expect((await visitor.raw(link.replace(/#.*/, ''))).status, link).toBe(200);
		}
	});

	it('looks in the language of the page, or in the one that is chosen', async () => {
		const french = await ask('members');
		expect(french.text).not.toContain('Aucune page ne répond');
		expect(french.text).toContain('En anglais seulement');
		const chosen = await visitor.get('/recherche/?q=members&langue=en');
		const links = chosen.root.querySelectorAll('.hit__title a').map((one) => one.getAttribute('href') ?? '');
		expect(links.length).toBeGreaterThan(3);
		for (const link of links) expect(link).toMatch(/^\/en\//);
		expect(chosen.root.querySelector('.hit__title')?.getAttribute('lang')).toBe('en-CA');
	});

	it('has a way on when nothing is found', async () => {
		const page = await ask('hebergemment');
		expect(page.text).toContain('Aucune page ne répond à « hebergemment »');
		const suggestion = page.root.querySelector('.search__suggestion a');
		expect(suggestion?.text).toBe('hébergement');
		const followed = await visitor.get(suggestion?.getAttribute('href')?.replaceAll('&amp;', '&') ?? '');
		expect(followed.root.querySelectorAll('.hit').length).toBeGreaterThan(0);
	});

	it('answers whatever is typed with a whole page, and repeats it only as text', async () => {
		const typed = [
			'"', '""" OR 1=1 --', 'NEAR(a b, 2)', 'title:koumbit', '* ^ - + :', 'AND', '\0', 'a\0b', '%', '<script>alert(1)</script>',
			'"><img src=x onerror=alert(1)>', 'مرحبا بالعالم', '你好世界', 'Привет', '🎉', '…!?', 'x'.repeat(7_000), 'é '.repeat(600), ' ',
		]; // biome-ignore format: a list of words
		for (const one of typed) {
			const page = await ask(one);
			expect(page.status, JSON.stringify(one)).toBe(200);
			// Inside a quoted value a sign is only a sign.
			expect(page.html.replace(/"[^"]*"/g, '""')).not.toMatch(/<script|<img/);
			expect(await mistakesIn(page.html), JSON.stringify(one)).toEqual([]);
		}
		expect((await ask('é '.repeat(600))).text).toContain('seuls les 200 premiers caractères');
		expect((await visitor.raw('/recherche/?q=%ED%A0%80%FF&page=0x10&langue=de')).status).toBe(200);
		const tooLong = await ask('x'.repeat(10_000));
		expect(tooLong.status).toBe(414);
		expect(tooLong.root.querySelectorAll('h1')).toHaveLength(1);
	});

	it('writes nothing of what was asked anywhere', async () => {
		await ask('motsecretunique');
		await new Promise((resolve) => setTimeout(resolve, 300));
		expect(server.output()).toContain('"route":"search"');
		expect(server.output()).not.toContain('motsecretunique');
	});

	it('asks a network that searches without end to wait, and others not', async () => {
		const hasty = openVisitor(server.url, { 'x-forwarded-for': '198.51.100.77' });
		for (let done = 0; done < SEARCHES_A_MINUTE; done += 1) await hasty.raw('/recherche/?q=a');
		const refused = await hasty.get('/recherche/?q=koumbit');
		expect(refused.status).toBe(429);
		expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
		expect(refused.text).toContain('Beaucoup de recherches');
		expect(refused.root.querySelector('input[name=q]')?.getAttribute('value')).toBe('koumbit');
		expect((await ask('koumbit')).status).toBe(200);
	});
});
