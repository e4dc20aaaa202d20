import { and, asc, eq, gt, isNull, lte, or, type Placeholder } from 'drizzle-orm';
import { prepared, type Read, type Tx, type Value } from '#db/client.ts';
import { membership, organisation } from '#db/schema/membership.ts';
import type { Grant, GroupGrant } from '#src/features/access/index.ts';
import type { Kind } from '#src/features/membership/schema.ts';
import { type CivilDate, civilDateOf, now } from '#src/lib/clock.ts';
import { type ExportPart, isoOf } from '#src/lib/export-part.ts';

export interface GroupLine {
	readonly id: string;
	readonly slug: string;
	readonly usualName: string;
	readonly kind: Kind;
	readonly memberNumber: number;
	readonly class: 'individual' | 'organisation';
	readonly fromOn: string;
	/** First day without membership; null while it lasts. */
	readonly toOn: string | null;
}

const groupLine = {
	id: organisation.id,
	slug: organisation.slug,
	usualName: organisation.usualName,
	kind: organisation.kind,
	memberNumber: membership.memberNumber,
	class: membership.class,
	fromOn: membership.fromOn,
	toOn: membership.toOn,
};

/** Every membership there was or is, by number. */
export async function listGroups(read: Read, _grant: Grant<'groups.read'>): Promise<GroupLine[]> {
	return read
		.select(groupLine)
		.from(membership)
		.innerJoin(organisation, eq(organisation.id, membership.organisationId))
		.orderBy(asc(membership.memberNumber));
}

const runningOn = (on: CivilDate | Placeholder) => and(lte(membership.fromOn, on), or(isNull(membership.toOn), gt(membership.toOn, on)));

const membershipRow = prepared((source, value: Value<'organisationId' | 'on'>) =>
	source
		.select({ memberNumber: membership.memberNumber, fromOn: membership.fromOn, class: membership.class })
		.from(membership)
		.where(and(eq(membership.organisationId, value('organisationId')), runningOn(value('on'))))
		.limit(1),
);

/** The bond of a group with the network, today unless another day is given; null when there is none. */
export async function membershipOf(
	read: Read | Tx,
	grant: GroupGrant,
	on: CivilDate = civilDateOf(now()),
): Promise<{ memberNumber: number; fromOn: string; class: 'individual' | 'organisation' } | null> {
	const [row] = await membershipRow(read, { organisationId: grant.organisationId, on });
	return row ?? null;
}

/** A group that is or was a member: its address and its first number. @throws when there is no such membership. */
export async function memberOf(read: Read | Tx, organisationId: string): Promise<{ slug: string; memberNumber: number }> {
	const [found] = await read
		.select({ slug: organisation.slug, memberNumber: membership.memberNumber })
		.from(organisation)
		.innerJoin(membership, eq(membership.organisationId, organisation.id))
		.where(eq(organisation.id, organisationId))
		.orderBy(asc(membership.fromOn))
		.limit(1);
	if (!found) throw new Error('an organisation that never was a member');
	return found;
}

/** A group and its memberships. */
export function membershipPartsOfGroup(read: Read, organisationId: string): ExportPart[] {
	return [
		{
			name: 'group',
			table: 'organisation',
			async *rows() {
				const rows = await read.select().from(organisation).where(eq(organisation.id, organisationId));
				for (const { slug, legalName, usualName, kind, mission, budgetBand, locale, status, createdAt } of rows)
					yield { slug, legalName, usualName, kind, mission, budgetBand, locale, status, createdAt: isoOf(createdAt) };
			},
		},
		{
			name: 'memberships',
			table: 'membership',
			async *rows() {
				const rows = await read
					.select()
					.from(membership)
					.where(eq(membership.organisationId, organisationId))
					.orderBy(asc(membership.fromOn));
				for (const { memberNumber, class: kind, fromOn, toOn, endReason } of rows) yield { memberNumber, kind, fromOn, toOn, endReason };
			},
		},
	];
}
