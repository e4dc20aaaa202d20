/** Headers every answer carries, whoever made it: file, page, error, or a refusal below HTTP. */

const CONTENT_SECURITY_POLICY = [
	"default-src 'none'",
	"style-src 'self'",
	"img-src 'self' data:",
	"font-src 'self'",
	"script-src 'self'",
	"connect-src 'self'",
	"manifest-src 'self'",
	"form-action 'self'",
	"base-uri 'none'",
	"frame-ancestors 'none'",
].join('; ');

export type HeaderPairs = readonly (readonly [name: string, value: string])[];

/** HSTS only over https: on http it would be ignored, and a developer's localhost must not be locked to https. */
export function securityHeaders(siteUrl: string): HeaderPairs {
	const pairs: [string, string][] = [
		['Content-Security-Policy', CONTENT_SECURITY_POLICY],
		['X-Content-Type-Options', 'nosniff'],
		// Not no-referrer: browsers would then send `Origin: null` and every form would be refused.
		['Referrer-Policy', 'same-origin'],
		['Permissions-Policy', 'camera=(), geolocation=(), microphone=(), payment=(), usb=()'],
		['Cross-Origin-Opener-Policy', 'same-origin'],
		['Cross-Origin-Resource-Policy', 'same-origin'],
	];
	if (siteUrl.startsWith('https://')) pairs.push(['Strict-Transport-Security', 'max-age=31536000']);
	return pairs;
}

/** The form `writeHead` takes fastest: name, value, name, value … */
export function flat(pairs: HeaderPairs): string[] {
	return pairs.flat();
}
