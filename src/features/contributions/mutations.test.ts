import { eq, sql } from 'drizzle-orm';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { constraintOf, type Database } from '#db/client.ts';
import { roleAssignment } from '#db/schema/access.ts';
import { account, accountEmail, person } from '#db/schema/accounts.ts';
import { allocation, charge, duesScale, ledgerEntry, payment, pledge, reversal } from '#db/schema/contributions.ts';
import { outboxMessage } from '#db/schema/outbox.ts';
import type { Grant } from '#src/features/access/index.ts';
import { verifyAudit } from '#src/features/audit/index.ts';
import { balanceOf, verifyLedger } from '#src/features/contributions/data.ts';
import {
	adoptScale,
	chargeDuePledges,
	createPledge,
	recordOpening,
	recordPayment,
	reverseCharge,
	reversePayment,
	startContribution,
} from '#src/features/contributions/mutations.ts';
import { formatDate } from '#src/i18n/format.ts';
import { addDays, addMonths, type CivilDate } from '#src/lib/clock.ts';
import { newId, newIdempotencyKey } from '#src/lib/ids.ts';
import { aFinanceGrant, anAccountHolder, anAct, aPayment, aPledge, aScale, noonOf, on } from '#test/factories/contributions.ts';
import { freshDatabase } from '#test/support/database.ts';

let db: Database;
let grant: Grant<'payments.record'>;
let group: string;

beforeEach(async () => {
	db = await freshDatabase();
	[grant, group] = await db.write(async (tx) => [await aFinanceGrant(tx), await anAccountHolder(tx)]);
});

/** A person with a role in the group and an address to write to. */
async function aPersonInGroup(role: 'administrator' | 'treasurer' | 'member', locale: 'fr' | 'en' = 'fr'): Promise<string> {
	const personId = newId<'person'>();
	const accountId = newId<'account'>();
	const createdAt = noonOf('2026-01-05');
	await db.write(async (tx) => {
		await tx.insert(person).values({ id: personId, fullName: `Personne ${role}`, locale, createdAt });
		await tx.insert(account).values({ id: accountId, personId, status: 'active', createdAt });
		const address = `${role}-${personId.slice(-6)}@exemple.org`;
		await tx
			.insert(accountEmail)
			.values({ id: newId<'account_email'>(), accountId, address, normalized: address, primary: true, verifiedAt: createdAt, createdAt });
		await tx.insert(roleAssignment).values({
			id: newId<'role_assignment'>(),
			personId,
			scopeKind: 'organisation',
			scopeId: group,
			role,
			fromOn: '2026-01-05',
			grantedBy: 'operator',
			createdAt,
		});
	});
	return personId;
}

const messages = () =>
	db.read
		.select({ template: outboxMessage.template, to: outboxMessage.toName, subject: outboxMessage.subject, content: outboxMessage.content })
		.from(outboxMessage)
		.orderBy(outboxMessage.createdAt, outboxMessage.toName);

async function started(over: Parameters<typeof aPledge>[1] | object = {}, day = '2026-03-10'): Promise<string> {
	return db.write(async (tx) => {
		const pledgeId = await aPledge(tx, { organisationId: group, ...over });
		const outcome = await startContribution(tx, anAct({ on: day }), group, on(day));
		expect(outcome).toMatchObject({ ok: true, started: true });
		return pledgeId;
	});
}

const charges = () => db.read.select().from(charge).orderBy(charge.periodFrom);

describe('the scale', () => {
	test('is adopted once; the same file again changes nothing', async () => {
		const adopt = () => db.write((tx) => adoptScale(tx, anAct(), aScale()));
		expect(await adopt()).toEqual({ ok: true, adopted: true });
		expect(await adopt()).toEqual({ ok: true, adopted: false });
		expect(await db.read.select().from(duesScale)).toHaveLength(1);
	});

	test('can’t be edited under the same id once adopted', async () => {
		await db.write((tx) => adoptScale(tx, anAct(), aScale()));
		const edited = aScale({ bands: aScale().bands.map((band) => ({ ...band, suggestedCents: band.suggestedCents + 1 })) });
		expect(await db.write((tx) => adoptScale(tx, anAct(), edited))).toEqual({ ok: false, reason: 'adopted_scale_changed' });
	});

	test('is superseded by a new id that comes into force later, and by no other', async () => {
		await db.write((tx) => adoptScale(tx, anAct(), aScale()));
		const next = (effectiveFrom: string) => db.write((tx) => adoptScale(tx, anAct(), aScale({ id: 'scale-2027', effectiveFrom })));
		expect(await next('2026-01-01')).toEqual({ ok: false, reason: 'scale_not_later' });
		expect(await next('2027-01-01')).toEqual({ ok: true, adopted: true });
	});
});

