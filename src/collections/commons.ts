import { z } from 'zod';
import { date, source, text } from '#src/collections/fields.ts';

/** Something given back to the free software we use: content/{fr,en}/commons/*.md. */
export const commonsSchema = z.strictObject({
	title: text('title'),
	/** Sorts the list; people read `dateLabel`. A year or a month when the day isn't known. */
	date: z
		.string({ error: '« date » : mettez-la entre guillemets / put it between quotes' })
		.regex(/^\d{4}(-\d{2}(-\d{2})?)?$/, '« date » : comme "2026-11" / like "2026-11"'),
	dateLabel: text('dateLabel'),
	project: text('project'),
	sources: z.array(source).min(1, '« sources » : au moins une / at least one'),
	checkedOn: date('checkedOn').optional(),
});
