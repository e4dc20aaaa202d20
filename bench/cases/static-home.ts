import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Bench, BenchContext } from '#bench/bench.ts';
import { type Answer, assertSame, exchange, getRequest, measureRate, ownHeaders } from '#bench/http.ts';
import { launch, type Running } from '#bench/process.ts';
import { compare } from '#bench/report.ts';

const REQUESTS = 6_000;
/** Each side's requests of a round are sent in so many turns. */
const TURNS = 4;
const CONNECTIONS = 16;

const REQUEST = getRequest('/', { 'Accept-Encoding': 'br' });

/** A server of the home page's bytes. `check` throws unless both answer the same. */
export async function openStaticFloor({
	portal,
	folder,
	freePort,
}: BenchContext): Promise<{ floor: Running; answer: Answer; check(): Promise<void> }> {
	const answer = await exchange(portal.port, REQUEST);
	const encoding = answer.headers.find(([name]) => name.toLowerCase() === 'content-encoding')?.[1];
	if (answer.status !== 200 || encoding !== 'br') throw new Error(`the home page came with ${answer.status}, encoded as ${encoding}`);
	const file = path.join(folder, 'home.json');
	writeFileSync(file, JSON.stringify({ '/': { headers: ownHeaders(answer).flat(), body: answer.body.toString('base64') } }));
	const { running: floor } = await launch('bench/floors/memory.mjs', await freePort(), '/', { FLOOR_FILE: file });
	const check = async () => assertSame('static.home', await exchange(portal.port, REQUEST), await exchange(floor.port, REQUEST));
	return { floor, answer, check };
}

export const staticHome: Bench = {
	name: 'static.home',
	async run(context) {
		const { floor, answer, check } = await openStaticFloor(context);
		try {
			await check();
			const rate = (port: number) =>
				measureRate({ port, request: () => REQUEST, status: 200, bodyBytes: answer.body.length }, REQUESTS / TURNS, CONNECTIONS);
			const result = await compare({
				name: 'static.home',
				against: 'node:http serving the same bytes from memory',
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
			return [result];
		} finally {
			await floor.stop();
		}
	},
};
