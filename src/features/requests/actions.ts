import type { z } from 'zod';
import { read, type Tx, write } from '#db/client.ts';
import { type FormContext, formAction } from '#src/adapters/forms/index.ts';
import { type Grant, type GroupGrant, grantIn, grantTo } from '#src/features/access/index.ts';
import { findOffered } from '#src/features/requests/data.ts';
import {
	addNote,
	answerRequest,
	cancelRequest,
	closeRequest,
	declineRequest,
	holdRequest,
	openRequest,
	replyToRequest,
	resolveRequest,
	resumeRequest,
	takeRequest,
} from '#src/features/requests/mutations.ts';
import {
	answerForm,
	answersSchema,
	declineForm,
	holdForm,
	noteForm,
	openForm,
	replyForm,
	resolveForm,
	stampedForm,
} from '#src/features/requests/schema.ts';
import { pathOf } from '#src/i18n/routes.ts';
import type { Act } from '#src/lib/act.ts';
import { civilDateOf, now } from '#src/lib/clock.ts';
import { type FormValues, type Outcome, parseForm, type Refusal, redirectTo, refuse } from '#src/lib/form.ts';

/** A form whose hidden fields don't fit was kept open too long, or tampered with: the page as it stands now is shown. */
function withoutHidden(refusal: Refusal): Refusal {
	const { submissionKey, version, ...errors } = refusal.errors;
	return submissionKey === undefined && version === undefined ? refusal : { ...refusal, errors: { '': 'stale', ...errors } };
}

type Failed = {
	readonly ok: false;
	readonly reason:
		| 'not_found'
		| 'stale'
		| 'form_already_used'
		| 'impossible_transition'
		| 'not_offered'
		| 'running_unsaid'
		| 'runs_in_future'
		| 'runs_before_request';
};
type Result = { readonly ok: true; readonly number: string } | Failed;

function outcomeOf(result: Result, values: FormValues, to: (number: string) => string): Outcome {
	if (result.ok) return redirectTo(to(result.number));
	switch (result.reason) {
		case 'not_found':
			return refuse(404, {}, values);
		case 'stale':
		case 'form_already_used':
		case 'impossible_transition':
		case 'not_offered':
			return refuse(409, { '': result.reason }, values);
		case 'running_unsaid':
			return refuse(422, { running: 'required' }, values);
		case 'runs_in_future':
		case 'runs_before_request':
			return refuse(422, { runsFrom: result.reason }, values);
	}
}

const spaceOf =
	({ locale, params }: FormContext, group: string) =>
	(number: string) =>
		pathOf('spaceRequest', locale, { ...params, group, number });

/** One of the forms of a group in a request's thread. */
function spaceAction<T extends z.ZodType>(
	schema: T,
	perform: (tx: Tx, act: Act, grant: GroupGrant<'requests.write'>, data: z.output<T>, number: string) => Promise<Result>,
) {
	return formAction(async (values, context) => {
		const grant = grantIn(context.locals.access, context.params.group, 'requests.write');
		const parsed = parseForm(schema, values);
		if (!parsed.ok) return withoutHidden(parsed);
		const result = await write((tx) => perform(tx, context.act(), grant, parsed.data, context.params.number ?? ''));
		return outcomeOf(result, values, spaceOf(context, grant.organisation.slug));
	});
}

/** One of the forms of workers on a request's page. */
function deskAction<T extends z.ZodType>(
	schema: T,
	perform: (tx: Tx, act: Act, grant: Grant<'requests.handle'>, data: z.output<T>, number: string) => Promise<Result>,
) {
	return formAction(async (values, context) => {
		const grant = grantTo(context.locals.access, 'requests.handle');
		const parsed = parseForm(schema, values);
		if (!parsed.ok) return withoutHidden(parsed);
		const result = await write((tx) => perform(tx, context.act(), grant, parsed.data, context.params.number ?? ''));
		return outcomeOf(result, values, (number) => pathOf('workRequest', context.locale, { number }));
	});
}

export const requestActions = {
	open: formAction(async (values, context) => {
		const { locals, locale, params } = context;
		const grant = grantIn(locals.access, params.group, 'requests.write');
		const item = await findOffered(read, params.slug ?? '', civilDateOf(now()));
		if (!item) return refuse(404, {}, values);
		const answers = parseForm(answersSchema(item.form), values);
		const rest = parseForm(openForm, values);
		if (!answers.ok || !rest.ok) {
			const errors = { ...(answers.ok ? {} : answers.errors), ...(rest.ok ? {} : rest.errors) };
			return withoutHidden(refuse(422, errors, values));
		}
		const input = { ...rest.data, itemId: item.id, answers: answers.data, locale };
		const result = await write((tx) => openRequest(tx, context.act(), grant, input));
		return outcomeOf(result, values, spaceOf(context, grant.organisation.slug));
	}),
	reply: spaceAction(replyForm, (tx, act, grant, { reply, ...stamp }, number) =>
		replyToRequest(tx, act, grant, { ...stamp, number, body: reply }),
	),
	cancel: spaceAction(stampedForm, (tx, act, grant, stamp, number) => cancelRequest(tx, act, grant, { ...stamp, number })),

	take: deskAction(stampedForm, (tx, act, grant, stamp, number) => takeRequest(tx, act, grant, { ...stamp, number })),
	answer: deskAction(answerForm, (tx, act, grant, { answer, ...data }, number) =>
		answerRequest(tx, act, grant, { ...data, number, body: answer }),
	),
	note: deskAction(noteForm, (tx, act, grant, { note, submissionKey }, number) =>
		addNote(tx, act, grant, { number, submissionKey, body: note }),
	),
	hold: deskAction(holdForm, (tx, act, grant, { holdReason, ...stamp }, number) =>
		holdRequest(tx, act, grant, { ...stamp, number, body: holdReason }),
	),
	resume: deskAction(stampedForm, (tx, act, grant, stamp, number) => resumeRequest(tx, act, grant, { ...stamp, number })),
	resolve: deskAction(resolveForm, (tx, act, grant, { resolution, ...data }, number) =>
		resolveRequest(tx, act, grant, { ...data, number, body: resolution }),
	),
	close: deskAction(stampedForm, (tx, act, grant, stamp, number) => closeRequest(tx, act, grant, { ...stamp, number })),
	decline: deskAction(declineForm, (tx, act, grant, { declineReason, ...stamp }, number) =>
		declineRequest(tx, act, grant, { ...stamp, number, body: declineReason }),
	),
};
