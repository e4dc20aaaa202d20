import type { LeavingReason } from '#src/features/leaving/rules.ts';
import type { MailContent } from '#src/features/outbox/index.ts';
import { formatDate, formatInstant } from '#src/i18n/format.ts';
import type { Locale } from '#src/i18n/routes.ts';
import type { Instant } from '#src/lib/clock.ts';

interface About {
	readonly name: string;
	readonly group: string;
	/** Of the group's page about leaving. */
	readonly url: string;
}

const hello = (locale: Locale, name: string) => (locale === 'fr' ? `Bonjour ${name},` : `Hello ${name},`);

/** To those who may confirm or object. @param mail.alone the reader looks not after the group, and can only object. */
export function noticeMail(
	locale: Locale,
	mail: About & { readonly giver: string; readonly dueAt: Instant; readonly reason: LeavingReason; readonly alone: boolean },
): MailContent {
	const when = formatInstant(mail.dueAt, locale);
	if (locale === 'fr') {
		return {
			subject: `Avis de départ : ${mail.group}`,
			greeting: hello(locale, mail.name),
			paragraphs: [
				`${mail.giver} a donné l’avis de départ de ${mail.group} : le groupe quitte Koumbit${mail.reason === 'dissolved' ? ', parce que le groupe est dissous' : ''}.`,
				mail.alone
					? 'Personne d’autre n’est responsable du groupe : c’est pourquoi toutes les personnes qui y ont un rôle reçoivent ce message.'
					: 'Une autre personne responsable peut confirmer l’avis : le départ a alors lieu aussitôt.',
				`Sans opposition, le départ a lieu le ${when}. Une opposition l’arrête, le temps que vous en parliez ensemble. Si vous êtes d’accord, vous n’avez rien à faire.`,
			],
			action: { label: 'Lire l’avis et répondre', url: mail.url },
			after: ['La page dit ce qui s’arrête, ce qui est gardé et jusqu’à quand, et ce que le groupe peut emporter.'],
		};
	}
	return {
		subject: `Notice of departure: ${mail.group}`,
		greeting: hello(locale, mail.name),
		paragraphs: [
			`${mail.giver} has given notice of departure for ${mail.group}: the group is leaving Koumbit${mail.reason === 'dissolved' ? ', because the group is dissolved' : ''}.`,
			mail.alone
				? 'Nobody else is an administrator of the group: this is why everyone who has a role in it is receiving this message.'
				: 'Another administrator can confirm the notice: the group then leaves at once.',
			`Without an objection, the group leaves on ${when}. An objection stops it while you talk it over together. If you agree, there is nothing for you to do.`,
		],
		action: { label: 'Read the notice and answer', url: mail.url },
		after: ['The page says what stops, what is kept and until when, and what the group can take with it.'],
	};
}

export type NoticeNews = 'objected' | 'agreed' | 'withdrawn' | 'fallen';

const NEWS: Readonly<Record<Locale, Readonly<Record<NoticeNews, readonly [subject: string, text: (who: string) => string]>>>> = {
	fr: {
		objected: [
			'Le départ est arrêté',
			(who) => `${who} s’oppose au départ de Koumbit : rien ne se passe tant que l’opposition tient. Parlez-en ensemble.`,
		],
		agreed: [
			'L’opposition au départ est retirée',
			(who) =>
				`${who} a retiré son opposition au départ de Koumbit. Sept nouveaux jours commencent; si vous êtes d’accord, vous n’avez rien à faire.`,
		],
		withdrawn: [
			'L’avis de départ est retiré',
			(who) => `${who} a retiré l’avis de départ. Le groupe reste membre de Koumbit, rien n’a changé et vous n’avez rien à faire.`,
		],
		fallen: [
			'L’avis de départ est sans effet',
			() =>
				'La personne qui avait donné l’avis n’est plus responsable du groupe. Le groupe reste membre de Koumbit, rien n’a changé et vous n’avez rien à faire.',
		],
	},
	en: {
		objected: [
			'The departure is stopped',
			(who) => `${who} objects to leaving Koumbit: nothing happens while the objection stands. Talk it over together.`,
		],
		agreed: [
			'The objection to leaving is withdrawn',
			(who) => `${who} has withdrawn the objection to leaving Koumbit. Seven new days begin; if you agree, there is nothing for you to do.`,
		],
		withdrawn: [
			'The notice of departure is withdrawn',
			(who) =>
				`${who} has withdrawn the notice of departure. The group remains a member of Koumbit, nothing has changed and there is nothing for you to do.`,
		],
		fallen: [
			'The notice of departure has lapsed',
			() =>
				'The person who gave the notice is no longer an administrator of the group. The group remains a member of Koumbit, nothing has changed and there is nothing for you to do.',
		],
	},
};

