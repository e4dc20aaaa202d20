import { eq, sql } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import { erasureRequest, retentionRun } from '#db/schema/privacy.ts';
import { endAllRoles } from '#src/features/access/index.ts';
import { erasePerson as eraseAccount, findPerson, listProvenAddresses } from '#src/features/accounts/index.ts';
import { erasePerson as eraseApplications } from '#src/features/applications/index.ts';
import { recordAudit } from '#src/features/audit/index.ts';
import { erasePerson as eraseComplaints } from '#src/features/complaints/index.ts';
import { erasePerson as eraseContact } from '#src/features/contact/index.ts';
import { erasePerson as eraseFactors } from '#src/features/factors/index.ts';
import { erasePerson as eraseGroupContacts } from '#src/features/groups/index.ts';
import { erasePerson as eraseHandovers } from '#src/features/handover/index.ts';
import { erasePerson as eraseDepartures } from '#src/features/leaving/index.ts';
import { erasePerson as eraseLogins } from '#src/features/login/index.ts';
import { erasePerson as eraseMembership } from '#src/features/membership/index.ts';
import { erasePerson as eraseMessages, type MailContent, queueMessage } from '#src/features/outbox/index.ts';
import { erasePerson as erasePeople } from '#src/features/people/index.ts';
import { type ErasureObstacle, findErasureByLink, findErasureOf, findObstacle, type WaitingErasure } from '#src/features/privacy/data.ts';
import { erasureCancelledMail, erasureMail } from '#src/features/privacy/mail.ts';
import type { RetentionName } from '#src/features/privacy/policy.ts';
import { erasureDueAt, pseudonymOf } from '#src/features/privacy/rules.ts';
import { countWritten } from '#src/features/requests/index.ts';
import { erasePerson as eraseSubscriptions } from '#src/features/status/index.ts';
import { erasePerson as eraseTickets } from '#src/features/takeout/index.ts';
import { erasePerson as erasePlaces } from '#src/features/trainings/index.ts';
import { type Locale, pathOf } from '#src/i18n/routes.ts';
import type { Act } from '#src/lib/act.ts';
import { civilDateOf } from '#src/lib/clock.ts';
import { env } from '#src/lib/env.ts';
import type { Erased, ErasureLine } from '#src/lib/erasure.ts';
import { hashToken, newId, newToken } from '#src/lib/ids.ts';

type Refused<R> = { readonly ok: false } & R;

/** Slice by slice. Applications before membership and accounts last: the addresses by which rows are found are theirs. */
const ERASERS: readonly ((tx: Tx, act: Act, who: Erased) => Promise<ErasureLine[]>)[] = [
	eraseTickets,
	erasePlaces,
	eraseSubscriptions,
	eraseContact,
	eraseComplaints,
	eraseHandovers,
	eraseGroupContacts,
	eraseDepartures,
	eraseApplications,
	eraseMembership,
	erasePeople,
	eraseMessages,
	endAllRoles,
	eraseLogins,
	eraseFactors,
	eraseAccount,
];

/** Tells every proven address of a person. */
async function tellAll(
	tx: Tx,
	act: Act,
	personId: string,
	key: string,
	template: string,
	content: (locale: Locale, name: string) => MailContent,
): Promise<void> {
	const person = await findPerson(tx, personId);
	if (!person) return;
	for (const { address, normalized } of await listProvenAddresses(tx, personId)) {
		await queueMessage(tx, act, {
			dedupeKey: `${key}:${hashToken(normalized)}`,
			to: { name: person.fullName, address },
			locale: person.locale,
			template,
			content: content(person.locale, person.fullName),
			relates: { kind: 'person', id: personId },
		});
	}
}

export type AskOutcome = { readonly ok: true; readonly dueAt: number } | Refused<ErasureObstacle> | Refused<{ reason: 'not_found' }>;

/** Asks that a person be erased once a week has passed. Asking twice is asking once. */
export async function askErasure(tx: Tx, act: Act, personId: string): Promise<AskOutcome> {
	const person = await findPerson(tx, personId);
	if (!person || person.erasedAt !== null) return { ok: false, reason: 'not_found' };
	const obstacle = await findObstacle(tx, personId, act.at);
	if (obstacle) return { ok: false, ...obstacle };
	const waiting = await findErasureOf(tx, personId);
	if (waiting) return { ok: true, dueAt: waiting.dueAt };
	const id = newId<'erasure_request'>();
	const token = newToken();
	const dueAt = erasureDueAt(act.at);
	await tx.insert(erasureRequest).values({
		id,
		personId,
		askedBy: act.actor.kind === 'person' ? 'person' : 'operator',
		tokenHash: hashToken(token),
		status: 'waiting',
		askedAt: act.at,
		dueAt,
	});
	await recordAudit(tx, act, { action: 'privacy.ask_erasure', subject: { kind: 'person', id: personId }, delta: { dueAt } });
	await tellAll(tx, act, personId, `privacy.erasure:${id}`, 'privacy.erasure', (locale, name) =>
		erasureMail(locale, { name, dueAt, url: `${env().siteUrl}${pathOf('erasureLink', locale, { token })}` }),
	);
	return { ok: true, dueAt };
}

