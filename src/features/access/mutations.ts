import type { Tx } from '#db/client.ts';
import { roleAssignment } from '#db/schema/access.ts';
import type { CoopRole, GroupRole } from '#src/features/access/policy.ts';
import { recordAudit } from '#src/features/audit/index.ts';
import type { Act } from '#src/lib/act.ts';
import { civilDateOf } from '#src/lib/clock.ts';
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
