import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { explainFault, explainValues, meantDate, nearest } from '#src/collections/explain.ts';
import { date, text } from '#src/collections/fields.ts';
import { placeYaml } from '#src/lib/placed-yaml.ts';

describe('a date written another way', () => {
	it.each([
		['22 novembre 2026', '2026-11-22'],
		['le 1er août 2026', '2026-08-01'],
		['November 22nd, 2026', '2026-11-22'],
		['22/11/2026', '2026-11-22'],
		['11-22-2026', '2026-11-22'],
		['2026/1/5', '2026-01-05'],
		['2026-11-22T10:00:00Z', '2026-11-22'],
		['“2026-11-22”', '2026-11-22'],
	])('is understood: %s', (written, meant) => {
		expect(meantDate(written)).toBe(meant);
	});

	it.each(['05/11/2026', '2026-02-30', '30 brumaire 2026', 'hier', '', '2026'])(
		'is left to the editor when it is not sure: %s',
		(written) => {
			expect(meantDate(written)).toBeNull();
		},
	);
});

describe('the nearest word', () => {
	it('is one that differs by little, accents and capitals apart', () => {
		expect(nearest('Résume', ['title', 'summary', 'resume'])).toBe('resume');
		expect(nearest('tilte', ['title', 'summary'])).toBe('title');
		expect(nearest('zzz', ['title', 'summary'])).toBeNull();
	});
});

const schema = z.strictObject({
	title: text('title'),
	updated: date('updated'),
	seats: z.number().int().min(1).max(20).optional(),
	where: z.union([z.strictObject({ place: text('place') }), z.strictObject({ link: z.url() })]).optional(),
	days: z.array(z.strictObject({ on: date('on') })).optional(),
});

function sentences(yaml: string): { line: number; field: string; fr: string; en: string }[] {
	const placed = placeYaml(yaml);
	if (placed.fault) return [explainFault(placed.fault)];
	return explainValues(schema, schema.safeParse(placed.value).error?.issues ?? [], placed);
}

describe('what is wrong in a file', () => {
	it('is nothing when it fits', () => {
		expect(sentences('title: "a"\nupdated: "2026-11-22"\n')).toEqual([]);
	});

	it('is said in the order of the lines, all of it', () => {
		expect(sentences('updated: 2026-11-22\nseats: 200\ntitel: "a"\n').map(({ line, field }) => [line, field])).toEqual([
			[1, 'title'],
			[1, 'updated'],
			[2, 'seats'],
			[3, 'titel'],
		]);
	});

	it('counts the entries of a list as people do', () => {
		const [one] = sentences('title: "a"\nupdated: "2026-11-22"\ndays:\n  - on: "2026-11-22"\n  - on: "22 novembre 2026"\n');
		expect(one).toMatchObject({ line: 5, field: 'days › 2 › on' });
		expect(one?.fr).toContain('Écrivez : on: "2026-11-22"');
	});

	it('says of a choice of forms what the nearest one lacks', () => {
		const [one] = sentences('title: "a"\nupdated: "2026-11-22"\nwhere: { plaec: "ici" }\n');
		expect(one?.line).toBe(3);
		expect(`${one?.fr} ${one?.en}`).not.toMatch(/Invalid|undefined/);
	});

	it('says how many are too many', () => {
		expect(sentences('title: "a"\nupdated: "2026-11-22"\nseats: 200\n')[0]).toMatchObject({
			fr: '« seats » doit valoir au plus 20.',
			en: '“seats” must be at most 20.',
		});
	});
});