/** @param mail.words of the person, quoted. */
export function newsMail(
	locale: Locale,
	mail: About & { readonly news: NoticeNews; readonly who: string; readonly words?: string },
): MailContent {
	const [subject, text] = NEWS[locale][mail.news];
	return {
		subject: `${subject}${locale === 'fr' ? '\u00a0' : ''}: ${mail.group}`,
		greeting: hello(locale, mail.name),
		paragraphs: [text(mail.who)],
		...(mail.words ? { quote: mail.words } : {}),
		action: { label: locale === 'fr' ? 'Voir l’avis' : 'See the notice', url: mail.url },
	};
}

/** The group has left, by its own will. */
export function leftMail(locale: Locale, mail: About & { readonly endedOn: string }): MailContent {
	const on = formatDate(mail.endedOn, locale);
	return locale === 'fr'
		? {
				subject: `Le départ a eu lieu : ${mail.group}`,
				greeting: hello(locale, mail.name),
				paragraphs: [
					`${mail.group} n’est plus membre de Koumbit depuis le ${on}. Nous ne vous enverrons aucun rappel.`,
					'Vous pouvez encore ouvrir l’espace du groupe pour lire, payer et emporter vos données. La page du départ dit ce qui est gardé et jusqu’à quand.',
					'Quand tout ce qui doit être supprimé l’aura été, vous recevrez une attestation. D’ici là, vous n’avez rien à faire.',
				],
				action: { label: 'Voir le calendrier', url: mail.url },
				after: ['Merci pour ce bout de chemin. La porte reste ouverte.'],
			}
		: {
				subject: `The departure has taken place: ${mail.group}`,
				greeting: hello(locale, mail.name),
				paragraphs: [
					`${mail.group} has not been a member of Koumbit since ${on}. We will send you no reminder.`,
					'You can still open the group’s space to read, to pay and to take your data with you. The page about leaving says what is kept and until when.',
					'Once everything that must be deleted has been, you will receive a certificate. Until then, there is nothing for you to do.',
				],
				action: { label: 'See the calendar', url: mail.url },
				after: ['Thank you for your time with us. The door stays open.'],
			};
}

/** To the last verified address, which may have no account any more: the link opens without one. */
export function certificateMail(locale: Locale, mail: About & { readonly number: string; readonly checksum: string }): MailContent {
	return locale === 'fr'
		? {
				subject: `Attestation de suppression ${mail.number} : ${mail.group}`,
				greeting: hello(locale, mail.name),
				paragraphs: [
					`Ce qui devait être supprimé après que ${mail.group} a quitté Koumbit l’a été. L’attestation dit quoi, combien et quand, et ce qui est gardé.`,
					`Son empreinte SHA-256 : ${mail.checksum}`,
				],
				action: { label: 'Lire l’attestation', url: mail.url },
				after: [
					'Ce lien s’ouvre sans compte : gardez ce message, ou imprimez l’attestation.',
					'C’est le dernier message que nous vous enverrons à ce sujet.',
				],
			}
		: {
				subject: `Certificate of deletion ${mail.number}: ${mail.group}`,
				greeting: hello(locale, mail.name),
				paragraphs: [
					`What had to be deleted after ${mail.group} left Koumbit has been. The certificate says what, how much and when, and what is kept.`,
					`Its SHA-256 checksum: ${mail.checksum}`,
				],
				action: { label: 'Read the certificate', url: mail.url },
				after: [
					'The link opens without an account: keep this message, or print the certificate.',
					'This is the last message we will send you about this.',
				],
			};
}
