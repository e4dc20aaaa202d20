import { domainToASCII, domainToUnicode } from 'node:url';

/** RFC 5321: 64 octets before the @, 254 in all. */
const LONGEST = 254;

/**
 * The form in which two spellings of one address are equal: lower case, NFC, domain as an A-label (IDNA).
 * Plus tags are kept: `a+b@x.org` is an address of its own. Null when it can't be an address.
 */
export function normalizeAddress(text: string): string | null {
	const address = text.trim().normalize('NFC');
	const at = address.lastIndexOf('@');
	if (at < 1 || address.length > LONGEST) return null;
	const local = address.slice(0, at).toLowerCase();
	if (Buffer.byteLength(local) > 64 || !/^[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u.test(local))
		return null;
	const domain = normalizeDomain(address.slice(at + 1));
	// The A-label of a domain is longer than what was typed.
	return domain === null || Buffer.byteLength(local) + 1 + domain.length > LONGEST ? null : `${local}@${domain}`;
}

/** A host name with at least two labels, as A-labels in lower case; null when it is none (an IP address is none). */
export function normalizeDomain(text: string): string | null {
	const typed = text.trim().replace(/\.$/, '').toLowerCase();
	// `domainToASCII` reads an address of a page: it would decode %6f and drop what follows a slash, a ? or a #.
	if (!/^[\p{L}\p{M}\p{N}.\u3002\uff0e\uff61\u00b7_-]+$/u.test(typed)) return null;
	const domain = domainToASCII(typed);
	const labels = domain.split('.');
	if (domain === '' || domain.length > 253 || labels.length < 2 || /^\d+$/.test(labels.at(-1) ?? '')) return null;
	return labels.every((label) => /^(?!-)[a-z0-9-]{1,63}(?<!-)$/.test(label)) ? domain : null;
}

/** A domain as its owner spells it: `xn--t-9fab.org` gives `été.org`. The text itself when it is no domain. */
export function readableDomain(domain: string): string {
	return domainToUnicode(domain) || domain;
}
