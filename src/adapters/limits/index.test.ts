import { describe, expect, it } from 'vitest';
import { limited, makeLimit, networkOf } from '#src/adapters/limits/index.ts';

describe('a limit', () => {
	it('lets so many attempts through, then says how long to wait, with what was typed', async () => {
		const limit = makeLimit(2, 60);
		expect(await limited([[limit, 'a']], {})).toBeNull();
		expect(await limited([[limit, 'a']], {})).toBeNull();
		const refused = await limited([[limit, 'a']], { name: 'Amina' });
		expect(refused).toMatchObject({ ok: false, status: 429, values: { name: 'Amina' } });
		expect(refused?.retryAfter).toBeGreaterThan(0);
		expect(refused?.retryAfter).toBeLessThanOrEqual(60);
	});

	it('counts each key by itself', async () => {
		const limit = makeLimit(1, 60);
		expect(await limit.consume('a')).toBeNull();
		expect(await limit.consume('b')).toBeNull();
		expect(await limit.consume('a')).not.toBeNull();
	});

	it('forgets, and gives an attempt back', async () => {
		const limit = makeLimit(2, 60);
		await limit.consume('a');
		await limit.consume('a');
		await limit.giveBack('a');
		expect(await limit.consume('a')).toBeNull();
		expect(await limit.consume('a')).not.toBeNull();
		await limit.forget('a');
		expect(await limit.consume('a')).toBeNull();
	});
});

describe('what limits count by', () => {
	it('is the address itself for IPv4, also when it comes mapped into IPv6', () => {
		expect(networkOf('203.0.113.7')).toBe('203.0.113.7');
		expect(networkOf('::ffff:203.0.113.7')).toBe('203.0.113.7');
	});

	it('is the /64 network for IPv6, however it is written', () => {
		const network = '2001:db8:1:0::/64';
		for (const address of ['2001:db8:1::1', '2001:0DB8:0001::ffff:2', '2001:db8:1:0:5:6:7:8']) expect(networkOf(address)).toBe(network);
		expect(networkOf('2001:db8:1:1::1')).not.toBe(network);
		expect(networkOf('::1')).toBe('0:0:0:0::/64');
	});
});
