import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanLine, cleanText, lengthOf, slugify } from '#src/lib/text.ts';

const BIDI = ['\u202e', '\u2066', '\u200f', '\u061c'];

describe('one line', () => {
	it.each([
		['  Ève   Côté ', 'Ève Côté'],
		['E\u0300ve', 'Ève'],
		['deux\nlignes\tet\u00a0une', 'deux lignes et une'],
		['a\rb\u000bc\u2028d\u0085e', 'a b c d e'],
		['a \u200b b', 'a b'],
		['\ufeffLe titre\u0000', 'Le titre'],
		['l\u0007a', 'la'],
		['\uffff\ufffe\u00ad', ''],
		['', ''],
	])('%j is kept as %j', (typed, kept) => {
		expect(cleanLine(typed)).toBe(kept);
	});

	it.each(BIDI)('loses the mark %j that would make it read as another', (mark) => {
		expect(cleanLine(`paypal${mark}gro.`)).toBe('paypalgro.');
	});

	it('keeps emoji families, Arabic, Korean and typographic apostrophes whole', () => {
		for (const text of ['👩‍👩‍👧‍👦', 'مرحبا', '한국', 'l’été « doux »', 'Zażółć'])
			expect(cleanLine(text)).toBe(text.replaceAll('\u00a0', ' '));
	});

	it('is the same when cleaned twice, and never holds a control character', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary' }), (text) => {
				const once = cleanLine(text);
				expect(cleanLine(once)).toBe(once);
				expect(once).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e]| {2}|^ | $/u);
			}),
		);
	});
});

describe('several lines', () => {
	it('end alike whatever machine they were typed on', () => {
		expect(cleanText('a\r\nb\rc\u2028d\u2029e\u000bf\u0085g')).toBe('a\nb\nc\nd\ne\nf\ng');
	});

	it('keep two empty lines together at most', () => {
		expect(cleanText('a\n\n\n\n\n\nb')).toBe('a\n\n\nb');
		expect(cleanText('a\n\nb')).toBe('a\n\nb');
	});

	it('keep tabs and no-break spaces, lose marks and controls', () => {
		expect(cleanText('\tun\u00a0:\tdeux\u202e\u0000 ')).toBe('un\u00a0:\tdeux');
	});

	it('are the same when cleaned twice', () => {
		fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => cleanText(cleanText(text)) === cleanText(text)));
	});
});

describe('length', () => {
	it.each([
		['', 0],
		['a', 1],
		['été', 3],
		['e\u0301', 1],
		['👩‍👩‍👧‍👦', 1],
		['🇨🇦🇨🇦', 2],
	])('of %s is %i', (text, length) => {
		expect(lengthOf(text)).toBe(length);
	});
});

describe('a slug', () => {
	it.each([
		['Café d’ici', 'cafe-d-ici'],
		['Sœurs & Cœurs', 'soeurs-coeurs'],
		['Œuvre ex æquo', 'oeuvre-ex-aequo'],
		['  --Été!--  ', 'ete'],
		['한국', ''],
		['ÇA VA', 'ca-va'],
	])('of « %s » is « %s »', (text, slug) => {
		expect(slugify(text)).toBe(slug);
	});

	it('never exceeds its length nor ends in a hyphen', () => {
		expect(slugify('abc def', 4)).toBe('abc');
		fc.assert(
			fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 40 }), (text, max) => {
				const slug = slugify(text, max);
				expect(slug.length).toBeLessThanOrEqual(max);
				expect(slug).toMatch(/^(?:[a-z0-9]+(?:-[a-z0-9]+)*)?$/);
			}),
		);
	});
});
