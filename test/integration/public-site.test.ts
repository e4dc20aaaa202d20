import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { matchRoute, pathOf, routes } from '#src/i18n/routes.ts';
import { startServer, type TestServer } from '#test/support/server.ts';
import { openVisitor } from '#test/support/visitor.ts';

let server: TestServer;
let pages: string[];

beforeAll(async () => {
	server = await startServer();
	const visitor = openVisitor(server.url);
	const index = await (await visitor.raw('/sitemap-index.xml')).text();
	const file = /<loc>([^<]+)<\/loc>/.exec(index)?.[1] ?? '';
	const text = await (await visitor.raw(new URL(file).pathname)).text();
	pages = [...text.matchAll(/<loc>([^<]+)<\/loc>/g)].map((match) => new URL(match[1] ?? '').pathname);
});

afterAll(() => server.stop());

describe('the sitemap', () => {
	it('holds each public page in both languages, and nothing that needs a log-in or a private link', () => {
		expect(pages.length).toBeGreaterThan(20);
		for (const page of pages) {
			const match = matchRoute(page);
			if (!match) throw new Error(`${page} is no page`);
			expect(routes[match.key].audience === 'public' || match.key === 'join', page).toBe(true);
			expect(pages).toContain(pathOf(match.key, page.startsWith('/en/') ? 'fr' : 'en', match.params));
		}
	});
});

describe('every public page', () => {
	it('has a title and a description of its own, names its twin, and runs no script', async () => {
		const visitor = openVisitor(server.url);
		const seen = new Set<string>();
		for (const address of pages) {
			const page = await visitor.get(address);
			expect(page.status, address).toBe(200);
			expect(page.root.querySelectorAll('script:not([type="application/ld+json"]), style, [style], iframe'), address).toHaveLength(0);
			const title = page.root.querySelector('title')?.text ?? '';
			const description = page.root.querySelector('meta[name=description]')?.getAttribute('content') ?? '';
			expect(description.length, address).toBeGreaterThan(20);
			expect(seen.has(`${title}${address.startsWith('/en/')}`), `${address} repeats « ${title} »`).toBe(false);
			seen.add(`${title}${address.startsWith('/en/')}`);
			const twins = page.root
				.querySelectorAll('link[rel=alternate][hreflang]')
				.map((one) => new URL(one.getAttribute('href') ?? '').pathname);
			expect(twins, address).toContain(address);
			expect(new Set(twins).size, address).toBe(2);
		}
	});

	it('links only to pages that are there, and asks nothing of another site', async () => {
		const visitor = openVisitor(server.url);
		const known = new Map<string, number>();
		for (const address of pages) {
			const page = await visitor.get(address);
			for (const one of page.root.querySelectorAll('[src], link[href]:not([rel=canonical]):not([rel=alternate])')) {
				const target = new URL(one.getAttribute('src') ?? one.getAttribute('href') ?? '', page.url);
				expect(target.origin, address).toBe(server.url);
			}
			for (const link of page.root.querySelectorAll('a[href]')) {
				const target = new URL(link.getAttribute('href')?.replaceAll('&amp;', '&') ?? '', page.url);
				if (target.origin !== server.url) continue;
				if (target.hash !== '' && target.pathname === address) {
					expect(page.root.querySelector(`[id="${decodeURIComponent(target.hash.slice(1))}"]`), `${address}${target.hash}`).not.toBeNull();
				}
				if (!known.has(target.pathname)) known.set(target.pathname, (await visitor.raw(target.pathname)).status);
				expect([200, 303], `${address} → ${target.pathname}`).toContain(known.get(target.pathname));
			}
		}
	});
});
