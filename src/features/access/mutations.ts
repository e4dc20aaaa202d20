import { and, eq, gt, isNull, lte, ne, or } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import { roleAssignment } from '#db/schema/access.ts';
import { account } from '#db/schema/accounts.ts';
import type { CommitteeRole, CoopRole, GroupRole } from '#src/features/access/policy.ts';
import { recordAudit } from '#src/features/audit/index.ts';
import type { Act } from '#src/lib/act.ts';
import { type CivilDate, civilDateOf } from '#src/lib/clock.ts';
import { newId } from '#src/lib/ids.ts';

export type RoleScope =
	| { readonly kind: 'organisation'; readonly id: string; readonly role: GroupRole }
	| { readonly kind: 'committee'; readonly id: string; readonly role: CommitteeRole }
	| { readonly kind: 'coop'; readonly role: CoopRole };

/**
 * Gives a role from today on; does nothing when the person already holds it there.
 * @param until first day without it; null while no end is set.
 */
export async function assignRole(
	tx: Tx,
	act: Act,
	personId: string,
	scope: RoleScope,
	grantedBy: string,
	until: CivilDate | null = null,
): Promise<void> {
	const scopeId = scope.kind === 'coop' ? 'coop' : scope.id;
	const [held] = await tx
		.select({ id: roleAssignment.id })
		.from(roleAssignment)
		.where(and(runningIn(scope, civilDateOf(act.at)), eq(roleAssignment.personId, personId)))
		.limit(1);
	if (held) return;
	const [row] = await tx
		.insert(roleAssignment)
		.values({
			id: newId<'role_assignment'>(),
			personId,
			scopeKind: scope.kind,
			scopeId,
			role: scope.role,
			fromOn: civilDateOf(act.at),
			toOn: until,
			grantedBy,
			createdAt: act.at,
		})
		.onConflictDoNothing()
		.returning({ id: roleAssignment.id });
	if (!row) return;
	await recordAudit(tx, act, {
		action: 'access.assign_role',
		subject: { kind: 'person', id: personId },
		organisationId: scope.kind === 'organisation' ? scope.id : null,
		delta: { role: scope.role, scope: scope.kind, ...deltaOf(scope), ...(until === null ? {} : { until }) },
	});
}

const deltaOf = (scope: RoleScope) => (scope.kind === 'committee' ? { committee: scope.id } : {});

const runningIn = (scope: RoleScope, on: CivilDate) =>
	and(
		eq(roleAssignment.scopeKind, scope.kind),
		eq(roleAssignment.scopeId, scope.kind === 'coop' ? 'coop' : scope.id),
		eq(roleAssignment.role, scope.role),
		lte(roleAssignment.fromOn, on),
		or(isNull(roleAssignment.toOn), gt(roleAssignment.toOn, on)),
	);

/** Whether someone else who can log in holds the role, so that it may be given up. */
async function anotherHolds(tx: Tx, personId: string, scope: RoleScope, on: CivilDate): Promise<boolean> {
	const [other] = await tx
		.select({ id: roleAssignment.id })
		.from(roleAssignment)
		.innerJoin(account, and(eq(account.personId, roleAssignment.personId), eq(account.status, 'active')))
		.where(and(runningIn(scope, on), ne(roleAssignment.personId, personId)))
		.limit(1);
	return other !== undefined;
}

/**
 * Ends a role at once: whatever its holder has open asks for their rights anew at every page. A group always keeps someone
 * who looks after it.
 */
export async function endRole(
	tx: Tx,
	act: Act,
	personId: string,
	scope: RoleScope,
): Promise<{ ok: true } | { ok: false; reason: 'not_found' | 'last_administrator' }> {
	const on = civilDateOf(act.at);
	if (scope.role === 'administrator' && !(await anotherHolds(tx, personId, scope, on))) return { ok: false, reason: 'last_administrator' };
	const [ended] = await tx
		.update(roleAssignment)
		.set({ toOn: on })
		.where(and(runningIn(scope, on), eq(roleAssignment.personId, personId)))
		.returning({ id: roleAssignment.id });
	if (!ended) return { ok: false, reason: 'not_found' };
	await recordAudit(tx, act, {
		action: 'access.end_role',
		subject: { kind: 'person', id: personId },
		organisationId: scope.kind === 'organisation' ? scope.id : null,
		delta: { role: scope.role, scope: scope.kind, ...deltaOf(scope) },
	});
	return { ok: true };
}

/** Sets the last day of a role under way, or takes it away. @returns false when the person does not hold it. */
export async function setRoleEnd(tx: Tx, act: Act, personId: string, scope: RoleScope, until: CivilDate | null): Promise<boolean> {
	const [changed] = await tx
		.update(roleAssignment)
		.set({ toOn: until })
		.where(and(runningIn(scope, civilDateOf(act.at)), eq(roleAssignment.personId, personId)))
		.returning({ id: roleAssignment.id });
	if (!changed) return false;
	await recordAudit(tx, act, {
		action: 'access.set_role_end',
		subject: { kind: 'person', id: personId },
		organisationId: scope.kind === 'organisation' ? scope.id : null,
		delta: { role: scope.role, scope: scope.kind, ...deltaOf(scope), until },
	});
	return true;
}
