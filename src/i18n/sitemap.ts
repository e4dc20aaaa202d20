/**
 * What search engines are told of: the pages anyone may read, each with its twin. Of a built page the sitemap repeats what
 * the page's own head says, so that the two can't differ.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { LOCALES, matchRoute, pathOf, routes } from './routes.ts';

const client = fileURLToPath(new URL('../../dist/client/', import.meta.url));

/** The head of a built page; null for a page made when it is asked for. */
function headOf(page: string): string | null {
	const file = path.join(client, decodeURIComponent(new URL(page).pathname), 'index.html');
	if (!existsSync(file)) return null;
	const html = readFileSync(file, 'utf8');
	return html.slice(0, html.indexOf('</head>'));
}

/** @param page a whole address. Forms that lead somewhere only from another page, and everything behind a log-in, stay out. */
export function inSitemap(page: string): boolean {
	const match = matchRoute(new URL(page).pathname);
	if (match === null || (routes[match.key].audience !== 'public' && match.key !== 'join')) return false;
	const head = headOf(page);
	if (head === null) return true;
	if (/<meta name="robots" content="noindex"/.test(head)) return false;
	const canonical = /<link rel="canonical" href="([^"]+)"/.exec(head)?.[1];
	return canonical === undefined || new URL(canonical).pathname === new URL(page).pathname;
}

interface Described {
	/** The page in each language it is in, for `xhtml:link`. */
	readonly links?: { lang: string; url: string }[];
	/** The civil date of the last change, where the page gives one. */
	readonly lastmod?: string;
}

/** @param page a whole address that is {@link inSitemap}. */
export function describePage(page: string): Described {
	const match = matchRoute(new URL(page).pathname);
	if (!match) return {};
	const head = headOf(page);
	if (head === null) {
		return { links: LOCALES.map((locale) => ({ lang: `${locale}-CA`, url: new URL(pathOf(match.key, locale, match.params), page).href })) };
	}
	const links = [...head.matchAll(/<link rel="alternate" hreflang="([a-z-]+-CA)" href="([^"]+)"/g)].map(([, lang = '', url = '']) => ({
		lang,
		url,
	}));
	const lastmod = /<meta property="(?:article:modified_time|og:updated_time)" content="([^"]+)"/.exec(head)?.[1];
	return { ...(links.length > 0 ? { links } : {}), ...(lastmod === undefined ? {} : { lastmod }) };
}
