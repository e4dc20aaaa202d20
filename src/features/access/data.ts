import { and, asc, eq, gt, inArray, isNull, lte, ne, notExists, or, type Placeholder, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { prepared, type Read, type Tx, type Value } from '#db/client.ts';
import { roleAssignment } from '#db/schema/access.ts';
import { account, accountEmail, person } from '#db/schema/accounts.ts';
import { committee } from '#db/schema/committees.ts';
import { organisation } from '#db/schema/membership.ts';
import { suspension } from '#db/schema/standing.ts';
import type { Access, CommitteeRole, CoopRole, GroupRole, Standing } from '#src/features/access/policy.ts';
import type { CivilDate } from '#src/lib/clock.ts';
import { byPages, type ExportPart } from '#src/lib/export-part.ts';

const activeOn = (on: CivilDate | Placeholder) =>
	and(lte(roleAssignment.fromOn, on), or(isNull(roleAssignment.toOn), gt(roleAssignment.toOn, on)));

/** Running, or to begin. */
export const notOverOn = (on: CivilDate) =>
	or(isNull(roleAssignment.toOn), and(gt(roleAssignment.toOn, on), gt(roleAssignment.toOn, roleAssignment.fromOn)));

const accessRows = prepared((source, value: Value<'personId' | 'on'>) =>
	source
		.select({
			scopeKind: roleAssignment.scopeKind,
			scopeId: roleAssignment.scopeId,
			role: roleAssignment.role,
			slug: organisation.slug,
			usualName: organisation.usualName,
			status: organisation.status,
			committee: committee.slug,
			applications: committee.applications,
			suspended: sql<number>`exists (select 1 from ${suspension} where ${suspension.organisationId} = ${roleAssignment.scopeId}
				and ${suspension.fromOn} <= ${value('on')} and (${suspension.toOn} is null or ${suspension.toOn} > ${value('on')}))`,
		})
		.from(roleAssignment)
		.leftJoin(organisation, and(eq(roleAssignment.scopeKind, 'organisation'), eq(organisation.id, roleAssignment.scopeId)))
		.leftJoin(committee, and(eq(roleAssignment.scopeKind, 'committee'), eq(committee.slug, roleAssignment.scopeId), isNull(committee.toOn)))
		.where(and(eq(roleAssignment.personId, value('personId')), activeOn(value('on'))))
		.orderBy(asc(organisation.usualName)),
);

/** What a person may do as of a day. */
export async function loadAccess(read: Read, personId: string, on: CivilDate): Promise<Access> {
	const rows = await accessRows(read, { personId, on });
	const coopRoles: CoopRole[] = [];
	const groups = new Map<string, { id: string; slug: string; usualName: string; standing: Standing; roles: GroupRole[] }>();
	const committees = new Map<string, { slug: string; roles: CommitteeRole[]; applications: boolean }>();
	for (const row of rows) {
		if (row.scopeKind === 'coop') coopRoles.push(row.role as CoopRole);
		else if (row.committee !== null) {
			const one = committees.get(row.committee) ?? { slug: row.committee, roles: [], applications: row.applications ?? false };
			one.roles.push(row.role as CommitteeRole);
			committees.set(row.committee, one);
		} else if (row.slug !== null && row.usualName !== null) {
			const { slug, usualName } = row;
			const standing = row.status !== 'member' ? 'former' : row.suspended ? 'suspended' : 'member';
			const group = groups.get(row.scopeId) ?? { id: row.scopeId, slug, usualName, standing, roles: [] };
			group.roles.push(row.role as GroupRole);
			groups.set(row.scopeId, group);
		}
	}
	const found = { personId, coopRoles, groups: [...groups.values()] };
	// A committee is made of people who work in the network: whoever no longer does holds nothing through it.
	return committees.size > 0 && coopRoles.length > 0 ? { ...found, committees: [...committees.values()] } : found;
}

/** Those with a role in the network. */
const worksOn = (read: Read | Tx, on: CivilDate) =>
	read
		.select({ personId: roleAssignment.personId })
		.from(roleAssignment)
		.where(and(eq(roleAssignment.scopeKind, 'coop'), activeOn(on)));

export interface PersonWithRole {
	readonly personId: string;
	readonly fullName: string;
	readonly address: string;
	readonly locale: 'fr' | 'en';
	readonly role: string;
	readonly fromOn: string;
	/** First day without the role; null while no end is set. */
	readonly toOn: string | null;
}

/**
 * Everyone with a role in an organisation or a committee (or in the network: `coop`), one row a role; a closed account is left out.
 * @param scheduled also roles that begin later.
 */
export async function listPeople(
	read: Read | Tx,
	scope: { kind: 'organisation' | 'committee'; id: string } | { kind: 'coop' },
	on: CivilDate,
	{ scheduled = false } = {},
): Promise<PersonWithRole[]> {
	return read
		.select({
			personId: person.id,
			fullName: person.fullName,
			address: accountEmail.address,
			locale: person.locale,
			role: roleAssignment.role,
			fromOn: roleAssignment.fromOn,
			toOn: roleAssignment.toOn,
		})
		.from(roleAssignment)
		.innerJoin(person, eq(person.id, roleAssignment.personId))
		.innerJoin(account, and(eq(account.personId, person.id), eq(account.status, 'active')))
		.innerJoin(accountEmail, and(eq(accountEmail.accountId, account.id), eq(accountEmail.primary, true)))
		.where(
			and(
				eq(roleAssignment.scopeKind, scope.kind),
				eq(roleAssignment.scopeId, scope.kind === 'coop' ? 'coop' : scope.id),
				scheduled ? notOverOn(on) : activeOn(on),
				scope.kind === 'committee' ? inArray(roleAssignment.personId, worksOn(read, on)) : undefined,
			),
		)
		.orderBy(asc(person.fullName), asc(roleAssignment.role));
}

/** Whether a person holds any role of the network as of a day, whatever their session carries. */
export async function holdsCoopRole(read: Read | Tx, personId: string, on: CivilDate): Promise<boolean> {
	const [row] = await read
		.select({ id: roleAssignment.id })
		.from(roleAssignment)
		.where(and(eq(roleAssignment.personId, personId), eq(roleAssignment.scopeKind, 'coop'), activeOn(on)))
		.limit(1);
	return row !== undefined;
}

/** Whether a person has or ever had a role in an organisation, scheduled ones included. */
export async function everHeldIn(read: Read | Tx, personId: string, organisationId: string): Promise<boolean> {
	const [row] = await read
		.select({ id: roleAssignment.id })
		.from(roleAssignment)
		.where(
			and(eq(roleAssignment.personId, personId), eq(roleAssignment.scopeKind, 'organisation'), eq(roleAssignment.scopeId, organisationId)),
		)
		.limit(1);
	return row !== undefined;
}

/** Groups that are members and that nobody else who can log in looks after. */
export async function listSoleAdministrations(
	read: Read | Tx,
	personId: string,
): Promise<{ id: string; slug: string; usualName: string }[]> {
	const other = alias(roleAssignment, 'other');
	const others = read
		.select({ one: sql`1` })
		.from(other)
		.innerJoin(account, and(eq(account.personId, other.personId), eq(account.status, 'active')))
		.where(
			and(
				eq(other.scopeKind, 'organisation'),
				eq(other.scopeId, organisation.id),
				eq(other.role, 'administrator'),
				isNull(other.toOn),
				ne(other.personId, personId),
			),
		);
	return read
		.select({ id: organisation.id, slug: organisation.slug, usualName: organisation.usualName })
		.from(roleAssignment)
		.innerJoin(organisation, and(eq(organisation.id, roleAssignment.scopeId), eq(organisation.status, 'member')))
		.where(
			and(
				eq(roleAssignment.personId, personId),
				eq(roleAssignment.scopeKind, 'organisation'),
				eq(roleAssignment.role, 'administrator'),
				isNull(roleAssignment.toOn),
				notExists(others),
			),
		)
		.orderBy(asc(organisation.usualName));
}

/** Every role a person has or had. */
export function rolePartsOfPerson(read: Read, personId: string): ExportPart[] {
	return [
		{
			name: 'roles',
			table: 'role_assignment',
			async *rows() {
				const rows = await read
					.select({ row: roleAssignment, group: organisation.usualName })
					.from(roleAssignment)
					.leftJoin(organisation, eq(organisation.id, roleAssignment.scopeId))
					.where(eq(roleAssignment.personId, personId))
					.orderBy(asc(roleAssignment.id));
				for (const { row, group } of rows) yield { group, role: row.role, fromOn: row.fromOn, toOn: row.toOn };
			},
		},
	];
}

/** Everyone who has or had a role in a group, as the group's own page shows them. */
export function rolePartsOfGroup(read: Read, organisationId: string): ExportPart[] {
	return [
		{
			name: 'people',
			table: 'role_assignment',
			async *rows() {
				const fetch = (after: string, most: number) =>
					read
						.select({
							id: roleAssignment.id,
							name: person.fullName,
							address: accountEmail.address,
							role: roleAssignment.role,
							fromOn: roleAssignment.fromOn,
							toOn: roleAssignment.toOn,
						})
						.from(roleAssignment)
						.innerJoin(person, eq(person.id, roleAssignment.personId))
						.leftJoin(account, eq(account.personId, person.id))
						.leftJoin(accountEmail, and(eq(accountEmail.accountId, account.id), eq(accountEmail.primary, true)))
						.where(
							and(eq(roleAssignment.scopeKind, 'organisation'), eq(roleAssignment.scopeId, organisationId), gt(roleAssignment.id, after)),
						)
						.orderBy(asc(roleAssignment.id))
						.limit(most);
				// The address of someone who left is no longer the group's to take along.
				for await (const { id: _, address, ...row } of byPages(fetch)) yield { ...row, address: row.toOn === null ? address : null };
			},
		},
	];
}
