import type { MailContent } from '#src/features/outbox/index.ts';
import { formatDate } from '#src/i18n/format.ts';
import type { Locale } from '#src/i18n/routes.ts';

export interface StandingMail {
	readonly name: string;
	readonly group: string;
	readonly reason: string;
	readonly reference: string;
	/** Of the page where the group complains. */
	readonly complaintUrl: string;
}

const hello = (locale: Locale, name: string) => (locale === 'fr' ? `Bonjour ${name},` : `Hello ${name},`);

/** @param mail.untilOn the day on which it ends by itself; null until it is lifted. */
export function suspendedMail(locale: Locale, mail: StandingMail & { readonly untilOn: string | null }): MailContent {
	const until = mail.untilOn && formatDate(mail.untilOn, locale);
	return locale === 'fr'
		? {
				subject: `L’adhésion de votre groupe est suspendue : ${mail.group}`,
				greeting: hello(locale, mail.name),
				paragraphs: [
					`L’adhésion de ${mail.group} à Koumbit est suspendue ${until ? `jusqu’au ${until}` : 'jusqu’à nouvel ordre'}. Décision : ${mail.reference}. Voici la raison :`,
				],
				quote: mail.reason,
				action: { label: 'Porter plainte', url: mail.complaintUrl },
				after: [
					'Ce qui reste possible : ouvrir l’espace du groupe, tout lire, payer, gérer vos personnes, emporter vos données, partir et porter plainte.',
					'Ce qui attend la fin de la suspension : demander un service et écrire dans les demandes.',
					'Si vous n’êtes pas d’accord, vous pouvez porter plainte : votre plainte ira à des personnes qui n’ont pas pris cette décision. Sinon, vous n’avez rien à faire.',
				],
			}
		: {
				subject: `Your group’s membership is suspended: ${mail.group}`,
				greeting: hello(locale, mail.name),
				paragraphs: [
					`The membership of ${mail.group} in Koumbit is suspended ${until ? `until ${until}` : 'until further notice'}. Decision: ${mail.reference}. This is the reason:`,
				],
				quote: mail.reason,
				action: { label: 'Make a complaint', url: mail.complaintUrl },
				after: [
					'What remains possible: opening the group’s space, reading everything, paying, managing your people, taking your data with you, leaving and making a complaint.',
					'What waits for the suspension to end: requesting a service and writing in requests.',
					'If you disagree, you can make a complaint: it will go to people who did not make this decision. If not, there is nothing for you to do.',
				],
			};
}

export function liftedMail(locale: Locale, mail: Omit<StandingMail, 'complaintUrl'> & { readonly url: string }): MailContent {
	const decision = mail.reference === '' ? '' : locale === 'fr' ? ` Décision : ${mail.reference}.` : ` Decision: ${mail.reference}.`;
	return locale === 'fr'
		? {
				subject: `La suspension est levée : ${mail.group}`,
				greeting: hello(locale, mail.name),
				paragraphs: [`${mail.group} est de nouveau membre à part entière de Koumbit.${decision} Voici pourquoi :`],
				quote: mail.reason,
				action: { label: 'Ouvrir l’espace du groupe', url: mail.url },
				after: ['Vous n’avez rien à faire.'],
			}
		: {
				subject: `The suspension is lifted: ${mail.group}`,
				greeting: hello(locale, mail.name),
				paragraphs: [`${mail.group} is a full member of Koumbit again.${decision} This is why:`],
				quote: mail.reason,
				action: { label: 'Open the group’s space', url: mail.url },
				after: ['There is nothing for you to do.'],
			};
}

export function excludedMail(locale: Locale, mail: StandingMail): MailContent {
	return locale === 'fr'
		? {
				subject: `L’adhésion de votre groupe a pris fin : ${mail.group}`,
				greeting: hello(locale, mail.name),
				paragraphs: [`L’adhésion de ${mail.group} à Koumbit a pris fin aujourd’hui. Décision : ${mail.reference}. Voici la raison :`],
				quote: mail.reason,
				action: { label: 'Porter plainte', url: mail.complaintUrl },
				after: [
					'Ce qui reste possible : ouvrir l’espace du groupe, tout lire, payer, emporter vos données et porter plainte. La page du départ dit ce qui est gardé et jusqu’à quand.',
					'Si vous n’êtes pas d’accord, vous pouvez porter plainte : votre plainte ira à des personnes qui n’ont pas pris cette décision. Sinon, vous n’avez rien à faire.',
				],
			}
		: {
				subject: `Your group’s membership has ended: ${mail.group}`,
				greeting: hello(locale, mail.name),
				paragraphs: [`The membership of ${mail.group} in Koumbit ended today. Decision: ${mail.reference}. This is the reason:`],
				quote: mail.reason,
				action: { label: 'Make a complaint', url: mail.complaintUrl },
				after: [
					'What remains possible: opening the group’s space, reading everything, paying, taking your data with you and making a complaint. The page about leaving says what is kept and until when.',
					'If you disagree, you can make a complaint: it will go to people who did not make this decision. If not, there is nothing for you to do.',
				],
			};
}
