import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { isBusy } from '#db/client.ts';
import { hashPassword, verifyPassword } from '#src/adapters/passwords/index.ts';

const seen = vi.hoisted(() => ({ running: 0, most: 0 }));
vi.mock('@node-rs/argon2', async (importOriginal) => {
	const real = await importOriginal<typeof import('@node-rs/argon2')>();
	const counted =
		<A extends unknown[], R>(work: (...args: A) => Promise<R>) =>
		async (...args: A): Promise<R> => {
			seen.running += 1;
			seen.most = Math.max(seen.most, seen.running);
			try {
				return await work(...args);
			} finally {
				seen.running -= 1;
			}
		};
	return { ...real, hash: counted(real.hash), verify: counted(real.verify) };
});

beforeEach(() => {
	seen.most = 0;
});

describe('a password', () => {
	it('is kept as argon2id with the parameters decided, a new salt each time', async () => {
		const [one, two] = [await hashPassword('cheval agrafe pile'), await hashPassword('cheval agrafe pile')];
		expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
		expect(one).not.toBe(two);
		expect(one).not.toContain('cheval');
	});

	it('opens, and no other does', async () => {
		const stored = await hashPassword('cheval agrafe pile');
		expect(await verifyPassword(stored, 'cheval agrafe pile')).toBe(true);
		expect(await verifyPassword(stored, 'Cheval agrafe pile')).toBe(false);
		expect(await verifyPassword(stored, '')).toBe(false);
	});

	it('typed on another keyboard opens as well', async () => {
		const stored = await hashPassword('été\u00a0ﬁn');
		expect(await verifyPassword(stored, 'e\u0301te\u0301 fin')).toBe(true);
	});

	it('never opens an account that has none, not even the one nobody has', async () => {
		expect(await verifyPassword(null, '')).toBe(false);
		expect(await verifyPassword(null, 'cheval agrafe pile')).toBe(false);
	});
});

it('an unknown account is answered no faster and no slower than a wrong password', async () => {
	const stored = await hashPassword('cheval agrafe pile');
	await verifyPassword(null, 'warm up');
	const timeOf = async (against: string | null) => {
		const times: number[] = [];
		for (let count = 0; count < 9; count += 1) {
			const started = performance.now();
			await verifyPassword(against, 'wrong');
			times.push(performance.now() - started);
		}
		return times.toSorted((a, b) => a - b)[4] ?? 0;
	};
	const [known, unknown] = [await timeOf(stored), await timeOf(null)];
	expect(unknown / known).toBeGreaterThan(0.4);
	expect(unknown / known).toBeLessThan(2.5);
});

describe('checks at the same time', () => {
	it('run two by two, however many are asked for, and all are answered', async () => {
		const stored = await hashPassword('cheval agrafe pile');
		seen.most = 0;
		const answers = await Promise.all(
			Array.from({ length: 12 }, (_, at) => verifyPassword(at % 3 ? stored : null, at % 2 ? 'cheval agrafe pile' : 'no')),
		);
		expect(answers).toEqual(Array.from({ length: 12 }, (_, at) => at % 3 !== 0 && at % 2 === 1));
		expect(seen.most).toBe(2);
	});

	it('give their place back when one fails', async () => {
		await Promise.all(Array.from({ length: 6 }, () => verifyPassword('not a hash', 'x').catch(() => undefined)));
		const stored = await hashPassword('cheval agrafe pile');
		expect(await Promise.race([verifyPassword(stored, 'cheval agrafe pile'), sleep(5_000, 'stuck')])).toBe(true);
		expect(seen.most).toBeLessThanOrEqual(2);
	});
});

it('asks those who come when too many wait to come back, and serves the others', async () => {
	const results = await Promise.allSettled(Array.from({ length: 240 }, (_, at) => hashPassword(`mot de passe ${at}`)));
	const refused = results.filter((one) => one.status === 'rejected');
	expect(refused).toHaveLength(240 - 202);
	expect(refused.every(({ reason }) => isBusy(reason))).toBe(true);
}, 30_000);
