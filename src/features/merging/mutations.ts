import { and, eq, inArray, isNotNull, lte, sql } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import { account, accountEmail, accountLink } from '#db/schema/accounts.ts';
import { complaint, complaintPerson } from '#db/schema/complaints.ts';
import { groupContact, groupContactLink } from '#db/schema/groups.ts';
import { invitation, organisation } from '#db/schema/membership.ts';
import { merge, mergeLink } from '#db/schema/merging.ts';
import { entitlement, serviceRequest } from '#db/schema/requests.ts';
import { endSessionsOf } from '#src/adapters/sessions/index.ts';
import { assignRole, endRolesOf, endRolesOfPerson, type Grant, type GroupRole } from '#src/features/access/index.ts';
import { type AuditAction, recordAudit } from '#src/features/audit/index.ts';
import { endPledge } from '#src/features/contributions/index.ts';
import { dropFactors } from '#src/features/factors/index.ts';
import { dropLogins } from '#src/features/login/index.ts';
import { endMembership } from '#src/features/membership/index.ts';
import {
	findMergeAnswer,
	type GroupMerge,
	type GroupMergeRefusal,
	hasStake,
	isMergeOpen,
	listDueMerges,
	type MergeRefusal,
	type MergeRow,
	type PersonMerge,
	type PersonMergeRefusal,
	type PersonToMerge,
	type PlannedMerge,
	planGroupMerge,
	planOfMerge,
	planPersonMerge,
	toldOf,
} from '#src/features/merging/data.ts';
import { mergeNoticeMail, mergeStoppedMail, personsMergedMail } from '#src/features/merging/mail.ts';
import { dueAfter, fingerprintOf, type MergeChange, type MergePlan, OPEN_MERGES, type RoleToMove } from '#src/features/merging/rules.ts';
import { queueMessage } from '#src/features/outbox/index.ts';
import { pathOf } from '#src/i18n/routes.ts';
import type { Act } from '#src/lib/act.ts';
import type { CivilDate } from '#src/lib/clock.ts';
import { env } from '#src/lib/env.ts';
import { hashToken, newId, newToken } from '#src/lib/ids.ts';
import { type Refused, refused } from '#src/lib/refused.ts';

/** How many rows of each kind a plan touches: what the trail keeps of it. */
const countsOf = (plan: MergePlan): Record<string, number> =>
	Object.fromEntries(Object.entries(plan).map(([kind, ids]) => [kind, ids.length]));

const idsIn = (plan: MergePlan, kind: MergeChange): string[] => [...(plan[kind] ?? [])];

async function addRoles(
	tx: Tx,
	act: Act,
	roles: readonly RoleToMove[],
	place: (role: RoleToMove) => { readonly personId: string; readonly organisationId: string },
	grantedBy: string,
): Promise<void> {
	for (const one of roles) {
		const { personId, organisationId: id } = place(one);
		const dates = { fromOn: one.fromOn as CivilDate, toOn: one.toOn as CivilDate | null };
		const given = await assignRole(tx, act, personId, { kind: 'organisation', id, role: one.role as GroupRole }, grantedBy, dates);
		if (!given) throw new Error('a role that was free is held');
	}
}

/**
 * One group becomes part of another: its people, invitations, open requests, running services and addresses go there. Charges
 * and payments stay where they are, in books that are never rewritten; what they leave is for finance to settle.
 * @param decidedBy the worker who confirmed it.
 */
