/** What is true of the whole site, in the words of schema.org. Pages add what is true of them. */
import { parse } from 'yaml';
import { z } from 'zod';
import { messages } from '#src/i18n/messages.ts';
import { type Locale, pathOf, type RouteKey } from '#src/i18n/routes.ts';
import organisationFile from '../../content/organisation.yaml?raw';

/** Only what the organisation has published; the rest of the file is null until it fills it in. */
const known = z
	.object({ name: z.string(), legalName: z.string(), city: z.string(), foundedOn: z.string(), wikiUrl: z.url(), siteUrl: z.url() })
	.parse(parse(organisationFile));

type Absolute = (path: string) => string;
type JsonLd = Record<string, unknown>;

export function organisationData(absolute: Absolute): JsonLd {
	return {
		'@type': 'Organization',
		'@id': absolute('/#organisation'),
		name: known.name,
		legalName: known.legalName,
		foundingDate: known.foundedOn,
		address: { '@type': 'PostalAddress', addressLocality: known.city, addressRegion: 'QC', addressCountry: 'CA' },
		url: absolute('/'),
		logo: absolute('/icon-512.png'),
		sameAs: [known.siteUrl, known.wikiUrl],
	};
}

export function webSiteData(absolute: Absolute, locale: Locale): JsonLd {
	return {
		'@type': 'WebSite',
		name: messages(locale).siteName,
		url: absolute(pathOf('home', locale)),
		inLanguage: `${locale}-CA`,
		publisher: { '@id': absolute('/#organisation') },
		potentialAction: {
			'@type': 'SearchAction',
			target: { '@type': 'EntryPoint', urlTemplate: `${absolute(pathOf('search', locale))}?q={search_term_string}` },
			'query-input': 'required name=search_term_string',
		},
	};
}

/** Home, the section, the page: what the breadcrumb on the page shows, and the home page before it. */
export function breadcrumbData(
	absolute: Absolute,
	locale: Locale,
	section: keyof ReturnType<typeof messages>['nav'] & RouteKey,
	page: { readonly path: string; readonly title: string },
): JsonLd {
	const { nav } = messages(locale);
	const steps = [
		[nav.home, pathOf('home', locale)],
		[nav[section], pathOf(section, locale)],
		[page.title, page.path],
	] as const;
	return {
		'@type': 'BreadcrumbList',
		itemListElement: steps.map(([name, path], at) => ({ '@type': 'ListItem', position: at + 1, name, item: absolute(path) })),
	};
}
