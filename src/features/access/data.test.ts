import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Database, write } from '#db/client.ts';
import { roleAssignment } from '#db/schema/access.ts';
import { account, accountEmail, person } from '#db/schema/accounts.ts';
import { organisation } from '#db/schema/membership.ts';
import { assignRole, Denied, type GroupRole, grantIn, listPeople, loadAccess } from '#src/features/access/index.ts';
import type { Act } from '#src/lib/act.ts';
import type { CivilDate } from '#src/lib/clock.ts';
import { freshDatabase } from '#test/support/database.ts';

const day = (text: string) => text as CivilDate;
/** 22 November in Montréal, the 23rd already in UTC. */
const act: Act = { actor: { kind: 'operator' }, at: Date.parse('2026-11-23T03:00:00Z'), requestId: null };

let database: Database;

async function aPerson(id: string, status: 'active' | 'closed' = 'active'): Promise<void> {
	await write(async (tx) => {
		await tx.insert(person).values({ id, fullName: `Nom ${id}`, locale: 'fr', createdAt: 1 });
		await tx.insert(account).values({ id: `account-${id}`, personId: id, status, createdAt: 1 });
		for (const primary of [true, false]) {
			const address = `${id}${primary ? '' : '-second'}@exemple.org`;
			await tx
				.insert(accountEmail)
				.values({ id: address, accountId: `account-${id}`, address, normalized: address, primary, createdAt: 1 });
		}
	});
}
const aGroup = (id: string) =>
	write(async (tx) => {
		await tx.insert(organisation).values({
			id,
			slug: `slug-${id}`,
			legalName: id,
			usualName: `Groupe ${id}`,
			kind: 'nonprofit',
			mission: 'm',
			budgetBand: 'b',
			locale: 'fr',
			status: 'member',
			createdAt: 1,
		});
	});
const assign = (personId: string, group: string, role: GroupRole) =>
	write((tx) => assignRole(tx, act, personId, { kind: 'organisation', id: group, role }, 'operator'));
const end = (personId: string, toOn: string) =>
	write(async (tx) => {
		await tx.update(roleAssignment).set({ toOn }).where(eq(roleAssignment.personId, personId));
	});

beforeEach(async () => {
	database = await freshDatabase();
	await aPerson('eve');
	await aGroup('b');
	await aGroup('a');
});

describe('what a person may do', () => {
	it('is gathered from all their roles, group by group and for the network', async () => {
		await assign('eve', 'b', 'member');
		await assign('eve', 'a', 'treasurer');
		await assign('eve', 'a', 'technical');
		await write((tx) => assignRole(tx, act, 'eve', { kind: 'coop', role: 'worker' }, 'operator'));
		const access = await loadAccess(database.read, 'eve', day('2026-11-22'));
		expect(access.coopRoles).toEqual(['worker']);
		expect(access.groups.map(({ slug, roles }) => [slug, roles.toSorted()])).toEqual([
			['slug-a', ['technical', 'treasurer']],
			['slug-b', ['member']],
		]);
	});

	it('is nothing for someone else, or without a role', async () => {
		await assign('eve', 'a', 'administrator');
		expect(await loadAccess(database.read, 'mallory', day('2026-11-22'))).toEqual({ personId: 'mallory', coopRoles: [], groups: [] });
	});

	it('begins on the day of the grant in Montréal', async () => {
		await assign('eve', 'a', 'administrator');
		expect((await loadAccess(database.read, 'eve', day('2026-11-21'))).groups).toEqual([]);
		expect((await loadAccess(database.read, 'eve', day('2026-11-22'))).groups).toHaveLength(1);
	});

	it('ends on the first day without the role: the group is then not there any more', async () => {
		await assign('eve', 'a', 'administrator');
		await end('eve', '2026-12-01');
		const before = await loadAccess(database.read, 'eve', day('2026-11-30'));
		const after = await loadAccess(database.read, 'eve', day('2026-12-01'));
		expect(grantIn(before, 'slug-a', 'requests.write').organisationId).toBe('a');
		expect(after).toEqual({ personId: 'eve', coopRoles: [], groups: [] });
		expect(() => grantIn(after, 'slug-a', 'space.read')).toThrow(new Denied(404));
	});
});

describe('giving a role', () => {
	it('twice is giving it once, and once on record', async () => {
		await assign('eve', 'a', 'member');
		await assign('eve', 'a', 'member');
		expect(await database.read.$count(roleAssignment)).toBe(1);
		const events = await database.read.query.auditEvent.findMany();
		expect(events).toHaveLength(1);
		expect(events[0]).toMatchObject({ action: 'access.assign_role', actorKind: 'operator', subjectId: 'eve', organisationId: 'a' });
	});

	it('again after it ended begins a new one', async () => {
		await assign('eve', 'a', 'member');
		await end('eve', '2026-11-22');
		await assign('eve', 'a', 'member');
		expect((await loadAccess(database.read, 'eve', day('2026-11-22'))).groups).toHaveLength(1);
		expect(await database.read.$count(roleAssignment)).toBe(2);
	});

	it('to nobody is refused', async () => {
		await expect(assign('nobody', 'a', 'member')).rejects.toThrow();
		expect(await database.read.query.auditEvent.findMany()).toEqual([]);
	});
});

describe('the people of a group', () => {
	it('are those with a role there now and an open account, once a role, at their first address', async () => {
		await aPerson('closed', 'closed');
		await aPerson('elsewhere');
		await aPerson('left');
		for (const who of ['eve', 'closed', 'left']) await assign(who, 'a', 'member');
		await assign('eve', 'a', 'administrator');
		await assign('elsewhere', 'b', 'administrator');
		await end('left', '2026-11-22');
		const people = await listPeople(database.read, { kind: 'organisation', id: 'a' }, day('2026-11-22'));
		expect(people.map((one) => [one.personId, one.role, one.address])).toEqual([
			['eve', 'administrator', 'eve@exemple.org'],
			['eve', 'member', 'eve@exemple.org'],
		]);
	});

	it('of the network are its own', async () => {
		await assign('eve', 'a', 'administrator');
		expect(await listPeople(database.read, { kind: 'coop' }, day('2026-11-22'))).toEqual([]);
		await write((tx) => assignRole(tx, act, 'eve', { kind: 'coop', role: 'finance' }, 'operator'));
		const workers = await listPeople(database.read, { kind: 'coop' }, day('2026-11-22'));
		expect(workers.map((one) => [one.personId, one.role, one.fromOn])).toEqual([['eve', 'finance', '2026-11-22']]);
	});
});
