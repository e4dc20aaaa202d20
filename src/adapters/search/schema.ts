/** The index of the public pages: a file of its own, written at the end of a build (scripts/make-search-index.ts) and only read after. */
import type { Locale } from '#src/i18n/routes.ts';

/** What a page is, as it is said beside its title. */
export const PAGE_KINDS = ['page', 'service', 'news', 'guide', 'training'] as const;
export type PageKind = (typeof PAGE_KINDS)[number];

export interface SearchPage {
	readonly locale: Locale;
	/** The same for a page and its twin in the other language. */
	readonly pair: string;
	/** Path of the page. */
	readonly address: string;
	readonly kind: PageKind;
	readonly title: string;
	readonly description: string;
	readonly headings: string;
	/** All that people read of it, white space folded. */
	readonly text: string;
	/** Where in the text each titled part begins: [offset, id, title], in order. */
	readonly sections: readonly (readonly [number, string, string])[];
}

/** `name` is the title's words, folded: a page called just what is asked for comes first. Under dist/server. */
export const INDEX_FILE = 'search.db';

/** Columns of the words, and what a word in each is worth. */
export const WEIGHTS = { title: 12, headings: 4, description: 5, body: 1 } as const;

export const INDEX_SCHEMA = `
	CREATE TABLE pages (id INTEGER PRIMARY KEY, locale TEXT NOT NULL, pair TEXT NOT NULL, address TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL) STRICT;
	CREATE TABLE texts (id INTEGER PRIMARY KEY, title TEXT NOT NULL, description TEXT NOT NULL, sections TEXT NOT NULL, body TEXT NOT NULL) STRICT;
	CREATE TABLE vocabulary (word TEXT PRIMARY KEY, shown TEXT NOT NULL, pages INTEGER NOT NULL) STRICT, WITHOUT ROWID;
	CREATE VIRTUAL TABLE words USING fts5(title, headings, description, body, content='', tokenize="unicode61 remove_diacritics 2", prefix='2 3');
`;
