import { write } from '#db/client.ts';
import type { FormContext } from '#src/adapters/forms/index.ts';
import { provenAction } from '#src/adapters/forms/proven.ts';
import { limited, makeLimit } from '#src/adapters/limits/index.ts';
import { checkNewPasskey, readShown } from '#src/adapters/passkeys/index.ts';
import { setCookie } from '#src/adapters/sessions/set-cookie.ts';
import { type Added, addApp, addPasskey, keepRecoveryCodes, removeApp, removePasskey } from '#src/features/factors/mutations.ts';
import { codeSetupForm, handleForm, passkeyForm, recoveryForm } from '#src/features/factors/schema.ts';
import { pathOf } from '#src/i18n/routes.ts';
import { now } from '#src/lib/clock.ts';
import { parseForm, redirectTo, refuse } from '#src/lib/form.ts';

const QUARTER_HOUR = 15 * 60;
const bySetup = makeLimit(20, QUARTER_HOUR);

const backTo = ({ locale }: FormContext, done: string) => redirectTo(`${pathOf('accountSteps', locale)}?fait=${done}`);
/** Whoever has just set up a first step has no way back yet when it is lost: recovery codes come next. */
function afterAdding(context: FormContext, { first, cookie }: Added, done: string) {
	if (cookie) setCookie(context.cookies, cookie);
	return first ? redirectTo(`${pathOf('accountRecovery', context.locale)}?fait=${done}`) : backTo(context, done);
}

export const factorActions = {
	addApp: provenAction(async (values, context, owner) => {
		const parsed = parseForm(codeSetupForm, values);
		if (!parsed.ok) return parsed;
		const refusal = await limited([[bySetup, owner.accountId]], values);
		if (refusal) return refusal;
		const done = await write((tx) => addApp(tx, context.act(), owner, parsed.data));
		if (done.ok) return afterAdding(context, done, 'application');
		if (done.reason === 'wrong_code') return refuse(422, { code: 'wrong_code' }, values);
		return refuse(409, { '': done.reason }, values);
	}),

	removeApp: provenAction(async (values, context, owner) => {
		const done = await write((tx) => removeApp(tx, context.act(), owner));
		if (done.ok) return backTo(context, 'application-retiree');
		return done.reason === 'not_found' ? refuse(404, {}, values) : refuse(409, { '': done.reason }, values);
	}),

	addPasskey: provenAction(async (values, context, owner) => {
		const { credential: _, ...typed } = values;
		const parsed = parseForm(passkeyForm, values);
		if (!parsed.ok) return { ...parsed, values: typed };
		const refusal = await limited([[bySetup, owner.accountId]], typed);
		if (refusal) return refusal;
		const shown = readShown(parsed.data.credential);
		const key = shown && (await checkNewPasskey(shown, { purpose: 'register', of: owner.sessionId }, now()));
		if (!key) return refuse(422, { '': 'passkey_refused' }, typed);
		const done = await write((tx) => addPasskey(tx, context.act(), owner, { name: parsed.data.name, key }));
		return done.ok ? afterAdding(context, done, 'cle') : refuse(409, { '': done.reason }, typed);
	}),

	removePasskey: provenAction(async (values, context, owner) => {
		const parsed = parseForm(handleForm, values);
		if (!parsed.ok) return refuse(404, {}, values);
		const done = await write((tx) => removePasskey(tx, context.act(), owner, parsed.data.handle));
		if (done.ok) return backTo(context, 'cle-retiree');
		return done.reason === 'not_found' ? refuse(404, {}, values) : refuse(409, { '': done.reason }, values);
	}),

	keepRecoveryCodes: provenAction(async (values, context, owner) => {
		const parsed = parseForm(recoveryForm, values);
		if (!parsed.ok) return parsed;
		const done = await write((tx) => keepRecoveryCodes(tx, context.act(), owner, parsed.data.sealed));
		return done.ok ? backTo(context, 'codes') : refuse(409, { '': done.reason }, {});
	}),
};
