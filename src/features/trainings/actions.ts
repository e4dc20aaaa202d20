import { type Tx, write } from '#db/client.ts';
import { type FormContext, formAction } from '#src/adapters/forms/index.ts';
import { limited, makeLimit } from '#src/adapters/limits/index.ts';
import { grantTo } from '#src/features/access/index.ts';
import { askPlace, cancelPlace, cancelSession, confirmPlace, type PlaceOutcome } from '#src/features/trainings/mutations.ts';
import { cancelForm, signUpForm } from '#src/features/trainings/schema.ts';
import { pathOf } from '#src/i18n/routes.ts';
import { now } from '#src/lib/clock.ts';
import { normalizeAddress } from '#src/lib/email-address.ts';
import { parseForm, type Refusal, redirectTo, refuse } from '#src/lib/form.ts';
import { isTrapped } from '#src/lib/trap.ts';

const HOUR_IN_SECONDS = 3_600;
// A whole group may sign up from one room.
const byNetwork = makeLimit(20, HOUR_IN_SECONDS);
// Nobody can fill someone else's mailbox with links from here.
const byAddress = makeLimit(5, HOUR_IN_SECONDS);

const moment = ({ locals }: FormContext) => ({ at: now(), requestId: locals.requestId });

/** A hidden field that does not fit is no field people can correct: the form as a whole is to be sent again. */
function withoutHidden(refusal: Refusal, key: 'form_incomplete' | 'stale'): Refusal {
	const { submissionKey, version, ...errors } = refusal.errors;
	return submissionKey === undefined && version === undefined ? refusal : { ...refusal, errors: { '': key, ...errors } };
}

/** One of the buttons of a place's own page, back to which it leads. */
function placeAction(perform: (tx: Tx, at: { at: number; requestId: string }, token: string) => Promise<PlaceOutcome>) {
	return formAction(async (values, context) => {
		const { token } = context.params;
		if (token === undefined) return refuse(404, {}, values);
		const done = await write((tx) => perform(tx, moment(context), token));
		if (done.ok) return redirectTo(pathOf('trainingPlace', context.locale, { token }));
		if (done.reason === 'unknown_link') return refuse(404, {}, values);
		// The page shown again says which of the others it is.
		return refuse(409, {}, values);
	});
}

export const trainingActions = {
	signUp: formAction(async (values, context) => {
		const { locale, params, clientAddress } = context;
		const slug = params.slug ?? '';
		const sent = redirectTo(`${pathOf('training', locale, { slug })}?etape=courriel`);
		const parsed = parseForm(signUpForm, values);
		if (!parsed.ok) return withoutHidden(parsed, 'form_incomplete');
		const { data } = parsed;
		const refusal = await limited(
			[
				[byNetwork, clientAddress],
				[byAddress, normalizeAddress(data.email) ?? data.email],
			],
			values,
		);
		if (refusal) return refusal;
		// A program that filled the trap is answered as anyone is, and nothing is kept.
		if (isTrapped(values)) return sent;
		const done = await write((tx) => askPlace(tx, moment(context), { ...data, slug, locale }));
		if (done.ok) return sent;
		return done.reason === 'not_found' ? refuse(404, {}, values) : refuse(409, { '': done.reason }, values);
	}),
	confirm: placeAction(confirmPlace),
	cancel: placeAction(cancelPlace),

	cancelSession: formAction(async (values, context) => {
		const grant = grantTo(context.locals.access, 'trainings.manage');
		const parsed = parseForm(cancelForm, values);
		if (!parsed.ok) return withoutHidden(parsed, 'stale');
		const slug = context.params.slug ?? '';
		const done = await write((tx) => cancelSession(tx, context.act(), grant, { ...parsed.data, slug }));
		if (done.ok) return redirectTo(pathOf('workTraining', context.locale, { slug }));
		return done.reason === 'not_found' ? refuse(404, {}, values) : refuse(409, { '': done.reason }, values);
	}),
};
