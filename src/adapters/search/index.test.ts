import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, LONGEST_QUERY, openIndex, type SearchIndex } from '#src/adapters/search/index.ts';
import type { SearchPage } from '#src/adapters/search/schema.ts';
import { writeIndex } from '#src/adapters/search/write.ts';

function aPage(over: Partial<SearchPage> & Pick<SearchPage, 'address'>): SearchPage {
	const locale = over.address.startsWith('/en/') ? 'en' : 'fr';
	return { locale, pair: over.address, kind: 'page', title: 'Une page', description: '', headings: '', text: '', sections: [], ...over };
}

const PAGES: SearchPage[] = [
	aPage({
		address: '/services/courriel/',
		pair: 'courriel',
		kind: 'service',
		title: 'Courriel',
		description: 'Des adresses au nom de votre groupe.',
		text: 'Des boîtes pour les personnes du groupe. Comment faire · Écrivez à l’équipe. Le cœur du service, ce sont les réseaux d’aide.',
		sections: [[41, 'comment-faire', 'Comment faire']],
	}),
	aPage({
		address: '/en/services/courriel/',
		pair: 'courriel',
		kind: 'service',
		title: 'Email',
		text: 'Courriel in French. Mailboxes for people.',
	}),
	aPage({
		address: '/mission/',
		title: 'Mission',
		description: 'Le courriel, et encore le courriel.',
		headings: 'Courriel · Courriel',
		text: 'L’autonomie des groupes. Nous entretenons l’infrastructure et le courriel, le courriel, le courriel.',
	}),
	aPage({
		address: '/en/news/bill/',
		kind: 'news',
		title: 'A stand on the bill',
		text: 'Encryption matters to every group. <script>alert(1)</script> &amp;',
	}),
	...Array.from({ length: 25 }, (_, at) =>
		aPage({ address: `/nouvelles/n${at}/`, kind: 'news', title: `Chronique ${at}`, text: `Le jardin collectif, numéro ${at}.` }),
	),
];

let folder: string;
let index: SearchIndex;

beforeAll(() => {
	folder = mkdtempSync(path.join(tmpdir(), 'koumbit-search-'));
	writeIndex(path.join(folder, 'search.db'), PAGES);
	index = openIndex(path.join(folder, 'search.db'));
});

afterAll(() => {
	index.close();
	rmSync(folder, { recursive: true, force: true });
});

const ask = (query: string, over: Partial<Parameters<SearchIndex['search']>[0]> = {}) =>
	index.search({ query, locale: 'fr', page: 1, bothLanguages: true, ...over });
const addresses = ({ hits }: Answer) => hits.map(({ address }) => address);
const marked = (answer: Answer) => answer.hits.flatMap(({ excerpt }) => excerpt.filter(({ hit }) => hit).map(({ text }) => text));
const shown = (answer: Answer) => answer.hits.map(({ excerpt }) => excerpt.map(({ text }) => text).join(''));

