/** Messages to those who wrote. A note among workers is never given to any of these functions. */
import type { MailContent } from '#src/features/outbox/index.ts';
import { formatInstant } from '#src/i18n/format.ts';
import type { Locale } from '#src/i18n/routes.ts';
import type { Instant } from '#src/lib/clock.ts';

/**
 * It has arrived. Goes to an address nobody has confirmed, so it holds nothing the sender typed: neither name, subject nor
 * text. No link either: there is nothing to do.
 */
export function received(locale: Locale, { number }: { readonly number: string }): MailContent {
	return locale === 'fr'
		? {
				subject: `[${number}] Votre message nous est parvenu`,
				greeting: 'Bonjour,',
				paragraphs: [
					`Un message envoyé par le formulaire de contact de Koumbit porte cette adresse. Il a le numéro ${number}.`,
					'Une personne de l’équipe le lira et vous répondra à cette adresse.',
				],
				after: ['Vous n’avez rien écrit? Quelqu’un s’est trompé d’adresse : ignorez ce courriel, vous n’avez rien à faire.'],
			}
		: {
				subject: `[${number}] Your message has reached us`,
				greeting: 'Hello,',
				paragraphs: [
					`A message sent through Koumbit’s contact form bears this address. Its number is ${number}.`,
					'Someone on the team will read it and answer you at this address.',
				],
				after: ['If you have not written to us, someone mistyped their address: ignore this email, there is nothing to do.'],
			};
}

export interface AnswerMail {
	readonly number: string;
	readonly name: string;
	readonly subject: string;
	/** The worker who answers, and what they wrote. */
	readonly worker: string;
	readonly answer: string;
	/** What is answered, and when it was sent. */
	readonly original: string;
	readonly sentAt: Instant;
	/** Address of the form, to write again. */
	readonly url: string;
}

/** A worker’s answer, with what it answers quoted below. */
export function answered(locale: Locale, mail: AnswerMail): MailContent {
	const when = formatInstant(mail.sentAt, locale);
	return locale === 'fr'
		? {
				subject: `[${mail.number}] ${mail.subject}`,
				greeting: `Bonjour ${mail.name},`,
				paragraphs: [mail.answer, `${mail.worker}, de l’équipe de Koumbit`, `Votre message du ${when} :`],
				quote: mail.original,
				action: { label: 'Écrire de nouveau', url: mail.url },
				after: ['Pour nous répondre, passez par ce formulaire : une réponse à ce courriel ne nous parviendrait pas.'],
			}
		: {
				subject: `[${mail.number}] ${mail.subject}`,
				greeting: `Hello ${mail.name},`,
				paragraphs: [mail.answer, `${mail.worker}, of Koumbit’s team`, `Your message of ${when}:`],
				quote: mail.original,
				action: { label: 'Write again', url: mail.url },
				after: ['To answer us, use this form: a reply to this email would not reach us.'],
			};
}
