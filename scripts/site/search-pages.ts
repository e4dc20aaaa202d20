/** The public pages as the search reads them: what was built, and in words of their own those that the server answers. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import type { PageKind, SearchPage } from '#src/adapters/search/schema.ts';
import { messages } from '#src/i18n/messages.ts';
import { LOCALES, type Locale, localeOf, matchRoute, pathOf, type RouteKey } from '#src/i18n/routes.ts';
import { openBuilt } from './built.ts';
import { attributeOf, decodeEntities, tagsOf } from './html.ts';

const KIND_OF: Partial<Record<RouteKey, PageKind>> = { service: 'service', newsItem: 'news', guide: 'guide', training: 'training' };

/** Lists repeat what their pages say: found by their title only, or not at all. */
const LISTS = new Set<RouteKey>(['home', 'news', 'help', 'services']);
const LEFT_OUT = new Set<RouteKey>(['newsPage', 'newsTag', 'newsAuthor', 'newsArchive', 'showcase']);

/** Public pages that depend on the request: their words are in messages and content. */
const SERVED = {
	contributions: 'contributions',
	transparency: 'transparency',
	status: 'status',
	trainings: 'trainings',
	contact: 'contact',
	join: 'join',
} as const satisfies Partial<Record<RouteKey, string>>;

