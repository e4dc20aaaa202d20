import { matchRoute, type RouteKey } from '#src/i18n/routes.ts';
import { MINUTE } from '#src/lib/clock.ts';

/**
 * Wrong passwords before a log-in is refused without being checked. One stranger reaches the first limit long before the last, so
 * that the owner elsewhere gets in.
 */
export const LOGIN_LIMITS = {
	seconds: 15 * 60,
	/** On one account from one network address. */
	together: 10,
	/** From one network address, on any account. */
	byAddress: 50,
	/** On one account, from anywhere. */
	byAccount: 60,
} as const;
/** Between the password and the second step. */
export const STEP_LASTS = 10 * MINUTE;
/** Wrong codes in one log-in; the next needs the password again. */
export const MOST_TRIES = 5;
/** A mailed link that logs in. */
export const LOGIN_LINK_LASTS = 15 * MINUTE;

/** Pages one does not come back to: they are on the way. */
const ON_THE_WAY: readonly RouteKey[] = ['login', 'loginStep', 'loginLink', 'loginLinkAsked', 'loginLinkOpen', 'logout', 'error'];

/** The page of this site that was asked for before the log-in; null for anything else. @param wanted as the form brought it. */
export function wayBack(wanted: string): string | null {
	if (!/^\/(?![/\\])/.test(wanted) || wanted.length > 1_000) return null;
	const { pathname, search } = new URL(wanted, 'http://site.invalid');
	const match = matchRoute(pathname);
	return match && !ON_THE_WAY.includes(match.key) ? pathname + search : null;
}
