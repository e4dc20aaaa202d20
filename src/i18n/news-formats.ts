/** The news as RSS 2.0 and as JSON Feed 1.1. Pure: the same items give the same bytes, so that a reader's conditional request is answered 304. */
import { getRssString } from '@astrojs/rss';
import { instantOfDay } from '#src/i18n/news-lists.ts';
import type { Locale } from '#src/i18n/routes.ts';

export interface FeedItem {
	/** Whole address; also what feed readers know the item by. */
	readonly url: string;
	readonly title: string;
	readonly summary: string;
	/** With whole addresses only. */
	readonly html: string;
	/** A day, a month or a year. */
	readonly publishedOn: string;
	readonly updatedOn?: string | undefined;
	readonly language: Locale;
	readonly authors: readonly { readonly name: string; readonly url: string }[];
	readonly tags: readonly string[];
	/** Whole address. */
	readonly picture?: string;
}

export interface FeedChannel {
	readonly title: string;
	readonly description: string;
	readonly language: Locale;
	/** Whole addresses: of the page, and of the feeds themselves. */
	readonly home: string;
	readonly rss: string;
	readonly json: string;
	readonly items: readonly FeedItem[];
}

const TAG = { fr: 'fr-CA', en: 'en-CA' } as const;

export function escapeHtml(text: string): string {
	return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

const ELEMENT = /<[a-z][a-z0-9-]*(?:\s+[^\s"'<>/=]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))?)*\s*\/?>/gi;
const ADDRESS = /(\s(?:href|src|poster)\s*=\s*)(?:"([^"]*)"|'([^']*)')/gi;
const ADDRESSES = /(\ssrcset\s*=\s*)(?:"([^"]*)"|'([^']*)')/gi;

const wholeAddress = (address: string, base: URL) => {
	const plain = address.replaceAll('&amp;', '&');
	return URL.canParse(plain, base) ? escapeHtml(new URL(plain, base).href) : address;
};

/** Addresses inside the tags made whole: a feed is read far from the site. @param base address of the page the text is from. */
export function absoluteHtml(html: string, base: URL): string {
	return html.replace(ELEMENT, (element) =>
		element
			.replace(ADDRESS, (_, name: string, double?: string, single?: string) => `${name}"${wholeAddress(double ?? single ?? '', base)}"`)
			.replace(ADDRESSES, (_, name: string, double?: string, single?: string) => {
				const candidates = (double ?? single ?? '').split(/,\s+/).map((candidate) => {
					const [address = '', ...size] = candidate.trim().split(/\s+/);
					return [wholeAddress(address, base), ...size].join(' ');
				});
				return `${name}"${candidates.join(', ')}"`;
			}),
	);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 can't hold these, nor halves of a pair, however they are written
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\p{Cs}]/gu;
const xmlText = (text: string) => text.replace(NOT_XML, '');
const element = (name: string, value: string) => `<${name}>${escapeHtml(xmlText(value))}</${name}>`;

/** The day a reader's programme may show as the feed's own: the last one any item names. */
const lastDay = (items: readonly FeedItem[]) =>
	items.flatMap((item) => instantOfDay(item.updatedOn ?? item.publishedOn) ?? []).sort((a, b) => b.getTime() - a.getTime())[0];

/** RSS 2.0. Days go into `pubDate`; what is known to the month or the year only goes into `dc:date`, which may say no more than that. */
export async function rssFeed(channel: FeedChannel): Promise<string> {
	const changed = lastDay(channel.items);
	return getRssString({
		title: xmlText(channel.title),
		description: xmlText(channel.description),
		site: channel.home,
		xmlns: { atom: 'http://www.w3.org/2005/Atom', dc: 'http://purl.org/dc/elements/1.1/' },
		customData: [
			element('language', TAG[channel.language]),
			`<atom:link href="${escapeHtml(channel.rss)}" rel="self" type="application/rss+xml"/>`,
			...(changed ? [element('lastBuildDate', changed.toUTCString())] : []),
		].join(''),
		items: channel.items.map((item) => {
			const day = instantOfDay(item.publishedOn);
			return {
				title: xmlText(item.title),
				description: xmlText(item.summary),
				link: item.url,
				content: xmlText(item.html),
				categories: item.tags.map(xmlText),
				...(day ? { pubDate: day } : {}),
				customData: [
					...item.authors.map(({ name }) => element('dc:creator', name)),
					element('dc:language', TAG[item.language]),
					...(day ? [] : [element('dc:date', item.publishedOn)]),
				].join(''),
			};
		}),
	});
}

/** JSON Feed 1.1. An item whose day is not known has no `date_published`: that field can't say less than a day. */
export function jsonFeed(channel: FeedChannel): string {
	const when = (date: string | undefined) => (date === undefined ? undefined : instantOfDay(date)?.toISOString());
	return JSON.stringify({
		version: 'https://jsonfeed.org/version/1.1',
		title: channel.title,
		description: channel.description,
		home_page_url: channel.home,
		feed_url: channel.json,
		language: TAG[channel.language],
		items: channel.items.map((item) => ({
			id: item.url,
			url: item.url,
			title: item.title,
			summary: item.summary,
			content_html: item.html,
			date_published: when(item.publishedOn),
			date_modified: when(item.updatedOn),
			authors: item.authors,
			tags: item.tags,
			language: TAG[item.language],
			image: item.picture,
		})),
	});
}
