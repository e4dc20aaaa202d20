/**
 * What is wrong in a file that people edit, in words they know: what was found, and what to write instead. French and
 * English, because editors read either. The schemas say what is expected; this says it to a person.
 */
import type { z } from 'zod';
import { parseCivilDate } from '#src/lib/clock.ts';
import type { PlacedYaml, YamlFault } from '#src/lib/placed-yaml.ts';

export interface Said {
	readonly fr: string;
	readonly en: string;
}

export interface Explained extends Said {
	readonly line: number;
	/** As people see it in the file: « doors › 2 › title ». Empty at the top. */
	readonly field: string;
}

type Path = readonly PropertyKey[];
type AnySchema = z.core.$ZodType;

const say = (fr: string, en: string): Said => ({ fr, en });

/** Entries of a list are counted from one. */
export const fieldName = (path: Path): string => path.map((step) => (typeof step === 'number' ? step + 1 : String(step))).join(' › ');

const lastName = (path: Path): string => String(path.findLast((step) => typeof step === 'string') ?? '');

const SHOWN = 60;
const short = (text: string) => (text.length > SHOWN ? `${text.slice(0, SHOWN - 1)}…` : text);
const quoted = (text: string) => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

/** The schema that a place in the file answers to; null when it can't be told. */
function schemaAt(schema: AnySchema, path: Path): AnySchema | null {
	const { def } = (schema as z.core.$ZodTypes)._zod;
	switch (def.type) {
		case 'optional':
		case 'nullable':
		case 'default':
		case 'prefault':
		case 'nonoptional':
		case 'readonly':
		case 'catch':
			return schemaAt(def.innerType, path);
		case 'pipe':
			return schemaAt(def.in, path);
		case 'union': {
			if (path.length === 0) return schema;
			for (const option of def.options) {
				const found = schemaAt(option, path);
				if (found) return found;
			}
			return null;
		}
		default:
	}
	const [step, ...rest] = path;
	if (step === undefined) return schema;
	if (def.type === 'object') {
		const next = def.shape[String(step)];
		return next ? schemaAt(next, rest) : null;
	}
	if (def.type === 'array') return schemaAt(def.element, rest);
	if (def.type === 'record') return schemaAt(def.valueType, rest);
	return null;
}

function knownKeys(schema: AnySchema | null): string[] {
	if (!schema) return [];
	const { def } = (schema as z.core.$ZodTypes)._zod;
	if (def.type === 'union') return [...new Set(def.options.flatMap((option) => knownKeys(schemaAt(option, []))))];
	return def.type === 'object' ? Object.keys(def.shape) : [];
}

/** Changes of one letter (also two letters swapped) that lead from one word to the other. */
export function distance(a: string, b: string): number {
	const rows = Array.from({ length: a.length + 1 }, (_, i) =>
		Array.from({ length: b.length + 1 }, (_, j) => (i === 0 ? j : j === 0 ? i : 0)),
	);
	const at = (i: number, j: number) => rows[i]?.[j] ?? 0;
	for (let i = 1; i <= a.length; i += 1) {
		for (let j = 1; j <= b.length; j += 1) {
			let best = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1));
			if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, at(i - 2, j - 2) + 1);
			const row = rows[i];
			if (row) row[j] = best;
		}
	}
	return at(a.length, b.length);
}

const plain = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/** The candidate that was most likely meant; null when none is near. */
export function nearest(word: string, candidates: Iterable<string>): string | null {
	let best: string | null = null;
	let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
	for (const candidate of candidates) {
		const far = distance(plain(word), plain(candidate));
		if (far < bestDistance) [best, bestDistance] = [candidate, far];
	}
	return best;
}

/** « vouliez-vous dire … », or nothing. */
export function didYouMean(word: string, candidates: Iterable<string>): Said {
	const near = nearest(word, candidates);
	return near === null ? say('', '') : say(` Vouliez-vous dire « ${near} »?`, ` Did you mean “${near}”?`);
}

