import { expect, test } from 'vitest';
import { matchesTag, preferredEncoding } from '#src/server/static.ts';

const all = new Set(['br', 'gzip', 'identity'] as const);

test.each([
	['gzip, deflate, br, zstd', 'br'],
	['gzip, deflate', 'gzip'],
	['br;q=0, gzip;q=0.5', 'gzip'],
	['br;q=1.0, gzip;q=0.8', 'br'],
	['gzip;q=0.000, br;q=0', 'identity'],
	['brotli, gzipped', 'identity'],
	['', 'identity'],
	[undefined, 'identity'],
] as const)('Accept-Encoding %j gets %s', (accept, expected) => {
	expect(preferredEncoding(accept, all)).toBe(expected);
});

test('a form that does not exist is not chosen', () => {
	expect(preferredEncoding('br, gzip', new Set(['identity', 'gzip'] as const))).toBe('gzip');
	expect(preferredEncoding('br, gzip', new Set(['identity'] as const))).toBe('identity');
});

test.each(['"abc"', 'W/"abc"', '"x", "abc"', '*', ' W/"x" ,W/"abc"'])('If-None-Match %s knows "abc"', (condition) => {
	expect(matchesTag(condition, '"abc"')).toBe(true);
});

test.each(['"abcd"', 'abc', '', '"a", "bc"'])('If-None-Match %j does not know "abc"', (condition) => {
	expect(matchesTag(condition, '"abc"')).toBe(false);
});
