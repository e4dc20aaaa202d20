/**
 * Forms that check a password wait for their turn: a few are under way, and of those who wait each network address has its turn
 * after the others, so that a thousand from one place hold up neither someone elsewhere nor any other page.
 */
export interface Turns {
	/** @param key who waits. Gives what ends the turn, to be called once; null when too many wait already. */
	take(key: string): Promise<(() => void) | null>;
}

/** While others wait, a place stays empty three times as long as it was taken: what is left of the time is for every other page. */
const REST = 3;
const LONGEST_REST_MS = 50;

export function makeTurns(atOnce: number, mostWaiting: number): Turns {
	/** In the order of their next turn. */
	const waiting = new Map<string, ((end: () => void) => void)[]>();
	let count = 0;
	let running = 0;

	const free = (): void => {
		running -= 1;
		const [first] = waiting;
		if (!first) return;
		const [key, queue] = first;
		const start = queue.shift();
		waiting.delete(key);
		if (queue.length > 0) waiting.set(key, queue);
		count -= 1;
		start?.(begin());
	};
	const begin = (): (() => void) => {
		running += 1;
		const began = performance.now();
		return () => {
			const took = performance.now() - began;
			if (count === 0) free();
			else setTimeout(free, Math.min(REST * took, LONGEST_REST_MS));
		};
	};

	return {
		take(key) {
			if (running < atOnce) return Promise.resolve(begin());
			if (count >= mostWaiting) return Promise.resolve(null);
			count += 1;
			return new Promise((resolve) => {
				const queue = waiting.get(key) ?? [];
				queue.push(resolve);
				waiting.set(key, queue);
			});
		},
	};
}
