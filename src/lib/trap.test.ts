import { describe, expect, it } from 'vitest';
import { isTrapped } from '#src/lib/trap.ts';

describe('the trap for programs', () => {
	it('closes on whatever fills the hidden field, and never on a person', () => {
		expect(isTrapped({})).toBe(false);
		expect(isTrapped({ website: '' })).toBe(false);
		expect(isTrapped({ website: 'http://spam.example' })).toBe(true);
		expect(isTrapped({ website: ['', 'x'] })).toBe(true);
	});
});
