import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '#db/client.ts';
import { membership, organisation, outboxMessage, standingDecision, suspension } from '#db/schema/index.ts';
import { assignRole, loadAccess } from '#src/features/access/index.ts';
import { confirmDecision, liftSuspension, proposeDecision, welcomeBack, withdrawDecision } from '#src/features/standing/mutations.ts';
import { addDays, type CivilDate, civilDateOf, DAY } from '#src/lib/clock.ts';
import { newIdempotencyKey } from '#src/lib/ids.ts';
import { aGrant, aWorker, NOW, type Worker } from '#test/factories/accounts.ts';
import { aBoundGroup, aPersonIn, type Bound, by } from '#test/factories/standing.ts';
import { freshDatabase } from '#test/support/database.ts';

let database: Database;
let group: Bound;
let amina: { personId: string; address: string };
let julien: Worker;
let maude: Worker;

beforeEach(async () => {
	database = await freshDatabase();
	group = await aBoundGroup(database);
	amina = await aPersonIn(database, group);
	julien = await database.write((tx) => aWorker(tx));
	maude = await database.write((tx) => aWorker(tx));
});

const today = civilDateOf(NOW);
const propose = (over: { kind?: 'suspension' | 'exclusion'; untilOn?: CivilDate | null; submissionKey?: string } = {}, who = julien) =>
	database.write((tx) =>
		proposeDecision(tx, by(who.personId), aGrant(who.personId, 'standing.decide'), {
			group: group.slug,
			submissionKey: newIdempotencyKey(),
			kind: 'suspension',
			reason: 'Du courrier non sollicité est parti du compte.',
			reference: 'CA 2026-11-20, résolution 4',
			untilOn: null,
			...over,
		}),
	);
const waiting = async () => (await database.read.select().from(standingDecision).where(eq(standingDecision.status, 'proposed')))[0];
const decide = async (act: typeof confirmDecision, who = maude, at = NOW) => {
	const decision = await waiting();
	return database.write((tx) =>
		act(tx, by(who.personId, at), aGrant(who.personId, 'standing.decide'), { group: group.slug, decision: decision?.id ?? '', version: 1 }),
	);
};
const standing = async (at = NOW) => (await loadAccess(database.read, amina.personId, civilDateOf(at))).groups[0]?.standing;
const mail = async (template: string) => database.read.select().from(outboxMessage).where(eq(outboxMessage.template, template));

describe('a suspension', () => {
	it('is proposed by one worker and takes effect when another confirms; the group hears only then, with the reason', async () => {
		const submissionKey = newIdempotencyKey();
		expect(await propose({ submissionKey })).toEqual({ ok: true });
		expect(await propose({ submissionKey })).toEqual({ ok: true });
		expect(await propose()).toEqual({ ok: false, reason: 'already_proposed' });
		expect(await standing()).toBe('member');
		expect(await database.read.$count(outboxMessage)).toBe(0);
		expect(await decide(confirmDecision, julien)).toEqual({ ok: false, reason: 'second_worker_needed' });
		expect(await decide(confirmDecision)).toEqual({ ok: true });
		expect(await standing()).toBe('suspended');
		const [told] = await mail('standing.suspended');
		expect(told?.toAddress).toBe(amina.address);
		expect(told?.content).toContain('Du courrier non sollicité');
		expect(told?.content).toContain(`/espace/${group.slug}/plainte/`);
		expect(await propose()).toEqual({ ok: false, reason: 'already_suspended' });
	});

	it('confirmed by two workers at once is one suspension', async () => {
		const zoe = await database.write((tx) => aWorker(tx));
		await propose();
		const done = await Promise.all([decide(confirmDecision, maude), decide(confirmDecision, zoe)]);
		expect(done.filter(({ ok }) => ok)).toHaveLength(1);
		expect(await database.read.$count(suspension)).toBe(1);
	});

	it('can’t be confirmed by one person alone even past the code: the database refuses', async () => {
		await propose();
		const alone = database.write((tx) => tx.update(standingDecision).set({ status: 'confirmed', decidedBy: julien.personId }));
		await expect(alone).rejects.toThrow();
		await expect(database.write((tx) => tx.update(standingDecision).set({ reason: 'autre' }))).rejects.toThrow();
	});

	it('ends by itself on its day, and cannot be set to end in the past', async () => {
		expect(await propose({ untilOn: today })).toEqual({ ok: false, reason: 'end_passed' });
		await propose({ untilOn: addDays(today, 10) });
		await decide(confirmDecision);
		expect(await standing(NOW + 9 * DAY)).toBe('suspended');
		expect(await standing(NOW + 10 * DAY)).toBe('member');
	});

	it('is lifted with a reason, at once, and the group is told', async () => {
		await propose();
		await decide(confirmDecision);
		const [row] = await database.read.select().from(suspension);
		const lift = (at = NOW + DAY) =>
			database.write((tx) =>
				liftSuspension(tx, by(julien.personId, at), aGrant(julien.personId, 'standing.decide'), {
					group: group.slug,
					suspension: row?.id ?? '',
					reason: 'Réglé.',
					reference: '',
				}),
			);
		expect(await lift()).toEqual({ ok: true });
		expect(await lift()).toEqual({ ok: true });
		expect(await standing(NOW + DAY)).toBe('member');
		expect(await mail('standing.lifted')).toHaveLength(1);
		const other = { group: 'un-autre', suspension: row?.id ?? '', reason: 'x', reference: '' };
		expect(
			await database.write((tx) => liftSuspension(tx, by(julien.personId), aGrant(julien.personId, 'standing.decide'), other)),
		).toEqual({ ok: false, reason: 'not_found' });
	});

	it('that nobody confirmed is withdrawn, and nothing has happened', async () => {
		await propose();
		expect(await decide(withdrawDecision)).toEqual({ ok: true });
		expect(await standing()).toBe('member');
		expect(await propose()).toEqual({ ok: true });
	});
});

