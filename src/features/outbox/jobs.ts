import { isBusy, type Tx, write } from '#db/client.ts';
import { MailRefused, type MailTransport } from '#src/adapters/mail/index.ts';
import { type LeasedMessage, leaseDue, markFailed, markSent } from '#src/features/outbox/mutations.ts';
import { type MailContent, MOST_ATTEMPTS, renderHtml, renderText } from '#src/features/outbox/rules.ts';
import { now } from '#src/lib/clock.ts';
import { env } from '#src/lib/env.ts';
import { describeError, log } from '#src/lib/log.ts';

/** What was sent and not marked is sent again: worth more patience than a page's write. */
const MOST_TRIES_TO_MARK = 5;

async function sendOne(transport: MailTransport, message: LeasedMessage): Promise<void> {
	if (message.content === null) throw new MailRefused('the message has no content left');
	// Only a sender that died each time comes here: its message may be what kills it.
	if (message.attempt > MOST_ATTEMPTS) throw new MailRefused('tried too often without an answer');
	const content = JSON.parse(message.content) as MailContent;
	await transport.send({
		messageId: message.messageId,
		inReplyTo: message.inReplyTo,
		from: env().mailFrom,
		to: { name: message.toName, address: message.toAddress },
		subject: content.subject,
		text: renderText(content, message.locale),
		html: renderHtml(content, message.locale),
		locale: message.locale,
		unsubscribeUrl: content.unsubscribe?.url ?? null,
	});
}

/** Addresses in a mail server's reply are the recipient's: they don't belong in a log or on a page. */
const withoutAddresses = (text: string) => text.replace(/[^\s<>@]+@[^\s<>@]+/g, '…');

async function mark<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
	for (let attempt = 1; ; attempt += 1) {
		try {
			return await write(work);
		} catch (error) {
			if (!isBusy(error) || attempt >= MOST_TRIES_TO_MARK) throw error;
		}
	}
}

/**
 * Sends what is due; one message's failure never holds up the next. Taken one by one: with a slow mail server the lease of
 * a message further down the list would have run out, and another sender would have sent it too.
 * @returns how many were sent.
 */
export async function deliverDue(transport: MailTransport): Promise<number> {
	for (let sent = 0; ; ) {
		const [message] = await write((tx) => leaseDue(tx, now(), 1));
		if (!message) return sent;
		try {
			await sendOne(transport, message);
		} catch (error) {
			const reason = withoutAddresses(error instanceof Error ? error.message : 'unknown');
			await mark((tx) => markFailed(tx, message, now(), { forGood: error instanceof MailRefused, reason }));
			log.warn('mail.failed', { messageId: message.id, attempt: message.attempt, ...describeError(error) });
			continue;
		}
		await mark((tx) => markSent(tx, message, now()));
		sent += 1;
		log.info('mail.sent', { messageId: message.id, template: message.template });
	}
}