async function mergeGroups(tx: Tx, act: Act, { from, into, plan, roles }: GroupMerge, decidedBy: string): Promise<void> {
	await endRolesOf(tx, act, from.id);
	await addRoles(tx, act, roles, ({ holder }) => ({ personId: holder, organisationId: into.id }), decidedBy);
	await tx
		.update(invitation)
		.set({ scopeId: into.id })
		.where(inArray(invitation.id, idsIn(plan, 'invitations_moved')));
	await tx
		.update(invitation)
		.set({ status: 'revoked' })
		.where(inArray(invitation.id, idsIn(plan, 'invitations_revoked')));
	await tx
		.update(serviceRequest)
		.set({ organisationId: into.id, version: sql`${serviceRequest.version} + 1` })
		.where(inArray(serviceRequest.id, idsIn(plan, 'requests_moved')));
	await tx
		.update(entitlement)
		.set({ organisationId: into.id })
		.where(inArray(entitlement.id, idsIn(plan, 'entitlements_moved')));
	await moveContacts(tx, act, decidedBy, plan, into.id);
	await tx
		.update(complaint)
		.set({ organisationId: into.id, version: sql`${complaint.version} + 1` })
		.where(inArray(complaint.id, idsIn(plan, 'complaints_moved')));
	await endPledge(tx, act, from.id);
	// Invitations have moved or were taken back: it finds none to close.
	const ended = await endMembership(tx, act, { organisationId: from.id, reason: 'merged', reference: null });
	if (!ended.ok) throw new Error('a member group without a membership');
	await tx
		.update(organisation)
		.set({ mergedIntoId: into.id, version: sql`${organisation.version} + 1` })
		.where(eq(organisation.id, from.id));
	// Both groups read it in their own trail.
	for (const one of [from, into]) {
		await recordAudit(tx, act, {
			action: 'merging.merge_groups',
			subject: { kind: 'organisation', id: from.id },
			organisationId: one.id,
			delta: { into: into.id, ...countsOf(plan) },
		});
	}
}

/** Addresses begin anew where they go: they have not stood there, and vouch for nobody until they have. */
async function moveContacts(tx: Tx, act: Act, setBy: string, plan: MergePlan, into: string): Promise<void> {
	const ended = idsIn(plan, 'contacts_ended');
	const rows = await tx
		.select()
		.from(groupContact)
		.where(inArray(groupContact.id, idsIn(plan, 'contacts_added')));
	await tx.update(groupContact).set({ untilAt: act.at }).where(inArray(groupContact.id, ended));
	await tx
		.update(groupContactLink)
		.set({ usedAt: act.at })
		.where(inArray(groupContactLink.tokenHash, idsIn(plan, 'contact_links_closed')));
	for (const { purpose, address, normalized, verifiedAt } of rows) {
		await tx.insert(groupContact).values({
			id: newId<'group_contact'>(),
			organisationId: into,
			purpose,
			address,
			normalized,
			setBy,
			fromAt: act.at,
			verifiedAt: verifiedAt === null ? null : act.at,
		});
	}
}

/** Whether the closed account had a second step: it goes, and that of the account that stays serves. */
const hadFactor = (plan: MergePlan): boolean => plan.code_apps_dropped !== undefined || plan.passkeys_dropped !== undefined;

async function tellMerged(tx: Tx, act: Act, from: PersonToMerge, into: PersonToMerge, factorsGone: boolean): Promise<void> {
	for (const { fullName: name, locale, addresses, personId } of [from, into]) {
		for (const address of addresses) {
			await queueMessage(tx, act, {
				dedupeKey: `merging.persons:${newId<'outbox_message'>()}`,
				to: { name, address },
				locale,
				template: 'merging.persons_merged',
				content: personsMergedMail(locale, { name, addresses: [...into.addresses, ...from.addresses], factorsGone }),
				relates: { kind: 'person', id: personId },
			});
		}
	}
}

/**
 * Two accounts of one person become one: roles and proven addresses go to the account that is kept, the other is closed and its
 * sessions end. Both are told, at every address.
 */
