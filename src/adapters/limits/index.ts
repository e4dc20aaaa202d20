/** Limits on what one person, account or network address may do in a while. In memory: a restart forgets, which favours people. */
import { isIP } from 'node:net';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { type FormValues, type Refusal, refuse } from '#src/lib/form.ts';
import { hashToken } from '#src/lib/ids.ts';

export interface Limit {
	/** Null when this attempt may go on; else the seconds to wait. */
	consume(key: string): Promise<number | null>;
	/** As if nothing had been attempted. */
	forget(key: string): Promise<void>;
	/** Gives one attempt back. */
	giveBack(key: string): Promise<void>;
}

/** Keys are hashed: no address is kept in clear. */
export function makeLimit(attempts: number, seconds: number): Limit {
	const limiter = new RateLimiterMemory({ points: attempts, duration: seconds });
	return {
		async consume(key) {
			try {
				await limiter.consume(hashToken(key));
				return null;
			} catch (rejected) {
				if (rejected instanceof Error) throw rejected;
				const { msBeforeNext } = rejected as { msBeforeNext?: number };
				return Math.ceil((msBeforeNext ?? seconds * 1000) / 1000);
			}
		},
		async forget(key) {
			await limiter.delete(hashToken(key));
		},
		async giveBack(key) {
			await limiter.reward(hashToken(key));
		},
	};
}

/**
 * Counts one attempt against each limit, in order; the first that is used up refuses with 429 and what was typed.
 * @returns null when the attempt may go on.
 */
export async function limited(counts: readonly (readonly [Limit, string])[], values: FormValues): Promise<Refusal | null> {
	for (const [limit, key] of counts) {
		const retryAfter = await limit.consume(key);
		if (retryAfter !== null) return { ...refuse(429, { '': 'too_many' }, values), retryAfter };
	}
	return null;
}

/**
 * What limits count by: an IPv4 address, or the /64 network of an IPv6 one, since a single line has all of its addresses.
 * @param address as the socket or a trusted proxy gave it; anything else is taken as it is.
 */
export function networkOf(address: string): string {
	const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
	if (mapped) return mapped[1] ?? address;
	if (isIP(address) !== 6) return address;
	const [head = '', tail] = address.toLowerCase().split('::');
	const before = head === '' ? [] : head.split(':');
	const after = tail === undefined || tail === '' ? [] : tail.split(':');
	const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
	const groups = [...before, ...Array.from({ length: Math.max(0, zeros) }, () => '0'), ...after];
	return `${groups
		.slice(0, 4)
		.map((group) => Number.parseInt(group, 16).toString(16))
		.join(':')}::/64`;
}
