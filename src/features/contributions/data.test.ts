import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '#db/client.ts';
import { pledge } from '#db/schema/contributions.ts';
import { type Grant, grantIn } from '#src/features/access/index.ts';
import {
	countLate,
	exportLedger,
	findAccountHolder,
	findPayment,
	findScaleOn,
	HISTORY_PAGE,
	listAccounts,
	listCharges,
	listPayments,
	summaryForGroup,
	verifyLedger,
} from '#src/features/contributions/data.ts';
import { adoptScale, chargeDuePledges, recordPayment, reversePayment, startContribution } from '#src/features/contributions/mutations.ts';
import { aFinanceGrant, anAccountHolder, anAct, aPayment, aPledge, aScale, on, withoutGuards } from '#test/factories/contributions.ts';
import { freshDatabase } from '#test/support/database.ts';

let db: Database;
let grant: Grant<'payments.record'>;
let group: string;

beforeEach(async () => {
	db = await freshDatabase();
	[grant, group] = await db.write(async (tx) => [
		await aFinanceGrant(tx),
		await anAccountHolder(tx, { slug: 'cafe-de-quartier', usualName: '=Café, « de quartier »' }),
	]);
});

const start = (organisationId: string, over: object = {}, day = '2026-03-10') =>
	db.write(async (tx) => {
		await aPledge(tx, { organisationId, ...over });
		await startContribution(tx, anAct({ on: day }), organisationId, on(day));
	});
const charge = (day: string) => db.write((tx) => chargeDuePledges(tx, anAct({ on: day }), on(day)));
const pay = async (organisationId: string, over: object = {}) => {
	const outcome = await db.write((tx) => recordPayment(tx, anAct({ on: '2026-03-15' }), grant, aPayment({ organisationId, ...over })));
	if (!outcome.ok) throw new Error(outcome.reason);
	return outcome.paymentId;
};
const finance = () => ({ grant, organisationId: group });

test('the scale of a day is the last one in force by then', async () => {
	await db.write(async (tx) => {
		await adoptScale(tx, anAct(), aScale());
		await adoptScale(tx, anAct(), aScale({ id: 'scale-2027', effectiveFrom: '2027-04-01', resolution: 'AG-2027-03', example: false }));
	});
	expect(await findScaleOn(db.read, on('2025-12-31'))).toBeNull();
	expect((await findScaleOn(db.read, on('2027-03-31')))?.id).toBe('scale-2026');
	expect(await findScaleOn(db.read, on('2027-04-01'))).toMatchObject({
		id: 'scale-2027',
		resolution: 'AG-2027-03',
		example: false,
		bands: aScale().bands,
	});
});

test('a group sees what it gives and how its account stands', async () => {
	const access = {
		personId: 'p',
		coopRoles: [],
		groups: [{ id: group, slug: 'cafe', usualName: 'Café', standing: 'member' as const, roles: ['treasurer' as const] }],
	};
	const own = grantIn(access, 'cafe', 'contributions.read');
	expect(await summaryForGroup(db.read, own)).toEqual({ pledge: null, dueCents: 0, creditCents: 0, nextDueOn: null });
	await start(group);
	await pay(group, { amountCents: 1_000 });
	expect(await summaryForGroup(db.read, own)).toEqual({
		pledge: {
			choice: 'amount',
			yearlyCents: 24_000,
			frequency: 'quarterly',
			startedOn: '2026-03-10',
			bandLabel: { fr: 'Petit groupe', en: 'Small group' },
			scaleExample: true,
		},
		dueCents: 5_000,
		creditCents: 0,
		nextDueOn: '2026-04-09',
	});
});