async function mergePersons(tx: Tx, act: Act, { from, into, plan, roles }: PersonMerge, decidedBy: string): Promise<void> {
	await endRolesOfPerson(tx, act, from.personId);
	const place = ({ holder }: RoleToMove) => ({
		personId: into.personId,
		organisationId: holder.slice('organisation:'.length),
	});
	await addRoles(tx, act, roles, place, decidedBy);
	await tx.delete(accountLink).where(inArray(accountLink.tokenHash, idsIn(plan, 'links_dropped')));
	await tx.delete(accountEmail).where(inArray(accountEmail.id, idsIn(plan, 'addresses_dropped')));
	await tx
		.update(accountEmail)
		.set({ accountId: into.accountId, primary: false })
		.where(and(inArray(accountEmail.id, idsIn(plan, 'addresses_moved')), isNotNull(accountEmail.verifiedAt)));
	await endSessionsOf(tx, from.accountId, null);
	await dropFactors(tx, from.accountId);
	await dropLogins(tx, from.accountId);
	await tx
		.update(invitation)
		.set({ invitedBy: into.personId })
		.where(inArray(invitation.id, idsIn(plan, 'invitations_moved')));
	await tx
		.update(serviceRequest)
		.set({ requesterId: into.personId, version: sql`${serviceRequest.version} + 1` })
		.where(inArray(serviceRequest.id, idsIn(plan, 'requests_moved')));
	await tx
		.update(complaint)
		.set({ complainantId: into.personId, version: sql`${complaint.version} + 1` })
		.where(inArray(complaint.id, idsIn(plan, 'complaints_moved')));
	await tx
		.update(complaintPerson)
		.set({ personId: into.personId })
		.where(and(eq(complaintPerson.personId, from.personId), inArray(complaintPerson.complaintId, idsIn(plan, 'complaint_people_moved'))));
	await tx
		.update(account)
		.set({ status: 'closed', passwordHash: null, version: sql`${account.version} + 1` })
		.where(eq(account.id, from.accountId));
	await recordAudit(tx, act, {
		action: 'merging.merge_persons',
		subject: { kind: 'person', id: from.personId },
		delta: { into: into.personId, ...countsOf(plan) },
	});
	await tellMerged(tx, act, from, into, hadFactor(plan));
}

type Verb = AuditAction extends infer A ? (A extends `merging.${infer V}` ? V : never) : never;

/** Both groups read it in their own trail. */
async function audit(tx: Tx, act: Act, row: MergeRow, verb: Verb, delta?: Record<string, string>): Promise<void> {
	for (const organisationId of row.kind === 'groups' ? [row.fromId, row.intoId] : [null]) {
		await recordAudit(tx, act, {
			action: `merging.${verb}`,
			subject: { kind: 'merge', id: row.id },
			...(organisationId === null ? {} : { organisationId }),
			delta: { from: row.fromId, into: row.intoId, ...delta },
		});
	}
}

/** Tells whom a merge is about: with a link to object while there is something to object to, else that it is stopped. */
async function tellOf(tx: Tx, act: Act, row: MergeRow, planned: PlannedMerge, news: 'notice' | 'stopped'): Promise<number> {
	const told = await toldOf(tx, planned, act.at);
	const name = ({ from, into }: PlannedMerge) =>
		planned.kind === 'groups'
			? ([(from as GroupMerge['from']).usualName, (into as GroupMerge['into']).usualName] as const)
			: ([(from as PersonToMerge).addresses.join(', '), (into as PersonToMerge).addresses.join(', ')] as const);
	const [from, into] = name(planned);
	for (const { personId, name: hello, locale, addresses } of told) {
		for (const address of addresses) {
			const about = { name: hello, kind: row.kind, from, into };
			const token = newToken();
			if (news === 'notice') {
				await tx.insert(mergeLink).values({ tokenHash: hashToken(token), mergeId: row.id, personId, createdAt: act.at });
			}
			const url = `${env().siteUrl}${pathOf('mergeAnswer', locale, { token })}`;
			await queueMessage(tx, act, {
				dedupeKey: `merging.${news}:${row.id}:${address}`,
				to: { name: hello, address },
				locale,
				template: `merging.${news}`,
				content:
					news === 'notice' ? mergeNoticeMail(locale, { ...about, dueAt: row.dueAt ?? act.at, url }) : mergeStoppedMail(locale, about),
				relates: { kind: 'merge', id: row.id },
			});
		}
	}
	return told.length;
}

