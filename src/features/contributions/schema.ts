import { z } from 'zod';
import { type EstimateInput, FREQUENCIES, PAYMENT_METHODS, type Service } from '#src/features/contributions/rules.ts';
import { addDays, type CivilDate, parseCivilDate } from '#src/lib/clock.ts';
import {
	choice,
	type FieldErrors,
	type FormState,
	line,
	type Parsed,
	paragraph,
	parseForm,
	readForm,
	refuse,
	submissionKey,
	valueOf,
	valuesOf,
} from '#src/lib/form.ts';
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

const CALCULATOR_FIELDS = ['kind', 'band', 'services', 'frequency', 'start', 'unable'] as const;
/** A link shared some months ago still answers; further on, another scale may be in force. */
const START_BEFORE_DAYS = 366;
const START_AFTER_DAYS = 731;

/** True once the calculator's form was sent: one of its questions is in the address, well written or not. */
export function isCalculatorAsked(query: URLSearchParams): boolean {
	return [...query.keys()].some((name) => CALCULATOR_FIELDS.some((field) => name === field || name.startsWith(`${field}[`)));
}

const calculatorForm = (offered: readonly string[], today: CivilDate) =>
	z.object({
		kind: choice(['organisation', 'individual']),
		band: line(40, { required: false }),
		services: z.preprocess(
			(value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]),
			z.array(z.string().refine((slug) => offered.includes(slug), 'invalid')),
		),
		frequency: choice(FREQUENCIES),
		start: line(40, { required: false }).transform((text, context): CivilDate => {
			if (text === '') return today;
			const date = parseCivilDate(text);
			const near = date !== null && date >= addDays(today, -START_BEFORE_DAYS) && date <= addDays(today, START_AFTER_DAYS);
			if (near) return date;
			context.addIssue({ code: 'custom', message: date === null ? 'invalid_date' : 'date_too_far' });
			return z.NEVER;
		}),
		unable: z.enum(['', 'on'], 'invalid').optional(),
	});

export interface CalculatorInput extends Omit<EstimateInput, 'scale'> {
	/** They say that they can't pay at present: the answer is the solidarity route. */
	readonly unable: boolean;
}

interface CalculatorOffer {
	readonly bands: readonly (EstimateInput['band'] & { readonly kind: 'individual' | 'organisation' })[];
	readonly services: readonly Service[];
	readonly today: CivilDate;
}

/** Checks what the calculator's address asks. Questions with one answer refuse two: which of them is meant is not guessed. */
export function parseCalculator(query: URLSearchParams, { bands, services, today }: CalculatorOffer): Parsed<CalculatorInput> {
	const values = readForm(query);
	const errors: FieldErrors = {};
	for (const name of query.keys()) {
		const field = CALCULATOR_FIELDS.find((one) => name.startsWith(`${one}[`));
		if (field) errors[field] = 'invalid';
	}
	const slugs = services.map((service) => service.slug);
	const parsed = parseForm(calculatorForm(slugs, today), values);
	if (!parsed.ok) Object.assign(errors, parsed.errors);
	for (const field of CALCULATOR_FIELDS) {
		if (field !== 'services' && valuesOf(values, field).length > 1) errors[field] = 'answered_twice';
	}

	const kind = valueOf(values, 'kind');
	const asked = valueOf(values, 'band').trim();
	const ofKind = bands.filter((band) => band.kind === kind);
	// A person has no budget to tell of when the scale asks the same of each: what was ticked before is left aside.
	const only = kind === 'individual' && ofKind.length === 1 ? ofKind[0] : undefined;
	const band = only ?? ofKind.find((one) => one.id === asked);
	if (asked !== '' && !bands.some((one) => one.id === asked)) errors.band ??= 'invalid';
	else if (!band && kind !== '' && errors.kind === undefined) errors.band ??= asked === '' ? 'required' : 'band_of_other_kind';

	if (!parsed.ok || !band || Object.keys(errors).length > 0) {
		const inOrder = CALCULATOR_FIELDS.flatMap((field) => (errors[field] === undefined ? [] : [[field, errors[field]]]));
		return refuse(422, Object.fromEntries(inOrder), values);
	}
	const { frequency, start, unable } = parsed.data;
	const chosen = new Set(parsed.data.services);
	return {
		ok: true,
		data: {
			band,
			services: services.filter((service) => chosen.has(service.slug)),
			frequency,
			startsOn: start,
			unable: unable === 'on',
		},
	};
}
