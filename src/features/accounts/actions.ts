import { read, write } from '#db/client.ts';
import { type FormContext, formAction } from '#src/adapters/forms/index.ts';
import { ownerIn, provenAction, withoutSecrets } from '#src/adapters/forms/proven.ts';
import { limited, makeLimit } from '#src/adapters/limits/index.ts';
import { isCommonPassword } from '#src/adapters/passwords/common.ts';
import { hashPassword } from '#src/adapters/passwords/index.ts';
import { endSession, endSessionOf, endSessionsOf } from '#src/adapters/sessions/index.ts';
import { setCookie } from '#src/adapters/sessions/set-cookie.ts';
import { findAddressLink, findPasswordLink, listOwnWords } from '#src/features/accounts/data.ts';
import {
	addAddress,
	askPasswordLink,
	changePassword,
	changeProfile,
	confirmAddress,
	preferAddress,
	removeAddress,
	resetPassword,
} from '#src/features/accounts/mutations.ts';
import { isMadeOf } from '#src/features/accounts/rules.ts';
import { addressForm, handleForm, newPasswordForm, profileForm } from '#src/features/accounts/schema.ts';
import { recordAudit } from '#src/features/audit/index.ts';
import { pathOf } from '#src/i18n/routes.ts';
import { civilDateOf, now } from '#src/lib/clock.ts';
import { normalizeAddress } from '#src/lib/email-address.ts';
import { parseForm, redirectTo, refuse } from '#src/lib/form.ts';

const QUARTER_HOUR = 15 * 60;
// Answers go to an address that may not be theirs: nobody fills another's mailbox from here.
const byForgotten = makeLimit(5, QUARTER_HOUR);
const byForgetter = makeLimit(20, QUARTER_HOUR);
const byLink = makeLimit(20, QUARTER_HOUR);
const byNewAddress = makeLimit(10, QUARTER_HOUR);

/** Where a password is only a word that anyone would try first. */
async function weakness(
	password: string,
	who: { readonly accountId: string; readonly personId: string },
): Promise<'password_obvious' | 'password_common' | null> {
	if (isMadeOf(password, await listOwnWords(read, who, civilDateOf(now())))) return 'password_obvious';
	return (await isCommonPassword(password)) ? 'password_common' : null;
}

const backTo = (context: FormContext, done: string) => redirectTo(`${pathOf('account', context.locale)}?fait=${done}`);
const momentOf = ({ locals }: FormContext) => ({ at: now(), requestId: locals.requestId });

