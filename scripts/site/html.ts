/** Reads the pages Astro wrote: well formed, so that a whole parser is not needed for five thousand of them. */

export interface Tag {
	readonly name: string;
	/** As written, between the name and the closing sign. */
	readonly attributes: string;
	readonly closes: boolean;
	/** Where it begins and ends in the page. */
	readonly start: number;
	readonly end: number;
}

const TAG = /<!--[\s\S]*?-->|<(\/?)([a-zA-Z][\w:-]*)((?:[^>"']|"[^"]*"|'[^']*')*)>/g;

export function* tagsOf(html: string): Generator<Tag> {
	for (const match of html.matchAll(TAG)) {
		const [whole, slash, name, attributes = ''] = match;
		if (name === undefined) continue;
		yield { name: name.toLowerCase(), attributes, closes: slash === '/', start: match.index, end: match.index + whole.length };
	}
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

export function decodeEntities(text: string): string {
	if (!text.includes('&')) return text;
	return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|([a-z]+));/gi, (whole, hex: string, decimal: string, name: string) => {
		if (name) return NAMED[name.toLowerCase()] ?? whole;
		const point = Number.parseInt(hex ?? decimal, hex ? 16 : 10);
		return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
	});
}

/** Null when the tag has no such attribute; empty when it has no value. */
export function attributeOf(attributes: string, name: string): string | null {
	const match = new RegExp(`(?:^|\\s)${name}(?:\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+)))?(?=[\\s/]|$)`, 'i').exec(attributes);
	return match ? decodeEntities(match[1] ?? match[2] ?? match[3] ?? '') : null;
}

/** What people read between two places. */
export const textBetween = (html: string, start: number, end: number): string =>
	decodeEntities(html.slice(start, end).replace(/<[^>]*>/g, ' '))
		.replace(/\s+/g, ' ')
		.trim();