describe('a chosen contribution', () => {
	test('is one at a time, on a band of the scale', async () => {
		await db.write((tx) => aPledge(tx, { organisationId: group }));
		const choose = (over: object) =>
			db.write((tx) =>
				createPledge(tx, anAct(), {
					organisationId: group,
					scaleId: 'scale-2026',
					bandId: 'small',
					choice: 'amount',
					yearlyCents: 12_000,
					frequency: 'yearly',
					...over,
				}),
			);
		expect(await choose({})).toEqual({ ok: false, reason: 'already_pledged' });
		expect(await choose({ bandId: 'none' })).toEqual({ ok: false, reason: 'unknown_band' });
		expect(await choose({ scaleId: 'none' })).toEqual({ ok: false, reason: 'unknown_band' });
		expect(await choose({ yearlyCents: 99 })).toEqual({ ok: false, reason: 'amount_too_small' });
		expect(await choose({ yearlyCents: -1 })).toEqual({ ok: false, reason: 'amount_too_small' });
	});

	test('asks for nothing before the first service runs', async () => {
		await db.write((tx) => aPledge(tx, { organisationId: group }));
		expect(await db.write((tx) => chargeDuePledges(tx, anAct({ on: '2030-01-01' }), on('2030-01-01')))).toBe(0);
		expect(await charges()).toEqual([]);
	});

	test('asks for its first part the day the first service runs, due thirty days later', async () => {
		const pledgeId = await started();
		expect(await charges()).toMatchObject([
			{ number: 'C-2026-0001', pledgeId, periodFrom: '2026-03-10', periodTo: '2026-06-10', amountCents: 6_000, dueOn: '2026-04-09' },
		]);
		expect(await db.read.select({ startedOn: pledge.startedOn, status: pledge.status }).from(pledge)).toEqual([
			{ startedOn: '2026-03-10', status: 'active' },
		]);
	});

	test('announced after its first day is due thirty days after the announcement, and numbered in its year', async () => {
		await db.write(async (tx) => {
			await aPledge(tx, { organisationId: group });
			await startContribution(tx, anAct({ on: '2027-02-01' }), group, on('2026-12-01'));
		});
		expect(await charges()).toMatchObject([
			{ number: 'C-2027-0001', periodFrom: '2026-12-01', periodTo: '2027-03-01', dueOn: '2027-03-03' },
		]);
		expect(await verifyLedger(db.read)).toMatchObject({ ok: true });
	});

	test('starts once, whatever number of services run afterwards', async () => {
		await started();
		const again = await db.write((tx) => startContribution(tx, anAct({ on: '2026-05-01' }), group, on('2026-05-01')));
		expect(again).toEqual({ ok: true, started: false, chargeId: null });
		expect(await charges()).toHaveLength(1);
	});

	test('says so when the group has none', async () => {
		expect(await db.write((tx) => startContribution(tx, anAct(), group, on('2026-03-10')))).toEqual({ ok: false, reason: 'no_pledge' });
	});

	test('in solidarity starts too, asks for nothing and sends no message', async () => {
		await aPersonInGroup('administrator');
		await started({ choice: 'unable', yearlyCents: 24_000 });
		expect(await db.write((tx) => chargeDuePledges(tx, anAct({ on: '2028-01-01' }), on('2028-01-01')))).toBe(0);
		expect(await charges()).toEqual([]);
		expect(await messages()).toEqual([]);
		expect(await db.read.select({ startedOn: pledge.startedOn, yearlyCents: pledge.yearlyCents }).from(pledge)).toEqual([
			{ startedOn: '2026-03-10', yearlyCents: 0 },
		]);
	});

	test('asks for each following part when its period begins, once', async () => {
		await started({ frequency: 'monthly', yearlyCents: 10_000 }, '2026-01-31');
		const run = (day: string) => db.write((tx) => chargeDuePledges(tx, anAct({ on: day }), on(day)));
		expect(await run('2026-02-27')).toBe(0);
		expect(await run('2026-02-28')).toBe(1);
		expect(await run('2026-02-28')).toBe(0);
		// The worker was off until the end of the first year.
		expect(await run('2027-01-30')).toBe(10);
		const made = await charges();
		expect(made.map((one) => one.amountCents).reduce((all, one) => all + one, 0)).toBe(10_000);
		expect(made.map((one) => one.number).sort()).toEqual(
			[
				...Array.from({ length: 2 }, (_, at) => `C-2026-000${at + 1}`),
				...Array.from({ length: 10 }, (_, at) => `C-2027-${String(at + 1).padStart(4, '0')}`),
			].sort(),
		);
		for (const [at, one] of made.entries()) expect(one.periodTo).toBe(made[at + 1]?.periodFrom ?? '2027-01-31');
	});

	test('of two workers that charge at once, one does', async () => {
		await started({ frequency: 'monthly' });
		const day = on('2026-09-01');
		const made = await Promise.all([1, 2, 3].map(() => db.write((tx) => chargeDuePledges(tx, anAct({ on: day }), day))));
		expect(made.sort()).toEqual([0, 0, 5]);
	});

	test('tells the treasury and the administrators the amount with its why, each once and in their language', async () => {
		const both = await aPersonInGroup('treasurer', 'en');
		await db.write((tx) =>
			tx.insert(roleAssignment).values({
				id: newId<'role_assignment'>(),
				personId: both,
				scopeKind: 'organisation',
				scopeId: group,
				role: 'administrator',
				fromOn: '2026-01-05',
				grantedBy: 'operator',
				createdAt: noonOf('2026-01-05'),
			}),
		);
		await aPersonInGroup('administrator');
		await aPersonInGroup('member');
		await started();
		const sent = await messages();
		expect(sent.map((one) => [one.to, one.subject])).toEqual([
			['Personne administrator', `Contribution C-2026-0001 à payer d’ici le ${formatDate('2026-04-09', 'fr')}`],
			['Personne treasurer', `Contribution C-2026-0001 to pay by ${formatDate('2026-04-09', 'en')}`],
		]);
		expect(sent[0]?.content).toContain('L’année se partage en 4 parts de 60,00\u00a0$.');
		expect(sent[0]?.content).toContain(formatDate('2026-04-09', 'fr'));
	});
});

