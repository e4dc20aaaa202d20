import { describe, expect, it } from 'vitest';
import { limited, makeLimit } from '#src/adapters/limits/index.ts';

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
