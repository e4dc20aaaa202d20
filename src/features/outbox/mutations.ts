import { and, asc, desc, eq, inArray, like, lt, lte, ne, or, sql } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import { outboxMessage } from '#db/schema/outbox.ts';
import type { Grant } from '#src/features/access/index.ts';
import { recordAudit } from '#src/features/audit/index.ts';
import { listed } from '#src/features/outbox/data.ts';
import { KEPT, LEASE, type MailContent, MOST_ATTEMPTS, nextAttemptAt } from '#src/features/outbox/rules.ts';
import type { Locale } from '#src/i18n/routes.ts';
import type { Act } from '#src/lib/act.ts';
import type { Instant } from '#src/lib/clock.ts';
import { env } from '#src/lib/env.ts';
import type { Erased, ErasureLine } from '#src/lib/erasure.ts';
import { newId, newToken } from '#src/lib/ids.ts';

export interface MessageToQueue {
	/** Names the cause: the same key is queued once, however often its cause is repeated. */
	readonly dedupeKey: string;
	readonly to: { readonly name: string; readonly address: string };
	readonly locale: Locale;
	/** `slice.message` */
	readonly template: string;
	readonly content: MailContent;
	readonly relates?: { readonly kind: string; readonly id: string };
	readonly organisationId?: string | null;
	/** Message-ID this one follows, so that mail programs show one thread. */
	readonly inReplyTo?: string | null;
}

/** Queues a message in the transaction of its cause. @returns its Message-ID, or null when that cause already had its message. */
export async function queueMessage(tx: Tx, act: Act, message: MessageToQueue): Promise<string | null> {
	const id = newId<'outbox_message'>();
	const messageId = `<${id}@${new URL(env().siteUrl).hostname}>`;
	const [queued] = await tx
		.insert(outboxMessage)
		.values({
			id,
			dedupeKey: message.dedupeKey,
			toAddress: message.to.address,
			toName: message.to.name,
			locale: message.locale,
			template: message.template,
			subject: message.content.subject,
			content: JSON.stringify(message.content),
			relatesKind: message.relates?.kind ?? null,
			relatesId: message.relates?.id ?? null,
			organisationId: message.organisationId ?? null,
			status: 'queued',
			nextAt: act.at,
			messageId,
			inReplyTo: message.inReplyTo ?? null,
			createdAt: act.at,
		})
		.onConflictDoNothing({ target: outboxMessage.dedupeKey })
		.returning({ messageId: outboxMessage.messageId });
	return queued?.messageId ?? null;
}

export type LeasedMessage = typeof outboxMessage.$inferSelect;

/** Takes what is due, under a lease: nobody else sends these until it is given back or has run out. */
export async function leaseDue(tx: Tx, at: Instant, most: number): Promise<LeasedMessage[]> {
	const due = await tx
		.select({ id: outboxMessage.id })
		.from(outboxMessage)
		.where(
			or(
				and(eq(outboxMessage.status, 'queued'), lte(outboxMessage.nextAt, at)),
				and(eq(outboxMessage.status, 'sending'), lte(outboxMessage.leaseUntil, at)),
			),
		)
		// Someone waits at their screen for these; an announcement to many must not stand before them.
		.orderBy(desc(like(outboxMessage.template, 'accounts.%')), asc(outboxMessage.nextAt))
		.limit(most);
	const leased: LeasedMessage[] = [];
	for (const { id } of due) {
		const [row] = await tx
			.update(outboxMessage)
			.set({ status: 'sending', attempt: sql`${outboxMessage.attempt} + 1`, leaseToken: newToken(), leaseUntil: at + LEASE })
			.where(eq(outboxMessage.id, id))
			.returning();
		if (row) leased.push(row);
	}
	return leased;
}

/** False when the lease was lost meanwhile: another sender decides then. */
export async function markSent(tx: Tx, message: LeasedMessage, at: Instant): Promise<boolean> {
	const rows = await tx
		.update(outboxMessage)
		.set({ status: 'sent', sentAt: at, content: null, leaseToken: null, leaseUntil: null, lastError: null })
		.where(and(eq(outboxMessage.id, message.id), eq(outboxMessage.leaseToken, message.leaseToken ?? '')))
		.returning({ id: outboxMessage.id });
	return rows.length > 0;
}

export async function markFailed(
	tx: Tx,
	message: LeasedMessage,
	at: Instant,
	failure: { forGood: boolean; reason: string },
): Promise<void> {
	const dead = failure.forGood || message.attempt >= MOST_ATTEMPTS;
	await tx
		.update(outboxMessage)
		.set({
			status: dead ? 'dead' : 'queued',
			nextAt: nextAttemptAt(message.attempt, at),
			leaseToken: null,
			leaseUntil: null,
			lastError: failure.reason.slice(0, 300),
		})
		.where(and(eq(outboxMessage.id, message.id), eq(outboxMessage.leaseToken, message.leaseToken ?? '')));
}

/**
 * Deletes the messages about things that are deleted themselves: addresses and subjects are not kept longer than their cause.
 * One that is on its way just now stays.
 */
export async function forgetMessages(tx: Tx, kind: string, ids: readonly string[]): Promise<void> {
	await tx
		.delete(outboxMessage)
		.where(and(eq(outboxMessage.relatesKind, kind), inArray(outboxMessage.relatesId, [...ids]), ne(outboxMessage.status, 'sending')));
}

/** A worker sends a dead message again. */
export async function retryMessage(
	tx: Tx,
	act: Act,
	_grant: Grant<'outbox.read'>,
	id: string,
): Promise<{ ok: true } | { ok: false; reason: 'impossible_transition' }> {
	const [row] = await tx
		.update(outboxMessage)
		.set({ status: 'queued', attempt: 0, nextAt: act.at, lastError: null })
		.where(and(eq(outboxMessage.id, id), eq(outboxMessage.status, 'dead'), listed))
		.returning({ id: outboxMessage.id, organisationId: outboxMessage.organisationId });
	if (!row) return { ok: false, reason: 'impossible_transition' };
	await recordAudit(tx, act, {
		action: 'outbox.retry',
		subject: { kind: 'outbox_message', id },
		organisationId: row.organisationId,
	});
	return { ok: true };
}

/**
 * Takes the address, the name and the words off messages that are over, once they are older than anyone asks about. That one
 * was sent, when and about what, stays. @returns how many.
 */
export async function forgetOldMessages(tx: Tx, at: Instant): Promise<number> {
	const emptied = await tx
		.update(outboxMessage)
		.set({ toAddress: '', toName: '', subject: '', content: null })
		.where(
			and(
				inArray(outboxMessage.status, ['sent', 'dead', 'cancelled']),
				lt(outboxMessage.createdAt, at - KEPT),
				ne(outboxMessage.toAddress, ''),
			),
		)
		.returning({ id: outboxMessage.id });
	return emptied.length;
}

/** Empties every message to someone who is erased; what had not left yet does not leave. */
export async function erasePerson(tx: Tx, _act: Act, who: Erased): Promise<ErasureLine[]> {
	const emptied = await tx
		.update(outboxMessage)
		.set({
			toAddress: '',
			toName: '',
			subject: '',
			content: null,
			lastError: null,
			status: sql`case when ${outboxMessage.status} in ('queued', 'sending') then 'cancelled' else ${outboxMessage.status} end`,
		})
		.where(inArray(sql`lower(${outboxMessage.toAddress})`, [...who.spellings]))
		.returning({ id: outboxMessage.id });
	return [{ table: 'outbox_message', how: 'emptied', count: emptied.length }];
}