describe('a payment', () => {
	test('pays what is due, oldest first, and the rest is a credit that pays what comes next', async () => {
		await started();
		await db.write((tx) => chargeDuePledges(tx, anAct({ on: '2026-06-10' }), on('2026-06-10')));
		await db.write((tx) => recordPayment(tx, anAct({ on: '2026-06-11' }), grant, aPayment({ organisationId: group, amountCents: 15_000 })));
		expect(await balanceOf(db.read, group)).toEqual({ dueCents: 0, creditCents: 3_000 });
		await db.write((tx) => chargeDuePledges(tx, anAct({ on: '2026-09-10' }), on('2026-09-10')));
		expect(await balanceOf(db.read, group)).toEqual({ dueCents: 3_000, creditCents: 0 });
		const parts = await db.read
			.select({ number: charge.number, amountCents: allocation.amountCents })
			.from(allocation)
			.innerJoin(charge, eq(charge.id, allocation.chargeId))
			.orderBy(charge.number);
		expect(parts).toEqual([
			{ number: 'C-2026-0001', amountCents: 6_000 },
			{ number: 'C-2026-0002', amountCents: 6_000 },
			{ number: 'C-2026-0003', amountCents: 3_000 },
		]);
		expect(await verifyLedger(db.read)).toMatchObject({ ok: true, entries: 7 });
	});

	test('may come before anything is due', async () => {
		await db.write((tx) => recordPayment(tx, anAct(), grant, aPayment({ organisationId: group })));
		expect(await balanceOf(db.read, group)).toEqual({ dueCents: 0, creditCents: 6_000 });
	});

	test('sent twice by the same form is recorded once, with the same answer', async () => {
		const input = aPayment({ organisationId: group });
		const send = () => db.write((tx) => recordPayment(tx, anAct(), grant, input));
		const [first, second] = await Promise.all([send(), send()]);
		expect(first).toMatchObject({ ok: true, repeated: false });
		expect(second).toEqual({ ...first, repeated: true });
		expect(await db.read.select().from(payment)).toHaveLength(1);
		expect(await db.read.select().from(ledgerEntry)).toHaveLength(1);
	});

	test('typed anew on a form already used is refused, never dropped as a repetition', async () => {
		const input = aPayment({ organisationId: group });
		await db.write((tx) => recordPayment(tx, anAct(), grant, input));
		const other = await db.write((tx) =>
			recordPayment(tx, anAct(), grant, { ...aPayment({ organisationId: group, amountCents: 7_000 }), submissionKey: input.submissionKey }),
		);
		expect(other).toEqual({ ok: false, reason: 'form_already_used' });
	});

	test('recorded by several people at once is never lost', async () => {
		await started();
		const key = newIdempotencyKey();
		const sent = [
			...Array.from({ length: 12 }, (_, at) => aPayment({ organisationId: group, amountCents: 1_000 + at })),
			...Array.from({ length: 3 }, () => aPayment({ organisationId: group, amountCents: 500, submissionKey: key })),
		];
		await Promise.all(sent.map((input) => db.write((tx) => recordPayment(tx, anAct(), grant, input))));
		const [total] = await db.read.select({ cents: sql<number>`sum(${payment.amountCents})` }).from(payment);
		expect(total?.cents).toBe(12 * 1_000 + 66 + 500);
		expect(await balanceOf(db.read, group)).toEqual({ dueCents: 0, creditCents: 12_566 - 6_000 });
		expect(await verifyLedger(db.read)).toMatchObject({ ok: true });
	});

	test('is told to the treasury; to the administrators when there is none; and is not called a tax receipt', async () => {
		await aPersonInGroup('administrator', 'en');
		await db.write((tx) => recordPayment(tx, anAct(), grant, aPayment({ organisationId: group })));
		expect((await messages()).map((one) => one.to)).toEqual(['Personne administrator']);
		await aPersonInGroup('treasurer');
		await db.write((tx) => recordPayment(tx, anAct({ on: '2026-03-11' }), grant, aPayment({ organisationId: group })));
		const sent = await messages();
		expect(sent.map((one) => one.to)).toEqual(['Personne administrator', 'Personne treasurer']);
		expect(sent.map((one) => one.subject)).toEqual(['Payment recorded. Thank you!', 'Paiement consigné. Merci!']);
		expect(sent[1]?.content).toContain('60,00\u00a0$');
		expect(sent.map((one) => one.content).join(' ')).not.toMatch(/impôt|tax|reçu officiel|receipt/i);
	});

	test('that fails half-way leaves nothing behind', async () => {
		await expect(
			db.write(async (tx) => {
				await recordPayment(tx, anAct(), grant, aPayment({ organisationId: group }));
				throw new Error('power cut');
			}),
		).rejects.toThrow('power cut');
		for (const table of [payment, ledgerEntry, outboxMessage]) expect(await db.read.select().from(table)).toEqual([]);
	});
});

