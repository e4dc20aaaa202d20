import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { LOCALES, routes } from '#src/i18n/routes.ts';
import { SCREEN_HELP, type SpaceRoute, screenHelp } from '#src/i18n/screen-help.ts';
import { projectRoot } from '#src/lib/root.ts';

/** The anchor Astro gives a heading: small letters, without marks, words joined. */
const anchorOf = (heading: string) =>
	heading
		.toLowerCase()
		.replace(/[^\p{L}\p{N}\s-]/gu, '')
		.trim()
		.replaceAll(' ', '-');

const anchorsOf = (locale: string, guide: string) =>
	readFileSync(path.join(projectRoot, 'content', locale, 'guides', `${guide}.md`), 'utf8')
		.split('\n')
		.filter((line) => line.startsWith('## '))
		.map((line) => anchorOf(line.slice(3)));

describe('the help for a screen', () => {
	it('is there for each page of the members’ space, and for no other', () => {
		const members = Object.entries(routes).flatMap(([key, { audience }]) => (audience === 'member' ? [key] : []));
		expect(Object.keys(SCREEN_HELP).toSorted()).toEqual(members.toSorted());
	});

	it.each(LOCALES.flatMap((locale) => Object.keys(SCREEN_HELP).map((route) => [route as SpaceRoute, locale] as const)))(
		'for %s leads in %s to a heading there is',
		(route, locale) => {
			const { guide, at } = SCREEN_HELP[route];
			if (at) expect(anchorsOf(locale, guide)).toContain(at[locale]);
			else expect(anchorsOf(locale, guide).length).toBeGreaterThan(0);
			expect(screenHelp(route, locale)).toMatch(locale === 'fr' ? /^\/aide\// : /^\/en\/help\//);
		},
	);
});
