import type { CoopRole } from '#src/features/access/index.ts';
import type { MailContent } from '#src/features/outbox/index.ts';
import { formatDate } from '#src/i18n/format.ts';
import { messages } from '#src/i18n/messages.ts';
import { type Locale, pathOf } from '#src/i18n/routes.ts';
import { addDays, type CivilDate } from '#src/lib/clock.ts';
import { env } from '#src/lib/env.ts';

export type News = 'granted' | 'term' | 'ended';

/** Someone's role in the network began, got an end or lost it, or ended. @param until first day without it. */
export function roleMail(
	locale: Locale,
	{ name, role, kind, until }: { name: string; role: CoopRole; kind: News; until: CivilDate | null },
): MailContent {
	const m = messages(locale).workers.mail;
	const roleName = messages(locale).access.roles[role];
	const last = until === null ? m.noEnd : m.lastDay(formatDate(addDays(until, -1), locale));
	const content = {
		subject: m.subject,
		greeting: m.hello(name),
		paragraphs: [m[kind](roleName), ...(kind === 'ended' ? [] : [last])],
		after: [m.after],
	};
	if (kind === 'ended') return content;
	return { ...content, action: { label: m.action, url: `${env().siteUrl}${pathOf('work', locale)}` } };
}
