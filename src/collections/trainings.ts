/** A training date: content/trainings/*.yaml. Read at build to check it, and by src/adapters/settings for the portal itself. */
import { z } from 'zod';
import { both, date, slug } from '#src/collections/fields.ts';

const time = (what: string) =>
	z
		.string({ error: `« ${what} » : mettez l’heure entre guillemets, comme "18:30" / put the time between quotes, like "18:30"` })
		.regex(/^([01]\d|2[0-3]):[0-5]\d$/, `« ${what} » : une heure comme "18:30" est attendue / a time like "18:30" is expected`);

const MOST_SEATS = 500;

/** What an example and a real date both say. */
const described = {
	slug: slug('slug'),
	title: both('title'),
	summary: both('summary'),
	/** Paragraphs are separated by an empty line. */
	text: both('text'),
	/** Language in which it is held. */
	language: z.enum(['fr', 'en', 'both'], { error: '« language » : fr, en ou both / fr, en or both' }),
	seats: z
		.number({ error: '« seats » : un nombre est attendu / a number is expected' })
		.int()
		.min(1, '« seats » : au moins 1 / at least 1')
		.max(MOST_SEATS, `« seats » : au plus ${MOST_SEATS} / at most ${MOST_SEATS}`),
	where: z.strictObject({
		kind: z.enum(['place', 'online'], { error: '« where.kind » : place ou online / place or online' }),
		text: both('where.text'),
	}),
};

/** Shows what a session looks like: it has no date, so that it can't be taken for one, and nobody can sign up for it. */
const example = z.strictObject({ example: z.literal(true), ...described });

const session = z
	.strictObject({
		example: z.literal(false),
		...described,
		/** Civil day and hours, in Montréal. */
		on: date('on'),
		from: time('from'),
		to: time('to'),
		signUp: z
			.strictObject({
				/** First and last day on which people may sign up; from its publication, and until it begins, when absent. */
				opensOn: date('signUp.opensOn').optional(),
				closesOn: date('signUp.closesOn').optional(),
			})
			.optional(),
	})
	.refine(({ from, to }) => to > from, { path: ['to'], error: '« to » : la fin vient après le début / the end comes after the beginning' })
	.refine(({ on, signUp }) => (signUp?.closesOn ?? on) <= on, {
		path: ['signUp', 'closesOn'],
		error: '« signUp.closesOn » : au plus tard le jour de la séance / on the day of the session at the latest',
	})
	.refine(({ signUp }) => (signUp?.opensOn ?? '') <= (signUp?.closesOn ?? '9999'), {
		path: ['signUp', 'closesOn'],
		error: '« signUp.closesOn » : après « opensOn » / after “opensOn”',
	});

export const trainingSchema = z.discriminatedUnion('example', [example, session], {
	error: '« example » : true pour un exemple, false pour une vraie date / true for an example, false for a real date',
});

export type TrainingSettings = z.output<typeof trainingSchema>;
/** A real date, as its file says. */
export type SessionSettings = z.output<typeof session>;
export type ExampleSettings = z.output<typeof example>;
