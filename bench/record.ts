/** What the portal asks of its database for one page or one form: each statement, its parameters, its rows, and what it waited for. */
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { setImmediate as turn } from 'node:timers/promises';
import type { Database, Tx } from '#db/client.ts';
import { drizzleOver, type Execute } from '#db/engine.ts';
import { readSession } from '#src/adapters/sessions/index.ts';
import { readConsentVersion } from '#src/adapters/settings/index.ts';
import { grantIn, loadAccess } from '#src/features/access/index.ts';
import { draftValues, parseApplication, sendApplication } from '#src/features/applications/index.ts';
import { findScaleOn } from '#src/features/contributions/index.ts';
import { loadSpaceHome } from '#src/features/space/index.ts';
import { civilDateOf } from '#src/lib/clock.ts';
import type { FormValues } from '#src/lib/form.ts';

export type Cell = string | number | null;

export interface Statement {
	readonly sql: string;
	readonly params: readonly Cell[];
	/** Rows as arrays of columns. */
	readonly rows: readonly (readonly Cell[])[];
	/** Statements that ran beside one another bear the same number; the first is 0. */
	readonly wave: number;
}

/** Runs what it is given and notes it. A statement's answer comes a turn later, so that what was asked in parallel shows. */
function recorder(connection: DatabaseSync): { execute: Execute; statements: readonly Statement[] } {
	const statements: Statement[] = [];
	let finished = -1;
	const execute: Execute = async (sql, params, method) => {
		const wave = finished + 1;
		const statement = connection.prepare(sql);
		statement.setReturnArrays(true);
		const rows = statement.all(...(params as SQLInputValue[])) as unknown as Cell[][];
		statements.push({ sql, params: params as Cell[], rows, wave });
		await turn();
		finished = Math.max(finished, wave);
		if (method === 'get') return { rows: rows[0] as unknown[] };
		return { rows: method === 'run' ? [] : rows };
	};
	return { execute, statements };
}

function withFile<T>(file: string, work: (connection: DatabaseSync) => Promise<T>): Promise<T> {
	const connection = new DatabaseSync(file, { enableForeignKeyConstraints: true });
	return work(connection).finally(() => connection.close());
}

const shared = globalThis as { [key: symbol]: Database | undefined };
const KEY = Symbol.for('koumbit.database');

/** The first page of a group's space, as src/middleware.ts and the page ask for it. */
export function recordSpaceHome(file: string, cookie: string, slug: string, at: number): Promise<readonly Statement[]> {
	return withFile(file, async (connection) => {
		const { execute, statements } = recorder(connection);
		const read = drizzleOver(execute);
		const before = shared[KEY];
		const noWrites = () => {
			throw new Error('reading a page wrote something');
		};
		shared[KEY] = { read, write: noWrites, engine: undefined as never, close: noWrites };
		try {
			const { user } = await readSession(cookie);
			if (!user) throw new Error('the session is not known');
			const access = await loadAccess(read, user.personId, civilDateOf(at));
			await loadSpaceHome(read, access, grantIn(access, slug, 'space.read'), civilDateOf(at));
		} finally {
			shared[KEY] = before;
		}
		return statements;
	});
}

export interface RecordedApplication {
	/** The first reads the scale, outside of the transaction. */
	readonly statements: readonly Statement[];
	readonly applicationId: string;
	readonly requestId: string;
	readonly at: number;
}

/** An application sent, as the slice's actions.ts does it; what it wrote is undone. */
export function recordApplication(file: string, values: FormValues, submissionKey: string, at: number): Promise<RecordedApplication> {
	return withFile(file, async (connection) => {
		const { execute, statements } = recorder(connection);
		const database = drizzleOver(execute);
		const scale = await findScaleOn(database, civilDateOf(at));
		const parsed = parseApplication(values, scale, readConsentVersion());
		if (!parsed.ok) throw new Error(`the application is refused: ${JSON.stringify(parsed.errors)}`);
		const requestId = crypto.randomUUID();
		connection.exec('BEGIN IMMEDIATE');
		try {
			const source = { kind: 'new', submissionKey } as const;
			const sent = await sendApplication(
				database as Tx,
				{ at, requestId },
				{ source, application: parsed.data, values: draftValues(values) },
			);
			if (!sent.ok) throw new Error(`the application is refused: ${sent.reason}`);
			return { statements, applicationId: sent.applicationId, requestId, at };
		} finally {
			connection.exec('ROLLBACK');
		}
	});
}
