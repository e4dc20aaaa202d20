import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '#db/client.ts';
import { auditEvent } from '#db/schema/audit.ts';
import { reversal } from '#db/schema/contributions.ts';
import { figureSnapshot } from '#db/schema/figures.ts';
import { exportCsv, exportJson, listQuarters, readFacts } from '#src/features/figures/data.ts';
import { publishDue } from '#src/features/figures/jobs.ts';
import { publishQuarter } from '#src/features/figures/mutations.ts';
import { cellOf, quarterOf } from '#src/features/figures/rules.ts';
import { newId } from '#src/lib/ids.ts';
import { anAct, on } from '#test/factories/contributions.ts';
import { aGrownNetwork, aNetwork, type NetworkMember } from '#test/factories/figures.ts';
import { freshDatabase } from '#test/support/database.ts';

const SUMMER = quarterOf(on('2026-07-01'));
let database: Database;
beforeEach(async () => {
	database = await freshDatabase();
});

const many = (count: number, member: NetworkMember): NetworkMember[] => Array.from({ length: count }, () => member);
const publish = () => database.write((tx) => publishQuarter(tx, anAct({ on: '2026-10-31' }), SUMMER));

describe('the facts of a quarter', () => {
	test('are the members of its last day, by Montréal’s calendar', async () => {
		await aNetwork(database, [
			{ kind: 'nonprofit', fromOn: '2026-09-30' },
			{ kind: 'union', fromOn: '2026-10-01' },
			{ kind: 'cooperative', fromOn: '2026-01-10', toOn: '2026-09-30' },
			{ kind: 'collective', fromOn: '2026-01-10', toOn: '2026-10-01' },
			{ kind: 'individual', fromOn: '2026-01-10' },
		]);
		const facts = await readFacts(database.read, SUMMER);
		expect(facts.groups.map((group) => group.kind).sort()).toEqual(['collective', 'nonprofit']);
		expect(facts.individuals).toBe(1);
		expect(facts.bands.map((band) => band.id)).toEqual(['under_25k', 'under_100k', 'under_500k', 'over_500k']);
	});

	test('say of each group how it contributes and what runs', async () => {
		await aNetwork(database, [
			{ kind: 'nonprofit', services: ['courriel', 'listes', 'soutien'] },
			{ kind: 'nonprofit', contribution: 'solidarity', services: ['courriel'] },
			{ kind: 'nonprofit', contribution: 'none' },
		]);
		const { groups } = await readFacts(database.read, SUMMER);
		expect(groups.map((group) => group.contribution)).toEqual(['chosen', 'solidarity', 'not_started']);
		expect(groups.map((group) => group.services)).toEqual([['email', 'list'], ['email'], []]);
	});

	test('hold what was received in it and not undone, one sum a member', async () => {
		const [first] = await aNetwork(database, [
			{
				kind: 'nonprofit',
				payments: [
					['2026-06-30', 1_000],
					['2026-07-01', 2_000],
					['2026-09-30', 3_000],
					['2026-10-01', 4_000],
				],
			},
			{ kind: 'union', payments: [['2026-08-01', 5_000]] },
		]);
		expect((await readFacts(database.read, SUMMER)).receivedCents.toSorted((a, b) => a - b)).toEqual([5_000, 5_000]);
		await database.write(async (tx) => {
			const [undone] = await tx.all<[string]>(sql`select id from payment where received_on = '2026-07-01'`);
			const id = newId<'reversal'>();
			const row = { id, reversesKind: 'payment', reversesId: undone?.[0] ?? '', organisationId: first ?? '' } as const;
			await tx.insert(reversal).values({ ...row, reason: 'Mauvais groupe', createdAt: 0 });
		});
		expect((await readFacts(database.read, SUMMER)).receivedCents.toSorted((a, b) => a - b)).toEqual([3_000, 5_000]);
	});

	test('hold the hours until a worker’s first answer, by the day of the answer', async () => {
		await aNetwork(database, [
			{
				kind: 'nonprofit',
				answered: [
					['2026-06-30', 24],
					['2026-08-01', 5],
				],
			},
			{ kind: 'union', answered: [['2026-09-30', 48]] },
		]);
		expect((await readFacts(database.read, SUMMER)).answerHours).toEqual([[24, 5]]);
	});
});

