import { DAY, type Instant, MINUTE } from '#src/lib/clock.ts';

export const INVITATION_LASTS = 14 * DAY;
/** How long the address and name of an invitation are kept once it opens nothing. */
export const INVITATION_KEPT = 180 * DAY;

/** Two clicks are seconds apart; past this, a used invitation tells nobody whether a password is right. */
const SECOND_CLICK_WITHIN = 2 * MINUTE;

/** Whether the invitation may still answer the same person with the same result. */
export function isSecondClick(acceptedAt: Instant, at: Instant): boolean {
	return at - acceptedAt < SECOND_CLICK_WITHIN;
}
