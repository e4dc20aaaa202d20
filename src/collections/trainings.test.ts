import { describe, expect, it } from 'vitest';
import { readTrainings } from '#src/adapters/settings/index.ts';
import { trainingSchema } from '#src/collections/trainings.ts';
import { aSession } from '#test/factories/trainings.ts';

const refusal = (over: object) => {
	const parsed = trainingSchema.safeParse({ ...aSession(), ...over });
	return parsed.success ? null : parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; ');
};

describe('a training date', () => {
	it('that is whole is taken', () => {
		expect(refusal({})).toBeNull();
		expect(refusal({ signUp: { opensOn: '2026-12-01', closesOn: '2026-12-22' } })).toBeNull();
	});

	const mistakes: [string, object, RegExp][] = [
		['a day that does not exist', { on: '2026-02-30' }, /« on »/],
		['a time in the wrong form', { from: '18h30' }, /« from »/],
		['an end before its beginning', { from: '20:30', to: '18:30' }, /« to »/],
		['no seat', { seats: 0 }, /« seats »/],
		['half a seat', { seats: 1.5 }, /seats/],
		['a language there is not', { language: 'es' }, /« language »/],
		['one language only', { title: { fr: 'Seul' } }, /« title\.en »/],
		['a sign-up that closes after the session', { signUp: { closesOn: '2026-12-23' } }, /« signUp\.closesOn »/],
		['a sign-up that closes before it opens', { signUp: { opensOn: '2026-12-20', closesOn: '2026-12-01' } }, /« signUp\.closesOn »/],
		['a word nobody knows', { price: 12 }, /price/],
		['no word on whether it is an example', { example: undefined }, /« example »/],
	];
	it.each(mistakes)('with %s is refused with a sentence in both languages that names it', (_, over, expected) => {
		expect(refusal(over)).toMatch(expected);
	});

	it('that is an example may have no date, so that it cannot be taken for one', () => {
		expect(refusal({ example: true })).toMatch(/on|from|to/);
	});
});

it('all that is shipped are examples', () => {
	const shipped = readTrainings();
	expect(shipped.length).toBeGreaterThan(0);
	expect(shipped.every(({ example }) => example)).toBe(true);
});
