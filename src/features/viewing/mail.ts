import type { MailContent } from '#src/features/outbox/index.ts';
import { messages } from '#src/i18n/messages.ts';
import { type Locale, pathOf } from '#src/i18n/routes.ts';
import { env } from '#src/lib/env.ts';

/** To the person who is viewed as, and to those who look after their group. @param own whether it is that person who reads. */
export function viewingMail(
	locale: Locale,
	{
		name,
		viewer,
		group,
		person,
		reason,
		own,
	}: { name: string; viewer: string; group: { slug: string; usualName: string }; person: string; reason: string; own: boolean },
): MailContent {
	const m = messages(locale).viewing.mail;
	const { slug, usualName } = group;
	return {
		subject: m.subject(usualName),
		greeting: m.hello(name),
		paragraphs: [own ? m.own(viewer, usualName) : m.other(viewer, usualName, person), m.reason(reason), m.limits],
		action: { label: m.action, url: `${env().siteUrl}${pathOf('spaceTrail', locale, { group: slug })}` },
		after: [m.notYou],
	};
}
