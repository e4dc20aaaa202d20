/**
 * The texts people edit in content/. A file that does not fit stops the build with a sentence that names the field and
 * says what is expected.
 */

import { defineCollection } from 'astro:content';
import { glob } from 'astro/loaders';
import { z } from 'astro/zod';

const text = (what: string) =>
	z
		.string({ error: `« ${what} » : un texte est attendu / a text is expected` })
		.trim()
		.min(1, `« ${what} » est vide / is empty`);
const texts = (what: string) =>
	z
		.array(text(what), { error: `« ${what} » : une liste de textes est attendue / a list of texts is expected` })
		.min(1, `« ${what} » : au moins une ligne / at least one line`);

/** Themes of the timeline; src/styles/pages.css has one rule for each. */
export const THEMES = ['origines', 'solidarite', 'infrastructure', 'logiciel-libre', 'travail', 'vie-democratique'] as const;
export type Theme = (typeof THEMES)[number];

const pages = defineCollection({
	loader: glob({ base: './content', pattern: '{fr,en}/pages/*.md' }),
	schema: z.strictObject({
		title: text('title'),
		description: text('description'),
		lead: text('lead').optional(),
		/** Date of a text that people agree to. */
		version: z
			.string()
			.regex(/^\d{4}-\d{2}-\d{2}$/, '« version » : une date comme "2026-11-22" est attendue / a date like "2026-11-22" is expected')
			.optional(),
		hero: z.strictObject({ title: text('hero.title'), lead: text('hero.lead') }).optional(),
		doors: z
			.array(
				z.strictObject({
					key: z.enum(['public', 'group', 'member'], { error: '« doors.key » : public, group ou member / public, group or member' }),
					eyebrow: text('doors.eyebrow'),
					title: text('doors.title'),
					text: text('doors.text'),
					link: text('doors.link'),
				}),
			)
			.length(3, '« doors » : trois portes sont attendues / three doors are expected')
			.optional(),
		timelineTitle: text('timelineTitle').optional(),
		timelineEvents: texts('timelineEvents').optional(),
		servicesTitle: text('servicesTitle').optional(),
		servicesLead: text('servicesLead').optional(),
		paysTitle: text('paysTitle').optional(),
		paysLead: text('paysLead').optional(),
	}),
});

const history = defineCollection({
	loader: glob({ base: './content', pattern: '{fr,en}/history/*.md' }),
	schema: z.strictObject({
		title: text('title'),
		/** Sorts the timeline; people read `dateLabel`. */
		date: z
			.string({ error: '« date » : mettez-la entre guillemets / put it between quotes' })
			.regex(
				/^\d{4}(-\d{2}(-\d{2})?)?$/,
				'« date » : une année, un mois ou un jour, comme "2004-03" / a year, a month or a day, like "2004-03"',
			),
		dateLabel: text('dateLabel'),
		themes: z
			.array(z.enum(THEMES, { error: `« themes » : parmi / among ${THEMES.join(', ')}` }))
			.min(1, '« themes » : au moins un / at least one'),
		sources: z
			.array(
				z.strictObject({
					label: text('sources.label'),
					url: z.url('« sources.url » : une adresse complète est attendue / a full address is expected').optional(),
				}),
			)
			.min(1, '« sources » : chaque fait a une source / each fact has a source'),
		historic: z.boolean('« historic » : true ou false / true or false'),
		note: text('note').optional(),
	}),
});

const services = defineCollection({
	loader: glob({ base: './content', pattern: '{fr,en}/services/*.md' }),
	schema: z.strictObject({
		title: text('title'),
		summary: text('summary'),
		forWhom: text('forWhom'),
		included: texts('included'),
		youDo: texts('youDo'),
		weDo: texts('weDo'),
		runsOn: text('runsOn'),
		leaving: text('leaving'),
		needs: texts('needs'),
	}),
});

/** Only the order in which services are shown; the rest of these files is the catalogue's, checked by its own loader. */
const catalogue = defineCollection({
	loader: glob({ base: './content/services', pattern: '*.yaml' }),
	schema: z.object({
		slug: text('slug'),
		order: z.number('« order » : un nombre est attendu / a number is expected'),
	}),
});

export const collections = { pages, history, services, catalogue };