describe('a search', () => {
	it('takes no account of accents, capitals, plurals, ligatures and elisions, and shows words as they are written', () => {
		expect(addresses(ask('BOITE'))).toEqual(['/services/courriel/']);
		expect(marked(ask('boite'))).toEqual(['boîtes']);
		expect(marked(ask('reseau'))).toEqual(['réseaux']);
		expect(marked(ask('coeur'))).toEqual(['cœur']);
		expect(marked(ask('d’aide'))).toEqual(['aide']);
		expect(marked(ask("l'infrastructure"))).toEqual(['infrastructure']);
		expect(marked(ask('e\u0301crivez'))).toEqual(['Écrivez']);
	});

	it('finds by the beginning of the last word only', () => {
		expect(addresses(ask('infra'))).toEqual(['/mission/']);
		expect(ask('infra boites').outcome).toBe('any');
	});

	it('puts the page that is called so before those that only say the word often', () => {
		expect(addresses(ask('courriel'))).toEqual(['/services/courriel/', '/mission/']);
	});

	it('knows what people call things', () => {
		expect(addresses(ask('email'))[0]).toBe('/services/courriel/');
	});

	it('wants all of the words, and says when no page has them all', () => {
		expect(ask('autonomie infrastructure')).toMatchObject({ outcome: 'all', total: 1 });
		expect(ask('autonomie boîtes')).toMatchObject({ outcome: 'any', total: 2 });
		expect(ask('zzzz')).toMatchObject({ outcome: 'none', total: 0, hits: [] });
	});

	it('offers the word that was meant', () => {
		expect(ask('infrastucture').suggestion).toBe('infrastructure');
		expect(ask('qwertyuiop').suggestion).toBeNull();
	});

	it('names the part of the page where the words stand', () => {
		expect(ask('équipe').hits[0]?.section).toEqual({ address: '/services/courriel/#comment-faire', title: 'Comment faire' });
		expect(ask('personnes').hits[0]?.section).toBeNull();
	});

	it('shows of the other language only what this one does not have', () => {
		expect(ask('courriel').elsewhere).toEqual([]);
		expect(ask('encryption')).toMatchObject({ outcome: 'all', total: 0, elsewhereTotal: 1, elsewhere: [{ address: '/en/news/bill/' }] });
		expect(ask('encryption', { bothLanguages: false })).toMatchObject({ outcome: 'none', elsewhere: [] });
		expect(addresses(ask('courriel', { locale: 'en', bothLanguages: false }))).toEqual(['/en/services/courriel/']);
	});

	it('gives ten at a time, each once, and the last page for one that is too far', () => {
		const all = [1, 2, 3].flatMap((page) => addresses(ask('jardin', { page })));
		expect(new Set(all).size).toBe(25);
		expect(all).toHaveLength(25);
		expect(ask('jardin', { page: 9_999 })).toMatchObject({ page: 3, pages: 3, total: 25 });
	});

	it('keeps markup of a page as text, for whoever shows it to escape', () => {
		expect(shown(ask('alert', { locale: 'en' }))[0]).toContain('<script>alert(1)</script> &amp;');
	});

	it('reads only the beginning of a long question, to the end of a word, and says so', () => {
		const long = ask('jardin '.repeat(1_500));
		expect(long).toMatchObject({ shortened: true, outcome: 'all', total: 25 });
		expect([...long.query].length).toBeLessThanOrEqual(LONGEST_QUERY);
		expect(long.query.endsWith('jardin')).toBe(true);
		expect(ask('x'.repeat(10_000))).toMatchObject({ shortened: true, outcome: 'none' });
	});

	it('takes nothing that is typed for an operator', () => {
		for (const query of [
			'jardin OR zzzz',
			'jardin NOT collectif',
			'NEAR(jardin zzzz)',
			'title:zzzz jardin',
			'"jardin" *',
			'^jardin',
			'{title}:jardin',
			"jardin'; DROP TABLE pages; --",
		]) {
			expect(() => ask(query), query).not.toThrow();
		}
		expect(ask('title:jardin').outcome).toBe('any');
		expect(ask('jardin*').total).toBe(25);
		expect(ask('"jardin').total).toBe(25);
	});

	it('answers plainly when there is nothing to look for', () => {
		for (const query of ['', '   ', '***', '"', '\0', '()', '🎉🎉', '…', '\u200b\u202e', '\ud800', '?!;:']) {
			expect(ask(query), JSON.stringify(query)).toMatchObject({ outcome: 'nothing_asked', total: 0, hits: [] });
		}
	});

	it('looks for words of other scripts like any other', () => {
		for (const query of ['مرحبا', '你好世界', 'Привет', 'שלום', 'नमस्ते', 'ﷺ', '𝕂𝕠𝕦𝕞𝕓𝕚𝕥'])
			expect(['none', 'any', 'all']).toContain(ask(query).outcome);
	});

	it('gives for any text a whole answer whose excerpts are parts of the pages', { timeout: 30_000 }, () => {
		const texts = [...new Set(PAGES.flatMap(({ text, description }) => [text, description]))];
		const anyText = fc.oneof(
			fc.string({ unit: 'binary', maxLength: 300 }),
			fc.string({ unit: 'grapheme', maxLength: 60 }),
			fc
				.array(
					fc.constantFrom('jardin', 'courriel', 'AND', 'NEAR', '"', '*', '(', ')', '^', ':', '-', '<mark>', '&lt;', '\0', '\ud83d', 'é'),
					{ maxLength: 20 },
				)
				.map((words) => words.join(' ')),
		);
		fc.assert(
			fc.property(
				anyText,
				fc.constantFrom('fr' as const, 'en' as const),
				fc.integer({ min: 1, max: 9_999 }),
				fc.boolean(),
				(query, locale, page, bothLanguages) => {
					const answer = index.search({ query, locale, page, bothLanguages });
					const isPart = ({ excerpt }: Answer['hits'][number]) => {
						const text = excerpt.map((piece) => piece.text).join('');
						return texts.some((whole) => whole.includes(text.replace(/^… | …$/g, '')));
					};
					return (
						answer.query.isWellFormed() &&
						[...answer.query].length <= LONGEST_QUERY &&
						answer.hits.length <= 10 &&
						(answer.total === 0) === (answer.hits.length === 0) &&
						[...answer.hits, ...answer.elsewhere].every(isPart)
					);
				},
			),
			{ numRuns: 300 },
		);
	});
});
