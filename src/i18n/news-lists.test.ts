import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isKnownDate } from '#src/collections/news.ts';
import { formatKnownDate, indexNews, instantOfDay, type NewsText, newsComplaints, PER_PAGE, pageNumbers } from '#src/i18n/news-lists.ts';

const aText = (id: string, over: Partial<NewsText['data']> = {}): NewsText => ({
	id,
	filePath: `content/${id}.md`,
	data: { publishedOn: '2026-11-22', authors: ['koumbit'], tags: ['travail'], ...over },
});
const known = { tags: new Set(['travail', 'reseau']), authors: new Set(['koumbit', 'marie']) };
const slugs = (items: readonly { slug: string }[]) => items.map(({ slug }) => slug);

describe('the list of news', () => {
	it('is newest first, what is known to the month after its days and what is known to the year after its months', () => {
		const texts = ['2018', '2026-05', '2026-05-09', '2026-05-31', '2026', '2026-06', '2015-12'].map((publishedOn) =>
			aText(`fr/news/d${publishedOn}`, { publishedOn }),
		);
		expect(slugs(indexNews(texts, 'fr').items)).toEqual([
			'd2026-06',
			'd2026-05-31',
			'd2026-05-09',
			'd2026-05',
			'd2026',
			'd2018',
			'd2015-12',
		]);
	});

	it('holds each item once, in the language of the page when it exists there', () => {
		const texts = [aText('fr/news/deux'), aText('en/news/deux'), aText('fr/news/ici'), aText('en/news/only')];
		const shown = (locale: 'fr' | 'en') =>
			indexNews(texts, locale).items.map(({ slug, language, inBoth, text }) => [slug, language, inBoth, text.id]);
		expect(shown('fr')).toEqual([
			['deux', 'fr', true, 'fr/news/deux'],
			['ici', 'fr', false, 'fr/news/ici'],
			['only', 'en', false, 'en/news/only'],
		]);
		expect(shown('en')).toEqual([
			['deux', 'en', true, 'en/news/deux'],
			['ici', 'fr', false, 'fr/news/ici'],
			['only', 'en', false, 'en/news/only'],
		]);
	});

	it('is the same in both languages, page by page, whatever exists where', () => {
		const language = fc.constantFrom(['fr'], ['en'], ['fr', 'en']);
		const year = fc.integer({ min: 2004, max: 2026 }).map(String);
		fc.assert(
			fc.property(fc.array(fc.tuple(language, year), { maxLength: 70 }), (items) => {
				const texts = items.flatMap(([languages, publishedOn], at) => languages.map((one) => aText(`${one}/news/n${at}`, { publishedOn })));
				const [fr, en] = [indexNews(texts, 'fr'), indexNews(texts.toReversed(), 'en')];
				expect(slugs(en.items)).toEqual(slugs(fr.items));
				expect(fr.items).toHaveLength(items.length);
				// Every item is on one page, and full pages come before the last.
				expect(fr.pages.flat()).toEqual(fr.items);
				expect(fr.pages).toHaveLength(Math.max(1, Math.ceil(items.length / PER_PAGE)));
				expect(fr.pages.slice(0, -1).every((page) => page.length === PER_PAGE)).toBe(true);
				expect([...fr.years.values()].flat()).toHaveLength(items.length);
				expect([...fr.years.keys()]).toEqual([...fr.years.keys()].sort().reverse());
			}),
		);
	});

	it('is one empty page when there is no news', () => {
		const { pages, years, tags, find } = indexNews([], 'fr');
		expect(pages).toEqual([[]]);
		expect(years.size + tags.size).toBe(0);
		expect(find('rien')).toBeNull();
	});

	it('is gathered by year, by topic and by author, each newest first', () => {
		const texts = [
			aText('fr/news/a', { publishedOn: '2025-01-02', tags: ['travail', 'reseau', 'travail'] }),
			aText('fr/news/b', { publishedOn: '2025', tags: ['reseau'], authors: ['marie', 'koumbit'] }),
			aText('fr/news/c', { publishedOn: '2026-03' }),
		];
		const { years, tags, authors } = indexNews(texts, 'fr');
		expect([...years].map(([year, items]) => [year, slugs(items)])).toEqual([
			['2026', ['c']],
			['2025', ['a', 'b']],
		]);
		expect(slugs(tags.get('travail') ?? [])).toEqual(['c', 'a']);
		expect(slugs(tags.get('reseau') ?? [])).toEqual(['a', 'b']);
		expect(slugs(authors.get('marie') ?? [])).toEqual(['b']);
	});

	it('knows what comes before and after an item', () => {
		const { find } = indexNews(
			['2024', '2025', '2026'].map((publishedOn) => aText(`fr/news/y${publishedOn}`, { publishedOn })),
			'fr',
		);
		const around = (slug: string) => {
			const found = find(slug);
			return found && [found.newer?.slug, found.item.slug, found.older?.slug];
		};
		expect(around('y2026')).toEqual([undefined, 'y2026', 'y2025']);
		expect(around('y2025')).toEqual(['y2026', 'y2025', 'y2024']);
		expect(around('y2024')).toEqual(['y2025', 'y2024', undefined]);
	});
});

