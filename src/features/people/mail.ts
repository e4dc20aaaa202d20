import type { CoopRole, GroupRole } from '#src/features/access/index.ts';
import type { MailContent } from '#src/features/outbox/index.ts';
import { messages } from '#src/i18n/messages.ts';
import type { Locale } from '#src/i18n/routes.ts';

export function workerInvitationMail(
	locale: Locale,
	{ name, roles, url }: { name: string; roles: readonly CoopRole[]; url: string },
): MailContent {
	const m = messages(locale).people.mail;
	const names = roles.map((role) => messages(locale).access.roles[role]).join(', ');
	return {
		subject: m.worker.subject,
		greeting: m.hello(name),
		paragraphs: [m.worker.text, m.worker.roles(names)],
		action: { label: m.worker.action, url },
		after: [m.worker.after],
	};
}

export function memberInvitationMail(
	locale: Locale,
	{ name, inviter, group, roles, url }: { name: string; inviter: string; group: string; roles: readonly GroupRole[]; url: string },
): MailContent {
	const m = messages(locale).people.mail;
	const names = roles.map((role) => messages(locale).access.roles[role]).join(', ');
	return {
		subject: m.member.subject(group),
		greeting: m.hello(name),
		paragraphs: [m.member.text(inviter, group), m.worker.roles(names)],
		action: { label: m.worker.action, url },
		after: [m.worker.after],
	};
}

export function roleEndedMail(locale: Locale, { name, group, role }: { name: string; group: string; role: GroupRole }): MailContent {
	const m = messages(locale).people.mail;
	return {
		subject: m.ended.subject(group),
		greeting: m.hello(name),
		paragraphs: [m.ended.text(messages(locale).access.roles[role], group), m.ended.after],
	};
}
