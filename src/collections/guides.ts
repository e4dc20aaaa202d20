import { z } from 'zod';
import { date, slug, text } from '#src/collections/fields.ts';

/** What people want to do; the help page has one section for each. */
export const AIMS = ['mail', 'lists', 'publish', 'protect', 'move', 'space'] as const;

/** A guide to using the software on offer: content/{fr,en}/guides/*.md. Its text holds numbered steps, then what to do when they fail. */
export const guideSchema = z.strictObject({
	title: text('title'),
	summary: text('summary'),
	aim: z.enum(AIMS, { error: `« aim » : parmi / among ${AIMS.join(', ')}` }),
	/** Its place in the list. */
	order: z.number('« order » : un nombre est attendu / a number is expected'),
	/** The service it is about (content/services/*.yaml), if it is about one. */
	service: slug('service').optional(),
	/** For whom: the person who writes, who runs the group, who looks after its tools. */
	audience: z.enum(['everyone', 'administrator', 'technical'], {
		error: '« audience » : everyone, administrator ou technical / everyone, administrator or technical',
	}),
	minutes: z.number('« minutes » : un nombre est attendu / a number is expected').int().min(1),
	/** Names of guides to read afterwards. */
	next: z.array(slug('next'), '« next » : une liste de noms de guides est attendue / a list of names of guides is expected').min(1),
	updated: date('updated'),
});
