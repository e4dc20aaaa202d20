import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import { person } from '#db/schema/accounts.ts';
import { contactEntry, contactMessage } from '#db/schema/contact.ts';
import { counter } from '#db/schema/membership.ts';
import type { Grant } from '#src/features/access/index.ts';
import { recordAudit } from '#src/features/audit/index.ts';
import { type ContactMessage, findMessageRow, listOver } from '#src/features/contact/data.ts';
import { answered, received } from '#src/features/contact/mail.ts';
import { type About, type MessageAction, messageNumber, nextStatus } from '#src/features/contact/rules.ts';
import { forgetMessages, queueMessage } from '#src/features/outbox/index.ts';
import { type Locale, pathOf } from '#src/i18n/routes.ts';
import type { Act } from '#src/lib/act.ts';
import { civilDateOf } from '#src/lib/clock.ts';
import { normalizeAddress } from '#src/lib/email-address.ts';
import { env } from '#src/lib/env.ts';
import type { Erased, ErasureLine } from '#src/lib/erasure.ts';
import { newId } from '#src/lib/ids.ts';

const SUBJECT = 'contact_message';

type FormUsed = { readonly ok: false; readonly reason: 'form_already_used' };
const FORM_USED: FormUsed = { ok: false, reason: 'form_already_used' };

export interface NewMessage {
	readonly submissionKey: string;
	readonly name: string;
	readonly email: string;
	readonly about: About | null;
	readonly subject: string;
	readonly message: string;
	readonly locale: Locale;
	/** The trap was filled in: kept, set aside, and not acknowledged. */
	readonly trapped: boolean;
}

async function nextNumber(tx: Tx, act: Pick<Act, 'at'>): Promise<string> {
	const year = civilDateOf(act.at).slice(0, 4);
	const [row] = await tx
		.insert(counter)
		.values({ name: `contact:${year}`, value: 1 })
		.onConflictDoUpdate({ target: counter.name, set: { value: sql`${counter.value} + 1` } })
		.returning({ value: counter.value });
	if (!row) throw new Error('the counter of messages gave no number');
	return messageNumber(year, row.value);
}

/** Whether a message says the same as the one its form was already accepted with. */
const repeats = (row: ContactMessage, input: NewMessage) =>
	row.name === input.name &&
	row.address === input.email &&
	row.about === input.about &&
	row.subject === input.subject &&
	row.body === input.message;

/**
 * Keeps a message and acknowledges it. The same form sent twice is one message. The trail is not told: anyone may write,
 * and nobody should be able to make it grow; the row itself says when.
 */
export async function receiveMessage(
	tx: Tx,
	moment: Pick<Act, 'at' | 'requestId'>,
	input: NewMessage,
): Promise<{ readonly ok: true; readonly number: string } | FormUsed> {
	const [known] = await tx.select().from(contactMessage).where(eq(contactMessage.submissionKey, input.submissionKey)).limit(1);
	if (known) return repeats(known, input) ? { ok: true, number: known.number } : FORM_USED;
	const act: Act = { actor: { kind: 'system' }, ...moment };
	const id = newId<'contact_message'>();
	const number = await nextNumber(tx, act);
	await tx.insert(contactMessage).values({
		id,
		number,
		submissionKey: input.submissionKey,
		name: input.name,
		address: input.email,
		normalized: normalizeAddress(input.email) ?? input.email,
		subject: input.subject,
		body: input.message,
		about: input.about,
		locale: input.locale,
		status: input.trapped ? 'set_aside' : 'waiting',
		statusSince: act.at,
		createdAt: act.at,
	});
	if (input.trapped) return { ok: true, number };
	const threadMessageId = await queueMessage(tx, act, {
		dedupeKey: `contact:received:${id}`,
		to: { name: '', address: input.email },
		locale: input.locale,
		template: 'contact.received',
		content: received(input.locale, { number }),
		relates: { kind: SUBJECT, id },
	});
	await tx.update(contactMessage).set({ threadMessageId }).where(eq(contactMessage.id, id));
	return { ok: true, number };
}

/** What every act on a message says. */
export interface MessageChange {
	readonly number: string;
	/** The form's own key: the same form sent twice acts once; sent again with something else, it is refused. */
	readonly submissionKey: string;
	/** Version of the message as the worker saw it. */
	readonly version: number;
}

export type ChangeOutcome =
	| { readonly ok: true; readonly number: string }
	| { readonly ok: false; readonly reason: 'not_found' | 'stale' | 'impossible_transition' }
	| FormUsed;

type EntryKind = (typeof contactEntry.$inferSelect)['kind'];

/** What a form was accepted for before; null when it was not. */
async function earlier(tx: Tx, key: string): Promise<typeof contactEntry.$inferSelect | null> {
	const [entry] = await tx.select().from(contactEntry).where(eq(contactEntry.submissionKey, key)).limit(1);
	return entry ?? null;
}

async function addEntry(tx: Tx, act: Act, message: ContactMessage, kind: EntryKind, key: string, personId: string, body: string) {
	const id = newId<'contact_entry'>();
	await tx
		.insert(contactEntry)
		.values({ id, messageId: message.id, submissionKey: key, kind, authorId: personId, body, createdAt: act.at });
	await recordAudit(tx, act, {
		action: `contact.${kind}`,
		subject: { kind: SUBJECT, id: message.id },
		delta: { number: message.number, from: message.status },
	});
	return id;
}

