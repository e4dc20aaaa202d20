import { eq, sql } from 'drizzle-orm';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Database, Tx } from '#db/client.ts';
import { complaint, complaintPerson } from '#db/schema/complaints.ts';
import { codeApp, loginLink, passkey, pendingLogin, recoveryCode } from '#db/schema/factors.ts';
import { groupContact, groupContactLink } from '#db/schema/groups.ts';
import { leavingNotice } from '#db/schema/leaving.ts';
import { invitation, membership } from '#db/schema/membership.ts';
import { merge } from '#db/schema/merging.ts';
import { standingDecision, suspension } from '#db/schema/standing.ts';
import { openSession } from '#src/adapters/sessions/index.ts';
import { assignRole } from '#src/features/access/index.ts';
import { findAccountByAddress } from '#src/features/accounts/index.ts';
import { recordPayment } from '#src/features/contributions/index.ts';
import { findMergedSlug } from '#src/features/groups/index.ts';
import { listLeftBalances, planGroupMerge, planPersonMerge } from '#src/features/merging/data.ts';
import {
	carryOutDueMerge,
	confirmMerge,
	objectToMerge,
	proposeGroupMerge,
	proposePersonMerge,
	withdrawMerge,
} from '#src/features/merging/mutations.ts';
import { fingerprintOf, type MergePlan, NOTICE_LASTS, type RoleToMove, rolesToAdd } from '#src/features/merging/rules.ts';
import { inviteToGroup } from '#src/features/people/index.ts';
import { askErasure } from '#src/features/privacy/index.ts';
import { addDays, civilDateOf, DAY } from '#src/lib/clock.ts';
import { actBy, aGrant, anAct, aWorker, NOW } from '#test/factories/accounts.ts';
import { aPayment } from '#test/factories/contributions.ts';
import { aGroupWithPeople, type GroupWithPeople } from '#test/factories/groups.ts';
import { adoptExampleScale, readMail } from '#test/factories/membership.ts';
import { freshDatabase } from '#test/support/database.ts';

let database: Database;
let julien: string;
let maude: string;

beforeEach(async () => {
	database = await freshDatabase();
	await adoptExampleScale(database);
	julien = (await database.write((tx) => aWorker(tx))).personId;
	maude = (await database.write((tx) => aWorker(tx))).personId;
});

const grant = (who = julien) => aGrant(who, 'groups.merge');
const confirm = (id: string, who = maude) => database.write((tx) => confirmMerge(tx, actBy(who), grant(who), id));
/** When the notice is over. */
const THEN = NOW + NOTICE_LASTS;
const carryOut = (at = THEN) => database.write((tx) => carryOutDueMerge(tx, anAct({ at, actor: { kind: 'system' } })));
const statusOf = async (id: string) => {
	const [row] = await database.read.select({ status: merge.status, reason: merge.reason }).from(merge).where(eq(merge.id, id));
	return row;
};

/** Written with every act, whatever it is. */
const TRAIL = new Set(['audit_event', 'outbox_message', '__drizzle_migrations']);

/** Every row of every table, as text. */
async function snapshot(): Promise<Map<string, Map<string, string>>> {
	const tables = await database.read.all<[string]>(sql`select name from sqlite_master where type = 'table' and name not like 'sqlite_%'`);
	const all = new Map<string, Map<string, string>>();
	for (const [name] of tables) {
		if (TRAIL.has(name)) continue;
		const rows = await database.read.all<unknown[]>(sql.raw(`select rowid, * from "${name}"`));
		all.set(name, new Map(rows.map((row) => [String(row[0]), JSON.stringify(row)])));
	}
	return all;
}

/** How many rows of each table differ. */
async function changedSince(before: Awaited<ReturnType<typeof snapshot>>): Promise<Record<string, number>> {
	const changed: Record<string, number> = {};
	for (const [table, after] of await snapshot()) {
		const old = before.get(table) ?? new Map<string, string>();
		const count = [...new Set([...old.keys(), ...after.keys()])].filter((id) => old.get(id) !== after.get(id)).length;
		if (count > 0) changed[table] = count;
	}
	return changed;
}

