import { read, write } from '#db/client.ts';
import { formAction } from '#src/adapters/forms/index.ts';
import { limited, makeLimit } from '#src/adapters/limits/index.ts';
import { isProven } from '#src/adapters/sessions/index.ts';
import { grantTo } from '#src/features/access/index.ts';
import { planGroupMerge, planPersonMerge } from '#src/features/merging/data.ts';
import { confirmMerge, objectToMerge, proposeGroupMerge, proposePersonMerge, withdrawMerge } from '#src/features/merging/mutations.ts';
import { mergeGroupsForm, mergePersonsForm, mergeStepForm } from '#src/features/merging/schema.ts';
import { pathOf } from '#src/i18n/routes.ts';
import { now } from '#src/lib/clock.ts';
import { type Outcome, parseForm, redirectTo, refuse } from '#src/lib/form.ts';

const FIELD: Readonly<Record<string, string>> = {
	unknown_group: 'fromGroup',
	unknown_target: 'intoGroup',
	same_group: 'intoGroup',
	kinds_differ: 'intoGroup',
	unknown_person: 'fromAddress',
	unknown_kept_person: 'intoAddress',
	same_person: 'intoAddress',
};

/** Refused for what happened meanwhile, not for what was sent. */
const CHANGED: ReadonlySet<string> = new Set(['plan_changed', 'merge_waiting', 'impossible_transition']);

const byLink = makeLimit(60, 3_600);

type Values = Parameters<typeof refuse>[2];

/** A plan that changed meanwhile is shown again, to be read again. */
function refusedFor(reason: string, values: Values): Outcome {
	const field = FIELD[reason];
	return field ? refuse(422, { [field]: reason }, values) : refuse(CHANGED.has(reason) ? 409 : 422, { '': reason }, values);
}

export const mergingActions = {
	groups: formAction(async (values, context) => {
		const grant = grantTo(context.locals.access, 'groups.merge');
		const parsed = parseForm(mergeGroupsForm, values);
		if (!parsed.ok) return parsed;
		const { fromGroup: from, intoGroup: into, plan: fingerprint } = parsed.data;
		if (fingerprint === '') {
			const planned = await planGroupMerge(read, grant, { from, into }, now());
			return planned.ok ? refuse(200, {}, values) : refusedFor(planned.reason, values);
		}
		if (!isProven(context.locals.visitor?.provenAt ?? null, now())) return refuse(422, { '': 'prove_first' }, values);
		const done = await write((tx) => proposeGroupMerge(tx, context.act(), grant, { from, into, fingerprint }));
		if (!done.ok) return refusedFor(done.reason, values);
		return redirectTo(`${pathOf('workMerge', context.locale)}?fait=proposee`);
	}),

	persons: formAction(async (values, context) => {
		const grant = grantTo(context.locals.access, 'groups.merge');
		const parsed = parseForm(mergePersonsForm, values);
		if (!parsed.ok) return parsed;
		const { fromAddress: from, intoAddress: into, plan: fingerprint } = parsed.data;
		if (fingerprint === '') {
			const planned = await planPersonMerge(read, grant, { from, into }, now());
			return planned.ok ? refuse(200, {}, values) : refusedFor(planned.reason, values);
		}
		if (!isProven(context.locals.visitor?.provenAt ?? null, now())) return refuse(422, { '': 'prove_first' }, values);
		const done = await write((tx) => proposePersonMerge(tx, context.act(), grant, { from, into, fingerprint }));
		if (!done.ok) return refusedFor(done.reason, values);
		return redirectTo(`${pathOf('workMerge', context.locale)}?fait=proposee`);
	}),

	confirm: formAction(async (values, context) => {
		const grant = grantTo(context.locals.access, 'groups.merge');
		const parsed = parseForm(mergeStepForm, values);
		if (!parsed.ok) return refuse(422, { '': 'form_incomplete' }, values);
		if (!isProven(context.locals.visitor?.provenAt ?? null, now())) return refuse(422, { '': 'prove_first' }, values);
		const done = await write((tx) => confirmMerge(tx, context.act(), grant, parsed.data.merge));
		if (!done.ok) return done.reason === 'not_found' ? refuse(404, {}, values) : refuse(409, { '': done.reason }, values);
		return redirectTo(`${pathOf('workMerge', context.locale)}?fait=confirmee`);
	}),

	withdraw: formAction(async (values, context) => {
		const grant = grantTo(context.locals.access, 'groups.merge');
		const parsed = parseForm(mergeStepForm, values);
		if (!parsed.ok) return refuse(422, { '': 'form_incomplete' }, values);
		const done = await write((tx) => withdrawMerge(tx, context.act(), grant, parsed.data.merge));
		if (!done.ok) return done.reason === 'not_found' ? refuse(404, {}, values) : refuse(409, { '': done.reason }, values);
		return redirectTo(`${pathOf('workMerge', context.locale)}?fait=retiree`);
	}),

	object: formAction(async (values, context) => {
		const { token = '' } = context.params;
		const refusal = await limited([[byLink, context.clientAddress]], values);
		if (refusal) return refusal;
		const done = await write((tx) => objectToMerge(tx, { at: now(), requestId: context.locals.requestId }, token));
		if (done.ok) return redirectTo(pathOf('mergeAnswer', context.locale, { token }));
		return done.reason === 'unknown_link' ? refuse(404, {}, values) : refuse(409, { '': 'impossible_transition' }, values);
	}),
};
