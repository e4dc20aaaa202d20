import type { MailContent } from '#src/features/outbox/index.ts';
import { messages } from '#src/i18n/messages.ts';
import type { Locale } from '#src/i18n/routes.ts';

/** To an address a group gave as its outside one. */
export function outsideMail(locale: Locale, { group, url }: { group: string; url: string }): MailContent {
	const m = messages(locale).groups.mail;
	return {
		subject: m.outside.subject(group),
		greeting: m.hello,
		paragraphs: [m.outside.text(group), m.outside.why],
		action: { label: m.outside.action, url },
		after: [m.outside.after],
	};
}

/** To an address that no longer is one of the group's. */
export function contactChangedMail(locale: Locale, { group, purpose }: { group: string; purpose: 'billing' | 'outside' }): MailContent {
	const m = messages(locale).groups.mail;
	return { subject: m.changed.subject(group), greeting: m.hello, paragraphs: [m.changed[purpose](group), m.changed.after] };
}
