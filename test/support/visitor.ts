/** Someone in front of the portal with a browser that knows no JavaScript: reads pages, fills in forms, keeps cookies. */
import { type HTMLElement, parse } from 'node-html-parser';

export interface Page {
	readonly status: number;
	readonly url: URL;
	readonly headers: Headers;
	readonly html: string;
	readonly root: HTMLElement;
	/** What a person reads, white space folded. */
	readonly text: string;
}

export interface Visitor {
	get(path: string): Promise<Page>;
	/**
	 * Fills in and sends the form that has a control of each name given, or that holds `button`. What the page had already
	 * filled in is kept. Follows the redirect of a success.
	 */
	submit(
		page: Page,
		fields: Readonly<Record<string, string | readonly string[]>>,
		options?: { button?: string | RegExp; form?: string },
	): Promise<Page>;
	/** A request of its own making, without following redirects. */
	raw(path: string, init?: RequestInit): Promise<Response>;
	cookies(): string;
}

const MOST_REDIRECTS = 5;

function toPage(status: number, url: URL, headers: Headers, html: string): Page {
	const root = parse(html, { comment: false, blockTextElements: { script: true, style: true, pre: true } });
	const text = (root.querySelector('main') ?? root).structuredText.replace(/\s+/g, ' ').trim();
	return { status, url, headers, html, root, text };
}

type Entry = [string, string];

/** The entries a browser would send for a form left as it is. */
function entriesOf(form: HTMLElement): Entry[] {
	const entries: Entry[] = [];
	for (const control of form.querySelectorAll('input, textarea, select')) {
		const name = control.getAttribute('name');
		if (!name) continue;
		const tag = control.tagName.toLowerCase();
		const type = control.getAttribute('type') ?? 'text';
		if (tag === 'textarea') entries.push([name, control.text.replace(/^\n/, '')]);
		else if (tag === 'select') {
			const options = control.querySelectorAll('option');
			const chosen = options.find((option) => option.hasAttribute('selected')) ?? options[0];
			if (chosen) entries.push([name, chosen.getAttribute('value') ?? chosen.text]);
		} else if (type === 'checkbox' || type === 'radio') {
			if (control.hasAttribute('checked')) entries.push([name, control.getAttribute('value') ?? 'on']);
		} else if (type !== 'submit' && type !== 'button') entries.push([name, control.getAttribute('value') ?? '']);
	}
	return entries;
}

function findForm(page: Page, names: readonly string[], button: string | RegExp | undefined, selector: string | undefined): HTMLElement {
	const matches = (text: string) => (typeof button === 'string' ? text.trim() === button : button === undefined || button.test(text));
	const form = page.root.querySelectorAll(selector ?? 'form').find((candidate) => {
		if ((candidate.getAttribute('method') ?? 'get').toLowerCase() !== 'post') return false;
		const has = (name: string) => candidate.querySelectorAll('[name]').some((control) => control.getAttribute('name') === name);
		return names.every(has) && candidate.querySelectorAll('button').some((one) => matches(one.text));
	});
	if (!form)
		throw new Error(
			`no form with ${names.join(', ')} and button ${String(button)} on ${page.url.pathname} (${page.status}): ${page.text.slice(0, 600)}`,
		);
	return form;
}

/** @param base address of the portal, without a slash at the end. */
export function openVisitor(base: string, headers: Readonly<Record<string, string>> = {}): Visitor {
	const jar = new Map<string, string>();

	const keepCookies = (response: Response) => {
		for (const line of response.headers.getSetCookie()) {
			const [pair = '', ...attributes] = line.split(';');
			const at = pair.indexOf('=');
			const [name, value] = [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
			const gone = value === '' || attributes.some((attribute) => /^\s*max-age=0$/i.test(attribute));
			if (gone) jar.delete(name);
			else jar.set(name, value);
		}
	};

	const cookies = () => [...jar].map(([name, value]) => `${name}=${value}`).join('; ');

	const send = async (url: URL, init: RequestInit): Promise<Response> => {
		const response = await fetch(url, {
			...init,
			redirect: 'manual',
			headers: {
				accept: 'text/html',
				...headers,
				...(jar.size > 0 ? { cookie: cookies() } : {}),
				...(init.headers as Record<string, string>),
			},
		});
		keepCookies(response);
		return response;
	};

	const follow = async (first: URL, init: RequestInit): Promise<Page> => {
		let url = first;
		let response = await send(url, init);
		for (let hops = 0; response.status >= 300 && response.status < 400 && response.status !== 304; hops += 1) {
			if (hops >= MOST_REDIRECTS) throw new Error(`too many redirects from ${first.pathname}`);
			const location = response.headers.get('location');
			if (location === null) throw new Error(`${response.status} without Location from ${url.pathname}`);
			await response.body?.cancel();
			url = new URL(location, url);
			response = await send(url, {});
		}
		return toPage(response.status, url, response.headers, await response.text());
	};

	return {
		cookies,
		get: (path) => follow(new URL(path, base), {}),
		raw: (path, init = {}) => send(new URL(path, base), init),
		submit(page, fields, options = {}) {
			const form = findForm(page, Object.keys(fields), options.button, options.form);
			const entries = entriesOf(form).filter(([name]) => !(name in fields));
			for (const [name, value] of Object.entries(fields)) {
				for (const one of typeof value === 'string' ? [value] : value) entries.push([name, one]);
			}
			const wanted = options.button;
			const button = form.querySelectorAll('button').find((one) => {
				if (wanted === undefined) return one.getAttribute('name') !== undefined && one.getAttribute('value') !== undefined;
				return typeof wanted === 'string' ? one.text.trim() === wanted : wanted.test(one.text);
			});
			const buttonName = button?.getAttribute('name');
			if (buttonName && !(buttonName in fields)) entries.push([buttonName, button?.getAttribute('value') ?? '']);
			const action = new URL(form.getAttribute('action')?.replaceAll('&amp;', '&') ?? '', page.url);
			return follow(action, {
				method: 'POST',
				body: new URLSearchParams(entries).toString(),
				headers: { 'content-type': 'application/x-www-form-urlencoded', origin: new URL(base).origin },
			});
		},
	};
}
