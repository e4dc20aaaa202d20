import type { GroupRole } from '#src/features/access/index.ts';
import type { MailContent } from '#src/features/outbox/index.ts';
import { messages } from '#src/i18n/messages.ts';
import type { Locale } from '#src/i18n/routes.ts';

/** To someone of a group that was a member before the portal: come in, and check what it says of you. */
export function importedMail(
	locale: Locale,
	{ name, group, roles, url }: { name: string; group: string; roles: readonly GroupRole[]; url: string },
): MailContent {
	const all = messages(locale);
	const m = all.privacy.imported;
	return {
		subject: m.subject(group),
		greeting: all.people.mail.hello(name),
		paragraphs: [m.text(group), all.people.mail.worker.roles(roles.map((role) => all.access.roles[role]).join(', ')), m.check],
		action: { label: all.people.mail.worker.action, url },
		after: [all.people.mail.worker.after],
	};
}
