/** What the front says itself when it refuses a request, or when a page could not be made. */
import { messages } from '#src/i18n/messages.ts';
import { type Locale, localeOf, pathOf } from '#src/i18n/routes.ts';

type RefusedStatus = 400 | 403 | 404 | 405 | 408 | 413 | 414 | 415 | 417 | 421 | 429 | 431 | 500 | 503;

type Sentences = readonly [title: string, advice: string];

const fr: Record<RefusedStatus, Sentences> = {
	400: [
		'Adresse ou formulaire illisible',
		'Le serveur n’a pas pu lire ce que le navigateur a envoyé. Revenez à la page précédente et recommencez.',
	],
	403: [
		'Envoi refusé',
		'Ce formulaire ne vient pas de cette page du portail, ou vous n’y avez pas droit. Ouvrez la page de nouveau et envoyez-le de là.',
	],
	404: ['Page introuvable', 'Cette page n’existe pas, ou plus. L’accueil mène à toutes les autres.'],
	405: ['Action impossible ici', 'Cette adresse se lit seulement; elle ne reçoit pas ce genre d’envoi.'],
	408: ['Envoi trop lent', 'L’envoi s’est interrompu avant la fin. Vérifiez la connexion et recommencez.'],
	413: ['Envoi trop volumineux', 'Le portail accepte au plus 1 Mio par envoi. Raccourcissez le texte et recommencez.'],
	414: ['Adresse trop longue', 'Cette adresse est trop longue pour être lue. Repartez de l’accueil.'],
	415: ['Format non accepté', 'Le portail ne lit que ce qu’envoient ses propres formulaires.'],
	417: ['Demande non prise en charge', 'Le serveur ne sait pas répondre à l’en-tête Expect reçu.'],
	421: ['Mauvaise adresse', 'Ce serveur ne répond pas à ce nom.'],
	429: ['Trop de demandes', 'Attendez un moment, puis recommencez.'],
	431: ['Demande trop longue', 'Le navigateur a envoyé des en-têtes trop longs. Effacer les témoins de ce site règle souvent le problème.'],
	500: [
		'Une erreur de notre côté',
		'La page n’a pas pu être préparée. Rien à corriger de votre côté; réessayez plus tard, ou écrivez-nous avec ce numéro.',
	],
	503: ['Momentanément indisponible', 'Le portail est trop occupé pour répondre. Réessayez dans un instant.'],
};

const en: Record<RefusedStatus, Sentences> = {
	400: ['Unreadable address or form', 'The server could not read what the browser sent. Go back to the previous page and try again.'],
	403: [
		'Refused',
		'This form was not sent from its page on the portal, or it is not yours to send. Open the page again and send it from there.',
	],
	404: ['Page not found', 'This page does not exist, or no longer. The home page leads to all others.'],
	405: ['Not possible here', 'This address can only be read; it takes nothing of this kind.'],
	408: ['Too slow', 'What you sent was cut off before its end. Check the connection and try again.'],
	413: ['Too large', 'The portal takes at most 1 MiB at a time. Shorten the text and try again.'],
	414: ['Address too long', 'This address is too long to be read. Start again from the home page.'],
	415: ['Format not accepted', 'The portal only reads what its own forms send.'],
	417: ['Not supported', 'The server cannot meet the Expect header it received.'],
	421: ['Wrong address', 'This server does not answer to that name.'],
	429: ['Too many requests', 'Wait a moment, then try again.'],
	431: ['Request too long', 'The browser sent headers that are too long. Clearing this site’s cookies often helps.'],
	500: [
		'Something failed on our side',
		'The page could not be made. There is nothing for you to correct; try again later, or write to us with this number.',
	],
	503: ['Unavailable for a moment', 'The portal is too busy to answer. Try again shortly.'],
};

const sentences = { fr, en };

export interface Answer {
	readonly type: string;
	readonly body: Buffer;
}

function isRefused(status: number): status is RefusedStatus {
	return status in fr;
}

/** The nearest status there is a sentence for. */
function refusedStatus(status: number): RefusedStatus {
	if (isRefused(status)) return status;
	return status >= 500 ? 500 : 400;
}

export interface Refusals {
	/** A page in both languages, that of the address first; a failure on our side speaks the address's language and gives the number. */
	page(status: number, path: string, requestId: string): Answer;
	/** One sentence a language, for clients that are not meant to see a page. */
	text(status: number): Answer;
}

const TAG = { fr: 'fr-CA', en: 'en-CA' } as const;
const WAYS = ['home', 'status', 'contact'] as const;

/** One language: what happened, what to do, and the ways on. Sentences and words hold nothing that HTML would read as its own. */
function part(locale: Locale, status: RefusedStatus, heading: 'h1' | 'h2'): string {
	const [title, advice] = sentences[locale][status];
	const { nav, errorPage } = messages(locale);
	const field = `field-q-${locale}`;
	const ways = WAYS.map((key) => `<li><a href="${pathOf(key, locale)}">${nav[key]}</a></li>`).join('');
	return (
		`<section lang="${TAG[locale]}"><${heading}>${title}</${heading}><p>${advice}</p>` +
		`<form class="filters" action="${pathOf('search', locale)}" role="search" aria-label="${errorPage.search}"><div class="field">` +
		`<label for="${field}">${errorPage.search}</label><input id="${field}" type="search" name="q" maxlength="200"></div>` +
		`<button class="button button--quiet" type="submit">${nav.search}</button></form><ul>${ways}</ul></section>`
	);
}

/** @param stylesheets the built site's, so that a refusal looks like the portal. */
export function refusals(stylesheets: () => readonly string[]): Refusals {
	return {
		page(status, path, requestId) {
			const known = refusedStatus(status);
			const locale = localeOf(path);
			const { siteName, errorPage } = messages(locale);
			const links = stylesheets()
				.map((href) => `<link rel="stylesheet" href="${href}">`)
				.join('');
			const other = locale === 'fr' ? 'en' : 'fr';
			const second =
				known >= 500 ? `<p class="quiet">${errorPage.reference}<br><code>${requestId}</code></p>` : `<hr>${part(other, known, 'h2')}`;
			const html =
				`<!doctype html><html lang="${TAG[locale]}"><head><meta charset="utf-8">` +
				`<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">` +
				`<meta name="color-scheme" content="light dark"><link rel="icon" href="/favicon.svg" type="image/svg+xml">` +
				`<title>${sentences[locale][known][0]} – ${siteName}</title>${links}</head>` +
				`<body><header class="site-header"><div class="wrap site-header__row"><a class="site-header__mark" href="${pathOf('home', locale)}">${siteName}</a></div></header>` +
				`<main class="site-main"><div class="wrap"><div class="page-narrow">${part(locale, known, 'h1')}${second}</div></div></main></body></html>`;
			return { type: 'text/html; charset=utf-8', body: Buffer.from(html) };
		},
		text(status) {
			const known = refusedStatus(status);
			return { type: 'text/plain; charset=utf-8', body: Buffer.from(`${fr[known].join('. ')}\n${en[known].join('. ')}\n`) };
		},
	};
}
