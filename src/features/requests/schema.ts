import { z } from 'zod';
import type { Question } from '#src/adapters/settings/index.ts';
import { type Answer, type Answers, isListed, URGENCIES } from '#src/features/requests/rules.ts';
import { parseCivilDate } from '#src/lib/clock.ts';
import { choice, domainName, emailAddress, type FormState, line, paragraph, submissionKey, valueOf, version } from '#src/lib/form.ts';
import { newIdempotencyKey } from '#src/lib/ids.ts';
import { cleanLine } from '#src/lib/text.ts';

/** Longest message of a thread, in characters as people count them. */
export const LONGEST_MESSAGE = 5_000;

const LONGEST_LINE = 200;
const LONGEST_TEXT = 2_000;
const MOST_DIGITS = 9;

/** Name of a question's field: apart from the form's own fields, whatever the catalogue calls it. */
export function fieldOf(question: Question): string {
	return `answer-${question.name}`;
}

/** Name of the « Je ne sais pas encore » box under a field. */
export function unknownFieldOf(question: Question): string {
	return `${fieldOf(question)}.unknown`;
}

/** The « Je ne sais pas encore » of a list of choices; no choice of the catalogue can be spelt so. */
export const UNKNOWN_CHOICE = '.unknown';

const wholeNumber = (digits: number) =>
	line(40).transform((text, context) => {
		const plain = text.replace(/[\s\u00a0\u202f]/g, '');
		if (!/^\d+$/.test(plain) || plain.length > Math.min(digits, MOST_DIGITS)) {
			context.addIssue({ code: 'custom', message: 'invalid_number' });
			return z.NEVER;
		}
		return Number(plain);
	});

/** The part of an address before the @, or a list's name; lower case. */
const localPart = (max: number) =>
	line(max).transform((text, context) => {
		const lower = text.toLowerCase();
		if (!/^[a-z0-9]+(?:[.-][a-z0-9]+)*$/.test(lower)) {
			context.addIssue({ code: 'custom', message: 'invalid_local_part' });
			return z.NEVER;
		}
		return lower;
	});

/** What may be written in a question's field, once something is. */
function valueSchema(question: Question): z.ZodType<string | number> {
	switch (question.type) {
		case 'text':
			return line(question.maxLength ?? LONGEST_LINE);
		case 'longtext':
			return paragraph(question.maxLength ?? LONGEST_TEXT);
		case 'domain':
			return domainName;
		case 'email':
			return emailAddress;
		case 'localpart':
			return localPart(Math.min(question.maxLength ?? 64, 64));
		case 'number':
			return wholeNumber(question.maxLength ?? MOST_DIGITS);
		case 'yesno':
			return choice(['yes', 'no']);
		case 'choice': {
			const [head = '', ...tail] = (question.choices ?? []).map((one) => one.value);
			return choice([head, ...tail]);
		}
	}
}

const textOf = (value: unknown): string => {
	const first: unknown = Array.isArray(value) ? value[0] : value;
	return typeof first === 'string' ? first : '';
};

function answerOf(question: Question, values: Readonly<Record<string, unknown>>): Answer | { readonly error: string } | null {
	const typed = values[fieldOf(question)];
	const unknown = isListed(question) ? textOf(typed) === UNKNOWN_CHOICE : textOf(values[unknownFieldOf(question)]) === 'on';
	// What is written counts more than a ticked box: people tick first and remember later.
	if (question.allowUnknown && unknown && (isListed(question) || cleanLine(textOf(typed)) === '')) return { unknown: true };
	if (cleanLine(textOf(typed)) === '') {
		if (!question.required) return null;
		return { error: question.allowUnknown ? 'answer_or_unknown' : 'required' };
	}
	const parsed = valueSchema(question).safeParse(typed);
	return parsed.success ? { value: parsed.data } : { error: parsed.error.issues[0]?.message ?? 'invalid' };
}

/**
 * The answers to a service's form, built from its questions in the catalogue: question name → what was answered. A question
 * left empty has no entry. Errors bear the name of the field.
 */
export function answersSchema(form: readonly Question[]) {
	return z.record(z.string(), z.unknown()).transform((values, context): Answers => {
		const answers: Record<string, Answer> = {};
		for (const question of form) {
			const answer = answerOf(question, values);
			if (answer === null) continue;
			if ('error' in answer) context.addIssue({ code: 'custom', message: answer.error, path: [fieldOf(question)] });
			else answers[question.name] = answer;
		}
		return answers;
	});
}

export const openForm = z.object({ submissionKey, urgency: choice(URGENCIES) });

const stamped = { submissionKey, version };
const message = paragraph(LONGEST_MESSAGE);

export const replyForm = z.object({ ...stamped, reply: message });
export const stampedForm = z.object(stamped);
export const answerForm = z.object({
	...stamped,
	answer: message,
	wait: z.preprocess((value) => textOf(value) === 'on', z.boolean()),
});
/** No version: a note changes nothing that someone else could have changed meanwhile. */
export const noteForm = z.object({ submissionKey, note: message });
export const holdForm = z.object({ ...stamped, holdReason: message });
export const declineForm = z.object({ ...stamped, declineReason: message });
export const resolveForm = z
	.object({
		...stamped,
		resolution: message,
		/** Absent from the form of a request that sets nothing running. */
		running: z.preprocess((value) => textOf(value) || undefined, z.enum(['yes', 'no'], 'invalid').optional()),
		runsFrom: line(10, { required: false }),
	})
	.transform(({ running, runsFrom, ...data }, context) => {
		if (running !== 'yes') return { ...data, runsFrom: running === 'no' ? ('nothing_new' as const) : null };
		const on = parseCivilDate(runsFrom);
		if (on === null) {
			context.addIssue({ code: 'custom', message: runsFrom === '' ? 'required' : 'invalid_date', path: ['runsFrom'] });
			return z.NEVER;
		}
		return { ...data, runsFrom: on };
	});

/**
 * The key a form carries. A form shown again keeps the key it was sent with: if the first sending was kept after all
 * (the answer got lost), the second one changes nothing. A key that served for something else or was spoilt gives way to a
 * fresh one, or the form could never be accepted.
 */
export function keyOf({ sent, errors, values }: FormState): string {
	const key = submissionKey.safeParse(valueOf(values, 'submissionKey'));
	return sent && key.success && errors[''] !== 'form_already_used' ? key.data : newIdempotencyKey();
}
