/** The way mail leaves: SMTP when `SMTP_URL` is set, files otherwise. */
import { openFiles } from '#src/adapters/mail/files.ts';
import type { MailTransport } from '#src/adapters/mail/port.ts';
import { openSmtp } from '#src/adapters/mail/smtp.ts';
import type { Env } from '#src/lib/env.ts';

export { LONGEST_SEND_MS, MailRefused, type MailTransport, type OutgoingMail } from '#src/adapters/mail/port.ts';

export function openMail(env: Pick<Env, 'smtpUrl' | 'dataDir'>): MailTransport {
	return env.smtpUrl === undefined ? openFiles(env.dataDir) : openSmtp(env.smtpUrl);
}