const SILENT = new Set(['nav', 'script', 'style', 'svg', 'template', 'form', 'noscript', 'sup']);
const VOID = new Set(['br', 'hr', 'img', 'input', 'link', 'meta', 'source', 'wbr', 'area', 'col', 'embed', 'track', 'base', 'path']);
const INLINE = new Set([
	'a',
	'abbr',
	'b',
	'bdi',
	'cite',
	'code',
	'em',
	'i',
	'kbd',
	'mark',
	'q',
	's',
	'small',
	'span',
	'strong',
	'sub',
	'time',
	'u',
	'wbr',
]);
/** Said to the eye or the ear alone, or an act rather than a text. */
const UNREAD = /visually-hidden|aria-hidden="true"|\shidden(?=[\s=>]|$)|class="(?:[^"]*\s)?(?:button|button-next|chip|breadcrumb)(?=[\s"])/;
const HEADING = /^h[2-6]$/;

const folded = (text: string) => text.replace(/\s+/g, ' ');

interface Read {
	readonly title: string;
	readonly description: string;
	readonly text: string;
	readonly headings: string[];
	readonly sections: [number, string, string][];
	readonly noindex: boolean;
	readonly canonical: string | null;
}

/** What people read in the main part of a page. */
export function readPage(html: string): Read {
	const sections: [number, string, string][] = [];
	const headings: string[] = [];
	let [title, description, text] = ['', '', ''];
	let noindex = false;
	let canonical: string | null = null;
	let inMain = false;
	/** Inside an element that is not read: how many of its name are open. */
	let silent: { name: string; depth: number } | null = null;
	let heading: { id: string; at: number; first: boolean } | null = null;
	let last = 0;
	const take = (until: number) => {
		if (inMain && !silent)
			text =
				text === ''
					? folded(decodeEntities(html.slice(last, until))).trimStart()
					: appended(text, folded(decodeEntities(html.slice(last, until))));
	};
	for (const tag of tagsOf(html)) {
		const { name, attributes, closes } = tag;
		if (!inMain) {
			if (name === 'meta' && attributeOf(attributes, 'name') === 'description') description = attributeOf(attributes, 'content') ?? '';
			if (name === 'meta' && attributeOf(attributes, 'name') === 'robots')
				noindex = /noindex/.test(attributeOf(attributes, 'content') ?? '');
			if (name === 'link' && attributeOf(attributes, 'rel') === 'canonical') canonical = attributeOf(attributes, 'href');
			if (name === 'main' && !closes) [inMain, last] = [true, tag.end];
			continue;
		}
		take(tag.start);
		last = tag.end;
		if (name === 'main' && closes) break;
		if (silent) {
			if (name === silent.name) silent.depth += closes ? -1 : 1;
			if (silent.depth === 0) silent = null;
			continue;
		}
		const hidden = !closes && !VOID.has(name) && (SILENT.has(name) || UNREAD.test(attributes));
		if (hidden) {
			if (!attributes.endsWith('/')) silent = { name, depth: 1 };
			continue;
		}
		if (!INLINE.has(name)) text = appended(text, ' ');
		if (!closes && (name === 'h1' || HEADING.test(name)))
			heading = { id: attributeOf(attributes, 'id') ?? '', at: text.length, first: name === 'h1' };
		if (closes && heading && (name === 'h1' || HEADING.test(name))) {
			const words = text.slice(heading.at).trim();
			if (heading.first) {
				if (title === '') title = words;
				// The title is shown above the excerpt already.
				text = text.slice(0, heading.at);
			} else if (words !== '') {
				headings.push(words);
				text = `${text.trimEnd()} · `;
				if (heading.id !== '') sections.push([heading.at, heading.id, words]);
			}
			heading = null;
		}
	}
	return { title, description, text: text.trimEnd(), headings, sections, noindex, canonical };
}

/** White space never doubles where two parts meet. */
const appended = (text: string, more: string) => (/\s$/.test(text) || text === '' ? text + more.replace(/^\s+/, '') : text + more);

const pairOf = (key: RouteKey, params: Readonly<Record<string, string>>) => JSON.stringify([key, params]);

function* builtPages(root: string): Generator<SearchPage> {
	for (const [address, file] of openBuilt(root).pages) {
		const match = matchRoute(address);
		if (!match || LEFT_OUT.has(match.key)) continue;
		const { title, description, text, headings, sections, noindex, canonical } = readPage(readFileSync(file, 'utf8'));
		const repeats = canonical !== null && URL.canParse(canonical) && decodeURI(new URL(canonical).pathname) !== decodeURI(address);
		if (noindex || repeats || title === '') continue;
		const isList = LISTS.has(match.key);
		yield {
			locale: localeOf(address),
			pair: pairOf(match.key, match.params),
			address,
			kind: KIND_OF[match.key] ?? 'page',
			title: title.normalize('NFC'),
			description: description.normalize('NFC'),
			headings: isList ? '' : headings.join(' · '),
			text: isList ? '' : text.normalize('NFC'),
			sections: isList ? [] : sections,
		};
	}
}

/** Markdown as plain words; good enough to find a page by. */
const plainWords = (markdown: string) =>
	folded(
		markdown
			.replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
			.replace(/^\s*(?:#+|[-*+>]|\d+\.)\s+/gm, '')
			.replace(/[*_`]{1,3}/g, ''),
	).trim();

const HEAD = /^---\n([\s\S]*?)\n---\n?([\s\S]*)$/;

function servedPage(root: string, key: keyof typeof SERVED, locale: Locale): SearchPage {
	const m = messages(locale);
	const file = path.join(root, 'content', locale, 'pages', `${SERVED[key]}.md`);
	const [, head = '', markdown = ''] = (existsSync(file) ? HEAD.exec(readFileSync(file, 'utf8')) : null) ?? [];
	const data = (parse(head) ?? {}) as { title?: unknown; description?: unknown; lead?: unknown };
	const lead = typeof data.lead === 'string' ? `${data.lead} ` : '';
	return {
		locale,
		pair: pairOf(key, {}),
		address: pathOf(key, locale),
		kind: 'page',
		title: typeof data.title === 'string' ? data.title : m.nav[key],
		description: typeof data.description === 'string' ? data.description : m.search.served[key],
		headings: [...markdown.matchAll(/^##+\s+(.+)$/gm)].map((match) => plainWords(match[1] ?? '')).join(' · '),
		text: lead + plainWords(markdown),
		sections: [],
	};
}

const both = (value: unknown, locale: Locale): string => {
	const text = typeof value === 'object' && value !== null ? (value as Partial<Record<Locale, unknown>>)[locale] : undefined;
	return typeof text === 'string' ? text : '';
};

/** Training dates: each has a page that the server answers. */
function* trainingPages(root: string): Generator<SearchPage> {
	for (const name of globSync('content/trainings/*.yaml', { cwd: root }).sort()) {
		const data = (parse(readFileSync(path.join(root, name), 'utf8')) ?? {}) as Record<string, unknown>;
		const slug = path.basename(name, '.yaml');
		for (const locale of LOCALES) {
			const title = both(data.title, locale);
			if (title === '') continue;
			const address = pathOf('training', locale, { slug });
			const shared = { locale, pair: pairOf('training', { slug }), address, kind: 'training', headings: '', sections: [] } as const;
			yield { ...shared, title, description: both(data.summary, locale), text: plainWords(both(data.text, locale)) };
		}
	}
}

/** Every page anyone may find, in both languages. */
export function* searchPages(root: string): Generator<SearchPage> {
	const found = new Set<string>();
	for (const page of builtPages(root)) {
		found.add(page.address);
		yield page;
	}
	for (const key of Object.keys(SERVED) as (keyof typeof SERVED)[]) {
		for (const locale of LOCALES) {
			const page = servedPage(root, key, locale);
			if (!found.has(page.address)) yield page;
		}
	}
	yield* trainingPages(root);
}
