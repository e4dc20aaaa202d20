import { describe, expect, it } from 'vitest';
import { makeTurns, type TurnLimits } from '#src/server/turns.ts';

const turnsOf = (limits: Partial<TurnLimits>) =>
	makeTurns({ atOnce: 1, mostWaiting: 2_000, mostOfOne: 2_000, longestMs: 60_000, ...limits });

/** Longer than any rest. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 80));

describe('forms that wait for their turn', () => {
	it('are under way so many at once, and the next begins when one ends', async () => {
		const turns = turnsOf({ atOnce: 2 });
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
		const turns = turnsOf({});
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
		const turns = turnsOf({ mostWaiting: 1 });
		const first = await turns.take('one');
		const second = turns.take('two');
		expect(await turns.take('three')).toBeNull();
		first?.();
		(await second)?.();
		await settled();
		expect(await turns.take('three')).not.toBeNull();
	});

	it('are refused to a crowd from one place while someone elsewhere still waits in line', async () => {
		const turns = turnsOf({ mostOfOne: 20 });
		const first = await turns.take('crowd');
		const crowd = Array.from({ length: 50 }, () => turns.take('crowd'));
		const owner = turns.take('owner');
		expect(await Promise.all(crowd.slice(20))).toEqual(Array.from({ length: 30 }, () => null));
		first?.();
		(await crowd[0])?.();
		expect(await owner).not.toBeNull();
	});

	it('end by themselves, so that who takes one and never gives it back keeps nobody waiting', async () => {
		const turns = turnsOf({ longestMs: 30 });
		const kept = await turns.take('one');
		const next = await turns.take('two');
		expect(next).not.toBeNull();
		// Given back late, it frees nothing a second time.
		kept?.();
		await settled();
		next?.();
		await settled();
		const last = await turns.take('three');
		const waits = turns.take('four');
		expect(await Promise.race([waits.then(() => 'begun'), Promise.resolve('waits')])).toBe('waits');
		last?.();
		await waits;
	});
});
