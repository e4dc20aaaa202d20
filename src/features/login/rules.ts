import { type Locale, matchRoute, pathOf, type RouteKey, routes } from '#src/i18n/routes.ts';
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
export const LOGIN_LINK_LASTS = 10 * MINUTE;

/** Pages one does not come back to: they are on the way. */
const ON_THE_WAY: readonly RouteKey[] = ['login', 'loginStep', 'loginLink', 'loginLinkAsked', 'loginLinkOpen', 'logout', 'error'];

const HERE = 'http://site.invalid';

/** The page of this site that was asked for before the log-in; null for anything else. @param wanted as the form brought it. */
export function wayBack(wanted: string): string | null {
	if (!/^\/(?![/\\])/.test(wanted) || wanted.length > 1_000) return null;
	// « /<tab>/[ » is taken for another host, and no name of one.
	if (!URL.canParse(wanted, HERE)) return null;
	const { origin, pathname, search } = new URL(wanted, HERE);
	if (origin !== HERE) return null;
	const match = matchRoute(pathname);
	return match && !ON_THE_WAY.includes(match.key) ? pathname + search : null;
}

/** The closed page that asked for a proof of who one is; null for anything else. @param wanted as the form brought it. */
export function wayBackFromProof(wanted: string): string | null {
	const back = wayBack(wanted);
	const key = back === null ? undefined : matchRoute(new URL(back, HERE).pathname)?.key;
	if (key === undefined || key === 'accountProof') return null;
	return ['member', 'worker'].includes(routes[key].audience) ? back : null;
}

/** What a page puts into its address for itself alone: a form it was sent, and what it says once. */
const PASSING = ['_action', 'fait'];

/** The page of the proof, which leads back here. @param here the address of the page that asks. */
export function proofPath(locale: Locale, here: URL): string {
	const query = new URLSearchParams(here.search);
	for (const name of PASSING) query.delete(name);
	const next = query.size > 0 ? `${here.pathname}?${query}` : here.pathname;
	return `${pathOf('accountProof', locale)}?${new URLSearchParams({ next })}`;
}
