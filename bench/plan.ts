/**
 * A recording made into what a floor plays: where each parameter comes from (the request, a row read before, a fresh id),
 * so that no value of the recording is sent again in the place of one that differs from request to request.
 */
import { createHash } from 'node:crypto';
import type { Cell, Statement } from '#bench/record.ts';

export type Value =
	| { readonly kind: 'literal'; readonly value: Cell }
	/** A column of a row that a statement before gave; a number may be one more than it. */
	| {
			readonly kind: 'row';
			readonly statement: number;
			readonly row: number;
			readonly column: number;
			readonly plus?: number;
			readonly otherwise?: Cell;
	  }
	/** Made by the floor for each request; a number may be some milliseconds later. */
	| { readonly kind: 'given'; readonly name: string; readonly plus?: number }
	| { readonly kind: 'text'; readonly parts: readonly Value[] }
	| { readonly kind: 'json'; readonly tree: Tree }
	/** The hash of src/lib/chain.ts over values, the hash before first. */
	| { readonly kind: 'chain'; readonly of: readonly Value[] };

export type Tree =
	| { readonly leaf: Value }
	| { readonly list: readonly Tree[] }
	| { readonly fields: readonly (readonly [string, Tree])[] };

export interface Step {
	readonly sql: string;
	readonly params: readonly Value[];
	readonly wave: number;
}

/** What a request brings or the floor makes for it: name → its value in the recording. */
export type Givens = Readonly<Record<string, string | number>>;

/** Shorter texts are found everywhere by chance. */
const SHORTEST_REFERENCE = 8;
const LONGEST_OFFSET_MS = 400 * 86_400_000;

const literal = (value: Cell): Value => ({ kind: 'literal', value });

function findRow(statements: readonly Statement[], before: number, value: string): Value | null {
	if (value.length < SHORTEST_REFERENCE) return null;
	for (const [statement, { rows, wave }] of statements.entries()) {
		if (wave >= before) continue;
		for (const [row, cells] of rows.entries()) {
			const column = cells.indexOf(value);
			if (column >= 0) return { kind: 'row', statement, row, column };
		}
	}
	return null;
}

/** The text, with each given that occurs in it replaced by a reference; the longest first. */
function splitText(text: string, givens: Givens): Value {
	const names = Object.entries(givens)
		.filter((entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1].length >= SHORTEST_REFERENCE)
		.sort(([, a], [, b]) => b.length - a.length);
	let parts: Value[] = [literal(text)];
	for (const [name, value] of names) {
		parts = parts.flatMap((part) => {
			if (part.kind !== 'literal' || typeof part.value !== 'string') return [part];
			return part.value
				.split(value)
				.flatMap((piece, at): Value[] => [...(at === 0 ? [] : [{ kind: 'given', name } as const]), literal(piece)])
				.filter((piece) => piece.kind !== 'literal' || piece.value !== '');
		});
	}
	const [only] = parts;
	return parts.length === 1 && only ? only : { kind: 'text', parts };
}

