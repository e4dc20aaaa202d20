import { z } from 'zod';
import { ANSWERS } from '#src/features/renewal/rules.ts';
import { parseCivilDate } from '#src/lib/clock.ts';
import { choice, line, version } from '#src/lib/form.ts';

export const answerForm = z
	.object({ version, answer: choice(ANSWERS), laterOn: line(10, { required: false }) })
	.transform(({ laterOn, ...rest }, context) => {
		if (rest.answer !== 'later') return { ...rest, laterOn: null };
		const date = parseCivilDate(laterOn);
		if (date) return { ...rest, laterOn: date };
		context.addIssue({ code: 'custom', path: ['laterOn'], message: laterOn === '' ? 'required' : 'invalid_date' });
		return z.NEVER;
	});