const MONTHS = [
	['janvier', 'january'],
	['fevrier', 'february'],
	['mars', 'march'],
	['avril', 'april'],
	['mai', 'may'],
	['juin', 'june'],
	['juillet', 'july'],
	['aout', 'august'],
	['septembre', 'september'],
	['octobre', 'october'],
	['novembre', 'november'],
	['decembre', 'december'],
];

/** The date that was meant, as YYYY-MM-DD, when there is no doubt; else null. */
export function meantDate(written: string): string | null {
	const text = plain(written)
		.replace(/[“”«»"']/g, '')
		.trim();
	const make = (year: number, month: number, day: number) =>
		parseCivilDate(`${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`);
	const yearFirst = /^(\d{4})[-/. ](\d{1,2})[-/. ](\d{1,2})(?:t.*)?$/.exec(text);
	if (yearFirst) return make(Number(yearFirst[1]), Number(yearFirst[2]), Number(yearFirst[3]));
	const yearLast = /^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})$/.exec(text);
	if (yearLast) {
		const [a, b, year] = [Number(yearLast[1]), Number(yearLast[2]), Number(yearLast[3])];
		// 05/11 is read both ways in Québec: only a number over 12 settles it.
		if (a > 12 || a === b) return make(year, b, a);
		return b > 12 ? make(year, a, b) : null;
	}
	const monthOf = (name: string) => MONTHS.findIndex((names) => names.includes(name)) + 1;
	const french = /^(?:le )?(\d{1,2})(?:er)? ([a-z]+) (\d{4})$/.exec(text);
	if (french) return make(Number(french[3]), monthOf(french[2] ?? ''), Number(french[1]));
	const english = /^([a-z]+) (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})$/.exec(text);
	return english ? make(Number(english[3]), monthOf(english[1] ?? ''), Number(english[2])) : null;
}

/** Schema sentences are « field » : French / English; what stays is what is expected, in each language. */
function expectation(message: string): Said {
	const bare = message.replace(/^« [^»]+ »\s*:?\s*/, '');
	const at = bare.indexOf(' / ');
	return at === -1 ? say(bare, bare) : say(bare.slice(0, at), bare.slice(at + 3));
}

const closed = (text: string) => `${text.trim()}${/[.!?…]$/.test(text.trim()) ? '' : '.'}`;

const sentence = (text: string) => {
	const trimmed = text.trim();
	return trimmed === '' ? '' : `${trimmed[0]?.toUpperCase() ?? ''}${trimmed.slice(1)}${/[.!?…]$/.test(trimmed) ? '' : '.'}`;
};

const aboutDates = (message: string) => /\d{4}-\d{2}|YYYY/.test(message);

/** An example of what a field takes, ready to be copied. */
function example(name: string, schema: AnySchema | null, message: string): string {
	if (!schema) return `${name}: …`;
	const { def } = (schema as z.core.$ZodTypes)._zod;
	switch (def.type) {
		case 'number':
			return `${name}: 1`;
		case 'boolean':
			return `${name}: true`;
		case 'enum':
			return `${name}: ${Object.values(def.entries)[0] ?? '…'}`;
		case 'literal':
			return `${name}: ${String(def.values[0])}`;
		case 'array':
			return `${name}: ["…"]`;
		case 'object': {
			const keys = knownKeys(schema).slice(0, 4);
			return `${name}: { ${keys.map((key) => `${key}: …`).join(', ')} }`;
		}
		default: {
			const shown = /"([^"]+)"/.exec(message)?.[1];
			return `${name}: ${quoted(shown ?? (aboutDates(message) ? '2026-11-22' : '…'))}`;
		}
	}
}

/** One entry of a list is shown as it stands in the list. */
const lineFor = (path: Path, value: string) => (typeof path.at(-1) === 'number' ? `- ${value}` : `${lastName(path)}: ${value}`);

