/** Searches the public pages. The index is a file made by the build; nothing that is asked for is kept anywhere. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { type Excerpt, excerptOf, markWords, type Piece } from '#src/adapters/search/excerpt.ts';
import { INDEX_FILE, type PageKind, WEIGHTS } from '#src/adapters/search/schema.ts';
import { fold, foldedText, type Term, termsOf } from '#src/adapters/search/words.ts';
import { LOCALES, type Locale } from '#src/i18n/routes.ts';
import { projectRoot } from '#src/lib/root.ts';
import { cleanLine } from '#src/lib/text.ts';

export type { PageKind } from '#src/adapters/search/schema.ts';

const PER_PAGE = 10;
const MOST_SUGGESTED = 2;
/** Of the pages that are in the other language only. */
const MOST_ELSEWHERE = 5;
/** Characters of a question that are read. */
export const LONGEST_QUERY = 200;

export interface Hit {
	readonly address: string;
	readonly locale: Locale;
	readonly kind: PageKind;
	readonly title: readonly Piece[];
	readonly excerpt: readonly Piece[];
	/** The titled part of the page in which the excerpt stands. */
	readonly section: { readonly address: string; readonly title: string } | null;
}

export interface Answer {
	/** What was looked for: one line, at most LONGEST_QUERY characters. */
	readonly query: string;
	/** True when more was typed than is read. */
	readonly shortened: boolean;
	/** `nothing_asked`: no letter and no figure was typed. `any`: no page has all of the words. */
	readonly outcome: 'nothing_asked' | 'all' | 'any' | 'none';
	/** Pages of `locale` that answer. */
	readonly total: number;
	readonly page: number;
	readonly pages: number;
	readonly hits: readonly Hit[];
	/** The best of those that answer in the other language and whose twin does not. */
	readonly elsewhere: readonly Hit[];
	/** How many there are of them. */
	readonly elsewhereTotal: number;
	/** A question with words that pages do have; null when there is none near. */
	readonly suggestion: string | null;
}

export interface Question {
	readonly query: string;
	/** Language of the pages to look in first. */
	readonly locale: Locale;
	/** From 1; the last one when there are fewer. */
	readonly page: number;
	/** False leaves the other language out. */
	readonly bothLanguages: boolean;
}

interface Row {
	readonly id: number;
	readonly locale: Locale;
	readonly address: string;
	readonly kind: PageKind;
	readonly title: string;
	readonly description: string;
	readonly sections: string;
	readonly body: string;
}

export interface SearchIndex {
	search(question: Question): Answer;
	close(): void;
}

/** What was typed, as it is looked for and shown again: one line without invisible signs. */
export function readQuery(typed: string): { query: string; shortened: boolean } {
	const line = cleanLine(typed.slice(0, LONGEST_QUERY * 50).toWellFormed());
	const signs = [...line];
	if (signs.length <= LONGEST_QUERY) return { query: line, shortened: false };
	// The last word would stand for all that begin like what is left of it.
	const kept = signs.slice(0, LONGEST_QUERY).join('');
	const whole = kept.replace(/\s\S*$/, '').trim();
	return { query: whole === '' ? kept.trim() : whole, shortened: true };
}

const { title, headings, description, body } = WEIGHTS;
const RANK = `bm25(words, ${title}, ${headings}, ${description}, ${body})`;
/** First the page called just so, then those with all of it in their title. */
const CALLED = 'CASE WHEN pages.name = ? THEN 0 WHEN words.rowid IN (SELECT rowid FROM words WHERE words MATCH ?) THEN 1 ELSE 2 END';
const FOUND = 'FROM words JOIN pages ON pages.id = words.rowid WHERE words MATCH ? AND pages.locale = ?';
/** Answers of the other language whose twin answers too are the same page again. */
const ELSEWHERE = `${FOUND} AND pair NOT IN (SELECT pair ${FOUND})`;

/** Folded words are letters and figures only: between quotes, none of them is an operator. */
const expression = (terms: readonly Term[], joint: 'AND' | 'OR') =>
	terms
		.map(([typed, ...others], at) => {
			const beginning = at === terms.length - 1 && typed.length > 1 ? '*' : '';
			return `(${[`"${typed}"${beginning}`, ...others.map((other) => `"${other}"`)].join(' OR ')})`;
		})
		.join(` ${joint} `);

function sectionOf(row: Row, { at }: Excerpt): Hit['section'] {
	if (at === null) return null;
	const sections = JSON.parse(row.sections) as [number, string, string][];
	const [, id, name] = sections.findLast(([offset]) => offset <= at) ?? [];
	return id && name ? { address: `${row.address}#${encodeURIComponent(id)}`, title: name } : null;
}

function toHit(row: Row, terms: readonly Term[]): Hit {
	const found = excerptOf(row.body, terms);
	const shown = found.at === null ? excerptOf(row.description || row.body, terms) : found;
	const { address, locale, kind } = row;
	return { address, locale, kind, title: markWords(row.title, terms), excerpt: shown.pieces, section: sectionOf(row, found) };
}

