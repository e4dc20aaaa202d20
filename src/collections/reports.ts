import { z } from 'zod';
import { address, source, text } from '#src/collections/fields.ts';

/** A yearly report, minutes, accounts: content/{fr,en}/reports/*.md. The text below the head is optional. */
export const reportSchema = z
	.strictObject({
		title: text('title'),
		kind: z.enum(['annual_report', 'minutes', 'accounts', 'other'], {
			error: '« kind » : annual_report, minutes, accounts ou other / annual_report, minutes, accounts or other',
		}),
		/** Sorts the list; people read `dateLabel`. A year or a month when the day isn't known. */
		date: z
			.string({ error: '« date » : mettez-la entre guillemets / put it between quotes' })
			.regex(/^\d{4}(-\d{2}(-\d{2})?)?$/, '« date » : comme "2015-12" / like "2015-12"'),
		dateLabel: text('dateLabel'),
		/** A file of public/, like « /documents/rapport.pdf ». */
		file: z
			.string()
			.regex(
				/^\/[\w./-]+$/,
				'« file » : l’adresse d’un fichier de public/, comme "/documents/rapport.pdf" / the address of a file of public/',
			)
			.optional(),
		/** Where it can be read elsewhere. */
		link: address('link').optional(),
		sources: z.array(source).min(1, '« sources » : au moins une / at least one'),
	})
	.refine(({ file, link }) => !(file && link), '« file » ou « link », pas les deux / « file » or « link », not both');