describe('a correction', () => {
	const pay = async (amountCents: number) => {
		const outcome = await db.write((tx) => recordPayment(tx, anAct(), grant, aPayment({ organisationId: group, amountCents })));
		if (!outcome.ok) throw new Error(outcome.reason);
		return outcome.paymentId;
	};
	const undo = (id: string, reverse = reversePayment, organisationId = group) =>
		db.write((tx) => reverse(tx, anAct({ on: '2026-03-20' }), grant, { organisationId, id, reason: 'saisi deux fois' }));

	test('of a payment makes what it paid due again, with equal and opposite entries', async () => {
		await started();
		const id = await pay(4_000);
		expect(await undo(id)).toMatchObject({ ok: true });
		expect(await balanceOf(db.read, group)).toEqual({ dueCents: 6_000, creditCents: 0 });
		const entries = await db.read
			.select({
				kind: ledgerEntry.sourceKind,
				debit: ledgerEntry.debitAccount,
				credit: ledgerEntry.creditAccount,
				amount: ledgerEntry.amountCents,
			})
			.from(ledgerEntry)
			.orderBy(ledgerEntry.seq);
		expect(entries).toEqual([
			{ kind: 'charge', debit: 'receivable', credit: 'income:contribution', amount: 6_000 },
			{ kind: 'payment', debit: 'bank', credit: 'member_credit', amount: 4_000 },
			{ kind: 'allocation', debit: 'member_credit', credit: 'receivable', amount: 4_000 },
			{ kind: 'reversal_allocation', debit: 'receivable', credit: 'member_credit', amount: 4_000 },
			{ kind: 'reversal_payment', debit: 'member_credit', credit: 'bank', amount: 4_000 },
		]);
	});

	test('of a payment lets another credit take its place', async () => {
		await started();
		const id = await pay(6_000);
		await pay(5_000);
		await undo(id);
		expect(await balanceOf(db.read, group)).toEqual({ dueCents: 1_000, creditCents: 0 });
		expect(await verifyLedger(db.read)).toMatchObject({ ok: true });
	});

	test('of a charge gives the money that paid it back as a credit', async () => {
		await started();
		await pay(6_000);
		const [first] = await charges();
		expect(await undo(first?.id ?? '', reverseCharge)).toMatchObject({ ok: true });
		expect(await balanceOf(db.read, group)).toEqual({ dueCents: 0, creditCents: 6_000 });
		// A period that was undone is not asked for again.
		expect(await db.write((tx) => chargeDuePledges(tx, anAct({ on: '2026-06-09' }), on('2026-06-09')))).toBe(0);
	});

	test('is made once, even when two people make it at the same time', async () => {
		const id = await pay(6_000);
		const by = (personId: string) =>
			db.write((tx) =>
				reversePayment(tx, anAct({ actor: { kind: 'person', personId } }), grant, { organisationId: group, id, reason: 'saisi deux fois' }),
			);
		const outcomes = await Promise.all([by(newId<'person'>()), by(newId<'person'>())]);
		expect(outcomes.map((one) => (one.ok ? 'done' : one.reason)).sort()).toEqual(['already_reversed', 'done']);
		expect(await db.read.select().from(reversal)).toHaveLength(1);
	});

	test.each(['payment', 'charge'] as const)(
		'of a %s sent twice is made once, with the same answer; not with another reason',
		async (kind) => {
			await started();
			const paid = await pay(6_000);
			await aPersonInGroup('treasurer');
			const id = kind === 'payment' ? paid : ((await charges())[0]?.id ?? '');
			const reverse = kind === 'payment' ? reversePayment : reverseCharge;
			const [first, second] = await Promise.all([undo(id, reverse), undo(id, reverse)]);
			expect(first).toMatchObject({ ok: true });
			expect(second).toEqual(first);
			// Of the row itself, and of the part of the payment that paid the charge.
			expect(await db.read.select().from(reversal)).toHaveLength(2);
			expect((await messages()).filter((one) => one.template === 'contributions.correction')).toHaveLength(1);
			const other = await db.write((tx) => reverse(tx, anAct(), grant, { organisationId: group, id, reason: 'autre motif' }));
			expect(other).toEqual({ ok: false, reason: 'already_reversed' });
		},
	);

	test('can’t itself be corrected, nor one of another group’s rows', async () => {
		const id = await pay(6_000);
		const done = await undo(id);
		expect(await undo(done.ok ? done.reversalId : '')).toEqual({ ok: false, reason: 'not_found' });
		const other = await db.write((tx) => anAccountHolder(tx));
		expect(await undo(await pay(100), reversePayment, other)).toEqual({ ok: false, reason: 'not_found' });
	});

	test('tells the treasury, with the reason', async () => {
		await aPersonInGroup('treasurer');
		await undo(await pay(6_000));
		const sent = (await messages()).find((one) => one.template === 'contributions.correction');
		expect(sent?.content).toContain('saisi deux fois');
	});
});

