/** What a page says of itself to search engines and to those who share it, and how much of it travels. */
import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { matchRoute, pathOf } from '#src/i18n/routes.ts';
import { projectRoot } from '#src/lib/root.ts';
import { startServer, type TestServer } from '#test/support/server.ts';
import { openVisitor, type Page } from '#test/support/visitor.ts';

const PAGE_MOST = 40 * 1024;
const CSS_MOST = 10 * 1024;

let server: TestServer;
let sitemap: string;
const pages = new Map<string, Page>();

beforeAll(async () => {
	server = await startServer();
	const visitor = openVisitor(server.url);
	sitemap = await (await visitor.raw('/sitemap-0.xml')).text();
	for (const [, address = ''] of sitemap.matchAll(/<loc>([^<]+)<\/loc>/g)) {
		const { pathname } = new URL(address);
		pages.set(pathname, await visitor.get(pathname));
	}
});

afterAll(() => server.stop());

/** Bytes of a body as it travels to a browser that takes brotli. */
function travelled(pathname: string): Promise<number> {
	return new Promise((resolve, reject) => {
		get(`${server.url}${pathname}`, { headers: { 'accept-encoding': 'gzip, br' } }, (response) => {
			let bytes = 0;
			response.on('data', (chunk: Buffer) => {
				bytes += chunk.length;
			});
			response.on('end', () => resolve(bytes));
		}).on('error', reject);
	});
}

const attributes = (page: Page, selector: string, name: string) =>
	page.root.querySelectorAll(selector).map((one) => one.getAttribute(name) ?? '');
const meta = (page: Page, property: string) => page.root.querySelector(`meta[property="${property}"]`)?.getAttribute('content') ?? null;

describe('public site: the first view of a page', () => {
	it('weighs at most 40 KB with its styles, of which at most 10 KB of styles, and no script at all', async () => {
		expect(pages.size).toBeGreaterThan(40);
		const weights = new Map<string, number>();
		const tooHeavy: string[] = [];
		for (const [pathname, page] of pages) {
			const sheets = attributes(page, 'link[rel=stylesheet]', 'href');
			for (const sheet of sheets) if (!weights.has(sheet)) weights.set(sheet, await travelled(sheet));
			const css = sheets.reduce((sum, sheet) => sum + (weights.get(sheet) ?? 0), 0);
			const all = css + (await travelled(pathname));
			if (all > PAGE_MOST || css > CSS_MOST) tooHeavy.push(`${pathname}: ${all} bytes, styles ${css}`);
			expect(page.root.querySelectorAll('script:not([type="application/ld+json"])'), pathname).toHaveLength(0);
		}
		expect(tooHeavy).toEqual([]);
	});
});

