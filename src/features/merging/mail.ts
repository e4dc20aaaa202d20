import type { MailContent } from '#src/features/outbox/index.ts';
import { formatDate } from '#src/i18n/format.ts';
import { messages } from '#src/i18n/messages.ts';
import { type Locale, pathOf } from '#src/i18n/routes.ts';
import { civilDateOf, type Instant } from '#src/lib/clock.ts';
import { env } from '#src/lib/env.ts';

/** To every address of both accounts. */
export function personsMergedMail(
	locale: Locale,
	{ name, addresses, factorsGone }: { name: string; addresses: readonly string[]; factorsGone: boolean },
): MailContent {
	const m = messages(locale).merging.mail;
	return {
		subject: m.subject,
		greeting: m.hello(name),
		paragraphs: [m.text, m.addresses(addresses.join(', ')), ...(factorsGone ? [m.factorsGone] : []), m.after],
		action: { label: m.action, url: `${env().siteUrl}${pathOf('login', locale)}` },
	};
}

interface About {
	readonly name: string;
	readonly kind: 'groups' | 'persons';
	/** Names of the groups, or addresses of the accounts. */
	readonly from: string;
	readonly into: string;
}

/** To whoever may object, once two workers agree. @param url where to object. */
export function mergeNoticeMail(
	locale: Locale,
	{ name, kind, from, into, dueAt, url }: About & { dueAt: Instant; url: string },
): MailContent {
	const { hello, notice } = messages(locale).merging.mail;
	return {
		subject: notice.subject[kind],
		greeting: hello(name),
		paragraphs: [notice.text[kind](from, into), notice.until(formatDate(civilDateOf(dueAt), locale))],
		action: { label: notice.action, url },
		after: [notice.after],
	};
}

/** To those who had been told: nothing will change. */
export function mergeStoppedMail(locale: Locale, { name, kind, from, into }: About): MailContent {
	const { hello, stopped } = messages(locale).merging.mail;
	return { subject: stopped.subject, greeting: hello(name), paragraphs: [stopped.text[kind](from, into)] };
}
