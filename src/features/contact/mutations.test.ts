import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Database, read } from '#db/client.ts';
import { auditEvent } from '#db/schema/audit.ts';
import { contactEntry, contactMessage } from '#db/schema/contact.ts';
import { outboxMessage } from '#db/schema/outbox.ts';
import type { Grant } from '#src/features/access/index.ts';
import { countMessages, countWaitingMessages, findMessage, listMessages } from '#src/features/contact/data.ts';
import {
	answerMessage,
	deleteOverMessages,
	type NewMessage,
	noteMessage,
	receiveMessage,
	reopenMessage,
	setAsideMessage,
} from '#src/features/contact/mutations.ts';
import { DAY, HOUR } from '#src/lib/clock.ts';
import { newIdempotencyKey } from '#src/lib/ids.ts';
import { actBy, aGrant, anAct, aWorker, NOW } from '#test/factories/accounts.ts';
import { aMessage } from '#test/factories/contact.ts';
import { readMail } from '#test/factories/membership.ts';
import { freshDatabase } from '#test/support/database.ts';

let db: Database;
let grant: Grant<'inbox.answer'>;

beforeEach(async () => {
	db = await freshDatabase();
	const { personId } = await db.write((tx) => aWorker(tx, ['worker'], { fullName: 'Julien Roy' }));
	grant = aGrant(personId, 'inbox.answer');
});

const receive = (message: NewMessage, at = NOW) => db.write((tx) => receiveMessage(tx, { at, requestId: null }, message));
const act = (at = NOW + HOUR) => actBy(grant.personId, { at });
const stamp = (number: string, version = 1) => ({ number, version, submissionKey: newIdempotencyKey() });

async function received(over: Partial<NewMessage> = {}, at = NOW): Promise<string> {
	const done = await receive(aMessage(over), at);
	if (!done.ok) throw new Error(done.reason);
	return done.number;
}

describe('a message from the public', () => {
	it('waits under a number, and is acknowledged without one word of its sender', async () => {
		const number = await received({
			name: 'GAGNEZ 1000',
			subject: 'Cliquez https://evil.example',
			message: 'Achetez maintenant',
			email: 'victime@exemple.org',
		});
		expect(number).toBe('M-2026-0001');
		const [mail] = await db.read.select().from(outboxMessage);
		expect(mail).toMatchObject({ toAddress: 'victime@exemple.org', toName: '', template: 'contact.received' });
		expect(`${mail?.subject} ${mail?.content}`).not.toMatch(/GAGNEZ|evil|Achetez|https?:/);
		expect(mail?.content).toContain(number);
		expect(await countWaitingMessages(read, grant)).toBe(1);
		// Anyone may write: the trail does not grow by it.
		expect(await db.read.$count(auditEvent, eq(auditEvent.subjectKind, 'contact_message'))).toBe(0);
	});

	it('sent twice by one form is one message; the same form with other words is refused', async () => {
		const message = aMessage();
		expect(await receive(message)).toEqual({ ok: true, number: 'M-2026-0001' });
		expect(await receive(message)).toEqual({ ok: true, number: 'M-2026-0001' });
		expect(await receive({ ...message, message: 'Autre chose' })).toEqual({ ok: false, reason: 'form_already_used' });
		expect(await db.read.$count(contactMessage)).toBe(1);
		expect(await readMail(db)).toHaveLength(1);
	});

	it('that filled the trap is set aside, and nobody is written to', async () => {
		await received({ trapped: true });
		expect(await readMail(db)).toEqual([]);
		expect(await countMessages(read, grant)).toEqual({ waiting: 0, answered: 0, set_aside: 1 });
	});

	it('is acknowledged in its own language', async () => {
		await received({ locale: 'en' });
		expect((await readMail(db))[0]?.content.greeting).toBe('Hello,');
	});
});

describe('an answer', () => {
	it('leaves by mail in the thread of the acknowledgement, with what it answers quoted, and a way to write again', async () => {
		const number = await received({ subject: 'Une question', message: 'Première ligne\nDeuxième ligne' });
		const done = await db.write((tx) => answerMessage(tx, act(), grant, { ...stamp(number), answer: 'Oui, bien sûr.' }));
		expect(done).toEqual({ ok: true, number });
		const [first, second] = await db.read.select().from(outboxMessage).orderBy(outboxMessage.id);
		expect(second).toMatchObject({ toName: 'Marie-Ève Lapointe', subject: `[${number}] Une question`, inReplyTo: first?.messageId });
		const mail = (await readMail(db)).at(-1);
		expect(mail?.content.paragraphs[0]).toBe('Oui, bien sûr.');
		expect(mail?.content.paragraphs[1]).toContain('Julien Roy');
		expect(mail?.content.quote).toBe('Première ligne\nDeuxième ligne');
		expect(mail?.url).toMatch(new RegExp(`/contact/\\?suite=${number}$`));
		expect(await countMessages(read, grant)).toEqual({ waiting: 0, answered: 1, set_aside: 0 });
		const [event] = await db.read.select().from(auditEvent).where(eq(auditEvent.action, 'contact.answer'));
		expect(event).toMatchObject({ actorId: grant.personId, subjectKind: 'contact_message' });
		expect(event?.delta).not.toMatch(/bien sûr|Lapointe|exemple/);
	});

	it('sent twice by one form leaves once; to a page left open, it is refused and nothing leaves', async () => {
		const number = await received();
		const form = { ...stamp(number), answer: 'Oui.' };
		expect(await db.write((tx) => answerMessage(tx, act(), grant, form))).toEqual({ ok: true, number });
		expect(await db.write((tx) => answerMessage(tx, act(), grant, form))).toEqual({ ok: true, number });
		expect(await db.write((tx) => answerMessage(tx, act(), grant, { ...form, answer: 'Non.' }))).toEqual({
			ok: false,
			reason: 'form_already_used',
		});
		expect(await db.write((tx) => answerMessage(tx, act(), grant, { ...stamp(number), answer: 'Non.' }))).toEqual({
			ok: false,
			reason: 'stale',
		});
		expect(await readMail(db)).toHaveLength(2);
	});

	it('by two workers at once is one answer', async () => {
		const number = await received();
		const done = await Promise.all(
			['Un', 'Deux'].map((answer) => db.write((tx) => answerMessage(tx, act(), grant, { ...stamp(number), answer }))),
		);
		expect(done.map(({ ok }) => ok).toSorted()).toEqual([false, true]);
		expect(await readMail(db)).toHaveLength(2);
	});
});

