import { z } from 'zod';
import { date, slug, text } from '#src/collections/fields.ts';

/** A guide to using the software on offer: content/{fr,en}/guides/*.md. */
export const guideSchema = z.strictObject({
	title: text('title'),
	summary: text('summary'),
	/** Its place in the list. */
	order: z.number('« order » : un nombre est attendu / a number is expected'),
	/** The service it is about (content/services/*.yaml), if it is about one. */
	service: slug('service').optional(),
	/** For whom: the person who writes, who runs the group, who looks after its tools. */
	audience: z.enum(['everyone', 'administrator', 'technical'], {
		error: '« audience » : everyone, administrator ou technical / everyone, administrator or technical',
	}),
	minutes: z.number('« minutes » : un nombre est attendu / a number is expected').int().min(1),
	updated: date('updated'),
});
