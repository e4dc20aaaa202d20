/** Every pair of colours used together, in the four schemes of tokens.css, against WCAG 2.2 (1.4.3, 1.4.6, 1.4.11). */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const SCHEMES = ['light', 'dark', 'light, more contrast', 'dark, more contrast'] as const;
type Scheme = (typeof SCHEMES)[number];

/** Which blocks of the file apply in a scheme, in the order of the file: later ones win. */
const APPLIES: Record<Scheme, (media: string) => boolean> = {
	light: (media) => media === '',
	dark: (media) => media === '' || media === 'screen and (prefers-color-scheme: dark)',
	'light, more contrast': (media) => media === '' || media === '(prefers-contrast: more)',
	'dark, more contrast': () => true,
};

/** [text, ground]: read as body text. */
const TEXT: readonly (readonly [string, string])[] = [
	...['paper', 'surface', 'sunken'].flatMap((ground) =>
		['ink', 'ink-soft', 'earth', 'earth-deep', 'leaf', 'leaf-deep', 'ember'].map((text) => [text, ground] as const),
	),
	// Tinted grounds: cards that wait, notices, pills, the chosen row of a form, the refused form.
	...['sun-soft', 'sky-soft', 'leaf-soft', 'ember-soft'].flatMap((ground) =>
		['ink', 'ink-soft', 'earth', 'earth-deep'].map((text) => [text, ground] as const),
	),
	['leaf', 'leaf-soft'],
	['leaf-deep', 'leaf-soft'],
	['leaf', 'sun-soft'],
	['sun-ink', 'sun-soft'],
	['sky', 'sky-soft'],
	['ember', 'ember-soft'],
	// Buttons, the selection, the current chip, the skip link.
	['on-leaf', 'leaf'],
	['on-leaf', 'leaf-deep'],
	['on-sun', 'sun'],
	['on-sun', 'sun-deep'],
	['on-ember', 'ember'],
	// The band of the home page.
	['band-ink', 'band'],
	['band', 'band-ink'],
];

/** Edges of controls, signs, lines that carry meaning, the focus ring: three to one. */
const EDGES: readonly (readonly [string, string])[] = [
	...['paper', 'surface', 'sunken'].flatMap((ground) =>
		['edge', 'clay', 'focus', 'leaf', 'ember', 'sky'].map((edge) => [edge, ground] as const),
	),
	...['sun-soft', 'sky-soft', 'leaf-soft', 'ember-soft'].flatMap((ground) => ['focus', 'edge'].map((edge) => [edge, ground] as const)),
	['sky', 'sky-soft'],
	['leaf', 'leaf-soft'],
	['sun', 'band'],
	['band-ink', 'band'],
];

function coloursOf(css: string, scheme: Scheme): Map<string, string> {
	const colours = new Map<string, string>();
	const blocks = css.replace(/\/\*[\s\S]*?\*\//g, '').matchAll(/(?:@media\s*([^{]+)\{\s*)?:root\s*\{([^}]*)\}/g);
	for (const [, media = '', body = ''] of blocks) {
		if (!APPLIES[scheme](media.trim())) continue;
		for (const [, name = '', value = ''] of body.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/g)) colours.set(name, value);
	}
	return colours;
}

function luminance(hex: string): number {
	const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
		const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
		return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
	});
	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
	const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
	return (light + 0.05) / (dark + 0.05);
}

const tokens = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

/** The pairs below their threshold, as sentences. */
function tooWeak(scheme: Scheme, pairs: readonly (readonly [string, string])[], least: number): string[] {
	const colours = coloursOf(tokens, scheme);
	return pairs.flatMap(([front, ground]) => {
		const [a, b] = [colours.get(front), colours.get(ground)];
		if (!a || !b) return [`${a ? ground : front} is not in tokens.css`];
		const ratio = contrast(a, b);
		return ratio >= least ? [] : [`${front} on ${ground}: ${ratio.toFixed(2)} < ${least}`];
	});
}

describe.each(SCHEMES)('the %s scheme', (scheme) => {
	const more = scheme.includes('more');

	it('keeps every text readable on its ground', () => {
		expect(tooWeak(scheme, TEXT, more ? 7 : 4.5)).toEqual([]);
	});

	it('keeps edges and signs visible', () => {
		expect(tooWeak(scheme, EDGES, more ? 4.5 : 3)).toEqual([]);
	});
});

describe('the measure itself', () => {
	it('finds black on white 21 to 1 and a colour on itself 1 to 1', () => {
		expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
		expect(contrast('#1d5c45', '#1d5c45')).toBe(1);
	});

	it('reads a scheme of its own from each media query', () => {
		const papers = SCHEMES.map((scheme) => coloursOf(tokens, scheme).get('paper'));
		expect(new Set(papers).size).toBe(SCHEMES.length);
	});

	it('reports a pair that is too weak', () => {
		expect(tooWeak('light', [['line', 'paper']], 3)).toHaveLength(1);
	});
});
