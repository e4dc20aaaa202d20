/**
 * The picture shown where a page is shared. Its address says what is on it, so that whoever renders the page and
 * scripts/cards.ts, which draws it after the build, need not speak to each other.
 */
import { createHash } from 'node:crypto';
import { messages } from '#src/i18n/messages.ts';
import { LOCALES, type Locale, type RouteKey } from '#src/i18n/routes.ts';
import { type NamedPage, parentOf } from '#src/i18n/sections.ts';

export const CARD_WIDTH = 1200;
export const CARD_HEIGHT = 630;

/** Raised when the drawing changes: those who kept a picture then ask for the new one. */
const DRAWING = 1;

export interface Card {
	readonly locale: Locale;
	/** Over the title; empty where the title is enough. */
	readonly section: string;
	readonly title: string;
}

/** Where the picture is served from: under _assets, whose names change with their content. */
export const CARDS = '/_assets/cartes/';

export function cardPath(card: Card): string {
	const hash = createHash('sha256').update(JSON.stringify([DRAWING, card.locale, card.section, card.title]));
	return `${CARDS}${hash.digest('hex').slice(0, 24)}.png`;
}

/** The card of one page. */
export function pageCard(key: RouteKey, locale: Locale, title: string): Card {
	const parent = parentOf(key);
	return { locale, section: parent ? messages(locale).nav[parent] : '', title };
}

const isNamed = (key: RouteKey): key is RouteKey & NamedPage => key in messages('fr').nav;

/** The card of a page whose title is known only when it is asked for: that of its section, or of the whole site. */
export function sectionCard(key: RouteKey, locale: Locale): Card {
	const { nav, footer } = messages(locale);
	const named = parentOf(key) ?? (isNamed(key) ? key : 'home');
	return { locale, section: '', title: named === 'home' ? footer.tagline : nav[named] };
}

/** Every card that {@link sectionCard} may give. */
export function sectionCards(): Card[] {
	const keys = Object.keys(messages('fr').nav) as NamedPage[];
	return LOCALES.flatMap((locale) => keys.map((key) => sectionCard(key, locale)));
}
