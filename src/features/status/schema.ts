import { z } from 'zod';
import {
	type InLanguages,
	KINDS,
	type NoticeTexts,
	parseClockTime,
	SEVERITIES,
	TEXT_FIELDS,
	UPDATE_KINDS,
	type UpdateKind,
} from '#src/features/status/rules.ts';
import { LOCALES, type Locale } from '#src/i18n/routes.ts';
import { normalizeAddress } from '#src/lib/email-address.ts';
import { choice, emailAddress, type FormState, line, paragraph, submissionKey, valueOf, version } from '#src/lib/form.ts';
import { newIdempotencyKey } from '#src/lib/ids.ts';

/** Longest of each text, in characters as people count them. */
export const LONGEST = { title: 120, who: 1_000, what: 2_000, why: 2_000, how: 2_000, objection: 1_000, update: 4_000 } as const;

/** Name of a text's field: `what-fr`. */
export function textFieldOf(field: keyof NoticeTexts | 'text', locale: Locale): string {
	return `${field}-${locale}`;
}

/** An hour by Montréal's clocks; null when left empty. */
const clockTime = line(40, { required: false }).transform((text, context) => {
	const at = text === '' ? null : parseClockTime(text);
	if (at !== null || text === '') return at;
	context.addIssue({ code: 'custom', message: 'invalid_time' });
	return z.NEVER;
});

const neededTime = clockTime.transform((at, context) => {
	if (at !== null) return at;
	context.addIssue({ code: 'custom', message: 'required' });
	return z.NEVER;
});

const services = z.preprocess(
	(value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]),
	z
		.array(z.string().regex(/^[a-z][a-z-]{0,39}$/, 'invalid'), 'invalid')
		.max(50, 'invalid')
		.transform((list) => (list.includes('all') ? ['all'] : [...new Set(list)]))
		.refine((list) => list.length > 0, 'service_required'),
);

const record = z.record(z.string(), z.unknown());

/** The texts of a notice: in each language that has any, a title and what happens; at least one language. */
const noticeTexts = record.transform((values, context): InLanguages<NoticeTexts> => {
	const texts: Partial<Record<Locale, NoticeTexts>> = {};
	const spoilt = new Set<string>();
	const complain = (name: string, message: string) => {
		spoilt.add(name);
		context.addIssue({ code: 'custom', message, path: [name] });
	};
	for (const locale of LOCALES) {
		const said = Object.fromEntries(
			TEXT_FIELDS.map((field) => {
				const name = textFieldOf(field, locale);
				const schema = field === 'title' ? line(LONGEST.title, { required: false }) : paragraph(LONGEST[field], { required: false });
				const parsed = schema.safeParse(values[name]);
				if (!parsed.success) complain(name, parsed.error.issues[0]?.message ?? 'invalid');
				return [field, parsed.success ? parsed.data : ''];
			}),
		) as unknown as NoticeTexts;
		if (TEXT_FIELDS.every((field) => said[field] === '' && !spoilt.has(textFieldOf(field, locale)))) continue;
		for (const field of ['title', 'what'] as const) {
			const name = textFieldOf(field, locale);
			if (said[field] === '' && !spoilt.has(name)) complain(name, 'required');
		}
		texts[locale] = said;
	}
	if (Object.keys(texts).length === 0) complain(textFieldOf('title', 'fr'), 'one_language_required');
	return texts;
});

const noticeFacts = z
	.object({
		submissionKey,
		kind: choice(KINDS),
		severity: choice(SEVERITIES),
		services,
		startsAt: neededTime,
		expectedEndAt: clockTime,
	})
	.superRefine(({ kind, severity }, context) => {
		if (kind === 'outage' && severity === 'none') context.addIssue({ code: 'custom', message: 'outage_unnoticed', path: ['severity'] });
	});

/** A new notice, from the desk's form or the command line. */
export const openForm = record.transform((values, context) => {
	const facts = noticeFacts.safeParse(values);
	const texts = noticeTexts.safeParse(values);
	for (const issue of [...(facts.error?.issues ?? []), ...(texts.error?.issues ?? [])]) {
		context.addIssue({ code: 'custom', message: issue.message, path: issue.path });
	}
	return facts.success && texts.success ? { ...facts.data, texts: texts.data } : z.NEVER;
});
export type OpenInput = z.output<typeof openForm>;

function said(values: Record<string, unknown>, complain: (name: string, message: string) => void): InLanguages<string> {
	const texts: Partial<Record<Locale, string>> = {};
	for (const locale of LOCALES) {
		const name = textFieldOf('text', locale);
		const parsed = paragraph(LONGEST.update, { required: false }).safeParse(values[name]);
		if (!parsed.success) complain(name, parsed.error.issues[0]?.message ?? 'invalid');
		else if (parsed.data !== '') texts[locale] = parsed.data;
	}
	return texts;
}

const stamp = z.object({ submissionKey, version });

/** Steps that say enough by themselves; a correction or the reason of a cancellation needs words. */
const NEEDS_WORDS: readonly UpdateKind[] = ['investigating', 'identified', 'watching', 'note', 'cancelled'];

const updateFacts = z.object({
	step: choice(UPDATE_KINDS),
	severity: z.preprocess((value) => value || undefined, z.enum(SEVERITIES, 'invalid').optional()),
	/** Absent where the form does not ask. */
	services: services.optional(),
	expectedEndAt: clockTime,
	endedAt: clockTime,
});

/** Something more said about a notice: a step, its end, its cancellation. */
export const updateForm = record.transform((values, context) => {
	const complain = (name: string, message: string) => context.addIssue({ code: 'custom', message, path: [name] });
	const stamped = stamp.safeParse(values);
	const facts = updateFacts.safeParse(values);
	const texts = said(values, complain);
	for (const issue of [...(stamped.error?.issues ?? []), ...(facts.error?.issues ?? [])])
		complain(String(issue.path[0] ?? ''), issue.message);
	if (!stamped.success || !facts.success) return z.NEVER;
	if (NEEDS_WORDS.includes(facts.data.step) && Object.keys(texts).length === 0) {
		complain(textFieldOf('text', 'fr'), 'one_language_required');
		return z.NEVER;
	}
	const { step, ...rest } = facts.data;
	return { ...stamped.data, ...rest, kind: step, texts };
});
export type UpdateInput = z.output<typeof updateForm>;

export const subscribeForm = z.object({ submissionKey, email: emailAddress }).transform(({ email, ...rest }, context) => {
	const normalized = normalizeAddress(email);
	if (normalized === null) {
		context.addIssue({ code: 'custom', message: 'invalid_email', path: ['email'] });
		return z.NEVER;
	}
	return { ...rest, address: email, normalized };
});

/** The key a form carries; one that was accepted for something else gives way to a fresh one. */
export function keyOf({ sent, errors, values }: FormState): string {
	const key = submissionKey.safeParse(valueOf(values, 'submissionKey'));
	return sent && key.success && errors[''] !== 'form_already_used' ? key.data : newIdempotencyKey();
}
