/** The part of a page that answers, with the words that were asked for marked. */
import { type Term, type Word, wordsOf } from '#src/adapters/search/words.ts';

/** A run of text, told apart when it is one of the words looked for. Text only: whoever shows it escapes it. */
export interface Piece {
	readonly text: string;
	readonly hit: boolean;
}

const EXCERPT_LENGTH = 240;
/** More of a page than this is not read for an excerpt. */
const READ_AT_MOST = 100_000;

/** Which of the terms a word answers, or -1. The last term may be the beginning of a word. */
function hitter(terms: readonly Term[]): (word: Word) => number {
	const last = terms.length - 1;
	return ({ folded }) =>
		terms.findIndex((term, at) => term.includes(folded) || (at === last && term[0].length > 1 && folded.startsWith(term[0])));
}

export function markWords(text: string, terms: readonly Term[], start = 0, end = text.length): Piece[] {
	const hits = hitter(terms);
	const pieces: Piece[] = [];
	let at = start;
	for (const word of wordsOf(text.slice(start, end))) {
		if (hits(word) === -1) continue;
		const [from, to] = [start + word.start, start + word.end];
		if (from > at) pieces.push({ text: text.slice(at, from), hit: false });
		pieces.push({ text: text.slice(from, to), hit: true });
		at = to;
	}
	if (at < end) pieces.push({ text: text.slice(at, end), hit: false });
	return pieces;
}

export interface Excerpt {
	readonly pieces: readonly Piece[];
	/** Where in the text the first marked word stands; null when none does. */
	readonly at: number | null;
}

/** The window with the most different words looked for, the first of the best; the beginning of the text when there is none. */
export function excerptOf(whole: string, terms: readonly Term[]): Excerpt {
	const text = whole.slice(0, READ_AT_MOST);
	const hits = hitter(terms);
	const found = Array.from(wordsOf(text), (word) => ({ ...word, term: hits(word) })).filter(({ term }) => term !== -1);
	let best: { from: number; score: number } | null = null;
	for (const [index, first] of found.entries()) {
		const inside = [];
		for (let next = index; next < found.length && (found[next]?.end ?? 0) - first.start <= EXCERPT_LENGTH; next += 1)
			inside.push(found[next]?.term);
		const score = new Set(inside).size * 10 + Math.min(inside.length, 5);
		if (!best || score > best.score) best = { from: first.start, score };
	}
	if (!best) return { pieces: cut(text, 0, []), at: null };
	return { pieces: cut(text, best.from, terms), at: best.from };
}

/** About EXCERPT_LENGTH characters around a place, between whole words, with an ellipsis where something is left out. */
function cut(text: string, around: number, terms: readonly Term[]): Piece[] {
	let start = Math.max(0, around - Math.round(EXCERPT_LENGTH / 4));
	if (start > 0) {
		// A sentence that begins near is a better beginning.
		const sentence = text.slice(start, around).search(/(?<=[.!?…]\s)\S/);
		const space = text.slice(start, around).search(/(?<=\s)\S/);
		start = sentence !== -1 ? start + sentence : space !== -1 ? start + space : around;
	}
	let end = Math.min(text.length, start + EXCERPT_LENGTH);
	if (end < text.length) {
		const space = text.lastIndexOf(' ', end);
		if (space > around + (end - around) / 2) end = space;
		// Never half of a letter outside of the basic plane.
		else if (/[\ud800-\udbff]$/.test(text.slice(0, end))) end -= 1;
	}
	const pieces = markWords(text, terms, start, end);
	const before = start > 0 && !/[.!?…]\s$/.test(text.slice(0, start)) ? [{ text: '… ', hit: false }] : [];
	return [...before, ...pieces, ...(end < text.length ? [{ text: ' …', hit: false }] : [])];
}
