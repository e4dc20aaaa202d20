/** Where a link of a text leads, as far as it can be told before the site is built. */
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { nearest } from '#src/collections/explain.ts';
import { LOCALES, type Locale, localeOf, matchRoute, pathOf, type RouteKey, routes } from '#src/i18n/routes.ts';
import type { Report } from './problem.ts';

export interface Site {
	/** Names of the files of a kind with a page each, by language. */
	readonly slugs: ReadonlyMap<RouteKey, Readonly<Record<Locale, ReadonlySet<string>>>>;
	readonly publicFolder: string;
	/** Host of the public address; empty when it is not known. */
	readonly host: string;
}

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];
const SAFE = /^(https?|mailto|tel|xmpp|irc|ircs|sip|matrix|geo):/i;

const decoded = (text: string) => {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
};

/** Addresses of a language that a text may lead to, for « vouliez-vous dire ». */
function* addressesOf(locale: Locale, site: Site): Generator<string> {
	for (const [key, twin] of Object.entries(routes) as [RouteKey, (typeof routes)[RouteKey]][]) {
		if (!twin.fr.includes('[')) yield pathOf(key, locale);
	}
	for (const [key, slugs] of site.slugs) for (const slug of slugs[locale]) yield pathOf(key, locale, { slug });
}

const isFile = (file: string) => existsSync(file) && statSync(file).isFile();

/** What to write instead of an address that leads nowhere; null when nothing is near. */
function suggestion(address: string, locale: Locale, site: Site): string | null {
	if (!address.endsWith('/')) {
		const slashed = `${address}/`;
		if (leads(slashed, site)) return slashed;
	}
	return nearest(address, addressesOf(locale, site));
}

/** True when a page of the portal answers, as far as its content tells. */
function leads(address: string, site: Site): boolean {
	const match = matchRoute(address);
	if (!match) return false;
	const slugs = site.slugs.get(match.key);
	return !slugs || slugs[localeOf(address)].has(match.params.slug ?? '');
}

export function checkLink(target: string, text: string, line: number, locale: Locale | null, site: Site, report: Report): void {
	const about = (fr: string, en: string) => report({ line, fr, en });
	if (text === '') {
		about(
			`Le lien vers « ${target} » n’a pas de texte : écrivez entre les crochets ce que les gens liront.`,
			`The link to “${target}” has no text: write between the brackets what people will read.`,
		);
	}
	if (target === '') {
		about('Ce lien n’a pas d’adresse : écrivez-la entre les parenthèses.', 'This link has no address: write it between the parentheses.');
		return;
	}
	if (target.startsWith('#')) return;
	if (/^[a-z][a-z0-9+.-]*:/i.test(target) || target.startsWith('//')) {
		checkOutside(target, site, about);
		return;
	}
	const address = decoded(target.replace(/[?#].*$/, ''));
	if (!address.startsWith('/')) {
		const near = nearest(`/${path.basename(address, '.md')}/`, addressesOf(locale ?? 'fr', site));
		const mail = address.includes('@') ? `mailto:${address}` : null;
		const write = mail ?? near;
		about(
			`L’adresse « ${target} » n’est pas complète : une page du site commence par /, un autre site par https://.${write ? ` Écrivez : ${write}` : ''}`,
			`The address “${target}” is not complete: a page of this site begins with /, another site with https://.${write ? ` Write: ${write}` : ''}`,
		);
		return;
	}
	if (isFile(path.join(site.publicFolder, address)) || /\.(xml|json|txt|csv|webmanifest)$/.test(address)) return;
	if (!leads(address, site)) {
		const write = suggestion(address, locale ?? localeOf(address), site);
		about(
			`La page « ${address} » n’existe pas.${write ? ` Vouliez-vous dire « ${write} »?` : ' Vérifiez l’adresse dans la barre du navigateur.'}`,
			`The page “${address}” does not exist.${write ? ` Did you mean “${write}”?` : ' Check the address in the browser’s bar.'}`,
		);
		return;
	}
	const other = localeOf(address);
	if (locale === null || other === locale) return;
	const match = matchRoute(address);
	const own = match ? pathOf(match.key, locale, match.params) : null;
	// A text that exists in the other language only is linked where it is.
	if (own === null || !leads(own, site)) return;
	const [fr, en] = LOCALES.map((one) => (locale === 'fr' ? { fr: 'anglaise', en: 'English' } : { fr: 'française', en: 'French' })[one]);
	about(`Ce lien mène à la page ${fr}. Écrivez : ${own}`, `This link leads to the ${en} page. Write: ${own}`);
}

function checkOutside(target: string, site: Site, about: (fr: string, en: string) => void): void {
	if (!target.startsWith('//') && !SAFE.test(target)) {
		const scheme = target.slice(0, target.indexOf(':') + 1);
		about(
			`Un lien qui commence par « ${scheme} » n’est pas permis. Écrivez une adresse en https://, une page du site (/…/) ou mailto:.`,
			`A link that begins with “${scheme}” is not allowed. Write an https:// address, a page of this site (/…/) or mailto:.`,
		);
		return;
	}
	if (!/^(https?:)?\/\//i.test(target)) return;
	const whole = target.startsWith('//') ? `https:${target}` : target;
	if (!URL.canParse(whole)) {
		about(
			`L’adresse « ${target} » ne peut pas se lire. Copiez-la de la barre du navigateur.`,
			`The address “${target}” can’t be read. Copy it from the browser’s bar.`,
		);
		return;
	}
	const { hostname, pathname } = new URL(whole);
	if (hostname === site.host || LOOPBACK.includes(hostname)) {
		about(
			`Une page de ce site s’écrit sans le nom du site. Écrivez : ${pathname}`,
			`A page of this site is written without the site’s name. Write: ${pathname}`,
		);
	}
}