function explainDate(path: Path, written: string, expected: Said): Said {
	const meant = meantDate(written);
	const exact = /^\d{4}-\d{2}-\d{2}$/.test(written.trim()) && parseCivilDate(written.trim()) === null;
	const found = exact
		? say(`Le jour « ${written.trim()} » n’existe pas.`, `The day “${written.trim()}” does not exist.`)
		: say(`« ${short(written)} » n’est pas une date que le site sait lire.`, `“${short(written)}” is not a date the site can read.`);
	if (meant === null) return say(`${found.fr} ${sentence(expected.fr)}`, `${found.en} ${sentence(expected.en)}`);
	const line = lineFor(path, quoted(meant));
	return say(`${found.fr} Écrivez : ${line}`, `${found.en} Write: ${line}`);
}

function explainEmpty(path: Path, schema: AnySchema | null, message: string, placed: PlacedYaml): Said {
	const name = lastName(path);
	const there = placed.writtenAt(path) !== null;
	const shown = example(name, schema, message);
	return there
		? say(
				`« ${name} » est vide. Écrivez sa valeur sur la même ligne, comme : ${shown}`,
				`“${name}” is empty. Write its value on the same line, like: ${shown}`,
			)
		: say(`« ${name} » manque. Ajoutez une ligne comme : ${shown}`, `“${name}” is missing. Add a line like: ${shown}`);
}

function explainType(issue: z.core.$ZodIssueInvalidType, found: unknown, schema: AnySchema | null, placed: PlacedYaml): Said {
	const { path, message } = issue;
	const written = placed.writtenAt(path) ?? '';
	const name = lastName(path);
	if (found === undefined || found === null) return explainEmpty(path, schema, message, placed);
	switch (issue.expected) {
		case 'string':
			if (found instanceof Date || (aboutDates(message) && typeof found !== 'object')) {
				const line = lineFor(path, quoted(meantDate(written) ?? written));
				return say(`Une date se met entre guillemets. Écrivez : ${line}`, `A date goes between quotes. Write: ${line}`);
			}
			if (typeof found === 'object') {
				return say(
					`« ${name} » attend un texte sur une ligne, entre guillemets : ${lineFor(path, '"…"')}`,
					`“${name}” takes a text on one line, between quotes: ${lineFor(path, '"…"')}`,
				);
			}
			return say(
				`« ${name} » attend un texte. Mettez-le entre guillemets : ${lineFor(path, quoted(written))}`,
				`“${name}” takes a text. Put it between quotes: ${lineFor(path, quoted(written))}`,
			);
		case 'number':
		case 'int':
			return say(
				`« ${name} » attend un nombre, en chiffres et sans guillemets, comme : ${name}: 3. Trouvé : « ${short(written)} ».`,
				`“${name}” takes a number, in figures and without quotes, like: ${name}: 3. Found: “${short(written)}”.`,
			);
		case 'boolean':
			return say(
				`« ${name} » attend true (oui) ou false (non), sans guillemets. Trouvé : « ${short(written)} ».`,
				`“${name}” takes true (yes) or false (no), without quotes. Found: “${short(written)}”.`,
			);
		case 'array':
			return say(
				`« ${name} » attend une liste : une ligne par élément, chacune avec deux espaces et un tiret devant (  - ${short(written) || '…'}).`,
				`“${name}” takes a list: one line per entry, each with two spaces and a hyphen before it (  - ${short(written) || '…'}).`,
			);
		case 'object': {
			const keys = knownKeys(schema).join(', ');
			return say(
				`« ${name || 'le fichier'} » attend ces lignes, chacune avec deux-points et sa valeur : ${keys}.`,
				`“${name || 'the file'}” takes these lines, each with a colon and its value: ${keys}.`,
			);
		}
		default: {
			const expected = expectation(message);
			return say(sentence(expected.fr), sentence(expected.en));
		}
	}
}

function valueAt(value: unknown, path: Path): unknown {
	let found = value;
	for (const step of path) {
		if (typeof found !== 'object' || found === null) return undefined;
		found = (found as Record<PropertyKey, unknown>)[step];
	}
	return found;
}

