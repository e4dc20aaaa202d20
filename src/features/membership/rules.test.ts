import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freeSlug } from '#src/features/membership/rules.ts';

describe('the address of a group', () => {
	it('comes from its usual name, with a number when another has it', () => {
		expect(freeSlug('Café d’ici', new Set())).toBe('cafe-d-ici');
		expect(freeSlug('Café d’ici', new Set(['cafe-d-ici']))).toBe('cafe-d-ici-2');
		expect(freeSlug('Café d’ici', new Set(['cafe-d-ici', 'cafe-d-ici-2']))).toBe('cafe-d-ici-3');
	});

	it('exists even when the name has no Latin letter', () => {
		expect(freeSlug('🌾🌾', new Set())).toBe('membre');
		expect(freeSlug('合作社', new Set(['membre']))).toBe('membre-2');
	});

	it('is never one that is taken, and always fit for an address', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'grapheme' }), fc.array(fc.string({ unit: 'grapheme' })), (name, others) => {
				const taken = new Set<string>();
				for (const other of [...others, name, name]) taken.add(freeSlug(other, taken));
				const slug = freeSlug(name, taken);
				expect(taken.has(slug)).toBe(false);
				expect(slug).toMatch(/^[a-z0-9][a-z0-9-]*$/);
			}),
		);
	});
});
