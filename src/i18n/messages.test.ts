import { describe, expect, it } from 'vitest';
import { errorText, messages } from '#src/i18n/messages.ts';

/** Arguments a message may be given; wide enough for each, and harmless where a number is read as a text. */
const SAMPLES: readonly (readonly unknown[])[] = [1, 2, 12, 'Groupe', 'bilan 3'].map((sample) => Array.from({ length: 8 }, () => sample));

interface Leaf {
	readonly path: string;
	readonly value: unknown;
}

function leavesOf(value: unknown, path: string): Leaf[] {
	if (typeof value !== 'object' || value === null) return [{ path, value }];
	return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, path === '' ? key : `${path}.${key}`));
}

/** Every sentence a leaf can give. */
function sentencesOf({ path, value }: Leaf): string[] {
	if (typeof value === 'string') return [value];
	if (typeof value !== 'function') return [];
	const given = SAMPLES.flatMap((sample) => {
		try {
			return [Reflect.apply(value, undefined, [...sample]) as unknown];
		} catch {
			// A number where it takes a text, or the other way round: another sample fits.
			return [];
		}
	});
	if (given.length === 0) throw new Error(`${path} takes none of the samples`);
	return given.flatMap((result) =>
		typeof result === 'string' ? [result] : leavesOf(result, '').flatMap((leaf) => (typeof leaf.value === 'string' ? [leaf.value] : [])),
	);
}

const leaves = { fr: leavesOf(messages('fr'), ''), en: leavesOf(messages('en'), '') };
const sentences = (locale: 'fr' | 'en') => leaves[locale].flatMap((leaf) => sentencesOf(leaf).map((text) => ({ path: leaf.path, text })));

/** What breaks a rule of typography, as « key: text », so that a failure says where to look. */
const offenders = (locale: 'fr' | 'en', breaks: RegExp) =>
	sentences(locale)
		.filter(({ text }) => breaks.test(text.replace(/https?:\/\/\S+/g, '')))
		.map(({ path, text }) => `${path}: ${text}`);

describe('the messages', () => {
	it('have the same keys in both languages, as deep as they go', () => {
		expect(leaves.fr.length).toBeGreaterThan(150);
		const shape = (list: readonly Leaf[]) => list.map(({ path, value }) => `${path} ${typeof value}`).sort();
		expect(shape(leaves.en)).toEqual(shape(leaves.fr));
	});

	it.each(['fr', 'en'] as const)('hold nothing in %s that a program failed to fill in', (locale) => {
		for (const { path, text } of sentences(locale)) {
			expect(text, path).not.toMatch(/^[ \t\n]|[ \t\n]$/);
			expect(text, path).not.toMatch(/undefined|\[object|NaN|null|\$\{/);
		}
	});

	it('say nothing in one language only where they say nothing in the other', () => {
		const silent = (locale: 'fr' | 'en') => sentences(locale).flatMap(({ path, text }) => (text === '' ? [path] : []));
		expect(silent('en')).toEqual(silent('fr'));
	});

	it('ask the same number of things of those who fill them in', () => {
		const arities = (list: readonly Leaf[]) =>
			list.flatMap(({ path, value }) => (typeof value === 'function' ? [`${path} ${value.length}`] : []));
		expect(arities(leaves.en)).toEqual(arities(leaves.fr));
	});

	it('are not the French ones left in English', () => {
		const french = new Map(sentences('fr').map(({ path, text }) => [path, text]));
		const same = sentences('en').filter(
			({ path, text }) => french.get(path) === text && /[éèêàâîôûç«]|\b(le|la|les|des|vous|est)\b/i.test(text),
		);
		expect(same).toEqual([]);
	});
});

describe('French typography', () => {
	it('has no space before a semicolon, an exclamation or a question mark', () => {
		expect(offenders('fr', /[\s\u00a0\u202f][;!?]/)).toEqual([]);
	});

	it('has a no-break space before a colon, a percent and a dollar sign', () => {
		expect(offenders('fr', /[^\u00a0\d]:(?!\d)|[^\u00a0]%|[^\u00a0]\$/)).toEqual([]);
	});

	it('has no-break spaces inside its guillemets', () => {
		expect(offenders('fr', /«(?!\u00a0)|(?<!\u00a0)»/)).toEqual([]);
		expect(offenders('fr', /["“”]/)).toEqual([]);
	});

	it('has the typographic apostrophe and ellipsis', () => {
		expect(offenders('fr', /'|\.\.\./)).toEqual([]);
	});
});

describe('English typography', () => {
	it('has the typographic apostrophe and ellipsis, and no space before a mark', () => {
		expect(offenders('en', /(?<=\p{L})'|\.\.\.|[\s\u00a0][;:!?]/u)).toEqual([]);
	});
});

describe('an error', () => {
	it('has its sentence in each language, and a plain one when its key is unknown', () => {
		expect(errorText('fr', 'required')).toBe(messages('fr').errors.required);
		expect(errorText('en', 'required')).toBe(messages('en').errors.required);
		expect(errorText('fr', 'no_such_key')).toBe(messages('fr').errors.invalid);
	});
});
