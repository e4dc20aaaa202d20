/** YAML with the place of each value, for those who correct it. Slower than `parse`: for checks, and once something is wrong. */
import { isMap, isPair, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument, visit } from 'yaml';

export type YamlPath = readonly PropertyKey[];

/** Why the text can't be read as YAML. */
export interface YamlFault {
	/** The reader's own word, as `BAD_INDENT`. */
	readonly code: string;
	readonly line: number;
	/** The line as it was written. */
	readonly written: string;
}

export interface PlacedYaml {
	/** A date without quotes is a `Date`, as for Astro. Undefined when the text can't be read. */
	readonly value: unknown;
	/** The first one only: the others mostly follow from it. */
	readonly fault: YamlFault | null;
	/** Line of a value, by its key; of what holds it when it isn't there. */
	lineOf(path: YamlPath): number;
	/** The value as it was written, without its quotes; null when it isn't a single value. */
	writtenAt(path: YamlPath): string | null;
	/** Lines on which a value is exactly this text. */
	linesSaying(text: string): number[];
	/** Lists of entries that carry the same `id`, `slug`, `key` or `name` twice. */
	repeated(keys: readonly string[]): { key: string; value: string; line: number; first: number }[];
}

function pairIn(node: unknown, key: PropertyKey): Pair | undefined {
	if (!isMap(node)) return undefined;
	return node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
}

/** @param firstLine line of the file on which the text begins. */
export function placeYaml(text: string, firstLine = 1): PlacedYaml {
	const counter = new LineCounter();
	const document = parseDocument(text, { lineCounter: counter, customTags: ['timestamp'], prettyErrors: false });
	const lineAt = (offset: number) => counter.linePos(offset).line + firstLine - 1;
	const lineOfNode = (node: unknown, otherwise: number) => {
		const start = (node as Node | null | undefined)?.range?.[0];
		return start === undefined ? otherwise : lineAt(start);
	};
	const [first] = document.errors;
	const lines = text.split('\n');
	let fault: YamlFault | null = null;
	if (first) {
		const line = counter.linePos(Math.min(first.pos[0], Math.max(0, text.length - 1))).line;
		fault = { code: first.code, line: line + firstLine - 1, written: (lines[line - 1] ?? '').replace(/\r$/, '') };
	}
	// A text that begins with a star was meant as a text: nobody here repeats one part of a file in another.
	visit(document, {
		Alias(_, node) {
			const line = lineOfNode(node, firstLine);
			fault ??= { code: 'ALIAS', line, written: (lines[line - firstLine] ?? '').replace(/\r$/, '') };
		},
	});

	/** The deepest node of a path that is there, with its line. */
	const walk = (path: YamlPath): { node: unknown; line: number; whole: boolean } => {
		let node: unknown = document.contents;
		let line = firstLine;
		for (const step of path) {
			const pair = pairIn(node, step);
			const item = isSeq(node) ? node.items[Number(step)] : undefined;
			const next = pair ? pair.value : item;
			if (next === undefined && !pair) return { node, line, whole: false };
			line = lineOfNode(pair ? pair.key : item, line);
			node = next;
		}
		return { node, line, whole: true };
	};

	return {
		value: fault ? undefined : document.toJS(),
		fault,
		lineOf: (path) => walk(path).line,
		writtenAt(path) {
			const { node, whole } = walk(path);
			if (!whole || !isScalar(node)) return null;
			return node.source ?? String(node.value ?? '');
		},
		linesSaying(wanted) {
			const found: number[] = [];
			visit(document, {
				Scalar(key, node) {
					if (key !== 'key' && node.value === wanted) found.push(lineOfNode(node, firstLine));
				},
			});
			return found;
		},
		repeated(keys) {
			const found: { key: string; value: string; line: number; first: number }[] = [];
			visit(document, {
				Seq(_, list) {
					for (const key of keys) {
						const seen = new Map<string, number>();
						for (const item of list.items) {
							const pair = pairIn(item, key);
							if (!isPair(pair) || !isScalar(pair.value) || typeof pair.value.value !== 'string') continue;
							const { value } = pair.value;
							const line = lineOfNode(pair.key, firstLine);
							const before = seen.get(value);
							if (before === undefined) seen.set(value, line);
							else found.push({ key, value, line, first: before });
						}
					}
				},
			});
			return found;
		},
	};
}
