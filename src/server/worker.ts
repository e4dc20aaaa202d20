/** The background worker: runs each job at its rhythm, one at a time, until it is stopped. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describeError, log } from '#src/lib/log.ts';
import { type Job, makeJobs } from '#src/server/jobs.ts';

export interface Worker {
	/** Lets the job under way finish, then ends. */
	stop(): Promise<void>;
	/** False once the loop has not come round for half a minute. */
	alive(): boolean;
}

const ROUND_MS = 250;
const SILENT_MS = 30_000;

export function startWorker(jobs: Job[] = makeJobs()): Worker {
	const stopping = new AbortController();
	const due = new Map<Job, number>(jobs.map((job) => [job, 0]));
	let lastRound = performance.now();

	const loop = async () => {
		while (!stopping.signal.aborted) {
			for (const job of jobs) {
				lastRound = performance.now();
				if (stopping.signal.aborted || (due.get(job) ?? 0) > lastRound) continue;
				try {
					await job.run();
				} catch (error) {
					log.error('job.failed', { job: job.name, ...describeError(error) });
				}
				due.set(job, performance.now() + job.everyMs);
			}
			lastRound = performance.now();
			await sleep(ROUND_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
		}
	};
	const ended = loop();

	return {
		async stop() {
			stopping.abort();
			await ended;
			for (const job of jobs) job.stop?.();
		},
		alive: () => performance.now() - lastRound < SILENT_MS,
	};
}
