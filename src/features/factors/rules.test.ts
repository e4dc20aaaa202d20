import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeAddress, codeOfStep, newCodeSecret } from '#src/adapters/one-time-codes/index.ts';
import {
	findStep,
	inGroups,
	RECOVERY_BYTES,
	readCode,
	readRecoveryCode,
	stepsAround,
	writeRecoveryCode,
} from '#src/features/factors/rules.ts';
import { DAY } from '#src/lib/clock.ts';

/** RFC 6238, appendix B: the secret of its examples with SHA-1, and their last six digits. */
const RFC = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const at = Date.UTC(2026, 10, 23, 17);
const code = (step: number) => codeOfStep(RFC, step);
const now = Math.floor(at / 30_000);

describe('a one-time code', () => {
	it.each([
		[59, '287082'],
		[1_111_111_109, '081804'],
		[1_111_111_111, '050471'],
		[1_234_567_890, '005924'],
		[2_000_000_000, '279037'],
	])('is that of the standard at second %d', (second, expected) => {
		expect(code(Math.floor(second / 30))).toBe(expected);
	});

	it('is taken for its own half minute, the one before and the one after, and no further', () => {
		const found = [-3, -2, -1, 0, 1, 2, 3].map((away) => findStep(code(now + away), code, at, 0));
		expect(found).toEqual([null, null, now - 1, now, now + 1, null, null]);
	});

	it('is refused from a clock that is a day off', () => {
		for (const away of [-DAY, DAY]) expect(findStep(code(Math.floor((at + away) / 30_000)), code, at, 0)).toBeNull();
	});

	it('serves once, and none before it serves after it', () => {
		expect(findStep(code(now), code, at, now)).toBeNull();
		expect(findStep(code(now - 1), code, at, now)).toBeNull();
		expect(findStep(code(now + 1), code, at, now)).toBe(now + 1);
	});

	it('is not waited for a day by whoever used one while the server’s clock was ahead', () => {
		expect(findStep(code(now), code, at, now + DAY / 30_000)).toBe(now);
		// A step that may still come is no such thing.
		expect(findStep(code(now), code, at, now + 1)).toBeNull();
	});

	it('is found by its own step only, whatever the instant', () => {
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 4e12 }), fc.integer({ min: -5, max: 5 }), (instant, away) => {
				const names = (step: number) => `${step}`;
				const step = Math.floor(instant / 30_000) + away;
				expect(findStep(names(step), names, instant, -1)).toBe(Math.abs(away) <= 1 && step >= 0 ? step : null);
				expect(stepsAround(instant)).toHaveLength(3);
			}),
		);
	});

	it.each([
		['123456', '123456'],
		[' 123 456 ', '123456'],
		['123-456', '123456'],
		['１２３４５６', '123456'],
		['12345', null],
		['1234567', null],
		['abcdef', null],
		['', null],
	])('is read from « %s »', (typed, read) => {
		expect(readCode(typed)).toBe(read);
	});
});

describe('the key of an application', () => {
	it('has 160 bits, each time others', () => {
		const keys = Array.from({ length: 50 }, newCodeSecret);
		expect(new Set(keys).size).toBe(50);
		for (const key of keys) expect(key).toMatch(/^[A-Z2-7]{32}$/);
	});

	it('is read from an address that says whose it is, and is written in groups', () => {
		const address = new URL(codeAddress(RFC, 'amina@exemple.org'));
		expect(address.protocol).toBe('otpauth:');
		expect(decodeURIComponent(address.pathname)).toContain('Koumbit:amina@exemple.org');
		expect(address.searchParams.get('secret')).toBe(RFC);
		expect(inGroups('ABCDEFGHIJ')).toBe('ABCD EFGH IJ');
	});
});

describe('a recovery code', () => {
	it('is read again however it is typed: small letters, spaces, an o for a zero', () => {
		fc.assert(
			fc.property(fc.uint8Array({ minLength: RECOVERY_BYTES, maxLength: RECOVERY_BYTES }), (bytes) => {
				const shown = writeRecoveryCode(bytes);
				expect(shown).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}$/);
				const plain = shown.replaceAll('-', '');
				expect(readRecoveryCode(shown)).toBe(plain);
				expect(readRecoveryCode(` ${shown.toLowerCase().replaceAll('-', ' ')}\t`)).toBe(plain);
				expect(readRecoveryCode(shown.replaceAll('0', 'o').replaceAll('1', 'l'))).toBe(plain);
			}),
		);
	});

	it('is another for other bytes', () => {
		fc.assert(
			fc.property(fc.uint8Array({ minLength: 15, maxLength: 15 }), fc.uint8Array({ minLength: 15, maxLength: 15 }), (one, other) => {
				fc.pre(Buffer.compare(one, other) !== 0);
				expect(writeRecoveryCode(one)).not.toBe(writeRecoveryCode(other));
			}),
		);
	});

	it.each(['', '123456', 'AAAA-AAAA', 'U'.repeat(24), 'A'.repeat(25), '😀'.repeat(24)])('is not « %s »', (typed) => {
		expect(readRecoveryCode(typed)).toBeNull();
	});
});
