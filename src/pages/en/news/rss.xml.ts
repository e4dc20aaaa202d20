import type { APIRoute } from 'astro';
import { readFeed } from '#src/i18n/news-feeds.ts';
import { rssFeed } from '#src/i18n/news-formats.ts';
import { localeOf } from '#src/i18n/routes.ts';

export const GET: APIRoute = async ({ site, url }) =>
	new Response(await rssFeed(await readFeed(localeOf(url.pathname), site ?? url)), {
		headers: { 'content-type': 'application/rss+xml; charset=utf-8' },
	});
