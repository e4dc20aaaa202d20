import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isMadeOf } from '#src/features/accounts/rules.ts';

const words = ['Ève Côté', 'Cuisine collective du Plateau', 'eve.cote@exemple.org', 'Koumbit'];

describe('a password made of what everyone knows', () => {
	it.each([
		'evecote',
		'EveCote2026',
		'Ève-Côté!',
		'koumbit2026',
		'Koumbit!!!123',
		'cuisinecollective',
		'Plateau1',
		'eve.cote@exemple.org',
		'cuisine-plateau-42',
		'koumbitkoumbit',
		'KOUMBIT-a1',
	])('« %s » is found out', (password) => {
		expect(isMadeOf(password, words)).toBe(true);
	});
});

describe('a password with something of its own', () => {
	it.each([
		'cheval agrafe pile',
		'le chat de koumbit dort',
		'tr0ub4dor&3',
		'12345678',
		'!!!!!!!!',
		'',
		'plat',
		'œuvre-lune-42',
		'한국어비밀번호',
	])('« %s » passes', (password) => {
		expect(isMadeOf(password, words)).toBe(false);
	});

	it('is not measured against words too short to matter', () => {
		expect(isMadeOf('du22222222', ['du', 'a', '', '@'])).toBe(false);
		expect(isMadeOf('anything', [])).toBe(false);
	});
});

it('any word with any digits around it is found out, in any case', () => {
	fc.assert(
		fc.property(fc.stringMatching(/^[a-z]{3,20}$/), fc.stringMatching(/^[0-9]{0,6}$/), fc.boolean(), (word, digits, upper) => {
			expect(isMadeOf(`${digits}${upper ? word.toUpperCase() : word}${digits}`, [word])).toBe(true);
		}),
	);
});