function reasonFor(issue: z.core.$ZodIssue, whole: AnySchema, placed: PlacedYaml): Said {
	const { path, message } = issue;
	const schema = schemaAt(whole, path);
	const found = valueAt(placed.value, path);
	const written = placed.writtenAt(path) ?? '';
	const name = lastName(path);
	const expected = expectation(message);
	if (issue.code === 'invalid_type') return explainType(issue, found, schema, placed);
	if (found === undefined || found === null) return explainEmpty(path, schema, message, placed);
	if (issue.code === 'invalid_value') {
		const allowed = issue.values.map(String);
		const near = didYouMean(written, allowed);
		return say(
			`« ${short(written)} » n’est pas un choix possible pour « ${name} ». Choix : ${allowed.join(', ')}.${near.fr}`,
			`“${short(written)}” is not one of the choices for “${name}”. Choices: ${allowed.join(', ')}.${near.en}`,
		);
	}
	if (issue.code === 'too_small' && issue.origin === 'string' && String(found).trim() === '') {
		return explainEmpty(path, schema, message, placed);
	}
	if (typeof found === 'string' && aboutDates(message)) return explainDate(path, written, expected);
	if (issue.code === 'invalid_format' && issue.format === 'url') {
		return say(
			`« ${short(written)} » n’est pas une adresse complète. Une adresse commence par https://, comme "https://wiki.koumbit.net/".`,
			`“${short(written)}” is not a full address. An address begins with https://, like "https://wiki.koumbit.net/".`,
		);
	}
	const limit = limitOf(issue, name);
	if (limit) return limit;
	const saysIt =
		written === ''
			? say('', '')
			: say(`« ${short(written)} » ne convient pas pour « ${name} ». `, `“${short(written)}” does not suit “${name}”. `);
	if (!/[à-ÿ]| \/ /.test(message)) {
		// Zod's own English sentence, which names no word of the file.
		return say(`${saysIt.fr}${patternOf(issue).fr}`.trim(), `${saysIt.en}${patternOf(issue).en}`.trim());
	}
	return say(`${saysIt.fr}Attendu : ${closed(expected.fr)}`, `${saysIt.en}Expected: ${closed(expected.en)}`);
}

function limitOf(issue: z.core.$ZodIssue, name: string): Said | null {
	if (issue.code !== 'too_small' && issue.code !== 'too_big') return null;
	const small = issue.code === 'too_small';
	const bound = String(small ? issue.minimum : issue.maximum);
	const exact = 'exact' in issue && issue.exact === true;
	const amount = exact ? say('exactement', 'exactly') : small ? say('au moins', 'at least') : say('au plus', 'at most');
	if (issue.origin === 'array' || issue.origin === 'set') {
		return say(`« ${name} » attend ${amount.fr} ${bound} élément(s).`, `“${name}” takes ${amount.en} ${bound} entry or entries.`);
	}
	if (issue.origin === 'string') {
		return say(`« ${name} » attend ${amount.fr} ${bound} caractères.`, `“${name}” takes ${amount.en} ${bound} characters.`);
	}
	return say(`« ${name} » doit valoir ${amount.fr} ${bound}.`, `“${name}” must be ${amount.en} ${bound}.`);
}

function patternOf(issue: z.core.$ZodIssue): Said {
	if (issue.code === 'invalid_format' && issue.format === 'regex') {
		return say(
			'Écrivez-le avec de petites lettres sans accent, des chiffres et des traits d’union, sans espace.',
			'Write it with small letters without accents, figures and hyphens, without spaces.',
		);
	}
	return say('Voyez CONTRIBUTING.md, qui dit ce que cette ligne attend.', 'See CONTRIBUTING.md, which says what this line takes.');
}

