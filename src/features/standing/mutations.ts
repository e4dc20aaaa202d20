import { and, eq, gt, isNull, lte, or } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import { organisation } from '#db/schema/membership.ts';
import { standingDecision, suspension } from '#db/schema/standing.ts';
import { everHeldIn, type Grant, listPeople } from '#src/features/access/index.ts';
import { recordAudit } from '#src/features/audit/index.ts';
import { depart } from '#src/features/leaving/index.ts';
import { beginAgain } from '#src/features/membership/index.ts';
import { type MailContent, queueMessage } from '#src/features/outbox/index.ts';
import { findRunning } from '#src/features/standing/data.ts';
import { excludedMail, liftedMail, suspendedMail } from '#src/features/standing/mail.ts';
import { untilProblem } from '#src/features/standing/rules.ts';
import { type Locale, pathOf } from '#src/i18n/routes.ts';
import type { Act } from '#src/lib/act.ts';
import { type CivilDate, civilDateOf } from '#src/lib/clock.ts';
import { env } from '#src/lib/env.ts';
import { newId } from '#src/lib/ids.ts';
import { type Refused, refused } from '#src/lib/refused.ts';

const SUBJECT = 'standing_decision';

type Deciding = Grant<'standing.decide'>;
type Decision = typeof standingDecision.$inferSelect;

/** Those who look after the group hear of it; a worker among them who decided it, too. */
async function tellAdministrators(
	tx: Tx,
	act: Act,
	organisationId: string,
	message: { readonly key: string; readonly template: string; readonly relates: { readonly kind: string; readonly id: string } },
	write: (locale: Locale, to: { name: string; group: string; url: string; complaintUrl: string }) => MailContent,
): Promise<void> {
	const [group] = await tx
		.select({ slug: organisation.slug, usualName: organisation.usualName })
		.from(organisation)
		.where(eq(organisation.id, organisationId));
	if (!group) throw new Error('a decision without its group');
	const people = await listPeople(tx, { kind: 'organisation', id: organisationId }, civilDateOf(act.at));
	for (const { personId, fullName: name, address, locale } of people.filter(({ role }) => role === 'administrator')) {
		const at = (key: 'space' | 'spaceComplaint') => `${env().siteUrl}${pathOf(key, locale, { group: group.slug })}`;
		await queueMessage(tx, act, {
			dedupeKey: `${message.key}:${personId}`,
			to: { name, address },
			locale,
			template: message.template,
			content: write(locale, { name, group: group.usualName, url: at('space'), complaintUrl: at('spaceComplaint') }),
			relates: message.relates,
			organisationId,
		});
	}
}

/** The suspension that rests on a membership today or is yet to end; null when there is none. */
async function findSuspension(tx: Tx, membershipId: string, on: CivilDate) {
	const [row] = await tx
		.select()
		.from(suspension)
		.where(and(eq(suspension.membershipId, membershipId), lte(suspension.fromOn, on), or(isNull(suspension.toOn), gt(suspension.toOn, on))))
		.limit(1);
	return row ?? null;
}

export interface Proposal {
	/** Address of the group. */
	readonly group: string;
	readonly submissionKey: string;
	readonly kind: 'suspension' | 'exclusion';
	readonly reason: string;
	readonly reference: string;
	readonly untilOn: CivilDate | null;
}