type Step =
	| { do: 'wait'; days: number }
	| { do: 'pay'; group: number; cents: number; back: number }
	| { do: 'undo_payment' | 'undo_charge'; which: number };

const step: fc.Arbitrary<Step> = fc.oneof(
	{ weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), days: fc.integer({ min: 1, max: 200 }) }) },
	{
		weight: 4,
		arbitrary: fc.record({
			do: fc.constant('pay' as const),
			group: fc.nat(1),
			cents: fc.integer({ min: 1, max: 30_000 }),
			back: fc.integer({ min: 0, max: 40 }),
		}),
	},
	{ weight: 2, arbitrary: fc.record({ do: fc.constantFrom('undo_payment' as const, 'undo_charge' as const), which: fc.nat(20) }) },
);

interface Kept {
	id: string;
	group: string;
	cents: number;
	undone: boolean;
}

/** What the books must say, from the amounts alone: whoever owes has no credit, whoever has a credit owes nothing. */
function expected(group: string, charges: readonly Kept[], payments: readonly Kept[]) {
	const sum = (rows: readonly Kept[]) => rows.filter((row) => row.group === group && !row.undone).reduce((all, row) => all + row.cents, 0);
	const owed = sum(charges) - sum(payments);
	return { dueCents: Math.max(0, owed), creditCents: Math.max(0, -owed) };
}

