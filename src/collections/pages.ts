import { z } from 'zod';
import { date, text, texts } from '#src/collections/fields.ts';

/** A page's text: content/{fr,en}/pages/*.md. */
export const pageSchema = z.strictObject({
	title: text('title'),
	description: text('description'),
	lead: text('lead').optional(),
	/** Day of the last change that matters to a reader. */
	updated: date('updated'),
	/** Date of a text that people agree to. */
	version: date('version').optional(),
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
});
