/** A thread that keeps many requests under way at the same time, each on a connection of its own, until all were answered. */
import { parentPort, workerData } from 'node:worker_threads';
import { exchange } from '#bench/http.ts';

export interface StormData {
	readonly port: number;
	/** Whole requests, each sent once. */
	readonly requests: readonly string[];
	/** How many are under way together. */
	readonly atOnce: number;
}

export interface StormReport {
	/** How many answers had each status; `lost` for those that never came. */
	readonly statuses: Readonly<Record<string, number>>;
	readonly seconds: number;
}

const { port, requests, atOnce } = workerData as StormData;
const statuses: Record<string, number> = {};
const started = performance.now();
const queue = requests.values();
const send = async () => {
	for (const request of queue) {
		const status = await exchange(port, request).then(
			(answer) => String(answer.status),
			() => 'lost',
		);
		statuses[status] = (statuses[status] ?? 0) + 1;
	}
};
await Promise.all(Array.from({ length: atOnce }, send));
const report: StormReport = { statuses, seconds: (performance.now() - started) / 1000 };
parentPort?.postMessage(report);
