import { read } from '#db/client.ts';
import { formAction } from '#src/adapters/forms/index.ts';
import { limited, makeLimit } from '#src/adapters/limits/index.ts';
import { verifyPassword } from '#src/adapters/passwords/index.ts';
import { endSession, openSession } from '#src/adapters/sessions/index.ts';
import { setCookie } from '#src/adapters/sessions/set-cookie.ts';
import { loadAccess, mayWork } from '#src/features/access/index.ts';
import { findAccountByAddress } from '#src/features/accounts/data.ts';
import { loginForm } from '#src/features/accounts/schema.ts';
import { type Locale, matchRoute, pathOf } from '#src/i18n/routes.ts';
import { civilDateOf, now } from '#src/lib/clock.ts';
import { normalizeAddress } from '#src/lib/email-address.ts';
import { type FormValues, parseForm, redirectTo, refuse, valueOf } from '#src/lib/form.ts';

const QUARTER_HOUR = 15 * 60;
// An account's owner elsewhere must not be locked out by one stranger, so both are counted together and apart.
const byAccount = makeLimit(60, QUARTER_HOUR);
const byAddress = makeLimit(50, QUARTER_HOUR);
const byBoth = makeLimit(10, QUARTER_HOUR);

const withoutPassword = ({ password: _, ...rest }: FormValues): FormValues => rest;

/** Where a person goes after the log-in: back to the page of this site that asked for it, else to what is theirs. */
function afterLogin(locale: Locale, wanted: string, worker: boolean): string {
	if (/^\/(?![/\\])/.test(wanted)) {
		const { pathname, search } = new URL(wanted, 'http://site.invalid');
		const match = matchRoute(pathname);
		if (match && !['login', 'logout', 'error'].includes(match.key)) return pathname + search;
	}
	return pathOf(worker ? 'work' : 'spaces', locale);
}

export const accountActions = {
	logIn: formAction(async (values, { locale, locals, cookies, clientAddress }) => {
		const parsed = parseForm(loginForm, values);
		if (!parsed.ok) return { ...parsed, values: withoutPassword(parsed.values) };
		const normalized = normalizeAddress(parsed.data.email);
		const account = normalized ?? parsed.data.email;
		const both = `${account} ${clientAddress}`;
		const refusal = await limited(
			[
				[byBoth, both],
				[byAddress, clientAddress],
				[byAccount, account],
			],
			withoutPassword(values),
		);
		if (refusal) return refusal;
		const found = normalized === null ? null : await findAccountByAddress(read, normalized);
		const right = await verifyPassword(found?.passwordHash ?? null, parsed.data.password);
		if (!found || !right || !found.active) return refuse(422, { '': 'wrong_login' }, withoutPassword(values));
		// Only failures count, or people who log in often would shut themselves out.
		await Promise.all([byBoth.forget(both), byAccount.forget(account), byAddress.giveBack(clientAddress)]);
		if (locals.visitor) await endSession(locals.visitor.sessionId);
		setCookie(cookies, await openSession(found.accountId));
		const access = await loadAccess(read, found.personId, civilDateOf(now()));
		return redirectTo(afterLogin(locale, valueOf(values, 'next'), mayWork(access)));
	}),

	logOut: formAction(async (_values, { locale, locals, cookies }) => {
		if (locals.visitor) setCookie(cookies, await endSession(locals.visitor.sessionId));
		return redirectTo(pathOf('home', locale));
	}),
};
