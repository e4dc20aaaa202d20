import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '#db/client.ts';
import { ledgerEntry } from '#db/schema/contributions.ts';
import { importedGroup } from '#db/schema/imports.ts';
import { invitation, membership, organisation } from '#db/schema/membership.ts';
import { outboxMessage } from '#db/schema/outbox.ts';
import { verifyAudit } from '#src/features/audit/index.ts';
import { verifyLedger } from '#src/features/contributions/index.ts';
import { importFile } from '#src/features/imports/index.ts';
import { projectRoot } from '#src/lib/root.ts';
import { freshDatabase } from '#test/support/database.ts';

let database: Database;
const bytes = (text: string) => new TextEncoder().encode(text);
const HEAD = 'key,usual_name,kind,opening_debt,opening_credit,person_name,person_email,roles';
const csv = (...lines: string[]) => bytes([HEAD, ...lines].join('\n'));
const bring = (file: Uint8Array, name = 'file.csv', dryRun = false) => importFile(name, file, { dryRun });
const example = (ending: string) => readFileSync(path.join(projectRoot, `docs/import-groups.example.${ending}`));
const counts = async () => ({
	groups: await database.read.$count(organisation),
	invitations: await database.read.$count(invitation),
	entries: await database.read.$count(ledgerEntry),
	mail: await database.read.$count(outboxMessage),
	keys: await database.read.$count(importedGroup),
});

beforeEach(async () => {
	database = await freshDatabase();
});

describe('bringing today’s members in', () => {
	it.each(['csv', 'yaml'])('makes groups, invites their people and opens their accounts, from the example in %s', async (ending) => {
		const report = await bring(example(ending), `example.${ending}`);
		expect(report).toMatchObject({ ok: true, created: 3, unchanged: 0, refused: 0 });
		expect(await counts()).toEqual({ groups: 2, invitations: 3, entries: 2, mail: 3, keys: 2 });
		const rows = await database.read.select().from(ledgerEntry).orderBy(ledgerEntry.seq);
		expect(rows.map((row) => [row.sourceKind, row.debitAccount, row.creditAccount, row.amountCents])).toEqual([
			['opening_charge', 'receivable', 'equity:opening', 12_000],
			['opening_payment', 'equity:opening', 'member_credit', 3_550],
		]);
		expect(await database.read.select({ on: membership.fromOn }).from(membership).orderBy(membership.memberNumber)).toEqual([
			{ on: '2012-05-01' },
			{ on: '2019-09-15' },
		]);
		expect(await verifyLedger(database.read)).toMatchObject({ ok: true });
		expect(await verifyAudit(database.read)).toMatchObject({ ok: true });
	});

	it('changes nothing the second time', async () => {
		await bring(example('csv'));
		const before = await counts();
		expect(await bring(example('csv'))).toMatchObject({ ok: true, created: 0, unchanged: 3 });
		expect(await counts()).toEqual(before);
	});

	it('says in a dry run what it then does, and does nothing', async () => {
		const dry = await bring(example('csv'), 'file.csv', true);
		expect(await counts()).toEqual({ groups: 0, invitations: 0, entries: 0, mail: 0, keys: 0 });
		const real = await bring(example('csv'));
		expect({ ...dry, dryRun: false }).toEqual(real);
	});

	it('brings in the same whatever is brought in twice, and in whatever order the lines come', async () => {
		const person = fc.record({ n: fc.integer({ min: 1, max: 6 }), admin: fc.boolean() });
		const group = fc.record({
			key: fc.integer({ min: 1, max: 5 }),
			opening: fc.integer({ min: -9_999, max: 9_999 }),
			people: fc.array(person, { maxLength: 4 }),
		});
		await fc.assert(
			fc.asyncProperty(fc.uniqueArray(group, { selector: (one) => one.key, minLength: 1, maxLength: 4 }), async (groups) => {
				database = await freshDatabase();
				const lines = groups.flatMap(({ key, opening, people }) => [
					`g${key},Groupe ${key},collective,${opening < 0 ? (-opening / 100).toFixed(2) : ''},${opening > 0 ? (opening / 100).toFixed(2) : ''},,chef${key}@exemple.org,administrator`,
					...people.map(({ n }) => `g${key},,,,,,p${n}.${key}@exemple.org,technical`),
				]);
				const first = await bring(csv(...lines));
				expect(first.ok).toBe(true);
				const state = await counts();
				const again = await bring(csv(...lines));
				expect(again).toMatchObject({ ok: true, created: 0 });
				expect(await counts()).toEqual(state);
				expect(await verifyLedger(database.read)).toMatchObject({ ok: true });
			}),
			{ numRuns: 15 },
		);
	});

	it('keeps what a group corrected, and invites only who is new', async () => {
		await bring(csv('g1,Groupe,collective,,,A,a@exemple.org,administrator'));
		await database.write((tx) => tx.update(organisation).set({ usualName: 'Corrigé' }));
		const report = await bring(csv('g1,Groupe,collective,,,A,a@exemple.org,administrator', 'g1,,,,,B,b@exemple.org,member'));
		expect(report).toMatchObject({ created: 1, unchanged: 1 });
		expect((await database.read.select().from(organisation))[0]?.usualName).toBe('Corrigé');
	});

	it('takes 5 000 lines', async () => {
		const lines = Array.from({ length: 5_000 }, (_, at) => `g${at >> 2},Groupe ${at >> 2},collective,,,P,p${at}@exemple.org,administrator`);
		const started = performance.now();
		expect(await bring(csv(...lines))).toMatchObject({ ok: true, created: 5_000 });
		process.stdout.write(`5 000 lines in ${Math.round(performance.now() - started)} ms\n`);
	}, 120_000);
});