async function cancel(tx: Tx, act: Act, waiting: WaitingErasure): Promise<void> {
	await tx.update(erasureRequest).set({ status: 'cancelled', endedAt: act.at }).where(eq(erasureRequest.id, waiting.id));
	await recordAudit(tx, act, { action: 'privacy.cancel_erasure', subject: { kind: 'person', id: waiting.personId } });
	await tellAll(tx, act, waiting.personId, `privacy.erasure_cancelled:${waiting.id}`, 'privacy.erasure_cancelled', (locale, name) =>
		erasureCancelledMail(locale, { name }),
	);
}

/** The person changes their mind, in their account. */
export async function cancelErasure(tx: Tx, act: Act, personId: string): Promise<{ ok: boolean }> {
	const waiting = await findErasureOf(tx, personId);
	if (waiting) await cancel(tx, act, waiting);
	return { ok: waiting !== null };
}

/** The mailed link takes it back without a log-in: whoever reads one of their addresses may stop it, and do nothing else. */
export async function cancelErasureByLink(tx: Tx, moment: Pick<Act, 'at' | 'requestId'>, token: string): Promise<{ ok: boolean }> {
	const waiting = await findErasureByLink(tx, token);
	if (waiting) await cancel(tx, { actor: { kind: 'person', personId: waiting.personId }, ...moment }, waiting);
	return { ok: waiting !== null };
}

export type EraseOutcome =
	| { readonly ok: true; readonly lines: readonly ErasureLine[]; readonly pseudonym: string }
	| Refused<ErasureObstacle>
	| Refused<{ reason: 'not_found' }>;

/**
 * Erases a person now. Their row keeps its id and bears a pseudonym; what they wrote in a group's threads stays with the group under it: a
 * thread with holes would take from others what they need to go on, and nothing said there is ever changed.
 */
export async function eraseNow(tx: Tx, act: Act, personId: string): Promise<EraseOutcome> {
	const person = await findPerson(tx, personId);
	if (!person || person.erasedAt !== null) return { ok: false, reason: 'not_found' };
	const obstacle = await findObstacle(tx, personId, act.at);
	if (obstacle) return { ok: false, ...obstacle };
	const own = await listProvenAddresses(tx, personId);
	const normalized = own.map((one) => one.normalized);
	const who: Erased = {
		personId,
		accountId: person.accountId,
		normalized,
		spellings: [...new Set(own.flatMap((one) => [one.normalized, one.address.toLowerCase()]))],
		pseudonym: pseudonymOf(personId, person.locale),
	};
	const lines: ErasureLine[] = [];
	for (const erase of ERASERS) lines.push(...(await erase(tx, act, who)));
	const written = await countWritten(tx, personId);
	lines.push(
		{ table: 'service_request', how: 'kept', count: written.requests },
		{ table: 'request_message', how: 'kept', count: written.messages },
	);
	const waiting = await findErasureOf(tx, personId);
	const report = JSON.stringify(lines);
	if (waiting) await tx.update(erasureRequest).set({ status: 'done', endedAt: act.at, report }).where(eq(erasureRequest.id, waiting.id));
	await recordAudit(tx, act, {
		action: 'privacy.erase',
		subject: { kind: 'person', id: personId },
		delta: Object.fromEntries(lines.map(({ table, count }) => [table, count])),
	});
	return { ok: true, lines: lines.filter(({ count }) => count > 0), pseudonym: who.pseudonym };
}

/** Adds what a rule did to the row of its day. */
export async function noteRun(tx: Tx, at: number, rule: RetentionName, removed: number): Promise<void> {
	await tx
		.insert(retentionRun)
		.values({ onDate: civilDateOf(at), rule, removed, lastAt: at })
		.onConflictDoUpdate({
			target: [retentionRun.onDate, retentionRun.rule],
			set: { removed: sql`${retentionRun.removed} + ${removed}`, lastAt: at },
		});
}