async function aComplaint(tx: Tx, of: { readonly organisationId: string; readonly complainantId: string }): Promise<void> {
	const made = { id: 'c', number: 'PL-2026-0001', submissionKey: 'c', committee: 'board', subject: 'Sujet', status: 'received' } as const;
	await tx.insert(complaint).values({ ...made, ...of, statusSince: NOW, createdAt: NOW });
}

const TABLE_OF: Readonly<Record<keyof MergePlan, string>> = {
	roles_ended: 'role_assignment',
	roles_added: 'role_assignment',
	invitations_moved: 'invitation',
	invitations_revoked: 'invitation',
	requests_moved: 'service_request',
	entitlements_moved: 'entitlement',
	contacts_ended: 'group_contact',
	contacts_added: 'group_contact',
	contact_links_closed: 'group_contact_link',
	complaints_moved: 'complaint',
	complaint_people_moved: 'complaint_person',
	pledges_ended: 'pledge',
	memberships_ended: 'membership',
	groups_closed: 'organisation',
	addresses_moved: 'account_email',
	addresses_dropped: 'account_email',
	links_dropped: 'account_link',
	sessions_ended: 'session',
	code_apps_dropped: 'code_app',
	passkeys_dropped: 'passkey',
	recovery_codes_dropped: 'recovery_code',
	log_ins_dropped: 'pending_login',
	log_in_links_dropped: 'login_link',
	accounts_closed: 'account',
};

function foretold(plan: MergePlan): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const [kind, ids] of Object.entries(plan)) {
		const table = TABLE_OF[kind as keyof MergePlan];
		counts[table] = (counts[table] ?? 0) + ids.length;
	}
	return counts;
}

