/** The address asked for, checked before anything is looked up by it. */

const LONGEST = 8_192;

export type Target =
	| {
			readonly ok: true;
			/** As sent, percent-encoded. */
			readonly path: string;
			/** Percent-decoded once. */
			readonly name: string;
			/** With its question mark, or empty. */
			readonly query: string;
	  }
	| { readonly ok: false; readonly status: 400 | 414 };

const malformed: Target = { ok: false, status: 400 };

/** @param url request target as received: `/path?query`, or absolute as proxies send it. */
export function readTarget(url: string): Target {
	if (url.length > LONGEST) return { ok: false, status: 414 };
	if (url.charCodeAt(0) !== 47) {
		if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) return malformed;
		const { pathname, search } = new URL(url);
		return readTarget(pathname + search);
	}
	const mark = url.indexOf('?');
	const path = mark === -1 ? url : url.slice(0, mark);
	const query = mark === -1 ? '' : url.slice(mark);
	if (!path.includes('%') && !path.includes('\\')) return { ok: true, path, name: path, query };
	let name: string;
	try {
		name = decodeURIComponent(path);
	} catch {
		return malformed;
	}
	// Decoded twice somewhere behind, these would name another page than the one that was checked.
	if (/%[0-9a-f]{2}|[\p{Cc}\\]/iu.test(name)) return malformed;
	return { ok: true, path, name, query };
}