/** An issue as sentences; several when it is about several keys. */
function explainIssue(issue: z.core.$ZodIssue, schema: AnySchema, placed: PlacedYaml): Explained[] {
	if (issue.code === 'unrecognized_keys') {
		const known = knownKeys(schemaAt(schema, issue.path));
		return issue.keys.map((key) => {
			const near = didYouMean(key, known);
			const path = [...issue.path, key];
			return {
				line: placed.lineOf(path),
				field: fieldName(path),
				fr: `« ${key} » n’est pas un nom connu ici.${near.fr || ` Noms connus : ${known.join(', ')}.`}`,
				en: `“${key}” is not a known name here.${near.en || ` Known names: ${known.join(', ')}.`}`,
			};
		});
	}
	if (issue.code === 'invalid_union') {
		const [closest] = [...issue.errors].sort((a, b) => a.length - b.length);
		const inner = closest?.[0];
		if (inner) return explainIssue({ ...inner, path: [...issue.path, ...inner.path] } as z.core.$ZodIssue, schema, placed);
	}
	return [{ line: placed.lineOf(issue.path), field: fieldName(issue.path), ...reasonFor(issue, schema, placed) }];
}

/** Everything in a file that its schema refuses, in the order of the lines; empty when it fits. */
export function explainValues(schema: AnySchema, issues: readonly z.core.$ZodIssue[], placed: PlacedYaml): Explained[] {
	return issues.flatMap((issue) => explainIssue(issue, schema, placed)).sort((a, b) => a.line - b.line);
}

const unquote = (line: string) => /^(\s*(?:- )?[\w-]+:)\s+(.*\S)\s*$/.exec(line);

/** Why a file can't be read at all. */
export function explainFault({ code, line, written }: YamlFault): Explained {
	const about = (fr: string, en: string): Explained => ({ line, field: '', fr, en });
	const name = /^\s*(?:- )?([\w-]+):/.exec(written)?.[1] ?? '';
	if (code === 'DUPLICATE_KEY') {
		return about(`« ${name} » est écrit deux fois. Gardez une seule ligne.`, `“${name}” is written twice. Keep one line only.`);
	}
	if (/^\s*\t/.test(written) || code === 'TAB_AS_INDENT') {
		return about(
			'Cette ligne commence par une tabulation. Remplacez-la par deux espaces.',
			'This line begins with a tab. Replace it by two spaces.',
		);
	}
	const [, key = '', value = ''] = unquote(written) ?? [];
	if (/^".*".*"/.test(value) || /^'.*'.*'/.test(value)) {
		const inside = value.slice(1, -1);
		return about(
			`Il y a des guillemets droits à l’intérieur du texte. Remplacez-les par « » ou par l’apostrophe ’ : ${key} "${short(inside.replaceAll(/"([^"]*)"/g, '« $1 »').replaceAll("'", '’'))}"`,
			`There are straight quotes inside the text. Replace them by “ ” or by the apostrophe ’: ${key} "${short(inside.replaceAll(/"([^"]*)"/g, '“$1”').replaceAll("'", '’'))}"`,
		);
	}
	if (/^("[^"]*|'[^']*)$/.test(value)) {
		return about(`Il manque le guillemet de la fin : ${short(written.trim())}`, `The closing quote is missing: ${short(written.trim())}`);
	}
	if (/:(\s|$)|\s#/.test(value) || /^[@`%*&!|>\],?]/.test(value)) {
		const line_ = `${key.trim()} ${quoted(short(value))}`;
		return about(
			`Ce texte contient un signe réservé (deux-points, #, * ou un autre). Mettez-le entre guillemets : ${line_}`,
			`This text has a reserved sign (a colon, #, * or another). Put it between quotes: ${line_}`,
		);
	}
	if (written.trim() !== '' && !/^\s*(- |[\w-]+:|#)/.test(written)) {
		return about(
			`Cette ligne n’a pas la forme « nom: "valeur" » : ${short(written.trim())}`,
			`This line is not of the form name: "value": ${short(written.trim())}`,
		);
	}
	return about(
		`Cette ligne, ou celle d’avant, ne se lit pas : ${short(written.trim())}. Vérifiez les guillemets, les deux-points et l’alignement : les lignes d’une même liste commencent à la même colonne.`,
		`This line, or the one before, can’t be read: ${short(written.trim())}. Check the quotes, the colons and the alignment: the lines of one list begin at the same column.`,
	);
}
