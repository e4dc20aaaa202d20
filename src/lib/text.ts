/** What a person typed, made safe to keep without changing what they meant. */

// C0 and C1 controls except tab and line feed; zero-width and bidirectional marks that could make a name read as another.
// biome-ignore lint/suspicious/noControlCharactersInRegex: removing control characters is the purpose
const INVISIBLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff]/g;
// What word processors put between lines: removing it would join two words.
const LINE_ENDS = /\r\n?|[\v\f\u0085\u2028\u2029]/g;

/** One line: NFC, invisible characters removed, white space folded, trimmed. */
export function cleanLine(text: string): string {
	return text.normalize('NFC').replace(LINE_ENDS, ' ').replace(/\t/g, ' ').replace(INVISIBLE, '').replace(/\s+/g, ' ').trim();
}

/** Several lines: NFC, line ends as LF, invisible characters removed, at most two empty lines together, trimmed. */
export function cleanText(text: string): string {
	return text
		.normalize('NFC')
		.replace(LINE_ENDS, '\n')
		.replace(INVISIBLE, '')
		.replace(/\n{4,}/g, '\n\n\n')
		.trim();
}

/** Length as people count it: an emoji family is one. */
const graphemes = new Intl.Segmenter('fr');
export function lengthOf(text: string): number {
	if (text.length < 2) return text.length;
	let count = 0;
	for (const _ of graphemes.segment(text)) count += 1;
	return count;
}

/** Lower-case ASCII words joined by hyphens, at most `max` characters: « Cœur d’été » gives `coeur-d-ete`. Empty when nothing is left. */
export function slugify(text: string, max = 40): string {
	return text
		.normalize('NFKD')
		.replace(/\p{M}/gu, '')
		.toLowerCase()
		.replaceAll('œ', 'oe')
		.replaceAll('æ', 'ae')
		.replace(/[^a-z0-9]+/g, '-')
		.slice(0, max)
		.replace(/^-+|-+$/g, '');
}
