/** The built site, answered from memory: the list of files is made at start, a file is read when first asked for. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { matchRoute } from '#src/i18n/routes.ts';
import { flat, type HeaderPairs } from '#src/server/headers.ts';

const TYPES: Record<string, string> = {
	'.css': 'text/css; charset=utf-8',
	// The archive of the sources; beside an original, a name that ends so is one of its encodings.
	'.gz': 'application/gzip',
	'.html': 'text/html; charset=utf-8',
	'.ico': 'image/x-icon',
	'.jpg': 'image/jpeg',
	'.js': 'text/javascript; charset=utf-8',
	'.json': 'application/json',
	'.pdf': 'application/pdf',
	'.png': 'image/png',
	'.svg': 'image/svg+xml',
	'.txt': 'text/plain; charset=utf-8',
	'.avif': 'image/avif',
	'.webmanifest': 'application/manifest+json',
	'.webp': 'image/webp',
	'.woff2': 'font/woff2',
	'.xml': 'application/xml; charset=utf-8',
};

type Encoding = 'br' | 'gzip' | 'identity';
const SUFFIX = { br: '.br', gzip: '.gz' } as const;

interface Form {
	readonly etag: string;
	readonly body: Buffer;
	/** Ready for `writeHead`, so that a request costs no list of its own. */
	readonly headers: string[];
	readonly headersUnchanged: string[];
}

class StaticFile {
	readonly #file: string;
	readonly #name: string;
	readonly #encodings: ReadonlySet<Encoding>;
	readonly #common: HeaderPairs;
	#route: string | undefined;
	readonly #forms = new Map<Encoding, Form>();

	constructor(file: string, name: string, encodings: ReadonlySet<Encoding>, common: HeaderPairs) {
		this.#file = file;
		this.#name = name;
		this.#encodings = encodings;
		this.#common = common;
	}

	/** What the log calls it. Found when first asked for: there are many files, and few are read before the first answer. */
	get route(): string {
		this.#route ??= matchRoute(this.#name)?.key ?? (this.#name.startsWith('/_assets/') ? 'asset' : 'file');
		return this.#route;
	}

