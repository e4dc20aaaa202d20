import { z } from 'zod';
import { both, slug, text, texts } from '#src/collections/fields.ts';

/** A service's page: content/{fr,en}/services/*.md. */
export const serviceSchema = z.strictObject({
	title: text('title'),
	summary: text('summary'),
	forWhom: text('forWhom'),
	included: texts('included'),
	youDo: texts('youDo'),
	weDo: texts('weDo'),
	/** What a visitor must know of the price and the settings file can't say. */
	costNote: text('costNote').optional(),
	runsOn: text('runsOn'),
	leaving: text('leaving'),
	needs: texts('needs'),
});

const RESOURCES = ['mailboxes', 'lists', 'sites', 'wikis', 'blogs', 'domains', 'megabytes'] as const;

const wholeNumber = (what: string, least: number) =>
	z
		.number(`« ${what} » : un nombre est attendu / a number is expected`)
		.int(`« ${what} » : un nombre entier est attendu / a whole number is expected`)
		.min(least, `« ${what} » : au moins ${least} / at least ${least}`);

/** Only what pages show of a service's settings (content/services/*.yaml); the rest is checked by the catalogue's own loader. */
export const catalogueSchema = z.object({
	slug: slug('slug'),
	order: z.number('« order » : un nombre est attendu / a number is expected'),
	/** True until the organisation has made these settings its own. */
	example: z.boolean('« example » : true ou false / true or false'),
	/** Who sets it running: a worker, the portal, the group itself. */
	fulfilment: z.enum(['manual', 'automatic', 'self'], {
		error: '« fulfilment » : manual, automatic ou self / manual, automatic or self',
	}),
	/** Who reads the requests: a slug of content/committees.yaml. */
	committee: slug('committee'),
	/** False for help and projects: they run nothing that the yearly contribution sustains. */
	startsContribution: z.boolean('« startsContribution » : true ou false / true or false'),
	/** Cents a year, on top of the contribution. */
	yearlyCents: wholeNumber('yearlyCents', 0),
	grants: z.partialRecord(z.enum(RESOURCES, { error: `« grants » : parmi / among ${RESOURCES.join(', ')}` }), wholeNumber('grants', 1)),
	form: z.array(z.object({ label: both('form.label') })).min(1, '« form » : au moins une question / at least one question'),
});
