import { z } from 'zod';
import { ABOUT } from '#src/features/contact/rules.ts';
import { emailAddress, line, paragraph, submissionKey, version } from '#src/lib/form.ts';

/** Longest texts, as people count characters. */
export const LIMITS = { name: 120, email: 254, subject: 150, message: 5_000, answer: 10_000, note: 4_000 } as const;

const about = z.preprocess(
	(value) => (Array.isArray(value) ? value[0] : value) || null,
	z.union([z.null(), z.enum(ABOUT)], { error: 'invalid' }),
);

export const messageForm = z.object({
	submissionKey,
	name: line(LIMITS.name),
	email: emailAddress,
	about,
	subject: line(LIMITS.subject),
	message: paragraph(LIMITS.message),
});

const stamped = { submissionKey, version };
export const answerForm = z.object({ ...stamped, answer: paragraph(LIMITS.answer) });
export const stampedForm = z.object(stamped);
/** No version: a note changes nothing that someone else could have changed meanwhile. */
export const noteForm = z.object({ submissionKey, note: paragraph(LIMITS.note) });
