/**
 * The second of two clicks on a proof of who one is arrives with the session's old id, which opens nothing any more; the browser may
 * have dropped the answer to the first. Whoever sends the same id and the same secret once more gets that answer once more.
 * Kept in memory for a few seconds: without it, they log in again.
 */
import type { SessionCookie } from '#src/adapters/sessions/index.ts';
import type { Instant } from '#src/lib/clock.ts';
import { hashToken } from '#src/lib/ids.ts';

export const REPEAT_LASTS = 10_000;
const MOST = 1_000;

interface Kept {
	readonly cookie: SessionCookie;
	readonly until: Instant;
}

const kept = new Map<string, Kept>();
/** Neither the id nor the secret is kept. */
const keyOf = (sessionId: string, secret: string) => hashToken(`${sessionId} ${secret}`);

/** @param sessionId the id before the proof. */
export function keepAnswer(sessionId: string, secret: string, cookie: SessionCookie, at: Instant): void {
	for (const [key, { until }] of kept) {
		if (until > at && kept.size < MOST) break;
		kept.delete(key);
	}
	kept.set(keyOf(sessionId, secret), { cookie, until: at + REPEAT_LASTS });
}

/** The cookie given for the same proof a moment ago; null when there was none. */
export function findAnswer(sessionId: string, secret: string, at: Instant): SessionCookie | null {
	const found = kept.get(keyOf(sessionId, secret));
	return found && found.until > at ? found.cookie : null;
}
