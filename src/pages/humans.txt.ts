import type { APIRoute } from 'astro';
import { pathOf } from '#src/i18n/routes.ts';

/** Who made this, as far as it is known; no name is given that its bearer did not publish. */
export const GET: APIRoute = ({ site, url }) => {
	const address = (path: string) => new URL(path, site ?? url).href;
	const lines = [
		'/* ÉQUIPE */',
		'Le portail est celui de Koumbit (Réseau Koumbit inc.), un réseau de Montréal, au Québec, depuis 2004.',
		'Les personnes qui y travaillent n’ont pas encore publié leur nom ici.',
		`Pour nous écrire : ${address(pathOf('contact', 'fr'))}`,
		'',
		'/* FABRICATION */',
		'Le français d’abord, puis l’anglais. Sans JavaScript, sans traceur, sans rien qui vienne d’un autre site.',
		'Logiciel libre (AGPL-3.0 ou ultérieure) : Astro, SQLite, Node.js. Caractères : Atkinson Hyperlegible Next et Bricolage Grotesque.',
		`Accessibilité : ${address(pathOf('accessibility', 'fr'))}`,
		'',
		'/* TEAM */',
		'This portal belongs to Koumbit (Réseau Koumbit inc.), a network in Montréal, Québec, since 2004.',
		'The people who work there have not published their names here yet.',
		`Write to us: ${address(pathOf('contact', 'en'))}`,
		'',
		'/* SITE */',
		'French first, then English. No JavaScript, no tracker, nothing from any other site.',
		'Free software (AGPL-3.0 or later): Astro, SQLite, Node.js. Typefaces: Atkinson Hyperlegible Next and Bricolage Grotesque.',
		`Accessibility: ${address(pathOf('accessibility', 'en'))}`,
		'',
	];
	return new Response(lines.join('\n'), { headers: { 'content-type': 'text/plain; charset=utf-8' } });
};