test('after any history the books balance, agree with a plain sum, and verify', { timeout: 120_000 }, async () => {
	const chosen = fc.record({
		frequency: fc.constantFrom('yearly' as const, 'quarterly' as const, 'monthly' as const),
		yearlyCents: fc.integer({ min: 100, max: 100_000 }),
	});
	await fc.assert(
		fc.asyncProperty(fc.tuple(chosen, chosen), fc.array(step, { minLength: 1, maxLength: 14 }), async (choices, steps) => {
			let today: CivilDate = on('2026-01-31');
			const payments: Kept[] = [];
			const undone = new Set<string>();
			const groups = await db.write(async (tx) => {
				const ids: string[] = [];
				for (const one of choices) {
					const id = await anAccountHolder(tx);
					await aPledge(tx, { organisationId: id, ...one });
					await startContribution(tx, anAct({ on: today }), id, today);
					ids.push(id);
				}
				return ids;
			});
			const known = async (): Promise<Kept[]> =>
				(await db.read.select().from(charge))
					.filter((row) => groups.includes(row.organisationId))
					.map((row) => ({ id: row.id, group: row.organisationId, cents: row.amountCents, undone: undone.has(row.id) }));
			for (const [nth, one] of steps.entries()) {
				const act = anAct({ on: today });
				if (one.do === 'wait') {
					today = addDays(today, one.days);
					while ((await db.write((tx) => chargeDuePledges(tx, anAct({ on: today }), today))) > 0);
				} else if (one.do === 'pay') {
					const organisationId = groups[one.group] ?? '';
					const input = aPayment({ organisationId, amountCents: one.cents, receivedOn: addDays(today, -one.back) });
					const outcome = await db.write((tx) => recordPayment(tx, act, grant, input));
					if (outcome.ok) payments.push({ id: outcome.paymentId, group: organisationId, cents: one.cents, undone: false });
				} else {
					const rows = one.do === 'undo_payment' ? payments : await known();
					const row = rows[one.which % Math.max(1, rows.length)];
					if (!row) continue;
					const reverse = one.do === 'undo_payment' ? reversePayment : reverseCharge;
					const input = { organisationId: row.group, id: row.id, reason: `erreur ${nth}` };
					const outcome = await db.write((tx) => reverse(tx, act, grant, input));
					expect(outcome.ok).toBe(!row.undone);
					row.undone = true;
					undone.add(row.id);
				}
			}
			const asked = await known();
			for (const organisationId of groups) {
				expect(await balanceOf(db.read, organisationId)).toEqual(expected(organisationId, asked, payments));
			}
			// A year’s parts, undone or not, sum to the year.
			for (const [at, organisationId] of groups.entries()) {
				const firstYear = (await charges()).filter(
					(row) => row.organisationId === organisationId && row.periodFrom < addMonths(on('2026-01-31'), 12),
				);
				const whole = firstYear.some((row) => row.periodTo >= '2027-01-31');
				if (whole) expect(firstYear.reduce((all, row) => all + row.amountCents, 0)).toBe(choices[at]?.yearlyCents);
			}
			const [over] = await db.read.all<[number]>(sql`
				with live as (select * from ${allocation} a where not exists (select 1 from ${reversal} r where r.reverses_id = a.id))
				select count(*) from (
					select 1 from live join ${payment} p on p.id = live.payment_id group by p.id having sum(live.amount_cents) > p.amount_cents
					union all
					select 1 from live join ${charge} c on c.id = live.charge_id group by c.id having sum(live.amount_cents) > c.amount_cents
					union all
					select 1 from live join ${payment} p on p.id = live.payment_id join ${charge} c on c.id = live.charge_id
						where p.organisation_id <> c.organisation_id
							or exists (select 1 from ${reversal} r where r.reverses_id in (p.id, c.id)))`);
			expect(over?.[0]).toBe(0);
			const [totals] = await db.read.all<[number, number, number]>(sql`
				select sum(case when debit_account = 'bank' then amount_cents when credit_account = 'bank' then -amount_cents else 0 end),
					sum(case when debit_account like 'income:%' then -amount_cents when credit_account like 'income:%' then amount_cents else 0 end),
					sum(case when debit_account in ('receivable', 'member_credit') then amount_cents else 0 end)
						- sum(case when credit_account in ('receivable', 'member_credit') then amount_cents else 0 end)
				from ${ledgerEntry} where organisation_id in (${groups[0]}, ${groups[1]})`);
			const standing = (rows: readonly Kept[]) => rows.filter((row) => !row.undone).reduce((all, row) => all + row.cents, 0);
			expect(totals).toEqual([standing(payments), standing(asked), standing(asked) - standing(payments)]);
			expect(await verifyLedger(db.read)).toMatchObject({ ok: true });
			expect(await verifyAudit(db.read)).toMatchObject({ ok: true });
		}),
		{ numRuns: 20 },
	);
});

