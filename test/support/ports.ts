import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A port of the loopback interface that nobody listens on at this moment. */
export function freePort(): Promise<number> {
	return new Promise((resolve, reject) => {
		const probe = createServer();
		probe.once('error', reject);
		probe.listen(0, '127.0.0.1', () => {
			const address = probe.address();
			probe.close(() => (typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port'))));
		});
	});
}

/** Asks until it is so. @throws after `milliseconds`, with what `explain` gives. */
export async function until(isSo: () => boolean | Promise<boolean>, explain: () => string, milliseconds = 15_000): Promise<void> {
	const deadline = performance.now() + milliseconds;
	while (!(await isSo())) {
		if (performance.now() > deadline) throw new Error(explain());
		await sleep(20);
	}
}
