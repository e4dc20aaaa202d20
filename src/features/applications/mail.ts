import type { MailContent } from '#src/features/outbox/index.ts';
import { formatDate } from '#src/i18n/format.ts';
import { messages } from '#src/i18n/messages.ts';
import type { Locale } from '#src/i18n/routes.ts';

const words = (locale: Locale) => messages(locale).applications.mail;

export function resumeMail(locale: Locale, { name, url }: { name: string; url: string }): MailContent {
	const m = words(locale);
	return {
		subject: m.resume.subject,
		greeting: m.hello(name),
		paragraphs: [m.resume.text],
		action: { label: m.resume.action, url },
		after: [m.resume.after],
	};
}

export function confirmMail(locale: Locale, { name, group, url }: { name: string; group: string; url: string }): MailContent {
	const m = words(locale);
	return {
		subject: m.confirm.subject,
		greeting: m.hello(name),
		paragraphs: [m.confirm.text(group)],
		action: { label: m.confirm.action, url },
		after: [m.confirm.after],
	};
}

export function receivedMail(
	locale: Locale,
	{ name, group, decideByOn, url }: { name: string; group: string; decideByOn: string; url: string },
): MailContent {
	const m = words(locale);
	return {
		subject: m.received.subject,
		greeting: m.hello(name),
		paragraphs: [m.received.text(group), m.received.who(formatDate(decideByOn, locale))],
		action: { label: m.received.action, url },
		after: [m.received.after],
	};
}

export function questionMail(
	locale: Locale,
	{ name, group, question, url }: { name: string; group: string; question: string; url: string },
): MailContent {
	const m = words(locale);
	return {
		subject: m.question.subject,
		greeting: m.hello(name),
		paragraphs: [m.question.text(group)],
		quote: question,
		action: { label: m.question.action, url },
		after: [m.question.after],
	};
}

export function acceptedMail(
	locale: Locale,
	{ name, group, memberNumber, url }: { name: string; group: string; memberNumber: number; url: string },
): MailContent {
	const m = words(locale);
	return {
		subject: m.accepted.subject(group),
		greeting: m.hello(name),
		paragraphs: [m.accepted.text(group, String(memberNumber)), m.accepted.next, m.accepted.money],
		action: { label: m.accepted.action, url },
		after: [m.accepted.after],
	};
}

export function refusedMail(
	locale: Locale,
	{ name, group, reason, url }: { name: string; group: string; reason: string; url: string },
): MailContent {
	const m = words(locale);
	return {
		subject: m.refused.subject,
		greeting: m.hello(name),
		paragraphs: [m.refused.text(group)],
		quote: reason,
		action: { label: m.refused.action, url },
		after: [m.refused.after],
	};
}

export function withdrawnMail(locale: Locale, { name, group }: { name: string; group: string }): MailContent {
	const m = words(locale);
	return { subject: m.withdrawn.subject, greeting: m.hello(name), paragraphs: [m.withdrawn.text(group)], after: [m.withdrawn.after] };
}

/** To the workers who decide; says nothing of the applicant, whose data stays in the portal. */
export function deskMail(
	locale: Locale,
	{ name, about, decideByOn, url }: { name: string; about: 'waiting' | 'answered' | 'refusal'; decideByOn: string; url: string },
): MailContent {
	const m = words(locale);
	const text = about === 'waiting' ? m.desk.waiting.text(formatDate(decideByOn, locale)) : m.desk[about].text;
	return {
		subject: m.desk[about].subject,
		greeting: m.hello(name),
		paragraphs: [text],
		action: { label: m.desk.action, url },
	};
}