describe('the database itself', () => {
	test.each(['ledger_entry', 'charge', 'payment', 'allocation', 'reversal', 'dues_scale'])(
		'refuses to change or delete a row of %s',
		async (table) => {
			await started();
			const outcome = await db.write((tx) => recordPayment(tx, anAct(), grant, aPayment({ organisationId: group })));
			await db.write((tx) =>
				reversePayment(tx, anAct(), grant, { organisationId: group, id: outcome.ok ? outcome.paymentId : '', reason: 'x' }),
			);
			const before = await db.read.all(sql.raw(`select * from ${table}`));
			expect(before.length).toBeGreaterThan(0);
			for (const statement of [`update ${table} set created_at = 1`, `delete from ${table}`]) {
				const error = await db
					.write((tx) => tx.run(sql.raw(statement)))
					.then(
						() => null,
						(reason: unknown) => reason,
					);
				expect(constraintOf(error)).toBe('trigger');
			}
			expect(await db.read.all(sql.raw(`select * from ${table}`))).toEqual(before);
		},
	);

	test('refuses a second reversal of the same row, and one of a reversal', async () => {
		const outcome = await db.write((tx) => recordPayment(tx, anAct(), grant, aPayment({ organisationId: group })));
		const paymentId = outcome.ok ? outcome.paymentId : '';
		const done = await db.write((tx) => reversePayment(tx, anAct(), grant, { organisationId: group, id: paymentId, reason: 'x' }));
		const insert = (reversesId: string) =>
			db
				.write((tx) =>
					tx
						.insert(reversal)
						.values({ id: newId<'reversal'>(), reversesKind: 'payment', reversesId, organisationId: group, reason: 'x', createdAt: 1 }),
				)
				.then(
					() => null,
					(error: unknown) => constraintOf(error),
				);
		expect(await insert(paymentId)).toBe('unique');
		expect(await insert(done.ok ? done.reversalId : '')).toBe('trigger');
	});
});

describe('an opening balance', () => {
	const open = (signedCents: number, key = 'g1') =>
		db.write((tx) => recordOpening(tx, anAct(), { organisationId: group, signedCents, onDate: on('2026-01-05'), key }));

	test('that is a debt is paid and corrected like any other amount, and the books hold', async () => {
		const id = await open(-5_000);
		await db.write((tx) => recordPayment(tx, anAct(), grant, aPayment({ organisationId: group, amountCents: 2_000 })));
		expect(await balanceOf(db.read, group)).toEqual({ dueCents: 3_000, creditCents: 0 });
		await db.write((tx) => reverseCharge(tx, anAct(), grant, { organisationId: group, id, reason: 'Déjà payé' }));
		expect(await balanceOf(db.read, group)).toEqual({ dueCents: 0, creditCents: 2_000 });
		expect(await verifyLedger(db.read)).toMatchObject({ ok: true });
	});

	test('that is a credit pays what is due, and can be undone', async () => {
		const id = await open(4_000);
		await open(-1_500, 'g2');
		expect(await balanceOf(db.read, group)).toEqual({ dueCents: 0, creditCents: 2_500 });
		await db.write((tx) => reversePayment(tx, anAct(), grant, { organisationId: group, id, reason: 'Erreur' }));
		expect(await balanceOf(db.read, group)).toEqual({ dueCents: 1_500, creditCents: 0 });
		expect(await verifyLedger(db.read)).toMatchObject({ ok: true });
	});
});
