/** Messages about requests. An internal note is never given to any of these functions. */
import type { MailContent } from '#src/features/outbox/index.ts';
import type { Urgency } from '#src/features/requests/rules.ts';
import { messages } from '#src/i18n/messages.ts';
import type { Locale } from '#src/i18n/routes.ts';

export interface RequestMail {
	readonly number: string;
	readonly subject: string;
	/** Address of the request, for the one who receives the message. */
	readonly url: string;
	/** Who receives the message. */
	readonly toName: string;
}

const WORDS = {
	fr: {
		hello: (name: string) => `Bonjour ${name},`,
		follow: 'Suivre la demande',
		reply: 'Répondre dans le fil',
		open: 'Ouvrir la demande',
		answerThere: 'Pour répondre, ouvrez le fil de la demande : une réponse à ce courriel ne nous parviendrait pas.',
	},
	en: {
		hello: (name: string) => `Hello ${name},`,
		follow: 'Follow the request',
		reply: 'Answer in the thread',
		open: 'Open the request',
		answerThere: 'To answer, open the request’s thread: a reply to this email would not reach us.',
	},
} as const;

/** One subject for the whole thread: some mail programs go by it. */
const subjectLine = ({ number, subject }: RequestMail) => `[${number}] ${subject}`;

interface Body {
	readonly paragraphs: readonly string[];
	readonly quote?: string;
	readonly action: 'follow' | 'reply' | 'open';
	readonly after?: readonly string[];
}

function compose(locale: Locale, mail: RequestMail, body: Body): MailContent {
	const words = WORDS[locale];
	return {
		subject: subjectLine(mail),
		greeting: words.hello(mail.toName),
		paragraphs: body.paragraphs,
		...(body.quote === undefined ? {} : { quote: body.quote }),
		action: { label: words[body.action], url: mail.url },
		...(body.after ? { after: body.after } : {}),
	};
}

/** To the person who asked: it has arrived. */
export function received(locale: Locale, mail: RequestMail): MailContent {
	const paragraphs =
		locale === 'fr'
			? [
					`Votre demande « ${mail.subject} » nous est parvenue. Elle porte le numéro ${mail.number}.`,
					'Une personne de l’équipe la lira et la prendra en charge. Vous recevrez chaque réponse par courriel.',
				]
			: [
					`Your request “${mail.subject}” has reached us. Its number is ${mail.number}.`,
					'Someone on the team will read it and take it in hand. You will get each answer by email.',
				];
	return compose(locale, mail, { paragraphs, action: 'follow' });
}

/** To workers: a group asks for something. */
export function toTake(locale: Locale, mail: RequestMail & { readonly group: string; readonly urgency: Urgency }): MailContent {
	const paragraphs =
		locale === 'fr'
			? [
					`${mail.group} a envoyé une demande : « ${mail.subject} ».`,
					`Urgence selon le groupe : ${messages(locale).requests.urgencies[mail.urgency].label}`,
				]
			: [
					`${mail.group} has sent a request: “${mail.subject}”.`,
					`Urgency in the group’s words: ${messages(locale).requests.urgencies[mail.urgency].label}`,
				];
	return compose(locale, mail, { paragraphs, action: 'open' });
}

/** To workers: the group has written. */
export function memberReplied(
	locale: Locale,
	mail: RequestMail & { readonly group: string; readonly author: string; readonly body: string },
): MailContent {
	const paragraphs = [
		locale === 'fr'
			? `${mail.author} (${mail.group}) a écrit dans le fil de la demande ${mail.number}.`
			: `${mail.author} (${mail.group}) has written in the thread of request ${mail.number}.`,
	];
	return compose(locale, mail, { paragraphs, quote: mail.body, action: 'open' });
}

