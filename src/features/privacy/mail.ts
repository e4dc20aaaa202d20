import type { MailContent } from '#src/features/outbox/index.ts';
import { formatDate } from '#src/i18n/format.ts';
import { messages } from '#src/i18n/messages.ts';
import type { Locale } from '#src/i18n/routes.ts';
import { civilDateOf, type Instant } from '#src/lib/clock.ts';

/** To every address of someone who is to be erased; the last message they receive from the portal about it. */
export function erasureMail(locale: Locale, { name, dueAt, url }: { name: string; dueAt: Instant; url: string }): MailContent {
	const all = messages(locale);
	const m = all.privacy.erasure.mail;
	return {
		subject: m.subject,
		greeting: all.accounts.mail.hello(name),
		paragraphs: [m.text(formatDate(civilDateOf(dueAt), locale)), m.notYou],
		action: { label: m.action, url },
		after: [m.after],
	};
}

export function erasureCancelledMail(locale: Locale, { name }: { name: string }): MailContent {
	const all = messages(locale);
	const m = all.privacy.erasure.mail;
	return { subject: m.cancelledSubject, greeting: all.accounts.mail.hello(name), paragraphs: [m.cancelledText] };
}
