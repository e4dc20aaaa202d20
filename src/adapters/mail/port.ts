/** What the outbox asks of a way to send mail. */
export interface OutgoingMail {
	readonly messageId: string;
	readonly inReplyTo: string | null;
	readonly from: string;
	readonly to: { readonly name: string; readonly address: string };
	readonly subject: string;
	readonly text: string;
	readonly html: string;
	readonly locale: 'fr' | 'en';
	/** Where the one who receives it can ask for no more; null for a message about something of their own. */
	readonly unsubscribeUrl: string | null;
}

/** A sending that has not ended by then has failed. Half of the outbox's lease, so that nobody else has taken the message over. */
export const LONGEST_SEND_MS = 60_000;

export interface MailTransport {
	/** @throws {MailRefused} when trying again is useless; anything else is worth another attempt. Ends within {@link LONGEST_SEND_MS}. */
	send(mail: OutgoingMail): Promise<void>;
	close(): void;
}

/** The receiving server said no for good (5xx) to this recipient or this message. */
export class MailRefused extends Error {
	override name = 'MailRefused';
}
