import { z } from 'zod';
import { emailAddress, line, paragraph, submissionKey, version } from '#src/lib/form.ts';

/** Longest texts, as people count characters. */
export const LIMITS = { name: 120, email: 254, group: 120, needs: 600, reason: 1_000 } as const;

export const signUpForm = z.object({
	submissionKey,
	name: line(LIMITS.name),
	email: emailAddress,
	group: line(LIMITS.group, { required: false }),
	needs: paragraph(LIMITS.needs, { required: false }),
});

export const cancelForm = z.object({ version, reason: paragraph(LIMITS.reason) });
