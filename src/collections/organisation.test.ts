import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type OrganisationField, organisationSchema, piecesOf } from '#src/collections/organisation.ts';
import { projectRoot } from '#src/lib/root.ts';

const read = (file: string) => readFileSync(path.join(projectRoot, 'content', file), 'utf8');
const shipped = parse(read('organisation.yaml')) as Record<string, unknown>;
const fields = Object.keys(organisationSchema.parse({})) as OrganisationField[];
const sentencesFor = (value: Record<string, unknown>) =>
	organisationSchema.safeParse({ ...shipped, ...value }).error?.issues.map((issue) => issue.message) ?? [];

describe('organisation.yaml', () => {
	it('names each line there is to fill in, so that an editor sees it', () => {
		expect(Object.keys(shipped).sort()).toEqual([...fields].sort());
	});

	it('takes an absent line for one that is not published', () => {
		expect(organisationSchema.parse({}).phone).toBeNull();
	});

	it('gives a text in the language of the page, and a number in both', () => {
		const { hardwareHost, phone } = organisationSchema.parse({ hardwareHost: { fr: 'Chez nous', en: 'At home' }, phone: '514 555-0100' });
		expect(hardwareHost).toEqual({ kind: 'text', fr: 'Chez nous', en: 'At home' });
		expect(phone).toEqual({ kind: 'phone', fr: '514 555-0100', en: '514 555-0100' });
	});

	it.each([
		[{ neq: 1_161_234_567 }, /« neq » : mettez la valeur entre guillemets/],
		[{ neq: '12' }, /« neq » : comme "1234567890"/],
		[{ gstNumber: 'TPS 12' }, /« gstNumber »/],
		[{ email: 'contact à koumbit' }, /« email » : une adresse de courriel/],
		[{ phone: 'appelez-nous' }, /« phone »/],
		[{ statusUrl: 'etat.koumbit.org' }, /« statusUrl » : une adresse complète/],
		[{ statusUrl: 'javascript:alert(1)' }, /« statusUrl » : une adresse complète/],
		[{ termsAdoptedOn: '2026-02-30' }, /« termsAdoptedOn » : une date qui existe/],
		[{ foundedOn: '2004-13' }, /« foundedOn »/],
		[{ address: '' }, /« address » est vide/],
		[{ backupPolicy: 'Chaque nuit' }, /« backupPolicy » : un texte dans chaque langue/],
		[{ backupPolicy: { fr: 'Chaque nuit' } }, /« backupPolicy\.en »/],
		[{ adress: 'Montréal' }, /« adress » : aucune page ne montre cette ligne/],
	])('refuses %j with a sentence that names the line', (value, expected) => {
		expect(sentencesFor(value).join('\n')).toMatch(expected);
		expect(sentencesFor(value)).toHaveLength(1);
	});
});

describe('a text that shows lines of organisation.yaml', () => {
	it('is cut where it names them, and keeps everything else', () => {
		expect(piecesOf('<p>a</p>\n<!-- organisation: address, phone -->\n<p>b</p><!-- other -->', 'x.md')).toEqual([
			{ html: '<p>a</p>\n' },
			{ fields: ['address', 'phone'] },
			{ html: '\n<p>b</p><!-- other -->' },
		]);
	});

	it.each(['adress', '', 'address,,phone', 'constructor'])('stops the build on a line that does not exist: « %s »', (names) => {
		expect(() => piecesOf(`<!-- organisation: ${names} -->`, 'content/fr/pages/legal.md')).toThrow(/content\/fr\/pages\/legal\.md/);
	});

	const shownBy = (locale: string) =>
		readdirSync(path.join(projectRoot, 'content', locale, 'pages'))
			.sort()
			.flatMap((file) =>
				piecesOf(read(`${locale}/pages/${file}`), file).flatMap((piece) =>
					'fields' in piece ? piece.fields.map((field) => `${file} ${field}`) : [],
				),
			);

	it('shows each line somewhere, the logo apart, and the same ones on the same pages in both languages', () => {
		const shown = new Set(shownBy('fr').map((line) => line.split(' ')[1]));
		expect(fields.filter((field) => !shown.has(field))).toEqual(['logo']);
		expect(shownBy('en')).toEqual(shownBy('fr'));
	});
});

describe('the page on what goes back to the commons', () => {
	it.each(['fr', 'en'])('counts the defects that docs/upstream.md describes (%s)', (locale) => {
		const defects = readFileSync(path.join(projectRoot, 'docs', 'upstream.md'), 'utf8')
			.split(/^### /m)
			.slice(1);
		const items = read(`${locale}/pages/commons.md`)
			.split('\n')
			.filter((row) => row.startsWith('- **'));
		expect(items).toHaveLength(defects.length);
		const withReport = items.filter((item) => /issues\/\d+/.test(item));
		for (const item of withReport) {
			const number = /issues\/(\d+)/.exec(item)?.[1] ?? '';
			expect(
				defects.filter((defect) => defect.includes(`#${number}`)),
				item,
			).toHaveLength(1);
		}
		expect(items.length - withReport.length).toBe(defects.filter((defect) => /not yet\s+reported/i.test(defect)).length);
	});
});