test('the history tells what paid what, and what a correction undid', async () => {
	await start(group);
	const first = await pay(group, { amountCents: 1_000 });
	await pay(group, { amountCents: 2_000, method: 'interac' });
	await db.write((tx) =>
		reversePayment(tx, anAct({ on: '2026-03-16' }), grant, { organisationId: group, id: first, reason: 'chèque sans provision' }),
	);
	const { items } = await listCharges(db.read, finance(), on('2026-04-10'));
	expect(items).toMatchObject([
		{
			number: 'C-2026-0001',
			amountCents: 6_000,
			paidCents: 2_000,
			settlement: 'partly_paid',
			late: true,
			allocations: [{ amountCents: 2_000, method: 'interac', receivedOn: '2026-03-09' }],
		},
	]);
	expect(await findPayment(db.read, finance(), first)).toMatchObject({
		reversalReason: 'chèque sans provision',
		allocations: [],
		creditCents: 0,
	});
	const other = await db.write((tx) => anAccountHolder(tx));
	expect(await findPayment(db.read, { grant, organisationId: other }, first)).toBeNull();
	expect((await listCharges(db.read, { grant, organisationId: other }, on('2026-04-10'))).items).toEqual([]);
});

test('history pages follow one another, each row once', async () => {
	await start(group, { frequency: 'monthly' }, '2020-01-31');
	await charge('2025-06-01');
	for (let at = 0; at < HISTORY_PAGE + 3; at += 1) await pay(group, { amountCents: 100 + at });
	const seen: string[] = [];
	let before: string | null = null;
	do {
		const page = await listCharges(db.read, finance(), on('2025-06-01'), before);
		seen.push(...page.items.map((one) => one.periodFrom));
		before = page.next;
	} while (before !== null);
	expect(seen).toHaveLength(65);
	expect(seen).toEqual([...new Set(seen)].sort().reverse());
	const payments = await listPayments(db.read, finance());
	const rest = await listPayments(db.read, finance(), payments.next);
	expect(new Set([...payments.items, ...rest.items].map((one) => one.id)).size).toBe(HISTORY_PAGE + 3);
	expect(rest.next).toBeNull();
	// A cursor that is not one of this account's rows shows the beginning.
	expect((await listPayments(db.read, finance(), 'nonsense')).items[0]?.id).toBe(payments.items[0]?.id);
});

test('finance sees who owes, who is late and who has a credit', async () => {
	const [late, paid, solidarity] = await db.write(async (tx) => [
		await anAccountHolder(tx, { slug: 'a-en-retard' }),
		await anAccountHolder(tx, { slug: 'b-en-avance' }),
		await anAccountHolder(tx, { slug: 'c-solidaire' }),
	]);
	await start(late);
	await start(paid);
	await start(solidarity, { choice: 'unable' });
	await start(group, {}, '2026-04-05');
	await pay(late, { amountCents: 500 });
	await pay(paid, { amountCents: 9_000 });
	const on2 = on('2026-04-20');
	const slugs = async (filter: 'all' | 'late' | 'due' | 'credit') =>
		(await listAccounts(db.read, grant, on2, { filter })).items.map((one) => one.slug);
	expect(await slugs('all')).toEqual(['a-en-retard', 'b-en-avance', 'c-solidaire', 'cafe-de-quartier']);
	expect(await slugs('late')).toEqual(['a-en-retard']);
	expect(await slugs('due')).toEqual(['a-en-retard', 'cafe-de-quartier']);
	expect(await slugs('credit')).toEqual(['b-en-avance']);
	const { items } = await listAccounts(db.read, grant, on2);
	expect(items[0]).toMatchObject({
		dueCents: 5_500,
		lateCents: 5_500,
		lateSince: '2026-04-09',
		creditCents: 0,
		yearlyCents: 24_000,
		started: true,
	});
	expect(items[1]).toMatchObject({ dueCents: 0, lateCents: 0, lateSince: null, creditCents: 3_000 });
	expect(items[2]).toMatchObject({ yearlyCents: 0, dueCents: 0 });
	expect((await listAccounts(db.read, grant, on2, { after: 'b-en-avance' })).items.map((one) => one.slug)).toEqual([
		'c-solidaire',
		'cafe-de-quartier',
	]);
	expect(await countLate(db.read, grant, on2)).toBe(1);
	expect(await countLate(db.read, grant, on('2026-04-09'))).toBe(0);
	expect(await findAccountHolder(db.read, grant, 'nobody')).toBeNull();
});

