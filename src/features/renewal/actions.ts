import { write } from '#db/client.ts';
import { formAction } from '#src/adapters/forms/index.ts';
import { grantIn } from '#src/features/access/index.ts';
import { answerRenewal } from '#src/features/renewal/mutations.ts';
import { answerForm } from '#src/features/renewal/schema.ts';
import { pathOf } from '#src/i18n/routes.ts';
import { parseForm, redirectTo, refuse } from '#src/lib/form.ts';

export const renewalActions = {
	answer: formAction(async (values, context) => {
		const grant = grantIn(context.locals.access, context.params.group, 'membership.manage');
		const parsed = parseForm(answerForm, values);
		if (!parsed.ok) return parsed.errors.version === undefined ? parsed : refuse(409, { '': 'stale' }, values);
		const done = await write((tx) => answerRenewal(tx, context.act(), grant, parsed.data));
		const params = { group: grant.organisation.slug };
		if (done.ok) {
			return parsed.data.answer === 'leave'
				? redirectTo(pathOf('spaceLeave', context.locale, params))
				: redirectTo(`${pathOf('spaceMembership', context.locale, params)}?fait=${parsed.data.answer}`);
		}
		if (done.reason === 'not_found') return refuse(404, {}, values);
		if (done.reason === 'date_passed' || done.reason === 'delay_too_long') return refuse(422, { laterOn: done.reason }, values);
		return refuse(409, { '': done.reason }, values);
	}),
};
