import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Held, keepsKeeper } from '#src/features/workers/rules.ts';
import type { CivilDate } from '#src/lib/clock.ts';

const KEEPING = ['sysadmin', 'board'];
const held = fc.array(
	fc.record({
		personId: fc.constantFrom('a', 'b', 'c'),
		role: fc.constantFrom('worker', 'sysadmin', 'board'),
		toOn: fc.constantFrom(null, '2027-01-01' as CivilDate),
	}),
	{ maxLength: 6 },
);

describe('ending a role', () => {
	it('leaves, whenever it is allowed, someone who may give roles for good', () => {
		fc.assert(
			fc.property(held, fc.nat(), (all, at) => {
				const ending = all[at % (all.length || 1)];
				if (!ending || !KEEPING.includes(ending.role) || !keepsKeeper(all, KEEPING, ending)) return;
				const left = all.filter((one) => !(one.personId === ending.personId && one.role === ending.role));
				expect(left.some((one) => KEEPING.includes(one.role) && one.toOn === null)).toBe(true);
			}),
		);
	});

	it('is never held back for a role that gives none', () => {
		fc.assert(fc.property(held, (all) => keepsKeeper(all, KEEPING, { personId: 'a', role: 'worker' })));
	});

	it('counts another role of the same person, and not one that has an end', () => {
		const one = (role: string, personId: string, toOn: CivilDate | null = null): Held => ({ personId, role, toOn });
		expect(keepsKeeper([one('sysadmin', 'a')], KEEPING, one('sysadmin', 'a'))).toBe(false);
		expect(keepsKeeper([one('sysadmin', 'a'), one('board', 'a')], KEEPING, one('sysadmin', 'a'))).toBe(true);
		expect(keepsKeeper([one('sysadmin', 'a'), one('board', 'b', '2027-01-01' as CivilDate)], KEEPING, one('sysadmin', 'a'))).toBe(false);
	});
});
