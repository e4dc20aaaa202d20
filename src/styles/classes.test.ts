/** No rule without a user, no user without a rule: the style sheets against the pages, as both are written. */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '#src/lib/root.ts';

const read = (pattern: string) =>
	globSync(pattern, { cwd: projectRoot }).map((file) => ({ file, text: readFileSync(path.join(projectRoot, file), 'utf8') }));

/** Classes that have a rule, with the files that give it. */
function ruled(sheets: readonly { file: string; text: string }[]): Map<string, string[]> {
	const found = new Map<string, string[]>();
	for (const { file, text } of sheets) {
		const selectors = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/"[^"]*"|url\([^)]*\)|@import[^;]*;/g, '');
		for (const [, name = ''] of selectors.matchAll(/\.([a-zA-Z][\w-]*)/g)) found.set(name, [...(found.get(name) ?? []), file]);
	}
	return found;
}

/** Classes that are written out on an element; a class put together at run time is known by its beginning only. */
function written(source: string): string[] {
	const lists = [...source.matchAll(/class(?:Name)?="([^"{}]*)"/g)].map(([, list = '']) => list);
	const given = [...source.matchAll(/class:list=\{\[([^\]]*)\]/g)].flatMap(([, items = '']) =>
		[...items.matchAll(/(?:^|,|&&|\?|:)\s*'([^']*)'/g)].map(([, list = '']) => list),
	);
	return [...lists, ...given].flatMap((list) => list.split(/\s+/)).filter((name) => name !== '');
}

/** True where the class stands in the text as a word of its own, or begins as a class that is put together there (`status--${tone}`). */
function isUsed(name: string, source: string): boolean {
	if (new RegExp(`(?<![\\w-])${name}(?![\\w-])`).test(source)) return true;
	const base = /^(.*--)[\w-]+$/.exec(name)?.[1];
	return base !== undefined && source.includes(`${base}\${`);
}

const sheets = read('src/styles/**/*.css');
const pages = read('src/**/*.astro');
const sources = [...pages, ...read('src/**/*.ts').filter(({ file }) => !file.endsWith('.test.ts')), ...read('content/**/*.md')];
/** Made for each token by src/pages/composants/jetons.css.ts. */
const GENERATED = /^(swatch|type|space|shape)(--|$)/;

describe('a class', () => {
	it('that has a rule is used somewhere', () => {
		const all = sources.map(({ text }) => text).join('\n');
		const dead = [...ruled(sheets)]
			.filter(([name]) => !isUsed(name, all))
			.map(([name, files]) => `.${name} in ${[...new Set(files)].join(', ')}`);
		expect(dead).toEqual([]);
	});

	it('that is used has a rule', () => {
		const known = ruled(sheets);
		const unknown = pages.flatMap(({ file, text }) =>
			written(text)
				.filter((name) => !known.has(name) && !GENERATED.test(name))
				.map((name) => `.${name} in ${file}`),
		);
		expect([...new Set(unknown)]).toEqual([]);
	});
});

describe('the measure itself', () => {
	it('sees a dead rule, an unknown class, and a class put together', () => {
		expect([...ruled([{ file: 'a.css', text: '.a:not(.b) > p { margin: 0.5em url(x.png) } /* .c */' }]).keys()]).toEqual(['a', 'b']);
		expect(written(`<p class="a b"><i class:list={['c', on && 'd']} />`)).toEqual(['a', 'b', 'c', 'd']);
		expect(isUsed('status--late', `class={\`status--$\{tone}\`}`)).toBe(true);
		expect([isUsed('card', 'class="cards"'), isUsed('card', 'class="card"')]).toEqual([false, true]);
	});
});
