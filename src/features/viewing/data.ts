import { and, asc, eq, gt, isNull, type SQL } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { prepared, type Read, type Tx, type Value } from '#db/client.ts';
import { person } from '#db/schema/accounts.ts';
import { organisation } from '#db/schema/membership.ts';
import { viewing } from '#db/schema/viewing.ts';
import { type Access, type Grant, holds, listPeople, loadAccess } from '#src/features/access/index.ts';
import { isOver } from '#src/features/viewing/rules.ts';
import { type CivilDate, civilDateOf, type Instant } from '#src/lib/clock.ts';
import { type ExportPart, isoOf, isoOrNull } from '#src/lib/export-part.ts';
import { hashToken } from '#src/lib/ids.ts';

/** A view under way. */
export interface Viewing {
	readonly id: string;
	readonly viewerId: string;
	readonly person: { readonly id: string; readonly name: string };
	readonly group: { readonly id: string; readonly slug: string; readonly usualName: string };
	readonly endsAt: Instant;
	/** What is seen: the person's roles in that group, and nothing of the viewer's. */
	readonly access: Access;
}

const running = prepared((source, value: Value<'sessionHash' | 'at'>) =>
	source
		.select({
			id: viewing.id,
			viewerId: viewing.viewerId,
			personId: viewing.personId,
			personName: person.fullName,
			organisationId: viewing.organisationId,
			slug: organisation.slug,
			usualName: organisation.usualName,
			endsAt: viewing.endsAt,
		})
		.from(viewing)
		.innerJoin(person, eq(person.id, viewing.personId))
		.innerJoin(organisation, eq(organisation.id, viewing.organisationId))
		.where(and(eq(viewing.sessionHash, value('sessionHash')), isNull(viewing.endedAt), gt(viewing.endsAt, value('at'))))
		.limit(1),
);

/**
 * What a session views at present; null when nothing, or when the ground is gone: the viewer lost the right, the person left
 * the group or came to work in the network.
 * @param viewer what the viewer may do themselves.
 */
export async function findViewing(read: Read, sessionId: string, viewer: Access, at: Instant): Promise<Viewing | null> {
	if (!holds(viewer, 'support.view_as')) return null;
	const [row] = await running(read, { sessionHash: hashToken(sessionId), at });
	if (!row || row.viewerId !== viewer.personId || isOver(row, at)) return null;
	const access = await loadAccess(read, row.personId, civilDateOf(at));
	const group = access.groups.find(({ id }) => id === row.organisationId);
	if (!group || access.coopRoles.length > 0) return null;
	// What a group can or can't pay is read by those who keep the accounts: a view gives nobody more.
	const seen = holds(viewer, 'payments.record') ? group : { ...group, without: ['contributions.read' as const] };
	return {
		id: row.id,
		viewerId: row.viewerId,
		person: { id: row.personId, name: row.personName },
		group: { id: row.organisationId, slug: row.slug, usualName: row.usualName },
		endsAt: row.endsAt,
		access: { personId: row.personId, coopRoles: [], groups: [seen] },
	};
}

export interface Viewable {
	readonly group: { readonly id: string; readonly slug: string; readonly usualName: string };
	readonly people: readonly { readonly personId: string; readonly fullName: string; readonly roles: readonly string[] }[];
}

/** The people of a group whose view of it may be taken: those who do not work in the network. Null when there is no such group. */
export async function findViewable(
	read: Read | Tx,
	_grant: Grant<'support.view_as'>,
	slug: string,
	on: CivilDate,
): Promise<Viewable | null> {
	const [group] = await read
		.select({ id: organisation.id, slug: organisation.slug, usualName: organisation.usualName })
		.from(organisation)
		.where(eq(organisation.slug, slug))
		.limit(1);
	if (!group) return null;
	const workers = new Set((await listPeople(read, { kind: 'coop' }, on)).map(({ personId }) => personId));
	const people = new Map<string, { personId: string; fullName: string; roles: string[] }>();
	for (const { personId, fullName, role } of await listPeople(read, { kind: 'organisation', id: group.id }, on)) {
		if (workers.has(personId)) continue;
		const one = people.get(personId) ?? { personId, fullName, roles: [] };
		one.roles.push(role);
		people.set(personId, one);
	}
	return { group, people: [...people.values()] };
}

const viewer = alias(person, 'viewer');

function viewParts(read: Read, which: SQL): ExportPart[] {
	return [
		{
			name: 'views',
			table: 'viewing',
			async *rows() {
				const rows = await read
					.select({ row: viewing, seenBy: viewer.fullName, seenAs: person.fullName, group: organisation.usualName })
					.from(viewing)
					.innerJoin(viewer, eq(viewer.id, viewing.viewerId))
					.innerJoin(person, eq(person.id, viewing.personId))
					.innerJoin(organisation, eq(organisation.id, viewing.organisationId))
					.where(which)
					.orderBy(asc(viewing.id));
				for (const { row, ...names } of rows)
					yield { ...names, reason: row.reason, createdAt: isoOf(row.startedAt), endedAt: isoOrNull(row.endedAt) };
			},
		},
	];
}

/** When someone of the team saw a group's space as this person does, as they were told. */
export const viewPartsOfPerson = (read: Read, personId: string): ExportPart[] => viewParts(read, eq(viewing.personId, personId));

/** When someone of the team saw this group's space, as its administrators were told. */
export const viewPartsOfGroup = (read: Read, organisationId: string): ExportPart[] =>
	viewParts(read, eq(viewing.organisationId, organisationId));
