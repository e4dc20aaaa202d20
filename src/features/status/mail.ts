/** Messages about the state of services: short, with the whole text, and a way out in each. */
import type { MailContent } from '#src/features/outbox/index.ts';
import { changesText, noticeWords, stepText } from '#src/features/status/components/words.ts';
import type { Said, ServiceName } from '#src/features/status/data.ts';
import { type Notice, readIn } from '#src/features/status/rules.ts';
import { messages } from '#src/i18n/messages.ts';
import { type Locale, pathOf } from '#src/i18n/routes.ts';
import type { Instant } from '#src/lib/clock.ts';

/** To whoever asked: is the address yours? */
export function confirmMail(locale: Locale, url: string): MailContent {
	const m = messages(locale).status.mail;
	return {
		subject: m.confirmSubject,
		greeting: m.hello,
		paragraphs: [m.confirmText],
		action: { label: m.confirmAct, url },
		after: [m.confirmAfter],
	};
}

/** To someone subscribed, whom the form was filled in for again. */
export function alreadySubscribedMail(locale: Locale, leaveUrl: string): MailContent {
	const m = messages(locale).status.mail;
	return {
		subject: m.alreadySubject,
		greeting: m.hello,
		paragraphs: [m.alreadyText],
		unsubscribe: { label: m.leave, url: leaveUrl },
	};
}

/** To a group's outside address: an outage has begun. */
export function outageMail(
	locale: Locale,
	{ notice, names, at, siteUrl }: { notice: Notice; names: readonly ServiceName[]; at: Instant; siteUrl: string },
): MailContent {
	const m = messages(locale).status.mail;
	const words = noticeWords(notice, names, at, locale);
	return {
		subject: m.subject(words.kind, words.title),
		greeting: m.hello,
		paragraphs: [m.outsideWhy, ...words.facts.map(({ label, text }) => `${label}${locale === 'fr' ? '\u00a0' : ''}: ${text}`)],
		action: { label: m.see, url: `${siteUrl}${pathOf('statusNotice', locale, { number: notice.number })}` },
	};
}

/** To a subscriber: what was just said. */
export function saidMail(
	locale: Locale,
	{ update, notice, names, siteUrl, leaveUrl }: Said & { names: readonly ServiceName[]; siteUrl: string; leaveUrl: string },
): MailContent {
	const m = messages(locale).status;
	// As it stood then: a message that leaves later must not speak of what came after.
	const words = noticeWords(
		{ ...notice, state: update.kind === 'opened' ? firstState(notice.kind) : notice.state },
		names,
		update.at,
		locale,
	);
	const opens = update.kind === 'opened';
	const said = opens ? null : readIn(update.texts, locale);
	const sentence = opens ? null : (said?.text ?? null);
	const otherLanguage = said ? said.locale !== locale : words.onlyInOther !== null;
	const facts = (opens ? words.facts : words.facts.slice(0, 2)).map(
		({ label, text }) => `${label}${locale === 'fr' ? '\u00a0' : ''}: ${text}`,
	);
	return {
		subject: opens
			? m.mail.subject(words.kind, words.title)
			: `${m.mail.subject(words.kind, words.title)} – ${stepText(update, notice.kind, locale)}`,
		greeting: m.mail.hello,
		paragraphs: [
			`${stepText(update, notice.kind, locale)} (${notice.number})${locale === 'fr' ? '\u00a0' : ''}: ${words.title}`,
			...(otherLanguage ? [m.onlyInOther] : []),
			...facts,
			...changesText(update, names, locale),
			...(opens && words.objection ? [`${words.objection.label}${locale === 'fr' ? '\u00a0' : ''}: ${words.objection.text}`] : []),
		],
		...(sentence === null ? {} : { quote: sentence }),
		action: { label: m.mail.see, url: `${siteUrl}${pathOf('statusNotice', locale, { number: notice.number })}` },
		unsubscribe: { label: m.mail.leave, url: leaveUrl },
	};
}

const firstState = (kind: 'outage' | 'maintenance') => (kind === 'outage' ? 'open' : 'planned');
