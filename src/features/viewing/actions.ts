import { write } from '#db/client.ts';
import { formAction } from '#src/adapters/forms/index.ts';
import { isProven } from '#src/adapters/sessions/index.ts';
import { grantTo } from '#src/features/access/index.ts';
import { endViewing, startViewing } from '#src/features/viewing/mutations.ts';
import { startForm } from '#src/features/viewing/schema.ts';
import { pathOf } from '#src/i18n/routes.ts';
import { now } from '#src/lib/clock.ts';
import { parseForm, redirectTo, refuse } from '#src/lib/form.ts';

export const viewingActions = {
	start: formAction(async (values, context) => {
		const { locals, locale } = context;
		const grant = grantTo(locals.access, 'support.view_as');
		const { visitor } = locals;
		if (!visitor || !isProven(visitor.provenAt, now())) return refuse(422, { '': 'prove_first' }, values);
		const parsed = parseForm(startForm, values);
		if (!parsed.ok) return parsed;
		const { group, person, reason } = parsed.data;
		const input = { sessionId: visitor.sessionId, group, personId: person, reason };
		const done = await write((tx) => startViewing(tx, context.act(), grant, input));
		return done.ok ? redirectTo(pathOf('space', locale, { group })) : refuse(404, {}, values);
	}),

	/** The one form that may be sent while viewing. */
	end: formAction(async (_values, context) => {
		const { viewing } = context.locals;
		if (viewing) await write((tx) => endViewing(tx, context.act(), viewing));
		else grantTo(context.locals.access, 'support.view_as');
		return redirectTo(`${pathOf('workViewAs', context.locale)}?fait=fin`);
	}),
};
