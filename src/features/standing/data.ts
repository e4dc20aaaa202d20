import { stringify } from 'csv-stringify/sync';
import { and, asc, desc, eq, gt, inArray, isNull, lte, or, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { Read, Tx } from '#db/client.ts';
import { person } from '#db/schema/accounts.ts';
import { membership, organisation } from '#db/schema/membership.ts';
import { standingDecision, suspension } from '#db/schema/standing.ts';
import type { Grant, GroupGrant } from '#src/features/access/index.ts';
import { type Standing, standingOn } from '#src/features/standing/rules.ts';
import type { CivilDate } from '#src/lib/clock.ts';
import { type ExportPart, isoOf, isoOrNull } from '#src/lib/export-part.ts';

export interface RegisterLine {
	readonly memberNumber: number;
	readonly legalName: string;
	readonly slug: string;
	readonly class: 'individual' | 'organisation';
	readonly kind: (typeof organisation.$inferSelect)['kind'];
	readonly fromOn: string;
	/** First day without membership; null when, as of that day, no end was known. */
	readonly toOn: string | null;
	readonly standing: Standing;
}

/**
 * Every membership begun by a day, with how it stood then, by number. What happened later is not told: an end after that day is
 * null. Names are today's: earlier ones are not kept.
 */
export async function registerOn(read: Read, _grant: Grant<'register.read'>, on: CivilDate): Promise<RegisterLine[]> {
	const suspended = sql<number>`exists (select 1 from ${suspension} where ${suspension.membershipId} = ${membership.id}
		and ${suspension.fromOn} <= ${on} and (${suspension.toOn} is null or ${suspension.toOn} > ${on}))`;
	const rows = await read
		.select({
			memberNumber: membership.memberNumber,
			legalName: organisation.legalName,
			slug: organisation.slug,
			class: membership.class,
			kind: organisation.kind,
			fromOn: membership.fromOn,
			toOn: membership.toOn,
			suspended,
		})
		.from(membership)
		.innerJoin(organisation, eq(organisation.id, membership.organisationId))
		.where(lte(membership.fromOn, on))
		.orderBy(asc(membership.memberNumber));
	return rows.map(({ suspended: rests, toOn, ...row }) => {
		const ended = toOn !== null && toOn <= on;
		return { ...row, toOn: ended ? toOn : null, standing: ended ? 'former' : rests ? 'suspended' : 'member' };
	});
}

/** The register as a table for other programs. A name can't become a formula there. */
export function exportRegister(lines: readonly RegisterLine[]): string {
	const columns = ['memberNumber', 'legalName', 'class', 'kind', 'fromOn', 'toOn', 'standing'];
	return stringify([...lines], { header: true, columns, bom: true, escape_formulas: true, record_delimiter: '\r\n' });
}

const proposer = alias(person, 'proposer');
const decider = alias(person, 'decider');
const lifter = alias(person, 'lifter');

const memberships = (source: Read | Tx, organisationId: string) =>
	source
		.select({
			id: membership.id,
			memberNumber: membership.memberNumber,
			class: membership.class,
			fromOn: membership.fromOn,
			toOn: membership.toOn,
			endReason: membership.endReason,
			endReference: membership.endReference,
		})
		.from(membership)
		.where(eq(membership.organisationId, organisationId))
		.orderBy(desc(membership.fromOn), desc(membership.memberNumber));

const suspensions = (source: Read | Tx, organisationId: string) =>
	source
		.select({
			id: suspension.id,
			membershipId: suspension.membershipId,
			fromOn: suspension.fromOn,
			toOn: suspension.toOn,
			reason: standingDecision.reason,
			reference: standingDecision.reference,
			liftReason: suspension.liftReason,
			liftReference: suspension.liftReference,
			lifter: lifter.fullName,
		})
		.from(suspension)
		.innerJoin(standingDecision, eq(standingDecision.id, suspension.decisionId))
		.leftJoin(lifter, eq(lifter.id, suspension.liftedBy))
		.where(eq(suspension.organisationId, organisationId))
		.orderBy(desc(suspension.fromOn), desc(suspension.createdAt));

const standingToday = (all: Awaited<ReturnType<typeof memberships>>, rests: Awaited<ReturnType<typeof suspensions>>, on: CivilDate) => {
	const [last] = all;
	if (!last) return null;
	return standingOn(
		last,
		rests.filter(({ membershipId }) => membershipId === last.id),
		on,
	);
};

/** A group's bond through time, for its own people. */
export async function loadMembership(read: Read, grant: GroupGrant<'space.read'>, on: CivilDate) {
	const [all, rests] = await Promise.all([memberships(read, grant.organisationId), suspensions(read, grant.organisationId)]);
	return { memberships: all, suspensions: rests, standing: standingToday(all, rests, on) };
}

/** The same for the desk, with every decision; null when no group has that address. */
export async function loadStanding(read: Read, _grant: Grant<'register.read'>, slug: string, on: CivilDate) {
	const [group] = await read
		.select({ id: organisation.id, slug: organisation.slug, usualName: organisation.usualName, legalName: organisation.legalName })
		.from(organisation)
		.where(eq(organisation.slug, slug))
		.limit(1);
	if (!group) return null;
	const [all, rests, decisions] = await Promise.all([
		memberships(read, group.id),
		suspensions(read, group.id),
		read
			.select({ decision: standingDecision, proposer: proposer.fullName, decider: decider.fullName })
			.from(standingDecision)
			.innerJoin(proposer, eq(proposer.id, standingDecision.proposedBy))
			.leftJoin(decider, eq(decider.id, standingDecision.decidedBy))
			.where(eq(standingDecision.organisationId, group.id))
			.orderBy(desc(standingDecision.proposedAt)),
	]);
	return {
		group,
		memberships: all,
		suspensions: rests,
		standing: standingToday(all, rests, on),
		decisions: decisions.map(({ decision, ...names }) => ({ ...decision, ...names })),
	};
}

/** Decisions that wait for a second person, other than the reader's own. */
export async function listProposed(read: Read, _grant: Grant<'standing.decide'>) {
	return read
		.select({
			id: standingDecision.id,
			kind: standingDecision.kind,
			proposedBy: standingDecision.proposedBy,
			proposedAt: standingDecision.proposedAt,
			usualName: organisation.usualName,
			slug: organisation.slug,
		})
		.from(standingDecision)
		.innerJoin(organisation, eq(organisation.id, standingDecision.organisationId))
		.where(eq(standingDecision.status, 'proposed'))
		.orderBy(asc(standingDecision.proposedAt));
}

/** How many decisions wait for the reader to confirm them. */
export async function countToConfirm(read: Read, grant: Grant<'standing.decide'>): Promise<number> {
	return read.$count(
		standingDecision,
		and(eq(standingDecision.status, 'proposed'), sql`${standingDecision.proposedBy} <> ${grant.personId}`),
	);
}

/** The running membership of the group at an address; null when it has none. */
export async function findRunning(tx: Tx, slug: string) {
	const [row] = await tx
		.select({ organisationId: organisation.id, slug: organisation.slug, usualName: organisation.usualName, membershipId: membership.id })
		.from(membership)
		.innerJoin(organisation, eq(organisation.id, membership.organisationId))
		.where(and(eq(organisation.slug, slug), isNull(membership.toOn)))
		.limit(1);
	return row ?? null;
}

/** Decisions about a group that it was told of, and the days on which its rights rested. What was only proposed is nobody's yet. */
export function standingPartsOfGroup(read: Read, organisationId: string): ExportPart[] {
	return [
		{
			name: 'decisions',
			table: 'standing_decision',
			async *rows() {
				const rows = await read
					.select()
					.from(standingDecision)
					.where(and(eq(standingDecision.organisationId, organisationId), eq(standingDecision.status, 'confirmed')))
					.orderBy(asc(standingDecision.id));
				for (const { kind, reason, reference, untilOn, decidedAt } of rows)
					yield { kind, reason, resolution: reference, toOn: untilOn, decidedAt: isoOrNull(decidedAt) };
			},
		},
		{
			name: 'suspensions',
			table: 'suspension',
			async *rows() {
				const rows = await read
					.select()
					.from(suspension)
					.where(eq(suspension.organisationId, organisationId))
					.orderBy(asc(suspension.fromOn), asc(suspension.id));
				for (const { fromOn, toOn, liftReason, liftReference, createdAt } of rows)
					yield { fromOn, toOn, endReason: liftReason, resolution: liftReference, createdAt: isoOf(createdAt) };
			},
		},
	];
}

/** Whether one of these groups is suspended on a day, or waits for a decision that would change how it stands. */
export async function isStandingUnsettled(source: Read | Tx, organisationIds: readonly string[], on: CivilDate): Promise<boolean> {
	const proposed = await source.$count(
		standingDecision,
		and(inArray(standingDecision.organisationId, [...organisationIds]), eq(standingDecision.status, 'proposed')),
	);
	if (proposed > 0) return true;
	const resting = and(
		inArray(suspension.organisationId, [...organisationIds]),
		or(isNull(suspension.toOn), and(gt(suspension.toOn, on), gt(suspension.toOn, suspension.fromOn))),
	);
	return (await source.$count(suspension, resting)) > 0;
}
