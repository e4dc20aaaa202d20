import type { APIRoute } from 'astro';
import { LOCALES, pathOf } from '#src/i18n/routes.ts';

/** Rooms that need a log-in are of no use to a search engine. */
export const GET: APIRoute = ({ site, url }) => {
	const closed = LOCALES.flatMap((locale) => [pathOf('spaces', locale), pathOf('work', locale)]);
	const lines = [
		'User-agent: *',
		...closed.map((path) => `Disallow: ${path}`),
		'',
		`Sitemap: ${new URL('/sitemap-index.xml', site ?? url).href}`,
		'',
	];
	return new Response(lines.join('\n'), { headers: { 'content-type': 'text/plain; charset=utf-8' } });
};
