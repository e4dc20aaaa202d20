import { parseFeed } from '@rowanmanning/feed-parser';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { absoluteHtml, type FeedChannel, type FeedItem, jsonFeed, rssFeed } from '#src/i18n/news-formats.ts';

const SITE = 'https://exemple.org';
const anItem = (over: Partial<FeedItem> = {}): FeedItem => ({
	url: `${SITE}/nouvelles/a/`,
	title: 'Une nouvelle',
	summary: 'En bref.',
	html: '<p>Le texte entier.</p>',
	publishedOn: '2026-11-22',
	language: 'fr',
	authors: [{ name: 'Koumbit', url: `${SITE}/nouvelles/par/koumbit/` }],
	tags: ['Travail'],
	...over,
});
const aChannel = (...items: FeedItem[]): FeedChannel => ({
	title: 'Koumbit, nouvelles',
	description: 'Les nouvelles.',
	language: 'fr',
	home: `${SITE}/nouvelles/`,
	rss: `${SITE}/nouvelles/rss.xml`,
	json: `${SITE}/nouvelles/feed.json`,
	items,
});
const parsed = async (...items: FeedItem[]) => parseFeed(await rssFeed(aChannel(...items)));

/** JSON Feed 1.1 as its specification has it: what is required, and nothing it does not name. */
const author = z.strictObject({ name: z.string().min(1), url: z.url() });
const jsonFeed11 = z.strictObject({
	version: z.literal('https://jsonfeed.org/version/1.1'),
	title: z.string().min(1),
	description: z.string(),
	home_page_url: z.url(),
	feed_url: z.url(),
	language: z.string(),
	items: z.array(
		z.strictObject({
			id: z.string().min(1),
			url: z.url(),
			title: z.string(),
			summary: z.string(),
			content_html: z.string().min(1),
			date_published: z.iso.datetime().optional(),
			date_modified: z.iso.datetime().optional(),
			authors: z.array(author).min(1),
			tags: z.array(z.string()),
			language: z.string(),
			image: z.url().optional(),
		}),
	),
});
const read = (...items: FeedItem[]) => jsonFeed11.parse(JSON.parse(jsonFeed(aChannel(...items))));

describe('RSS', () => {
	it('says of an item its address, title, whole text, day, authors and topics', async () => {
		const feed = await parsed(anItem());
		expect(feed).toMatchObject({ title: 'Koumbit, nouvelles', url: `${SITE}/nouvelles/`, language: 'fr-CA' });
		const [item] = feed.items;
		expect(item).toMatchObject({
			id: `${SITE}/nouvelles/a/`,
			url: `${SITE}/nouvelles/a/`,
			title: 'Une nouvelle',
			description: 'En bref.',
			content: '<p>Le texte entier.</p>',
		});
		expect(item?.published?.toISOString()).toBe('2026-11-22T12:00:00.000Z');
		expect(item?.authors.map(({ name }) => name)).toEqual(['Koumbit']);
		expect(item?.categories.map(({ term }) => term)).toEqual(['Travail']);
	});

	it('keeps every author and topic, and characters that mean something to XML', async () => {
		const odd = '<b>« 5 & 6 »</b> "x" \\ ]]> é 🌱';
		const authors = ['Marie <m>', 'Koumbit'].map((name) => ({ name, url: SITE }));
		const rss = await rssFeed(aChannel(anItem({ title: odd, html: '<p>5 &amp; 6</p>', tags: ['A & B', 'C'], authors })));
		// HTML inside XML is escaped twice; this parser undoes both at once.
		expect(rss).toContain('<content:encoded>&lt;p&gt;5 &amp;amp; 6&lt;/p&gt;</content:encoded>');
		const [item] = parseFeed(rss).items;
		expect(item?.title).toBe(odd);
		expect(item?.authors.map(({ name }) => name)).toEqual(['Marie <m>', 'Koumbit']);
		expect(item?.categories.map(({ term }) => term)).toEqual(['A & B', 'C']);
	});

	it('parses with no item, and with one', async () => {
		expect((await parsed()).items).toHaveLength(0);
		expect((await parsed(anItem())).items).toHaveLength(1);
	});
});

