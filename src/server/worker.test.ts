import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Job } from '#src/server/jobs.ts';
import { startWorker, type Worker } from '#src/server/worker.ts';

/** A round of the worker takes a quarter of a second. */
const ROUND = 250;

function aJob(run: () => Promise<void> | void = () => undefined, everyMs = 0): Job & { runs: number; stops: number } {
	const job = {
		name: 'test.job',
		everyMs,
		runs: 0,
		stops: 0,
		async run() {
			job.runs += 1;
			await run();
		},
		stop() {
			job.stops += 1;
		},
	};
	return job;
}

function start(...jobs: Job[]): Worker {
	const worker = startWorker(jobs);
	onTestFinished(() => worker.stop());
	return worker;
}

afterEach(() => {
	vi.useRealTimers();
});

describe('the background worker', () => {
	it('runs each job at once, then each at its own rhythm', async () => {
		const [often, rarely] = [aJob(), aJob(undefined, 60_000)];
		start(often, rarely);
		await sleep(4 * ROUND);
		expect(often.runs).toBeGreaterThanOrEqual(3);
		expect(often.runs).toBeLessThanOrEqual(6);
		expect(rarely.runs).toBe(1);
	});

	it('goes on after a job that fails, with that job too', async () => {
		const broken = aJob(() => {
			throw new Error('broken');
		});
		const sound = aJob();
		const worker = start(broken, sound);
		await sleep(3 * ROUND);
		expect(broken.runs).toBeGreaterThanOrEqual(2);
		expect(sound.runs).toBeGreaterThanOrEqual(2);
		expect(worker.alive()).toBe(true);
	});

	it('never runs two jobs at once', async () => {
		let running = 0;
		let most = 0;
		const slow = () => async () => {
			running += 1;
			most = Math.max(most, running);
			await sleep(40);
			running -= 1;
		};
		start(aJob(slow()), aJob(slow()), aJob(slow()));
		await sleep(2 * ROUND);
		expect(most).toBe(1);
	});

	it('lets the job under way finish when it is stopped, starts no other, and lets each clean up once', async () => {
		let finished = false;
		const first = aJob(async () => {
			await sleep(150);
			finished = true;
		});
		const second = aJob();
		const worker = startWorker([first, second]);
		await sleep(20);
		await worker.stop();
		expect(finished).toBe(true);
		expect([first.runs, second.runs]).toEqual([1, 0]);
		expect([first.stops, second.stops]).toEqual([1, 1]);
		await sleep(2 * ROUND);
		expect(first.runs).toBe(1);
	});

	it('stops at once when it is only waiting', async () => {
		const worker = startWorker([aJob(undefined, 60_000)]);
		await sleep(50);
		const started = performance.now();
		await worker.stop();
		expect(performance.now() - started).toBeLessThan(ROUND / 2);
	});

	it('is said to be dead once a job has kept it for half a minute', async () => {
		let release: () => void = () => undefined;
		const stuck = aJob(
			() =>
				new Promise<void>((resolve) => {
					release = resolve;
				}),
		);
		const worker = startWorker([stuck]);
		await sleep(10);
		expect(worker.alive()).toBe(true);
		const real = performance.now.bind(performance);
		const clock = vi.spyOn(performance, 'now').mockImplementation(() => real() + 29_000);
		expect(worker.alive()).toBe(true);
		clock.mockImplementation(() => real() + 31_000);
		expect(worker.alive()).toBe(false);
		clock.mockRestore();
		release();
		await worker.stop();
	});
});