describe('what does not fit', () => {
	it('is nothing when texts agree', () => {
		const texts = [aText('fr/news/a'), aText('en/news/a', { updatedOn: '2026-11-23' }), aText('en/news/b')];
		expect(newsComplaints(texts, known)).toEqual([]);
	});

	it('names the file, the topic or author that has no name, and the file to add it to', () => {
		const complaints = newsComplaints([aText('fr/news/a', { tags: ['travaux'], authors: ['paul'] })], known);
		expect(complaints).toHaveLength(2);
		expect(complaints[0]).toMatch(/^content\/fr\/news\/a\.md : « tags » nomme travaux, .*content\/tags\.yaml.*travail, reseau/);
		expect(complaints[1]).toMatch(/« authors » nomme paul, .*content\/authors\.yaml.*koumbit, marie/);
	});

	it('names what differs between the two languages, but for the order', () => {
		const fr = aText('fr/news/a', { tags: ['travail', 'reseau'] });
		expect(newsComplaints([fr, aText('en/news/a', { tags: ['reseau', 'travail'] })], known)).toEqual([]);
		const en = aText('en/news/a', { tags: ['reseau'], publishedOn: '2026-11', authors: ['marie'] });
		expect(newsComplaints([en, fr], known).map((one) => /« (\w+) » diffère de (\S+)/.exec(one)?.slice(1))).toEqual([
			['publishedOn', 'content/en/news/a.md'],
			['tags', 'content/en/news/a.md'],
			['authors', 'content/en/news/a.md'],
		]);
	});

	it.each(['content/fr/news/Été 2026.md', 'content/fr/news/a_b.md'])('refuses the file name %s', (filePath) => {
		const id = `fr/news/${filePath === 'content/fr/news/a_b.md' ? 'a_b' : 'ete-2026'}`;
		expect(newsComplaints([{ ...aText(id), filePath }], known)[0]).toMatch(/le nom du fichier/);
	});
});

describe('the numbers of pages', () => {
	it.each([
		[1, 1, [1]],
		[1, 3, [1, 2, 3]],
		[1, 9, [1, 2, 3, null, 9]],
		[5, 9, [1, 2, 3, 4, 5, 6, 7, 8, 9]],
		[6, 250, [1, null, 4, 5, 6, 7, 8, null, 250]],
		[250, 250, [1, null, 248, 249, 250]],
	])('on page %i of %i are %j', (current, last, expected) => {
		expect(pageNumbers(current, last)).toEqual(expected);
	});

	it('have the first, the last and the current one, in order, and never hide a single page', () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 400 }), (a, b) => {
				const [current, last] = [Math.min(a, b), Math.max(a, b)];
				const numbers = pageNumbers(current, last);
				expect(numbers.length).toBeLessThanOrEqual(9);
				for (const page of [1, current, last]) expect(numbers).toContain(page);
				for (const [at, page] of numbers.entries()) {
					const before = numbers[at - 1];
					if (page === null) expect((numbers[at + 1] ?? 0) - (before ?? 0)).toBeGreaterThan(2);
					else if (typeof before === 'number') expect(page).toBe(before + 1);
				}
			}),
		);
	});
});

describe('a date that is known in part', () => {
	it('is shown as far as it is known', () => {
		expect(formatKnownDate('2018', 'fr')).toBe('2018');
		expect(formatKnownDate('2026-05', 'fr')).toBe('mai\u00a02026');
		expect(formatKnownDate('2026-05', 'en')).toBe('May\u00a02026');
		expect(formatKnownDate('2026-05-01', 'fr')).toBe('1er\u00a0mai 2026');
	});

	it('is an instant only when the day is known', () => {
		expect(instantOfDay('2026-05-09')?.toISOString()).toBe('2026-05-09T12:00:00.000Z');
		expect(instantOfDay('2026-05')).toBeNull();
		expect(instantOfDay('2026')).toBeNull();
	});

	it('is a day, a month or a year that exists', () => {
		for (const date of ['2026', '2026-05', '2024-02-29']) expect(isKnownDate(date), date).toBe(true);
		for (const date of ['2026-13', '2026-02-30', '2026-00', '26', '2026-5', '2026-', '2026-05-09-01', 'mai 2026', ''])
			expect(isKnownDate(date), date).toBe(false);
	});
});
