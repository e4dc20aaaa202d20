import { and, asc, desc, eq, gte, isNull, lte, notExists, or, sql } from 'drizzle-orm';
import { prepared, type Read, type Tx, type Value } from '#db/client.ts';
import { leavingNotice } from '#db/schema/leaving.ts';
import { membership, organisation } from '#db/schema/membership.ts';
import { renewal } from '#db/schema/standing.ts';
import type { Grant, GroupGrant } from '#src/features/access/index.ts';
import { anniversaryToAsk, isOpen, isSilent, remindsOn } from '#src/features/renewal/rules.ts';
import type { CivilDate } from '#src/lib/clock.ts';
import { type ExportPart, isoOf, isoOrNull } from '#src/lib/export-part.ts';

export type Renewal = typeof renewal.$inferSelect;

const lastRow = prepared((source, value: Value<'organisationId'>) =>
	source
		.select({ renewal })
		.from(renewal)
		.innerJoin(membership, and(eq(membership.id, renewal.membershipId), isNull(membership.toOn)))
		.where(eq(renewal.organisationId, value('organisationId')))
		.orderBy(desc(renewal.dueOn))
		.limit(1),
);

/** The latest question to a group, of its running membership; null when none was asked. */
export async function findLastRenewal(source: Read | Tx, organisationId: string): Promise<Renewal | null> {
	const [row] = await lastRow(source, { organisationId });
	return row?.renewal ?? null;
}

/** The question a group has before it today; null when it has none. */
export async function findOpenRenewal(read: Read, grant: GroupGrant, on: CivilDate): Promise<Renewal | null> {
	const last = await findLastRenewal(read, grant.organisationId);
	return last && isOpen(last, on) ? last : null;
}

/** Every question of a group and its answer, latest first. */
export async function listRenewals(read: Read, grant: GroupGrant<'space.read'>) {
	return read
		.select({ dueOn: renewal.dueOn, answer: renewal.answer, answeredAt: renewal.answeredAt, laterOn: renewal.laterOn })
		.from(renewal)
		.where(eq(renewal.organisationId, grant.organisationId))
		.orderBy(desc(renewal.dueOn));
}

/** The same, as the group takes them away. */
export function renewalPartsOfGroup(read: Read, organisationId: string): ExportPart[] {
	return [
		{
			name: 'renewals',
			table: 'renewal',
			async *rows() {
				const rows = await read.select().from(renewal).where(eq(renewal.organisationId, organisationId)).orderBy(asc(renewal.dueOn));
				for (const { dueOn, askedAt, answer, answeredAt, laterOn } of rows)
					yield { anniversaryOn: dueOn, createdAt: isoOf(askedAt), answer, answeredAt: isoOrNull(answeredAt), laterOn };
			},
		},
	];
}

const leaving = (source: Read | Tx) =>
	source
		.select({ one: sql`1` })
		.from(leavingNotice)
		.where(and(eq(leavingNotice.membershipId, membership.id), sql`${leavingNotice.status} in ('given', 'objected')`));

/** Running memberships whose question is to be asked on a day. One that is leaving is not asked whether it stays. */
export async function listToAsk(
	source: Read | Tx,
	on: CivilDate,
): Promise<{ membershipId: string; organisationId: string; dueOn: CivilDate }[]> {
	const rows = await source
		.select({
			membershipId: membership.id,
			organisationId: membership.organisationId,
			fromOn: membership.fromOn,
			asked: sql<string | null>`(select max(${renewal.dueOn}) from ${renewal} where ${renewal.membershipId} = ${membership.id})`,
		})
		.from(membership)
		.where(and(isNull(membership.toOn), lte(membership.fromOn, on), notExists(leaving(source))))
		.orderBy(asc(membership.memberNumber));
	return rows.flatMap(({ fromOn, asked, ...row }) => {
		const dueOn = anniversaryToAsk(fromOn as CivilDate, on);
		return dueOn === null || (asked !== null && asked >= dueOn) ? [] : [{ ...row, dueOn }];
	});
}

/** Older questions have had their answer, or the next year's takes their place. */
const recent = (on: CivilDate) => gte(renewal.dueOn, `${Number(on.slice(0, 4)) - 1}${on.slice(4)}`);

const open = (on: CivilDate) => and(recent(on), or(isNull(renewal.answer), eq(renewal.answer, 'later')));

/** Questions whose one reminder is to leave on a day. */
export async function listToRemind(source: Read | Tx, on: CivilDate): Promise<Renewal[]> {
	const rows = await source
		.select({ renewal })
		.from(renewal)
		.innerJoin(membership, and(eq(membership.id, renewal.membershipId), isNull(membership.toOn)))
		.where(and(open(on), isNull(renewal.remindedAt), notExists(leaving(source))))
		.orderBy(asc(renewal.dueOn));
	return rows.map((row) => row.renewal).filter((one) => remindsOn(one, on));
}

/** Groups that did not answer: for workers to call, not for the portal to end. */
export async function listSilent(read: Read, _grant: Grant<'register.read'>, on: CivilDate) {
	const later = sql`exists (select 1 from ${renewal} newer where newer.membership_id = ${renewal.membershipId} and newer.due_on > ${renewal.dueOn})`;
	const rows = await read
		.select({ renewal, usualName: organisation.usualName, slug: organisation.slug })
		.from(renewal)
		.innerJoin(membership, and(eq(membership.id, renewal.membershipId), isNull(membership.toOn)))
		.innerJoin(organisation, eq(organisation.id, renewal.organisationId))
		.where(and(open(on), sql`not ${later}`, notExists(leaving(read))))
		.orderBy(asc(renewal.dueOn));
	return rows.filter((row) => isSilent(row.renewal, on));
}
