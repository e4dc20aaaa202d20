import { write } from '#db/client.ts';
import { formAction } from '#src/adapters/forms/index.ts';
import { Denied } from '#src/features/access/index.ts';
import { giveConsent, withdrawConsent } from '#src/features/consents/mutations.ts';
import { consentForm } from '#src/features/consents/schema.ts';
import { pathOf } from '#src/i18n/routes.ts';
import { parseForm, redirectTo, refuse } from '#src/lib/form.ts';

export const consentActions = {
	give: formAction(async (values, context) => {
		const { visitor } = context.locals;
		if (!visitor) throw new Denied(403);
		const parsed = parseForm(consentForm, values);
		if (!parsed.ok) return refuse(404, {}, values);
		const done = await write((tx) => giveConsent(tx, context.act(), visitor.personId, parsed.data));
		if (done.ok) return redirectTo(`${pathOf('accountData', context.locale)}?fait=accord`);
		return done.reason === 'not_found' ? refuse(404, {}, values) : refuse(409, { '': 'stale_text' }, values);
	}),

	/** As easy to take back as to give: no proof, no reason. */
	withdraw: formAction(async (values, context) => {
		const { visitor } = context.locals;
		if (!visitor) throw new Denied(403);
		const parsed = parseForm(consentForm, values);
		if (!parsed.ok) return refuse(404, {}, values);
		const done = await write((tx) => withdrawConsent(tx, context.act(), visitor.personId, parsed.data.purpose));
		if (done.ok) return redirectTo(`${pathOf('accountData', context.locale)}?fait=retrait`);
		return done.reason === 'not_found' ? refuse(404, {}, values) : refuse(409, { '': done.reason }, values);
	}),
};
