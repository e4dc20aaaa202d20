import { write } from '#db/client.ts';
import { formAction } from '#src/adapters/forms/index.ts';
import { grantTo } from '#src/features/access/index.ts';
import { correctIncident, recordIncident } from '#src/features/confidentiality/mutations.ts';
import { faultIn } from '#src/features/confidentiality/rules.ts';
import { correctionForm, incidentForm } from '#src/features/confidentiality/schema.ts';
import { pathOf } from '#src/i18n/routes.ts';
import { civilDateOf, now } from '#src/lib/clock.ts';
import { parseForm, redirectTo, refuse } from '#src/lib/form.ts';

export const confidentialityActions = {
	record: formAction(async (values, context) => {
		const grant = grantTo(context.locals.access, 'confidentiality.manage');
		const parsed = parseForm(incidentForm, values);
		if (!parsed.ok) return parsed;
		const fault = faultIn(parsed.data, civilDateOf(now()));
		if (fault) return refuse(422, { [fault.field]: fault.key }, values);
		const number = await write((tx) => recordIncident(tx, context.act(), grant, parsed.data));
		return redirectTo(pathOf('workConfidentialityIncident', context.locale, { number }));
	}),

	correct: formAction(async (values, context) => {
		const grant = grantTo(context.locals.access, 'confidentiality.manage');
		const { number = '' } = context.params;
		const parsed = parseForm(correctionForm, values);
		if (!parsed.ok) return parsed;
		const fault = faultIn(parsed.data, civilDateOf(now()));
		if (fault) return refuse(422, { [fault.field]: fault.key }, values);
		const done = await write((tx) => correctIncident(tx, context.act(), grant, number, parsed.data));
		if (done.ok) return redirectTo(pathOf('workConfidentialityIncident', context.locale, { number }));
		return done.reason === 'not_found' ? refuse(404, {}, values) : refuse(409, { '': done.reason }, values);
	}),
};
