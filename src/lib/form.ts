/**
 * What a form sends and what comes back, without JavaScript: a plain POST, then 303 to another page, or the same page
 * again with the values as typed and an error for each field.
 */
import { z } from 'zod';
import { addDays, parseCivilDate } from '#src/lib/clock.ts';
import { normalizeAddress, normalizeDomain } from '#src/lib/email-address.ts';
import { cleanLine, cleanText, lengthOf } from '#src/lib/text.ts';

/** As typed; several values for a group of check boxes. */
export type FormValues = Record<string, string | string[]>;
/** Field name → key of `messages(locale).errors`. The empty name is the form as a whole. */
export type FieldErrors = Record<string, string>;

/** 200: nothing was wrong, and nothing was done either; the page shows the form again with a preview. */
export type RefusalStatus = 200 | 400 | 403 | 404 | 409 | 422 | 429 | 503;

export interface Refusal {
	readonly ok: false;
	readonly status: RefusalStatus;
	readonly errors: FieldErrors;
	readonly values: FormValues;
	/** Seconds to wait, with 429 and 503. */
	readonly retryAfter?: number;
}

export type Outcome = { readonly ok: true; readonly to: string } | Refusal;

export function redirectTo(to: string): Outcome {
	return { ok: true, to };
}

export function refuse(status: RefusalStatus, errors: FieldErrors, values: FormValues = {}): Refusal {
	return { ok: false, status, errors, values };
}

/** What a page needs to show a form again: empty when nothing was sent. */
export interface FormState {
	readonly errors: FieldErrors;
	readonly values: FormValues;
	readonly sent: boolean;
}

export const EMPTY_FORM: FormState = { errors: {}, values: {}, sent: false };

/** Far above what any form here sends; guards against a body made of a million tiny fields. */
const MOST_FIELDS = 400;

/**
 * Text fields only: an uploaded file where none is asked for counts as empty. Names that objects treat specially are dropped.
 * @param data a form sent by POST, or the query of one sent by GET.
 */
export function readForm(data: FormData | URLSearchParams): FormValues {
	const values: FormValues = Object.create(null) as FormValues;
	let count = 0;
	for (const [name, value] of data) {
		if (++count > MOST_FIELDS) break;
		if (name === '__proto__') continue;
		const text = typeof value === 'string' ? value : '';
		const known = values[name];
		if (known === undefined) values[name] = text;
		else values[name] = [...(Array.isArray(known) ? known : [known]), text];
	}
	return values;
}

export function valueOf(values: FormValues, name: string): string {
	const value = values[name];
	return (Array.isArray(value) ? value[0] : value) ?? '';
}

export function valuesOf(values: FormValues, name: string): string[] {
	const value = values[name];
	return value === undefined ? [] : Array.isArray(value) ? value : [value];
}

const first = (value: unknown) => (Array.isArray(value) ? value[0] : value) ?? '';

/** One line of text, cleaned; the limits count what people see as characters. Optional lines give an empty string. */
export function line(max: number, { required = true } = {}) {
	return z.preprocess(
		first,
		z
			.string('invalid')
			.max(max * 20 + 1000, 'too_long')
			.transform(cleanLine)
			.refine((text) => !required || text !== '', 'required')
			.refine((text) => lengthOf(text) <= max, 'too_long'),
	);
}

/** Several lines of text, cleaned. */
export function paragraph(max: number, { required = true } = {}) {
	return z.preprocess(
		first,
		z
			.string('invalid')
			.max(max * 20 + 1000, 'too_long')
			.transform(cleanText)
			.refine((text) => !required || text !== '', 'required')
			.refine((text) => lengthOf(text) <= max, 'too_long'),
	);
}

/** An e-mail address as typed; `normalizeAddress` gives the form to compare. */
export const emailAddress = line(254).refine((text) => text === '' || normalizeAddress(text) !== null, 'invalid_email');

/** A day, as a browser's date field or a person writes it; null when nothing was written. */
export const optionalDate = line(10, { required: false }).transform((text, context) => {
	if (text === '') return null;
	const date = parseCivilDate(text);
	if (date === null) {
		context.addIssue({ code: 'custom', message: 'invalid_date' });
		return z.NEVER;
	}
	return date;
});

/** A domain name as an A-label in lower case. */
export const domainName = line(253).transform((text, context) => {
	const domain = normalizeDomain(text.replace(/^https?:\/\//i, '').replace(/\/.*$/, ''));
	if (domain === null) {
		context.addIssue({ code: 'custom', message: text === '' ? 'required' : 'invalid_domain' });
		return z.NEVER;
	}
	return domain;
});

/** The last day of something, or nothing while no end is set; gives the first day without it. */
export const lastDay = line(10, { required: false }).transform((text, context) => {
	if (text === '') return null;
	const date = parseCivilDate(text);
	if (date !== null) return addDays(date, 1);
	context.addIssue({ code: 'custom', message: 'invalid_date' });
	return z.NEVER;
});

/** One of the choices offered. */
export function choice<const T extends readonly [string, ...string[]]>(options: T) {
	return z.preprocess((value) => first(value), z.string('required').min(1, 'required').pipe(z.enum(options, 'invalid')));
}

/** Any number of the choices offered, each once. */
export function choices<const T extends readonly [string, ...string[]]>(options: T) {
	return z.preprocess(
		(value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]),
		z.array(z.enum(options, 'invalid'), 'invalid').transform((list) => [...new Set(list)]),
	);
}

/** A box that must be ticked. */
export const ticked = z.preprocess(first, z.literal('on', 'required'));

/** The form's own key, made when the page was shown: the same key is accepted once. */
export const submissionKey = z.preprocess(first, z.uuid('invalid'));

/** The version of what the person saw, to refuse a change made on a stale page. */
export const version = z.preprocess(
	first,
	z
		.string()
		.regex(/^\d{1,9}$/, 'invalid')
		.transform(Number),
);

export type Parsed<T> = { readonly ok: true; readonly data: T } | Refusal;

/** Checks values with a schema whose messages are error keys; a refusal keeps everything typed. */
export function parseForm<T extends z.ZodType>(schema: T, values: FormValues): Parsed<z.output<T>> {
	const parsed = schema.safeParse(values);
	if (parsed.success) return { ok: true, data: parsed.data };
	const errors: FieldErrors = {};
	for (const issue of parsed.error.issues) {
		const name = String(issue.path[0] ?? '');
		errors[name] ??= issue.message;
	}
	return refuse(422, errors, values);
}
