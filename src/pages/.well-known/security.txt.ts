import type { APIRoute } from 'astro';

const YEAR = 365 * 24 * 60 * 60 * 1000;

/** RFC 9116 wants a contact and an end: until the organisation publishes a security contact, the site itself, and this file says so. */
export const GET: APIRoute = ({ site, url }) => {
	const home = new URL('/', site ?? url).href;
	// Rounded to the day; a build is made far more often than once a year.
	const expires = `${new Date(Date.now() + YEAR).toISOString().slice(0, 10)}T00:00:00Z`;
	const lines = [
		'# Aucune adresse pour signaler une faille n’est encore publiée par l’organisation.',
		'# The organisation has not published a security contact yet. Until then: the site itself.',
		`Contact: ${home}`,
		`Expires: ${expires}`,
		'Preferred-Languages: fr, en',
		`Canonical: ${new URL('/.well-known/security.txt', site ?? url).href}`,
		'',
	];
	return new Response(lines.join('\n'), { headers: { 'content-type': 'text/plain; charset=utf-8' } });
};
