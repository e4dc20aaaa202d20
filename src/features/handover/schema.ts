import { z } from 'zod';
import { LONGEST_NAME } from '#src/features/accounts/index.ts';
import { CHECK_METHODS } from '#src/features/handover/rules.ts';
import { choice, emailAddress, line, paragraph, submissionKey, version } from '#src/lib/form.ts';

export const LIMITS = { group: 200, reason: 2_000, note: 2_000, objection: 1_000 } as const;

export const askForm = z.object({
	submissionKey,
	group: line(LIMITS.group),
	name: line(LONGEST_NAME),
	email: emailAddress,
	reason: paragraph(LIMITS.reason),
});

export const matchForm = z.object({ version, slug: line(100) });
export const checkForm = z.object({
	version,
	method: choice(CHECK_METHODS),
	note: paragraph(LIMITS.note).refine((text) => [...text].length >= 20, 'too_short'),
});
export const refuseForm = z.object({ version, refusal: paragraph(LIMITS.reason) });
export const objectForm = z.object({ objection: paragraph(LIMITS.objection, { required: false }) });
