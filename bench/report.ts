/** Ratios of two things measured side by side, interleaved, at least three rounds; the median counts. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import { projectRoot } from '#src/lib/root.ts';

export interface Result {
	readonly name: string;
	readonly unit: string;
	readonly value: number;
	readonly against: string;
	readonly samples: readonly number[];
	/** Null for a figure that is only reported. */
	readonly goal: number | null;
	readonly holds: boolean | null;
	/** Absolute figures, for information. */
	readonly absolute: Readonly<Record<string, number>>;
}

export function median(values: readonly number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = sorted.length >> 1;
	const upper = sorted[middle] ?? Number.NaN;
	return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

const round = (value: number, digits = 3) => Number(value.toFixed(digits));

/**
 * Measures ours and the floor by turns, and which goes first by turns too: what else the machine does then meets both.
 * @param higherIsBetter rates: ours / floor, to be at least the goal. Times: ours / floor, to be at most the goal.
 */
export async function compare(options: {
	readonly name: string;
	readonly against: string;
	readonly unit: string;
	readonly goal: number;
	readonly higherIsBetter: boolean;
	readonly rounds: number;
	/** Turns each has within one round; rates only. */
	readonly turns?: number;
	readonly ours: () => Promise<number>;
	readonly floor: () => Promise<number>;
	/** Processor seconds each has used so far, and the requests of one round: tells what rates hide when the load generator is the slower one. */
	readonly cpu?: { readonly ours: () => number; readonly floor: () => number; readonly requests: number };
}): Promise<Result> {
	const ours: number[] = [];
	const floor: number[] = [];
	const cpu = { ours: [] as number[], floor: [] as number[] };
	const turns = options.turns ?? 1;
	// One round to warm up, not counted.
	for (let at = -1; at < options.rounds; at += 1) {
		const used = options.cpu && { ours: options.cpu.ours(), floor: options.cpu.floor() };
		// Of equal counts the rate over all is the harmonic mean.
		const took = { ours: 0, floor: 0 };
		for (let turn = 0; turn < turns; turn += 1) {
			for (const who of (at + turn) % 2 === 0 ? (['ours', 'floor'] as const) : (['floor', 'ours'] as const)) {
				const value = await options[who]();
				took[who] += turns === 1 ? value : 1 / value;
			}
		}
		if (at < 0) continue;
		ours.push(turns === 1 ? took.ours : turns / took.ours);
		floor.push(turns === 1 ? took.floor : turns / took.floor);
		if (!options.cpu || !used) continue;
		for (const who of ['ours', 'floor'] as const) cpu[who].push(((options.cpu[who]() - used[who]) / options.cpu.requests) * 1e6);
	}
	const samples = ours.map((value, at) => value / (floor[at] ?? Number.NaN));
	const value = median(samples);
	return {
		name: options.name,
		unit: 'ratio',
		value: round(value),
		against: options.against,
		samples: samples.map((sample) => round(sample)),
		goal: options.goal,
		holds: options.higherIsBetter ? value >= options.goal : value <= options.goal,
		absolute: {
			[`ours_${options.unit}`]: round(median(ours), 1),
			[`floor_${options.unit}`]: round(median(floor), 1),
			...(options.cpu ? { ours_cpu_us: round(median(cpu.ours), 0), floor_cpu_us: round(median(cpu.floor), 0) } : {}),
		},
	};
}

function commit(): string {
	try {
		return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: projectRoot, stdio: ['ignore', 'pipe', 'ignore'] })
			.toString()
			.trim();
	} catch {
		return 'unknown';
	}
}

export function writeResults(results: readonly Result[]): void {
	const machine = { cpus: cpus().length, node: process.version };
	const file = path.join(projectRoot, 'bench', 'results.json');
	writeFileSync(file, `${JSON.stringify({ machine, commit: commit(), results }, null, '\t')}\n`);
}

export function printTable(results: readonly Result[]): void {
	for (const result of results) {
		const goal = result.goal === null ? '' : `goal ${result.goal}, ${result.holds ? 'holds' : 'SHORT'}`;
		const absolute = Object.entries(result.absolute).map(([name, value]) => `${name} ${value}`);
		process.stdout.write(
			`${result.name.padEnd(16)} ${String(result.value).padStart(8)} ${result.unit.padEnd(6)} ${goal.padEnd(20)} ${absolute.join(', ')}\n`,
		);
		process.stdout.write(`${''.padEnd(16)} against ${result.against}\n`);
	}
}
