import type { CoopRole, GroupRole } from '#src/features/access/index.ts';
import type { MailContent } from '#src/features/outbox/index.ts';
import { formatDate } from '#src/i18n/format.ts';
import { messages } from '#src/i18n/messages.ts';
import type { Locale } from '#src/i18n/routes.ts';
import type { CivilDate } from '#src/lib/clock.ts';

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

export type KeeperNews = 'invited' | 'accepted' | 'granted';

/** Someone else is about to hold roles in the network, or does. @param by who did it; null at the command line. */
export function keeperMail(
	locale: Locale,
	{
		name,
		news,
		who,
		roles,
		by,
		url,
	}: { name: string; news: KeeperNews; who: string; roles: readonly CoopRole[]; by: string | null; url: string },
): MailContent {
	const m = messages(locale).people.mail;
	const names = roles.map((role) => messages(locale).access.roles[role]).join(', ');
	return {
		subject: m.keepers.subject,
		greeting: m.hello(name),
		paragraphs: [m.keepers[news](who, by ?? m.keepers.operator), m.worker.roles(names), m.keepers.check],
		action: { label: m.keepers.action, url },
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

export function roleGivenMail(
	locale: Locale,
	{
		name,
		group,
		role,
		fromOn,
		lastOn,
		url,
	}: { name: string; group: string; role: GroupRole; fromOn: CivilDate | null; lastOn: CivilDate | null; url: string },
): MailContent {
	const m = messages(locale).people.mail;
	const dates = [
		...(fromOn === null ? [] : [m.given.from(formatDate(fromOn, locale))]),
		...(lastOn === null ? [] : [m.given.until(formatDate(lastOn, locale))]),
	];
	return {
		subject: m.given.subject(group),
		greeting: m.hello(name),
		paragraphs: [m.given.text(messages(locale).access.roles[role], group), ...dates],
		action: { label: m.given.action, url },
		after: [m.ended.after],
	};
}

/** To whoever invited. @param group null for the team's own invitations. */
export function declinedMail(
	locale: Locale,
	{ name, invited, group }: { name: string; invited: string; group: string | null },
): MailContent {
	const m = messages(locale).people.mail;
	return {
		subject: m.declined.subject(invited),
		greeting: m.hello(name),
		paragraphs: [group === null ? m.declined.team(invited) : m.declined.text(invited, group), m.declined.after],
	};
}
