import { and, asc, count, desc, eq, gt, inArray, lt, lte, notLike, or, type SQL, sql } from 'drizzle-orm';
import type { Read } from '#db/client.ts';
import { outboxMessage } from '#db/schema/outbox.ts';
import type { Grant } from '#src/features/access/index.ts';
import type { Instant } from '#src/lib/clock.ts';
import { byPages, type ExportPart, isoOf, isoOrNull } from '#src/lib/export-part.ts';

const PAGE = 50;

/**
 * What the list of messages never shows, whoever reads it: to whom a complaint is written tells whom it is about that there is one.
 * Whoever answers it finds it at the desk all the same.
 */
export const listed: SQL = notLike(outboxMessage.template, 'complaints.%');

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
				listed,
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
		.where(and(listed, inArray(outboxMessage.status, ['dead', 'bounced'])));
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

/** That messages went to a person: when and about what. Their words are erased as soon as they leave. @param spellings in lower case. */
export function messagePartsOfPerson(read: Read, spellings: readonly string[]): ExportPart[] {
	return [
		{
			name: 'messages_sent',
			table: 'outbox_message',
			async *rows() {
				const fetch = (after: string, most: number) =>
					read
						.select()
						.from(outboxMessage)
						.where(and(inArray(sql`lower(${outboxMessage.toAddress})`, [...spellings]), gt(outboxMessage.id, after)))
						.orderBy(asc(outboxMessage.id))
						.limit(most);
				for await (const row of byPages(fetch))
					yield {
						address: row.toAddress,
						subject: row.subject,
						kind: row.template,
						status: row.status,
						createdAt: isoOf(row.createdAt),
						sentAt: isoOrNull(row.sentAt),
					};
			},
		},
	];
}
