import { read, type Tx, write } from '#db/client.ts';
import { type FormContext, formAction } from '#src/adapters/forms/index.ts';
import { type Grant, grantTo } from '#src/features/access/index.ts';
import { type AccountHolder, findAccountHolder } from '#src/features/contributions/data.ts';
import {
	type NewReversal,
	type ReversalOutcome,
	recordPayment,
	reverseCharge,
	reversePayment,
} from '#src/features/contributions/mutations.ts';
import { paymentForm, reversalForm } from '#src/features/contributions/schema.ts';
import { pathOf } from '#src/i18n/routes.ts';
import type { Act } from '#src/lib/act.ts';
import { civilDateOf, now } from '#src/lib/clock.ts';
import { parseForm, redirectTo, refuse } from '#src/lib/form.ts';

type Finance = Grant<'payments.record'>;

async function holderAt({ params }: FormContext, grant: Finance): Promise<AccountHolder | null> {
	return params.group === undefined ? null : findAccountHolder(read, grant, params.group);
}

/** The group's account at the desk, with what was just done named in its query. */
function backTo({ locale }: FormContext, holder: AccountHolder, done: Readonly<Record<string, string>>) {
	return redirectTo(`${pathOf('workGroupContributions', locale, { group: holder.slug })}?${new URLSearchParams(done)}`);
}

function correction(reverse: (tx: Tx, act: Act, grant: Finance, input: NewReversal) => Promise<ReversalOutcome>) {
	return formAction(async (values, context) => {
		const grant = grantTo(context.locals.access, 'payments.record');
		const holder = await holderAt(context, grant);
		if (!holder) return refuse(404, {}, values);
		const parsed = parseForm(reversalForm, values);
		if (!parsed.ok) return parsed;
		const { id, reason } = parsed.data;
		const outcome = await write((tx) => reverse(tx, context.act(), grant, { organisationId: holder.id, id, reason }));
		if (outcome.ok) return backTo(context, holder, { corrected: id });
		switch (outcome.reason) {
			case 'not_found':
				return refuse(404, {}, values);
			case 'already_reversed':
				return refuse(409, { '': 'already_reversed' }, values);
		}
	});
}

export const contributionActions = {
	recordPayment: formAction(async (values, context) => {
		const grant = grantTo(context.locals.access, 'payments.record');
		const holder = await holderAt(context, grant);
		if (!holder) return refuse(404, {}, values);
		const parsed = parseForm(paymentForm(civilDateOf(now())), values);
		if (!parsed.ok) {
			// The key is no field people see: they are told of the form as a whole.
			const { submissionKey, ...errors } = parsed.errors;
			return submissionKey === undefined ? parsed : { ...parsed, errors: { '': 'form_incomplete', ...errors } };
		}
		const outcome = await write((tx) => recordPayment(tx, context.act(), grant, { ...parsed.data, organisationId: holder.id }));
		if (outcome.ok) return backTo(context, holder, { recorded: outcome.paymentId });
		switch (outcome.reason) {
			case 'form_already_used':
				return refuse(409, { '': 'payment_form_used' }, values);
		}
	}),

	reversePayment: correction(reversePayment),

	reverseCharge: correction(reverseCharge),
};
