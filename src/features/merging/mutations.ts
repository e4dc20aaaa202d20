import { and, eq, inArray, isNotNull, sql } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import { roleAssignment } from '#db/schema/access.ts';
import { account, accountEmail, accountLink } from '#db/schema/accounts.ts';
import { pledge } from '#db/schema/contributions.ts';
import { groupContact, groupContactLink } from '#db/schema/groups.ts';
import { invitation, membership, organisation } from '#db/schema/membership.ts';
import { entitlement, serviceRequest } from '#db/schema/requests.ts';
import { endSessionsOf } from '#src/adapters/sessions/index.ts';
import type { Grant } from '#src/features/access/index.ts';
import { recordAudit } from '#src/features/audit/index.ts';
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
import { civilDateOf } from '#src/lib/clock.ts';
import { newId } from '#src/lib/ids.ts';

type Refused<R extends string> = { readonly ok: false; readonly reason: R };
const refused = <const R extends string>(reason: R): Refused<R> => ({ ok: false, reason });

/** How many rows of each kind a plan touches: what the trail keeps of it. */
const countsOf = (plan: MergePlan): Record<string, number> =>
	Object.fromEntries(Object.entries(plan).map(([kind, ids]) => [kind, ids.length]));

const idsIn = (plan: MergePlan, kind: MergeChange): string[] => [...(plan[kind] ?? [])];

async function endRoles(tx: Tx, act: Act, plan: MergePlan): Promise<void> {
	const on = civilDateOf(act.at);
	// One that has not begun ends on the day it would have.
	await tx
		.update(roleAssignment)
		.set({ toOn: sql`max(${roleAssignment.fromOn}, ${on})` })
		.where(inArray(roleAssignment.id, idsIn(plan, 'roles_ended')));
}

async function addRoles(
	tx: Tx,
	act: Act,
	roles: readonly RoleToMove[],
	place: (role: RoleToMove) => Pick<typeof roleAssignment.$inferInsert, 'personId' | 'scopeKind' | 'scopeId'>,
	grantedBy: string,
): Promise<void> {
	for (const one of roles) {
		const { fromOn, toOn } = one;
		const role = one.role as (typeof roleAssignment.$inferInsert)['role'];
		await tx
			.insert(roleAssignment)
			.values({ id: newId<'role_assignment'>(), ...place(one), role, fromOn, toOn, grantedBy, createdAt: act.at });
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
	const on = civilDateOf(act.at);
	await endRoles(tx, act, plan);
	await addRoles(tx, act, roles, ({ holder }) => ({ personId: holder, scopeKind: 'organisation', scopeId: into.id }), grant.personId);
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
		.update(pledge)
		.set({ status: 'ended', endedOn: on })
		.where(inArray(pledge.id, idsIn(plan, 'pledges_ended')));
	await tx
		.update(membership)
		.set({ toOn: on, endReason: 'merged' })
		.where(inArray(membership.id, idsIn(plan, 'memberships_ended')));
	await tx
		.update(organisation)
		.set({ status: 'former', mergedIntoId: into.id, version: sql`${organisation.version} + 1` })
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
		.where(and(inArray(groupContactLink.contactId, ended), sql`${groupContactLink.usedAt} is null`));
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

async function tell(tx: Tx, act: Act, from: PersonToMerge, into: PersonToMerge): Promise<void> {
	for (const { fullName: name, locale, addresses, personId } of [from, into]) {
		for (const address of addresses) {
			await queueMessage(tx, act, {
				dedupeKey: `merging.persons:${newId<'outbox_message'>()}`,
				to: { name, address },
				locale,
				template: 'merging.persons_merged',
				content: personsMergedMail(locale, { name, addresses: [...into.addresses, ...from.addresses] }),
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
	await endRoles(tx, act, plan);
	const place = ({ holder }: RoleToMove) => ({
		personId: into.personId,
		scopeKind: 'organisation' as const,
		scopeId: holder.slice('organisation:'.length),
	});
	await addRoles(tx, act, roles, place, grant.personId);
	await tx.delete(accountLink).where(inArray(accountLink.tokenHash, idsIn(plan, 'links_dropped')));
	await tx.delete(accountEmail).where(inArray(accountEmail.id, idsIn(plan, 'addresses_dropped')));
	await tx
		.update(accountEmail)
		.set({ accountId: into.accountId, primary: false })
		.where(and(inArray(accountEmail.id, idsIn(plan, 'addresses_moved')), isNotNull(accountEmail.verifiedAt)));
	await endSessionsOf(tx, from.accountId, null);
	await tx
		.update(invitation)
		.set({ invitedBy: into.personId })
		.where(inArray(invitation.id, idsIn(plan, 'invitations_moved')));
	await tx
		.update(serviceRequest)
		.set({ requesterId: into.personId, version: sql`${serviceRequest.version} + 1` })
		.where(inArray(serviceRequest.id, idsIn(plan, 'requests_moved')));
	await tx
		.update(account)
		.set({ status: 'closed', passwordHash: null, version: sql`${account.version} + 1` })
		.where(eq(account.id, from.accountId));
	await recordAudit(tx, act, {
		action: 'merging.merge_persons',
		subject: { kind: 'person', id: from.personId },
		delta: { into: into.personId, ...countsOf(plan) },
	});
	await tell(tx, act, from, into);
	return { ok: true, plan };
}
