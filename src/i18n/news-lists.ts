/**
 * How news are put in order and in lists. Pure, and each list is made once for all pages: thousands of items cost each
 * page no more than ten do.
 */
import { formatDate } from '#src/i18n/format.ts';
import { LOCALES, type Locale } from '#src/i18n/routes.ts';

/** Items on a page of the list. */
export const PER_PAGE = 20;
/** Items on a topic's or an author's page; older ones are in the archives, where every item is. */
export const MOST_LISTED = 200;

/** What lists need of a text in content/{fr,en}/news/. */
export interface NewsText {
	/** `fr/news/SLUG`. */
	readonly id: string;
	/** Path of the file, from the root of the repository. */
	readonly filePath?: string | undefined;
	readonly data: {
		/** A day, a month or a year. */
		readonly publishedOn: string;
		readonly updatedOn?: string | undefined;
		readonly authors: readonly string[];
		readonly tags: readonly string[];
	};
}

export interface NewsItem<T extends NewsText> {
	readonly slug: string;
	/** Of its text: the language of the page, unless the item exists in the other one only. */
	readonly language: Locale;
	readonly inBoth: boolean;
	readonly text: T;
}

export interface NewsIndex<T extends NewsText> {
	/** Newest first. */
	readonly items: readonly NewsItem<T>[];
	/** The same, {@link PER_PAGE} at a time; one empty page when there is none. */
	readonly pages: readonly (readonly NewsItem<T>[])[];
	/** Newest year first. */
	readonly years: ReadonlyMap<string, readonly NewsItem<T>[]>;
	readonly tags: ReadonlyMap<string, readonly NewsItem<T>[]>;
	readonly authors: ReadonlyMap<string, readonly NewsItem<T>[]>;
	/** The item of that name with those before and after it in the list. */
	find(slug: string): { item: NewsItem<T>; newer: NewsItem<T> | null; older: NewsItem<T> | null } | null;
}

const placeOf = (id: string) => ({ locale: id.slice(0, 2) as Locale, slug: id.split('/').at(-1) ?? '' });
const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const same = (a: readonly string[], b: readonly string[]) => a.length === b.length && a.every((one) => b.includes(one));

/** What does not fit, one sentence each, in the words of those who edit. */
export function newsComplaints(texts: readonly NewsText[], known: { tags: ReadonlySet<string>; authors: ReadonlySet<string> }): string[] {
	const complaints: string[] = [];
	const say = (text: NewsText, fr: string, en: string) => complaints.push(`${text.filePath ?? `content/${text.id}.md`} : ${fr} / ${en}`);
	const byId = new Map(texts.map((text) => [text.id, text]));
	for (const text of texts) {
		const { locale, slug } = placeOf(text.id);
		const file = text.filePath?.split('/').at(-1);
		if (!SLUG.test(slug) || (file !== undefined && file !== `${slug}.md`)) {
			say(
				text,
				'le nom du fichier prend de petites lettres sans accent, des chiffres et des traits d’union',
				'the file’s name takes small letters without accents, figures and hyphens',
			);
		}
		for (const kind of ['tags', 'authors'] as const) {
			for (const name of text.data[kind]) {
				if (known[kind].has(name)) continue;
				say(
					text,
					`« ${kind} » nomme ${name}, qui n’est pas dans content/${kind}.yaml; ajoutez-l’y, ou choisissez parmi ${[...known[kind]].join(', ')}`,
					`“${kind}” names ${name}, which is not in content/${kind}.yaml; add it there, or choose among those`,
				);
			}
		}
		const twin = locale === 'fr' ? byId.get(`en/news/${slug}`) : undefined;
		if (!twin) continue;
		const { data } = text;
		const differs = [
			data.publishedOn !== twin.data.publishedOn && 'publishedOn',
			!same(data.tags, twin.data.tags) && 'tags',
			!same(data.authors, twin.data.authors) && 'authors',
		].filter((field) => field !== false);
		for (const field of differs) {
			say(text, `« ${field} » diffère de content/${twin.id}.md`, `“${field}” differs from content/${twin.id}.md`);
		}
	}
	return complaints;
}