describe('public site: a page that is shared', () => {
	it('has a light picture of the right size, described in its language', async () => {
		const checked = new Set<string>();
		for (const [pathname, page] of pages) {
			const image = meta(page, 'og:image') ?? '';
			const english = pathname.startsWith('/en/');
			expect(
				meta(page, 'og:image:alt')?.startsWith(english ? 'The title “' : 'Le titre «\u00a0') || !image.includes('/cartes/'),
				pathname,
			).toBe(true);
			const { pathname: file } = new URL(image);
			if (checked.has(file)) continue;
			checked.add(file);
			const answer = await fetch(server.url + file);
			expect([answer.status, answer.headers.get('content-type')], `${pathname} → ${file}`).toEqual([
				200,
				expect.stringMatching(/^image\//),
			]);
			if (!file.includes('/cartes/')) continue;
			const body = Buffer.from(await answer.arrayBuffer());
			expect(body.length, pathname).toBeLessThan(40 * 1024);
			expect(await sharp(body).metadata()).toMatchObject({ width: 1200, height: 630, format: 'png' });
		}
		expect(checked.size).toBeGreaterThan(20);
	});

	it('shows its own title on the picture where it is known at build', () => {
		const [mission, services] = [pages.get('/mission/'), pages.get('/services/listes/')];
		expect(mission && meta(mission, 'og:image:alt')).toContain('«\u00a0Mission et principes\u00a0»');
		expect(services && meta(services, 'og:image')).not.toBe(mission && meta(mission, 'og:image'));
	});
});

describe('public site: what is said in the words of schema.org', () => {
	const factsOf = (page: Page | undefined) =>
		(page?.root.querySelectorAll('script[type="application/ld+json"]') ?? []).map((one) => JSON.parse(one.text) as Record<string, unknown>);

	it('is the organisation and the site’s search on the home page, with nothing that is not known', () => {
		const facts = factsOf(pages.get('/'));
		expect(facts.map((one) => one['@type'])).toEqual(['Organization', 'WebSite']);
		expect(facts[0]).toMatchObject({ legalName: 'Réseau Koumbit inc.', foundingDate: '2004-03' });
		expect(JSON.stringify(facts)).not.toMatch(/null|telephone|email|streetAddress/);
		expect(JSON.stringify(facts[1])).toContain('/recherche/?q={search_term_string}');
	});

	it('is the way to a page inside a section', () => {
		const trail = factsOf(pages.get('/en/services/listes/')).find((one) => one['@type'] === 'BreadcrumbList');
		expect(trail?.itemListElement).toMatchObject([{ position: 1, name: 'Home' }, { position: 2, name: 'Services' }, { position: 3 }]);
	});

	it('can be read on every page', () => {
		for (const [pathname, page] of pages) for (const fact of factsOf(page)) expect(fact['@context'], pathname).toBe('https://schema.org');
	});
});

describe('public site: the sitemap', () => {
	it('names pages that are made when asked for too, and links each page to the languages its head names', () => {
		for (const key of ['contributions', 'status', 'transparency', 'trainings', 'contact'] as const)
			expect([...pages.keys()]).toContain(pathOf(key, 'fr'));
		for (const entry of sitemap.split('<url>').slice(1)) {
			const { pathname } = new URL(/<loc>([^<]+)/.exec(entry)?.[1] ?? '');
			const linked = [...entry.matchAll(/hreflang="([^"]+)" href="([^"]+)"/g)].map(([, lang, href]) => `${lang} ${href}`);
			const page = pages.get(pathname);
			const named = (page?.root.querySelectorAll('link[rel=alternate][hreflang]') ?? [])
				.map((one) => `${one.getAttribute('hreflang')} ${one.getAttribute('href')}`)
				.filter((one) => !one.startsWith('x-default'));
			expect(linked, pathname).toEqual(named);
		}
	});

	it('dates the texts that carry their own date', () => {
		const mission = sitemap.split('<url>').find((entry) => entry.includes('/mission/<')) ?? '';
		expect(mission).toMatch(/<lastmod>2\d{3}-\d\d-\d\d/);
	});

	it('holds no page that is kept out of search engines, and none behind a log-in', async () => {
		for (const [pathname, page] of pages) {
			expect(page.root.querySelector('meta[name=robots]'), pathname).toBeNull();
			expect(matchRoute(pathname), pathname).not.toBeNull();
		}
		expect([...pages.keys()]).not.toContain(pathOf('showcase', 'fr'));
	});
});

describe('public site: icons and the manifest', () => {
	const publicFile = (name: string) => readFileSync(path.join(projectRoot, 'public', name));

	it.each([
		['apple-touch-icon.png', 180],
		['icon-192.png', 192],
		['icon-512.png', 512],
		['icon-maskable-512.png', 512],
	])('%s is %i pixels wide', async (name, size) => {
		expect(await sharp(publicFile(name)).metadata()).toMatchObject({ width: size, height: size });
	});

	it('the .ico holds one PNG of 32 pixels', async () => {
		const ico = publicFile('favicon.ico');
		expect([ico.readUInt16LE(2), ico.readUInt16LE(4), ico.readUInt8(6)]).toEqual([1, 1, 32]);
		expect(await sharp(ico.subarray(ico.readUInt32LE(18))).metadata()).toMatchObject({ width: 32, height: 32, format: 'png' });
	});

	it('the manifest names files that are there, and has the colours of the tokens', async () => {
		const answer = await fetch(`${server.url}/manifest.webmanifest`);
		expect(answer.headers.get('content-type')).toBe('application/manifest+json');
		const manifest = (await answer.json()) as { icons: { src: string }[]; theme_color: string; background_color: string };
		for (const { src } of manifest.icons) expect((await fetch(server.url + src)).status, src).toBe(200);
		const tokens = readFileSync(path.join(projectRoot, 'src/styles/tokens.css'), 'utf8');
		const [day, night] = [...tokens.matchAll(/--paper: (#[0-9a-f]{6})/g)].map(([, value]) => value);
		expect([manifest.theme_color, manifest.background_color]).toEqual([day, day]);
		const home = pages.get('/');
		expect(home && attributes(home, 'meta[name=theme-color]', 'content')).toEqual([day, night]);
	});

	it('humans.txt says in both languages who this is, French first', async () => {
		const text = await (await fetch(`${server.url}/humans.txt`)).text();
		expect(text.indexOf('/* ÉQUIPE */')).toBe(0);
		expect(text).toContain('/* TEAM */');
	});
});

describe('public site: while nothing runs', () => {
	it('there is one page in both languages that asks for nothing else', () => {
		const html = readFileSync(path.join(projectRoot, 'dist/down/indisponible.html'), 'utf8');
		expect(html).toContain('lang="fr-CA"><h1>');
		expect(html).toContain('lang="en-CA"><h2>');
		expect(html).not.toMatch(/\ssrc=|href="[^"]|url\(|@import|<link|<script/);
	});
});
