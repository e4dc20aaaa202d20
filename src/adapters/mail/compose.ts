import type { SendMailOptions } from 'nodemailer';
import type { OutgoingMail } from '#src/adapters/mail/port.ts';

/** The same message for every transport. Auto-Submitted keeps out-of-office replies from answering it (RFC 3834). */
export function compose(mail: OutgoingMail): SendMailOptions {
	return {
		messageId: mail.messageId,
		...(mail.inReplyTo === null ? {} : { inReplyTo: mail.inReplyTo, references: mail.inReplyTo }),
		from: mail.from,
		to: { name: mail.to.name, address: mail.to.address },
		subject: mail.subject,
		text: mail.text,
		html: mail.html,
		textEncoding: 'quoted-printable',
		headers: {
			'Auto-Submitted': 'auto-generated',
			'Content-Language': mail.locale === 'fr' ? 'fr-CA' : 'en-CA',
			// RFC 2369, and RFC 8058: a mail program may unsubscribe by itself, with one POST that no browser sends.
			...(mail.unsubscribeUrl === null
				? {}
				: { 'List-Unsubscribe': `<${mail.unsubscribeUrl}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }),
		},
		disableFileAccess: true,
		disableUrlAccess: true,
	};
}
