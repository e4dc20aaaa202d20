import { z } from 'zod';
import { line, paragraph, submissionKey, valuesOf, version } from '#src/lib/form.ts';

export const LIMITS = { subject: 150, message: 6_000 } as const;

/** More people than a complaint names; guards against a form of a million boxes. */
const MOST_NAMED = 50;

const ids = z.preprocess(
	(value) => valuesOf({ value: (value ?? []) as string[] }, 'value'),
	z.array(z.string().max(100, 'invalid')).max(MOST_NAMED, 'invalid'),
);

export const complaintForm = z.object({
	submissionKey,
	committee: line(60),
	/** A decision of the group's own history; empty when it is about something else. */
	decision: line(100, { required: false }),
	concerned: ids,
	subject: line(LIMITS.subject),
	message: paragraph(LIMITS.message),
});

const stamped = { submissionKey, version };
export const stampedForm = z.object(stamped);
export const messageForm = z.object({ ...stamped, message: paragraph(LIMITS.message) });
