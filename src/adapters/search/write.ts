/** Writes the file that index.ts reads: at the end of a build, never by the server. */
import { renameSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { INDEX_SCHEMA, type SearchPage } from '#src/adapters/search/schema.ts';
import { foldedText, wordsOf } from '#src/adapters/search/words.ts';

/** Shorter words are too near to one another to be suggested. */
const SHORTEST_SUGGESTED = 4;

/** @returns how many pages it holds. */
export function writeIndex(file: string, pages: Iterable<SearchPage>): number {
	const draft = `${file}.new`;
	rmSync(draft, { force: true });
	const db = new DatabaseSync(draft);
	// Made whole and then renamed: nothing to be safe from in between.
	db.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN');
	db.exec(INDEX_SCHEMA);
	// Words are put in order in memory, in few large parts: merging many small ones took most of the time.
	db.exec("INSERT INTO words (words, rank) VALUES ('hashsize', 67108864)");
	const page = db.prepare('INSERT INTO pages (id, locale, pair, address, kind, name) VALUES (?, ?, ?, ?, ?, ?)');
	const text = db.prepare('INSERT INTO texts (id, title, description, sections, body) VALUES (?, ?, ?, ?, ?)');
	const words = db.prepare('INSERT INTO words (rowid, title, headings, description, body) VALUES (?, ?, ?, ?, ?)');
	const vocabulary = new Map<string, { pages: number; last: number; forms: Map<string, number> }>();
	/** Folded, for the index; its words are kept for the suggestions. */
	const note = (source: string, pageId: number): string => {
		const folded: string[] = [];
		for (const word of wordsOf(source)) {
			folded.push(word.folded);
			if (word.folded.length < SHORTEST_SUGGESTED || /\d/.test(word.folded)) continue;
			const entry = vocabulary.get(word.folded) ?? { pages: 0, last: 0, forms: new Map<string, number>() };
			if (entry.last === 0) vocabulary.set(word.folded, entry);
			if (entry.last !== pageId) [entry.pages, entry.last] = [entry.pages + 1, pageId];
			const form = source.slice(word.start, word.end);
			entry.forms.set(form, (entry.forms.get(form) ?? 0) + 1);
		}
		return folded.join(' ');
	};
	let id = 0;
	for (const one of pages) {
		id += 1;
		page.run(id, one.locale, one.pair, one.address, one.kind, foldedText(one.title));
		text.run(id, one.title, one.description, JSON.stringify(one.sections), one.text);
		words.run(id, note(one.title, id), note(one.headings, id), note(one.description, id), note(one.text, id));
	}
	const word = db.prepare('INSERT INTO vocabulary (word, shown, pages) VALUES (?, ?, ?)');
	for (const [folded, { pages: count, forms }] of vocabulary) {
		const [shown = folded] = [...forms].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0] ?? [];
		word.run(folded, shown.toLowerCase(), count);
	}
	db.exec("INSERT INTO words (words) VALUES ('optimize')");
	db.exec('COMMIT');
	db.close();
	renameSync(draft, file);
	return id;
}
