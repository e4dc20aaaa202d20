/** Which news items there are, for what a page's head says of them. */
import { getCollection } from 'astro:content';
import { LOCALES, type Locale } from '#src/i18n/routes.ts';

/** Older items show their section's picture where they are shared: one drawing each would make the build and the server's memory grow for links nobody shares any more. */
const WITH_OWN_CARD = 50;

interface Known {
	readonly languages: ReadonlyMap<string, readonly Locale[]>;
	readonly recent: ReadonlySet<string>;
}

async function read(): Promise<Known> {
	const languages = new Map<string, Locale[]>();
	const dates = new Map<string, string>();
	for (const { id, data } of await getCollection('news')) {
		const slug = id.split('/').at(-1) ?? '';
		const locale = LOCALES.find((one) => id.startsWith(`${one}/`));
		if (locale) languages.set(slug, [...(languages.get(slug) ?? []), locale]);
		dates.set(slug, data.publishedOn);
	}
	const newest = [...dates].sort(([, a], [, b]) => (a < b ? 1 : a > b ? -1 : 0)).slice(0, WITH_OWN_CARD);
	return { languages, recent: new Set(newest.map(([slug]) => slug)) };
}

let known: Promise<Known> | undefined;

/** @param slug the same in both languages. */
export async function newsEntry(slug: string): Promise<{ languages: readonly Locale[]; hasOwnCard: boolean }> {
	// While pages are written, items come and go.
	known = import.meta.env.DEV ? read() : (known ?? read());
	const { languages, recent } = await known;
	return { languages: languages.get(slug) ?? [], hasOwnCard: recent.has(slug) };
}
