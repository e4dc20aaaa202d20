/** Words here: the viewer works in the network; the person viewed has a role in a group, and none in the network. */
import type { RouteKey } from '#src/i18n/routes.ts';
import { DAY, type Instant, MINUTE } from '#src/lib/clock.ts';

/** Long enough to understand a trouble; nobody stays in another's place by forgetting. */
export const VIEWING_LASTS = 30 * MINUTE;

/** The members' pages that show what the group shares. Any other page stays closed until it is added here. */
const OPEN: readonly RouteKey[] = [
	'space',
	'spacePeople',
	'spaceServices',
	'spaceRequests',
	'spaceRequestNew',
	'spaceRequest',
	'spaceContributions',
];

/** Whether a page is open while viewing: the group's own pages, and what anyone may read. Null is an address of no page. */
export function mayOpen(page: { readonly key: RouteKey; readonly audience: string } | null): boolean {
	if (page === null) return false;
	if (page.audience === 'public') return true;
	// Pages with forms for the public: nothing can be sent from them.
	if (page.audience === 'form') return page.key !== 'login' && page.key !== 'passwordForgotten';
	return OPEN.includes(page.key);
}

/** Whether a page is one of the group's, whose opening is written in the trail. */
export const isGroupPage = (key: RouteKey): boolean => OPEN.includes(key);

export const isOver = (viewing: { readonly endsAt: Instant }, at: Instant): boolean => viewing.endsAt <= at;

/** A reason may name someone: it is kept after the view ended for as long as anyone is likely to ask about it. */
export const REASON_KEPT = 365 * DAY;