/** Newest first. What is known to the month comes after its days, what is known to the year after its months. */
function newestFirst<T extends NewsText>(a: NewsItem<T>, b: NewsItem<T>): number {
	const [older, newer] = [a.text.data.publishedOn, b.text.data.publishedOn];
	if (older !== newer) return older < newer ? 1 : -1;
	return a.slug < b.slug ? -1 : a.slug > b.slug ? 1 : 0;
}

function gather<T>(items: readonly T[], keysOf: (item: T) => readonly string[]): Map<string, T[]> {
	const groups = new Map<string, T[]>();
	for (const item of items) {
		for (const key of new Set(keysOf(item))) {
			const group = groups.get(key);
			if (group) group.push(item);
			else groups.set(key, [item]);
		}
	}
	return groups;
}

/** All lists of one language's pages. An item that exists in the other language only is in them, in that language. */
export function indexNews<T extends NewsText>(texts: readonly T[], locale: Locale): NewsIndex<T> {
	const bySlug = new Map<string, Partial<Record<Locale, T>>>();
	for (const text of texts) {
		const place = placeOf(text.id);
		bySlug.set(place.slug, { ...bySlug.get(place.slug), [place.locale]: text });
	}
	const items: NewsItem<T>[] = [];
	for (const [slug, versions] of bySlug) {
		const language = versions[locale] ? locale : LOCALES.find((other) => versions[other]);
		const text = language && versions[language];
		if (text) items.push({ slug, language, text, inBoth: LOCALES.every((one) => versions[one]) });
	}
	items.sort(newestFirst);
	const places = new Map(items.map(({ slug }, at) => [slug, at]));
	const pageCount = Math.max(1, Math.ceil(items.length / PER_PAGE));
	return {
		items,
		pages: Array.from({ length: pageCount }, (_, at) => items.slice(at * PER_PAGE, (at + 1) * PER_PAGE)),
		years: gather(items, ({ text }) => [text.data.publishedOn.slice(0, 4)]),
		tags: gather(items, ({ text }) => text.data.tags),
		authors: gather(items, ({ text }) => text.data.authors),
		find(slug) {
			const at = places.get(slug);
			const item = at === undefined ? undefined : items[at];
			if (at === undefined || !item) return null;
			return { item, newer: items[at - 1] ?? null, older: items[at + 1] ?? null };
		},
	};
}

/** Numbers to show in a list of pages, null for a gap: never more than nine, however many pages there are. */
export function pageNumbers(current: number, last: number): (number | null)[] {
	const shown = [...new Set([1, current - 2, current - 1, current, current + 1, current + 2, last])]
		.filter((page) => page >= 1 && page <= last)
		.sort((a, b) => a - b);
	return shown.flatMap((page, at) => {
		const before = shown[at - 1] ?? page - 1;
		// A gap of one page is that page.
		return page - before === 1 ? [page] : page - before === 2 ? [page - 1, page] : [null, page];
	});
}

/** « 22 novembre 2026 », « mai 2026 », « 2018 »: as much as is known. */
export function formatKnownDate(date: string, locale: Locale): string {
	if (date.length === 4) return date;
	if (date.length === 10) return formatDate(date, locale);
	return new Intl.DateTimeFormat(`${locale}-CA`, { year: 'numeric', month: 'long', timeZone: 'UTC' })
		.format(Date.parse(`${date}-01T12:00:00Z`))
		.replace(' ', '\u00a0');
}

/** Noon UTC of a day, which is that day in Montréal too; null when only the month or the year is known. */
export function instantOfDay(date: string): Date | null {
	return date.length === 10 ? new Date(`${date}T12:00:00Z`) : null;
}
