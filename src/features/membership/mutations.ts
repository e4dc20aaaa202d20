import { and, eq, exists, gt, isNull, like, or, sql } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import { roleAssignment } from '#db/schema/access.ts';
import { counter, invitation, membership, organisation } from '#db/schema/membership.ts';
import { suspension } from '#db/schema/standing.ts';
import { recordAudit } from '#src/features/audit/index.ts';
import { freeSlug } from '#src/features/membership/rules.ts';
import type { Kind } from '#src/features/membership/schema.ts';
import type { Locale } from '#src/i18n/routes.ts';
import type { Act } from '#src/lib/act.ts';
import { type CivilDate, civilDateOf } from '#src/lib/clock.ts';
import type { Erased, ErasureLine } from '#src/lib/erasure.ts';
import { newId } from '#src/lib/ids.ts';
import { type Refused, refused } from '#src/lib/refused.ts';

/** The next value of a counter that never gives one twice, whatever became of the one before. */
async function nextNumber(tx: Tx, name: string): Promise<number> {
	const [row] = await tx
		.insert(counter)
		.values({ name, value: 1 })
		.onConflictDoUpdate({ target: counter.name, set: { value: sql`${counter.value} + 1` } })
		.returning({ value: counter.value });
	if (!row) throw new Error(`counter ${name} gave no number`);
	return row.value;
}

async function findFreeSlug(tx: Tx, name: string): Promise<string> {
	const base = freeSlug(name, new Set());
	const rows = await tx
		.select({ slug: organisation.slug })
		.from(organisation)
		.where(or(eq(organisation.slug, base), like(organisation.slug, `${base}-%`)));
	return freeSlug(name, new Set(rows.map((row) => row.slug)));
}

export interface NewMember {
	readonly legalName: string;
	readonly usualName: string;
	readonly kind: Kind;
	readonly mission: string;
	readonly budgetBand: string;
	readonly locale: Locale;
	/** The day the membership began, for one that is older than the portal; today otherwise. */
	readonly fromOn?: CivilDate;
}

/** An organisation and its membership, from today on unless it is older, with a number of its own and a free address under `/espace/`. */
export async function beginMembership(
	tx: Tx,
	act: Act,
	{ fromOn = civilDateOf(act.at), ...input }: NewMember,
): Promise<{ organisationId: string; slug: string; memberNumber: number }> {
	const organisationId = newId<'organisation'>();
	const slug = await findFreeSlug(tx, input.usualName);
	await tx.insert(organisation).values({ id: organisationId, slug, ...input, status: 'member', createdAt: act.at });
	const memberNumber = await addMembership(tx, act, organisationId, input.kind, fromOn);
	return { organisationId, slug, memberNumber };
}

/** A dated bond, under a number nobody had before. */
async function addMembership(tx: Tx, act: Act, organisationId: string, kind: Kind, fromOn = civilDateOf(act.at)): Promise<number> {
	const memberNumber = await nextNumber(tx, 'member_number');
	const membershipId = newId<'membership'>();
	await tx.insert(membership).values({
		id: membershipId,
		organisationId,
		memberNumber,
		class: kind === 'individual' ? 'individual' : 'organisation',
		fromOn,
		createdAt: act.at,
	});
	await recordAudit(tx, act, {
		action: 'membership.begin',
		subject: { kind: 'membership', id: membershipId },
		organisationId,
		delta: { memberNumber },
	});
	return memberNumber;
}

/** A former member comes back, under a new number: the old one stays with the years it counted for. */
export async function beginAgain(
	tx: Tx,
	act: Act,
	organisationId: string,
): Promise<{ ok: true; memberNumber: number } | Refused<'not_found' | 'already_member' | 'merged_group'>> {
	const [group] = await tx
		.select({ kind: organisation.kind, status: organisation.status, mergedIntoId: organisation.mergedIntoId })
		.from(organisation)
		.where(eq(organisation.id, organisationId));
	if (!group) return refused('not_found');
	// Its people, its books and its address are another group's by now.
	if (group.mergedIntoId !== null) return refused('merged_group');
	if (group.status !== 'former') return refused('already_member');
	await tx.update(organisation).set({ status: 'member' }).where(eq(organisation.id, organisationId));
	return { ok: true, memberNumber: await addMembership(tx, act, organisationId, group.kind) };
}

export type EndReason = NonNullable<(typeof membership.$inferSelect)['endReason']>;

/**
 * Ends the running membership today: a suspension ends with it, and invitations that wait open nothing any more. What else
 * follows is the `leaving` slice's.
 * @param input.reference the resolution an exclusion rests on; leaving needs none.
 */
export async function endMembership(
	tx: Tx,
	act: Act,
	input: { readonly organisationId: string; readonly reason: EndReason; readonly reference: string | null },
): Promise<{ ok: true; membershipId: string; memberNumber: number; revoked: number } | Refused<'not_member' | 'reference_required'>> {
	if (input.reason === 'excluded' && !input.reference) return refused('reference_required');
	const toOn = civilDateOf(act.at);
	const { organisationId } = input;
	const [ended] = await tx
		.update(membership)
		.set({ toOn, endReason: input.reason, endReference: input.reference })
		.where(and(eq(membership.organisationId, organisationId), isNull(membership.toOn)))
		.returning({ id: membership.id, memberNumber: membership.memberNumber });
	if (!ended) return refused('not_member');
	await tx
		.update(suspension)
		.set({ toOn })
		.where(and(eq(suspension.membershipId, ended.id), or(isNull(suspension.toOn), gt(suspension.toOn, toOn))));
	await tx.update(organisation).set({ status: 'former' }).where(eq(organisation.id, organisationId));
	const revoked = await tx
		.update(invitation)
		.set({ status: 'revoked' })
		.where(and(eq(invitation.scopeKind, 'organisation'), eq(invitation.scopeId, organisationId), eq(invitation.status, 'pending')))
		.returning({ id: invitation.id });
	await recordAudit(tx, act, {
		action: 'membership.end',
		subject: { kind: 'membership', id: ended.id },
		organisationId,
		delta: { reason: input.reason, toOn, memberNumber: ended.memberNumber, invitations: revoked.length },
	});
	return { ok: true, membershipId: ended.id, memberNumber: ended.memberNumber, revoked: revoked.length };
}

/**
 * A member that was this one person alone, and is no longer one, takes the pseudonym of whoever is erased: its books stay, its name
 * does not.
 */
export async function erasePerson(tx: Tx, _act: Act, who: Erased): Promise<ErasureLine[]> {
	const looksAfter = tx
		.select({ one: sql`1` })
		.from(roleAssignment)
		.where(
			and(
				eq(roleAssignment.personId, who.personId),
				eq(roleAssignment.scopeKind, 'organisation'),
				eq(roleAssignment.scopeId, organisation.id),
				eq(roleAssignment.role, 'administrator'),
			),
		);
	const alone = await tx
		.select({ id: organisation.id })
		.from(organisation)
		.where(and(eq(organisation.kind, 'individual'), eq(organisation.status, 'former'), exists(looksAfter)));
	for (const { id } of alone) {
		const slug = await findFreeSlug(tx, who.pseudonym);
		await tx
			.update(organisation)
			.set({ usualName: who.pseudonym, legalName: who.pseudonym, mission: '', slug })
			.where(eq(organisation.id, id));
	}
	return [{ table: 'organisation', how: 'renamed', count: alone.length }];
}
