/** Reads src/styles/tokens.css, so that the gallery shows the tokens that the pages use and none other. */

/** The scopes the gallery shows side by side: value of `data-scheme`, and the media query whose values it takes. */
export const SCHEMES = ['light', 'dark', 'light-more', 'dark-more'] as const;
export type Scheme = (typeof SCHEMES)[number];

interface Block {
	/** Empty for what holds everywhere. */
	readonly media: string;
	readonly declarations: readonly (readonly [name: string, value: string])[];
}

function blocksOf(css: string): Block[] {
	const blocks = css.replace(/\/\*[\s\S]*?\*\//g, '').matchAll(/(?:@media\s*([^{]+)\{\s*)?:root\s*\{([^}]*)\}/g);
	return [...blocks].map(([, media = '', body = '']) => ({
		media: media.trim(),
		declarations: [...body.matchAll(/--([\w-]+):\s*([^;]+);/g)].map(([, name = '', value = '']) => [name, value] as const),
	}));
}

const isMore = (media: string) => media.includes('prefers-contrast');
const isDark = (media: string) => media.includes('dark');

function appliesIn(scheme: Scheme, { media }: Block): boolean {
	return (!isMore(media) || scheme.endsWith('-more')) && (!isDark(media) || scheme.startsWith('dark'));
}

export interface Tokens {
	readonly colours: readonly string[];
	readonly sizes: readonly string[];
	readonly spaces: readonly string[];
	readonly radii: readonly string[];
}

/** The names, without their dashes, in the order of the file. */
export function tokenNames(css: string): Tokens {
	const all = blocksOf(css).find(({ media }) => media === '')?.declarations ?? [];
	const named = (isOne: (name: string, value: string) => boolean) =>
		all.filter(([name, value]) => isOne(name, value)).map(([name]) => name);
	return {
		colours: named((_, value) => value.startsWith('#')),
		sizes: named((name) => name.startsWith('size-')),
		spaces: named((name) => name.startsWith('space-')),
		radii: named((name) => name.startsWith('radius')),
	};
}

/**
 * The style sheet of the gallery's scopes: inside `[data-scheme]` the tokens have that scheme's values, whatever the
 * visitor's own; and one class for each token that is shown. On paper there is one scheme only.
 */
export function scopesOf(css: string): string {
	const blocks = blocksOf(css);
	const names = tokenNames(css);
	// What no scheme changes is inherited.
	const changing = new Set(blocks.filter(({ media }) => media !== '').flatMap(({ declarations }) => declarations.map(([name]) => name)));
	const valuesIn = (scheme: Scheme) => {
		const values = new Map<string, string>();
		for (const block of blocks.filter((one) => appliesIn(scheme, one))) {
			for (const [name, value] of block.declarations) if (changing.has(name)) values.set(name, value);
		}
		return [...values].map(([name, value]) => `--${name}:${value};`).join('');
	};
	const scope = (selector: Scheme, scheme: Scheme) =>
		`[data-scheme="${selector}"]{color-scheme:${scheme.startsWith('dark') ? 'dark' : 'light'};${valuesIn(scheme)}}`;
	const more = scope('light', 'light-more') + scope('dark', 'dark-more');
	return [
		`@media screen{${SCHEMES.map((scheme) => scope(scheme, scheme)).join('')}}`,
		// Day and night follow the visitor's wish for contrast.
		`@media screen and (prefers-contrast: more){${more}}`,
		...names.colours.map((name) => `.swatch--${name}::before{background:var(--${name})}`),
		...names.sizes.map((name) => `.type--${name}{font-size:var(--${name})}`),
		...names.spaces.map((name) => `.space--${name}::before{inline-size:var(--${name})}`),
		...names.radii.map((name) => `.shape--${name}::before{border-radius:var(--${name})}`),
		'',
	].join('\n');
}
