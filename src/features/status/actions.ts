import { type Tx, write } from '#db/client.ts';
import { type FormContext, formAction } from '#src/adapters/forms/index.ts';
import { limited, makeLimit } from '#src/adapters/limits/index.ts';
import { grantTo } from '#src/features/access/index.ts';
import {
	confirmSubscription,
	leave,
	type OpenRefusal,
	openNotice,
	subscribe,
	type UpdateRefusal,
	updateNotice,
} from '#src/features/status/mutations.ts';
import type { UpdateKind } from '#src/features/status/rules.ts';
import { openForm, subscribeForm, textFieldOf, updateForm } from '#src/features/status/schema.ts';
import { LOCALES, pathOf } from '#src/i18n/routes.ts';
import type { Act } from '#src/lib/act.ts';
import { now } from '#src/lib/clock.ts';
import { type FormValues, type Outcome, parseForm, type Refusal, redirectTo, refuse, valueOf } from '#src/lib/form.ts';

const HOUR_IN_SECONDS = 3_600;
const bySender = makeLimit(20, HOUR_IN_SECONDS);
// Nobody can fill someone else's mailbox with links from here.
const byRecipient = makeLimit(5, HOUR_IN_SECONDS);
const byLink = makeLimit(60, HOUR_IN_SECONDS);

/** A form whose hidden fields don't fit was kept open too long, or tampered with: the page as it stands now is shown. */
function withoutHidden(refusal: Refusal): Refusal {
	const { submissionKey, version, step, ...errors } = refusal.errors;
	const spoilt = submissionKey !== undefined || version !== undefined;
	const rest = step === undefined ? errors : { ...errors, step };
	return { ...refusal, errors: spoilt ? { '': 'stale', ...rest } : rest };
}

function refusalOf(failed: OpenRefusal | UpdateRefusal, values: FormValues): Outcome {
	switch (failed.reason) {
		case 'not_found':
			return refuse(404, {}, values);
		case 'stale':
		case 'impossible_transition':
		case 'form_already_used':
			return refuse(409, { '': failed.reason }, values);
		case 'invalid':
		case 'starts_in_future':
		case 'starts_too_far':
		case 'end_before_start':
		case 'end_required':
		case 'end_passed':
		case 'end_too_far':
		case 'ended_in_future':
			return refuse(422, { [failed.field ?? '']: failed.reason }, values);
	}
}

/** The role under which a worker speaks: their name is not the public's to know. */
const roleOf = ({ locals }: FormContext) => (locals.access?.coopRoles.includes('sysadmin') ? ('sysadmin' as const) : ('worker' as const));

/** Nobody is known to the portal behind a link in a mailbox. */
const ofSubscriber = ({ locals }: FormContext): Act => ({ actor: { kind: 'system' }, at: now(), requestId: locals.requestId });

/** A button on the page of a private link. */
function linkAction(mutate: (tx: Tx, act: Act, token: string) => Promise<{ ok: boolean }>, to: (context: FormContext) => string) {
	return formAction(async (values, context) => {
		const refusal = await limited([[byLink, context.clientAddress]], values);
		if (refusal) return refusal;
		const done = await write((tx) => mutate(tx, ofSubscriber(context), context.params.token ?? ''));
		return done.ok ? redirectTo(to(context)) : refuse(404, {}, values);
	});
}

/**
 * One of the forms of a notice's page on the desk. Fields of several forms on one page need names of their own.
 * @param texts how the form calls its two texts: `closing` for `closing-fr` and `closing-en`.
 * @param steps the steps the form may ask for; one alone needs not be sent.
 */
function sayAction(texts: string, steps: readonly [UpdateKind, ...UpdateKind[]]) {
	return formAction(async (values, context) => {
		const grant = grantTo(context.locals.access, 'status.publish');
		const { number = '' } = context.params;
		const named = Object.fromEntries(LOCALES.map((locale) => [textFieldOf('text', locale), values[`${texts}-${locale}`] ?? '']));
		const asked = steps.length === 1 ? steps[0] : steps.find((one) => one === valueOf(values, 'step'));
		const parsed = parseForm(updateForm, { ...values, ...named, step: asked ?? '' });
		if (!parsed.ok) {
			const errors = Object.entries(parsed.errors).map(([name, key]) => [name.replace(/^text-(?=fr$|en$)/, `${texts}-`), key]);
			return withoutHidden(refuse(422, Object.fromEntries(errors), values));
		}
		const done = await write((tx) => updateNotice(tx, context.act(), grant, { ...parsed.data, number, authorRole: roleOf(context) }));
		return done.ok ? redirectTo(pathOf('workStatusNotice', context.locale, { number })) : refusalOf(done, values);
	});
}

export const statusActions = {
	/** « Voir l’aperçu » and « Publier » are two buttons of one form. */
	open: formAction(async (values, context) => {
		const grant = grantTo(context.locals.access, 'status.publish');
		const parsed = parseForm(openForm, values);
		if (!parsed.ok) return withoutHidden(parsed);
		if (valueOf(values, 'intent') === 'preview') return refuse(200, {}, values);
		const done = await write((tx) => openNotice(tx, context.act(), grant, { ...parsed.data, authorRole: roleOf(context) }));
		if (!done.ok) return refusalOf(done, values);
		return redirectTo(pathOf('workStatusNotice', context.locale, { number: done.number }));
	}),
	update: sayAction('text', ['investigating', 'identified', 'watching', 'note']),
	start: sayAction('starting', ['started']),
	close: sayAction('closing', ['closed', 'done']),
	cancel: sayAction('cancelling', ['cancelled']),
	subscribe: formAction(async (values, context) => {
		const parsed = parseForm(subscribeForm, values);
		if (!parsed.ok) return withoutHidden(parsed);
		const { clientAddress, locale } = context;
		const refusal = await limited(
			[
				[bySender, clientAddress],
				[byRecipient, parsed.data.normalized],
			],
			values,
		);
		if (refusal) return refusal;
		await write((tx) => subscribe(tx, ofSubscriber(context), { ...parsed.data, locale }));
		return redirectTo(`${pathOf('status', locale)}?abonnement=envoye#abonnement`);
	}),
	confirm: linkAction(confirmSubscription, ({ locale, params }) => pathOf('statusSubscription', locale, { token: params.token ?? '' })),
	leave: linkAction(leave, ({ locale }) => `${pathOf('status', locale)}?abonnement=fin#abonnement`),
};
