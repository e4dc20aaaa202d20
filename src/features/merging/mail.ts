import type { MailContent } from '#src/features/outbox/index.ts';
import { messages } from '#src/i18n/messages.ts';
import { type Locale, pathOf } from '#src/i18n/routes.ts';
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
