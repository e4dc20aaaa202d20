import { and, eq, gt, isNull, lt, lte, ne, or, type SQL, sql } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import { roleAssignment } from '#db/schema/access.ts';
import { account } from '#db/schema/accounts.ts';
import { notOverOn } from '#src/features/access/data.ts';
import type { CommitteeRole, CoopRole, GroupRole } from '#src/features/access/policy.ts';
import { recordAudit } from '#src/features/audit/index.ts';
import type { Act } from '#src/lib/act.ts';
import { type CivilDate, civilDateOf } from '#src/lib/clock.ts';
import type { Erased, ErasureLine } from '#src/lib/erasure.ts';
import { newId } from '#src/lib/ids.ts';

export type RoleScope =
	| { readonly kind: 'organisation'; readonly id: string; readonly role: GroupRole }
	| { readonly kind: 'committee'; readonly id: string; readonly role: CommitteeRole }
	| { readonly kind: 'coop'; readonly role: CoopRole };

/** When a role begins and ends. Today and for good unless said otherwise. */
export interface RoleDates {
	readonly fromOn?: CivilDate;
	/** First day without the role; null when it lasts. */
	readonly toOn?: CivilDate | null;
}

const deltaOf = (scope: RoleScope) => (scope.kind === 'committee' ? { committee: scope.id } : {});

const inScope = (scope: RoleScope) =>
	and(
		eq(roleAssignment.scopeKind, scope.kind),
		eq(roleAssignment.scopeId, scope.kind === 'coop' ? 'coop' : scope.id),
		eq(roleAssignment.role, scope.role),
	);

const runningIn = (scope: RoleScope, on: CivilDate) =>
	and(inScope(scope), lte(roleAssignment.fromOn, on), or(isNull(roleAssignment.toOn), gt(roleAssignment.toOn, on)));

/**
 * Gives a role, from today on unless dates are given; does nothing when the person already holds it there on any of those days.
 * @returns whether it was given.
 */
export async function assignRole(
	tx: Tx,
	act: Act,
	personId: string,
	scope: RoleScope,
	grantedBy: string,
	{ fromOn = civilDateOf(act.at), toOn = null }: RoleDates = {},
): Promise<boolean> {
	const [held] = await tx
		.select({ id: roleAssignment.id })
		.from(roleAssignment)
		.where(
			and(
				inScope(scope),
				eq(roleAssignment.personId, personId),
				or(isNull(roleAssignment.toOn), and(gt(roleAssignment.toOn, fromOn), gt(roleAssignment.toOn, roleAssignment.fromOn))),
				toOn === null ? undefined : lt(roleAssignment.fromOn, toOn),
			),
		)
		.limit(1);
	if (held) return false;
	await tx.insert(roleAssignment).values({
		id: newId<'role_assignment'>(),
		personId,
		scopeKind: scope.kind,
		scopeId: scope.kind === 'coop' ? 'coop' : scope.id,
		role: scope.role,
		fromOn,
		toOn,
		grantedBy,
		createdAt: act.at,
	});
	await recordAudit(tx, act, {
		action: 'access.assign_role',
		subject: { kind: 'person', id: personId },
		organisationId: scope.kind === 'organisation' ? scope.id : null,
		delta: {
			role: scope.role,
			scope: scope.kind,
			...deltaOf(scope),
			...(fromOn === civilDateOf(act.at) ? {} : { fromOn }),
			...(toOn === null ? {} : { toOn }),
		},
	});
	return true;
}

/** Whether someone else who can log in holds the role without an end, so that it may be given up. */
async function anotherHolds(tx: Tx, personId: string, scope: RoleScope, on: CivilDate): Promise<boolean> {
	const [other] = await tx
		.select({ id: roleAssignment.id })
		.from(roleAssignment)
		.innerJoin(account, and(eq(account.personId, roleAssignment.personId), eq(account.status, 'active')))
		.where(and(inScope(scope), isNull(roleAssignment.toOn), lte(roleAssignment.fromOn, on), ne(roleAssignment.personId, personId)))
		.limit(1);
	return other !== undefined;
}

/**
 * Ends a role at once, or one that has not begun: whatever its holder has open asks for their rights anew at every page. A group
 * always keeps someone who looks after it, and whose role has no end.
 */
export async function endRole(
	tx: Tx,
	act: Act,
	personId: string,
	scope: RoleScope,
): Promise<{ ok: true } | { ok: false; reason: 'not_found' | 'last_administrator' }> {
	const on = civilDateOf(act.at);
	if (scope.role === 'administrator' && !(await anotherHolds(tx, personId, scope, on))) return { ok: false, reason: 'last_administrator' };
	const ended = await tx
		.update(roleAssignment)
		// One that has not begun ends on the day it would have.
		.set({ toOn: sql`max(${roleAssignment.fromOn}, ${on})` })
		.where(and(inScope(scope), eq(roleAssignment.personId, personId), notOverOn(on)))
		.returning({ id: roleAssignment.id });
	if (ended.length === 0) return { ok: false, reason: 'not_found' };
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

/** Ends roles today; one that has not begun ends on the day it would have. */
async function endAll(tx: Tx, act: Act, which: SQL | undefined): Promise<number> {
	const on = civilDateOf(act.at);
	const ended = await tx
		.update(roleAssignment)
		.set({ toOn: sql`max(${roleAssignment.fromOn}, ${on})` })
		.where(and(which, notOverOn(on)))
		.returning({
			personId: roleAssignment.personId,
			scopeKind: roleAssignment.scopeKind,
			scopeId: roleAssignment.scopeId,
			role: roleAssignment.role,
		});
	for (const { personId, scopeKind, scopeId, role } of ended) {
		await recordAudit(tx, act, {
			action: 'access.end_role',
			subject: { kind: 'person', id: personId },
			organisationId: scopeKind === 'organisation' ? scopeId : null,
			delta: { role, scope: scopeKind, ...(scopeKind === 'committee' ? { committee: scopeId } : {}) },
		});
	}
	return ended.length;
}

/** Ends every role in a group that left long ago, or that became part of another: there is no last administrator to keep. @returns how many. */
export function endRolesOf(tx: Tx, act: Act, organisationId: string): Promise<number> {
	return endAll(tx, act, and(eq(roleAssignment.scopeKind, 'organisation'), eq(roleAssignment.scopeId, organisationId)));
}

/** Ends every role of a person, whatever its scope. Who calls it looked whether they may go. @returns how many. */
export function endRolesOfPerson(tx: Tx, act: Act, personId: string): Promise<number> {
	return endAll(tx, act, eq(roleAssignment.personId, personId));
}

/** Ends every role of someone who is erased; that they had them stays, under the pseudonym. */
export async function endAllRoles(tx: Tx, act: Act, who: Erased): Promise<ErasureLine[]> {
	return [{ table: 'role_assignment', how: 'kept', count: await endRolesOfPerson(tx, act, who.personId) }];
}
