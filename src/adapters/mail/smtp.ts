import nodemailer from 'nodemailer';
import { compose } from '#src/adapters/mail/compose.ts';
import { LONGEST_SEND_MS, MailRefused, type MailTransport } from '#src/adapters/mail/port.ts';

/**
 * Only what the server says of the recipient or of the message itself. A 5xx at the greeting, the log-in or our own sender's
 * address is ours to mend, and every message in the queue would die of it.
 */
function refusedForGood(error: unknown): boolean {
	if (!(error instanceof Error)) return false;
	const { code, command, responseCode } = error as { code?: unknown; command?: unknown; responseCode?: unknown };
	// The library itself found the recipient's address impossible.
	if (code === 'EENVELOPE' && command === 'API') return true;
	return typeof responseCode === 'number' && responseCode >= 500 && responseCode < 600 && (command === 'RCPT TO' || command === 'DATA');
}

/**
 * @param url `smtp://` or `smtps://`, with user and password if needed.
 * @param longestMs the time limits below start anew with each answer of the server; this one is for the whole.
 */
export function openSmtp(url: string, longestMs = LONGEST_SEND_MS): MailTransport {
	const transport = nodemailer.createTransport({
		url,
		pool: true,
		maxConnections: 2,
		connectionTimeout: 10_000,
		greetingTimeout: 10_000,
		socketTimeout: 30_000,
	} as Parameters<typeof nodemailer.createTransport>[0]);
	return {
		async send(mail) {
			const options = { ...compose(mail), signal: AbortSignal.timeout(longestMs) };
			try {
				await transport.sendMail(options);
			} catch (error) {
				if (refusedForGood(error)) throw new MailRefused(error instanceof Error ? error.message : 'refused', { cause: error });
				throw error;
			}
		},
		close: () => transport.close(),
	};
}
