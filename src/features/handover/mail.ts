import type { MailContent } from '#src/features/outbox/index.ts';
import { formatDate } from '#src/i18n/format.ts';
import { messages } from '#src/i18n/messages.ts';
import type { Locale } from '#src/i18n/routes.ts';
import type { CivilDate } from '#src/lib/clock.ts';

/** To an address nobody has proven yet: nothing that its sender could have written. */
export function verifyMail(locale: Locale, url: string): MailContent {
	const m = messages(locale).handover.mail;
	return {
		subject: m.verify.subject,
		greeting: m.hello(''),
		paragraphs: [m.verify.text],
		action: { label: m.verify.action, url },
		after: [m.verify.after],
	};
}

/** To a contact of the group that has stood for a while. */
export function voucherMail(locale: Locale, { group, asker, url }: { group: string; asker: string; url: string }): MailContent {
	const m = messages(locale).handover.mail;
	return {
		subject: m.contact.subject(group),
		greeting: m.hello(''),
		paragraphs: [m.contact.text(asker, group), m.contact.why],
		action: { label: m.contact.action, url },
		after: [m.contact.after],
	};
}

export type AskerNews =
	| { readonly kind: 'received' | 'objected' | 'expired' }
	| { readonly kind: 'notice'; readonly until: CivilDate }
	| { readonly kind: 'refused'; readonly reason: string }
	| { readonly kind: 'done'; readonly url: string };

/** @param url of the demand's own page, or of the invitation. */
export function askerMail(
	locale: Locale,
	{ name, group, news, url }: { name: string; group: string; news: AskerNews; url: string },
): MailContent {
	const { hello, asker } = messages(locale).handover.mail;
	const words = asker[news.kind];
	const text = news.kind === 'notice' ? asker.notice.text(formatDate(news.until, locale)) : asker[news.kind].text;
	return {
		subject: words.subject(group),
		greeting: hello(name),
		paragraphs: [text],
		...(news.kind === 'refused' && news.reason !== '' ? { quote: news.reason } : {}),
		action: { label: news.kind === 'done' ? asker.accept : asker.follow, url },
		...(news.kind === 'done' ? { after: [asker.acceptAfter] } : {}),
	};
}

export type AdministratorNews =
	| { readonly kind: 'withdrawn' | 'objected' | 'refused' | 'done' }
	| { readonly kind: 'notice'; readonly until: CivilDate };

/** @param url where to object; null when there is nothing to object to any more. */
export function administratorMail(
	locale: Locale,
	{ name, group, asker, news, url }: { name: string; group: string; asker: string; news: AdministratorNews; url: string | null },
): MailContent {
	const { hello, administrator: m } = messages(locale).handover.mail;
	const paragraphs =
		news.kind === 'notice'
			? [m.notice.text(asker, group), m.notice.until(formatDate(news.until, locale))]
			: [m[news.kind].text(asker, group)];
	return {
		subject: m[news.kind].subject(group),
		greeting: hello(name),
		paragraphs,
		...(url === null ? {} : { action: { label: m.object, url }, after: [m.objectAfter] }),
	};
}
