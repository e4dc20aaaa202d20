import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Bench, BenchContext } from '#bench/bench.ts';
import { copyDatabase } from '#bench/copy.ts';
import { assertSame, exchange, getRequest, measureRate, ownHeaders } from '#bench/http.ts';
import { planOf, segmentsOf, type Value } from '#bench/plan.ts';
import { launch, type Running } from '#bench/process.ts';
import { recordSpaceHome, type Statement } from '#bench/record.ts';
import { compare } from '#bench/report.ts';
import { civilDateOf, now } from '#src/lib/clock.ts';

const REQUESTS = 1_000;
/** Each side's requests of a round are sent in so many turns. */
const TURNS = 4;
const CONNECTIONS = 16;

/** Where the first statement gives a column of the session. */
function sessionColumn({ sql }: Statement, name: string): Value {
	// A column may be a question of its own to another table.
	const columns = (/^select (.*) from "session" inner join /s.exec(sql)?.[1] ?? '').split(', ');
	const column = columns.indexOf(name);
	if (column < 0) throw new Error(`the session is read without ${name}`);
	return { kind: 'row', statement: 0, row: 0, column };
}

export interface SpaceFloor {
	readonly floor: Running;
	readonly request: string;
	readonly bodyBytes: number;
	/** How many statements a page takes, and how many times one waits for another. */
	readonly statements: number;
	readonly waves: number;
	/** @throws unless both answer the same. */
	check(): Promise<void>;
}

export async function openSpaceFloor({ portal, folder, freePort }: BenchContext): Promise<SpaceFloor> {
	const request = getRequest(portal.spacePath, { Cookie: portal.cookie });
	const answer = await exchange(portal.port, request);
	if (answer.status !== 200) throw new Error(`the group's space answers ${answer.status}`);
	const databaseFile = path.join(folder, 'space.db');
	await copyDatabase(portal.databaseFile, databaseFile);

	const [cookieName = '', sessionId = ''] = portal.cookie.split('=');
	const slug = portal.spacePath.split('/').at(-2) ?? '';
	const at = now();
	const statements = await recordSpaceHome(databaseFile, portal.cookie, slug, at);
	const [first] = statements;
	if (!first) throw new Error('the page reads nothing');
	const sessionHash = createHash('sha256').update(sessionId).digest('hex');
	const steps = planOf(statements, { sessionHash, today: civilDateOf(at) });
	if (!JSON.stringify(steps[0]).includes('sessionHash')) throw new Error('the first statement does not read the session');
	const waves = Array.from({ length: Math.max(...steps.map(({ wave }) => wave)) + 1 }, (_, number) =>
		steps.map((step, index) => ({ ...step, index })).filter(({ wave }) => wave === number),
	);
	const segments = segmentsOf(answer.body.toString(), statements);
	if (segments.length < 5) throw new Error('the page shows nothing of what was fetched');

	const file = path.join(folder, 'space.json');
	const session = {
		status: sessionColumn(first, '"account"."status"'),
		expiresAt: sessionColumn(first, '"session"."expires_at"'),
		absoluteExpiresAt: sessionColumn(first, '"session"."absolute_expires_at"'),
	};
	writeFileSync(
		file,
		JSON.stringify({ databaseFile, path: portal.spacePath, cookieName, session, waves, segments, headers: ownHeaders(answer).flat() }),
	);
	const { running: floor } = await launch('bench/floors/space.mjs', await freePort(), '/readyz', { FLOOR_FILE: file });
	const check = async () => assertSame('space.home', await exchange(portal.port, request), await exchange(floor.port, request));
	return { floor, request, bodyBytes: answer.body.length, statements: statements.length, waves: waves.length, check };
}

export const spaceHome: Bench = {
	name: 'space.home',
	async run(context) {
		const { floor, request, bodyBytes, statements, waves, check } = await openSpaceFloor(context);
		try {
			await check();
			const rate = (port: number) => measureRate({ port, request: () => request, status: 200, bodyBytes }, REQUESTS / TURNS, CONNECTIONS);
			const result = await compare({
				name: 'space.home',
				against: 'hand-written node:http: same statements on @libsql/client’s file driver, same bytes',
				unit: 'per_s',
				goal: 0.7,
				higherIsBetter: true,
				rounds: context.rounds,
				turns: TURNS,
				ours: () => rate(context.portal.port),
				floor: () => rate(floor.port),
				cpu: { ours: context.portal.cpu, floor: floor.cpu, requests: REQUESTS },
			});
			await check();
			return [{ ...result, absolute: { ...result.absolute, statements, waves, bytes: bodyBytes } }];
		} finally {
			await floor.stop();
		}
	},
};
