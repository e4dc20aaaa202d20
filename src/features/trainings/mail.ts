/** Messages to those who ask for a place. */
import type { SessionSettings } from '#src/collections/trainings.ts';
import type { MailContent } from '#src/features/outbox/index.ts';
import { ASKED_DAYS } from '#src/features/trainings/rules.ts';
import { formatTime, formatWeekday } from '#src/i18n/format.ts';
import type { Locale } from '#src/i18n/routes.ts';
import type { Instant } from '#src/lib/clock.ts';

export interface SessionMail {
	readonly settings: SessionSettings;
	readonly startsAt: Instant;
	readonly endsAt: Instant;
	/** Private link to the place. */
	readonly url: string;
}

/** « jeudi 18 février 2027, de 18 h 30 à 20 h 30 (heure de Montréal) » */
function whenText({ settings, startsAt, endsAt }: SessionMail, locale: Locale): string {
	const [day, from, to] = [formatWeekday(settings.on, locale), formatTime(startsAt, locale), formatTime(endsAt, locale)];
	return locale === 'fr' ? `${day}, de ${from} à ${to} (heure de Montréal)` : `${day}, from ${from} to ${to} (Montréal time)`;
}

const facts = (mail: SessionMail, locale: Locale): string =>
	[mail.settings.title[locale], whenText(mail, locale), mail.settings.where.text[locale]].join('\n');

const HELLO = {
	fr: (name: string) => `Bonjour ${name},`,
	en: (name: string) => `Hello ${name},`,
} as const;

/**
 * To confirm an address nobody has confirmed: holds nothing of what was typed in the form.
 * @param known the address already has this place: the link shows it.
 */
export function confirmMail(locale: Locale, mail: SessionMail, known: boolean): MailContent {
	if (locale === 'fr') {
		return {
			subject: known ? `Votre inscription – ${mail.settings.title.fr}` : `Confirmez votre inscription – ${mail.settings.title.fr}`,
			greeting: 'Bonjour,',
			paragraphs: [
				known
					? 'Quelqu’un a demandé une place avec cette adresse, qui est déjà inscrite à cette formation :'
					: 'Quelqu’un a demandé une place à cette formation avec cette adresse :',
				facts(mail, 'fr'),
				known ? 'Rien n’a changé. Ce lien montre votre inscription et permet de l’annuler.' : 'La place est donnée quand vous confirmez.',
			],
			action: { label: known ? 'Voir mon inscription' : 'Confirmer mon inscription', url: mail.url },
			after: [
				known
					? 'Ce n’était pas vous? Ignorez ce courriel.'
					: `Sans confirmation, la demande est effacée après ${ASKED_DAYS} jours. Ce n’était pas vous? Ignorez ce courriel.`,
			],
		};
	}
	return {
		subject: known ? `Your place – ${mail.settings.title.en}` : `Confirm your place – ${mail.settings.title.en}`,
		greeting: 'Hello,',
		paragraphs: [
			known
				? 'Someone asked for a place with this address, which is already signed up for this training:'
				: 'Someone asked for a place in this training with this address:',
			facts(mail, 'en'),
			known ? 'Nothing has changed. This link shows your place and lets you cancel it.' : 'The place is given when you confirm.',
		],
		action: { label: known ? 'See my place' : 'Confirm my place', url: mail.url },
		after: [
			known
				? 'If it was not you, ignore this email.'
				: `If it is not confirmed, the request is erased after ${ASKED_DAYS} days. If it was not you, ignore this email.`,
		],
	};
}

export type PlaceNews = 'held' | 'waiting' | 'promoted' | 'changed';

const NEWS = {
	fr: {
		held: [
			'Votre place est réservée',
			'Votre place est réservée :',
			'Vous ne pouvez plus venir? Annulez : la place ira à quelqu’un d’autre.',
		],
		waiting: [
			'Liste d’attente',
			'Toutes les places sont prises. Vous êtes dans la liste d’attente de cette formation :',
			'Si une place se libère, elle est donnée à la première personne de la liste, qui en est prévenue par courriel.',
		],
		promoted: [
			'Une place s’est libérée',
			'Une place s’est libérée : elle est à vous. Vous n’avez rien à faire.',
			'Vous ne pouvez pas venir? Annulez : la place ira à la personne suivante.',
		],
		changed: [
			'La formation a changé',
			'La date, l’heure ou le lieu de cette formation a changé. Voici ce qui est prévu maintenant :',
			'Votre inscription reste valable. Si cela ne vous convient plus, annulez-la.',
		],
		action: 'Voir ou annuler mon inscription',
	},
	en: {
		held: ['Your place is reserved', 'Your place is reserved:', 'If you can no longer come, cancel: the place will go to someone else.'],
		waiting: [
			'Waiting list',
			'All places are taken. You are on the waiting list of this training:',
			'If a place is freed, it goes to the first person on the list, who is told by email.',
		],
		promoted: [
			'A place has been freed',
			'A place has been freed: it is yours. There is nothing to do.',
			'If you cannot come, cancel: the place will go to the next person.',
		],
		changed: [
			'The training has changed',
			'The date, the hours or the place of this training has changed. Here is what is planned now:',
			'Your place stays yours. If it no longer suits you, cancel it.',
		],
		action: 'See or cancel my place',
	},
} as const;

/** What happened to a confirmed place. */
export function placeMail(locale: Locale, news: PlaceNews, { name, ...mail }: SessionMail & { readonly name: string }): MailContent {
	const words = NEWS[locale];
	const [subject, first, last] = words[news];
	return {
		subject: `${subject} – ${mail.settings.title[locale]}`,
		greeting: HELLO[locale](name),
		paragraphs: [first, facts(mail, locale)],
		action: { label: words.action, url: mail.url },
		after: [last],
	};
}

/** The session will not be held. */
export function sessionCancelledMail(
	locale: Locale,
	{ name, reason, ...mail }: SessionMail & { readonly name: string; readonly reason: string },
): MailContent {
	return locale === 'fr'
		? {
				subject: `Formation annulée – ${mail.settings.title.fr}`,
				greeting: HELLO.fr(name),
				paragraphs: ['Cette formation n’aura pas lieu :', facts(mail, 'fr'), 'Voici pourquoi :'],
				quote: reason,
				action: { label: 'Voir les autres formations', url: mail.url },
				after: ['Vous n’avez rien à annuler.'],
			}
		: {
				subject: `Training cancelled – ${mail.settings.title.en}`,
				greeting: HELLO.en(name),
				paragraphs: ['This training will not be held:', facts(mail, 'en'), 'Here is why:'],
				quote: reason,
				action: { label: 'See the other trainings', url: mail.url },
				after: ['There is nothing for you to cancel.'],
			};
}