describe('publishing', () => {
	test('says « under five » of four groups, and gives a total from the fifth on', async () => {
		await aNetwork(database, many(4, { kind: 'nonprofit', services: ['courriel'] }));
		await publish();
		const [four] = await listQuarters(database.read);
		expect(four && cellOf(four, 'groups')).toEqual({ id: 'total', status: 'under_five', value: null });
		expect(four?.figures.flatMap((figure) => figure.cells).every((cell) => cell.value === null)).toBe(true);

		database = await freshDatabase();
		await aNetwork(database, many(5, { kind: 'nonprofit', services: ['courriel'] }));
		await publish();
		const [five] = await listQuarters(database.read);
		expect(five && cellOf(five, 'groups')).toEqual({ id: 'total', status: 'rounded', value: 5 });
		expect(five && cellOf(five, 'groups_by_kind', 'nonprofit')).toEqual({ id: 'nonprofit', status: 'withheld', value: null });
	});

	test('is done once a quarter and for good, whatever is entered later', async () => {
		await aNetwork(database, aGrownNetwork());
		expect(await publish()).toBe(true);
		const before = await listQuarters(database.read);
		await aNetwork(database, many(30, { kind: 'union', fromOn: '2026-07-02', payments: [['2026-08-01', 90_000]] }));
		expect(await publish()).toBe(false);
		expect(await listQuarters(database.read)).toEqual(before);
		await expect(database.write((tx) => tx.update(figureSnapshot).set({ figures: '{}' }))).rejects.toThrow();
		await expect(database.write((tx) => tx.delete(figureSnapshot))).rejects.toThrow();
	});

	test('leaves a line in the audit trail that tells of no number', async () => {
		await aNetwork(database, aGrownNetwork());
		await publish();
		const rows = await database.read.select().from(auditEvent);
		expect(rows.filter((row) => row.action === 'figures.publish').map((row) => [row.subjectId, row.delta])).toEqual([['2026-Q3', '{}']]);
	});

	test('by the job begins with the first member and repeats nothing', async () => {
		expect(await publishDue()).toBe(0);
		await aNetwork(database, aGrownNetwork());
		const first = await publishDue();
		expect(first).toBeGreaterThan(0);
		expect(await publishDue()).toBe(0);
		const quarters = await listQuarters(database.read);
		expect(quarters).toHaveLength(first);
		expect(quarters[0]?.quarter).toBe('2026-Q1');
	});

	test('keeps the secret of the rounding from one quarter to the next, and out of what is published', async () => {
		await aNetwork(database, aGrownNetwork());
		await database.write((tx) => publishQuarter(tx, anAct(), quarterOf(on('2026-01-01'))));
		await publish();
		const rows = await database.read.select().from(figureSnapshot);
		const keys = new Set(rows.map((row) => row.roundingKey));
		expect(keys.size).toBe(1);
		for (const key of keys) expect(await exportJson(database.read, '')).not.toContain(key);
	});
});

describe('the downloads', () => {
	test('hold the same cells, in both formats', async () => {
		await aNetwork(database, aGrownNetwork());
		await publish();
		const csv = await exportCsv(database.read, 'fr');
		expect(csv.startsWith('\ufeffquarter,from,until,figure,cell,label,unit,status,value\r\n')).toBe(true);
		const { quarters } = JSON.parse(await exportJson(database.read, 'https://example.org/')) as {
			quarters: Awaited<ReturnType<typeof listQuarters>>;
		};
		expect(quarters).toEqual(await listQuarters(database.read));
		expect(csv.trimEnd().split('\r\n')).toHaveLength(1 + (quarters[0]?.figures.flatMap((figure) => figure.cells).length ?? 0));
		expect(csv).toContain(',groups_by_service,email,Courriel,members,rounded,');
	});

	test('are headings alone before there is a quarter', async () => {
		expect(await exportCsv(database.read, 'en')).toBe('\ufeffquarter,from,until,figure,cell,label,unit,status,value\r\n');
		expect(JSON.parse(await exportJson(database.read, ''))).toMatchObject({ quarters: [] });
	});
});