describe.each([
	['RSS', rssFeed],
	['JSON Feed', async (channel: FeedChannel) => jsonFeed(channel)],
] as const)('%s', (_, format) => {
	it('is the same to the byte for the same items', async () => {
		const channel = aChannel(anItem(), anItem({ publishedOn: '2018' }));
		expect(await format(channel)).toBe(await format(structuredClone(channel)));
	});
});

describe('what is known to the month only', () => {
	it('is said as a month in RSS, and not as a day anywhere', async () => {
		const rss = await rssFeed(aChannel(anItem({ publishedOn: '2026-05' }), anItem({ publishedOn: '2018' })));
		expect(rss).toContain('<dc:date>2026-05</dc:date>');
		expect(rss).toContain('<dc:date>2018</dc:date>');
		expect(rss).not.toMatch(/pubDate|lastBuildDate/);
		expect(read(anItem({ publishedOn: '2026-05' })).items[0]).not.toHaveProperty('date_published');
	});
});

describe('RSS as a file', () => {
	it('says when it last changed by its items, and where it is', async () => {
		const rss = await rssFeed(
			aChannel(anItem({ publishedOn: '2026-01-02', updatedOn: '2026-02-03' }), anItem({ publishedOn: '2026-01-20' })),
		);
		expect(rss).toContain('<lastBuildDate>Tue, 03 Feb 2026 12:00:00 GMT</lastBuildDate>');
		expect(rss).toContain(`<atom:link href="${SITE}/nouvelles/rss.xml" rel="self" type="application/rss+xml"/>`);
	});

	it('leaves out the characters that XML can’t hold', async () => {
		const bell = String.fromCharCode(7);
		const feed = parseFeed(await rssFeed(aChannel(anItem({ title: `Une${bell} nouvelle\ud800`, html: `<p>${bell}ici</p>` }))));
		expect(feed.items[0]).toMatchObject({ title: 'Une nouvelle', content: '<p>ici</p>' });
	});
});

describe('JSON Feed', () => {
	it('holds what its specification asks for, and nothing else', () => {
		const feed = read(anItem({ language: 'en', picture: `${SITE}/p.jpg`, updatedOn: '2026-11-23' }), anItem({ title: 'a "b" \u2028' }));
		expect(feed).toMatchObject({ feed_url: `${SITE}/nouvelles/feed.json`, home_page_url: `${SITE}/nouvelles/`, language: 'fr-CA' });
		expect(feed.items[0]).toMatchObject({
			language: 'en-CA',
			image: `${SITE}/p.jpg`,
			date_published: '2026-11-22T12:00:00.000Z',
			date_modified: '2026-11-23T12:00:00.000Z',
		});
		expect(feed.items[1]?.title).toBe('a "b" \u2028');
	});
});

describe('addresses in a text read far from the site', () => {
	const base = new URL(`${SITE}/nouvelles/a/`);

	it.each([
		['<a href="/mission/">x</a>', '<a href="https://exemple.org/mission/">x</a>'],
		['<a class="b" href="#note">x</a>', '<a class="b" href="https://exemple.org/nouvelles/a/#note">x</a>'],
		['<a href="../b/?c=1&amp;d=2">x</a>', '<a href="https://exemple.org/nouvelles/b/?c=1&amp;d=2">x</a>'],
		['<a href="https://ailleurs.org/">x</a>', '<a href="https://ailleurs.org/">x</a>'],
		['<a href="mailto:a@b.org">x</a>', '<a href="mailto:a@b.org">x</a>'],
		["<a href='/mission/'>x</a>", '<a href="https://exemple.org/mission/">x</a>'],
		['<img alt="a > b" src="/p.jpg"/>', '<img alt="a > b" src="https://exemple.org/p.jpg"/>'],
		['<img srcset="/p.jpg 390w, /q.jpg 780w">', '<img srcset="https://exemple.org/p.jpg 390w, https://exemple.org/q.jpg 780w">'],
	])('%s becomes %s', (given, expected) => {
		expect(absoluteHtml(given, base)).toBe(expected);
	});

	it('are left alone where they are words', () => {
		const text = '<p>On écrit href="/mission/" ainsi : <code>&lt;a href="/x"&gt;</code>, et 1 < 2 href="/y"</p>';
		expect(absoluteHtml(text, base)).toBe(text);
	});
});
