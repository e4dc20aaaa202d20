import { describe, expect, it } from 'vitest';
import { makeTurns } from '#src/server/turns.ts';

/** Longer than any rest. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 80));

describe('forms that wait for their turn', () => {
	it('are under way so many at once, and the next begins when one ends', async () => {
		const turns = makeTurns(2, 100);
		const begun: number[] = [];
		const ends: (() => void)[] = [];
		for (let number = 0; number < 5; number += 1) {
			turns.take('one').then((end) => {
				begun.push(number);
				if (end) ends.push(end);
			});
		}
		await settled();
		expect(begun).toEqual([0, 1]);
		ends.shift()?.();
		await settled();
		expect(begun).toEqual([0, 1, 2]);
		for (let at = 0; at < 4; at += 1) {
			ends.shift()?.();
			await settled();
		}
		expect(begun).toEqual([0, 1, 2, 3, 4]);
	});

	it('take turns by who sends them: one stranger’s thousand does not come before another’s one', async () => {
		const turns = makeTurns(1, 2_000);
		const order: string[] = [];
		const go = (key: string) =>
			turns.take(key).then((end) => {
				order.push(key);
				end?.();
			});
		const all = Array.from({ length: 1_000 }, () => go('crowd'));
		all.push(go('owner'));
		await Promise.all(all);
		expect(order.indexOf('owner')).toBeLessThan(4);
		expect(order).toHaveLength(1_001);
	});

	it('are refused when too many wait, and taken again once there is room', async () => {
		const turns = makeTurns(1, 1);
		const first = await turns.take('one');
		const second = turns.take('two');
		expect(await turns.take('three')).toBeNull();
		first?.();
		(await second)?.();
		await settled();
		expect(await turns.take('three')).not.toBeNull();
	});
});
