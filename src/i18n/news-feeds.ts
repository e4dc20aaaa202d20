/** What the feeds carry, read from content/. Apart from news.ts: it brings what renders a text outside of a page. */
import { render } from 'astro:content';
import { experimental_AstroContainer as AstroContainer } from 'astro/container';
import { messages } from '#src/i18n/messages.ts';
import { feedPaths, newsOf, sharedPicture } from '#src/i18n/news.ts';
import { absoluteHtml, escapeHtml, type FeedChannel, type FeedItem } from '#src/i18n/news-formats.ts';
import { type Locale, pathOf } from '#src/i18n/routes.ts';

/** Items in a feed: the newest. */
const FED = 20;

/** What the feeds of a language carry. @param site address of the portal. */
export async function readFeed(locale: Locale, site: URL): Promise<FeedChannel> {
	const all = messages(locale);
	const news = await newsOf(locale);
	const container = await AstroContainer.create();
	const items: FeedItem[] = [];
	for (const item of news.items.slice(0, FED)) {
		const { data } = item.text;
		const url = new URL(pathOf('newsItem', locale, { slug: item.slug }), site);
		const picture = await sharedPicture(item);
		const { Content } = await render(item.text);
		const sources = (data.sources ?? []).map(({ label, url: to }) =>
			to ? `<li><a href="${escapeHtml(to)}">${escapeHtml(label)}</a></li>` : `<li>${escapeHtml(label)}</li>`,
		);
		const html = [
			item.language === locale ? '' : `<p>${escapeHtml(all.news.onlyInOther)}</p>`,
			`<p>${escapeHtml(data.summary)}</p>`,
			picture ? `<p><img src="${escapeHtml(picture.src)}" alt="${escapeHtml(picture.alt)}"></p>` : '',
			await container.renderToString(Content),
			sources.length > 0 ? `<p>${escapeHtml(all.news.sources(sources.length))}</p><ul>${sources.join('')}</ul>` : '',
			data.note ? `<p>${escapeHtml(data.note)}</p>` : '',
		].join('');
		items.push({
			url: url.href,
			title: data.title,
			summary: data.summary,
			html: absoluteHtml(html, url),
			publishedOn: data.publishedOn,
			updatedOn: data.updatedOn,
			language: item.language,
			authors: news.authorsOf(item).map(({ label, slug }) => ({
				name: label,
				url: new URL(pathOf('newsAuthor', locale, { author: slug }), site).href,
			})),
			tags: news.tagsOf(item).map(({ label }) => label),
			...(picture ? { picture: new URL(picture.src, site).href } : {}),
		});
	}
	const { rss, json } = feedPaths(locale);
	return {
		title: all.news.feedTitle(''),
		description: all.news.feedDescription,
		language: locale,
		home: new URL(pathOf('news', locale), site).href,
		rss: new URL(rss, site).href,
		json: new URL(json, site).href,
		items,
	};
}