async function perform(
	tx: Tx,
	act: Act,
	{ personId }: Grant<'inbox.answer'>,
	change: MessageChange,
	action: MessageAction,
	body: string,
	then: (message: ContactMessage, entryId: string) => Promise<void> = async () => {},
): Promise<ChangeOutcome> {
	const message = await findMessageRow(tx, change.number);
	if (!message) return { ok: false, reason: 'not_found' };
	const done = await earlier(tx, change.submissionKey);
	if (done) {
		const same = done.messageId === message.id && done.kind === action && done.authorId === personId && done.body === body;
		return same ? { ok: true, number: message.number } : FORM_USED;
	}
	if (message.version !== change.version) return { ok: false, reason: 'stale' };
	const status = nextStatus(message.status, action);
	if (status === null) return { ok: false, reason: 'impossible_transition' };
	const [changed] = await tx
		.update(contactMessage)
		.set({ status, statusSince: act.at, version: message.version + 1 })
		.where(and(eq(contactMessage.id, message.id), eq(contactMessage.version, message.version)))
		.returning({ id: contactMessage.id });
	if (!changed) return { ok: false, reason: 'stale' };
	await then(message, await addEntry(tx, act, message, action, change.submissionKey, personId, body));
	return { ok: true, number: message.number };
}

async function nameOf(tx: Tx, personId: string): Promise<string> {
	const [row] = await tx.select({ name: person.fullName }).from(person).where(eq(person.id, personId)).limit(1);
	return row?.name ?? '';
}

/** A worker answers: the answer leaves by mail, with the message quoted. */
export function answerMessage(tx: Tx, act: Act, grant: Grant<'inbox.answer'>, change: MessageChange & { readonly answer: string }) {
	return perform(tx, act, grant, change, 'answer', change.answer, async (message, entryId) => {
		const { locale, number } = message;
		const again = `${pathOf('contact', locale)}?suite=${number}`;
		await queueMessage(tx, act, {
			dedupeKey: `contact:answer:${entryId}`,
			to: { name: message.name, address: message.address },
			locale,
			template: 'contact.answered',
			content: answered(locale, {
				number,
				name: message.name,
				subject: message.subject,
				worker: await nameOf(tx, grant.personId),
				answer: change.answer,
				original: message.body,
				sentAt: message.createdAt,
				url: `${env().siteUrl}${again}`,
			}),
			relates: { kind: SUBJECT, id: message.id },
			inReplyTo: message.threadMessageId,
		});
	});
}

/** Nothing to answer: unwanted, or settled otherwise. */
export function setAsideMessage(tx: Tx, act: Act, grant: Grant<'inbox.answer'>, change: MessageChange) {
	return perform(tx, act, grant, change, 'set_aside', '');
}

/** Back among those that wait. */
export function reopenMessage(tx: Tx, act: Act, grant: Grant<'inbox.answer'>, change: MessageChange) {
	return perform(tx, act, grant, change, 'reopen', '');
}

/** A word among workers; never sent. */
export async function noteMessage(
	tx: Tx,
	act: Act,
	{ personId }: Grant<'inbox.answer'>,
	{ number, submissionKey, note }: { readonly number: string; readonly submissionKey: string; readonly note: string },
): Promise<ChangeOutcome> {
	const message = await findMessageRow(tx, number);
	if (!message) return { ok: false, reason: 'not_found' };
	const done = await earlier(tx, submissionKey);
	if (done) {
		const same = done.messageId === message.id && done.kind === 'note' && done.authorId === personId && done.body === note;
		return same ? { ok: true, number } : FORM_USED;
	}
	await addEntry(tx, act, message, 'note', submissionKey, personId, note);
	return { ok: true, number };
}

const MOST_DELETED_AT_ONCE = 50;

/** Deletes messages whose time is over, with what was written about them and the mail that went out. @returns how many. */
export async function deleteOverMessages(tx: Tx, act: Act): Promise<number> {
	const over = await listOver(tx, act.at, MOST_DELETED_AT_ONCE);
	const ids = over.map(({ id }) => id);
	if (ids.length === 0) return 0;
	await forgetMessages(tx, SUBJECT, ids);
	await tx.delete(contactEntry).where(inArray(contactEntry.messageId, ids));
	await tx.delete(contactMessage).where(inArray(contactMessage.id, ids));
	for (const { id, number, status } of over) {
		await recordAudit(tx, act, { action: 'contact.delete', subject: { kind: SUBJECT, id }, delta: { number, status } });
	}
	return over.length;
}

/** Everything someone who is erased wrote through the form, with what was answered. */
export async function erasePerson(tx: Tx, act: Act, who: Erased): Promise<ErasureLine[]> {
	const mine = await tx
		.select({ id: contactMessage.id, number: contactMessage.number, status: contactMessage.status })
		.from(contactMessage)
		.where(inArray(contactMessage.normalized, [...who.normalized]));
	const ids = mine.map(({ id }) => id);
	await forgetMessages(tx, SUBJECT, ids);
	const entries = await tx.delete(contactEntry).where(inArray(contactEntry.messageId, ids)).returning({ id: contactEntry.id });
	await tx.delete(contactMessage).where(inArray(contactMessage.id, ids));
	for (const { id, number, status } of mine) {
		await recordAudit(tx, act, { action: 'contact.delete', subject: { kind: SUBJECT, id }, delta: { number, status } });
	}
	return [
		{ table: 'contact_message', how: 'deleted', count: mine.length },
		{ table: 'contact_entry', how: 'deleted', count: entries.length },
	];
}