export const accountActions = {
	logOut: formAction(async (_values, { locale, locals, cookies }) => {
		if (locals.visitor) setCookie(cookies, await endSession(locals.visitor.sessionId));
		return redirectTo(pathOf('home', locale));
	}),

	/** The answer is the same, after the same work, whether the address has an account or not. */
	forgot: formAction(async (values, { locale, clientAddress }) => {
		const parsed = parseForm(addressForm, values);
		if (!parsed.ok) return parsed;
		const normalized = normalizeAddress(parsed.data.email) ?? '';
		const refusal = await limited(
			[
				[byForgetter, clientAddress],
				[byForgotten, normalized],
			],
			values,
		);
		if (refusal) return refusal;
		await write((tx) => askPasswordLink(tx, now(), { normalized, locale }));
		return redirectTo(pathOf('passwordAsked', locale));
	}),

	reset: formAction(async (values, context) => {
		const { token = '' } = context.params;
		const refusal = await limited([[byLink, context.clientAddress]], withoutSecrets(values));
		if (refusal) return refusal;
		const found = await findPasswordLink(read, token, now());
		// The page shown again says that the link is dead.
		if (!found) return refuse(409, {}, {});
		const parsed = parseForm(newPasswordForm, values);
		if (!parsed.ok) return { ...parsed, values: {} };
		const weak = await weakness(parsed.data.newPassword, found);
		if (weak) return refuse(422, { newPassword: weak });
		const passwordHash = await hashPassword(parsed.data.newPassword);
		const done = await write((tx) => resetPassword(tx, momentOf(context), { token, passwordHash }));
		return done.ok ? redirectTo(`${pathOf('login', context.locale)}?fait=mot-de-passe`) : refuse(409, {}, {});
	}),

	changeProfile: formAction(async (values, context) => {
		const parsed = parseForm(profileForm, values);
		if (!parsed.ok) return parsed;
		await write((tx) => changeProfile(tx, context.act(), ownerIn(context), parsed.data));
		return backTo(context, 'profil');
	}),

	changePassword: provenAction(async (values, context, owner) => {
		const parsed = parseForm(newPasswordForm, values);
		if (!parsed.ok) return { ...parsed, values: {} };
		const weak = await weakness(parsed.data.newPassword, owner);
		if (weak) return refuse(422, { newPassword: weak });
		const passwordHash = await hashPassword(parsed.data.newPassword);
		await write((tx) => changePassword(tx, context.act(), owner, passwordHash, owner.sessionId));
		return backTo(context, 'mot-de-passe');
	}),

	addAddress: provenAction(async (values, context, owner) => {
		const parsed = parseForm(addressForm, values);
		if (!parsed.ok) return parsed;
		const refusal = await limited([[byNewAddress, owner.accountId]], values);
		if (refusal) return refusal;
		const done = await write((tx) => addAddress(tx, context.act(), owner, parsed.data.email));
		return done.ok ? backTo(context, 'adresse-ajoutee') : refuse(422, { email: done.reason }, values);
	}),

	/** Only its owner, logged in, confirms: a link followed by someone else must not give them another's account. */
	confirmAddress: formAction(async (values, context) => {
		const { token = '' } = context.params;
		const found = await findAddressLink(read, token, now());
		if (!found || found.accountId !== ownerIn(context).accountId) return refuse(404, {}, values);
		const done = await write((tx) => confirmAddress(tx, momentOf(context), token));
		return done.ok ? backTo(context, 'adresse-confirmee') : refuse(404, {}, values);
	}),

	preferAddress: provenAction(async (values, context, owner) => {
		const parsed = parseForm(handleForm, values);
		if (!parsed.ok) return refuse(404, {}, values);
		const done = await write((tx) => preferAddress(tx, context.act(), owner, parsed.data.handle));
		if (done.ok) return backTo(context, 'adresse-principale');
		return done.reason === 'not_found' ? refuse(404, {}, values) : refuse(409, { '': done.reason }, values);
	}),

	removeAddress: provenAction(async (values, context, owner) => {
		const parsed = parseForm(handleForm, values);
		if (!parsed.ok) return refuse(404, {}, values);
		const done = await write((tx) => removeAddress(tx, context.act(), owner, parsed.data.handle));
		if (done.ok) return backTo(context, 'adresse-retiree');
		return done.reason === 'not_found' ? refuse(404, {}, values) : refuse(409, { '': done.reason }, values);
	}),

	/** Closing a door needs no proof: whoever sees a session they don't know must be able to end it at once. */
	endSession: formAction(async (values, context) => {
		const owner = ownerIn(context);
		const parsed = parseForm(handleForm, values);
		if (!parsed.ok) return refuse(404, {}, values);
		const ended = await write(async (tx) => {
			const found = await endSessionOf(tx, owner.accountId, parsed.data.handle);
			if (found) await recordAudit(tx, context.act(), { action: 'accounts.end_session', subject: { kind: 'person', id: owner.personId } });
			return found;
		});
		return ended ? backTo(context, 'session-fermee') : refuse(409, { '': 'session_gone' }, values);
	}),

	endOtherSessions: formAction(async (_values, context) => {
		const owner = ownerIn(context);
		await write(async (tx) => {
			const ended = await endSessionsOf(tx, owner.accountId, owner.sessionId);
			await recordAudit(tx, context.act(), {
				action: 'accounts.end_sessions',
				subject: { kind: 'person', id: owner.personId },
				delta: { ended },
			});
		});
		return backTo(context, 'sessions-fermees');
	}),
};