describe('on the desk', () => {
	it('a message set aside tells nobody, cannot be answered, and can be put back', async () => {
		const number = await received();
		expect(await db.write((tx) => setAsideMessage(tx, act(), grant, stamp(number)))).toEqual({ ok: true, number });
		expect(await readMail(db)).toHaveLength(1);
		expect(await db.write((tx) => answerMessage(tx, act(), grant, { ...stamp(number, 2), answer: 'Oui.' }))).toEqual({
			ok: false,
			reason: 'impossible_transition',
		});
		expect(await db.write((tx) => reopenMessage(tx, act(), grant, stamp(number, 2)))).toEqual({ ok: true, number });
		const found = await findMessage(read, grant, number);
		expect(found?.message.status).toBe('waiting');
		expect(found?.entries.map(({ kind, author }) => [kind, author])).toEqual([
			['set_aside', 'Julien Roy'],
			['reopen', 'Julien Roy'],
		]);
	});

	it('a note is never sent, and changes nothing that a colleague could have changed', async () => {
		const number = await received();
		const note = { number, submissionKey: newIdempotencyKey(), note: 'Entre nous.' };
		expect(await db.write((tx) => noteMessage(tx, act(), grant, note))).toEqual({ ok: true, number });
		expect(await db.write((tx) => noteMessage(tx, act(), grant, note))).toEqual({ ok: true, number });
		expect(await readMail(db)).toHaveLength(1);
		expect((await findMessage(read, grant, number))?.message).toMatchObject({ status: 'waiting', version: 1 });
		expect(await db.read.$count(contactEntry)).toBe(1);
		await db.write((tx) => answerMessage(tx, act(), grant, { ...stamp(number), answer: 'Oui.' }));
		expect(JSON.stringify((await readMail(db)).at(-1))).not.toContain('Entre nous');
	});

	it('a number nobody has is not found', async () => {
		expect(await findMessage(read, grant, 'M-2026-9999')).toBeNull();
		const note = { number: 'M-2026-9999', submissionKey: newIdempotencyKey(), note: 'x' };
		expect(await db.write((tx) => noteMessage(tx, act(), grant, note))).toEqual({ ok: false, reason: 'not_found' });
		expect(await db.write((tx) => setAsideMessage(tx, act(), grant, stamp('M-2026-9999')))).toEqual({ ok: false, reason: 'not_found' });
	});

	it('the longest wait comes first, page by page, each message once', async () => {
		for (let count = 0; count < 45; count += 1) await received({}, NOW + (count % 3));
		const first = await listMessages(read, grant, 'waiting', null);
		const second = await listMessages(read, grant, 'waiting', first.next);
		expect([first.rows.length, second.rows.length, second.next]).toEqual([40, 5, null]);
		const all = [...first.rows, ...second.rows];
		expect(new Set(all.map(({ id }) => id)).size).toBe(45);
		expect(all.map(({ since }) => since)).toEqual(all.map(({ since }) => since).toSorted((a, b) => a - b));
	});

	it('other messages of the same address are shown beside, however it was spelled', async () => {
		const number = await received({ email: 'Marie@Exemple.org', subject: 'Un' });
		const later = await received({ email: 'marie@exemple.org', subject: 'Deux' });
		await received({ email: 'autre@exemple.org' });
		expect((await findMessage(read, grant, number))?.others.map((other) => other.number)).toEqual([later]);
	});
});

describe('personal information', () => {
	it('is deleted when its time is over, with what was written about it and its mail; what waits is kept for ever', async () => {
		const [waiting, answered, aside] = [await received(), await received(), await received()];
		await db.write((tx) => answerMessage(tx, act(NOW), grant, { ...stamp(answered), answer: 'Oui.' }));
		await db.write((tx) => setAsideMessage(tx, act(NOW), grant, stamp(aside)));
		const run = (at: number) => db.write((tx) => deleteOverMessages(tx, anAct({ at, actor: { kind: 'system' } })));
		expect(await run(NOW + 30 * DAY)).toBe(0);
		expect(await run(NOW + 30 * DAY + 1)).toBe(1);
		expect(await findMessage(read, grant, aside)).toBeNull();
		expect(await run(NOW + 365 * DAY)).toBe(0);
		expect(await run(NOW + 365 * DAY + 1)).toBe(1);
		expect(await findMessage(read, grant, answered)).toBeNull();
		expect(await db.read.$count(contactEntry)).toBe(0);
		expect(await readMail(db)).toHaveLength(1);
		expect((await findMessage(read, grant, waiting))?.message.number).toBe(waiting);
		const events = await db.read.select().from(auditEvent).where(eq(auditEvent.action, 'contact.delete'));
		expect(events.map(({ delta }) => JSON.parse(delta))).toEqual([
			{ number: aside, status: 'set_aside' },
			{ number: answered, status: 'answered' },
		]);
	});
});
