import { and, count, desc, eq, inArray, lt, lte, notLike, or } from 'drizzle-orm';
import type { Read } from '#db/client.ts';
import { outboxMessage } from '#db/schema/outbox.ts';
import type { Grant } from '#src/features/access/index.ts';
import type { Instant } from '#src/lib/clock.ts';

const PAGE = 50;

/**
 * Messages, newest first, without their content.
 * @param finance null leaves out what tells who is asked for money and who paid: that is the finance role's to know.
 * @param before id of the last one already shown.
 */
export async function listMessages(
	read: Read,
	_grant: Grant<'outbox.read'>,
	finance: Grant<'payments.record'> | null,
	before: string | null,
) {
	return read
		.select({
			id: outboxMessage.id,
			toAddress: outboxMessage.toAddress,
			subject: outboxMessage.subject,
			template: outboxMessage.template,
			status: outboxMessage.status,
			attempt: outboxMessage.attempt,
			nextAt: outboxMessage.nextAt,
			sentAt: outboxMessage.sentAt,
			lastError: outboxMessage.lastError,
			createdAt: outboxMessage.createdAt,
		})
		.from(outboxMessage)
		.where(
			and(
				before === null ? undefined : lt(outboxMessage.id, before),
				finance ? undefined : notLike(outboxMessage.template, 'contributions.%'),
			),
		)
		.orderBy(desc(outboxMessage.id))
		.limit(PAGE);
}

/** Messages that will not leave by themselves. */
export async function countDead(read: Read, _grant: Grant<'outbox.read'>): Promise<number> {
	const [row] = await read
		.select({ total: count() })
		.from(outboxMessage)
		.where(inArray(outboxMessage.status, ['dead', 'bounced']));
	return row?.total ?? 0;
}

/** True when something waits to be sent: spares the worker a write transaction on each round. */
export async function hasDue(read: Read, at: Instant): Promise<boolean> {
	const rows = await read
		.select({ id: outboxMessage.id })
		.from(outboxMessage)
		.where(
			or(
				and(eq(outboxMessage.status, 'queued'), lte(outboxMessage.nextAt, at)),
				and(eq(outboxMessage.status, 'sending'), lte(outboxMessage.leaseUntil, at)),
			),
		)
		.limit(1);
	return rows.length > 0;
}