function valueOf(value: Cell, givens: Givens, rowOf: (text: string) => Value | null): Value {
	if (typeof value === 'number') {
		for (const [name, given] of Object.entries(givens)) {
			if (typeof given !== 'number') continue;
			const plus = value - given;
			if (plus === 0) return { kind: 'given', name };
			if (Math.abs(plus) < LONGEST_OFFSET_MS && value > LONGEST_OFFSET_MS) return { kind: 'given', name, plus };
		}
		return literal(value);
	}
	if (value === null || value === '') return literal(value);
	const exact = Object.entries(givens).find(([, given]) => given === value);
	if (exact) return { kind: 'given', name: exact[0] };
	const row = rowOf(value);
	if (row) return row;
	const tree = /^[[{]/.test(value) ? treeOf(JSON.parse(value), givens) : null;
	return tree ? { kind: 'json', tree } : splitText(value, givens);
}

function treeOf(value: unknown, givens: Givens): Tree {
	if (Array.isArray(value)) return { list: value.map((item) => treeOf(item, givens)) };
	if (typeof value === 'object' && value !== null) {
		return { fields: Object.entries(value).map(([name, item]) => [name, treeOf(item, givens)] as const) };
	}
	return { leaf: valueOf(value as Cell, givens, () => null) };
}

/** Where each parameter of a recording comes from. */
export function planOf(statements: readonly Statement[], givens: Givens): Step[] {
	return statements.map(({ sql, params, wave }) => ({
		sql,
		wave,
		params: params.map((param) => valueOf(param, givens, (text) => findRow(statements, wave, text))),
	}));
}

const TOKEN = /(?<![\w-])[\w-]{43}(?![\w-])/g;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** Ids and tokens that were made while recording: `id0…`, `token0…` with its `tokenHash0…`. */
export function freshValues(statements: readonly Statement[]): Record<string, string> {
	const texts = statements.flatMap(({ params }) => params.filter((param) => typeof param === 'string'));
	const fetched = new Set(statements.flatMap(({ rows }) => rows.flat()));
	const found: Record<string, string> = {};
	const ids = new Set(texts.flatMap((text) => text.match(UUID) ?? []).filter((id) => !fetched.has(id)));
	for (const [at, id] of [...ids].entries()) found[`id${at}`] = id;
	const tokens = new Set(texts.flatMap((text) => text.match(TOKEN) ?? []).filter((token) => texts.includes(sha256(token))));
	for (const [at, token] of [...tokens].entries()) {
		found[`token${at}`] = token;
		found[`tokenHash${at}`] = sha256(token);
	}
	return found;
}

const CHAINED = [
	'prev_hash',
	'seq',
	'id',
	'at',
	'actor_kind',
	'actor_id',
	'acting_for_id',
	'action',
	'subject_kind',
	'subject_id',
	'organisation_id',
	'request_id',
	'delta',
];

/** The row appended to the trail continues the row last read: its number, the hash before it, its own hash. */
export function chainAudit(steps: readonly Step[]): Step[] {
	const last = steps.findIndex(({ sql }) => /^select "seq", "hash" from "audit_event"/.test(sql));
	const insert = /^insert into "audit_event" \(([^)]+)\) values \(([^)]+)\)$/;
	return steps.map((step) => {
		const match = insert.exec(step.sql);
		if (!match) return step;
		if (last < 0) throw new Error('nothing reads the end of the trail');
		const columns = (match[1] ?? '').split(', ').map((column) => column.replaceAll('"', ''));
		const slots = (match[2] ?? '').split(', ');
		const params = [...step.params];
		const indexOf = (column: string) => {
			const at = columns.indexOf(column);
			if (at < 0) throw new Error(`the trail has no column ${column}`);
			return slots[at] === '?' ? slots.slice(0, at).filter((slot) => slot === '?').length : null;
		};
		const put = (column: string, value: Value) => {
			const at = indexOf(column);
			if (at === null) throw new Error(`${column} is no parameter`);
			params[at] = value;
		};
		put('seq', { kind: 'row', statement: last, row: 0, column: 0, plus: 1, otherwise: 0 });
		put('prev_hash', { kind: 'row', statement: last, row: 0, column: 1, otherwise: '' });
		const of = CHAINED.map((column) => {
			const at = indexOf(column);
			return (at === null ? null : params[at]) ?? literal(null);
		});
		put('hash', { kind: 'chain', of });
		return { ...step, params };
	});
}

/** As Astro writes a text into a page. */
export function escapeHtml(text: string): string {
	return text.replace(/[&<>"']/g, (character) => `&${{ '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": '#39' }[character]};`);
}

/** A word of the code (a state, a kind), which a page holds by chance, in a class or an address. */
const CODE_WORD = /^[a-z_]+$/;

/** A page cut where it shows a text that was fetched. */
export function segmentsOf(page: string, statements: readonly Statement[]): Value[] {
	const sources = new Map<string, Value>();
	for (const [statement, { rows }] of statements.entries()) {
		for (const [row, cells] of rows.entries()) {
			for (const [column, cell] of cells.entries()) {
				if (typeof cell !== 'string' || cell.length < SHORTEST_REFERENCE || CODE_WORD.test(cell)) continue;
				const shown = escapeHtml(cell);
				if (!sources.has(shown)) sources.set(shown, { kind: 'row', statement, row, column });
			}
		}
	}
	let segments: Value[] = [literal(page)];
	for (const [shown, source] of [...sources].sort(([a], [b]) => b.length - a.length)) {
		segments = segments.flatMap((segment) => {
			if (segment.kind !== 'literal' || typeof segment.value !== 'string' || !segment.value.includes(shown)) return [segment];
			return segment.value.split(shown).flatMap((piece, at) => (at === 0 ? [literal(piece)] : [source, literal(piece)]));
		});
	}
	return segments;
}
