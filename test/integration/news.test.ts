/** The news as readers, feed readers and search engines meet them; then with content the repository does not hold. */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseFeed } from '@rowanmanning/feed-parser';
import { type HTMLElement, parse } from 'node-html-parser';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeNewsItems } from '#bench/news-items.ts';
import { buildStep, copyProject } from '#bench/project.ts';
import { messages } from '#src/i18n/messages.ts';
import { LOCALES, type Locale, pathOf } from '#src/i18n/routes.ts';
import { startServer, type TestServer } from '#test/support/server.ts';
import { openVisitor, type Page, type Visitor } from '#test/support/visitor.ts';

/** The one item of the repository that exists in French only. */
const FRENCH_ONLY = '2018-konbit-numerique';
const pathIn = (address: string) => new URL(address).pathname;
const jsonLdOf = (root: HTMLElement) =>
	root.querySelectorAll('script[type="application/ld+json"]').map((one) => JSON.parse(one.rawText) as Record<string, unknown>);
const articleIn = (root: HTMLElement) => jsonLdOf(root).find((one) => one['@type'] === 'NewsArticle');
const listed = (root: HTMLElement) => root.querySelectorAll('.news-list a').map((link) => link.getAttribute('href') ?? '');

describe('the news of the repository', () => {
	let server: TestServer;
	let visitor: Visitor;
	beforeAll(async () => {
		server = await startServer();
		visitor = openVisitor(server.url);
	});
	afterAll(() => server.stop());

	const feedOf = async (locale: Locale, file: 'rss.xml' | 'feed.json') => await visitor.raw(`${pathOf('news', locale)}${file}`);
	const page = async (address: string): Promise<Page> => {
		const found = await visitor.get(address);
		expect(found.status, address).toBe(200);
		return found;
	};

	it('are listed newest first, the same items in both languages', async () => {
		const [fr, en] = [await page(pathOf('news', 'fr')), await page(pathOf('news', 'en'))];
		const slugs = (one: Page) => listed(one.root).map((href) => href.split('/').at(-2));
		expect(slugs(fr).length).toBeGreaterThan(5);
		expect(slugs(en)).toEqual(slugs(fr));
		const days = fr.root.querySelectorAll('.news-list time').map((time) => time.getAttribute('datetime') ?? '');
		expect(days).toEqual([...days].sort().reverse());
	});

	it.each(LOCALES)('are fed whole in RSS and JSON, in %s, with addresses that lead somewhere', async (locale) => {
		const [rss, json] = [await feedOf(locale, 'rss.xml'), await feedOf(locale, 'feed.json')];
		expect(rss.headers.get('content-type')).toMatch(/^application\/xml/);
		expect(json.headers.get('content-type')).toMatch(/^application\/json/);
		const feed = parseFeed(await rss.text());
		const same = (await json.json()) as { items: { id: string; url: string; content_html: string }[] };
		const expected = listed((await page(pathOf('news', locale))).root);
		expect(feed.items.map(({ url }) => pathIn(url ?? ''))).toEqual(expected);
		expect(same.items.map(({ url }) => pathIn(url))).toEqual(expected);
		expect(new Set(feed.items.map(({ id }) => id)).size).toBe(expected.length);
		for (const [at, item] of feed.items.entries()) {
			expect(item.id, 'the identifier of an item is its address').toBe(item.url);
			const content = parse(item.content ?? '');
			expect(content.text.length).toBeGreaterThan((item.description ?? '').length + 20);
			for (const link of content.querySelectorAll('[href], [src]')) {
				expect(link.getAttribute('href') ?? link.getAttribute('src')).toMatch(/^https?:\/\//);
			}
			expect(same.items[at]?.content_html.length).toBeGreaterThan(100);
			// The item's page holds the text that is fed.
			const shown = (await page(pathIn(item.url ?? ''))).root.querySelector('article .prose')?.text.trim().slice(0, 40) ?? '';
			expect(content.text).toContain(shown);
		}
	});

	it('answer a feed reader that has the feed already with nothing but « unchanged »', async () => {
		for (const locale of LOCALES) {
			for (const file of ['rss.xml', 'feed.json'] as const) {
				const first = await feedOf(locale, file);
				const etag = first.headers.get('etag') ?? '';
				expect([etag.length > 10, first.headers.get('cache-control')]).toEqual([true, 'public, max-age=3600']);
				const again = await visitor.raw(`${pathOf('news', locale)}${file}`, { headers: { 'if-none-match': etag } });
				expect([again.status, await again.text()]).toEqual([304, '']);
			}
		}
	});

	it('name their feeds in the head of each page, and beside the list', async () => {
		for (const address of ['/', '/nouvelles/', `/nouvelles/${FRENCH_ONLY}/`, '/nouvelles/archives/2018/']) {
			const { root } = await page(address);
			const feeds = root.querySelectorAll('link[rel=alternate][type]').map((one) => [one.getAttribute('type'), one.getAttribute('href')]);
			expect(feeds, address).toEqual([
				['application/rss+xml', '/nouvelles/rss.xml'],
				['application/feed+json', '/nouvelles/feed.json'],
			]);
		}
		const { root } = await page('/en/news/');
		for (const href of ['/en/news/rss.xml', '/en/news/feed.json']) expect(root.querySelector(`main a[href="${href}"]`)).not.toBeNull();
	});

	it('show in English, as French, what exists in French only, and name the original', async () => {
		const m = messages('en').news;
		const item = await page(pathOf('newsItem', 'en', { slug: FRENCH_ONLY }));
		expect(item.text).toContain(m.onlyInOther);
		for (const part of ['h1', 'article .prose', 'article .lead']) {
			expect(item.root.querySelector(part)?.getAttribute('lang'), part).toBe('fr-CA');
		}
		const original = pathOf('newsItem', 'fr', { slug: FRENCH_ONLY });
		expect(pathIn(item.root.querySelector('link[rel=canonical]')?.getAttribute('href') ?? '')).toBe(original);
		expect(articleIn(item.root)).toMatchObject({ '@type': 'NewsArticle', inLanguage: 'fr-CA', url: expect.stringContaining(original) });
		const link = (await page(pathOf('news', 'en'))).root.querySelector(`.news-list a[href$="/${FRENCH_ONLY}/"]`);
		expect(link?.getAttribute('lang')).toBe('fr-CA');
		expect(link?.closest('li')?.text).toContain(m.inOther);

		const french = await page(original);
		expect(french.text).not.toContain(messages('fr').news.onlyInOther);
		expect(french.root.querySelector('h1')?.hasAttribute('lang')).toBe(false);
		expect(pathIn(french.root.querySelector('link[rel=canonical]')?.getAttribute('href') ?? '')).toBe(original);
	});

	it('lead from an item to its topics, its author, its neighbours and its other language, and from there back', async () => {
		const { root } = await page('/nouvelles/2022-certbot/');
		const links = root.querySelectorAll('main a').map((one) => one.getAttribute('href') ?? '');
		for (const href of [
			'/nouvelles/theme/infrastructure/',
			'/nouvelles/par/koumbit/',
			'/nouvelles/2026-05-projet-de-loi-c-22/',
			'/nouvelles/2021-premier-mai/',
			'/en/news/2022-certbot/',
		]) {
			expect(links).toContain(href);
			const there = await page(href);
			expect(there.root.querySelectorAll('a').map((one) => one.getAttribute('href'))).toContain('/nouvelles/2022-certbot/');
		}
		expect(listed((await page('/nouvelles/archives/2022/')).root)).toEqual(['/nouvelles/2022-certbot/']);
		expect(listed((await page('/en/news/topic/infrastructure/')).root)).toEqual(['/en/news/2022-certbot/']);
	});

	it('tell search engines what an item is, to the day, the month or the year that is known', async () => {
		const { root } = await page('/nouvelles/2026-05-projet-de-loi-c-22/');
		expect(articleIn(root)).toMatchObject({
			'@context': 'https://schema.org',
			'@type': 'NewsArticle',
			datePublished: '2026-05',
			author: [{ '@type': 'Organization', name: 'Koumbit' }],
		});
		expect(root.querySelector('article time')?.getAttribute('datetime')).toBe('2026-05');
	});
});

describe('the home page', () => {
	let server: TestServer;
	beforeAll(async () => {
		server = await startServer();
	});
	afterAll(() => server.stop());

	it.each(LOCALES)('says in %s the mission in two sentences, and shows the newest news and the last change', async (locale) => {
		const visitor = openVisitor(server.url);
		const home = await visitor.get(pathOf('home', locale));
		const mission = home.root.querySelector('.band h1 + p')?.text ?? '';
		expect(mission.match(/[^.]+\./g)).toHaveLength(2);
		const news = await visitor.get(pathOf('news', locale));
		expect(listed(home.root)).toEqual(listed(news.root).slice(0, 3));
		const times = home.root.querySelectorAll('.signs time').map((time) => time.getAttribute('datetime') ?? '');
		expect(times[0]).toMatch(/^\d{4}-\d{2}-\d{2}$/);
		expect(times[1]).toBe(news.root.querySelector('.news-list time')?.getAttribute('datetime'));
	});

	it('is light: at most 40 KB compressed on first view without fonts and pictures, its styles at most 10 KB', async () => {
		for (const locale of LOCALES) {
			const get = async (address: string) => {
				const answer = await fetch(server.url + address, { headers: { 'accept-encoding': 'br' } });
				return { bytes: Number(answer.headers.get('content-length')), text: await answer.text() };
			};
			const html = await get(pathOf('home', locale));
			const styles = [...html.text.matchAll(/<link rel="stylesheet" href="([^"]+)"/g)].map((match) => match[1] ?? '');
			expect(styles.length).toBeGreaterThan(0);
			let css = 0;
			for (const style of styles) css += (await get(style)).bytes;
			expect(css).toBeLessThanOrEqual(10 * 1024);
			expect(html.bytes + css).toBeLessThanOrEqual(40 * 1024);
			expect(html.bytes).toBeGreaterThan(1000);
			expect(html.text).not.toMatch(/<script(?! type="application\/ld\+json")/);
		}
	});
});

describe('news of every kind', () => {
	const COUNT = 45;
	let project: string;
	const built = (address: string) => path.join(project, 'dist', 'client', address, 'index.html');
	const page = (address: string) => parse(readFileSync(built(address), 'utf8'), { blockTextElements: { script: true } });
	const write = (file: string, text: string) => writeFileSync(path.join(project, 'content', file), text);
	const illustrated = (title: string, from: string) => `---
title: "${title}"
summary: "En bref."
publishedOn: "2030-01-02"
updatedOn: "2030-01-03"
authors: [koumbit]
tags: [reseau]
picture: { src: "${from}champ.png", alt: "Un champ \\"vert\\"", credit: "Koumbit" }
---
Voici : ![Le même champ](${from}champ.png)
`;

	beforeAll(async () => {
		project = path.join(mkdtempSync(path.join(tmpdir(), 'koumbit-news-')), 'project');
		copyProject(project);
		writeNewsItems(project, COUNT);
		const field = { create: { width: 1600, height: 800, channels: 3, background: '#1d5c45' } } as const;
		await sharp(field).png().toFile(path.join(project, 'content/fr/news/champ.png'));
		write('fr/news/illustree.md', illustrated('Un champ', './'));
		write('en/news/illustree.md', illustrated('A field', '../../fr/news/'));
		const { code, output } = await buildStep(project, 'pages');
		expect(code, output).toBe(0);
	}, 240_000);
	afterAll(() => rmSync(path.dirname(project), { recursive: true, force: true }));

	it('fill as many pages as they need, twenty on each, each item once', () => {
		const pages = ['nouvelles/', 'nouvelles/page/2/', 'nouvelles/page/3/'].map(page);
		expect(pages.map((one) => listed(one).length)).toEqual([20, 20, 6]);
		expect(new Set(pages.flatMap(listed)).size).toBe(COUNT + 1);
		expect([existsSync(built('nouvelles/page/1/')), existsSync(built('nouvelles/page/4/'))]).toEqual([false, false]);
		const steps = (one: HTMLElement | undefined) =>
			['prev', 'next'].map((rel) => one?.querySelector(`a[rel=${rel}]`)?.getAttribute('href'));
		expect(pages.map(steps)).toEqual([
			[undefined, '/nouvelles/page/2/'],
			['/nouvelles/', '/nouvelles/page/3/'],
			['/nouvelles/page/2/', undefined],
		]);
		expect(pages[1]?.querySelector('.news-pages [aria-current=page]')?.text.trim()).toBe('2');
	});

	it('have in French, as English, what exists in English only', () => {
		const item = page('nouvelles/nouvelle-9/');
		expect(item.querySelector('h1')?.getAttribute('lang')).toBe('en-CA');
		expect(item.querySelector('main')?.text).toContain(messages('fr').news.onlyInOther);
		expect(pathIn(item.querySelector('link[rel=canonical]')?.getAttribute('href') ?? '')).toBe('/en/news/nouvelle-9/');
		expect(page('en/news/nouvelle-9/').querySelector('h1')?.hasAttribute('lang')).toBe(false);
	});

	it('are fed twenty at most, pictures by addresses that exist', () => {
		const feed = parseFeed(readFileSync(path.join(project, 'dist/client/nouvelles/rss.xml'), 'utf8'));
		expect(feed.items).toHaveLength(20);
		const [newest] = feed.items;
		expect(newest?.title).toBe('Un champ');
		expect(newest?.published?.toISOString()).toBe('2030-01-02T12:00:00.000Z');
		// Its text is read from JSON, which needs no unescaping: the parser of RSS undoes the HTML's own too.
		const json = JSON.parse(readFileSync(path.join(project, 'dist/client/nouvelles/feed.json'), 'utf8')) as {
			items: { content_html: string }[];
		};
		const pictures = parse(json.items[0]?.content_html ?? '').querySelectorAll('img');
		expect(pictures.map((one) => one.getAttribute('alt'))).toEqual(['Un champ "vert"', 'Le même champ']);
		for (const picture of pictures) {
			expect(existsSync(path.join(project, 'dist/client', pathIn(picture.getAttribute('src') ?? '')))).toBe(true);
		}
	});

	it('show a picture in light formats, of a known size, with its words', () => {
		for (const address of ['nouvelles/illustree/', 'en/news/illustree/']) {
			const item = page(address);
			const picture = item.querySelector('figure img');
			expect(picture?.getAttribute('alt')).toBe('Un champ "vert"');
			expect([picture?.getAttribute('width'), picture?.getAttribute('height')].map(Number)).toEqual([1376, 688]);
			expect(item.querySelectorAll('figure source').map((one) => one.getAttribute('type'))).toEqual(['image/avif', 'image/webp']);
			expect(item.querySelectorAll('[style]')).toHaveLength(0);
			expect(item.querySelector('article')?.text).toContain('2030');
			expect(articleIn(item)).toMatchObject({ dateModified: '2030-01-03', image: [expect.stringMatching(/^http.*\.jpe?g$/)] });
		}
	});

	it('stop the build with sentences for those who edit when names are unknown or languages differ', async () => {
		const broken = path.join(path.dirname(project), 'broken');
		copyProject(broken);
		const copy = (file: string, from: string, to: string) => {
			const whole = path.join(broken, 'content', file);
			const text = readFileSync(whole, 'utf8');
			expect(text).toContain(from);
			writeFileSync(whole, text.replace(from, to));
		};
		copy('fr/news/2022-certbot.md', 'tags: [infrastructure', 'tags: [infrastructures');
		copy('en/news/2015-12-onzieme-assemblee.md', '"2015-12"', '"2015-11"');
		cpSync(path.join(broken, 'content/fr/news/2021-premier-mai.md'), path.join(broken, 'content/fr/news/Premier_mai.md'));
		const { code, output } = await buildStep(broken, 'pages');
		expect(code).not.toBe(0);
		expect(output).toMatch(/content\/fr\/news\/2022-certbot\.md : « tags » nomme infrastructures, .*content\/tags\.yaml/);
		expect(output).toMatch(/content\/fr\/news\/2015-12-onzieme-assemblee\.md : « publishedOn » diffère de content\/en\/news\//);
		expect(output).toMatch(/content\/fr\/news\/Premier_mai\.md : le nom du fichier/);
	}, 120_000);

	it('stop the build when a date does not exist', async () => {
		const broken = mkdtempSync(path.join(path.dirname(project), 'mistake-'));
		copyProject(broken);
		const whole = path.join(broken, 'content/fr/news/2022-certbot.md');
		writeFileSync(whole, readFileSync(whole, 'utf8').replace('publishedOn: "2022"', 'publishedOn: 2022-13-01'));
		const { code, output } = await buildStep(broken, 'pages');
		expect(code).not.toBe(0);
		expect(output).toMatch(/fr\/news\/2022-certbot[\s\S]*« publishedOn »/);
	}, 120_000);
});
