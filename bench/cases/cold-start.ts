import type { Bench } from '#bench/bench.ts';
import { launch } from '#bench/process.ts';
import { compare } from '#bench/report.ts';

/** A page that is rendered for each request. */
const DYNAMIC = '/connexion/';

export const coldStart: Bench = {
	name: 'cold.start',
	async run({ portal, freePort, rounds }) {
		const time = async (script: string, path: string, env: Record<string, string>) => {
			const { running, ms } = await launch(script, await freePort(), path, env);
			await running.stop();
			return ms;
		};
		return [
			await compare({
				name: 'cold.start',
				against: 'a bare node:http server, to its first answer',
				unit: 'ms',
				goal: 5,
				higherIsBetter: false,
				rounds: Math.max(rounds, 7),
				ours: () => time('dist/front/main.js', DYNAMIC, { DATA_DIR: portal.dataDir, WORKER: 'off' }),
				floor: () => time('bench/floors/bare.mjs', '/', {}),
			}),
		];
	},
};
