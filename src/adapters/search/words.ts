/** Words as they are looked for: the same for the pages when the index is made and for what people type. */

export interface Word {
	/** Small letters without accents, without the mark of a plural; never empty. */
	readonly folded: string;
	/** Place in the text, in UTF-16 units. */
	readonly start: number;
	readonly end: number;
}

const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu;
/** A plural costs its mark; short words (« bas », « prix ») keep theirs. */
const PLURAL = /(?<=.{3})[sx]$/u;

/** « Réseaux » gives « reseau », « Cœur » « coeur ». Empty when nothing of it is a letter or a figure. */
export function fold(word: string): string {
	return word
		.normalize('NFKD')
		.toLowerCase()
		.replaceAll('œ', 'oe')
		.replaceAll('æ', 'ae')
		.replaceAll('ß', 'ss')
		.replace(/[^\p{L}\p{N}]/gu, '')
		.replace(PLURAL, '');
}

/** Pages say the same words again and again; what people type is not to fill the memory. */
const MOST_REMEMBERED = 20_000;
const remembered = new Map<string, string>();

function foldOnce(word: string): string {
	const known = remembered.get(word);
	if (known !== undefined) return known;
	const folded = fold(word);
	if (remembered.size < MOST_REMEMBERED) remembered.set(word, folded);
	return folded;
}

export function* wordsOf(text: string): Generator<Word> {
	for (const match of text.matchAll(WORD)) {
		const folded = foldOnce(match[0]);
		if (folded !== '') yield { folded, start: match.index, end: match.index + match[0].length };
	}
}

/** What the index holds of a text. */
export const foldedText = (text: string): string => Array.from(wordsOf(text), ({ folded }) => folded).join(' ');

/** Words that nearly every page has, and what an elision leaves of one. */
const EVERYWHERE = new Set(
	(
		'a au aux avec c ce ces d dan de des du elle en est et il ils j je l la le les leur ma me mes n ne nos notre nou on ou par pas pour qu que qui s sa se ses son sur t ta te un une vo vos votre vou y ' +
		'an and are as at be by for from i in is it its me my of on or our so that the their they this to we with you your how what'
	).split(' '),
);

/** What people say, and the site's own word for it (docs/glossary.md). Folded. */
const OWN_WORDS: Readonly<Record<string, readonly string[]>> = {
	mail: ['courriel', 'email'],
	email: ['courriel'],
	newsletter: ['infolettre', 'diffusion'],
	blog: ['blogue'],
	spam: ['pourriel'],
	ticket: ['demande', 'request'],
	prix: ['contribution'],
	tarif: ['contribution'],
	cout: ['contribution'],
	price: ['contribution'],
	cost: ['contribution'],
	cookie: ['temoin'],
	login: ['connexion'],
	backup: ['sauvegarde'],
	support: ['soutien', 'aide'],
	statut: ['etat'],
	incident: ['panne', 'outage'],
};

const MOST_TERMS = 10;

/** A word to look for, and others that answer as well. */
export type Term = readonly [typed: string, ...others: readonly string[]];

/** Distinct words to look for, in the order they were typed. Those found everywhere count only when there is no other. */
export function termsOf(query: string): Term[] {
	const all = [...new Set(Array.from(wordsOf(query), ({ folded }) => folded))];
	const telling = all.filter((word) => !EVERYWHERE.has(word));
	return (telling.length > 0 ? telling : all)
		.slice(0, MOST_TERMS)
		.map((word) => [word, ...(Object.hasOwn(OWN_WORDS, word) ? (OWN_WORDS[word] ?? []) : [])]);
}
