import { write } from '#db/client.ts';
import { type FormContext, formAction } from '#src/adapters/forms/index.ts';
import { limited, makeLimit } from '#src/adapters/limits/index.ts';
import { readCommittees } from '#src/adapters/settings/index.ts';
import { grantIn, grantTo } from '#src/features/access/index.ts';
import { type ComplaintOutcome, complain, handleComplaint, replyToComplaint } from '#src/features/complaints/mutations.ts';
import { BOARD, type ComplaintAction } from '#src/features/complaints/rules.ts';
import { complaintForm, messageForm, stampedForm } from '#src/features/complaints/schema.ts';
import { pathOf } from '#src/i18n/routes.ts';
import { type FormValues, type Outcome, parseForm, type Refusal, redirectTo, refuse } from '#src/lib/form.ts';

// Each complaint writes to everyone who may answer it.
const byComplainant = makeLimit(10, 24 * 3_600);

function withoutHidden(refusal: Refusal): Refusal {
	const { submissionKey, version, ...errors } = refusal.errors;
	return submissionKey === undefined && version === undefined ? refusal : { ...refusal, errors: { '': 'stale', ...errors } };
}

function answer(done: ComplaintOutcome, values: FormValues, to: (number: string) => string): Outcome {
	if (done.ok) return redirectTo(to(done.number));
	return done.reason === 'not_found' ? refuse(404, {}, values) : refuse(409, { '': done.reason }, values);
}

const threadPath =
	({ locale, params }: FormContext) =>
	(number: string) =>
		pathOf('spaceComplaintThread', locale, { group: params.group ?? '', number });

/** One of the forms of the committee on a complaint's page. */
function committeeAction(action: Exclude<ComplaintAction, 'reply'>) {
	return formAction(async (values, context) => {
		const grant = grantTo(context.locals.access, 'complaints.read');
		const parsed = action === 'answer' ? parseForm(messageForm, values) : parseForm(stampedForm, values);
		if (!parsed.ok) return withoutHidden(parsed);
		const message = 'message' in parsed.data && typeof parsed.data.message === 'string' ? parsed.data.message : '';
		const change = { ...parsed.data, message, number: context.params.number ?? '' };
		const done = await write((tx) => handleComplaint(tx, context.act(), grant, action, change));
		return answer(done, values, (number) => pathOf('workComplaint', context.locale, { number }));
	});
}

export const complaintActions = {
	complain: formAction(async (values, context) => {
		const grant = grantIn(context.locals.access, context.params.group, 'complaints.write');
		const parsed = parseForm(complaintForm, values);
		if (!parsed.ok) return withoutHidden(parsed);
		const committees = [BOARD, ...readCommittees().map(({ slug }) => slug)];
		if (!committees.includes(parsed.data.committee)) return refuse(422, { committee: 'invalid' }, values);
		const refusal = await limited([[byComplainant, grant.personId]], values);
		if (refusal) return refusal;
		const done = await write((tx) => complain(tx, context.act(), grant, parsed.data));
		if (done.ok) return redirectTo(threadPath(context)(done.number));
		if (done.reason === 'unknown_person') return refuse(422, { concerned: 'invalid' }, values);
		return done.reason === 'unknown_decision' ? refuse(422, { decision: 'invalid' }, values) : refuse(409, { '': done.reason }, values);
	}),

	reply: formAction(async (values, context) => {
		const grant = grantIn(context.locals.access, context.params.group, 'complaints.write');
		const parsed = parseForm(messageForm, values);
		if (!parsed.ok) return withoutHidden(parsed);
		const change = { ...parsed.data, number: context.params.number ?? '' };
		return answer(await write((tx) => replyToComplaint(tx, context.act(), grant, change)), values, threadPath(context));
	}),

	take: committeeAction('take'),
	answer: committeeAction('answer'),
	close: committeeAction('close'),
};
