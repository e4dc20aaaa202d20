/** A clean end: nothing new is accepted, what is under way is finished, then the worker and the database close. */
import type { Server } from 'node:http';

const LONGEST_MS = 9_000;

export interface Stoppable {
	readonly server: Server;
	/** Background work; resolves when nothing is half done. */
	stopWorker(): Promise<void>;
	/** Last, whatever happened before. */
	release(): void;
}

export async function stopAll({ server, stopWorker, release }: Stoppable, longestMs = LONGEST_MS): Promise<void> {
	const deadline = new Promise<void>((resolve) => {
		setTimeout(() => {
			server.closeAllConnections();
			resolve();
		}, longestMs).unref();
	});
	const closed = new Promise<void>((resolve) => server.close(() => resolve()));
	// A kept-alive connection that becomes idle after its last answer would hold the server open.
	const sweep = setInterval(() => server.closeIdleConnections(), 25);
	await Promise.race([Promise.allSettled([closed, stopWorker()]), deadline]);
	clearInterval(sweep);
	release();
}
