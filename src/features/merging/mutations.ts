import { and, eq, inArray, isNotNull, sql } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import { account, accountEmail, accountLink } from '#db/schema/accounts.ts';
import { complaint, complaintPerson } from '#db/schema/complaints.ts';
import { groupContact, groupContactLink } from '#db/schema/groups.ts';
import { invitation, organisation } from '#db/schema/membership.ts';
import { entitlement, serviceRequest } from '#db/schema/requests.ts';
import { endSessionsOf } from '#src/adapters/sessions/index.ts';
import { assignRole, endRolesOf, endRolesOfPerson, type Grant, type GroupRole } from '#src/features/access/index.ts';
import { recordAudit } from '#src/features/audit/index.ts';
import { endPledge } from '#src/features/contributions/index.ts';
import { dropFactors } from '#src/features/factors/index.ts';
import { dropLogins } from '#src/features/login/index.ts';
import { endMembership } from '#src/features/membership/index.ts';
import {
	type GroupMergeRefusal,
	type PersonMergeRefusal,
	type PersonToMerge,
	planGroupMerge,
	planPersonMerge,
} from '#src/features/merging/data.ts';
import { personsMergedMail } from '#src/features/merging/mail.ts';
import { fingerprintOf, type MergeChange, type MergePlan, type RoleToMove } from '#src/features/merging/rules.ts';
import { queueMessage } from '#src/features/outbox/index.ts';
import type { Act } from '#src/lib/act.ts';
import type { CivilDate } from '#src/lib/clock.ts';
import { newId } from '#src/lib/ids.ts';

type Refused<R extends string> = { readonly ok: false; readonly reason: R };
const refused = <const R extends string>(reason: R): Refused<R> => ({ ok: false, reason });

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
 * @param input.fingerprint of the plan that was shown: this one is done, or none.
 */
export async function mergeGroups(
	tx: Tx,
	act: Act,
	grant: Grant<'groups.merge'>,
	input: { readonly from: string; readonly into: string; readonly fingerprint: string },
): Promise<{ ok: true; plan: MergePlan; slug: string } | Refused<GroupMergeRefusal | 'plan_changed'>> {
	const planned = await planGroupMerge(tx, grant, input, act.at);
	if (!planned.ok) return planned;
	const { from, into, plan, roles } = planned;
	if (fingerprintOf(plan) !== input.fingerprint) return refused('plan_changed');
	await endRolesOf(tx, act, from.id);
	await addRoles(tx, act, roles, ({ holder }) => ({ personId: holder, organisationId: into.id }), grant.personId);
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
	await moveContacts(tx, act, grant, plan, into.id);
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
	return { ok: true, plan, slug: into.slug };
}

/** Addresses begin anew where they go: they have not stood there, and vouch for nobody until they have. */
async function moveContacts(tx: Tx, act: Act, grant: Grant<'groups.merge'>, plan: MergePlan, into: string): Promise<void> {
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
			setBy: grant.personId,
			fromAt: act.at,
			verifiedAt: verifiedAt === null ? null : act.at,
		});
	}
}

/** Whether the closed account had a second step: the one that stays may have none. */
const hadFactor = (plan: MergePlan): boolean => plan.code_apps_dropped !== undefined || plan.passkeys_dropped !== undefined;

async function tell(tx: Tx, act: Act, from: PersonToMerge, into: PersonToMerge, factorsGone: boolean): Promise<void> {
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
export async function mergePersons(
	tx: Tx,
	act: Act,
	grant: Grant<'groups.merge'>,
	input: { readonly from: string; readonly into: string; readonly fingerprint: string },
): Promise<{ ok: true; plan: MergePlan } | Refused<PersonMergeRefusal | 'plan_changed'>> {
	const planned = await planPersonMerge(tx, grant, input, act.at);
	if (!planned.ok) return planned;
	const { from, into, plan, roles } = planned;
	if (fingerprintOf(plan) !== input.fingerprint) return refused('plan_changed');
	await endRolesOfPerson(tx, act, from.personId);
	const place = ({ holder }: RoleToMove) => ({
		personId: into.personId,
		organisationId: holder.slice('organisation:'.length),
	});
	await addRoles(tx, act, roles, place, grant.personId);
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
	await tell(tx, act, from, into, hadFactor(plan));
	return { ok: true, plan };
}
