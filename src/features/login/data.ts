import { and, eq, gt, lt } from 'drizzle-orm';
import type { Read, Tx } from '#db/client.ts';
import { account, person } from '#db/schema/accounts.ts';
import { loginLink, pendingLogin } from '#db/schema/factors.ts';
import type { Attempt } from '#src/adapters/passkeys/index.ts';
import { passingCookieName, type SessionCookie } from '#src/adapters/sessions/index.ts';
import { findAnswer } from '#src/adapters/sessions/repeats.ts';
import { MOST_TRIES, wayBackFromProof } from '#src/features/login/rules.ts';
import { type Locale, pathOf } from '#src/i18n/routes.ts';
import type { Instant } from '#src/lib/clock.ts';
import { type FormValues, valueOf } from '#src/lib/form.ts';
import { hashToken } from '#src/lib/ids.ts';

/** Cookies that last from one page of a log-in to the next. */
export const STEP_COOKIE = 'etape';
export const LINK_COOKIE = 'lien';

type Cookies = import('astro').APIContext['cookies'];

/** What this browser keeps of the log-in it began; empty when nothing. */
export function passedIn(cookies: Pick<Cookies, 'get'>, name: string): string {
	return cookies.get(passingCookieName(name))?.value ?? '';
}

/** What the passkey's challenge of a second step is bound to: the log-in under way, else the session it is asked in. */
export function stepAttempt(cookies: Pick<Cookies, 'get'>, sessionId: string | undefined): Attempt {
	const token = passedIn(cookies, STEP_COOKIE);
	return { purpose: 'step', of: hashToken(token !== '' ? token : (sessionId ?? '')) };
}

/** A log-in whose second step is awaited. */
export interface PendingLogin {
	readonly tokenHash: string;
	readonly accountId: string;
	readonly personId: string;
	readonly next: string;
	readonly tries: number;
}

/** @param token as the cookie brings it. Null once it served, is too old or met too many wrong codes. */
export async function findPendingLogin(read: Read | Tx, token: string, at: Instant): Promise<PendingLogin | null> {
	if (token === '') return null;
	const [row] = await read
		.select({
			tokenHash: pendingLogin.tokenHash,
			accountId: pendingLogin.accountId,
			personId: account.personId,
			next: pendingLogin.next,
			tries: pendingLogin.tries,
		})
		.from(pendingLogin)
		.innerJoin(account, and(eq(account.id, pendingLogin.accountId), eq(account.status, 'active')))
		.where(and(eq(pendingLogin.tokenHash, hashToken(token)), gt(pendingLogin.expiresAt, at), lt(pendingLogin.tries, MOST_TRIES)))
		.limit(1);
	return row ?? null;
}

export interface LoginLink {
	readonly tokenHash: string;
	readonly accountId: string;
	readonly personId: string;
	readonly fullName: string;
	/** Followed in the browser that asked for it. */
	readonly sameBrowser: boolean;
}

/** Null once the link served or is too old. @param browser what the asking browser keeps; empty in another. */
export async function findLoginLink(read: Read | Tx, token: string, browser: string, at: Instant): Promise<LoginLink | null> {
	const [row] = await read
		.select({
			tokenHash: loginLink.tokenHash,
			accountId: loginLink.accountId,
			personId: account.personId,
			fullName: person.fullName,
			browserHash: loginLink.browserHash,
		})
		.from(loginLink)
		.innerJoin(account, and(eq(account.id, loginLink.accountId), eq(account.status, 'active')))
		.innerJoin(person, eq(person.id, account.personId))
		.where(and(eq(loginLink.tokenHash, hashToken(token)), gt(loginLink.expiresAt, at)))
		.limit(1);
	if (!row) return null;
	const { browserHash, ...rest } = row;
	return { ...rest, sameBrowser: browser !== '' && hashToken(browser) === browserHash };
}

/** What a form of the proof shows that its sender knows or holds; empty when nothing. */
export const secretOf = (values: FormValues): string =>
	['password', 'code', 'credential'].map((name) => valueOf(values, name)).find((value) => value !== '') ?? '';

/** Where a proof leads: back to the page that asked for it, else to the account. */
export const afterProof = (values: FormValues, locale: Locale): string =>
	wayBackFromProof(valueOf(values, 'next')) ?? pathOf('account', locale);

/** The answer to a proof that the same browser gave a moment ago, in the same words; null when it gave none. */
export function findRepeatedProof(
	sessionId: string,
	values: FormValues,
	locale: Locale,
	at: Instant,
): { readonly cookie: SessionCookie; readonly to: string } | null {
	const secret = secretOf(values);
	const cookie = secret === '' ? null : findAnswer(sessionId, secret, at);
	return cookie && { cookie, to: afterProof(values, locale) };
}
