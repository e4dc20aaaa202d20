/** What both floors with a database share: the client library's own file driver, and values put together as the plan says. */
import { createHash } from 'node:crypto';
import { createClient } from '@libsql/client';

/** One connection, with the settings the portal has. */
export async function open(file) {
	const client = createClient({ url: `file:${file}`, concurrency: 1 });
	await client.execute('PRAGMA synchronous = FULL');
	await client.execute('PRAGMA foreign_keys = ON');
	const { rows } = await client.execute('PRAGMA synchronous');
	if (rows[0][0] !== 2) throw new Error('synchronous is not FULL');
	return client;
}

export const sha256 = (text) => createHash('sha256').update(text).digest('hex');

/** A plan's value as a function of `{ given, results }`. */
export function compile(value) {
	switch (value.kind) {
		case 'literal':
			return () => value.value;
		case 'given': {
			const { name, plus } = value;
			return plus === undefined ? ({ given }) => given[name] : ({ given }) => given[name] + plus;
		}
		case 'row': {
			const { statement, row, column, plus, otherwise } = value;
			if (plus !== undefined) return ({ results }) => (results[statement].rows[row]?.[column] ?? otherwise) + plus;
			return ({ results }) => results[statement].rows[row]?.[column] ?? otherwise ?? null;
		}
		case 'text': {
			const parts = value.parts.map(compile);
			return (context) => {
				let text = '';
				for (const part of parts) text += part(context);
				return text;
			};
		}
		case 'json': {
			const tree = compileTree(value.tree);
			return (context) => JSON.stringify(tree(context));
		}
		case 'chain': {
			const parts = value.of.map(compile);
			return (context) => sha256(JSON.stringify(parts.map((part) => part(context))));
		}
	}
}

function compileTree(tree) {
	if (tree.leaf) return compile(tree.leaf);
	if (tree.list) {
		const items = tree.list.map(compileTree);
		return (context) => items.map((item) => item(context));
	}
	const fields = tree.fields.map(([name, item]) => [name, compileTree(item)]);
	return (context) => {
		const made = {};
		for (const [name, item] of fields) made[name] = item(context);
		return made;
	};
}

/** A step with its parameters ready to be made. */
export function compileStep({ sql, params }) {
	const values = params.map(compile);
	return (context) => ({ sql, args: values.map((value) => value(context)) });
}

const civilFormat = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/Toronto', year: 'numeric', month: '2-digit', day: '2-digit' });
export const today = (at) => civilFormat.format(at);
