import { type Tx, write } from '#db/client.ts';
import { type FormContext, formAction } from '#src/adapters/forms/index.ts';
import { type Grant, grantTo } from '#src/features/access/index.ts';
import { confirmDecision, liftSuspension, proposeDecision, welcomeBack, withdrawDecision } from '#src/features/standing/mutations.ts';
import { decideForm, liftForm, proposeForm } from '#src/features/standing/schema.ts';
import { pathOf } from '#src/i18n/routes.ts';
import type { Act } from '#src/lib/act.ts';
import { type FormValues, type Outcome, type Parsed, parseForm, redirectTo, refuse } from '#src/lib/form.ts';

type Done = { readonly ok: true } | { readonly ok: false; readonly reason: string };

const OF_FIELDS: Readonly<Record<string, string>> = { end_passed: 'untilOn' };

/** One of the forms on a group's page of the register. */
function deskAction<T>(
	parse: (values: FormValues) => Parsed<T>,
	perform: (tx: Tx, act: Act, grant: Grant<'standing.decide'>, data: T, group: string) => Promise<Done>,
	fait: string,
) {
	return formAction(async (values: FormValues, context: FormContext): Promise<Outcome> => {
		const grant = grantTo(context.locals.access, 'standing.decide');
		const parsed = parse(values);
		if (!parsed.ok) return parsed;
		const { group = '' } = context.params;
		const done = await write((tx) => perform(tx, context.act(), grant, parsed.data, group));
		if (done.ok) return redirectTo(`${pathOf('workStanding', context.locale, { group })}?fait=${fait}`);
		if (done.reason === 'not_found') return refuse(404, {}, values);
		const field = OF_FIELDS[done.reason];
		return field === undefined ? refuse(409, { '': done.reason }, values) : refuse(422, { [field]: done.reason }, values);
	});
}

const decide = (values: FormValues) => parseForm(decideForm, values);

export const standingActions = {
	propose: deskAction(
		(values) => parseForm(proposeForm, values),
		(tx, act, grant, data, group) => proposeDecision(tx, act, grant, { ...data, group }),
		'proposition',
	),
	confirm: deskAction(decide, (tx, act, grant, data, group) => confirmDecision(tx, act, grant, { ...data, group }), 'confirme'),
	withdraw: deskAction(decide, (tx, act, grant, data, group) => withdrawDecision(tx, act, grant, { ...data, group }), 'retire'),
	lift: deskAction(
		(values) => parseForm(liftForm, values),
		(tx, act, grant, data, group) =>
			liftSuspension(tx, act, grant, { group, suspension: data.suspension, reason: data.liftReason, reference: data.liftReference }),
		'leve',
	),
	welcomeBack: deskAction(
		() => ({ ok: true, data: null }) as const,
		(tx, act, grant, _data, group) => welcomeBack(tx, act, grant, group),
		'retour',
	),
};
