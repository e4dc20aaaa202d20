import { asc, sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Database, write } from '#db/client.ts';
import { auditEvent } from '#db/schema/audit.ts';
import { recordAudit, verifyAudit } from '#src/features/audit/index.ts';
import type { Act } from '#src/lib/act.ts';
import { freshDatabase } from '#test/support/database.ts';

const acts: readonly Act[] = [
	{ actor: { kind: 'person', personId: 'person-1' }, at: 1_000, requestId: 'request-1' },
	{ actor: { kind: 'applicant', applicationId: 'application-1' }, at: 2_000, requestId: 'request-2' },
	{ actor: { kind: 'operator' }, at: 3_000, requestId: null },
	{ actor: { kind: 'system' }, at: 4_000, requestId: null },
];

let database: Database;
const rows = () => database.read.select().from(auditEvent).orderBy(asc(auditEvent.seq));

beforeEach(async () => {
	database = await freshDatabase();
	for (const [at, act] of acts.entries()) {
		await write((tx) =>
			recordAudit(tx, act, {
				action: `test.step_${at + 1}`,
				subject: { kind: 'charge', id: `charge-${at}` },
				organisationId: at % 2 ? `group-${at}` : null,
				delta: { from: 'new', to: 'open', amount: 1_200, urgent: true, note: null },
			}),
		);
	}
});

/** What someone with the database file in their hands can do. */
const tamper = (statement: string) =>
	database.write(async (tx) => {
		for (const name of ['audit_event_no_update', 'audit_event_no_delete', 'audit_event_in_sequence']) {
			await tx.run(sql.raw(`drop trigger if exists ${name}`));
		}
		await tx.run(sql.raw(statement));
	});

describe('the trail', () => {
	it('tells who, when, what and for whom, in order', async () => {
		const [first, second, third, fourth] = await rows();
		expect(first).toMatchObject({
			seq: 1,
			at: 1_000,
			actorKind: 'person',
			actorId: 'person-1',
			action: 'test.step_1',
			subjectKind: 'charge',
			subjectId: 'charge-0',
			organisationId: null,
			requestId: 'request-1',
			prevHash: '',
		});
		expect(JSON.parse(first?.delta ?? '')).toEqual({ from: 'new', to: 'open', amount: 1_200, urgent: true, note: null });
		expect(second).toMatchObject({
			seq: 2,
			actorKind: 'applicant',
			actorId: 'application-1',
			organisationId: 'group-1',
			prevHash: first?.hash,
		});
		expect([third, fourth].map((row) => [row?.actorKind, row?.actorId])).toEqual([
			['operator', null],
			['system', null],
		]);
	});

	it('holds, with its length and its head', async () => {
		expect(await verifyAudit(database.read)).toEqual({ ok: true, entries: 4, head: (await rows()).at(-1)?.hash });
	});

	it('holds when it is empty', async () => {
		const empty = await freshDatabase();
		expect(await verifyAudit(empty.read)).toEqual({ ok: true, entries: 0, head: '' });
	});

	it('keeps its order under many writes at once', async () => {
		const [act] = acts;
		if (!act) throw new Error('no act');
		await Promise.all(
			Array.from({ length: 50 }, () => write((tx) => recordAudit(tx, act, { action: 'test.many', subject: { kind: 'x', id: 'y' } }))),
		);
		expect(await verifyAudit(database.read)).toMatchObject({ ok: true, entries: 54 });
	});

	it('has nothing of a change that was undone', async () => {
		const [act] = acts;
		if (!act) throw new Error('no act');
		await expect(
			write(async (tx) => {
				await recordAudit(tx, act, { action: 'test.undone', subject: { kind: 'x', id: 'y' } });
				throw new Error('undone');
			}),
		).rejects.toThrow('undone');
		expect(await verifyAudit(database.read)).toMatchObject({ ok: true, entries: 4 });
	});

	it('is longer than one page of the walk', async () => {
		const [act] = acts;
		if (!act) throw new Error('no act');
		await write(async (tx) => {
			for (let count = 0; count < 2_100; count += 1)
				await recordAudit(tx, act, { action: 'test.page', subject: { kind: 'x', id: String(count) } });
		});
		expect(await verifyAudit(database.read)).toMatchObject({ ok: true, entries: 2_104 });
		await tamper(`update audit_event set subject_id = 'z' where seq = 2050`);
		expect(await verifyAudit(database.read)).toEqual({ ok: false, entries: 2_049, seq: 2_050, reason: 'content' });
	});
});

describe('tampering', () => {
	const COLUMNS: Record<string, string> = {
		id: "'another'",
		at: 'at + 1',
		actor_kind: "'board'",
		actor_id: "coalesce(actor_id, '') || 'x'",
		acting_for_id: "''",
		action: "'test.other'",
		subject_kind: "'payment'",
		subject_id: "'other'",
		organisation_id: "coalesce(organisation_id, '') || 'x'",
		request_id: "coalesce(request_id, '')  || 'x'",
		delta: "'{}'",
	};

	it('is looked for in every column there is', async () => {
		const columns = await database.read.all<[string]>(sql`select name from pragma_table_info('audit_event')`);
		expect(columns.map(([name]) => name).toSorted()).toEqual([...Object.keys(COLUMNS), 'seq', 'prev_hash', 'hash'].toSorted());
	});

	for (const [column, value] of Object.entries(COLUMNS)) {
		it.each([1, 2, 3, 4])(`with ${column} of row %i is found at that row`, async (seq) => {
			await tamper(`update audit_event set ${column} = ${value} where seq = ${seq}`);
			expect(await verifyAudit(database.read)).toEqual({ ok: false, entries: seq - 1, seq, reason: 'content' });
		});
	}

	it.each([1, 2, 3, 4])('with a hash of row %i is found at that row', async (seq) => {
		await tamper(`update audit_event set hash = 'x' where seq = ${seq}`);
		expect(await verifyAudit(database.read)).toMatchObject({ ok: false, seq, reason: 'content' });
	});

	it.each([1, 2, 3, 4])('with the link of row %i to the one before is found at that row', async (seq) => {
		await tamper(`update audit_event set prev_hash = 'x' where seq = ${seq}`);
		expect(await verifyAudit(database.read)).toMatchObject({ ok: false, seq, reason: 'link' });
	});

	it.each([1, 2, 3])('by taking row %i away leaves a gap there', async (seq) => {
		await tamper(`delete from audit_event where seq = ${seq}`);
		expect(await verifyAudit(database.read)).toEqual({ ok: false, entries: seq - 1, seq, reason: 'gap' });
	});

	it('by moving a row is a gap where it was', async () => {
		await tamper('update audit_event set seq = 9 where seq = 2');
		expect(await verifyAudit(database.read)).toMatchObject({ seq: 2, reason: 'gap' });
	});
});
