import { z } from 'zod';
import { both, date, source, text } from '#src/collections/fields.ts';

const cents = (what: string) =>
	z
		.number({ error: `« ${what} » : un nombre de cents, sans guillemets / a number of cents, without quotes` })
		.int(`« ${what} » : des cents entiers, comme 1250000 pour 12 500 $ / whole cents, like 1250000 for $12,500`)
		.min(0, `« ${what} » : zéro ou plus; une dépense aussi s’écrit sans signe / zero or more; an expense too has no sign`);

const line = z.strictObject({
	label: both('label'),
	plannedCents: cents('plannedCents'),
	/** Null until the year is closed. */
	actualCents: cents('actualCents').nullable(),
});

const lines = (what: string) =>
	z
		.array(line, { error: `« ${what} » : une liste de postes est attendue / a list of lines is expected` })
		.min(1, `« ${what} » : au moins un poste / at least one line`);

/** A fiscal year's budget and accounts: content/budgets/*.yaml, one file for both languages. */
export const budgetSchema = z
	.strictObject({
		/** True for figures that are not the organisation's: they are shown folded, under that word. */
		example: z.boolean('« example » : true ou false / true or false'),
		label: text('label'),
		from: date('from'),
		/** Its last day. */
		until: date('until'),
		/** Reference of the assembly's resolution. */
		resolution: text('resolution').nullable(),
		note: both('note').optional(),
		income: lines('income'),
		expenses: lines('expenses'),
		sources: z.array(source).min(1, '« sources » : au moins une / at least one'),
	})
	.refine(({ from, until }) => from < until, '« until » : le dernier jour vient après le premier / the last day comes after the first');
