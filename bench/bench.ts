import type { Running } from '#bench/process.ts';
import type { Result } from '#bench/report.ts';

export interface Portal extends Running {
	readonly dataDir: string;
	/** Its embedded database. */
	readonly databaseFile: string;
	/** Cookie header of the demonstration's group administrator. */
	readonly cookie: string;
	/** Path of that group's space. */
	readonly spacePath: string;
}

export interface BenchContext {
	readonly portal: Portal;
	/** For files a floor reads; removed afterwards. */
	readonly folder: string;
	readonly rounds: number;
	freePort(): Promise<number>;
}

export interface Bench {
	readonly name: string;
	run(context: BenchContext): Promise<Result[]>;
}
