import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import { read } from '#db/client.ts';
import { formAction } from '#src/adapters/forms/index.ts';
import { verifyPassword } from '#src/adapters/passwords/index.ts';
import { endSession, openSession } from '#src/adapters/sessions/index.ts';
import { setCookie } from '#src/adapters/sessions/set-cookie.ts';
import { loadAccess, mayWork } from '#src/features/access/index.ts';
import { findAccountByAddress } from '#src/features/accounts/data.ts';
import { loginForm } from '#src/features/accounts/schema.ts';
import { type Locale, matchRoute, pathOf } from '#src/i18n/routes.ts';
import { civilDateOf, now } from '#src/lib/clock.ts';
import { normalizeAddress } from '#src/lib/email-address.ts';
import { type FormValues, parseForm, type Refusal, redirectTo, refuse, valueOf } from '#src/lib/form.ts';
import { hashToken } from '#src/lib/ids.ts';

const QUARTER_HOUR = 15 * 60;
// An account's owner elsewhere must not be locked out by one stranger, so both are counted together and apart.
const byAccount = new RateLimiterMemory({ points: 20, duration: QUARTER_HOUR });
const byAddress = new RateLimiterMemory({ points: 50, duration: QUARTER_HOUR });
const byBoth = new RateLimiterMemory({ points: 10, duration: QUARTER_HOUR });

/** Keys are hashed: the limiter keeps no address in clear. */
const keysOf = (account: string, address: string) => ({
	both: hashToken(`${account} ${address}`),
	address: hashToken(address),
	account: hashToken(account),
});

/** Null when the attempt may go on. */
async function limited(keys: ReturnType<typeof keysOf>, values: FormValues): Promise<Refusal | null> {
	const counts = [
		[byBoth, keys.both],
		[byAddress, keys.address],
		[byAccount, keys.account],
	] as const;
	for (const [limiter, key] of counts) {
		try {
			await limiter.consume(key);
		} catch (rejected) {
			const wait = (rejected as RateLimiterRes).msBeforeNext ?? QUARTER_HOUR * 1000;
			return { ...refuse(429, { '': 'too_many' }, withoutPassword(values)), retryAfter: Math.ceil(wait / 1000) };
		}
	}
	return null;
}

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
		const keys = keysOf(normalized ?? parsed.data.email, clientAddress);
		const refusal = await limited(keys, values);
		if (refusal) return refusal;
		const found = normalized === null ? null : await findAccountByAddress(read, normalized);
		const right = await verifyPassword(found?.passwordHash ?? null, parsed.data.password);
		if (!found || !right || !found.active) return refuse(422, { '': 'wrong_login' }, withoutPassword(values));
		// Only failures count, or people who log in often would shut themselves out.
		await Promise.all([byBoth.delete(keys.both), byAccount.delete(keys.account), byAddress.reward(keys.address)]);
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
