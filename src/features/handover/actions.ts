import { type Tx, write } from '#db/client.ts';
import { type FormContext, formAction } from '#src/adapters/forms/index.ts';
import { limited, makeLimit } from '#src/adapters/limits/index.ts';
import { grantIn, grantTo } from '#src/features/access/index.ts';
import {
	askHandover,
	confirmByContact,
	type DeskRefusal,
	matchHandover,
	objectByLink,
	objectInGroup,
	recordCheck,
	refuseHandover,
	verifyAsker,
	withdrawHandover,
} from '#src/features/handover/mutations.ts';
import { askForm, checkForm, matchForm, objectForm, refuseForm } from '#src/features/handover/schema.ts';
import { pathOf } from '#src/i18n/routes.ts';
import { now } from '#src/lib/clock.ts';
import { normalizeAddress } from '#src/lib/email-address.ts';
import { type FormValues, type Outcome, parseForm, type Refusal, redirectTo, refuse } from '#src/lib/form.ts';
import { isTrapped } from '#src/lib/trap.ts';

const HOUR_IN_SECONDS = 3_600;
const byNetwork = makeLimit(5, HOUR_IN_SECONDS);
// Nobody can fill someone else's mailbox with links from here.
const byAddress = makeLimit(3, 24 * HOUR_IN_SECONDS);
const byLink = makeLimit(60, HOUR_IN_SECONDS);

const moment = ({ locals }: FormContext) => ({ at: now(), requestId: locals.requestId });

/** A hidden field that does not fit is no field people can correct: the form as a whole is to be sent again. */
function withoutHidden(refusal: Refusal, key: 'form_incomplete' | 'stale'): Refusal {
	const { submissionKey, version, ...errors } = refusal.errors;
	return submissionKey === undefined && version === undefined ? refusal : { ...refusal, errors: { '': key, ...errors } };
}

type LinkOutcome = { readonly ok: boolean; readonly reason?: string };

/** A button of a page that a private link opens, back to which it leads. */
function linkAction(
	perform: (tx: Tx, context: FormContext, token: string, values: FormValues) => Promise<LinkOutcome>,
	then: (context: FormContext, token: string) => Outcome,
) {
	return formAction(async (values, context) => {
		const { token = '' } = context.params;
		const refusal = await limited([[byLink, context.clientAddress]], values);
		if (refusal) return refusal;
		const done = await write((tx) => perform(tx, context, token, values));
		if (done.ok) return then(context, token);
		if (done.reason === 'contact_gone') return refuse(409, { '': done.reason }, values);
		// The page shown again says which of the others it is.
		return done.reason === 'unknown_link' ? refuse(404, {}, values) : refuse(409, { '': 'impossible_transition' }, values);
	});
}

const toFollow = (context: FormContext, token: string) => redirectTo(pathOf('regainFollow', context.locale, { token }));
const toAnswer = (context: FormContext, token: string) => redirectTo(pathOf('regainAnswer', context.locale, { token }));

const FIELD: Partial<Record<DeskRefusal, string>> = { unknown_group: 'slug' };

type DeskOutcome = { readonly ok: true } | { readonly ok: false; readonly reason: DeskRefusal };

function fromDesk(context: FormContext, done: DeskOutcome, values: FormValues): Outcome {
	const { id = '' } = context.params;
	if (done.ok) return redirectTo(pathOf('workHandover', context.locale, { id }));
	if (done.reason === 'not_found') return refuse(404, {}, values);
	const field = FIELD[done.reason];
	if (field) return refuse(422, { [field]: done.reason }, values);
	return refuse(409, { '': done.reason === 'expired' ? 'impossible_transition' : done.reason }, values);
}

export const handoverActions = {
	ask: formAction(async (values, context) => {
		const { locale, clientAddress } = context;
		const sent = redirectTo(pathOf('regainSent', locale));
		const parsed = parseForm(askForm, values);
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
		const { submissionKey, group: groupName, name, email: address, reason } = data;
		await write((tx) => askHandover(tx, moment(context), { submissionKey, groupName, name, address, reason, locale }));
		return sent;
	}),

	verify: formAction(async (values, context) => {
		const { token = '' } = context.params;
		const refusal = await limited([[byLink, context.clientAddress]], values);
		if (refusal) return refusal;
		const done = await write((tx) => verifyAsker(tx, moment(context), token));
		if (done.ok) return toFollow(context, done.statusToken);
		return done.reason === 'unknown_link' ? refuse(404, {}, values) : refuse(409, { '': 'impossible_transition' }, values);
	}),

	withdraw: linkAction((tx, context, token) => withdrawHandover(tx, moment(context), token), toFollow),
	confirm: linkAction((tx, context, token) => confirmByContact(tx, moment(context), token), toAnswer),

	object: formAction(async (values, context) => {
		const { token = '' } = context.params;
		const refusal = await limited([[byLink, context.clientAddress]], values);
		if (refusal) return refusal;
		const parsed = parseForm(objectForm, values);
		if (!parsed.ok) return parsed;
		const done = await write((tx) => objectByLink(tx, moment(context), token, parsed.data.objection));
		if (done.ok) return toAnswer(context, token);
		return done.reason === 'unknown_link' ? refuse(404, {}, values) : refuse(409, { '': 'impossible_transition' }, values);
	}),

	objectInGroup: formAction(async (values, context) => {
		const grant = grantIn(context.locals.access, context.params.group, 'people.manage');
		const parsed = parseForm(objectForm, values);
		if (!parsed.ok) return parsed;
		const done = await write((tx) => objectInGroup(tx, context.act(), grant, parsed.data.objection));
		const back = `${pathOf('spacePeople', context.locale, { group: grant.organisation.slug })}?fait=opposition`;
		return done.ok ? redirectTo(back) : refuse(409, { '': 'impossible_transition' }, values);
	}),

	match: formAction(async (values, context) => {
		const grant = grantTo(context.locals.access, 'handovers.check');
		const parsed = parseForm(matchForm, values);
		if (!parsed.ok) return withoutHidden(parsed, 'stale');
		const { id = '' } = context.params;
		return fromDesk(context, await write((tx) => matchHandover(tx, context.act(), grant, { ...parsed.data, id })), values);
	}),

	check: formAction(async (values, context) => {
		const grant = grantTo(context.locals.access, 'handovers.check');
		const parsed = parseForm(checkForm, values);
		if (!parsed.ok) return withoutHidden(parsed, 'stale');
		const { id = '' } = context.params;
		return fromDesk(context, await write((tx) => recordCheck(tx, context.act(), grant, { ...parsed.data, id })), values);
	}),

	refuse: formAction(async (values, context) => {
		const grant = grantTo(context.locals.access, 'handovers.check');
		const parsed = parseForm(refuseForm, values);
		if (!parsed.ok) return withoutHidden(parsed, 'stale');
		const { id = '' } = context.params;
		const { version, refusal: reason } = parsed.data;
		return fromDesk(context, await write((tx) => refuseHandover(tx, context.act(), grant, { id, version, reason })), values);
	}),
};
