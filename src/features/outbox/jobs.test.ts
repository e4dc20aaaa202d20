import { eq } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Database, write } from '#db/client.ts';
import { outboxMessage } from '#db/schema/outbox.ts';
import { MailRefused, type MailTransport, type OutgoingMail } from '#src/adapters/mail/index.ts';
import { grantTo } from '#src/features/access/index.ts';
import { countDead, hasDue, listMessages } from '#src/features/outbox/data.ts';
import { deliverDue } from '#src/features/outbox/jobs.ts';
import { leaseDue, type MessageToQueue, markFailed, markSent, queueMessage, retryMessage } from '#src/features/outbox/mutations.ts';
import { LEASE, MOST_ATTEMPTS } from '#src/features/outbox/rules.ts';
import type { Act } from '#src/lib/act.ts';
import { DAY, HOUR, MINUTE } from '#src/lib/clock.ts';
import { freshDatabase } from '#test/support/database.ts';

const START = Date.parse('2026-11-22T15:00:00Z');
const act = (at = Date.now()): Act => ({ actor: { kind: 'system' }, at, requestId: null });
const grant = grantTo({ personId: 'worker-1', coopRoles: ['worker'], groups: [] }, 'outbox.read');

let keys = 0;
const aMessage = (over: Partial<MessageToQueue> = {}): MessageToQueue => {
	keys += 1;
	return {
		dedupeKey: `key-${keys}`,
		to: { name: 'Ève Côté', address: `eve${keys}@exemple.org` },
		locale: 'fr',
		template: 'test.message',
		content: {
			subject: `Sujet ${keys}`,
			greeting: 'Bonjour,',
			paragraphs: ['Voici.'],
			action: { label: 'Ouvrir', url: 'https://x.org/jeton' },
		},
		...over,
	};
};
const queue = (over: Partial<MessageToQueue> = {}) => write((tx) => queueMessage(tx, act(), aMessage(over)));

/** A transport that keeps what it was given, after doing what the test wants. */
function aTransport(send: (mail: OutgoingMail) => Promise<void> | void = () => undefined): MailTransport & { sent: OutgoingMail[] } {
	const sent: OutgoingMail[] = [];
	return {
		sent,
		async send(mail) {
			await send(mail);
			sent.push(mail);
		},
		close: () => undefined,
	};
}
const failing = (error: Error) =>
	aTransport(() => {
		throw error;
	});

let database: Database;
const rows = () => database.read.select().from(outboxMessage).orderBy(outboxMessage.id);
const onlyRow = async () => {
	const [row] = await rows();
	if (!row) throw new Error('no message');
	return row;
};

beforeEach(async () => {
	vi.useFakeTimers({ toFake: ['Date'], now: START });
	database = await freshDatabase();
});
afterEach(() => {
	vi.useRealTimers();
});

describe('queueing', () => {
	it('keeps one message for one cause, however often it is repeated', async () => {
		const first = await queue({ dedupeKey: 'application-1' });
		const again = await queue({ dedupeKey: 'application-1' });
		expect(first).toMatch(/^<[0-9a-f-]{36}@localhost>$/);
		expect(again).toBeNull();
		expect(await rows()).toHaveLength(1);
	});

	it('is undone with its cause', async () => {
		await expect(
			write(async (tx) => {
				await queueMessage(tx, act(), aMessage());
				throw new Error('the cause failed');
			}),
		).rejects.toThrow('the cause failed');
		expect(await rows()).toEqual([]);
		expect(await hasDue(database.read, Date.now())).toBe(false);
	});
});

