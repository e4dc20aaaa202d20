import type { z } from 'zod';
import { type Tx, write } from '#db/client.ts';
import { formAction } from '#src/adapters/forms/index.ts';
import { limited, makeLimit } from '#src/adapters/limits/index.ts';
import { isProven } from '#src/adapters/sessions/index.ts';
import { type Grant, grantTo } from '#src/features/access/index.ts';
import { revokeWorkerInvitation } from '#src/features/people/index.ts';
import { endWorkerRole, grantRole, inviteByWorker, setTerm } from '#src/features/workers/mutations.ts';
import { endForm, grantForm, invitationForm, invitationIdForm } from '#src/features/workers/schema.ts';
import { pathOf } from '#src/i18n/routes.ts';
import type { Act } from '#src/lib/act.ts';
import { now } from '#src/lib/clock.ts';
import { parseForm, redirectTo, refuse } from '#src/lib/form.ts';

// Each is a message to an address that may not have asked for it, or to a colleague.
const byKeeper = makeLimit(60, 3_600);

/** Reasons that belong to one field of the form. */
const FIELD: Readonly<Record<string, string>> = { term_passed: 'until', own_address: 'email', already_holds: 'email' };

/** An act of those who look after workers, shortly after a proof of who they are. */
function keepingAction<T extends z.ZodType>(
	schema: T,
	done: string,
	perform: (
		tx: Tx,
		act: Act,
		grant: Grant<'workers.manage'>,
		data: z.output<T>,
	) => Promise<{ readonly ok: true } | { readonly ok: false; readonly reason: string }>,
) {
	return formAction(async (values, context) => {
		const { locals, locale } = context;
		const grant = grantTo(locals.access, 'workers.manage');
		if (!isProven(locals.visitor?.provenAt ?? null, now())) return refuse(422, { '': 'prove_first' }, values);
		const parsed = parseForm(schema, values);
		if (!parsed.ok) return parsed;
		const refusal = await limited([[byKeeper, grant.personId]], values);
		if (refusal) return refusal;
		const result = await write((tx) => perform(tx, context.act(), grant, parsed.data));
		if (result.ok) return redirectTo(`${pathOf('workPeople', locale)}?fait=${done}`);
		if (result.reason === 'not_found') return refuse(409, { '': 'role_gone' }, values);
		const field = FIELD[result.reason];
		return field === undefined ? refuse(409, { '': result.reason }, values) : refuse(422, { [field]: result.reason }, values);
	});
}

export const workerActions = {
	grant: keepingAction(grantForm, 'role', (tx, act, grant, { person, ...rest }) =>
		grantRole(tx, act, grant, { personId: person, ...rest }),
	),
	setTerm: keepingAction(grantForm, 'mandat', (tx, act, grant, { person, ...rest }) =>
		setTerm(tx, act, grant, { personId: person, ...rest }),
	),
	end: keepingAction(endForm, 'fin', (tx, act, grant, { person, role }) => endWorkerRole(tx, act, grant, { personId: person, role })),
	invite: keepingAction(invitationForm, 'invitation', (tx, act, grant, { email: address, ...rest }) =>
		inviteByWorker(tx, act, grant, { ...rest, address }),
	),
	revokeInvitation: keepingAction(invitationIdForm, 'invitation-retiree', (tx, act, grant, { invitation }) =>
		revokeWorkerInvitation(tx, act, grant, invitation),
	),
};
