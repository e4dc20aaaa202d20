/**
 * Forms that check a password wait for their turn: a few are under way, and of those who wait each network address has its turn
 * after the others, so that a thousand from one place hold up neither someone elsewhere nor any other page.
 */
export interface Turns {
	/** @param key who waits. Gives what ends the turn; null when too many wait already, in all or of this key. */
	take(key: string): Promise<(() => void) | null>;
}

export interface TurnLimits {
	/** Under way at the same time. */
	readonly atOnce: number;
	/** Of all who wait. */
	readonly mostWaiting: number;
	/** Of those who wait with one key: nobody takes the places of everyone. */
	readonly mostOfOne: number;
	/** A turn ends by itself then: a client that does not read its answer keeps nobody waiting. */
	readonly longestMs: number;
}

/** While others wait, a place stays empty three times as long as it was taken: what is left of the time is for every other page. */
const REST = 3;
const LONGEST_REST_MS = 50;

export function makeTurns({ atOnce, mostWaiting, mostOfOne, longestMs }: TurnLimits): Turns {
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
		let over = false;
		const end = () => {
			if (over) return;
			over = true;
			clearTimeout(timer);
			const took = performance.now() - began;
			if (count === 0) free();
			else setTimeout(free, Math.min(REST * took, LONGEST_REST_MS));
		};
		const timer = setTimeout(end, longestMs).unref();
		return end;
	};

	return {
		take(key) {
			if (running < atOnce) return Promise.resolve(begin());
			const queue = waiting.get(key) ?? [];
			if (count >= mostWaiting || queue.length >= mostOfOne) return Promise.resolve(null);
			count += 1;
			return new Promise((resolve) => {
				queue.push(resolve);
				waiting.set(key, queue);
			});
		},
	};
}
