import { z } from 'zod';
import { parseCivilDate } from '#src/lib/clock.ts';
import { choice, line, paragraph, submissionKey, version } from '#src/lib/form.ts';

export const LIMITS = { reason: 2_000, reference: 200 } as const;

const optionalDate = line(10, { required: false }).transform((text, context) => {
	if (text === '') return null;
	const date = parseCivilDate(text);
	if (date) return date;
	context.addIssue({ code: 'custom', message: 'invalid_date' });
	return z.NEVER;
});

export const DECISIONS = ['suspension', 'exclusion'] as const;

export const proposeForm = z.object({
	submissionKey,
	kind: choice(DECISIONS),
	reason: paragraph(LIMITS.reason),
	reference: line(LIMITS.reference),
	untilOn: optionalDate,
});
export const decideForm = z.object({ decision: line(100), version });
export const liftForm = z.object({
	suspension: line(100),
	liftReason: paragraph(LIMITS.reason),
	liftReference: line(LIMITS.reference, { required: false }),
});
