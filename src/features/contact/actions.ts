import type { z } from 'zod';
import { type Tx, write } from '#db/client.ts';
import { formAction } from '#src/adapters/forms/index.ts';
import { limited, makeLimit } from '#src/adapters/limits/index.ts';
import { type Grant, grantTo } from '#src/features/access/index.ts';
import {
	answerMessage,
	type ChangeOutcome,
	noteMessage,
	receiveMessage,
	reopenMessage,
	setAsideMessage,
} from '#src/features/contact/mutations.ts';
import { answerForm, messageForm, noteForm, stampedForm } from '#src/features/contact/schema.ts';
import { pathOf } from '#src/i18n/routes.ts';
import type { Act } from '#src/lib/act.ts';
import { now } from '#src/lib/clock.ts';
import { normalizeAddress } from '#src/lib/email-address.ts';
import { type FormValues, type Outcome, parseForm, type Refusal, redirectTo, refuse } from '#src/lib/form.ts';
import { isTrapped } from '#src/lib/trap.ts';

const HOUR_IN_SECONDS = 3_600;
// A community centre writes from one network; a program does not stop at ten.
const byNetwork = makeLimit(10, HOUR_IN_SECONDS);
// Nobody can fill someone else's mailbox with acknowledgements from here.
const byAddress = makeLimit(5, HOUR_IN_SECONDS);

/** A hidden field that does not fit is no field people can correct: the form as a whole is to be sent again. */
function withoutHidden(refusal: Refusal, key: 'form_incomplete' | 'stale'): Refusal {
	const { submissionKey, version, ...errors } = refusal.errors;
	return submissionKey === undefined && version === undefined ? refusal : { ...refusal, errors: { '': key, ...errors } };
}

/** One of the forms of workers on a message's page. */
function deskAction<T extends z.ZodType>(
	schema: T,
	perform: (tx: Tx, act: Act, grant: Grant<'inbox.answer'>, data: z.output<T>, number: string) => Promise<ChangeOutcome>,
) {
	return formAction(async (values: FormValues, context): Promise<Outcome> => {
		const grant = grantTo(context.locals.access, 'inbox.answer');
		const parsed = parseForm(schema, values);
		if (!parsed.ok) return withoutHidden(parsed, 'stale');
		const done = await write((tx) => perform(tx, context.act(), grant, parsed.data, context.params.number ?? ''));
		if (done.ok) return redirectTo(pathOf('workInboxMessage', context.locale, { number: done.number }));
		return done.reason === 'not_found' ? refuse(404, {}, values) : refuse(409, { '': done.reason }, values);
	});
}

export const contactActions = {
	send: formAction(async (values, { locale, locals, clientAddress }) => {
		const parsed = parseForm(messageForm, values);
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
		const moment = { at: now(), requestId: locals.requestId };
		const done = await write((tx) => receiveMessage(tx, moment, { ...data, locale, trapped: isTrapped(values) }));
		return done.ok ? redirectTo(pathOf('contactSent', locale)) : refuse(409, { '': done.reason }, values);
	}),

	answer: deskAction(answerForm, (tx, act, grant, data, number) => answerMessage(tx, act, grant, { ...data, number })),
	setAside: deskAction(stampedForm, (tx, act, grant, data, number) => setAsideMessage(tx, act, grant, { ...data, number })),
	reopen: deskAction(stampedForm, (tx, act, grant, data, number) => reopenMessage(tx, act, grant, { ...data, number })),
	note: deskAction(noteForm, (tx, act, grant, data, number) => noteMessage(tx, act, grant, { ...data, number })),
};
