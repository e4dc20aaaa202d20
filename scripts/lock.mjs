/** One preparation at a time in one folder. No dependency, runs on Node 20. */
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const BEAT_MS = 2_000;
const STALE_MS = 20_000;

function isStale(folder) {
	let touched;
	try {
		touched = statSync(folder).mtimeMs;
	} catch {
		return false;
	}
	if (Date.now() - touched > STALE_MS) return true;
	let owner;
	try {
		owner = readFileSync(path.join(folder, 'owner'), 'utf8');
	} catch {
		return false;
	}
	const [host, pid] = owner.split(' ');
	// Elsewhere (a shared disk, another container) only the heartbeat tells.
	if (host !== hostname()) return false;
	try {
		process.kill(Number(pid), 0);
		return false;
	} catch (error) {
		return error.code === 'ESRCH';
	}
}

/**
 * Waits until no other process holds the folder, then runs `work`.
 * @param {string} folder made and removed by the holder; its modification time is its heartbeat.
 * @param {() => void} onWait called once when another process holds it.
 */
export async function withLock(folder, onWait, work) {
	mkdirSync(path.dirname(folder), { recursive: true });
	for (let told = false; ; ) {
		try {
			mkdirSync(folder);
			break;
		} catch (error) {
			if (error.code !== 'EEXIST') throw error;
		}
		if (isStale(folder)) {
			// Only one of those who find it stale can rename it.
			const aside = `${folder}.${process.pid}.${Date.now()}`;
			try {
				renameSync(folder, aside);
				rmSync(aside, { recursive: true, force: true });
			} catch (error) {
				if (error.code !== 'ENOENT') throw error;
			}
			continue;
		}
		if (!told) onWait();
		told = true;
		await sleep(200);
	}
	writeFileSync(path.join(folder, 'owner'), `${hostname()} ${process.pid}`);
	const beat = setInterval(() => {
		try {
			utimesSync(folder, new Date(), new Date());
		} catch {
			// Removed under us: the work goes on, and the next to come takes the lock.
		}
	}, BEAT_MS);
	const release = () => rmSync(folder, { recursive: true, force: true });
	process.once('exit', release);
	try {
		return await work();
	} finally {
		clearInterval(beat);
		process.off('exit', release);
		release();
	}
}
