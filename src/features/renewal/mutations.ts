import { and, eq } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import { organisation } from '#db/schema/membership.ts';
import { renewal } from '#db/schema/standing.ts';
import { type GroupGrant, listPeople } from '#src/features/access/index.ts';
import { recordAudit } from '#src/features/audit/index.ts';
import { queueMessage } from '#src/features/outbox/index.ts';
import { findLastRenewal, listToAsk, listToRemind } from '#src/features/renewal/data.ts';
import { renewalMail } from '#src/features/renewal/mail.ts';
import { type Answer, delayProblem, isOpen } from '#src/features/renewal/rules.ts';
import { pathOf } from '#src/i18n/routes.ts';
import type { Act } from '#src/lib/act.ts';
import { type CivilDate, civilDateOf } from '#src/lib/clock.ts';
import { env } from '#src/lib/env.ts';
import { newId } from '#src/lib/ids.ts';

const SUBJECT = 'renewal';

async function tellAdministrators(
	tx: Tx,
	act: Act,
	one: { id: string; organisationId: string; dueOn: string },
	again: boolean,
): Promise<void> {
	const [group] = await tx
		.select({ slug: organisation.slug, usualName: organisation.usualName })
		.from(organisation)
		.where(eq(organisation.id, one.organisationId));
	if (!group) throw new Error('a renewal without its group');
	const people = await listPeople(tx, { kind: 'organisation', id: one.organisationId }, civilDateOf(act.at));
	for (const { personId, fullName: name, address, locale } of people.filter(({ role }) => role === 'administrator')) {
		await queueMessage(tx, act, {
			dedupeKey: `renewal.${again ? 'remind' : 'ask'}:${one.id}:${personId}`,
			to: { name, address },
			locale,
			template: again ? 'renewal.remind' : 'renewal.ask',
			content: renewalMail(locale, {
				name,
				group: group.usualName,
				dueOn: one.dueOn,
				url: `${env().siteUrl}${pathOf('spaceMembership', locale, { group: group.slug })}`,
				again,
			}),
			relates: { kind: SUBJECT, id: one.id },
			organisationId: one.organisationId,
		});
	}
}

/** Few enough that others never wait long for their turn. */
const MOST_AT_ONCE = 10;

/** Asks those whose anniversary comes, once a year each. @returns how many: call again until it is 0. */
export async function askDue(tx: Tx, act: Act): Promise<number> {
	const due = (await listToAsk(tx, civilDateOf(act.at))).slice(0, MOST_AT_ONCE);
	for (const { membershipId, organisationId, dueOn } of due) {
		const id = newId<'renewal'>();
		await tx.insert(renewal).values({ id, organisationId, membershipId, dueOn, askedAt: act.at });
		await recordAudit(tx, act, { action: 'renewal.ask', subject: { kind: SUBJECT, id }, organisationId, delta: { dueOn } });
		await tellAdministrators(tx, act, { id, organisationId, dueOn }, false);
	}
	return due.length;
}

/** Reminds, once, those who have not answered. @returns how many: call again until it is 0. */
export async function remindDue(tx: Tx, act: Act): Promise<number> {
	const due = (await listToRemind(tx, civilDateOf(act.at))).slice(0, MOST_AT_ONCE);
	for (const one of due) {
		await tx.update(renewal).set({ remindedAt: act.at }).where(eq(renewal.id, one.id));
		await recordAudit(tx, act, { action: 'renewal.remind', subject: { kind: SUBJECT, id: one.id }, organisationId: one.organisationId });
		await tellAdministrators(tx, act, one, true);
	}
	return due.length;
}

/** An administrator answers for the group. `leave` says so to workers and changes nothing: leaving is a notice of its own. */
export async function answerRenewal(
	tx: Tx,
	act: Act,
	grant: GroupGrant<'membership.manage'>,
	input: { readonly version: number; readonly answer: Answer; readonly laterOn: CivilDate | null },
): Promise<{ ok: true } | { ok: false; reason: 'not_found' | 'stale' | 'already_answered' | 'date_passed' | 'delay_too_long' }> {
	const on = civilDateOf(act.at);
	const one = await findLastRenewal(tx, grant.organisationId);
	if (!one) return { ok: false, reason: 'not_found' };
	const { answer, laterOn } = input;
	if (one.answer === answer && one.answeredBy === grant.personId && one.laterOn === laterOn && one.version === input.version + 1)
		return { ok: true };
	// A leaving that did not come about may still be answered otherwise.
	if (!isOpen(one, on) && one.answer !== 'leave' && one.answer !== 'later') return { ok: false, reason: 'already_answered' };
	if (one.version !== input.version) return { ok: false, reason: 'stale' };
	const problem = laterOn === null ? null : delayProblem(laterOn, on);
	if (problem) return { ok: false, reason: problem };
	await tx
		.update(renewal)
		.set({ answer, laterOn, answeredBy: grant.personId, answeredAt: act.at, version: one.version + 1 })
		.where(and(eq(renewal.id, one.id), eq(renewal.version, one.version)));
	await recordAudit(tx, act, {
		action: 'renewal.answer',
		subject: { kind: SUBJECT, id: one.id },
		organisationId: grant.organisationId,
		delta: { answer, laterOn },
	});
	return { ok: true };
}