describe('someone who has or had a role in the group', () => {
	const joins = (role: 'administrator' | 'member', toOn: CivilDate | null) =>
		database.write((tx) =>
			assignRole(tx, by(amina.personId), julien.personId, { kind: 'organisation', id: group.organisationId, role }, amina.personId, {
				fromOn: addDays(today, -20),
				toOn,
			}),
		);
	const grant = () => aGrant(julien.personId, 'standing.decide');

	it('neither lifts its suspension nor brings it back, long after the role ended', async () => {
		await joins('member', addDays(today, -10));
		await propose({}, maude);
		await decide(confirmDecision, await database.write((tx) => aWorker(tx)));
		const [row] = await database.read.select().from(suspension);
		const input = { group: group.slug, suspension: row?.id ?? '', reason: 'Réglé.', reference: '' };
		const lifted = await database.write((tx) => liftSuspension(tx, by(julien.personId), grant(), input));
		expect(lifted).toEqual({ ok: false, reason: 'was_of_group' });
		expect(await standing()).toBe('suspended');
		await propose({ kind: 'exclusion' }, maude);
		await decide(confirmDecision, await database.write((tx) => aWorker(tx)));
		const back = await database.write((tx) => welcomeBack(tx, by(julien.personId), grant(), group.slug));
		expect(back).toEqual({ ok: false, reason: 'was_of_group' });
		expect(await standing()).toBe('former');
	});

	it('is not the only bar: a group that became part of another never comes back', async () => {
		const other = await aBoundGroup(database);
		await database.write((tx) =>
			tx
				.update(organisation)
				.set({ status: 'former', mergedIntoId: other.organisationId })
				.where(eq(organisation.id, group.organisationId)),
		);
		const back = await database.write((tx) => welcomeBack(tx, by(julien.personId), grant(), group.slug));
		expect(back).toEqual({ ok: false, reason: 'merged_group' });
		expect(await database.read.$count(membership, eq(membership.organisationId, group.organisationId))).toBe(1);
	});
});

describe('an exclusion', () => {
	it('ends the membership with its reason and reference, tells the group, and lets it come back under another number', async () => {
		await propose();
		await decide(confirmDecision);
		await propose({ kind: 'exclusion' });
		expect(await decide(confirmDecision, maude, NOW + DAY)).toEqual({ ok: true });
		const [first] = await database.read.select().from(membership);
		expect(first).toMatchObject({ toOn: addDays(today, 1), endReason: 'excluded', endReference: 'CA 2026-11-20, résolution 4' });
		// The suspension ends with what it rested on.
		expect((await database.read.select().from(suspension))[0]?.toOn).toBe(addDays(today, 1));
		expect(await standing(NOW + DAY)).toBe('former');
		expect(await mail('standing.excluded')).toHaveLength(1);
		expect(await mail('leaving.left')).toHaveLength(0);

		const back = await database.write((tx) =>
			welcomeBack(tx, by(julien.personId, NOW + DAY), aGrant(julien.personId, 'standing.decide'), group.slug),
		);
		expect(back).toEqual({ ok: true });
		const rows = await database.read.select().from(membership).orderBy(membership.memberNumber);
		expect(rows.map(({ memberNumber, fromOn, toOn }) => [memberNumber, fromOn, toOn])).toEqual([
			[group.memberNumber, today, addDays(today, 1)],
			[group.memberNumber + 1, addDays(today, 1), null],
		]);
		expect(await standing(NOW + DAY)).toBe('member');
		expect((await database.read.select().from(organisation))[0]?.status).toBe('member');
	});

	it('is not written without a reference, and an ended membership is never rewritten', async () => {
		const { endMembership } = await import('#src/features/membership/index.ts');
		const end = (reference: string | null) =>
			database.write((tx) =>
				endMembership(tx, by(julien.personId), { organisationId: group.organisationId, reason: 'excluded', reference }),
			);
		expect(await end(null)).toEqual({ ok: false, reason: 'reference_required' });
		expect((await end('CA')).ok).toBe(true);
		await expect(database.write((tx) => tx.update(membership).set({ toOn: null, endReason: null }))).rejects.toThrow();
	});
});
