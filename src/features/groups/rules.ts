import { DAY } from '#src/lib/clock.ts';
import { normalizeDomain } from '#src/lib/email-address.ts';

/** What a group is written to about; `outside` works while the network's own servers are down. */
export const PURPOSES = ['general', 'billing', 'technical', 'security'] as const;
export type Purpose = (typeof PURPOSES)[number];

/** A link that proves an outside address. */
export const OUTSIDE_LINK_LASTS = 7 * DAY;

/**
 * A Québec enterprise number as ten digits, however it was spaced; null when it can't be one. Its first two digits say what was
 * registered: 11 a legal person, 22 a person in business, 33 a partnership or other grouping, 88 a public body.
 */
export function normalizeNeq(text: string): string | null {
	const digits = text.replace(/[\s.-]/g, '');
	return /^(11|22|33|88)\d{8}$/.test(digits) ? digits : null;
}

/** Whether mail to an address goes to one of these domains, or to a domain under one of them. */
export function isHosted(normalizedAddress: string, hosted: readonly string[]): boolean {
	const domain = normalizedAddress.slice(normalizedAddress.lastIndexOf('@') + 1);
	return hosted.some((one) => domain === one || domain.endsWith(`.${one}`));
}

/** Every domain known as hosted here: what is listed, the site's own, and the one it sends from. */
export function hostedDomains(listed: readonly string[], siteUrl: string, mailFrom: string): string[] {
	const site = new URL(siteUrl).hostname.replace(/^www\./, '');
	const sender = /@([^\s>]+)>?$/.exec(mailFrom)?.[1] ?? '';
	return [...new Set([...listed, site, sender.toLowerCase()].map((one) => normalizeDomain(one) ?? one).filter((one) => one !== ''))];
}

/** The fields of two versions of a record that differ. */
export function differences<T extends Readonly<Record<string, unknown>>>(before: T, after: T): (keyof T & string)[] {
	return Object.keys(after).filter((name) => before[name] !== after[name]);
}
