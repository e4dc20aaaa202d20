/** Which Host names this portal answers to, and what it then calls itself. */

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

export interface Place {
	/** Host to hand on. */
	readonly host: string;
	/** What a form's Origin must be. */
	readonly origin: string;
}

export type ResolvePlace = (host: string | undefined) => Place | null;

/** Only the public address's host; when that is a loopback name, any loopback name at any port (tests, tunnels, dev). */
export function placesOf(siteUrl: string): ResolvePlace {
	const site = new URL(siteUrl);
	const loopback = LOOPBACK.has(site.hostname);
	// A browser sends the same Host for as long as it lives: remembering the good ones spares a URL parse a request.
	const known = new Map<string, Place>();

	const resolve = (host: string): Place | null => {
		if (!/^[\w.:[\]-]+$/.test(host) || !URL.canParse(`${site.protocol}//${host}`)) return null;
		const asked = new URL(`${site.protocol}//${host}`);
		if (loopback ? !LOOPBACK.has(asked.hostname) : asked.host !== site.host) return null;
		return { host: asked.host, origin: asked.origin };
	};

	return (host) => {
		if (host === undefined) return null;
		const place = known.get(host) ?? resolve(host);
		if (place && known.size < 64) known.set(host, place);
		return place;
	};
}

/** Astro can't read an IPv6 literal in Host and would take the request for another site's. */
export function astroName(text: string): string {
	return text.replace('[::1]', 'localhost');
}
