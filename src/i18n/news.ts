/** Reads the news of content/ for the pages and feeds of one language. */
import { getImage } from 'astro:assets';
import { type CollectionEntry, getCollection } from 'astro:content';
import { messages } from '#src/i18n/messages.ts';
import { indexNews, type NewsIndex, type NewsItem, newsComplaints } from '#src/i18n/news-lists.ts';
import { type Locale, pathOf } from '#src/i18n/routes.ts';

export interface Label {
	readonly slug: string;
	readonly label: string;
}

export interface Author extends Label {
	readonly kind: 'person' | 'group';
}

export interface News extends NewsIndex<CollectionEntry<'news'>> {
	tagsOf(item: NewsEntry): readonly Label[];
	authorsOf(item: NewsEntry): readonly Author[];
	/** The topics that have items, in the order of content/tags.yaml. */
	readonly topics: readonly (Label & { readonly count: number })[];
	tag(slug: string): Label;
	author(slug: string): Author;
}

export type NewsEntry = NewsItem<CollectionEntry<'news'>>;

const pick = <T>(labels: ReadonlyMap<string, T>, slug: string): T => {
	const found = labels.get(slug);
	if (found === undefined) throw new Error(`content/ : ${slug} n’a pas de nom / has no label`);
	return found;
};

async function readNews(locale: Locale): Promise<News> {
	const [texts, tagFile, authorFile] = await Promise.all([getCollection('news'), getCollection('tags'), getCollection('authors')]);
	const tags = new Map(tagFile.map(({ id, data }) => [id, { slug: id, label: data[locale] }]));
	const authors = new Map(authorFile.map(({ id, data }) => [id, { slug: id, label: data[locale], kind: data.kind }]));
	const complaints = newsComplaints(texts, { tags: new Set(tags.keys()), authors: new Set(authors.keys()) });
	if (complaints.length > 0) throw new Error(complaints.join('\n'));
	const index = indexNews(texts, locale);
	return {
		...index,
		tagsOf: ({ text }) => text.data.tags.map((slug) => pick(tags, slug)),
		authorsOf: ({ text }) => text.data.authors.map((slug) => pick(authors, slug)),
		topics: [...tags.values()].flatMap((tag) => {
			const count = index.tags.get(tag.slug)?.length ?? 0;
			return count > 0 ? [{ ...tag, count }] : [];
		}),
		tag: (slug) => pick(tags, slug),
		author: (slug) => pick(authors, slug),
	};
}

const remembered = new Map<Locale, Promise<News>>();

/** Everything about the news in one language, made once a build. @throws sentences for those who edit when a file does not fit. */
export function newsOf(locale: Locale): Promise<News> {
	// In development a file may change between two pages.
	if (import.meta.env.DEV) return readNews(locale);
	const known = remembered.get(locale) ?? readNews(locale);
	remembered.set(locale, known);
	return known;
}

/** The day of the last change that any text of the site says it had: pages and news, both languages. Null when none says so to the day. */
export async function lastChangeOfSite(): Promise<string | null> {
	const pages = (await getCollection('pages')).map(({ data }) => data.updated);
	const news = (await getCollection('news')).map(({ data }) => data.updatedOn ?? data.publishedOn);
	return [...pages, ...news].reduce<string | null>((last, day) => (day.length === 10 && (last === null || day > last) ? day : last), null);
}

/** Paths of the two feeds of a language. */
export const feedPaths = (locale: Locale) => ({ rss: `${pathOf('news', locale)}rss.xml`, json: `${pathOf('news', locale)}feed.json` });

/** What the head of a page says of the feeds. */
export function feedLinks(locale: Locale) {
	const m = messages(locale).news;
	const { rss, json } = feedPaths(locale);
	return [
		{ type: 'application/rss+xml', title: m.feedTitle('RSS'), href: rss },
		{ type: 'application/feed+json', title: m.feedTitle('JSON'), href: json },
	] as const;
}

/** The picture of an item as feeds and search engines take it. */
export async function sharedPicture({ text }: NewsEntry): Promise<{ src: string; alt: string; type: string } | null> {
	const { picture } = text.data;
	if (!picture) return null;
	const { src } = await getImage({ src: picture.src, width: Math.min(1200, picture.src.width), format: 'jpeg' });
	return { src, alt: picture.alt, type: 'image/jpeg' };
}
