import { HOUR } from '#src/lib/clock.ts';

/** A link that chooses a new password. */
export const PASSWORD_LINK_LASTS = HOUR;
/** A link that proves an address added to an account. */
export const ADDRESS_LINK_LASTS = 24 * HOUR;
/** More would make an account a way to write to strangers. */
export const MOST_ADDRESSES = 5;

/** Plain comparison form: letters and digits only, no accents, no case. */
const plain = (text: string) =>
	text
		.normalize('NFKD')
		.replace(/\p{M}/gu, '')
		.toLowerCase()
		.replace(/[^\p{L}\p{N}]/gu, '');

/** True when the password is hardly more than words anyone who knows the person or group would try. */
export function isMadeOf(password: string, words: readonly string[]): boolean {
	let rest = plain(password);
	if (rest === '') return false;
	const known = words
		.flatMap((word) => [word, ...word.split(/[\s@.\-_']+/u)])
		.map(plain)
		.filter((word) => word.length >= 3)
		.sort((a, b) => b.length - a.length);
	const before = rest.length;
	for (const word of known) rest = rest.replaceAll(word, '');
	return rest.length < before && rest.replace(/\d/g, '').length < 3;
}