/** One letter away, or two in a long word. */
function isNear(a: string, b: string): boolean {
	const allowed = a.length > 6 ? 2 : 1;
	if (Math.abs(a.length - b.length) > allowed) return false;
	let before: number[] = [];
	let row = Array.from({ length: b.length + 1 }, (_, at) => at);
	for (let i = 1; i <= a.length; i += 1) {
		const next = [i];
		for (let j = 1; j <= b.length; j += 1) {
			const same = a[i - 1] === b[j - 1] ? 0 : 1;
			let best = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same);
			if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, (before[j - 2] ?? 0) + 1);
			next.push(best);
		}
		if (Math.min(...next) > allowed) return false;
		[before, row] = [row, next];
	}
	return (row[b.length] ?? 0) <= allowed;
}

/** @param file made by scripts/make-search-index.ts. */
export function openIndex(file: string): SearchIndex {
	const db = new DatabaseSync(file, { readOnly: true });
	db.exec('PRAGMA query_only = 1');
	const prepared = new Map<string, StatementSync>();
	const statement = (sql: string) => {
		const known = prepared.get(sql) ?? db.prepare(sql);
		prepared.set(sql, known);
		return known;
	};
	const columns = 'pages.id, locale, address, kind, title, description, sections, body';
	const rows = (
		where: string,
		called: readonly [name: string, titled: string],
		values: readonly string[],
		limit: number,
		offset: number,
	): Row[] => {
		// Ranked without their texts, which are long: these are read for the few that are shown.
		const ranked = `SELECT words.rowid AS id, ${CALLED} AS called, ${RANK} AS score ${where} ORDER BY called, score, words.rowid LIMIT ? OFFSET ?`;
		const sql = `SELECT ${columns} FROM (${ranked}) AS best JOIN pages ON pages.id = best.id JOIN texts ON texts.id = best.id ORDER BY best.called, best.score, best.id`;
		return statement(sql).all(...called, ...values, limit, offset) as unknown as Row[];
	};
	const count = (where: string, values: readonly string[]) =>
		(statement(`SELECT count(*) AS found ${where}`).get(...values) as { found: number }).found;

	const suggest = (query: string, terms: readonly Term[]): string | null => {
		const has = statement('SELECT shown FROM vocabulary WHERE word = ?');
		const replaced = new Map<string, string>();
		let missed = 0;
		for (const [term] of terms) {
			// Each reads much of the vocabulary: one or two slips are helped, not a whole list of unknown words.
			if (replaced.size + missed >= MOST_SUGGESTED) break;
			if (term.length < 5 || has.get(term)) continue;
			const near = statement('SELECT word, shown, pages FROM vocabulary WHERE length(word) BETWEEN ? AND ? ORDER BY pages DESC, word')
				.all(term.length - 2, term.length + 2)
				.find(({ word }) => isNear(term, String(word)));
			if (near) replaced.set(term, String(near.shown));
			else missed += 1;
		}
		if (replaced.size === 0) return null;
		return query
			.split(/([\p{L}\p{N}][\p{L}\p{N}\p{M}]*)/u)
			.map((part) => replaced.get(fold(part)) ?? part.replace(/[^\p{L}\p{N}\p{M}’'-]+/gu, ' '))
			.join('')
			.trim();
	};

	const answer = ({ query: typed, locale, page, bothLanguages }: Question): Answer => {
		const { query, shortened } = readQuery(typed);
		const terms = termsOf(query);
		const nothing = { query, shortened, total: 0, page: 1, pages: 0, hits: [], elsewhere: [], elsewhereTotal: 0, suggestion: null };
		if (terms.length === 0) return { ...nothing, outcome: 'nothing_asked' };
		const other = LOCALES.find((one) => one !== locale) ?? locale;
		for (const [joint, outcome] of [
			['AND', 'all'],
			['OR', 'any'],
		] as const) {
			if (joint === 'OR' && terms.length === 1) break;
			const match = expression(terms, joint);
			const total = count(FOUND, [match, locale]);
			const twice = [match, other, match, locale];
			const elsewhereTotal = bothLanguages ? count(ELSEWHERE, twice) : 0;
			if (total + elsewhereTotal === 0) continue;
			const pages = Math.ceil(total / PER_PAGE);
			const shown = Math.max(1, Math.min(page, pages));
			const called = [foldedText(query), `title : (${expression(terms, 'AND')})`] as const;
			const list = (found: readonly Row[]) => found.map((row) => toHit(row, terms));
			return {
				...nothing,
				outcome,
				total,
				page: shown,
				pages,
				hits: list(rows(FOUND, called, [match, locale], PER_PAGE, (shown - 1) * PER_PAGE)),
				elsewhere: elsewhereTotal > 0 && shown === 1 ? list(rows(ELSEWHERE, called, twice, MOST_ELSEWHERE, 0)) : [],
				elsewhereTotal,
				suggestion: outcome === 'any' ? suggest(query, terms) : null,
			};
		}
		return { ...nothing, outcome: 'none', suggestion: suggest(query, terms) };
	};

	return {
		search(question) {
			try {
				return answer(question);
			} catch (error) {
				// What SQLite says of an error may repeat what was asked, and errors are logged.
				const code = error instanceof Error && 'errcode' in error ? String(error.errcode) : 'unknown';
				throw new Error(`the search index can't be read (${code})`);
			}
		},
		close: () => db.close(),
	};
}

let opened: SearchIndex | undefined;

/** The index of this build; null when there is none, as in development before a build. */
export function searchIndex(): SearchIndex | null {
	if (opened) return opened;
	const file = path.join(projectRoot, 'dist', 'server', INDEX_FILE);
	if (!existsSync(file)) return null;
	opened = openIndex(file);
	return opened;
}
