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
				subject: `${again ? 'Rappel : l' : 'L'}’adhésion de ${group}, une année de plus?`,
				greeting: `Bonjour ${name},`,
				paragraphs: [
					`Le ${on} est l’anniversaire de l’adhésion de ${group} à Koumbit. Trois réponses conviennent : renouveler, prendre un peu de temps ou partir.`,
				],
				action: { label: 'Répondre', url },
				after: [
					'Une seule personne responsable répond pour tout le groupe.',
					again ? 'Ce rappel est le seul.' : 'Sans réponse, un seul rappel suivra.',
					'Si personne ne répond, l’adhésion continue.',
				],
			}
		: {
				subject: `${again ? 'Reminder: one' : 'One'} more year of membership for ${group}?`,
				greeting: `Hello ${name},`,
				paragraphs: [
					`${on} is the anniversary of ${group}’s membership in Koumbit. Any of three answers is fine: renew, take some time or leave.`,
				],
				action: { label: 'Answer', url },
				after: [
					'One administrator answers for the whole group.',
					again ? 'This is the only reminder.' : 'Without an answer, one reminder will follow.',
					'If nobody answers, the membership goes on.',
				],
			};
}
