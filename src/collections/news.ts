import { type ZodType, z } from 'zod';
import { date, slug, source, text, texts } from '#src/collections/fields.ts';

/**
 * A news item: content/{fr,en}/news/*.md. It may exist in one language only.
 * @param image what reads a picture's path beside the file; Astro's own at build.
 */
export const newsSchema = <Image extends ZodType>(image: () => Image) =>
	z.strictObject({
		title: text('title'),
		/** One or two sentences: lists, feeds and search show it. */
		summary: text('summary'),
		publishedOn: date('publishedOn'),
		updatedOn: date('updatedOn').optional(),
		authors: texts('authors'),
		tags: z.array(slug('tags')).min(1, '« tags » : au moins un / at least one'),
		picture: z.strictObject({ src: image(), alt: text('picture.alt'), credit: text('picture.credit').optional() }).optional(),
		sources: z.array(source).optional(),
	});
