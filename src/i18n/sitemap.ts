/** What search engines are told of: the pages anyone may read, each with its twin. */
import { LOCALES, matchRoute, pathOf, routes } from './routes.ts';

/** @param page a whole address. Forms that lead somewhere only from another page, and everything behind a log-in, stay out. */
export function inSitemap(page: string): boolean {
	const match = matchRoute(new URL(page).pathname);
	return match !== null && (routes[match.key].audience === 'public' || match.key === 'join');
}

/** The page in each language, for `xhtml:link`. */
export function sitemapLinks(page: string): { lang: string; url: string }[] {
	const match = matchRoute(new URL(page).pathname);
	if (!match) return [];
	return LOCALES.map((locale) => ({ lang: `${locale}-CA`, url: new URL(pathOf(match.key, locale, match.params), page).toString() }));
}
