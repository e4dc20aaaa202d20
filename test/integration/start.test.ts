/** `npm start` and what it rests on: one preparation at a time, and no work done twice. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectRoot } from '#src/lib/root.ts';
import { startDaemon } from '#test/support/daemon.ts';
import { freePort, until } from '#test/support/ports.ts';
import { serverEnv } from '#test/support/server.ts';

let folder: string;
beforeAll(() => {
	folder = mkdtempSync(path.join(tmpdir(), 'koumbit-start-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('npm start', () => {
	test('serves without building again, says where, and ends with 0 on SIGTERM to npm', async () => {
		const { site } = JSON.parse(readFileSync(path.join(projectRoot, 'dist', '.koumbit-build'), 'utf8')) as { site: string };
		const port = await freePort();
		const npm = startDaemon('npm', ['start'], serverEnv({ PORT: String(port), SITE_URL: site, DATA_DIR: path.join(folder, 'data') }));
		const ready = () =>
			fetch(`http://127.0.0.1:${port}/readyz`).then(
				(answer) => answer.ok,
				() => false,
			);
		await until(ready, npm.output);
		expect(npm.output()).not.toContain('building');
		expect(npm.output()).toContain(`http://127.0.0.1:${port}/`);
		npm.child.kill('SIGTERM');
		expect(await npm.ended).toBe(0);
		expect(await ready()).toBe(false);
	});
});

describe('the lock of the preparation', () => {
	const holder = (lock: string, milliseconds: number) => {
		const script = `
			import { withLock } from ${JSON.stringify(path.join(projectRoot, 'scripts', 'lock.mjs'))};
			await withLock(${JSON.stringify(lock)}, () => console.log('waiting'), async () => {
				console.log('in ' + Date.now());
				await new Promise((resolve) => setTimeout(resolve, ${milliseconds}));
				console.log('out ' + Date.now());
			});`;
		return startDaemon(process.execPath, ['--input-type=module', '--eval', script], serverEnv());
	};
	const spanOf = (output: string) => ['in', 'out'].map((word) => Number(new RegExp(`${word} (\\d+)`).exec(output)?.[1]));

	test('two that come at once follow one another', async () => {
		const lock = path.join(folder, 'one');
		const both = [holder(lock, 400), holder(lock, 400)];
		expect(await Promise.all(both.map(({ ended }) => ended))).toEqual([0, 0]);
		const [first = [], second = []] = both.map(({ output }) => spanOf(output())).sort(([a = 0], [b = 0]) => a - b);
		expect(second[0]).toBeGreaterThanOrEqual(first[1] ?? Number.POSITIVE_INFINITY);
		expect(both.filter(({ output }) => output().includes('waiting'))).toHaveLength(1);
	});

	test.each([
		['a process of this machine that is gone', hostname(), false],
		['another machine, silent for a minute', 'elsewhere', true],
	])('what %s left behind is taken over at once', async (_, host, isOld) => {
		const lock = path.join(folder, `left by ${host}`);
		mkdirSync(lock);
		// Larger than any process id Linux gives.
		writeFileSync(path.join(lock, 'owner'), `${host} 99999999`);
		if (isOld) utimesSync(lock, new Date(Date.now() - 60_000), new Date(Date.now() - 60_000));
		const next = holder(lock, 1);
		expect(await next.ended).toBe(0);
		expect(next.output()).not.toContain('waiting');
	});

	test('what a living process of another machine holds is waited for', async () => {
		const lock = path.join(folder, 'held');
		mkdirSync(lock);
		writeFileSync(path.join(lock, 'owner'), 'elsewhere 1');
		const next = holder(lock, 1);
		await until(() => next.output().includes('waiting'), next.output);
		rmSync(lock, { recursive: true });
		expect(await next.ended).toBe(0);
	});
});
