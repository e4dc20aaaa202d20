import type { MailContent } from '#src/features/outbox/index.ts';
import { formatDate } from '#src/i18n/format.ts';
import type { Locale } from '#src/i18n/routes.ts';

/** The yearly question, or its one reminder. */
export function renewalMail(
	locale: Locale,
	{ name, group, dueOn, url, again }: { name: string; group: string; dueOn: string; url: string; again: boolean },
): MailContent {
	const on = formatDate(dueOn, locale);
	return locale === 'fr'
		? {
				subject: `${again ? 'Rappel : l' : 'L'}’adhésion de ${group}, un an de plus?`,
				greeting: `Bonjour ${name},`,
				paragraphs: [
					`Le ${on}, l’adhésion de ${group} à Koumbit a un an de plus. Trois réponses conviennent : renouveler, prendre un peu de temps, ou partir.`,
				],
				action: { label: 'Répondre', url },
				after: [
					'Une seule personne responsable du groupe répond pour toutes.',
					again ? 'Ce rappel est le seul.' : 'Sans réponse, un seul rappel suivra.',
					'L’adhésion ne prend jamais fin faute de réponse.',
				],
			}
		: {
				subject: `${again ? 'Reminder: the' : 'The'} membership of ${group}, one more year?`,
				greeting: `Hello ${name},`,
				paragraphs: [
					`On ${on}, the membership of ${group} in Koumbit is one year older. Three answers are fine: renew, take some time, or leave.`,
				],
				action: { label: 'Answer', url },
				after: [
					'One administrator of the group answers for all.',
					again ? 'This is the only reminder.' : 'Without an answer, one reminder will follow.',
					'A membership never ends for want of an answer.',
				],
			};
}