type Names = { readonly from: string; readonly into: string; readonly fingerprint: string };
export type ProposalRefusal = MergeRefusal | 'plan_changed' | 'has_stake' | 'merge_waiting';

async function propose(
	tx: Tx,
	act: Act,
	grant: Grant<'groups.merge'>,
	planned: { readonly plan: MergePlan; readonly kind: MergeRow['kind']; readonly fromId: string; readonly intoId: string },
	fingerprint: string,
): Promise<{ ok: true; id: string } | Refused<ProposalRefusal>> {
	const { plan, ...about } = planned;
	if (fingerprintOf(plan) !== fingerprint) return refused('plan_changed');
	if (await isMergeOpen(tx, about)) return refused('merge_waiting');
	if (await hasStake(tx, grant.personId, about, act.at)) return refused('has_stake');
	const proposed = { id: newId<'merge'>(), ...about, status: 'proposed', proposedBy: grant.personId, proposedAt: act.at } as const;
	const [row] = await tx.insert(merge).values(proposed).returning();
	if (!row) throw new Error('a merge was not kept');
	await audit(tx, act, row, 'propose');
	return { ok: true, id: row.id };
}

/** A worker who has no stake in it proposes that one group becomes part of another. @param input.fingerprint of the plan that was read. */
export async function proposeGroupMerge(
	tx: Tx,
	act: Act,
	grant: Grant<'groups.merge'>,
	input: Names,
): Promise<{ ok: true; id: string } | Refused<GroupMergeRefusal | ProposalRefusal>> {
	const planned = await planGroupMerge(tx, grant, input, act.at);
	if (!planned.ok) return planned;
	const { plan, from, into } = planned;
	return propose(tx, act, grant, { plan, kind: 'groups', fromId: from.id, intoId: into.id }, input.fingerprint);
}

/** The same of two accounts of one person. */
export async function proposePersonMerge(
	tx: Tx,
	act: Act,
	grant: Grant<'groups.merge'>,
	input: Names,
): Promise<{ ok: true; id: string } | Refused<PersonMergeRefusal | ProposalRefusal>> {
	const planned = await planPersonMerge(tx, grant, input, act.at);
	if (!planned.ok) return planned;
	const { plan, from, into } = planned;
	return propose(tx, act, grant, { plan, kind: 'persons', fromId: from.personId, intoId: into.personId }, input.fingerprint);
}

async function rowOf(tx: Tx, id: string): Promise<MergeRow | null> {
	const [row] = await tx.select().from(merge).where(eq(merge.id, id));
	return row ?? null;
}

type Change = Pick<typeof merge.$inferInsert, 'status' | 'reason' | 'confirmedBy' | 'confirmedAt' | 'dueAt' | 'endedAt'>;

async function change(tx: Tx, row: MergeRow, to: Partial<Change>): Promise<MergeRow> {
	const [after] = await tx
		.update(merge)
		.set(to)
		.where(and(eq(merge.id, row.id), eq(merge.status, row.status)))
		.returning();
	if (!after) throw new Error('a merge changed inside its own transaction');
	return after;
}

export type StepRefusal = MergeRefusal | 'not_found' | 'impossible_transition' | 'same_worker' | 'has_stake';

