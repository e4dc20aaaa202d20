import { eq } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Busy, type Database } from '#db/client.ts';
import { charge, pledge } from '#db/schema/contributions.ts';
import { chargeDue } from '#src/features/contributions/jobs.ts';
import { startContribution } from '#src/features/contributions/mutations.ts';
import { log } from '#src/lib/log.ts';
import { anAccountHolder, anAct, aPledge, noonOf, on } from '#test/factories/contributions.ts';
import { freshDatabase } from '#test/support/database.ts';

let db: Database;

beforeEach(async () => {
	db = await freshDatabase();
	vi.useFakeTimers({ toFake: ['Date'], now: noonOf('2026-03-10') });
});
afterEach(() => {
	vi.useRealTimers();
	vi.restoreAllMocks();
});

/** A group whose contribution has started. @returns the pledge's id. */
const started = () =>
	db.write(async (tx) => {
		const organisationId = await anAccountHolder(tx);
		const id = await aPledge(tx, { organisationId });
		await startContribution(tx, anAct(), organisationId, on('2026-03-10'));
		return id;
	});
const chargesOf = (pledgeId: string) => db.read.$count(charge, eq(charge.pledgeId, pledgeId));

describe('the parts of a contribution that have begun', () => {
	test('are asked for once', async () => {
		const ids = [await started(), await started()];
		vi.setSystemTime(noonOf('2026-09-10'));
		expect(await chargeDue()).toBe(4);
		expect(await chargeDue()).toBe(0);
		for (const id of ids) expect(await chargesOf(id)).toBe(3);
	});

	test('are asked of all others when one contribution’s band is missing, however many come first', async () => {
		const broken: string[] = [];
		for (let count = 0; count < 60; count += 1) broken.push(await started());
		await db.write((tx) => tx.update(pledge).set({ bandId: 'gone' }));
		const sound = [await started(), await started()];
		const errors = vi.spyOn(log, 'error').mockImplementation(() => undefined);
		vi.setSystemTime(noonOf('2026-06-10'));
		expect(await chargeDue()).toBe(2);
		for (const id of sound) expect(await chargesOf(id)).toBe(2);
		expect(await chargesOf(broken[0] ?? '')).toBe(1);
		expect(errors).toHaveBeenCalledTimes(60);
		expect(errors).toHaveBeenCalledWith('contributions.charge_failed', expect.objectContaining({ pledgeId: broken[0] }));
	});

	test('wait for the next run when the database is held by someone else', async () => {
		await started();
		vi.setSystemTime(noonOf('2026-06-10'));
		const errors = vi.spyOn(log, 'error').mockImplementation(() => undefined);
		vi.spyOn(db, 'write').mockRejectedValueOnce(new Busy());
		await expect(chargeDue()).rejects.toThrow(Busy);
		expect(errors).not.toHaveBeenCalled();
		expect(await chargeDue()).toBe(1);
	});
});
