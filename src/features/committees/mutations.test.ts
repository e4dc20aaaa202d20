import { beforeEach, describe, expect, it } from 'vitest';
import { type Database, write } from '#db/client.ts';
import { committee } from '#db/schema/committees.ts';
import { readCommittees } from '#src/adapters/settings/index.ts';
import { grantOver, loadAccess } from '#src/features/access/index.ts';
import { findCommittee, listCommittees } from '#src/features/committees/data.ts';
import { leaveCommittee, type Place, placeInCommittee, syncCommittees } from '#src/features/committees/mutations.ts';
import { addDays, type CivilDate, civilDateOf } from '#src/lib/clock.ts';
import { actBy, aGrant, anAct, aWorker, NOW, type Worker } from '#test/factories/accounts.ts';
import { freshDatabase } from '#test/support/database.ts';

const today = civilDateOf(NOW);
const inDays = (days: number) => addDays(today, days);

let database: Database;
let keeper: Worker;
let ana: Worker;
let bea: Worker;

beforeEach(async () => {
	database = await freshDatabase();
	await write(async (tx) => {
		await syncCommittees(tx, anAct(), readCommittees());
		keeper = await aWorker(tx, ['sysadmin']);
		ana = await aWorker(tx, ['worker']);
		bea = await aWorker(tx, ['board']);
	});
});

const place = (one: Place, by = keeper, slug = 'soutien') =>
	write((tx) => placeInCommittee(tx, actBy(by.personId), grantOver(by.access, slug), one));
const people = async (on: CivilDate = today) => (await findCommittee(database.read, null, 'soutien', on))?.people ?? [];

describe('the committees', () => {
	it('are those of the settings file, in its order, and are copied once', async () => {
		await write((tx) => syncCommittees(tx, anAct(), readCommittees()));
		const listed = await listCommittees(database.read, aGrant(keeper.personId, 'workers.read'), today);
		expect(listed.map(({ slug }) => slug)).toEqual(readCommittees().map(({ slug }) => slug));
		expect(await database.read.$count(committee)).toBe(readCommittees().length);
	});

	it('that leave the file are closed, and give their people nothing any more', async () => {
		await place({ personId: ana.personId, role: 'member', until: null });
		await write((tx) =>
			syncCommittees(
				tx,
				anAct(),
				readCommittees().filter(({ slug }) => slug !== 'soutien'),
			),
		);
		expect(await findCommittee(database.read, null, 'soutien', today)).toBeNull();
		expect((await loadAccess(database.read, ana.personId, today)).committees).toBeUndefined();
		expect(await place({ personId: bea.personId, role: 'member', until: null })).toEqual({ ok: false, reason: 'not_found' });
	});
});

describe('someone in a committee', () => {
	it('is there from today to the end of their term', async () => {
		expect(await place({ personId: ana.personId, role: 'member', until: inDays(30) })).toEqual({ ok: true });
		expect(await people()).toMatchObject([{ personId: ana.personId, fromOn: today, toOn: inDays(30), referent: null }]);
		expect(await people(inDays(30))).toEqual([]);
	});

	it('becomes its referent only as a member, and no longer than that', async () => {
		expect(await place({ personId: ana.personId, role: 'referent', until: null })).toEqual({ ok: false, reason: 'not_in_committee' });
		await place({ personId: ana.personId, role: 'member', until: inDays(30) });
		expect(await place({ personId: ana.personId, role: 'referent', until: inDays(90) })).toEqual({ ok: true });
		expect((await people())[0]?.referent?.toOn).toBe(inDays(30));
		await place({ personId: ana.personId, role: 'member', until: inDays(10) });
		expect((await people())[0]).toMatchObject({ toOn: inDays(10), referent: { toOn: inDays(10) } });
	});

	it('who leaves is no longer its referent', async () => {
		await place({ personId: ana.personId, role: 'member', until: null });
		await place({ personId: ana.personId, role: 'referent', until: null });
		const grant = grantOver(keeper.access, 'soutien');
		await write((tx) => leaveCommittee(tx, actBy(keeper.personId), grant, { personId: ana.personId, role: 'member' }));
		expect(await people()).toEqual([]);
		await place({ personId: ana.personId, role: 'member', until: null });
		expect((await people())[0]?.referent).toBeNull();
	});

	it('is never put there by themselves, nor kept longer, even as its referent', async () => {
		expect(await place({ personId: keeper.personId, role: 'member', until: null })).toEqual({ ok: false, reason: 'own_role' });
		await place({ personId: ana.personId, role: 'member', until: inDays(30) });
		await place({ personId: ana.personId, role: 'referent', until: null });
		const referent: Worker = { ...ana, access: await loadAccess(database.read, ana.personId, today) };
		expect(await place({ personId: bea.personId, role: 'member', until: null }, referent)).toEqual({ ok: true });
		expect(await place({ personId: ana.personId, role: 'member', until: inDays(900) }, referent)).toEqual({
			ok: false,
			reason: 'own_role',
		});
		expect(() => grantOver(referent.access, 'finances')).toThrow();
	});

	it('works in the network', async () => {
		expect(await place({ personId: 'someone', role: 'member', until: null })).toEqual({ ok: false, reason: 'not_a_worker' });
	});
});
