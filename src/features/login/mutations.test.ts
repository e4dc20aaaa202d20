import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Database, write } from '#db/client.ts';
import { failedCodes, recoveryCode } from '#db/schema/factors.ts';
import { outboxMessage } from '#db/schema/outbox.ts';
import { codeOfStep } from '#src/adapters/one-time-codes/index.ts';
import { createAccount } from '#src/features/accounts/index.ts';
import { addKnownApp, forgetSpent, resetFactors } from '#src/features/factors/index.ts';
import { beginStep, giveProof, giveStep } from '#src/features/login/mutations.ts';
import { DAY, HOUR, type Instant, MINUTE } from '#src/lib/clock.ts';
import { hashToken } from '#src/lib/ids.ts';
import { actBy, anAccount, anAct, NOW } from '#test/factories/accounts.ts';
import { freshDatabase } from '#test/support/database.ts';

const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const RECOVERY = 'ABCDEFGHJKMNPQRSTVWXYZ01';
const rightCode = (at: Instant) => codeOfStep(SECRET, Math.floor(at / 30_000));
const wrongCode = (at: Instant) => {
	const near = [-1, 0, 1].map((step) => codeOfStep(SECRET, Math.floor(at / 30_000) + step));
	return ['000000', '111111', '222222', '333333'].find((code) => !near.includes(code)) ?? '';
};

let database: Database;
let owner: { accountId: string; personId: string };

beforeEach(async () => {
	database = await freshDatabase();
	owner = await write(async (tx) => {
		const made = await createAccount(tx, anAct(), anAccount());
		await addKnownApp(tx, NOW, made.accountId, SECRET);
		return made;
	});
});

const told = async () =>
	(await database.read.select().from(outboxMessage)).filter(({ template }) => template === 'accounts.changed').length;
/** In a log-in of its own. */
const logIn = (at: Instant, code: string) =>
	write(async (tx) => {
		const token = await beginStep(tx, at, { accountId: owner.accountId, next: '' });
		const done = await giveStep(tx, { at, requestId: null }, token, { kind: 'code', code });
		return done.ok ? 'right' : done.reason;
	});
const prove = (at: Instant, code: string, repeated = false) =>
	write((tx) => giveProof(tx, actBy(owner.personId, { at }), owner, { kind: 'code', code }, repeated));
const guess = async (count: number, at: Instant) => {
	for (let number = 0; number < count; number += 1) await logIn(at, wrongCode(at));
};

describe('wrong codes', () => {
	it('are told to the owner at the fifth of a day, though each log-in and each proof saw fewer, and told once', async () => {
		await guess(2, NOW);
		for (let number = 0; number < 2; number += 1) expect(await prove(NOW, wrongCode(NOW))).toBe('wrong');
		expect(await told()).toBe(0);
		await guess(1, NOW + HOUR);
		expect(await told()).toBe(1);
		await guess(4, NOW + HOUR);
		expect(await told()).toBe(1);
	});

	it('are not forgotten because the owner logs in between them', async () => {
		await guess(4, NOW);
		expect(await logIn(NOW, rightCode(NOW))).toBe('right');
		await guess(1, NOW);
		expect(await told()).toBe(1);
	});

	it('of the second of two clicks do not count', async () => {
		for (let number = 0; number < 6; number += 1) await prove(NOW, wrongCode(NOW), true);
		expect(await told()).toBe(0);
	});

	it('make one-time codes rest after twenty, for longer each time, with recovery codes taken meanwhile', async () => {
		await write((tx) => tx.insert(recoveryCode).values({ codeHash: hashToken(RECOVERY), accountId: owner.accountId, createdAt: NOW }));
		await guess(19, NOW);
		expect(await logIn(NOW, rightCode(NOW))).toBe('right');
		await guess(1, NOW);
		const soon = NOW + 15 * MINUTE - 1;
		expect(await logIn(soon, rightCode(soon))).toBe('codes_rest');
		expect(await prove(soon, rightCode(soon))).toBe('rest');
		// What is refused without being looked at makes nothing longer.
		await guess(30, soon);
		expect(await logIn(NOW + 15 * MINUTE, wrongCode(NOW + 15 * MINUTE))).toBe('wrong_code');
		const later = NOW + 44 * MINUTE;
		expect(await logIn(later, rightCode(later))).toBe('codes_rest');
		expect(await logIn(later, RECOVERY)).toBe('right');
		const after = NOW + 46 * MINUTE;
		expect(await logIn(after, rightCode(after))).toBe('right');
	});

	it('are forgotten after a day, and when an operator takes the second step away', async () => {
		const rows = () => database.read.$count(failedCodes, eq(failedCodes.accountId, owner.accountId));
		await guess(20, NOW);
		await write((tx) => forgetSpent(tx, NOW + DAY - 1));
		expect(await rows()).toBe(1);
		expect(await logIn(NOW + DAY, rightCode(NOW + DAY))).toBe('right');
		await write((tx) => forgetSpent(tx, NOW + DAY));
		expect(await rows()).toBe(0);
		await guess(1, NOW);
		await write((tx) => resetFactors(tx, anAct(), owner));
		expect(await rows()).toBe(0);
	});
});