describe('a file that can’t be taken', () => {
	const good = 'g1,Groupe,collective,,,A,a@exemple.org,administrator';
	it.each([
		['an unknown role', csv(good, 'g2,Autre,collective,,,B,b@exemple.org,president'), 3, /role "president"/],
		['a bad address', csv(good, 'g2,Autre,collective,,,B,pas-une-adresse,administrator'), 3, /not an email address/],
		['nobody in charge', csv(good, 'g2,Autre,collective,,,B,b@exemple.org,member'), 3, /nobody of this group/],
		['an amount that is none', csv(good, 'g2,Autre,collective,12x,,B,b@exemple.org,administrator'), 3, /opening_debt/],
		['a debt and a credit', csv(good, 'g2,Autre,collective,1,2,B,b@exemple.org,administrator'), 3, /not both/],
		['an unknown kind', csv('g2,Autre,club,,,B,b@exemple.org,administrator'), 2, /kind "club"/],
		['the same person twice, otherwise', csv(good, 'g1,,,,,A,A@exemple.org,member'), 3, /line 2 too/],
		['a line too short', csv(good, 'g2,Autre'), 3, /cells/],
		['a column nobody knows', bytes('key,colour\n'), 1, /colour/],
		['quotes that never close', csv('g2,"Autre,collective,,,B,b@exemple.org,administrator'), 2, /quotes/],
		[
			'Windows-1252',
			new Uint8Array([...bytes(`${HEAD}\ng1,Caf`), 0xe9, ...bytes(',collective,,,A,a@exemple.org,administrator')]),
			1,
			/UTF-8/,
		],
		['nothing', bytes(''), 1, /empty/],
		['a head alone', csv(), 1, /no group/],
	])('for %s is refused with a sentence, and nothing of it is brought in', async (_, file, line, sentence) => {
		const report = await bring(file);
		expect(report).toMatchObject({ ok: false, created: 0 });
		expect(report.lines[0]).toMatchObject({ line, outcome: 'refused', reason: expect.stringMatching(sentence) });
		expect(await counts()).toEqual({ groups: 0, invitations: 0, entries: 0, mail: 0, keys: 0 });
	});

	it('because an opening balance changed leaves the books alone', async () => {
		await bring(csv('g1,Groupe,collective,10,,A,a@exemple.org,administrator'));
		const before = await counts();
		expect(await bring(csv('g1,Groupe,collective,11,,A,a@exemple.org,administrator'))).toMatchObject({ ok: false, refused: 1 });
		expect(await counts()).toEqual(before);
	});
});

describe('a file as offices write them', () => {
	it('is read with a byte order mark, Windows line ends, semicolons, quotes, a line break in a cell and an international domain', async () => {
		const text = [
			'\uFEFFkey;usual_name;kind;mission;person_email;roles',
			'g1;"Le ""Café"", bar";cooperative;"Première ligne\r\nDeuxième";info@café.example;administrator',
			'g2;=2+2;collective;;info@xn--caf-dma.example;administrator',
		].join('\r\n');
		const report = await bring(bytes(text));
		expect(report).toMatchObject({ ok: true, created: 2 });
		const groups = await database.read.select().from(organisation).orderBy(organisation.id);
		expect(groups.map((group) => group.usualName)).toEqual(['Le "Café", bar', '=2+2']);
		const addresses = await database.read.select({ normalized: invitation.normalized }).from(invitation);
		expect(new Set(addresses.map((one) => one.normalized)).size).toBe(1);
	});

	it('says of a line written twice that it is the same', async () => {
		const line = 'g1,Groupe,collective,,,A,a@exemple.org,administrator';
		expect((await bring(csv(line, line))).lines).toMatchObject([
			{ line: 2, outcome: 'created' },
			{ line: 3, outcome: 'unchanged', reason: 'the same as line 2' },
		]);
	});
});
