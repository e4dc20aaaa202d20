import type { MailContent } from '#src/features/outbox/index.ts';
import { messages } from '#src/i18n/messages.ts';
import type { Locale } from '#src/i18n/routes.ts';

export function linkMail(locale: Locale, { name, url }: { name: string; url: string }): MailContent {
	const { accounts, factors } = messages(locale);
	const m = factors.mail.link;
	return {
		subject: m.subject,
		greeting: accounts.mail.hello(name),
		paragraphs: [m.text],
		action: { label: m.action, url },
		after: [m.after],
	};
}

/** To someone who asked for a link and has a second step. */
export function stepMail(locale: Locale, { name, url }: { name: string; url: string }): MailContent {
	const { accounts, factors } = messages(locale);
	const m = factors.mail.step;
	return {
		subject: m.subject,
		greeting: accounts.mail.hello(name),
		paragraphs: [m.text],
		action: { label: m.action, url },
		after: [m.after],
	};
}
