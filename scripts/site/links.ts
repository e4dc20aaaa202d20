/**
 * Every link, picture and style sheet of every built page leads to something that is there; what a page loads is on this
 * site. Addresses that the server answers are believed as far as their pattern goes.
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { localeOf } from '#src/i18n/routes.ts';
import type { Problem } from '../content/problem.ts';
import { type BuiltSite, openBuilt } from './built.ts';
import { attributeOf, type Tag, tagsOf, textBetween } from './html.ts';

interface Reference {
	readonly page: string;
	readonly target: string;
	/** Fetched with the page, rather than on a click. */
	readonly loaded: boolean;
	/** What people read of it; empty when there is nothing to read. */
	readonly text: string;
}

interface Broken {
	readonly first: Reference;
	readonly why: { readonly fr: string; readonly en: string };
	pages: number;
}

const LINKS = new Set([
	'a',
	'area',
	'form',
	'link',
	'img',
	'source',
	'script',
	'iframe',
	'video',
	'audio',
	'use',
	'image',
	'object',
	'embed',
	'track',
	'meta',
]);
const LOADING_RELATIONS = /\b(stylesheet|preload|modulepreload|icon|manifest|prefetch|preconnect|dns-prefetch)\b/i;
const OUTSIDE = /^(?:[a-z][a-z0-9+.-]*:|\/\/)/i;
const SHARED = /^(og:image|og:url|twitter:image)$/i;

function targetsOf(tag: Tag): { target: string; loaded: boolean }[] {
	const { name, attributes } = tag;
	const get = (attribute: string) => attributeOf(attributes, attribute);
	const one = (target: string | null, loaded: boolean) => (target === null ? [] : [{ target, loaded }]);
	const several = (list: string | null) =>
		(list ?? '').split(',').flatMap((part) => {
			const target = part.trim().split(/\s+/)[0];
			return target ? [{ target, loaded: true }] : [];
		});
	switch (name) {
		case 'a':
		case 'area':
			return one(get('href'), false);
		case 'form':
			return one(get('action')?.replace(/\?.*$/, '') || null, false);
		case 'link':
			return one(get('href'), LOADING_RELATIONS.test(get('rel') ?? ''));
		case 'meta':
			return SHARED.test(get('property') ?? get('name') ?? '') ? one(get('content'), false) : [];
		case 'use':
		case 'image':
			return one(get('href') ?? get('xlink:href'), true);
		case 'object':
			return one(get('data'), true);
		default:
			return [...one(get('src'), true), ...one(get('poster'), true), ...several(get('srcset'))];
	}
}

const wordsFor = (fr: string, en: string) => ({ fr, en });

function makeJudge(built: BuiltSite, siteUrl: string) {
	const { origin, hostname } = new URL(siteUrl);
	const ids = new Map<string, Set<string>>();
	/** Answers are remembered: every page has the same header and footer. */
	const known = new Map<string, Broken['why'] | null>();

	const inside = (address: string): Broken['why'] | null => {
		if (built.answers(address)) return null;
		if (!address.endsWith('/') && built.answers(`${address}/`)) {
			return wordsFor(`il manque la barre de la fin : écrivez ${address}/`, `the last slash is missing: write ${address}/`);
		}
		return wordsFor('cette adresse ne mène nulle part', 'this address leads nowhere');
	};

	const pathOf = (target: string, page: string): string | Broken['why'] | null => {
		if (target.startsWith('/') && !target.startsWith('//')) return target;
		if (!OUTSIDE.test(target)) return new URL(target, `${origin}${page}`).href.slice(origin.length);
		if (!URL.canParse(target, origin)) return wordsFor('cette adresse ne peut pas se lire', 'this address can’t be read');
		const url = new URL(target, origin);
		if (/^(javascript|vbscript|data|file|blob):$/.test(url.protocol)) {
			return wordsFor('une adresse de cette sorte n’est pas permise', 'an address of this kind is not allowed');
		}
		return url.hostname === hostname && url.origin === origin ? url.href.slice(origin.length) : null;
	};

	return {
		addIds(page: string, found: Set<string>) {
			ids.set(page, found);
		},
		/** Null when it is in order. */
		judge({ page, target, loaded }: Reference): Broken['why'] | null {
			const whole = pathOf(target, page);
			if (whole === null) {
				return loaded ? wordsFor('ceci est chargé d’un autre site', 'this is loaded from another site') : null;
			}
			if (typeof whole !== 'string') return whole;
			const [before = '', hash = ''] = whole.split('#', 2);
			const address = safelyDecoded(before.replace(/\?.*$/, ''));
			let why = known.get(address);
			if (why === undefined) {
				why = inside(address);
				known.set(address, why);
			}
			if (why) return why;
			const there = ids.get(address);
			const wanted = safelyDecoded(hash);
			if (wanted === '' || wanted === 'top' || wanted.startsWith(':~:') || !there || there.has(wanted)) return null;
			return wordsFor(
				`aucun titre ni passage de ${address} ne porte le nom #${wanted}`,
				`no heading or passage of ${address} is named #${wanted}`,
			);
		},
	};
}

