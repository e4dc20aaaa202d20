import { write } from '#db/client.ts';
import { type FormContext, formAction } from '#src/adapters/forms/index.ts';
import { isProven } from '#src/adapters/sessions/index.ts';
import { Denied, grantIn, grantTo } from '#src/features/access/index.ts';
import { finishItem, finishTask, giveNotice, type StepOutcome, stepNotice } from '#src/features/leaving/mutations.ts';
import type { NoticeStep } from '#src/features/leaving/rules.ts';
import { deletedForm, noticeForm, objectionForm, stepForm, taskForm } from '#src/features/leaving/schema.ts';
import { pathOf } from '#src/i18n/routes.ts';
import { now } from '#src/lib/clock.ts';
import { type FormValues, type Outcome, parseForm, redirectTo, refuse } from '#src/lib/form.ts';

const back = ({ locale, params }: FormContext, done: string) =>
	redirectTo(`${pathOf('spaceLeave', locale, { group: params.group ?? '' })}?fait=${done}`);

function answer(done: StepOutcome, values: FormValues, then: () => Outcome): Outcome {
	if (done.ok) return then();
	if (done.reason === 'not_found') return refuse(404, {}, values);
	return done.reason === 'not_allowed' ? refuse(403, {}, values) : refuse(409, { '': done.reason }, values);
}

const DONE = { confirm: 'parti', object: 'objection', agree: 'accord', withdraw: 'retire' } as const;

/** Confirming and objecting change a group's life: both want a recent proof, like the notice. */
const WANTS_PROOF: readonly NoticeStep[] = ['confirm'];

/**
 * Anyone with a role reads the page; who may take which step is asked inside the transaction, of the roles as they stand then
 * (`mayStep`): a role that ended a moment ago confirms nothing.
 */
function stepAction(step: NoticeStep) {
	return formAction(async (values, context) => {
		const grant = grantIn(context.locals.access, context.params.group, 'space.read');
		const parsed = parseForm(step === 'object' ? objectionForm : stepForm, values);
		if (!parsed.ok) return parsed.errors.version === undefined ? parsed : refuse(409, { '': 'stale' }, values);
		if (WANTS_PROOF.includes(step) && !isProven(context.locals.visitor?.provenAt ?? null, now())) {
			return refuse(422, { '': 'prove_first' }, values);
		}
		const done = await write((tx) => stepNotice(tx, context.act(), grant, { ...parsed.data, step }));
		return answer(done, values, () => back(context, DONE[step]));
	});
}

export const leavingActions = {
	giveNotice: formAction(async (values, context) => {
		const grant = grantIn(context.locals.access, context.params.group, 'space.read');
		if (!isProven(context.locals.visitor?.provenAt ?? null, now())) return refuse(422, { '': 'prove_first' }, values);
		const parsed = parseForm(noticeForm, values);
		if (!parsed.ok) return parsed;
		const done = await write((tx) => giveNotice(tx, context.act(), grant, parsed.data));
		if (done.ok) return back(context, 'avis');
		return done.reason === 'not_allowed' ? refuse(403, {}, values) : refuse(409, { '': done.reason }, values);
	}),
	confirm: stepAction('confirm'),
	object: stepAction('object'),
	agree: stepAction('agree'),
	withdraw: stepAction('withdraw'),

	finishTask: formAction(async (values, context) => {
		const { access } = context.locals;
		const grant = grantTo(access, 'leavings.handle');
		if (!access) throw new Denied(403);
		const parsed = parseForm(taskForm, values);
		if (!parsed.ok) return parsed.errors.task === undefined ? parsed : refuse(404, {}, values);
		const done = await write((tx) => finishTask(tx, context.act(), grant, access, parsed.data));
		return deskAnswer(done, values, context);
	}),
	finishItem: formAction(async (values, context) => {
		const { access } = context.locals;
		const grant = grantTo(access, 'leavings.handle');
		if (!access) throw new Denied(403);
		const parsed = parseForm(deletedForm, values);
		if (!parsed.ok) return parsed.errors.item === undefined ? parsed : refuse(404, {}, values);
		const done = await write((tx) => finishItem(tx, context.act(), grant, access, parsed.data));
		return deskAnswer(done, values, context);
	}),
};

function deskAnswer(done: Awaited<ReturnType<typeof finishTask>>, values: FormValues, { locale }: FormContext): Outcome {
	if (done.ok) return redirectTo(`${pathOf('workLeavings', locale)}?fait=note`);
	if (done.reason === 'not_found') return refuse(404, {}, values);
	return done.reason === 'not_allowed' ? refuse(403, {}, values) : refuse(409, { '': done.reason }, values);
}
