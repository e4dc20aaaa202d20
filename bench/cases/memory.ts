import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from '#bench/bench.ts';
import { exchange, getRequest, measureRate } from '#bench/http.ts';
import { launchPortal } from '#bench/portal.ts';
import { median } from '#bench/report.ts';

const REQUESTS = 1_000;
const CONNECTIONS = 16;
const SETTLES_MS = 1_000;
const SAMPLE_EVERY_MS = 50;

/** Resident memory of a portal just started that has shown one page, and its highest while it shows many. Reported only. */
export const memory: Bench = {
	name: 'memory',
	async run({ portal, rounds }) {
		const running = await launchPortal(portal.dataDir);
		try {
			const request = getRequest(portal.spacePath, { Cookie: portal.cookie });
			const { status } = await exchange(running.port, request);
			if (status !== 200) throw new Error(`the group's space answers ${status}`);
			await sleep(SETTLES_MS);
			const idle = running.memory();
			const samples: number[] = [];
			for (let round = 0; round < rounds; round += 1) {
				let highest = 0;
				const look = setInterval(() => {
					highest = Math.max(highest, running.memory());
				}, SAMPLE_EVERY_MS);
				try {
					await measureRate({ port: running.port, request: () => request, status: 200 }, REQUESTS, CONNECTIONS);
				} finally {
					clearInterval(look);
				}
				samples.push(Math.max(highest, running.memory()));
			}
			const round = (value: number) => Number(value.toFixed(1));
			return [
				{
					name: 'memory',
					unit: 'ratio',
					value: Number((median(samples) / idle).toFixed(3)),
					against: 'the same process idle after its first page; resident memory, reported only',
					samples: samples.map((sample) => Number((sample / idle).toFixed(3))),
					goal: null,
					holds: null,
					absolute: { idle_mib: round(idle), load_mib: round(median(samples)), highest_mib: round(Math.max(...samples)) },
				},
			];
		} finally {
			await running.stop();
		}
	},
};
