/** Reads all of content/ as the build will, and says in words what an editor has to correct. */
import { globSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { didYouMean, explainFault, explainValues } from '#src/collections/explain.ts';
import { LOCALES, type Locale, matchRoute, pathOf, type RouteKey } from '#src/i18n/routes.ts';
import { type PlacedYaml, placeYaml } from '#src/lib/placed-yaml.ts';
import { slugify } from '#src/lib/text.ts';
import { type Kind, REFERENCES, readKinds } from './kinds.ts';
import { checkLink, type Site } from './links.ts';
import { readBody } from './markdown.ts';
import { checkPicture, checkPictureTarget, isPicture } from './pictures.ts';
import type { Problem, Report } from './problem.ts';
import { readText, splitHead } from './text-file.ts';

export interface Where {
	/** The folder that holds content/ and public/. */
	readonly root: string;
	/** Public address of the site. */
	readonly siteUrl: string;
}

interface ContentFile {
	/** Under content/, with slashes. */
	readonly name: string;
	readonly kind: Kind;
	readonly locale: Locale | null;
	readonly slug: string;
}

interface Checked {
	readonly file: ContentFile;
	readonly placed: PlacedYaml;
	readonly value: unknown;
}

const GOOD_NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const UNIQUE_KEYS = ['id', 'slug', 'key'];
const other = (locale: Locale): Locale => (locale === 'fr' ? 'en' : 'fr');

const localeIn = (name: string): Locale | null => LOCALES.find((locale) => name.startsWith(`${locale}/`)) ?? null;

export async function checkContent({ root, siteUrl }: Where): Promise<Problem[]> {
	const content = path.join(root, 'content');
	const publicFolder = path.join(root, 'public');
	const problems: Problem[] = [];
	const reportTo =
		(file: string): Report =>
		({ line = null, field = '', fr, en }) =>
			void problems.push({ file, line, field, fr, en });
	let pictures: string[] = [];
	const kinds = await readKinds((target) => void pictures.push(target));

	const files: ContentFile[] = kinds.flatMap((kind) =>
		globSync(kind.pattern, { cwd: content })
			.map((name) => name.split(path.sep).join('/'))
			.sort()
			.map((name) => ({ name, kind, locale: localeIn(name), slug: path.posix.basename(name, path.posix.extname(name)) })),
	);
	const checked = files.flatMap((file) => {
		pictures = [];
		const one = checkFile(file, path.join(content, file.name), reportTo(`content/${file.name}`));
		if (!one) return [];
		return [{ ...one, pictures }];
	});

	const site: Site = { slugs: slugsByRoute(files), publicFolder, host: new URL(siteUrl).hostname };
	for (const { body, bodyLine, file, placed, pictures: shown } of checked) {
		const report = reportTo(`content/${file.name}`);
		const places = { from: path.join(content, file.name), publicFolder };
		for (const target of shown) checkPictureTarget(target, placed.linesSaying(target)[0] ?? 1, 'picture', places, report);
		const { links, pictures: inText } = readBody(body, bodyLine, report);
		for (const { target, text, line } of links) checkLink(target, text, line, file.locale, site, report);
		for (const { target, text, line } of inText) {
			checkAlternative(text, target, line, report);
			checkPictureTarget(target, line, '', places, report);
		}
	}
	checkReferences(checked, files, reportTo);
	checkNames(files, reportTo);
	checkTwins(files, reportTo);
	checkTitles(checked, reportTo);
	await checkOthers(content, publicFolder, new Set(files.map(({ name }) => name)), kinds, reportTo);
	return problems.sort((a, b) => (a.file === b.file ? (a.line ?? 0) - (b.line ?? 0) : a.file < b.file ? -1 : 1));
}

function checkFile(file: ContentFile, full: string, report: Report): (Checked & { body: string; bodyLine: number }) | null {
	const text = readText(full, report);
	if (text === null) return null;
	const isMarkdown = file.name.endsWith('.md');
	const parts = isMarkdown ? splitHead(text, report) : { head: text, body: '', bodyLine: 1 };
	if (!parts) return null;
	const placed = placeYaml(parts.head, isMarkdown ? 2 : 1);
	if (placed.fault) {
		report(explainFault(placed.fault));
		return null;
	}
	const result = z.safeParse(file.kind.schema, placed.value ?? {});
	if (!result.success) for (const one of explainValues(file.kind.schema, result.error.issues, placed)) report(one);
	for (const { value, line, first } of placed.repeated([...UNIQUE_KEYS, ...(file.kind.name === 'catalogue' ? ['name'] : [])])) {
		report({
			line,
			fr: `« ${value} » est déjà pris à la ligne ${first}. Chaque entrée a le sien : changez l’un des deux.`,
			en: `“${value}” is taken already, on line ${first}. Each entry has its own: change one of them.`,
		});
	}
	if (!file.kind.manyInOne && !isMarkdown) checkOwnSlug(file, placed, report);
	return { file, placed, value: placed.value, body: parts.body, bodyLine: parts.bodyLine };
}

/** A settings file that says its own slug is named after it. */
function checkOwnSlug(file: ContentFile, placed: PlacedYaml, report: Report): void {
	const written = placed.writtenAt(['slug']);
	if (written === null || written === file.slug) return;
	report({
		line: placed.lineOf(['slug']),
		field: 'slug',
		fr: `Le fichier s’appelle ${file.slug}.yaml : écrivez slug: ${file.slug}, ou renommez le fichier en ${written}.yaml.`,
		en: `The file is called ${file.slug}.yaml: write slug: ${file.slug}, or rename the file to ${written}.yaml.`,
	});
}

function slugsByRoute(files: readonly ContentFile[]): Site['slugs'] {
	const found = new Map<RouteKey, Record<Locale, Set<string>>>();
	for (const { kind, locale, slug } of files) {
		if (!kind.route) continue;
		const sets = found.get(kind.route) ?? { fr: new Set<string>(), en: new Set<string>() };
		for (const one of locale ? [locale] : LOCALES) sets[one].add(slug);
		found.set(kind.route, sets);
	}
	return found;
}

function checkAlternative(text: string, target: string, line: number, report: Report): void {
	if (text !== '' && !/\.(jpe?g|png|webp|avif|svg)$/i.test(text)) return;
	report({
		line,
		fr: `L’image « ${target} » n’a pas de texte de remplacement. Écrivez entre les crochets ce qu’elle montre : ![Trois personnes autour d’un serveur](${target})`,
		en: `The picture “${target}” has no alternative text. Write between the brackets what it shows: ![Three people around a server](${target})`,
	});
}

type Reporter = (file: string) => Report;

/** Names of the things a kind has: of its files, or of the entries of its one file. */
function namesOf(kind: string, checked: readonly Checked[], files: readonly ContentFile[]): Set<string> | null {
	const own = files.filter((file) => file.kind.name === kind);
	if (own.length === 0) return null;
	if (!own[0]?.kind.manyInOne) return new Set(own.map(({ slug }) => slug));
	const names = new Set<string>();
	for (const { value } of checked.filter(({ file }) => file.kind.name === kind)) {
		const lists = Array.isArray(value) ? [value] : Object.values(value ?? {}).filter(Array.isArray);
		for (const item of lists.flat() as unknown[]) {
			if (typeof item !== 'object' || item === null) continue;
			const { slug, id } = item as { slug?: unknown; id?: unknown };
			names.add(String(slug ?? id));
		}
		if (lists.length === 0) for (const name of Object.keys(value ?? {})) names.add(name);
	}
	return names.size === 0 ? null : names;
}

/** Each line called as in REFERENCES, with its place. */
function* referencesIn(
	value: unknown,
	at: readonly PropertyKey[] = [],
): Generator<{ target: string; name: string; at: readonly PropertyKey[] }> {
	if (typeof value !== 'object' || value === null || value instanceof Date) return;
	for (const [key, inner] of Object.entries(value)) {
		const place = [...at, Array.isArray(value) ? Number(key) : key];
		const target = REFERENCES[key];
		if (target !== undefined && !Array.isArray(value)) {
			const names = Array.isArray(inner) ? inner : [inner];
			for (const [index, name] of names.entries()) {
				// Anything else is a text of that name, or was reported by the schema.
				if (typeof name === 'string' && GOOD_NAME.test(name)) yield { target, name, at: Array.isArray(inner) ? [...place, index] : place };
			}
		}
		yield* referencesIn(inner, place);
	}
}

const FILES_OF: Readonly<Record<string, string>> = {
	catalogue: 'content/services/',
	committees: 'content/committees.yaml',
	tags: 'content/tags.yaml',
	authors: 'content/authors.yaml',
	history: 'content/fr/history/',
	guides: 'content/fr/guides/',
};

function checkReferences(checked: readonly Checked[], files: readonly ContentFile[], reportTo: Reporter): void {
	const known = new Map([...new Set(Object.values(REFERENCES))].map((kind) => [kind, namesOf(kind, checked, files)]));
	for (const { file, value, placed } of checked) {
		for (const { target, name, at } of referencesIn(value)) {
			const names = known.get(target);
			// A kind that this site does not have is checked by its schema alone.
			if (!names || names.has(name)) continue;
			const near = didYouMean(name, names);
			const where = FILES_OF[target] ?? target;
			reportTo(`content/${file.name}`)({
				line: placed.lineOf(at),
				field: at.map((step) => (typeof step === 'number' ? step + 1 : String(step))).join(' › '),
				fr: `« ${name} » n’existe pas dans ${where}.${near.fr || ` Possibles : ${[...names].slice(0, 12).join(', ')}.`}`,
				en: `“${name}” does not exist in ${where}.${near.en || ` Possible: ${[...names].slice(0, 12).join(', ')}.`}`,
			});
		}
	}
}

/** A file's name is the end of its address. */
function checkNames(files: readonly ContentFile[], reportTo: Reporter): void {
	const taken = new Map<string, string>();
	for (const { name, kind, locale, slug } of files) {
		if (kind.manyInOne) continue;
		const report = reportTo(`content/${name}`);
		const good = slugify(slug, 80);
		const place = `${kind.name}/${locale ?? ''}/${good}`;
		const before = taken.get(place);
		if (before !== undefined) {
			const address = kind.route ? pathOf(kind.route, locale ?? 'fr', { slug: good }) : good;
			report({
				fr: `Ce fichier et content/${before} mènent à la même adresse (${address}). Renommez l’un des deux.`,
				en: `This file and content/${before} lead to the same address (${address}). Rename one of them.`,
			});
			continue;
		}
		taken.set(place, name);
		if (!GOOD_NAME.test(slug)) {
			report({
				fr: `Le nom du fichier devient une adresse : de petites lettres sans accent, des chiffres et des traits d’union. Renommez-le en ${good || 'nom-du-fichier'}${path.extname(name)}.`,
				en: `The file’s name becomes an address: small letters without accents, figures and hyphens. Rename it to ${good || 'name-of-the-file'}${path.extname(name)}.`,
			});
		} else if (kind.route && matchRoute(pathOf(kind.route, locale ?? 'fr', { slug }))?.key !== kind.route) {
			report({
				fr: `L’adresse ${pathOf(kind.route, locale ?? 'fr', { slug })} est déjà celle d’une autre page du site. Renommez le fichier.`,
				en: `The address ${pathOf(kind.route, locale ?? 'fr', { slug })} is already that of another page of the site. Rename the file.`,
			});
		}
	}
}

function checkTwins(files: readonly ContentFile[], reportTo: Reporter): void {
	const names = new Set(files.map(({ name }) => name));
	for (const { name, kind, locale, slug } of files) {
		const report = reportTo(`content/${name}`);
		if (kind.inBoth && locale !== null && !kind.alone) {
			const twin = `${other(locale)}${name.slice(2)}`;
			if (!names.has(twin)) {
				report({
					fr: `Cette page existe en une seule langue. Écrivez sa traduction dans content/${twin}.`,
					en: `This page exists in one language only. Write its translation in content/${twin}.`,
				});
			}
		}
		const isFirst = locale !== 'en' || !names.has(`fr${name.slice(2)}`);
		if (kind.settings !== undefined && isFirst && !names.has(`${kind.settings}/${slug}.yaml`)) {
			report({
				fr: `Les réglages de cette page manquent. Créez content/${kind.settings}/${slug}.yaml, sur le modèle d’un fichier voisin.`,
				en: `The settings of this page are missing. Create content/${kind.settings}/${slug}.yaml, after the model of a file beside it.`,
			});
		}
		if (kind.name === 'catalogue') {
			for (const one of LOCALES) {
				if (names.has(`${one}/services/${slug}.md`)) continue;
				report({
					fr: `Le texte de ce service manque. Écrivez content/${one}/services/${slug}.md.`,
					en: `The text of this service is missing. Write content/${one}/services/${slug}.md.`,
				});
			}
		}
	}
}

/** Two pages of one title can't be told apart in a list, in a tab or in a search. */
function checkTitles(checked: readonly Checked[], reportTo: Reporter): void {
	const taken = new Map<string, string>();
	for (const { file, placed } of checked) {
		if (!file.kind.route || file.locale === null) continue;
		const title = placed.writtenAt(['title'])?.trim().toLowerCase();
		if (!title) continue;
		const place = `${file.kind.name}/${file.locale}/${title}`;
		const before = taken.get(place);
		if (before === undefined) taken.set(place, file.name);
		else
			reportTo(`content/${file.name}`)({
				line: placed.lineOf(['title']),
				field: 'title',
				fr: `Ce titre est déjà celui de content/${before}. Donnez à chacun le sien.`,
				en: `This title is already that of content/${before}. Give each its own.`,
			});
	}
}

/** Files that no kind reads, and all pictures. */
async function checkOthers(
	content: string,
	publicFolder: string,
	read: ReadonlySet<string>,
	kinds: readonly Kind[],
	reportTo: Reporter,
): Promise<void> {
	const folders = [...new Set(kinds.filter(({ inBoth }) => inBoth).map(({ pattern }) => pattern.split('/')[1] ?? ''))];
	const ends = new Map(kinds.map(({ pattern }) => [path.posix.dirname(pattern).replace('{fr,en}/', ''), path.posix.extname(pattern)]));
	for (const [folder, label] of [
		[content, 'content'],
		[publicFolder, 'public'],
	] as const) {
		for (const name of filesUnder(folder)) {
			const report = reportTo(`${label}/${name}`);
			if (isPicture(name)) await checkPicture(path.join(folder, name), report);
			else if (label === 'content' && /^[\w-]+\.yaml$/.test(name) && !read.has(name)) checkLoose(path.join(folder, name), report);
			else if (label === 'content' && !read.has(name)) reportUnread(name, folders, ends, report);
		}
	}
}

/** A settings file that has no schema: at least it can be read. */
function checkLoose(file: string, report: Report): void {
	const text = readText(file, report);
	const fault = text === null ? null : placeYaml(text).fault;
	if (fault) report(explainFault(fault));
}

function reportUnread(name: string, folders: readonly string[], ends: ReadonlyMap<string, string>, report: Report): void {
	const [first = '', folder = '', ...rest] = name.split('/');
	if (/^readme\.md$/i.test(path.posix.basename(name))) return;
	if (localeIn(name) && rest.length > 0 && !folders.includes(folder)) {
		const near = didYouMean(folder, folders);
		report({
			fr: `Le site ne connaît pas le dossier « ${folder} ».${near.fr} Dossiers : ${folders.join(', ')}.`,
			en: `The site does not know the folder “${folder}”.${near.en} Folders: ${folders.join(', ')}.`,
		});
		return;
	}
	const end = ends.get(localeIn(name) ? folder : path.posix.dirname(name));
	if (end !== undefined && end !== path.posix.extname(name)) {
		report({
			fr: `Dans ce dossier, un fichier se termine par « ${end} ». Renommez-le : ${path.posix.basename(name, path.posix.extname(name))}${end}`,
			en: `In this folder, a file ends with “${end}”. Rename it: ${path.posix.basename(name, path.posix.extname(name))}${end}`,
		});
		return;
	}
	report({
		fr: `Le site ne lit pas ce fichier${first === name ? ' à cet endroit' : ''}. Déplacez-le dans le bon dossier ou enlevez-le.`,
		en: `The site does not read this file${first === name ? ' in this place' : ''}. Move it to its folder or remove it.`,
	});
}

/** Names with slashes, without hidden files. */
function filesUnder(folder: string): string[] {
	if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
		.map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
		.filter((name) => !name.startsWith('.'))
		.sort();
}
