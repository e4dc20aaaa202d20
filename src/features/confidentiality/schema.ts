import { z } from 'zod';
import { type CivilDate, parseCivilDate } from '#src/lib/clock.ts';
import { choice, line, paragraph, submissionKey, version } from '#src/lib/form.ts';

export const RISKS = ['assessing', 'serious', 'not_serious'] as const;
export const LONGEST_LINE = 200;
export const LONGEST_TEXT = 4_000;

const day = (required: boolean) =>
	line(10, { required }).transform((text, context): CivilDate | null => {
		if (text === '') return null;
		const date = parseCivilDate(text);
		if (date !== null) return date;
		context.addIssue({ code: 'custom', message: 'invalid_date' });
		return z.NEVER;
	});

export const incidentForm = z.object({
	submissionKey,
	knownOn: day(true).transform((date) => date as CivilDate),
	happened: line(LONGEST_LINE),
	information: paragraph(LONGEST_TEXT),
	people: line(LONGEST_LINE),
	circumstances: paragraph(LONGEST_TEXT),
	risk: choice(RISKS),
	sensitivity: paragraph(LONGEST_TEXT, { required: false }),
	consequences: paragraph(LONGEST_TEXT, { required: false }),
	likelihood: paragraph(LONGEST_TEXT, { required: false }),
	measures: paragraph(LONGEST_TEXT, { required: false }),
	commissionOn: day(false),
	peopleOn: day(false),
	publicNotice: paragraph(LONGEST_TEXT, { required: false }),
});
export type IncidentInput = Omit<z.output<typeof incidentForm>, 'submissionKey'>;

/** A new revision says why, and of which one. */
export const correctionForm = incidentForm.extend({ correction: line(LONGEST_LINE), revision: version });