/** Another worker, who has no stake in it either, confirms: those it is about are told, and have seven days to object. */
export async function confirmMerge(
	tx: Tx,
	act: Act,
	grant: Grant<'groups.merge'>,
	id: string,
): Promise<{ ok: true; told: number } | Refused<StepRefusal>> {
	const row = await rowOf(tx, id);
	if (!row) return refused('not_found');
	if (row.status !== 'proposed') return refused('impossible_transition');
	if (row.proposedBy === grant.personId) return refused('same_worker');
	// Counted from the proposal: whoever gave up a role for this does not wait it out.
	for (const worker of [grant.personId, row.proposedBy]) {
		if (await hasStake(tx, worker, row, row.proposedAt)) return refused('has_stake');
	}
	const planned = await planOfMerge(tx, row, act.at);
	if (!planned.ok) return planned;
	const confirmed = { status: 'confirmed', confirmedBy: grant.personId, confirmedAt: act.at, dueAt: dueAfter(act.at) } as const;
	const after = await change(tx, row, confirmed);
	const told = await tellOf(tx, act, after, planned, 'notice');
	await audit(tx, act, after, 'confirm');
	return { ok: true, told };
}

/** Those who had been told of it hear that it is stopped, as far as they are still there. */
async function stop(tx: Tx, act: Act, row: MergeRow, status: 'objected' | 'withdrawn' | 'fallen', reason: string | null): Promise<void> {
	const planned = row.status === 'confirmed' ? await planOfMerge(tx, row, act.at) : null;
	const after = await change(tx, row, { status, reason, endedAt: act.at });
	const verb = ({ objected: 'object', withdrawn: 'withdraw', fallen: 'fall' } as const)[status];
	await audit(tx, act, after, verb, reason === null ? {} : { reason });
	if (planned?.ok) await tellOf(tx, act, after, planned, 'stopped');
}

/** Whoever proposed it takes it back, until it takes effect. */
export async function withdrawMerge(
	tx: Tx,
	act: Act,
	grant: Grant<'groups.merge'>,
	id: string,
): Promise<{ ok: true } | Refused<StepRefusal>> {
	const row = await rowOf(tx, id);
	if (row?.proposedBy !== grant.personId) return refused('not_found');
	if (!(OPEN_MERGES as readonly string[]).includes(row.status)) return refused('impossible_transition');
	await stop(tx, act, row, 'withdrawn', null);
	return { ok: true };
}

/** Someone it is about says no by the mailed link: it is stopped for good. */
export async function objectToMerge(
	tx: Tx,
	moment: Omit<Act, 'actor'>,
	token: string,
): Promise<{ ok: true } | Refused<'unknown_link' | 'impossible_transition'>> {
	const answer = await findMergeAnswer(tx, token);
	const row = answer && (await rowOf(tx, answer.mergeId));
	if (!row) return refused('unknown_link');
	if (row.status !== 'confirmed') return refused('impossible_transition');
	await stop(tx, { actor: { kind: 'person', personId: answer.personId }, ...moment }, row, 'objected', null);
	return { ok: true };
}

/**
 * The oldest merge whose notice is over takes effect, as the rows stand now; or it falls, when something stands against it by now.
 * @returns what was changed; null when none was due, or it fell.
 */
export async function carryOutDueMerge(tx: Tx, act: Act): Promise<MergePlan | null> {
	const [id] = await listDueMerges(tx, act.at);
	const [row] = await tx
		.select()
		.from(merge)
		.where(and(eq(merge.id, id ?? ''), eq(merge.status, 'confirmed'), lte(merge.dueAt, act.at)));
	if (!row || row.confirmedBy === null) return null;
	for (const worker of [row.confirmedBy, row.proposedBy]) {
		if (!(await hasStake(tx, worker, row, row.proposedAt))) continue;
		await stop(tx, act, row, 'fallen', 'has_stake');
		return null;
	}
	const planned = await planOfMerge(tx, row, act.at);
	if (!planned.ok) {
		await stop(tx, act, row, 'fallen', planned.reason);
		return null;
	}
	if (planned.kind === 'groups') await mergeGroups(tx, act, planned, row.confirmedBy);
	else await mergePersons(tx, act, planned, row.confirmedBy);
	await change(tx, row, { status: 'done', endedAt: act.at });
	return planned.plan;
}
