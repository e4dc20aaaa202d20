import { describe, expect, test } from 'vitest';
import { paymentForm, paymentKeyOf, reversalForm } from '#src/features/contributions/schema.ts';
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