describe('merging two groups', () => {
	let from: GroupWithPeople;
	let into: GroupWithPeople;

	beforeEach(async () => {
		[from, into] = [await aGroupWithPeople(database), await aGroupWithPeople(database)];
	});

	const plan = async () => {
		const planned = await planGroupMerge(database.read, grant(), { from: from.slug, into: into.slug }, NOW);
		if (!planned.ok) throw new Error(planned.reason);
		return planned.plan;
	};
	const propose = async (fingerprint: string, who = julien) =>
		database.write((tx) => proposeGroupMerge(tx, actBy(who), grant(who), { from: from.slug, into: into.slug, fingerprint }));
	/** Proposed by one, confirmed by another. @returns its id. */
	const agree = async () => {
		const proposed = await propose(fingerprintOf(await plan()));
		if (!proposed.ok) throw new Error(proposed.reason);
		expect(await confirm(proposed.id)).toMatchObject({ ok: true });
		return proposed.id;
	};

	it('changes exactly the rows of the plan made when it takes effect', async () => {
		const [amina] = [await from.join('administrator'), await into.join('administrator')];
		await database.write(async (tx) => {
			const both = { kind: 'organisation', id: into.organisationId, role: 'administrator' } as const;
			await assignRole(tx, anAct(), amina.personId, both, 'operator');
			const later = { kind: 'organisation', id: from.organisationId, role: 'technical' } as const;
			await assignRole(tx, anAct(), amina.personId, later, 'operator', { fromOn: addDays(civilDateOf(NOW), 5) });
			for (const organisationId of [from.organisationId, into.organisationId]) {
				const invited = { organisationId, roles: ['member'] as const, name: 'Sam', locale: 'fr' as const, invitedBy: 'operator' };
				await inviteToGroup(tx, anAct(), { ...invited, address: 'sam@exemple.org' });
			}
		});
		await from.contact('billing', 'un@groupe.example', 40);
		await from.contact('outside', 'un@ailleurs.example', 40);
		await into.contact('billing', 'deux@groupe.example', 40);
		await database.write(async (tx) => {
			const waits = {
				id: 'w',
				organisationId: from.organisationId,
				purpose: 'outside',
				address: 'x@y.example',
				normalized: 'x@y.example',
			} as const;
			await tx.insert(groupContact).values({ ...waits, fromAt: NOW });
			await tx.insert(groupContactLink).values({ tokenHash: 'h', contactId: 'w', createdAt: NOW, expiresAt: NOW + DAY });
			await aComplaint(tx, { organisationId: from.organisationId, complainantId: amina.personId });
		});
		await agree();
		// After what was read, and before it is done.
		await from.join('treasurer');
		const before = await snapshot();
		const shown = (await carryOut()) ?? {};
		expect(await changedSince(before)).toEqual({ ...foretold(shown), merge: 1 });
		expect(shown.roles_ended).toHaveLength(3);
		expect(Object.keys(shown)).toEqual(
			expect.arrayContaining([
				'roles_added',
				'invitations_revoked',
				'contacts_added',
				'contact_links_closed',
				'complaints_moved',
				'pledges_ended',
			]),
		);
	});

	it('moves its people, leads its address to the other, and ends its membership', async () => {
		const amina = await from.join('administrator');
		await agree();
		await carryOut();
		expect((await from.accessOf(amina.personId, THEN)).groups).toMatchObject([{ slug: into.slug, roles: ['administrator'] }]);
		expect(await findMergedSlug(database.read, from.slug)).toBe(into.slug);
		expect(await findMergedSlug(database.read, into.slug)).toBeNull();
		expect(await propose('x'.repeat(64))).toEqual({ ok: false, reason: 'unknown_group' });
	});

	it('does nothing when what would change is not what was read', async () => {
		const shown = fingerprintOf(await plan());
		await from.join('member');
		const before = await snapshot();
		expect(await propose(shown)).toEqual({ ok: false, reason: 'plan_changed' });
		expect(await changedSince(before)).toEqual({});
	});

	it('takes two workers and seven days, and tells the administrators of both', async () => {
		const [amina, noe] = [await from.join('administrator'), await into.join('administrator')];
		await from.join('member');
		const proposed = await propose(fingerprintOf(await plan()));
		if (!proposed.ok) throw new Error(proposed.reason);
		expect(await propose(fingerprintOf(await plan()), maude)).toEqual({ ok: false, reason: 'merge_waiting' });
		expect(await confirm(proposed.id, julien)).toEqual({ ok: false, reason: 'same_worker' });
		expect(await carryOut()).toBeNull();
		expect(await confirm(proposed.id)).toEqual({ ok: true, told: 2 });
		const told = (await readMail(database)).filter(({ template }) => template === 'merging.notice').map(({ to }) => to);
		expect(told.toSorted()).toEqual([amina.address, noe.address].toSorted());
		const before = await snapshot();
		expect(await carryOut(THEN - 1)).toBeNull();
		expect(await changedSince(before)).toEqual({});
		expect(await carryOut()).not.toBeNull();
		expect(await carryOut()).toBeNull();
		expect(await statusOf(proposed.id)).toEqual({ status: 'done', reason: null });
	});

	it('is neither proposed nor confirmed by who has, or lately had, a role in one of them', async () => {
		const role = { kind: 'organisation', id: into.organisationId, role: 'member' } as const;
		const today = civilDateOf(NOW);
		const had = { fromOn: addDays(today, -60), toOn: addDays(today, -10) };
		await database.write((tx) => assignRole(tx, anAct(), maude, role, 'operator', had));
		expect(await propose(fingerprintOf(await plan()), maude)).toEqual({ ok: false, reason: 'has_stake' });
		const proposed = await propose(fingerprintOf(await plan()));
		if (!proposed.ok) throw new Error(proposed.reason);
		expect(await confirm(proposed.id)).toEqual({ ok: false, reason: 'has_stake' });
	});

	it('falls when something stands against it by the time it is due', async () => {
		const amina = await from.join('administrator');
		const id = await agree();
		const [running] = await database.read.select().from(membership).where(eq(membership.organisationId, from.organisationId));
		const notice = { organisationId: from.organisationId, membershipId: running?.id ?? '', reason: 'resigned' } as const;
		const given = {
			id: 'n',
			submissionKey: 'n',
			status: 'given',
			alone: false,
			givenBy: amina.personId,
			givenAt: NOW,
			dueAt: THEN,
		} as const;
		await database.write((tx) => tx.insert(leavingNotice).values({ ...notice, ...given }));
		expect(await carryOut()).toBeNull();
		expect(await statusOf(id)).toEqual({ status: 'fallen', reason: 'group_leaving' });
	});

	it('is taken back by who proposed it, by nobody else, and then stays so', async () => {
		const id = await agree();
		const withdraw = (who: string) => database.write((tx) => withdrawMerge(tx, actBy(who), grant(who), id));
		expect(await withdraw(maude)).toEqual({ ok: false, reason: 'not_found' });
		expect(await withdraw(julien)).toEqual({ ok: true });
		expect(await withdraw(julien)).toEqual({ ok: false, reason: 'impossible_transition' });
		expect(await carryOut()).toBeNull();
		await expect(database.write((tx) => tx.update(merge).set({ status: 'confirmed' }))).rejects.toThrow();
	});

	it('leaves the books where they are, and their balance to finance', async () => {
		const finance = aGrant(julien, 'payments.record');
		await database.write((tx) =>
			recordPayment(tx, actBy(julien), finance, aPayment({ organisationId: from.organisationId, amountCents: 5_000 })),
		);
		await agree();
		await carryOut();
		expect(await listLeftBalances(database.read, finance)).toMatchObject([{ slug: from.slug, creditCents: 5_000 }]);
	});

	it('waits until nothing about them is unsettled: a notice of leaving, a proposed exclusion, a suspension', async () => {
		const amina = await from.join('administrator');
		const { organisationId } = from;
		const [running] = await database.read.select().from(membership).where(eq(membership.organisationId, organisationId));
		const membershipId = running?.id ?? '';
		const reasonOf = async () => {
			const planned = await planGroupMerge(database.read, grant(), { from: from.slug, into: into.slug }, NOW);
			return planned.ok ? 'planned' : planned.reason;
		};
		const proposed = { organisationId, membershipId, kind: 'exclusion', reason: 'r', reference: 'R-1', proposedBy: julien } as const;
		await database.write((tx) =>
			tx.insert(standingDecision).values({ ...proposed, id: 'd', submissionKey: 'd', status: 'proposed', proposedAt: NOW }),
		);
		expect(await reasonOf()).toBe('standing_unsettled');
		await database.write((tx) => tx.update(standingDecision).set({ status: 'withdrawn' }));
		expect(await reasonOf()).toBe('planned');
		const fromOn = civilDateOf(NOW);
		const decided = { ...proposed, kind: 'suspension', id: 'e', submissionKey: 'e', status: 'proposed', proposedAt: NOW } as const;
		await database.write(async (tx) => {
			await tx.insert(standingDecision).values(decided);
			const confirmed = { status: 'confirmed', decidedBy: maude, decidedAt: NOW } as const;
			await tx.update(standingDecision).set(confirmed).where(eq(standingDecision.id, 'e'));
		});
		await database.write((tx) =>
			tx.insert(suspension).values({ id: 's', decisionId: 'e', organisationId, membershipId, fromOn, createdAt: NOW }),
		);
		expect(await reasonOf()).toBe('standing_unsettled');
		const notice = { organisationId, membershipId, reason: 'resigned', givenBy: amina.personId, givenAt: NOW, dueAt: NOW + DAY } as const;
		await database.write((tx) =>
			tx.insert(leavingNotice).values({ ...notice, id: 'n', submissionKey: 'n', status: 'given', alone: false }),
		);
		expect(await reasonOf()).toBe('group_leaving');
		const other = await into.join('member');
		const addresses = { from: amina.address, into: other.address };
		expect(await planPersonMerge(database.read, grant(), addresses, NOW)).toEqual({ ok: false, reason: 'part_in_leaving' });
	});

	it('takes two groups', async () => {
		const reasonOf = async (slugs: { from: string; into: string }) => {
			const planned = await planGroupMerge(database.read, grant(), slugs, NOW);
			return planned.ok ? 'planned' : planned.reason;
		};
		expect(await reasonOf({ from: from.slug, into: from.slug })).toBe('same_group');
		expect(await reasonOf({ from: 'personne', into: from.slug })).toBe('unknown_group');
		expect(await reasonOf({ from: from.slug, into: 'personne' })).toBe('unknown_target');
	});
});

