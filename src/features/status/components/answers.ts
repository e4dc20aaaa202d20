/** The feed and the data as answers; the same in src/pages/etat and src/pages/en/status. */
import { read } from '#db/client.ts';
import { FEED_LENGTH, feedXml, statusJson } from '#src/features/status/components/feed.ts';
import { listSaid, listServices, loadReport } from '#src/features/status/data.ts';
import type { Locale } from '#src/i18n/routes.ts';
import { now } from '#src/lib/clock.ts';
import { env } from '#src/lib/env.ts';

const FRESH = 'public, max-age=0, must-revalidate';

export async function statusFeed(locale: Locale): Promise<Response> {
	const [said, names] = await Promise.all([listSaid(read, FEED_LENGTH), listServices(read)]);
	const xml = await feedXml(said, names, env().siteUrl, locale);
	return new Response(xml, { headers: { 'content-type': 'application/rss+xml; charset=utf-8', 'cache-control': FRESH } });
}

export async function statusData(): Promise<Response> {
	const json = statusJson(await loadReport(read, now()), env().siteUrl);
	// Anyone may show our state on a page of theirs.
	const headers = { 'content-type': 'application/json', 'cache-control': FRESH, 'access-control-allow-origin': '*' };
	return new Response(json, { headers });
}
