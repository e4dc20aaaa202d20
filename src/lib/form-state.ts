import { EMPTY_FORM, type FormState } from '#src/lib/form.ts';

/** What a page shows again in the form of this action; empty unless that form was just sent and refused. */
export function formState(locals: App.Locals, action: string): FormState {
	const refused = locals.refused;
	if (refused?.action !== action) return EMPTY_FORM;
	return { errors: refused.refusal.errors, values: refused.refusal.values, sent: true };
}
