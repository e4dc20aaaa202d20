import { z } from 'zod';
import { source, text } from '#src/collections/fields.ts';

/** Themes of the timeline; src/styles/pages/history.css has one rule for each. */
export const THEMES = ['origines', 'solidarite', 'infrastructure', 'logiciel-libre', 'travail', 'vie-democratique'] as const;
export type Theme = (typeof THEMES)[number];

/** A step of the history: content/{fr,en}/history/*.md. */
export const historySchema = z.strictObject({
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
	sources: z.array(source).min(1, '« sources » : chaque fait a une source / each fact has a source'),
	historic: z.boolean('« historic » : true ou false / true or false'),
	note: text('note').optional(),
});
