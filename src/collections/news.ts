import { type ZodType, z } from 'zod';
import { both, date, slug, source, text } from '#src/collections/fields.ts';
import { parseCivilDate } from '#src/lib/clock.ts';

/** A day, or as much of it as is known: "2026-11-22", "2026-11", "2026". */
export function isKnownDate(value: string): boolean {
	return parseCivilDate(`${value}${'-01-01'.slice(value.length - 4)}`) !== null && /^\d{4}(-\d{2}){0,2}$/.test(value);
}

const named = (what: string, file: string) =>
	z
		.array(slug(what), {
			error: `« ${what} » : une liste de noms de content/${file} est attendue, comme [${file === 'tags.yaml' ? 'travail' : 'koumbit'}] / a list of names of content/${file} is expected`,
		})
		.min(1, `« ${what} » : au moins un / at least one`);

/**
 * A news item: content/{fr,en}/news/*.md. It may exist in one language only; in two, dates, authors and tags agree.
 * @param image what reads a picture's path beside the file; Astro's own at build.
 */
export const newsSchema = <Image extends ZodType>(image: () => Image) =>
	z.strictObject({
		title: text('title'),
		/** One or two sentences: lists, feeds and search show it. */
		summary: text('summary'),
		/** A month or a year when the day isn't known: nothing is made up. */
		publishedOn: z
			.string({
				error: '« publishedOn » : mettez la date entre guillemets, comme "2026-11-22" / put the date between quotes, like "2026-11-22"',
			})
			.refine(
				isKnownDate,
				'« publishedOn » : une date qui existe est attendue, comme "2026-11-22"; "2026-11" ou "2026" quand on n’en sait pas plus / a date that exists is expected, like "2026-11-22"; "2026-11" or "2026" when no more is known',
			),
		updatedOn: date('updatedOn').optional(),
		/** Names of content/authors.yaml. */
		authors: named('authors', 'authors.yaml'),
		/** Names of content/tags.yaml. */
		tags: named('tags', 'tags.yaml'),
		picture: z.strictObject({ src: image(), alt: text('picture.alt'), credit: text('picture.credit').optional() }).optional(),
		sources: z.array(source).optional(),
		/** What a reader should know of the item itself; under the text. */
		note: text('note').optional(),
	});

/** A topic of the news: content/tags.yaml. */
export const tagSchema = both('tags.yaml');

/** Who signs the news: content/authors.yaml. */
export const authorSchema = z.strictObject({
	...both('authors.yaml').shape,
	kind: z.enum(['person', 'group'], { error: '« kind » : person ou group / person or group' }),
});