	#form(encoding: Encoding): Form {
		const known = this.#forms.get(encoding);
		if (known) return known;
		return this.#remember(encoding, readFileSync(encoding === 'identity' ? this.#file : this.#file + SUFFIX[encoding]));
	}

	#remember(encoding: Encoding, body: Buffer): Form {
		const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
		const extension = path.extname(this.#file);
		const caching: [string, string][] = [
			['ETag', etag],
			['Cache-Control', this.#cacheControl(extension)],
		];
		if (this.#encodings.size > 1) caching.push(['Vary', 'Accept-Encoding']);
		const content: [string, string][] = [
			['Content-Type', TYPES[extension] ?? 'application/octet-stream'],
			['Content-Length', String(body.length)],
		];
		if (encoding !== 'identity') content.push(['Content-Encoding', encoding]);
		const form: Form = {
			etag,
			body,
			headers: flat([...content, ...caching, ...this.#common]),
			headersUnchanged: flat([...caching, ...this.#common]),
		};
		this.#forms.set(encoding, form);
		return form;
	}

	#cacheControl(extension: string): string {
		// Names under _assets carry a hash of the content; the others keep their name when they change.
		if (this.#name.startsWith('/_assets/')) return 'public, max-age=31536000, immutable';
		return extension === '.html' ? 'public, max-age=0, must-revalidate' : 'public, max-age=3600';
	}

	/** Reads what was not asked for yet, so that a later build can't change a page under a running server. */
	async load(): Promise<void> {
		for (const encoding of this.#encodings) {
			if (this.#forms.has(encoding)) continue;
			const body = await readFile(encoding === 'identity' ? this.#file : this.#file + SUFFIX[encoding]);
			if (!this.#forms.has(encoding)) this.#remember(encoding, body);
		}
	}

	/** The text as it was built. */
	text(): string {
		return this.#form('identity').body.toString('utf8');
	}

	/** The same address with another text, compressed in passing; this file stays as it is. */
	async with(text: string): Promise<StaticFile> {
		const body = Buffer.from(text);
		const [br, gz] = await Promise.all([
			promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_SIZE_HINT]: body.length } }),
			promisify(gzip)(body, { level: 6 }),
		]);
		const other = new StaticFile(this.#file, this.#name, new Set<Encoding>(['br', 'gzip', 'identity']), this.#common);
		for (const [encoding, form] of [
			['identity', body],
			['br', br],
			['gzip', gz],
		] as const)
			other.#remember(encoding, form);
		return other;
	}

	/** Answers GET and HEAD (node:http drops the body of the latter). @returns the status sent. */
	serve(headers: IncomingHttpHeaders, response: ServerResponse): number {
		const form = this.#form(preferredEncoding(headers['accept-encoding'], this.#encodings));
		const condition = headers['if-none-match'];
		if (condition !== undefined && matchesTag(condition, form.etag)) {
			response.writeHead(304, form.headersUnchanged);
			response.end();
			return 304;
		}
		response.writeHead(200, form.headers);
		response.end(form.body);
		return 200;
	}
}

/** Weak comparison, as a conditional GET asks for. */
export function matchesTag(condition: string, etag: string): boolean {
	if (condition === etag || condition.trim() === '*') return true;
	return condition.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
}

/** Brotli before gzip before nothing, among those the client accepts and the file has. */
export function preferredEncoding(accept: string | undefined, available: ReadonlySet<Encoding>): Encoding {
	if (accept === undefined || available.size === 1) return 'identity';
	if (available.has('br') && accepts(accept, 'br')) return 'br';
	return available.has('gzip') && accepts(accept, 'gzip') ? 'gzip' : 'identity';
}

function accepts(accept: string, encoding: string): boolean {
	if (!accept.includes(encoding)) return false;
	// Nearly all clients send a bare list; only a weight needs to be read.
	if (!accept.includes('q=')) return accept.split(',').some((part) => part.trim() === encoding);
	return accept.split(',').some((part) => {
		const [name, ...parameters] = part.split(';').map((piece) => piece.trim());
		return name === encoding && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
	});
}

export interface StaticFiles {
	/** By the decoded path of the address; undefined when there is no such file. */
	find(name: string): StaticFile | undefined;
	loadAll(): Promise<void>;
	/**
	 * Serves the page of that address with its text edited, until told otherwise; null serves it as it was built.
	 * @throws when there is no such file.
	 */
	edit(name: string, edit: ((text: string) => string) | null): Promise<void>;
	/** Addresses of the style sheets of the home page. */
	stylesheets(): readonly string[];
}

/** @throws when the folder is missing: the site was not built. */
export function openStaticFiles(folder: string, common: HeaderPairs): StaticFiles {
	const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
	const files = new Set(entries.map((entry) => path.join(entry.parentPath, entry.name)));
	const byName = new Map<string, StaticFile>();
	for (const file of files) {
		const original = file.replace(/\.(br|gz)$/, '');
		if (original !== file && files.has(original)) continue;
		const encodings = new Set<Encoding>(['identity']);
		if (files.has(`${file}.br`)) encodings.add('br');
		if (files.has(`${file}.gz`)) encodings.add('gzip');
		const name = `/${path.relative(folder, file).split(path.sep).join('/')}`;
		const address = name.replace(/(^|\/)index\.html$/, '$1');
		byName.set(address, new StaticFile(file, address, encodings, common));
	}

	const built = new Map<string, StaticFile>();
	let stylesheets: string[] | undefined;
	return {
		find: (name) => byName.get(name),
		async edit(name, edit) {
			const original = built.get(name) ?? byName.get(name);
			if (!original) throw new Error(`no file at ${name}`);
			const shown = edit === null ? original : await original.with(edit(original.text()));
			built.set(name, original);
			byName.set(name, shown);
		},
		async loadAll() {
			for (const file of [...byName.values(), ...built.values()]) await file.load();
		},
		stylesheets() {
			if (stylesheets) return stylesheets;
			const home = path.join(folder, 'index.html');
			const html = files.has(home) ? readFileSync(home, 'utf8') : '';
			stylesheets = [...html.matchAll(/<link rel="stylesheet" href="([^"]+)"/g)].map((match) => match[1] ?? '');
			return stylesheets;
		},
	};
}
