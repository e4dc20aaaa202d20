type Cookies = import('astro').APIContext['cookies'];
type Options = Parameters<Cookies['set']>[2];

/** Sends a cookie made by the sessions module. */
export function setCookie(cookies: Cookies, cookie: { name: string; value: string; attributes: object }): void {
	cookies.set(cookie.name, cookie.value, { path: '/', ...cookie.attributes } as NonNullable<Options>);
}
