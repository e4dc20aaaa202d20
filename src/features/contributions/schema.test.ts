import { describe, expect, test } from 'vitest';
import { isCalculatorAsked, parseCalculator, paymentForm, paymentKeyOf, reversalForm } from '#src/features/contributions/schema.ts';
import { EMPTY_FORM, type FormValues, parseForm } from '#src/lib/form.ts';
import { newIdempotencyKey } from '#src/lib/ids.ts';
import { on } from '#test/factories/contributions.ts';

const filled: FormValues = {
	receivedOn: '2026-03-09',
	amount: '120',
	method: 'interac',
	reference: '',
	submissionKey: newIdempotencyKey(),
};
const parse = (over: FormValues) => parseForm(paymentForm(on('2026-03-10')), { ...filled, ...over });
const errorsOf = (over: FormValues) => {
	const parsed = parse(over);
	return parsed.ok ? null : parsed.errors;
};

describe('a payment as typed', () => {
	test.each([
		['120', 12_000],
		['12,5', 1_250],
		['1 234,56', 123_456],
		['1\u00a0234,56\u00a0$', 123_456],
		['1,234.56', 123_456],
		['$ 12', 1_200],
		['0,01', 1],
		['1000000', 100_000_000],
	])('%s is an amount', (amount, expected) => {
		const parsed = parse({ amount });
		expect(parsed.ok && parsed.data.amount).toBe(expected);
	});

	test.each([
		['', 'required'],
		['   ', 'required'],
		['0', 'amount_not_positive'],
		['0,00 $', 'amount_not_positive'],
		['-5', 'amount_not_positive'],
		['−5', 'amount_not_positive'],
		['1e21', 'invalid_amount'],
		['NaN', 'invalid_amount'],
		['Infinity', 'invalid_amount'],
		['12,345', 'ambiguous_amount'],
		['12 ,345 $', 'ambiguous_amount'],
		['0,005', 'invalid_amount'],
		['12.345', 'invalid_amount'],
		['0.005', 'invalid_amount'],
		['1.234,56', 'invalid_amount'],
		['0x10', 'invalid_amount'],
		['cent dollars', 'invalid_amount'],
		['1000000,01', 'amount_too_large'],
		['99999999999', 'amount_too_large'],
		['1'.repeat(41), 'too_long'],
		['1'.repeat(5_000), 'too_long'],
	])('%s is refused', (amount, error) => {
		expect(errorsOf({ amount })).toEqual({ amount: error });
	});

	test.each([
		['', 'required'],
		['2026-02-30', 'invalid_date'],
		['0024-03-09', 'invalid_date'],
		['2026-3-9', 'invalid_date'],
		['09/03/2026', 'invalid_date'],
		['hier', 'invalid_date'],
		['2026-03-11', 'date_in_future'],
		['1926-03-09', 'date_too_early'],
	])('the date %s is refused', (receivedOn, error) => {
		expect(errorsOf({ receivedOn })).toEqual({ receivedOn: error });
	});

	test('may have been received today', () => {
		expect(errorsOf({ receivedOn: '2026-03-10' })).toBeNull();
	});

	test('names one of the means of payment', () => {
		expect(errorsOf({ method: 'bitcoin' })).toEqual({ method: 'invalid' });
		expect(errorsOf({ method: '' })).toEqual({ method: 'required' });
		expect(errorsOf({ submissionKey: 'x' })).toEqual({ submissionKey: 'invalid' });
	});

	test('keeps everything typed when it is refused', () => {
		const parsed = parse({ amount: '12,345', reference: 'no 7 <b>' });
		expect(parsed.ok ? null : parsed.values).toMatchObject({ amount: '12,345', reference: 'no 7 <b>' });
	});
});

test('a correction needs a reason', () => {
	const id = newIdempotencyKey();
	const errors = (values: FormValues) => {
		const parsed = parseForm(reversalForm, values);
		return parsed.ok ? null : parsed.errors;
	};
	expect(errors({ id, reason: '  \u200b ' })).toEqual({ reason: 'required' });
	expect(errors({ id, reason: 'x'.repeat(301) })).toEqual({ reason: 'too_long' });
	expect(errors({ id: "' or 1=1", reason: 'x' })).toEqual({ id: 'invalid' });
	expect(errors({ id, reason: 'saisi deux fois' })).toBeNull();
});

