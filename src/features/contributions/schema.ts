import { z } from 'zod';
import { PAYMENT_METHODS } from '#src/features/contributions/rules.ts';
import { type CivilDate, parseCivilDate } from '#src/lib/clock.ts';
import { choice, type FormState, line, paragraph, submissionKey, valueOf } from '#src/lib/form.ts';
import { newIdempotencyKey } from '#src/lib/ids.ts';
import { type Cents, parseAmount } from '#src/lib/money.ts';

/** A million dollars: a larger payment is a slip of the keyboard, and sums of these stay exact. */
export const LARGEST_PAYMENT_CENTS = 100_000_000;
/** Nothing was received before the network existed. */
const FIRST_DAY = '2004-01-01';
export const LONGEST_REFERENCE = 80;
export const LONGEST_REASON = 300;

/** An amount received, as people write it. */
const amountReceived = line(40).transform((text, context): Cents => {
	const fail = (message: string) => {
		context.addIssue({ code: 'custom', message });
		return z.NEVER;
	};
	if (text === '') return z.NEVER;
	const digits = text.replace(/[^\d,.]/g, '');
	if (/^0+,\d{3}/.test(digits)) return fail('invalid_amount');
	// « 12,345 » is twelve thousand dollars in English and not an amount in French: ask rather than guess.
	if (/^\d{1,3},\d{3}$/.test(digits)) return fail('ambiguous_amount');
	const amount = parseAmount(text);
	if (amount === null) return fail(/^\D*\d{9,}/.test(text) ? 'amount_too_large' : 'invalid_amount');
	if (amount <= 0) return fail('amount_not_positive');
	if (amount > LARGEST_PAYMENT_CENTS) return fail('amount_too_large');
	return amount;
});

const dateUntil = (today: CivilDate) =>
	line(40).transform((text, context): CivilDate => {
		const fail = (message: string) => {
			context.addIssue({ code: 'custom', message });
			return z.NEVER;
		};
		if (text === '') return z.NEVER;
		const date = parseCivilDate(text);
		if (date === null) return fail('invalid_date');
		if (date > today) return fail('date_in_future');
		if (date < FIRST_DAY) return fail('date_too_early');
		return date;
	});

/** A payment as a person with the finance role types it. */
export const paymentForm = (today: CivilDate) =>
	z.object({
		receivedOn: dateUntil(today),
		amount: amountReceived,
		method: choice(PAYMENT_METHODS),
		reference: line(LONGEST_REFERENCE, { required: false }),
		submissionKey,
	});

/** A correction: what is undone, and why. */
export const reversalForm = z.object({
	id: z.preprocess((value) => (Array.isArray(value) ? value[0] : value) ?? '', z.uuid('invalid')),
	reason: paragraph(LONGEST_REASON),
});

/**
 * The key of the form of a payment. Shown again, it keeps the key it was sent with, so that a payment kept after all is not
 * recorded twice; a key that recorded another payment or was spoilt gives way to a fresh one.
 */
export function paymentKeyOf({ sent, errors, values }: FormState): string {
	const key = submissionKey.safeParse(valueOf(values, 'submissionKey'));
	return sent && key.success && errors[''] !== 'payment_form_used' ? key.data : newIdempotencyKey();
}
