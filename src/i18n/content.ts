/**
 * Reads content/ in one language. What refers to something absent, or lacks its twin in the other language, throws: the
 * build stops with the name of the file to write.
 */
import { type CollectionEntry, getCollection, getEntry } from 'astro:content';
import { LOCALES, type Locale } from '#src/i18n/routes.ts';

type Twinned = 'history' | 'services' | 'guides';

export interface Named<C extends Twinned> {
	/** The file's name without its ending: the same in both languages. */
	readonly slug: string;
	readonly entry: CollectionEntry<C>;
}

/** A page's text. @throws when content/ has no such file. */
export async function pageText(name: string, locale: Locale): Promise<CollectionEntry<'pages'>> {
	const entry = await getEntry('pages', `${locale}/pages/${name}`);
	if (!entry) throw new Error(`content/${locale}/pages/${name}.md est attendu par une page / is expected by a page`);
	return entry;
}

/** A field that a page can't do without. @throws naming the file and the field. */
export function needed<T>(value: T | undefined, entry: { readonly id: string }, field: string): T {
	if (value === undefined) throw new Error(`content/${entry.id}.md : « ${field} » manque / is missing`);
	return value;
}

async function twinned<C extends Twinned>(collection: C, locale: Locale): Promise<Named<C>[]> {
	const all = await getCollection(collection);
	const named = all.map((entry) => ({ entry, slug: entry.id.split('/').at(-1) ?? '', locale: entry.id.split('/')[0] }));
	for (const { entry, slug } of named) {
		const missing = LOCALES.find((other) => !named.some((twin) => twin.slug === slug && twin.locale === other));
		if (missing) throw new Error(`content/${entry.id}.md : content/${missing}/${collection}/${slug}.md manque / is missing`);
	}
	return named.filter((one) => one.locale === locale).map(({ entry, slug }) => ({ entry, slug }));
}

/** Every step of the timeline, oldest first; within a year, those without a month come last. */
export async function historySteps(locale: Locale): Promise<Named<'history'>[]> {
	const steps = await twinned('history', locale);
	const rank = ({ entry }: Named<'history'>) => entry.data.date.padEnd(7, '~');
	return steps.sort((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : a.slug < b.slug ? -1 : 1));
}

/** Every service with a text, in the catalogue's order. */
export async function serviceTexts(locale: Locale): Promise<Named<'services'>[]> {
	const order = new Map((await getCollection('catalogue')).map(({ data }) => [data.slug, data.order]));
	const services = await twinned('services', locale);
	const rank = ({ slug, entry }: Named<'services'>) => {
		const place = order.get(slug);
		if (place === undefined) throw new Error(`content/${entry.id}.md : content/services/${slug}.yaml manque / is missing`);
		return place;
	};
	return services.sort((a, b) => rank(a) - rank(b));
}

/** Every guide, in the order of the help page. What one names as its next must be a guide too. */
export async function guideTexts(locale: Locale): Promise<Named<'guides'>[]> {
	const guides = await twinned('guides', locale);
	for (const { entry } of guides) {
		const missing = entry.data.next.find((slug) => !guides.some((guide) => guide.slug === slug));
		if (missing) throw new Error(`content/${entry.id}.md : « next », content/${locale}/guides/${missing}.md manque / is missing`);
	}
	return guides.sort((a, b) => a.entry.data.order - b.entry.data.order);
}