/** A worker proposes; nothing happens to the group, and it is not told, before another confirms. */
export async function proposeDecision(
	tx: Tx,
	act: Act,
	grant: Deciding,
	input: Proposal,
): Promise<{ ok: true } | Refused<'not_found' | 'form_already_used' | 'already_proposed' | 'already_suspended' | 'end_passed'>> {
	const running = await findRunning(tx, input.group);
	const [known] = await tx.select().from(standingDecision).where(eq(standingDecision.submissionKey, input.submissionKey)).limit(1);
	if (known) {
		const same =
			known.proposedBy === grant.personId &&
			known.kind === input.kind &&
			known.reason === input.reason &&
			known.reference === input.reference;
		return same ? { ok: true } : refused('form_already_used');
	}
	if (!running) return refused('not_found');
	const today = civilDateOf(act.at);
	const untilOn = input.kind === 'suspension' ? input.untilOn : null;
	const problem = untilProblem(untilOn, today);
	if (problem) return refused(problem);
	const { membershipId, organisationId } = running;
	const [waits] = await tx
		.select({ id: standingDecision.id })
		.from(standingDecision)
		.where(and(eq(standingDecision.membershipId, membershipId), eq(standingDecision.status, 'proposed')))
		.limit(1);
	if (waits) return refused('already_proposed');
	if (input.kind === 'suspension' && (await findSuspension(tx, membershipId, today))) return refused('already_suspended');
	const id = newId<'standing_decision'>();
	await tx.insert(standingDecision).values({
		id,
		submissionKey: input.submissionKey,
		organisationId,
		membershipId,
		kind: input.kind,
		status: 'proposed',
		reason: input.reason,
		reference: input.reference,
		untilOn,
		proposedBy: grant.personId,
		proposedAt: act.at,
	});
	await recordAudit(tx, act, { action: 'standing.propose', subject: { kind: SUBJECT, id }, organisationId, delta: { kind: input.kind } });
	return { ok: true };
}

type DecideOutcome =
	| { ok: true }
	| Refused<'not_found' | 'stale' | 'impossible_transition' | 'second_worker_needed' | 'already_suspended' | 'end_passed' | 'not_member'>;

interface Deciders {
	/** Address of the group whose page the form stands on. */
	readonly group: string;
	readonly decision: string;
	readonly version: number;
}

async function findDecision(tx: Tx, { group, decision }: Deciders): Promise<Decision | null> {
	const [row] = await tx
		.select({ decision: standingDecision })
		.from(standingDecision)
		.innerJoin(organisation, eq(organisation.id, standingDecision.organisationId))
		.where(and(eq(standingDecision.id, decision), eq(organisation.slug, group)))
		.limit(1);
	return row?.decision ?? null;
}

/** Another worker confirms, and the decision takes effect at once. */
export async function confirmDecision(tx: Tx, act: Act, grant: Deciding, input: Deciders): Promise<DecideOutcome> {
	const decision = await findDecision(tx, input);
	if (!decision) return refused('not_found');
	if (decision.status === 'confirmed' && decision.decidedBy === grant.personId) return { ok: true };
	if (decision.status !== 'proposed') return refused('impossible_transition');
	if (decision.version !== input.version) return refused('stale');
	if (decision.proposedBy === grant.personId) return refused('second_worker_needed');
	const { id, organisationId, membershipId, reason, reference, untilOn } = decision;
	const today = civilDateOf(act.at);
	const relates = { kind: SUBJECT, id };
	if (decision.kind === 'suspension') {
		const problem = untilProblem(untilOn as CivilDate | null, today);
		if (problem) return refused(problem);
		if (await findSuspension(tx, membershipId, today)) return refused('already_suspended');
	}
	const confirmed = async () => {
		await tx
			.update(standingDecision)
			.set({ status: 'confirmed', decidedBy: grant.personId, decidedAt: act.at, version: decision.version + 1 })
			.where(eq(standingDecision.id, id));
		await recordAudit(tx, act, { action: 'standing.confirm', subject: relates, organisationId, delta: { kind: decision.kind } });
	};
	// The people to tell are looked up before the roles could change with the end.
	if (decision.kind === 'exclusion') {
		const gone = await depart(tx, act, { organisationId, reason: 'excluded', reference, contactId: null });
		if (!gone.ok) return refused('not_member');
		await confirmed();
		await tellAdministrators(
			tx,
			act,
			organisationId,
			{ key: `standing.excluded:${id}`, template: 'standing.excluded', relates },
			(locale, to) => excludedMail(locale, { ...to, reason, reference }),
		);
	} else {
		await confirmed();
		await tx.insert(suspension).values({
			id: newId<'suspension'>(),
			decisionId: id,
			organisationId,
			membershipId,
			fromOn: today,
			toOn: untilOn,
			createdAt: act.at,
		});
		await tellAdministrators(
			tx,
			act,
			organisationId,
			{ key: `standing.suspended:${id}`, template: 'standing.suspended', relates },
			(locale, to) => suspendedMail(locale, { ...to, reason, reference, untilOn }),
		);
	}
	return { ok: true };
}

