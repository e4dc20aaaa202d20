/** The gallery holds what it promises: every component, every class of the shared sheets, every token. */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'node-html-parser';
import { describe, expect, it } from 'vitest';
import { scopesOf, tokenNames } from '#src/i18n/tokens.ts';
import { projectRoot } from '#src/lib/root.ts';

const read = (file: string) => readFileSync(path.join(projectRoot, file), 'utf8');
const tokens = read('src/styles/tokens.css');
const page = parse(read('dist/client/composants/index.html'));

/** In the head, filled in by the server, or around a whole page; and the way through pages that only many items make; and a field whose parts are shown already. */
const UNSEEN = new Set(['PageHead', 'StatusBanner', 'KnownText', 'NewsPage', 'NewsPages', 'AnswerPicker', 'Trap']);

describe('the gallery of components', () => {
	it('shows every component of src/components', () => {
		const source = read('src/pages/composants.astro');
		const components = globSync('*.astro', { cwd: path.join(projectRoot, 'src/components') }).map((file) => path.basename(file, '.astro'));
		expect(components.length).toBeGreaterThan(10);
		expect(components.filter((name) => !UNSEEN.has(name) && !source.includes(`<${name}`))).toEqual([]);
	});

	it('shows every class of the components’ and the forms’ sheets', () => {
		const css = `${read('src/styles/components.css')}${read('src/styles/forms.css')}`.replace(/\/\*[\s\S]*?\*\//g, '');
		const classes = new Set([...css.matchAll(/\.([a-z][\w-]*)/g)].map(([, name = '']) => name));
		expect(classes.size).toBeGreaterThan(60);
		expect([...classes].filter((name) => page.querySelector(`main .${name}`) === null)).toEqual([]);
	});

	it('shows every colour in four schemes, and every size, step of space and corner once', () => {
		const { colours, sizes, spaces, radii } = tokenNames(tokens);
		for (const name of colours) expect(page.querySelectorAll(`.swatch--${name}`), name).toHaveLength(4);
		for (const name of sizes) expect(page.querySelectorAll(`.type--${name}`), name).toHaveLength(1);
		for (const name of spaces) expect(page.querySelectorAll(`.space--${name}`), name).toHaveLength(1);
		for (const name of radii) expect(page.querySelectorAll(`.shape--${name}`), name).toHaveLength(1);
	});

	it('has the values of a scheme from the tokens themselves', () => {
		const small =
			':root{--a: #111111; --b: 1px;} @media screen and (prefers-color-scheme: dark){:root{--a: #222222;}} @media (prefers-contrast: more){:root{--a: #333333;}}';
		const css = scopesOf(small);
		expect(css).toContain('[data-scheme="light"]{color-scheme:light;--a:#111111;}');
		expect(css).toContain('[data-scheme="dark"]{color-scheme:dark;--a:#222222;}');
		expect(css).toContain('[data-scheme="light-more"]{color-scheme:light;--a:#333333;}');
		expect(css).not.toContain('--b:');
	});
});
