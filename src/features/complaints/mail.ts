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
				paragraphs: [
					'La plainte que vous avez faite dans le portail de Koumbit sera lue par des personnes qu’elle ne vise pas. Celles qu’elle vise ne peuvent ni la voir ni y répondre.',
				],
				action: { label: 'Suivre la plainte', url },
				after: ['Vous n’avez rien d’autre à faire : nous vous écrirons dès qu’il y aura une réponse.'],
			}
		: {
				subject: `[${number}] Your complaint has reached us`,
				greeting: hello(locale, name),
				paragraphs: [
					'The complaint you made on Koumbit’s portal will be read by people it is not about. Those it is about can neither see it nor answer it.',
				],
				action: { label: 'Follow the complaint', url },
				after: ['There is nothing else for you to do: we will write to you as soon as there is an answer.'],
			};
}

/** To those who may answer it. */
export function toAnswerMail(locale: Locale, { name, number, url }: About): MailContent {
	return locale === 'fr'
		? {
				subject: `[${number}] Une plainte attend une réponse`,
				greeting: hello(locale, name),
				paragraphs: [
					'Un groupe membre a écrit. Vous recevez ce message parce que vous pouvez répondre aux plaintes et que celle-ci ne vous vise pas.',
				],
				action: { label: 'Lire la plainte', url },
				after: ['N’en parlez pas aux personnes visées : elles ne peuvent pas la lire.'],
			}
		: {
				subject: `[${number}] A complaint is waiting for an answer`,
				greeting: hello(locale, name),
				paragraphs: [
					'A member group has written. You are receiving this message because you may answer complaints and this one is not about you.',
				],
				action: { label: 'Read the complaint', url },
				after: ['Do not discuss it with those it is about: they can’t read it.'],
			};
}

export function answeredMail(locale: Locale, { name, number, url }: About): MailContent {
	return locale === 'fr'
		? {
				subject: `[${number}] Il y a du nouveau au sujet de votre plainte`,
				greeting: hello(locale, name),
				paragraphs: [
					'Les personnes qui suivent la plainte faite dans le portail de Koumbit y ont écrit. Pour vous protéger, ce message n’en dit pas plus.',
				],
				action: { label: 'Voir la plainte', url },
				after: ['Tant que la plainte n’est pas fermée, vous pouvez y écrire de nouveau. Sinon, vous n’avez rien à faire.'],
			}
		: {
				subject: `[${number}] There is news about your complaint`,
				greeting: hello(locale, name),
				paragraphs: [
					'The people handling the complaint you made on Koumbit’s portal have written in it. To protect you, this message says no more.',
				],
				action: { label: 'See the complaint', url },
				after: ['As long as the complaint is not closed, you can write in it again. If not, there is nothing for you to do.'],
			};
}