/** A proposal is taken back, by its author or by whoever disagrees. */
export async function withdrawDecision(tx: Tx, act: Act, grant: Deciding, input: Deciders): Promise<DecideOutcome> {
	const decision = await findDecision(tx, input);
	if (!decision) return refused('not_found');
	if (decision.status === 'withdrawn' && decision.decidedBy === grant.personId) return { ok: true };
	if (decision.status !== 'proposed') return refused('impossible_transition');
	if (decision.version !== input.version) return refused('stale');
	await tx
		.update(standingDecision)
		.set({ status: 'withdrawn', decidedBy: grant.personId, decidedAt: act.at, version: decision.version + 1 })
		.where(eq(standingDecision.id, decision.id));
	await recordAudit(tx, act, {
		action: 'standing.withdraw',
		subject: { kind: SUBJECT, id: decision.id },
		organisationId: decision.organisationId,
	});
	return { ok: true };
}

/**
 * Lifts a suspension today. One person is enough, as it gives rights back and takes none; but never one of the group's own.
 * @returns `impossible_transition` when it had ended already.
 */
export async function liftSuspension(
	tx: Tx,
	act: Act,
	grant: Deciding,
	input: { readonly group: string; readonly suspension: string; readonly reason: string; readonly reference: string },
): Promise<{ ok: true } | Refused<'not_found' | 'impossible_transition' | 'was_of_group' | 'merged_group'>> {
	const today = civilDateOf(act.at);
	const [found] = await tx
		.select({ row: suspension, mergedIntoId: organisation.mergedIntoId })
		.from(suspension)
		.innerJoin(organisation, eq(organisation.id, suspension.organisationId))
		.where(and(eq(suspension.id, input.suspension), eq(organisation.slug, input.group)))
		.limit(1);
	if (!found) return refused('not_found');
	const { row } = found;
	if (await everHeldIn(tx, grant.personId, row.organisationId)) return refused('was_of_group');
	if (found.mergedIntoId !== null) return refused('merged_group');
	if (row.liftedBy === grant.personId && row.liftReason === input.reason) return { ok: true };
	if (row.toOn !== null && row.toOn <= today) return refused('impossible_transition');
	await tx
		.update(suspension)
		.set({ toOn: today, liftedBy: grant.personId, liftedAt: act.at, liftReason: input.reason, liftReference: input.reference || null })
		.where(eq(suspension.id, row.id));
	await recordAudit(tx, act, { action: 'standing.lift', subject: { kind: 'suspension', id: row.id }, organisationId: row.organisationId });
	const message = { key: `standing.lifted:${row.id}`, template: 'standing.lifted', relates: { kind: 'suspension', id: row.id } };
	await tellAdministrators(tx, act, row.organisationId, message, (locale, to) =>
		liftedMail(locale, { ...to, reason: input.reason, reference: input.reference }),
	);
	return { ok: true };
}

/** A former member comes back: a new membership, under a new number, from today on. Nobody brings back a group of their own. */
export async function welcomeBack(
	tx: Tx,
	act: Act,
	grant: Deciding,
	group: string,
): Promise<{ ok: true } | Refused<'not_found' | 'already_member' | 'was_of_group' | 'merged_group'>> {
	const [row] = await tx.select({ id: organisation.id }).from(organisation).where(eq(organisation.slug, group)).limit(1);
	if (!row) return refused('not_found');
	if (await everHeldIn(tx, grant.personId, row.id)) return refused('was_of_group');
	const done = await beginAgain(tx, act, row.id);
	return done.ok ? { ok: true } : done;
}
