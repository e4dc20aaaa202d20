import { createHash } from 'node:crypto';
import type { Locale } from '#src/i18n/routes.ts';
import { DAY, type Instant } from '#src/lib/clock.ts';

/** Time to change one's mind, and for the owner of an account to notice that it was not them. */
export const ERASURE_WAITS = 7 * DAY;

export const erasureDueAt = (askedAt: Instant): Instant => askedAt + ERASURE_WAITS;

const WORDS: Record<Locale, string> = { fr: 'Personne retirée', en: 'Removed person' };

/** What stands in the place of a name: the same for all that one person left behind, and telling nothing of them. */
export function pseudonymOf(personId: string, locale: Locale): string {
	return `${WORDS[locale]} ${createHash('sha256').update(`erased:${personId}`).digest('hex').slice(0, 4)}`;
}