describe('the books', () => {
	const fill = async () => {
		await start(group);
		const first = await pay(group, { amountCents: 1_000 });
		await pay(group, { amountCents: 2_000 });
		await db.write((tx) => reversePayment(tx, anAct({ on: '2027-01-02' }), grant, { organisationId: group, id: first, reason: 'x' }));
	};
	const textOf = async (options: Parameters<typeof exportLedger>[1]) => {
		let text = '';
		for await (const piece of exportLedger(db.read, options)) text += piece;
		return text;
	};

	test('verify, empty or not', async () => {
		expect(await verifyLedger(db.read)).toEqual({ ok: true, entries: 0, head: '' });
		await fill();
		expect(await verifyLedger(db.read)).toMatchObject({ ok: true, entries: 7 });
	});

	test.each([
		['ledger_entry', 'update ledger_entry set amount_cents = amount_cents + 1 where seq = 2', { seq: 2, reason: 'content' }],
		['ledger_entry', "update ledger_entry set on_date = '2020-01-01' where seq = 4", { seq: 4, reason: 'content' }],
		['ledger_entry', 'delete from ledger_entry where seq = 3', { seq: 3, reason: 'gap' }],
		['ledger_entry', 'delete from ledger_entry where seq = 7', { seq: null, reason: 'missing', source: { kind: 'reversal_payment' } }],
		[
			'payment',
			'update payment set amount_cents = 1001 where amount_cents = 1000',
			{ seq: 2, reason: 'source', source: { kind: 'payment' } },
		],
		['payment', "update payment set received_on = '2026-03-01' where amount_cents = 2000", { seq: 4, reason: 'source' }],
		['charge', 'update charge set amount_cents = 1', { seq: 1, reason: 'source', source: { kind: 'charge' } }],
		[
			'charge',
			"update charge set snapshot = replace(snapshot, '24000', '20000')",
			{ seq: 1, reason: 'snapshot', source: { kind: 'charge' } },
		],
		['charge', "update charge set snapshot = '{'", { seq: 1, reason: 'snapshot' }],
		[
			'allocation',
			'update allocation set amount_cents = 999 where amount_cents = 1000',
			{ seq: 3, reason: 'source', source: { kind: 'allocation' } },
		],
		['reversal', "update reversal set reverses_kind = 'charge' where reverses_kind = 'payment'", { seq: 7, reason: 'source' }],
	])('a row of %s changed behind their back is named (%s)', async (table, statement, found) => {
		await fill();
		await db.write(async (tx) => {
			await withoutGuards(tx, table);
			await tx.run(sql.raw(statement));
		});
		expect(await verifyLedger(db.read)).toMatchObject({ ok: false, ...found });
	});

	test('a row of money inserted without its entry is named', async () => {
		await fill();
		const [row] = await db.read.select().from(pledge);
		await db.write((tx) =>
			tx.run(
				sql`insert into payment (id, submission_key, organisation_id, received_on, amount_cents, method, reference, recorded_by, created_at)
					values ('z', 'z', ${row?.organisationId}, '2026-03-10', 5, 'cash', '', ${grant.personId}, 1)`,
			),
		);
		expect(await verifyLedger(db.read)).toMatchObject({ ok: false, seq: null, reason: 'missing', source: { kind: 'payment', id: 'z' } });
	});

	test('leave as CSV that a spreadsheet does not run', async () => {
		await fill();
		const rows = (await textOf({ format: 'csv' })).split('\r\n');
		expect(rows).toHaveLength(9);
		expect(rows[1]).toContain('1,2026-03-10,receivable,income:contribution,60.00,CAD,cafe-de-quartier,"\'=Café, « de quartier »",charge,');
	});

	test('leave one year at a time', async () => {
		await fill();
		const of2027 = (await textOf({ format: 'csv', year: 2027 })).split('\r\n').slice(1, -1);
		expect(of2027.map((row) => row.split(',')[1])).toEqual(['2027-01-02', '2027-01-02']);
		expect((await textOf({ format: 'csv', year: 2025 })).split('\r\n')).toHaveLength(2);
	});

	test('leave as a journal whose transactions balance', async () => {
		await fill();
		const text = await textOf({ format: 'journal' });
		const amounts = [...text.matchAll(/ {2}(-?\d+\.\d\d) CAD$/gm)].map((match) => Number(match[1]));
		expect(amounts).toHaveLength(14);
		expect(amounts.reduce((all, one) => all + one, 0)).toBe(0);
		expect(text).not.toContain('Café');
	});
});
