import { z } from 'zod';
import { LEAVING_REASONS } from '#src/features/leaving/rules.ts';
import { choice, line, paragraph, submissionKey, ticked, version } from '#src/lib/form.ts';

export const LIMITS = { objection: 2_000, reference: 150 } as const;

export const noticeForm = z.object({ submissionKey, reason: choice(LEAVING_REASONS), understood: ticked });
export const stepForm = z.object({ version });
export const objectionForm = z.object({ version, objection: paragraph(LIMITS.objection) });
export const taskForm = z.object({ task: line(100), reference: line(LIMITS.reference) });
export const deletedForm = z.object({
	item: line(100),
	count: line(9)
		.refine((text) => /^\d+$/.test(text), 'invalid_number')
		.transform(Number),
});