describe('merging two accounts', () => {
	const agree = async (addresses: { from: string; into: string }) => {
		const planned = await planPersonMerge(database.read, grant(), addresses, NOW);
		if (!planned.ok) throw new Error(planned.reason);
		const input = { ...addresses, fingerprint: fingerprintOf(planned.plan) };
		const proposed = await database.write((tx) => proposePersonMerge(tx, actBy(julien), grant(), input));
		if (!proposed.ok) throw new Error(proposed.reason);
		expect(await confirm(proposed.id)).toMatchObject({ ok: true });
		return proposed.id;
	};

	it('is stopped for good by one objection, from any address of either account', async () => {
		const group = await aGroupWithPeople(database);
		const [one, two] = [await group.join('administrator'), await group.join('member')];
		const id = await agree({ from: one.address, into: two.address });
		const notices = (await readMail(database)).filter(({ template }) => template === 'merging.notice');
		expect(notices.map(({ to }) => to).toSorted()).toEqual([one.address, two.address].toSorted());
		const object = (token: string) => database.write((tx) => objectToMerge(tx, { at: NOW + DAY, requestId: null }, token));
		expect(await object('x'.repeat(43))).toEqual({ ok: false, reason: 'unknown_link' });
		const tokens = notices.map(({ token }) => token);
		expect(await object(tokens[0] ?? '')).toEqual({ ok: true });
		expect(await object(tokens[1] ?? '')).toEqual({ ok: false, reason: 'impossible_transition' });
		const before = await snapshot();
		expect(await carryOut()).toBeNull();
		expect(await changedSince(before)).toEqual({});
		expect(await statusOf(id)).toEqual({ status: 'objected', reason: null });
		expect((await group.accessOf(one.personId)).groups[0]?.roles).toEqual(['administrator']);
	});

	it('falls when one of them came to work here meanwhile', async () => {
		const group = await aGroupWithPeople(database);
		const [one, two] = [await group.join('member'), await group.join('member')];
		const id = await agree({ from: one.address, into: two.address });
		await database.write((tx) => assignRole(tx, anAct(), two.personId, { kind: 'coop', role: 'worker' }, 'operator'));
		expect(await carryOut()).toBeNull();
		expect(await statusOf(id)).toEqual({ status: 'fallen', reason: 'works_here' });
	});

	it('is not proposed by a worker with a role in a group of one of them', async () => {
		const group = await aGroupWithPeople(database);
		const [one, two] = [await group.join('administrator'), await group.join('member')];
		const role = { kind: 'organisation', id: group.organisationId, role: 'member' } as const;
		await database.write((tx) => assignRole(tx, anAct(), julien, role, 'operator'));
		await expect(agree({ from: one.address, into: two.address })).rejects.toThrow('has_stake');
	});

	it('moves roles and proven addresses, closes the other, tells every address, and changes what was listed', async () => {
		const group = await aGroupWithPeople(database);
		const [one, two] = [await group.join('administrator'), await group.join('treasurer')];
		await database.write(async (tx) => {
			const twice = { kind: 'organisation', id: group.organisationId, role: 'treasurer' } as const;
			await assignRole(tx, anAct(), one.personId, twice, 'operator');
			const invited = { organisationId: group.organisationId, roles: ['member'] as const, name: 'Sam', locale: 'fr' as const };
			await inviteToGroup(tx, anAct(), { ...invited, address: 'sam@exemple.org', invitedBy: one.personId });
		});
		await openSession(one.accountId);
		await database.write(async (tx) => {
			const { accountId } = one;
			await tx.insert(codeApp).values({ accountId, secret: 'sealed', lastStep: 0, createdAt: NOW });
			const key = { id: 'p', credentialId: 'c', publicKey: 'k', counter: 0, transports: '', name: 'Clé' };
			await tx.insert(passkey).values({ ...key, accountId, createdAt: NOW });
			await tx.insert(recoveryCode).values({ codeHash: 'h', accountId, createdAt: NOW });
			await tx.insert(pendingLogin).values({ tokenHash: 'h', accountId, next: '', createdAt: NOW, expiresAt: NOW + DAY });
			await tx.insert(loginLink).values({ tokenHash: 'h', accountId, browserHash: 'b', createdAt: NOW, expiresAt: NOW + DAY });
			await aComplaint(tx, { organisationId: group.organisationId, complainantId: one.personId });
			await tx.insert(complaintPerson).values({ complaintId: 'c', personId: one.personId, because: 'named' });
		});
		const addresses = { from: one.address, into: two.address };
		// What guarded the one does not vanish: the other has a second step of its own.
		expect(await planPersonMerge(database.read, grant(), addresses, NOW)).toEqual({ ok: false, reason: 'second_step_lost' });
		await database.write((tx) => tx.insert(codeApp).values({ accountId: two.accountId, secret: 'sealed', lastStep: 0, createdAt: NOW }));
		await agree(addresses);
		const before = await snapshot();
		const plan = (await carryOut()) ?? {};
		expect(await changedSince(before)).toEqual({ ...foretold(plan), merge: 1 });
		expect(Object.keys(plan)).toEqual(expect.arrayContaining(['passkeys_dropped', 'complaints_moved', 'complaint_people_moved']));
		expect((await group.accessOf(two.personId, THEN)).groups[0]?.roles.toSorted()).toEqual(['administrator', 'treasurer']);
		expect((await group.accessOf(one.personId, THEN)).groups).toEqual([]);
		expect(await findAccountByAddress(database.read, one.address)).toMatchObject({ accountId: two.accountId, active: true });
		const told = (await readMail(database)).filter(({ template }) => template === 'merging.persons_merged').map(({ to }) => to);
		expect(told.toSorted()).toEqual([one.address, two.address].toSorted());
		const [kept] = (await database.read.select().from(invitation)).filter(({ invitedBy }) => invitedBy === two.personId);
		expect(kept?.status).toBe('pending');
	});

	it('waits until a demand to be erased is taken back', async () => {
		const group = await aGroupWithPeople(database);
		const [one, two] = [await group.join('member'), await group.join('member')];
		const asked = await database.write((tx) => askErasure(tx, actBy(two.personId), two.personId));
		expect(asked).toMatchObject({ ok: true });
		const addresses = { from: one.address, into: two.address };
		expect(await planPersonMerge(database.read, grant(), addresses, NOW)).toEqual({ ok: false, reason: 'erasure_waiting' });
	});

	it('never touches someone who works here, on either side, now or later', async () => {
		const group = await aGroupWithPeople(database);
		const [one, worker] = [await group.join('member'), await database.write((tx) => aWorker(tx))];
		const later = await group.join('member');
		const role = { kind: 'coop', role: 'worker' } as const;
		const fromOn = addDays(civilDateOf(NOW + DAY), 10);
		await database.write((tx) => assignRole(tx, anAct(), later.personId, role, 'operator', { fromOn }));
		for (const [from, into] of [
			[one.address, worker.address],
			[worker.address, one.address],
			[one.address, later.address],
		] as const) {
			expect(await planPersonMerge(database.read, grant(), { from, into }, NOW)).toEqual({ ok: false, reason: 'works_here' });
		}
	});
});

describe('roles that move', () => {
	const role = fc.record({
		holder: fc.constantFrom('a', 'b'),
		role: fc.constantFrom('x', 'y'),
		fromOn: fc.constantFrom('2026-01-01', '2026-03-01', '2026-05-01'),
		toOn: fc.constantFrom(null, '2026-04-01', '2026-06-01', '2026-08-01'),
	});

	it('never give anyone a role twice on one day', () => {
		fc.assert(
			fc.property(fc.array(role, { maxLength: 6 }), fc.array(role, { maxLength: 1 }), (moving: RoleToMove[], there: RoleToMove[]) => {
				const valid = (one: RoleToMove) => one.toOn === null || one.toOn > one.fromOn;
				const all = [...there.filter(valid), ...rolesToAdd(moving.filter(valid), there.filter(valid), '2026-03-15')];
				for (const day of ['2026-03-15', '2026-04-15', '2026-05-15', '2026-07-15']) {
					const held = all
						.filter((one) => one.fromOn <= day && (one.toOn === null || one.toOn > day))
						.map((one) => `${one.holder}${one.role}`);
					expect(new Set(held).size).toBe(held.length);
				}
			}),
		);
	});
});
