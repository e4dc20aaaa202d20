import { and, asc, eq, gt, isNull, lte, or, type Placeholder, sql } from 'drizzle-orm';
import { prepared, type Read, type Tx, type Value } from '#db/client.ts';
import { roleAssignment } from '#db/schema/access.ts';
import { account, accountEmail, person } from '#db/schema/accounts.ts';
import { organisation } from '#db/schema/membership.ts';
import { suspension } from '#db/schema/standing.ts';
import type { Access, CoopRole, GroupRole, Standing } from '#src/features/access/policy.ts';
import type { CivilDate } from '#src/lib/clock.ts';

const activeOn = (on: CivilDate | Placeholder) =>
	and(lte(roleAssignment.fromOn, on), or(isNull(roleAssignment.toOn), gt(roleAssignment.toOn, on)));

const accessRows = prepared((source, value: Value<'personId' | 'on'>) =>
	source
		.select({
			scopeKind: roleAssignment.scopeKind,
			scopeId: roleAssignment.scopeId,
			role: roleAssignment.role,
			slug: organisation.slug,
			usualName: organisation.usualName,
			status: organisation.status,
			suspended: sql<number>`exists (select 1 from ${suspension} where ${suspension.organisationId} = ${roleAssignment.scopeId}
				and ${suspension.fromOn} <= ${value('on')} and (${suspension.toOn} is null or ${suspension.toOn} > ${value('on')}))`,
		})
		.from(roleAssignment)
		.leftJoin(organisation, eq(organisation.id, roleAssignment.scopeId))
		.where(and(eq(roleAssignment.personId, value('personId')), activeOn(value('on'))))
		.orderBy(asc(organisation.usualName)),
);

/** What a person may do as of a day. */
export async function loadAccess(read: Read, personId: string, on: CivilDate): Promise<Access> {
	const rows = await accessRows(read, { personId, on });
	const coopRoles: CoopRole[] = [];
	const groups = new Map<string, { id: string; slug: string; usualName: string; standing: Standing; roles: GroupRole[] }>();
	for (const row of rows) {
		if (row.scopeKind === 'coop') coopRoles.push(row.role as CoopRole);
		else if (row.slug !== null && row.usualName !== null) {
			const { slug, usualName } = row;
			const standing = row.status !== 'member' ? 'former' : row.suspended ? 'suspended' : 'member';
			const group = groups.get(row.scopeId) ?? { id: row.scopeId, slug, usualName, standing, roles: [] };
			group.roles.push(row.role as GroupRole);
			groups.set(row.scopeId, group);
		}
	}
	return { personId, coopRoles, groups: [...groups.values()] };
}

export interface PersonWithRole {
	readonly personId: string;
	readonly fullName: string;
	readonly address: string;
	readonly locale: 'fr' | 'en';
	readonly role: string;
	readonly fromOn: string;
}

/** Everyone with a role in an organisation (or in the network: `coop`), one row a role; a closed account is left out. */
export async function listPeople(
	read: Read | Tx,
	scope: { kind: 'organisation'; id: string } | { kind: 'coop' },
	on: CivilDate,
): Promise<PersonWithRole[]> {
	return read
		.select({
			personId: person.id,
			fullName: person.fullName,
			address: accountEmail.address,
			locale: person.locale,
			role: roleAssignment.role,
			fromOn: roleAssignment.fromOn,
		})
		.from(roleAssignment)
		.innerJoin(person, eq(person.id, roleAssignment.personId))
		.innerJoin(account, and(eq(account.personId, person.id), eq(account.status, 'active')))
		.innerJoin(accountEmail, and(eq(accountEmail.accountId, account.id), eq(accountEmail.primary, true)))
		.where(
			and(eq(roleAssignment.scopeKind, scope.kind), eq(roleAssignment.scopeId, scope.kind === 'coop' ? 'coop' : scope.id), activeOn(on)),
		)
		.orderBy(asc(person.fullName), asc(roleAssignment.role));
}
