/** Files of today's members: CSV, a line a person, or YAML, an entry a group. Gives lines of cells; what they mean is the slice's. */
import { parse as parseCsv } from 'csv-parse/sync';
import { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';

/** Columns of the CSV, and names in the YAML. */
export const COLUMNS = [
	'key',
	'usual_name',
	'legal_name',
	'kind',
	'mission',
	'locale',
	'member_since',
	'opening_debt',
	'opening_credit',
	'opening_on',
	'person_name',
	'person_email',
	'roles',
] as const;
export type Column = (typeof COLUMNS)[number];

/** One line as it stands in the file. */
export interface RawLine {
	readonly line: number;
	readonly cells: Readonly<Partial<Record<Column, string>>>;
}

/** Why a file or a line can't be read; one sentence. */
export interface Fault {
	readonly line: number;
	readonly group: string;
	readonly sentence: string;
}

export type FileRead =
	| { readonly ok: true; readonly lines: readonly RawLine[] }
	| { readonly ok: false; readonly faults: readonly Fault[] };

const MOST_LINES = 20_000;

const failed = (line: number, sentence: string): { ok: false; faults: Fault[] } => ({ ok: false, faults: [{ line, group: '', sentence }] });

/** Text of a file; null when it is not UTF-8. A byte order mark is dropped. */
function decode(bytes: Uint8Array): string | null {
	try {
		return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
	} catch {
		return null;
	}
}

function readCsv(text: string): FileRead {
	let rows: { record: string[]; info: { lines: number } }[];
	try {
		rows = parseCsv(text, {
			bom: true,
			info: true,
			relax_column_count: true,
			skip_empty_lines: true,
			delimiter: (text.split(/\r?\n/, 1)[0] ?? '').includes(';') ? ';' : ',',
		}) as unknown as typeof rows;
	} catch (error) {
		const line = Number((error as { lines?: number }).lines ?? 1);
		return failed(line, 'the quotes of this line do not close where they should; write a quote inside a cell twice ("").');
	}
	const [head, ...body] = rows;
	if (!head) return failed(1, 'the file is empty.');
	const names = head.record.map((name) => name.trim());
	const unknown = names.find((name) => !(COLUMNS as readonly string[]).includes(name));
	if (unknown !== undefined) return failed(1, `the column "${unknown}" is not known; columns are ${COLUMNS.join(', ')}.`);
	const twice = names.find((name, at) => names.indexOf(name) !== at);
	if (twice !== undefined) return failed(1, `the column "${twice}" is there twice.`);
	for (const needed of ['key', 'person_email', 'roles'] as const) {
		if (!names.includes(needed)) return failed(1, `the column "${needed}" is missing.`);
	}
	if (body.length > MOST_LINES) return failed(MOST_LINES + 1, `a file has at most ${MOST_LINES} lines; divide it.`);
	const wide = body.find(({ record }) => record.length !== names.length);
	if (wide) return failed(wide.info.lines, `this line has ${wide.record.length} cells and the first line ${names.length}.`);
	return {
		ok: true,
		lines: body.map(({ record, info }) => ({
			// The parser counts to the end of a record: one with a line break inside ends lower down.
			line: info.lines,
			cells: Object.fromEntries(names.map((name, at) => [name, record[at] ?? ''])),
		})),
	};
}

function readYaml(text: string): FileRead {
	const counter = new LineCounter();
	const document = parseDocument(text, { lineCounter: counter, schema: 'failsafe' });
	const lineOf = (node: unknown) => counter.linePos((node as { range?: [number] } | null)?.range?.[0] ?? 0).line;
	const [wrong] = document.errors;
	if (wrong) return failed(wrong.linePos?.[0]?.line ?? 1, 'this is not YAML that can be read.');
	const groups = isMap(document.contents) ? document.contents.get('groups', true) : document.contents;
	if (!isSeq(groups)) return failed(1, 'the file begins with "groups:" and a list.');
	const lines: RawLine[] = [];
	const cellsOf = (node: unknown, prefix: string, into: Record<string, string>): string | null => {
		if (!isMap(node)) return 'a name and a value are expected here.';
		for (const { key, value } of node.items) {
			const name = isScalar(key) ? String(key.value) : '';
			if (name === 'people') continue;
			const column = name === 'roles' ? 'roles' : `${prefix}${name}`;
			if (!(COLUMNS as readonly string[]).includes(column)) return `"${name}" is not known here.`;
			if (isSeq(value)) into[column] = value.items.map((item) => (isScalar(item) ? String(item.value) : '')).join(' ');
			else into[column] = isScalar(value) ? String(value.value ?? '') : '';
		}
		return null;
	};
	for (const group of groups.items) {
		const own: Record<string, string> = {};
		const said = cellsOf(group, '', own);
		if (said !== null) return failed(lineOf(group), said);
		const people = isMap(group) ? group.get('people', true) : null;
		if (!isSeq(people) || people.items.length === 0) return failed(lineOf(group), 'a group needs "people:" and a list of at least one.');
		for (const [at, one] of people.items.entries()) {
			const cells: Record<string, string> = at === 0 ? { ...own } : { key: own.key ?? '' };
			const wrongPerson = cellsOf(one, 'person_', cells);
			if (wrongPerson !== null) return failed(lineOf(one), wrongPerson);
			lines.push({ line: lineOf(one), cells });
		}
	}
	return { ok: true, lines };
}

/** @param name tells CSV from YAML by its ending. */
export function readGroupFile(name: string, bytes: Uint8Array): FileRead {
	const text = decode(bytes);
	if (text === null) {
		return failed(1, 'the file is not in UTF-8 (perhaps Windows-1252, as spreadsheets write by default): save it again as "CSV UTF-8".');
	}
	const read = /\.ya?ml$/i.test(name) ? readYaml(text) : readCsv(text);
	return read.ok && read.lines.length === 0 ? failed(1, 'the file has no group.') : read;
}