/** To workers, and to the person who asked when someone else of the group did it. */
export function cancelled(locale: Locale, mail: RequestMail & { readonly group: string; readonly author: string }): MailContent {
	const paragraphs = [
		locale === 'fr'
			? `${mail.author} (${mail.group}) a annulé la demande ${mail.number}. Il n’y a rien à faire.`
			: `${mail.author} (${mail.group}) has cancelled request ${mail.number}. There is nothing to do.`,
	];
	return compose(locale, mail, { paragraphs, action: 'open' });
}

/** What a worker has done that the group hears of. */
export type News =
	| { readonly kind: 'taken' }
	| { readonly kind: 'answered'; readonly body: string }
	| { readonly kind: 'asked'; readonly body: string }
	| { readonly kind: 'held'; readonly body: string }
	| { readonly kind: 'resumed' }
	| { readonly kind: 'resolved'; readonly body: string; readonly runsSince: string | null }
	| { readonly kind: 'closed' }
	| { readonly kind: 'declined'; readonly body: string };

type Said = Record<News['kind'], (worker: string, number: string) => readonly string[]>;

const NEWS: Record<Locale, Said> = {
	fr: {
		taken: (worker, number) => [`${worker} prend en charge votre demande ${number}.`, 'Vous recevrez la suite par courriel.'],
		answered: (worker, number) => [`${worker} a répondu à votre demande ${number} :`],
		asked: (worker, number) => [`${worker} a besoin de votre réponse pour avancer dans la demande ${number} :`],
		held: (worker, number) => [`${worker} a mis la demande ${number} en pause. Voici pourquoi :`],
		resumed: (worker, number) => [`${worker} reprend votre demande ${number}.`],
		resolved: (worker, number) => [`${worker} indique que votre demande ${number} est réglée :`],
		closed: (_, number) => [
			`La demande ${number} est maintenant fermée.`,
			'S’il reste quelque chose, écrivez dans son fil : une nouvelle demande, reliée à celle-ci, s’ouvrira.',
		],
		declined: (worker, number) => [`${worker} ne peut pas donner suite à votre demande ${number}. Voici pourquoi :`],
	},
	en: {
		taken: (worker, number) => [`${worker} is taking your request ${number} in hand.`, 'You will get updates by email.'],
		answered: (worker, number) => [`${worker} has answered your request ${number}:`],
		asked: (worker, number) => [`${worker} needs your answer to go on with request ${number}:`],
		held: (worker, number) => [`${worker} has put request ${number} on hold. Here is why:`],
		resumed: (worker, number) => [`${worker} is working on your request ${number} again.`],
		resolved: (worker, number) => [`${worker} says that your request ${number} is solved:`],
		closed: (_, number) => [
			`Request ${number} is now closed.`,
			'If something still needs doing, write in its thread: a new request, linked to this one, will open.',
		],
		declined: (worker, number) => [`${worker} cannot go ahead with your request ${number}. Here is why:`],
	},
};

const AFTER: Record<Locale, Partial<Record<News['kind'], string>> & { runs: (date: string) => string }> = {
	fr: {
		resolved: 'Si ce n’est pas réglé pour vous, répondez dans le fil : la demande sera rouverte.',
		runs: (date) => `Le service fonctionne depuis le ${date}.`,
	},
	en: {
		resolved: 'If it is not solved for you, answer in the thread: the request will be reopened.',
		runs: (date) => `The service has been running since ${date}.`,
	},
};

/** To the person who asked: what a worker has just done. */
export function news(locale: Locale, mail: RequestMail & { readonly worker: string; readonly news: News }): MailContent {
	const { worker, news: said, number } = mail;
	const after: string[] = [];
	if (said.kind === 'resolved' && said.runsSince !== null) after.push(AFTER[locale].runs(said.runsSince));
	const closing = AFTER[locale][said.kind];
	if (closing) after.push(closing);
	const speaks = 'body' in said;
	if (speaks) after.push(WORDS[locale].answerThere);
	return compose(locale, mail, {
		paragraphs: NEWS[locale][said.kind](worker, number),
		...(speaks ? { quote: said.body } : {}),
		action: speaks ? 'reply' : 'follow',
		...(after.length > 0 ? { after } : {}),
	});
}
