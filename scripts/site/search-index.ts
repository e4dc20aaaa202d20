/** Writes the file that src/adapters/search reads. */
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
	const page = db.prepare('INSERT INTO pages (id, locale, pair, address, kind, name) VALUES (?, ?, ?, ?, ?, ?)');
	const text = db.prepare('INSERT INTO texts (id, title, description, sections, body) VALUES (?, ?, ?, ?, ?)');
	const words = db.prepare('INSERT INTO words (rowid, title, headings, description, body) VALUES (?, ?, ?, ?, ?)');
	const vocabulary = new Map<string, { pages: number; last: number; forms: Map<string, number> }>();
	let id = 0;
	for (const one of pages) {
		id += 1;
		page.run(id, one.locale, one.pair, one.address, one.kind, foldedText(one.title));
		text.run(id, one.title, one.description, JSON.stringify(one.sections), one.text);
		words.run(id, foldedText(one.title), foldedText(one.headings), foldedText(one.description), foldedText(one.text));
		for (const source of [one.title, one.headings, one.description, one.text]) {
			for (const { folded, start, end } of wordsOf(source)) {
				if (folded.length < SHORTEST_SUGGESTED || /\d/.test(folded)) continue;
				const entry = vocabulary.get(folded) ?? { pages: 0, last: 0, forms: new Map<string, number>() };
				if (entry.last !== id) [entry.pages, entry.last] = [entry.pages + 1, id];
				const form = source.slice(start, end).toLowerCase();
				entry.forms.set(form, (entry.forms.get(form) ?? 0) + 1);
				vocabulary.set(folded, entry);
			}
		}
	}
	const word = db.prepare('INSERT INTO vocabulary (word, shown, pages) VALUES (?, ?, ?)');
	for (const [folded, { pages: count, forms }] of vocabulary) {
		const [shown = folded] = [...forms].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0] ?? [];
		word.run(folded, shown, count);
	}
	db.exec("INSERT INTO words (words) VALUES ('optimize')");
	db.exec('COMMIT');
	db.close();
	renameSync(draft, file);
	return id;
}
