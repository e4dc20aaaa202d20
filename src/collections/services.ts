import { z } from 'zod';
import { text, texts } from '#src/collections/fields.ts';

/** A service's page: content/{fr,en}/services/*.md. */
export const serviceSchema = z.strictObject({
	title: text('title'),
	summary: text('summary'),
	forWhom: text('forWhom'),
	included: texts('included'),
	youDo: texts('youDo'),
	weDo: texts('weDo'),
	runsOn: text('runsOn'),
	leaving: text('leaving'),
	needs: texts('needs'),
});

/** Only what pages show of a service's settings (content/services/*.yaml); the rest is checked by the catalogue's own loader. */
export const catalogueSchema = z.object({
	slug: text('slug'),
	order: z.number('« order » : un nombre est attendu / a number is expected'),
});
