/** Questions and answers in a text, for what reads a page by program. */

export interface Question {
	/** The heading, as people read it. */
	readonly question: string;
	/** All that stands under it, as people read it, in one line. */
	readonly answer: string;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

function readable(html: string): string {
	return html
		.replace(/<\/(?:p|li|h\d|dt|dd)>|<br\s*\/?>/g, ' ')
		.replace(/<[^>]*>/g, '')
		.replace(/&(?:#(\d+)|#x([\da-f]+)|([a-z]+));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
			if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
			if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
			return ENTITIES[name?.toLowerCase() ?? ''] ?? whole;
		})
		.replace(/[ \t\n]+/g, ' ')
		.trim();
}

/** Each third-level heading that ends with a question mark, with what follows it up to the next heading of its level or above. */
export function questionsIn(html: string): Question[] {
	return html.split(/(?=<h[1-3][ >])/).flatMap((part) => {
		const match = /^<h3[^>]*>([\s\S]*?)<\/h3>([\s\S]*)$/.exec(part);
		const question = readable(match?.[1] ?? '');
		return match && question.endsWith('?') ? [{ question, answer: readable(match[2] ?? '') }] : [];
	});
}
