import { and, asc, count, desc, eq, gt, inArray, lt, ne, or } from 'drizzle-orm';
import type { Read, Tx } from '#db/client.ts';
import { person } from '#db/schema/accounts.ts';
import { contactEntry, contactMessage } from '#db/schema/contact.ts';
import type { Grant } from '#src/features/access/index.ts';
import { KEPT_DAYS, type MessageStatus } from '#src/features/contact/rules.ts';
import { DAY, type Instant } from '#src/lib/clock.ts';
import { type ExportPart, isoOf } from '#src/lib/export-part.ts';

const PAGE = 40;

export type ContactMessage = typeof contactMessage.$inferSelect;

/** Where a page of the list begins: after this row. */
interface Cursor {
	readonly at: Instant;
	readonly id: string;
}

/** One list of the desk, 40 at a time: what waits longest first, what is done latest first. */
export async function listMessages(read: Read, _grant: Grant<'inbox.answer'>, box: MessageStatus, after: Cursor | null) {
	const [beyond, order] = box === 'waiting' ? [gt, asc] : [lt, desc];
	const rows = await read
		.select({
			id: contactMessage.id,
			number: contactMessage.number,
			name: contactMessage.name,
			subject: contactMessage.subject,
			about: contactMessage.about,
			locale: contactMessage.locale,
			since: contactMessage.statusSince,
			createdAt: contactMessage.createdAt,
		})
		.from(contactMessage)
		.where(
			and(
				eq(contactMessage.status, box),
				after
					? or(
							beyond(contactMessage.statusSince, after.at),
							and(eq(contactMessage.statusSince, after.at), beyond(contactMessage.id, after.id)),
						)
					: undefined,
			),
		)
		.orderBy(order(contactMessage.statusSince), order(contactMessage.id))
		.limit(PAGE + 1);
	const last = rows.length > PAGE ? rows[PAGE - 1] : undefined;
	return { rows: rows.slice(0, PAGE), next: last ? { at: last.since, id: last.id } : null };
}

/** How many messages are in each list. */
export async function countMessages(read: Read, _grant: Grant<'inbox.answer'>): Promise<Record<MessageStatus, number>> {
	const rows = await read.select({ status: contactMessage.status, total: count() }).from(contactMessage).groupBy(contactMessage.status);
	const counts: Record<MessageStatus, number> = { waiting: 0, answered: 0, set_aside: 0 };
	for (const row of rows) counts[row.status] = row.total;
	return counts;
}

/** How many messages wait for an answer. */
export async function countWaitingMessages(read: Read, _grant: Grant<'inbox.answer'>): Promise<number> {
	return read.$count(contactMessage, eq(contactMessage.status, 'waiting'));
}

/** The row itself; null when there is none of that number. */
export async function findMessageRow(source: Read | Tx, number: string): Promise<ContactMessage | null> {
	const [row] = await source.select().from(contactMessage).where(eq(contactMessage.number, number)).limit(1);
	return row ?? null;
}

const MOST_OTHERS = 10;

/** A message with what was done about it, and the latest others of the same address. Null when there is none of that number. */
export async function findMessage(read: Read, _grant: Grant<'inbox.answer'>, number: string) {
	const message = await findMessageRow(read, number);
	if (!message) return null;
	const [entries, others] = await Promise.all([
		read
			.select({
				id: contactEntry.id,
				kind: contactEntry.kind,
				author: person.fullName,
				body: contactEntry.body,
				createdAt: contactEntry.createdAt,
			})
			.from(contactEntry)
			.innerJoin(person, eq(person.id, contactEntry.authorId))
			.where(eq(contactEntry.messageId, message.id))
			.orderBy(asc(contactEntry.createdAt), asc(contactEntry.id)),
		read
			.select({ number: contactMessage.number, subject: contactMessage.subject, createdAt: contactMessage.createdAt })
			.from(contactMessage)
			.where(and(eq(contactMessage.normalized, message.normalized), ne(contactMessage.id, message.id)))
			.orderBy(desc(contactMessage.createdAt))
			.limit(MOST_OTHERS),
	]);
	return { message, entries, others };
}

/** Messages whose time is over, oldest first. */
export async function listOver(
	source: Read | Tx,
	at: Instant,
	most: number,
): Promise<{ id: string; number: string; status: MessageStatus }[]> {
	const over = (status: 'answered' | 'set_aside') =>
		and(eq(contactMessage.status, status), lt(contactMessage.statusSince, at - KEPT_DAYS[status] * DAY));
	return source
		.select({ id: contactMessage.id, number: contactMessage.number, status: contactMessage.status })
		.from(contactMessage)
		.where(or(over('answered'), over('set_aside')))
		.orderBy(asc(contactMessage.statusSince))
		.limit(most);
}

/** What someone wrote through the form from an address proven theirs, and the answers; notes among workers are not in it. */
export function contactPartsOfPerson(read: Read, normalized: readonly string[]): ExportPart[] {
	const own = inArray(contactMessage.normalized, [...normalized]);
	return [
		{
			name: 'contact_messages',
			table: 'contact_message',
			async *rows() {
				const rows = await read.select().from(contactMessage).where(own).orderBy(asc(contactMessage.id));
				for (const { number, name, address, subject, body, about, status, createdAt } of rows)
					yield { number, name, address, subject, body, about, status, createdAt: isoOf(createdAt) };
			},
		},
		{
			name: 'contact_answers',
			table: 'contact_entry',
			async *rows() {
				const rows = await read
					.select({ number: contactMessage.number, body: contactEntry.body, at: contactEntry.createdAt })
					.from(contactEntry)
					.innerJoin(contactMessage, eq(contactMessage.id, contactEntry.messageId))
					.where(and(own, eq(contactEntry.kind, 'answer')))
					.orderBy(asc(contactEntry.id));
				for (const { number, body, at } of rows) yield { number, body, createdAt: isoOf(at) };
			},
		},
	];
}
