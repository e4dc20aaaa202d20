/** `npm run bench [-- --only NAME] [--rounds N]`: measures the built portal beside what it could at best be, prints a table, writes bench/results.json. */
import { parseArgs } from 'node:util';
import type { Bench } from '#bench/bench.ts';
import { coldStart } from '#bench/cases/cold-start.ts';
import { joinPost } from '#bench/cases/join-post.ts';
import { login } from '#bench/cases/login.ts';
import { memory } from '#bench/cases/memory.ts';
import { newsBuild } from '#bench/cases/news-build.ts';
import { spaceHome } from '#bench/cases/space-home.ts';
import { staticHome } from '#bench/cases/static-home.ts';
import { openBench } from '#bench/portal.ts';
import { printTable, type Result, writeResults } from '#bench/report.ts';

/** Applications are added by join.post: the pages measured before it stay as they are. */
const BENCHES: readonly Bench[] = [staticHome, coldStart, spaceHome, memory, joinPost, login, newsBuild];
const FEWEST_ROUNDS = 3;

class UsageError extends Error {}

function readOptions(args: readonly string[]): { benches: readonly Bench[]; rounds: number } {
	let values: { only?: string | undefined; rounds: string };
	try {
		({ values } = parseArgs({ args: [...args], options: { only: { type: 'string' }, rounds: { type: 'string', default: '5' } } }));
	} catch (error) {
		throw new UsageError(error instanceof Error ? error.message : String(error));
	}
	const rounds = Number(values.rounds);
	if (!Number.isInteger(rounds) || rounds < FEWEST_ROUNDS || rounds > 100) throw new UsageError(`--rounds takes ${FEWEST_ROUNDS} to 100`);
	const benches = values.only === undefined ? BENCHES : BENCHES.filter(({ name }) => name === values.only);
	if (benches.length === 0) throw new UsageError(`--only takes one of ${BENCHES.map(({ name }) => name).join(', ')}`);
	return { benches, rounds };
}

const say = (text: string) => process.stderr.write(`${text}\n`);

async function main(): Promise<void> {
	const { benches, rounds } = readOptions(process.argv.slice(2));
	say('bench: preparing the demonstration');
	const context = await openBench(rounds);
	const results: Result[] = [];
	try {
		for (const bench of benches) {
			const started = performance.now();
			say(`bench: ${bench.name}`);
			results.push(...(await bench.run(context)));
			say(`bench: ${bench.name} took ${((performance.now() - started) / 1000).toFixed(1)} s`);
		}
	} finally {
		await context.close();
	}
	printTable(results);
	writeResults(results);
}

// What was started and written is ended and removed when the process exits; a signal alone would skip that.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

try {
	await main();
} catch (error) {
	// How it is called needs no stack.
	if (error instanceof UsageError) say(error.message);
	else say(error instanceof Error ? (error.stack ?? error.message) : String(error));
	process.exitCode = 1;
}