function safelyDecoded(text: string): string {
	if (!text.includes('%')) return text;
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Where an editor would have written the address; null when no text has it. */
function originOf(root: string, page: string, target: string): { file: string; line: number } | null {
	const needle = target.replace(/#.*$/, '') || target;
	const locale = localeOf(page);
	for (const name of globSync(['*.yaml', 'services/*.yaml', 'trainings/*.yaml', `${locale}/**/*.md`], {
		cwd: path.join(root, 'content'),
	}).sort()) {
		const text = readFileSync(path.join(root, 'content', name), 'utf8');
		const at = [target, needle].map((one) => text.search(new RegExp(`["'(<\\s]${escaped(one)}["')>\\s]`))).find((found) => found !== -1);
		if (at !== undefined) return { file: `content/${name.split(path.sep).join('/')}`, line: text.slice(0, at + 1).split('\n').length };
	}
	return null;
}

/** @returns what is broken, each address once, with the number of pages that have it. */
export function checkLinks(root: string, siteUrl: string): Problem[] {
	const built = openBuilt(root);
	const judge = makeJudge(built, siteUrl);
	const later: Reference[] = [];
	const broken = new Map<string, Broken>();
	const note = (reference: Reference) => {
		const why = judge.judge(reference);
		if (!why) return;
		const before = broken.get(reference.target);
		if (before) before.pages += 1;
		else broken.set(reference.target, { first: reference, why, pages: 1 });
	};

	for (const [page, file] of built.pages) {
		const html = readFileSync(file, 'utf8');
		const ids = new Set<string>();
		const seen = new Set<string>();
		for (const tag of tagsOf(html)) {
			if (tag.closes || tag.attributes === '') continue;
			if (tag.attributes.includes('id=')) {
				const id = attributeOf(tag.attributes, 'id');
				if (id) ids.add(id);
			}
			if (!LINKS.has(tag.name)) continue;
			for (const { target, loaded } of targetsOf(tag)) {
				if (seen.has(target)) continue;
				seen.add(target);
				const close = tag.name === 'a' ? html.indexOf('</a>', tag.end) : -1;
				// Names within a page can be judged only once all pages were read.
				if (target.includes('#')) later.push({ page, target, loaded, text: close === -1 ? '' : textBetween(html, tag.end, close) });
				else if (judge.judge({ page, target, loaded, text: '' })) {
					note({ page, target, loaded, text: close === -1 ? '' : textBetween(html, tag.end, close) });
				}
			}
		}
		judge.addIds(page, ids);
	}
	for (const reference of later) note(reference);
	return [...broken.values()].map((one, at) => toProblem(root, one, at < MOST_TRACED));
}

/** Looking for where an address was written reads all of content/. */
const MOST_TRACED = 50;

function toProblem(root: string, { first, why, pages }: Broken, traced: boolean): Problem {
	const { page, target, text, loaded } = first;
	const origin = traced && existsSync(path.join(root, 'content')) ? originOf(root, page, target) : null;
	const elsewhere =
		pages === 1
			? { fr: '', en: '' }
			: pages === 2
				? { fr: ' (et une autre)', en: ' (and another one)' }
				: { fr: ` (et ${pages - 1} autres)`, en: ` (and ${pages - 1} others)` };
	const what = loaded
		? { fr: `le fichier ${target}`, en: `the file ${target}` }
		: { fr: `le lien ${text === '' ? '' : `« ${text} » `}vers ${target}`, en: `the link ${text === '' ? '' : `“${text}” `}to ${target}` };
	return {
		file: origin?.file ?? `page ${page}`,
		line: origin?.line ?? null,
		field: '',
		fr: `Sur la page ${page}${elsewhere.fr}, ${what.fr} : ${why.fr}.`,
		en: `On the page ${page}${elsewhere.en}, ${what.en}: ${why.en}.`,
	};
}
