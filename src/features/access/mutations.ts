import { and, eq, isNull, ne } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import { roleAssignment } from '#db/schema/access.ts';
import { account } from '#db/schema/accounts.ts';
import type { CoopRole, GroupRole } from '#src/features/access/policy.ts';
import { recordAudit } from '#src/features/audit/index.ts';
import type { Act } from '#src/lib/act.ts';
import { civilDateOf } from '#src/lib/clock.ts';
import type { Erased, ErasureLine } from '#src/lib/erasure.ts';
import { newId } from '#src/lib/ids.ts';

export type RoleScope =
	| { readonly kind: 'organisation'; readonly id: string; readonly role: GroupRole }
	| { readonly kind: 'coop'; readonly role: CoopRole };

/** Gives a role from today on; does nothing when the person already holds it there. */
export async function assignRole(tx: Tx, act: Act, personId: string, scope: RoleScope, grantedBy: string): Promise<void> {
	const scopeId = scope.kind === 'coop' ? 'coop' : scope.id;
	const [row] = await tx
		.insert(roleAssignment)
		.values({
			id: newId<'role_assignment'>(),
			personId,
			scopeKind: scope.kind,
			scopeId,
			role: scope.role,
			fromOn: civilDateOf(act.at),
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
		delta: { role: scope.role, scope: scope.kind },
	});
}

const runningIn = (scope: RoleScope) =>
	and(
		eq(roleAssignment.scopeKind, scope.kind),
		eq(roleAssignment.scopeId, scope.kind === 'coop' ? 'coop' : scope.id),
		eq(roleAssignment.role, scope.role),
		isNull(roleAssignment.toOn),
	);

/** Whether someone else who can log in holds the role, so that it may be given up. */
async function anotherHolds(tx: Tx, personId: string, scope: RoleScope): Promise<boolean> {
	const [other] = await tx
		.select({ id: roleAssignment.id })
		.from(roleAssignment)
		.innerJoin(account, and(eq(account.personId, roleAssignment.personId), eq(account.status, 'active')))
		.where(and(runningIn(scope), ne(roleAssignment.personId, personId)))
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
	if (scope.role === 'administrator' && !(await anotherHolds(tx, personId, scope))) return { ok: false, reason: 'last_administrator' };
	const [ended] = await tx
		.update(roleAssignment)
		.set({ toOn: civilDateOf(act.at) })
		.where(and(runningIn(scope), eq(roleAssignment.personId, personId)))
		.returning({ id: roleAssignment.id });
	if (!ended) return { ok: false, reason: 'not_found' };
	await recordAudit(tx, act, {
		action: 'access.end_role',
		subject: { kind: 'person', id: personId },
		organisationId: scope.kind === 'organisation' ? scope.id : null,
		delta: { role: scope.role, scope: scope.kind },
	});
	return { ok: true };
}

/** Ends every role of someone who is erased; that they had them stays, under the pseudonym. Who calls it looked whether they may go. */
export async function endAllRoles(tx: Tx, act: Act, who: Erased): Promise<ErasureLine[]> {
	const ended = await tx
		.update(roleAssignment)
		.set({ toOn: civilDateOf(act.at) })
		.where(and(eq(roleAssignment.personId, who.personId), isNull(roleAssignment.toOn)))
		.returning({ scopeKind: roleAssignment.scopeKind, scopeId: roleAssignment.scopeId, role: roleAssignment.role });
	for (const { scopeKind, scopeId, role } of ended) {
		await recordAudit(tx, act, {
			action: 'access.end_role',
			subject: { kind: 'person', id: who.personId },
			organisationId: scopeKind === 'organisation' ? scopeId : null,
			delta: { role, scope: scopeKind },
		});
	}
	return [{ table: 'role_assignment', how: 'kept', count: ended.length }];
}
