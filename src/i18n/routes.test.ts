import { existsSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LOCALES, localeOf, matchRoute, pathOf, type RouteKey, routes, twinOf } from '#src/i18n/routes.ts';
import { projectRoot } from '#src/lib/root.ts';

const keys = Object.keys(routes) as RouteKey[];
const namesIn = (pattern: string) => [...pattern.matchAll(/\[(\w+)\]/g)].map((match) => match[1] ?? '').sort();
const paramsOf = (key: RouteKey, value = 'a-1') => Object.fromEntries(namesIn(routes[key].fr).map((name, at) => [name, `${value}${at}`]));

describe.each(keys)('the row %s', (key) => {
	it('has the same parameters in both languages, English under /en/, and a slash at the end of each', () => {
		const { fr, en } = routes[key];
		expect(namesIn(en)).toEqual(namesIn(fr));
		expect(localeOf(fr)).toBe('fr');
		expect(localeOf(en)).toBe('en');
		for (const pattern of [fr, en]) expect(pattern).toMatch(/^\/(?:(?:[a-z0-9-]+|\[\w+\])\/)*$/);
	});

	it.each(LOCALES)('is found again from its own address in %s', (locale) => {
		const params = paramsOf(key);
		const address = pathOf(key, locale, params);
		expect(matchRoute(address)).toEqual({ key, params });
		expect(localeOf(address)).toBe(locale);
	});

	it.each(LOCALES)('leads to its twin and back from %s', (locale) => {
		const address = pathOf(key, locale, paramsOf(key));
		const twin = twinOf(address);
		expect(twin.locale).not.toBe(locale);
		expect(twin.path).toBe(pathOf(key, twin.locale, paramsOf(key)));
		expect(twinOf(twin.path)).toEqual({ locale, path: address });
	});

	it('has its page', () => {
		const stem = routes[key].fr.replace(/^\/|\/$/g, '');
		const pages = path.join(projectRoot, 'src', 'pages');
		const candidates = [`${stem}.astro`, path.join(stem, 'index.astro')];
		expect(candidates.some((candidate) => existsSync(path.join(pages, candidate)))).toBe(true);
	});
});

it('no two rows share an address', () => {
	const patterns = keys.flatMap((key) => LOCALES.map((locale) => routes[key][locale].replace(/\[\w+\]/g, '[]')));
	expect(new Set(patterns).size).toBe(patterns.length);
});

describe('a parameter', () => {
	it('may be any text and comes back as it was, in both languages', () => {
		const text = fc.string({ unit: 'grapheme', minLength: 1 }).filter((value) => value.isWellFormed());
		fc.assert(
			fc.property(fc.constantFrom(...LOCALES), text, text, (locale, group, slug) => {
				fc.pre(!['.', '..'].includes(group) && !['.', '..'].includes(slug));
				const address = pathOf('spaceRequestNew', locale, { group, slug });
				expect(matchRoute(address)).toEqual({ key: 'spaceRequestNew', params: { group, slug } });
				expect(new URL(address, 'http://site.invalid').pathname).toBe(address);
			}),
		);
	});

	it('never leads to another site or another page', () => {
		for (const slug of ['//mallory.example', 'a/b', '?x=1', '#x', 'a b', '"><script>']) {
			expect(pathOf('service', 'fr', { slug })).toMatch(/^\/services\/[\w%.~!*'()-]+\/$/);
		}
	});

	it('that is missing is a mistake, not the word undefined in an address', () => {
		expect(() => pathOf('service', 'fr')).toThrow(/service needs slug/);
	});
});

describe('an address nobody knows', () => {
	it.each([
		'',
		'/nulle-part/',
		'//mallory.example/',
		'//services/',
		'/services',
		'/services//',
		'/services/a/b/',
		'/SERVICES/',
		'/en',
		'/en/services/../',
		'/espace/x/personnes/y/',
		'/services/\n/',
		'/__proto__/',
		'/constructor/',
	])('%j matches no page but, at most, a parameter', (address) => {
		const match = matchRoute(address);
		if (match) expect(pathOf(match.key, localeOf(address), match.params)).toBe(encodeURI(address));
		const twin = twinOf(address);
		expect(twin.path).toMatch(/^\/(?!\/)/);
	});

	it('has the other home page for its twin', () => {
		expect(twinOf('/nulle-part/')).toEqual({ locale: 'en', path: '/en/' });
		expect(twinOf('/en/nowhere/')).toEqual({ locale: 'fr', path: '/' });
		expect(twinOf('/en')).toEqual({ locale: 'fr', path: '/' });
	});

	it('with an escape that decodes to nothing is kept as typed', () => {
		expect(matchRoute('/services/%E0%A4%A/')).toEqual({ key: 'service', params: { slug: '%E0%A4%A' } });
	});

	it('may be a megabyte long', () => {
		const started = performance.now();
		matchRoute(`/espace/${'a/'.repeat(500_000)}`);
		matchRoute(`/${'/'.repeat(1_000_000)}`);
		expect(performance.now() - started).toBeLessThan(500);
	});
});

it('English is what begins with /en/, and nothing else', () => {
	expect(['/en', '/en/', '/en/x/', '/entraide/', '/', '/services/en/', '/EN/'].map(localeOf)).toEqual([
		'en',
		'en',
		'en',
		'fr',
		'fr',
		'fr',
		'fr',
	]);
});
