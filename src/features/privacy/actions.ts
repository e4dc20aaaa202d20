import { write } from '#db/client.ts';
import { formAction } from '#src/adapters/forms/index.ts';
import { limited, makeLimit } from '#src/adapters/limits/index.ts';
import { isProven } from '#src/adapters/sessions/index.ts';
import { Denied } from '#src/features/access/index.ts';
import { askErasure, cancelErasure, cancelErasureByLink } from '#src/features/privacy/mutations.ts';
import { erasureForm } from '#src/features/privacy/schema.ts';
import { pathOf } from '#src/i18n/routes.ts';
import { now } from '#src/lib/clock.ts';
import { parseForm, redirectTo, refuse } from '#src/lib/form.ts';

const byLink = makeLimit(20, 15 * 60);

export const privacyActions = {
	askErasure: formAction(async (values, context) => {
		const { visitor } = context.locals;
		if (!visitor) throw new Denied(403);
		if (!isProven(visitor.provenAt, now())) return refuse(422, { '': 'prove_first' }, values);
		const parsed = parseForm(erasureForm, values);
		if (!parsed.ok) return parsed;
		const done = await write((tx) => askErasure(tx, context.act(), visitor.personId));
		if (done.ok) return redirectTo(`${pathOf('accountErasure', context.locale)}?fait=demande`);
		return done.reason === 'not_found' ? refuse(404, {}, values) : refuse(409, { '': done.reason }, values);
	}),

	/** To stop it needs no proof: it must be as easy as possible. */
	cancelErasure: formAction(async (_values, context) => {
		const { visitor } = context.locals;
		if (!visitor) throw new Denied(403);
		await write((tx) => cancelErasure(tx, context.act(), visitor.personId));
		return redirectTo(`${pathOf('accountErasure', context.locale)}?fait=annule`);
	}),

	cancelByLink: formAction(async (values, context) => {
		const refusal = await limited([[byLink, context.clientAddress]], values);
		if (refusal) return refusal;
		const { token = '' } = context.params;
		const moment = { at: now(), requestId: context.locals.requestId };
		const done = await write((tx) => cancelErasureByLink(tx, moment, token));
		return done.ok ? redirectTo(`${context.url.pathname}?fait=annule`) : refuse(409, {}, values);
	}),
};
