import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { AIMS, guideSchema } from '#src/collections/guides.ts';
import { LOCALES, matchRoute } from '#src/i18n/routes.ts';
import { projectRoot } from '#src/lib/root.ts';

const read = (locale: string) => {
	const folder = path.join(projectRoot, 'content', locale, 'guides');
	return readdirSync(folder).map((file) => {
		const [, head = '', body = ''] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(readFileSync(path.join(folder, file), 'utf8')) ?? [];
		return { slug: file.replace(/\.md$/, ''), head: guideSchema.parse(parse(head)), body, words: `${head}\n${body}` };
	});
};
const guides = { fr: read('fr'), en: read('en') };
const FAILS = { fr: 'Si ça ne marche pas', en: 'If it does not work' };

describe.each(LOCALES)('the guides in %s', (locale) => {
	it('are at least ten, for each thing people want to do', () => {
		expect(guides[locale].length).toBeGreaterThanOrEqual(10);
		for (const aim of AIMS) expect(guides[locale].some(({ head }) => head.aim === aim)).toBe(true);
	});

	it.each(guides[locale].map((guide) => [guide.slug, guide] as const))(
		'%s has numbered steps, and ends with what to do when they fail',
		(_, { body }) => {
			expect(body).toMatch(/^1\. /m);
			const headings = body.split('\n').flatMap((line) => (line.startsWith('## ') ? [line.slice(3)] : []));
			expect(headings.at(-1)).toBe(FAILS[locale]);
			expect(body.slice(body.indexOf(FAILS[locale]))).toMatch(/^- \*\*/m);
			// Markdown only: what the pages may not hold never gets in by a text.
			expect(body).not.toMatch(/<\w|\bstyle=/);
		},
	);

	it.each(guides[locale].map((guide) => [guide.slug, guide] as const))(
		'%s leads to pages there are, in its own language',
		(_, { head, body, slug }) => {
			expect(head.next).not.toContain(slug);
			for (const [, target = ''] of body.matchAll(/\]\((\/[^)#]*)/g)) {
				expect(matchRoute(target), target).not.toBeNull();
				expect(target.startsWith('/en/')).toBe(locale === 'en');
			}
		},
	);

	it('say the same in both languages: as many steps, headings and questions', () => {
		const shape = ({ body, head }: (typeof guides)['fr'][number]) => ({
			aim: head.aim,
			order: head.order,
			minutes: head.minutes,
			steps: body.match(/^\d+\. /gm)?.length,
			points: body.match(/^- /gm)?.length,
			headings: body.match(/^## /gm)?.length,
		});
		for (const guide of guides[locale]) {
			const twin = guides[locale === 'fr' ? 'en' : 'fr'].find(({ slug }) => slug === guide.slug);
			expect(twin && shape(twin), guide.slug).toEqual(shape(guide));
		}
	});
});

it('the French guides keep Québec’s typography', () => {
	for (const { slug, words } of guides.fr) {
		const prose = words.replace(/^[a-z]+: /gm, '').replace(/`[^`]*`|https?:\S+/g, '');
		expect(prose, slug).not.toMatch(/[\s\u00a0][;!?]|(?<!\u00a0):(?=\s)|«(?!\u00a0)|(?<!\u00a0)»|\p{L}'\p{L}|\.\.\./u);
	}
});