describe('the key of the form of a payment', () => {
	const key = newIdempotencyKey();
	const shown = (submissionKey: string, errors: Record<string, string> = {}) =>
		paymentKeyOf({ errors, values: { submissionKey }, sent: true });

	test('is new on a new form and kept when the form comes back', () => {
		expect(paymentKeyOf(EMPTY_FORM)).not.toBe(paymentKeyOf(EMPTY_FORM));
		expect(shown(key, { amount: 'invalid_amount' })).toBe(key);
	});

	test('is replaced when it recorded another payment, or was spoilt', () => {
		expect(shown(key, { '': 'payment_form_used' })).not.toBe(key);
		expect(shown('abc', { '': 'form_incomplete' })).toMatch(/^[0-9a-f-]{36}$/);
	});
});

describe('the calculator’s address', () => {
	const today = on('2026-11-22');
	const label = { fr: 'Tranche', en: 'Band' };
	const person = { id: 'person', kind: 'individual', label, minimumCents: 100, suggestedCents: 200 } as const;
	const small = { id: 'small', kind: 'organisation', label, minimumCents: 300, suggestedCents: 400 } as const;
	const services = [
		{ slug: 'wiki', title: label, yearlyCents: 0 },
		{ slug: 'listes', title: label, yearlyCents: 500 },
	];
	const good = 'kind=organisation&band=small&frequency=monthly';
	const ask = (query: string, bands: readonly (typeof person | typeof small)[] = [person, small]) =>
		parseCalculator(new URLSearchParams(query), { bands, services, today });
	const errorsOfQuery = (query: string) => {
		const parsed = ask(query);
		return parsed.ok ? null : parsed.errors;
	};

	test('gives the band, the services in the catalogue’s order, each once, and today when no day is said', () => {
		const parsed = ask(`${good}&services=listes&services=wiki&services=listes&start=`);
		if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
		expect(parsed.data).toEqual({ band: small, services, frequency: 'monthly', startsOn: today, unable: false });
	});

	test('asks a person for no band when there is only one, whatever was ticked before', () => {
		for (const query of ['kind=individual&frequency=yearly', 'kind=individual&band=small&frequency=yearly&unable=on']) {
			const parsed = ask(query);
			expect(parsed.ok && parsed.data.band).toBe(person);
		}
		const two = ask('kind=individual&frequency=yearly', [person, { ...person, id: 'other' as 'person' }, small]);
		expect(two.ok ? null : two.errors).toEqual({ band: 'required' });
	});

	test.each([
		['kind=organisation&band=nowhere&frequency=monthly', { band: 'invalid' }],
		['kind=individual&band=nowhere&frequency=monthly', { band: 'invalid' }],
		['kind=organisation&band=person&frequency=monthly', { band: 'band_of_other_kind' }],
		['kind=organisation&frequency=monthly', { band: 'required' }],
		['kind=organisation&band=small%00x&frequency=monthly', { band: 'invalid' }],
		[`kind=organisation&band=${'x'.repeat(10_000)}&frequency=monthly`, { band: 'too_long' }],
		['band=small', { kind: 'required', frequency: 'required' }],
		[`${good}&band=small`, { band: 'answered_twice' }],
		[`${good}&kind=individual`, { kind: 'answered_twice' }],
		[`${good}&start=2026-12-01&start=2026-12-02`, { start: 'answered_twice' }],
		[`${good}&band[]=small`, { band: 'invalid' }],
		[`${good}&services=-1`, { services: 'invalid' }],
		[`${good}&services=`, { services: 'invalid' }],
		[`${good}&start=-5`, { start: 'invalid_date' }],
		[`${good}&start=2026-02-30`, { start: 'invalid_date' }],
		[`${good}&start=2020-01-01`, { start: 'date_too_far' }],
		[`${good}&start=2199-01-01`, { start: 'date_too_far' }],
		[`${good}&unable=yes`, { unable: 'invalid' }],
		['kind=toString&band=__proto__&frequency=constructor', { kind: 'invalid', band: 'invalid', frequency: 'invalid' }],
	])('%s is refused with what to correct', (query, errors) => {
		expect(errorsOfQuery(query)).toEqual(errors);
	});

	test('is one only when it has a question of the calculator in it', () => {
		expect(isCalculatorAsked(new URLSearchParams(good))).toBe(true);
		expect(isCalculatorAsked(new URLSearchParams('band[]=small'))).toBe(true);
		expect(isCalculatorAsked(new URLSearchParams(''))).toBe(false);
		expect(isCalculatorAsked(new URLSearchParams('utm_source=x&bandit=1'))).toBe(false);
	});
});