describe('sending', () => {
	it('hands over the whole message, once, and empties it', async () => {
		const messageId = await queue({ inReplyTo: '<first@localhost>' });
		const transport = aTransport();
		expect(await hasDue(database.read, Date.now())).toBe(true);
		expect(await deliverDue(transport)).toBe(1);
		expect(await deliverDue(transport)).toBe(0);
		expect(transport.sent).toHaveLength(1);
		expect(transport.sent[0]).toMatchObject({
			messageId,
			inReplyTo: '<first@localhost>',
			from: 'Koumbit <portail@localhost>',
			to: { name: 'Ève Côté' },
			text: expect.stringContaining('https://x.org/jeton'),
			html: expect.stringContaining('https://x.org/jeton'),
			locale: 'fr',
		});
		const row = await onlyRow();
		expect(row).toMatchObject({ status: 'sent', sentAt: START, attempt: 1, content: null, leaseToken: null, lastError: null });
		expect(JSON.stringify(row)).not.toContain('jeton');
		expect(await hasDue(database.read, Date.now() + DAY)).toBe(false);
	});

	it('leaves alone what is not due yet', async () => {
		await write((tx) => queueMessage(tx, act(Date.now() + HOUR), aMessage()));
		expect(await hasDue(database.read, Date.now())).toBe(false);
		expect(await deliverDue(aTransport())).toBe(0);
		vi.setSystemTime(START + HOUR);
		expect(await deliverDue(aTransport())).toBe(1);
	});

	it('goes on with the next message when one fails', async () => {
		for (let count = 0; count < 25; count += 1) await queue();
		const transport = aTransport((mail) => {
			if (mail.subject.endsWith('3')) throw new Error('451 later');
		});
		const sent = await deliverDue(transport);
		expect(sent).toBe(transport.sent.length);
		expect(sent).toBeGreaterThan(20);
		expect((await rows()).filter((row) => row.status === 'queued')).toHaveLength(25 - sent);
	});

	it('by two senders at once sends each message once', async () => {
		for (let count = 0; count < 30; count += 1) await queue();
		const slow = () => aTransport(() => new Promise((resolve) => setTimeout(resolve, 2)));
		const [one, two] = [slow(), slow()];
		const counts = await Promise.all([deliverDue(one), deliverDue(two)]);
		expect(counts[0] + counts[1]).toBe(30);
		expect(Math.min(...counts)).toBeGreaterThan(5);
		expect(new Set([...one.sent, ...two.sent].map((mail) => mail.messageId)).size).toBe(30);
	});

	it('by a slow sender and a second one sends each message once, even when the whole list outlasts a lease', async () => {
		for (let count = 0; count < 6; count += 1) await queue();
		const second = aTransport();
		const first = aTransport(async () => {
			vi.setSystemTime(Date.now() + MINUTE);
			// The other process comes round while this one waits for the mail server.
			const [leased] = await write((tx) => leaseDue(tx, Date.now(), 1));
			if (leased) {
				await second.send({ ...leased, from: '', to: { name: '', address: '' }, text: '', html: '', unsubscribeUrl: null });
				await write((tx) => markSent(tx, leased, Date.now()));
			}
		});
		await deliverDue(first);
		const ids = [...first.sent, ...second.sent].map((mail) => mail.messageId);
		expect(ids).toHaveLength(6);
		expect(new Set(ids).size).toBe(6);
	});

	it('is done again once, under the same Message-ID, when a sender died before it could say so', async () => {
		const messageId = await queue();
		const [leased] = await write((tx) => leaseDue(tx, Date.now(), 10));
		expect(leased?.messageId).toBe(messageId);
		const transport = aTransport();
		expect(await deliverDue(transport)).toBe(0);
		expect(await hasDue(database.read, Date.now() + LEASE - 1)).toBe(false);
		vi.setSystemTime(START + LEASE);
		expect(await hasDue(database.read, Date.now())).toBe(true);
		expect(await deliverDue(transport)).toBe(1);
		expect(transport.sent.map((mail) => mail.messageId)).toEqual([messageId]);
		expect((await onlyRow()).attempt).toBe(2);
	});

	it('is not undone by a sender that comes back from the dead', async () => {
		await queue();
		const [dead] = await write((tx) => leaseDue(tx, Date.now(), 1));
		if (!dead) throw new Error('nothing was leased');
		vi.setSystemTime(START + LEASE);
		const [alive] = await write((tx) => leaseDue(tx, Date.now(), 1));
		expect(await write((tx) => markSent(tx, dead, Date.now()))).toBe(false);
		await write((tx) => markFailed(tx, dead, Date.now(), { forGood: true, reason: 'too late' }));
		expect(await onlyRow()).toMatchObject({ status: 'sending', leaseToken: alive?.leaseToken, lastError: null });
	});

	it('stops at a message whose sender died every time', async () => {
		await queue();
		for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
			await write((tx) => leaseDue(tx, Date.now(), 1));
			vi.setSystemTime(Date.now() + LEASE);
		}
		const transport = aTransport();
		expect(await deliverDue(transport)).toBe(0);
		expect(transport.sent).toEqual([]);
		expect((await onlyRow()).status).toBe('dead');
	});
});

