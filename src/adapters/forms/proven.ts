/** Changes that want a proof of who one is, given shortly before. */
import { type FormContext, formAction } from '#src/adapters/forms/index.ts';
import { isProven } from '#src/adapters/sessions/index.ts';
import { now } from '#src/lib/clock.ts';
import { type FormValues, type Outcome, refuse } from '#src/lib/form.ts';

export interface LoggedIn {
	readonly accountId: string;
	readonly personId: string;
	readonly sessionId: string;
	readonly fullName: string;
	readonly address: string;
	readonly provenAt: number | null;
	readonly factorAt: number | null;
}

/** Whose session it is. @throws what is answered with 403 when nobody is logged in: a form of another page, sent here by hand. */
export function ownerIn(context: FormContext): LoggedIn {
	const { visitor } = context.locals;
	if (!visitor) throw Object.assign(new Error('a form without anyone logged in'), { status: 403 });
	return visitor;
}

/** No secret travels back into a page. */
export const withoutSecrets = ({ password: _, newPassword: __, code: ___, credential: ____, ...rest }: FormValues): FormValues => rest;

/** Without a recent proof nothing is changed, and the page says how to give one. */
export function provenAction(change: (values: FormValues, context: FormContext, owner: LoggedIn) => Promise<Outcome>) {
	return formAction(async (values, context) => {
		const owner = ownerIn(context);
		if (!isProven(owner.provenAt, now())) return refuse(422, { '': 'prove_first' }, withoutSecrets(values));
		return change(values, context, owner);
	});
}
