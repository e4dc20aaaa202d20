/** Messages about a complaint. None holds what it says: a mailbox may be shared with the people it concerns. */
import type { MailContent } from '#src/features/outbox/index.ts';
import type { Locale } from '#src/i18n/routes.ts';

interface About {
	readonly name: string;
	readonly number: string;
	readonly url: string;
}

const hello = (locale: Locale, name: string) => (locale === 'fr' ? `Bonjour ${name},` : `Hello ${name},`);

export function receivedMail(locale: Locale, { name, number, url }: About): MailContent {
	return locale === 'fr'
		? {
				subject: `[${number}] Votre plainte nous est parvenue`,
				greeting: hello(locale, name),
				paragraphs: ['Elle sera lue par des personnes qu’elle ne vise pas. Celles qu’elle vise ne peuvent ni la voir ni y répondre.'],
				action: { label: 'Suivre la plainte', url },
			}
		: {
				subject: `[${number}] Your complaint has reached us`,
				greeting: hello(locale, name),
				paragraphs: ['It will be read by people it is not about. Those it is about can neither see it nor answer it.'],
				action: { label: 'Follow the complaint', url },
			};
}

/** To those who may answer it. */
export function toAnswerMail(locale: Locale, { name, number, url }: About): MailContent {
	return locale === 'fr'
		? {
				subject: `[${number}] Une plainte attend une réponse`,
				greeting: hello(locale, name),
				paragraphs: ['Un groupe a écrit. Vous recevez ce message parce que la plainte ne vous vise pas.'],
				action: { label: 'Lire la plainte', url },
				after: ['N’en parlez pas aux personnes visées : elles ne peuvent pas la lire.'],
			}
		: {
				subject: `[${number}] A complaint awaits an answer`,
				greeting: hello(locale, name),
				paragraphs: ['A group has written. You get this message because the complaint is not about you.'],
				action: { label: 'Read the complaint', url },
				after: ['Do not tell those it is about: they can’t read it.'],
			};
}

export function answeredMail(locale: Locale, { name, number, url }: About): MailContent {
	return locale === 'fr'
		? {
				subject: `[${number}] Il y a du nouveau au sujet de votre plainte`,
				greeting: hello(locale, name),
				paragraphs: ['Le comité qui la suit vous a écrit.'],
				action: { label: 'Lire la réponse', url },
			}
		: {
				subject: `[${number}] There is news of your complaint`,
				greeting: hello(locale, name),
				paragraphs: ['The committee that follows it has written to you.'],
				action: { label: 'Read the answer', url },
			};
}