describe('a failure', () => {
	it('that may pass is tried again with growing pauses, then given up', async () => {
		await queue();
		const pauses: number[] = [];
		for (let attempt = 1; attempt < MOST_ATTEMPTS; attempt += 1) {
			await deliverDue(failing(new Error('451 try later')));
			const row = await onlyRow();
			expect(row).toMatchObject({ status: 'queued', attempt, lastError: '451 try later' });
			expect(row.content).not.toBeNull();
			pauses.push(row.nextAt - Date.now());
			vi.setSystemTime(row.nextAt);
		}
		expect(pauses.slice(0, 3)).toEqual([30_000, 60_000, 120_000]);
		expect(pauses).toEqual(pauses.toSorted((a, b) => a - b));
		await deliverDue(failing(new Error('451 try later')));
		expect((await onlyRow()).status).toBe('dead');
		expect(await hasDue(database.read, Date.now() + 30 * DAY)).toBe(false);
	});

	it('for good is not tried again', async () => {
		await queue();
		await deliverDue(failing(new MailRefused('550 5.1.1 <eve1@exemple.org>: no such user')));
		const row = await onlyRow();
		expect(row).toMatchObject({ status: 'dead', attempt: 1 });
		expect(row.lastError).toMatch(/^550 5\.1\.1/);
	});

	it('keeps no address of the server’s reply, and not all of a long one', async () => {
		await queue();
		await deliverDue(failing(new Error(`<eve@exemple.org> eve+x@exemple.org ${'x'.repeat(1_000)}`)));
		const { lastError } = await onlyRow();
		expect(lastError).not.toMatch(/@|exemple/);
		expect(lastError).toHaveLength(300);
	});
});

describe('a worker', () => {
	it('sends a dead message again, once, and it is on record', async () => {
		await queue();
		await deliverDue(failing(new MailRefused('550')));
		const { id } = await onlyRow();
		expect(await countDead(database.read, grant)).toBe(1);
		const retry = () => write((tx) => retryMessage(tx, act(), grant, id));
		expect(await retry()).toEqual({ ok: true });
		expect(await retry()).toEqual({ ok: false, reason: 'impossible_transition' });
		expect(await countDead(database.read, grant)).toBe(0);
		const transport = aTransport();
		expect(await deliverDue(transport)).toBe(1);
		expect(await onlyRow()).toMatchObject({ status: 'sent', attempt: 1 });
		const events = await database.read.query.auditEvent.findMany();
		expect(events.map((event) => [event.action, event.subjectId])).toEqual([['outbox.retry', id]]);
	});

	it('can’t send again what was sent', async () => {
		await queue();
		await deliverDue(aTransport());
		const { id } = await onlyRow();
		expect(await write((tx) => retryMessage(tx, act(), grant, id))).toEqual({ ok: false, reason: 'impossible_transition' });
	});

	it('does not see who is asked for money or has paid, unless finance is theirs too', async () => {
		await queue({ dedupeKey: 'a', template: 'contributions.charge' });
		await queue({ dedupeKey: 'b', template: 'membership.received' });
		const finance = { right: 'payments.record', personId: 'person-1' } as Parameters<typeof listMessages>[2];
		expect((await listMessages(database.read, grant, null, null)).map((row) => row.template)).toEqual(['membership.received']);
		expect(await listMessages(database.read, grant, finance, null)).toHaveLength(2);
	});

	it('sees messages newest first, page after page, without their content', async () => {
		for (let count = 0; count < 60; count += 1) {
			vi.setSystemTime(START + count);
			await queue();
		}
		const first = await listMessages(database.read, grant, null, null);
		const rest = await listMessages(database.read, grant, null, first.at(-1)?.id ?? null);
		expect([first.length, rest.length]).toEqual([50, 10]);
		const times = [...first, ...rest].map((row) => row.createdAt);
		expect(times).toEqual(Array.from({ length: 60 }, (_, at) => START + 59 - at));
		expect(JSON.stringify(first)).not.toContain('jeton');
	});
});

it('a message whose content is gone dies instead of leaving empty', async () => {
	await queue();
	const { id } = await onlyRow();
	await write(async (tx) => {
		await tx.update(outboxMessage).set({ content: null }).where(eq(outboxMessage.id, id));
	});
	const transport = aTransport();
	await deliverDue(transport);
	expect(transport.sent).toEqual([]);
	expect((await onlyRow()).status).toBe('dead');
});
