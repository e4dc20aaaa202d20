import { createHash } from 'node:crypto';
import { expect, it, vi } from 'vitest';
import { hashToken, newId, newIdempotencyKey, newToken } from '#src/lib/ids.ts';

it('an identifier is a UUID of version 7', () => {
	for (let count = 0; count < 200; count += 1) {
		expect(newId()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
	}
});

it('identifiers sort by the time they were made, and say it', () => {
	vi.useFakeTimers();
	const times = [0, 1, 255, 256, Date.parse('2026-11-22T12:00:00Z'), Date.parse('2199-01-01T00:00:00Z')];
	const ids = times.map((time) => {
		vi.setSystemTime(time);
		return newId();
	});
	vi.useRealTimers();
	expect(ids.toSorted()).toEqual(ids);
	expect(ids.map((id) => Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16))).toEqual(times);
});

it('identifiers made in the same moment sort in the order they were made, also when the clock steps back a little', () => {
	vi.useFakeTimers();
	const start = Date.parse('2026-11-22T12:00:00Z');
	vi.setSystemTime(start);
	const ids = Array.from({ length: 9_000 }, () => newId());
	vi.setSystemTime(start - 500);
	ids.push(newId());
	vi.setSystemTime(start + 1_000);
	ids.push(newId());
	vi.useRealTimers();
	expect(ids.toSorted()).toEqual(ids);
});

it('ten thousand made in the same moment differ', () => {
	expect(new Set(Array.from({ length: 10_000 }, () => newId())).size).toBe(10_000);
	expect(new Set(Array.from({ length: 1_000 }, () => newIdempotencyKey())).size).toBe(1_000);
});

it('a token is 32 random bytes that fit in a link', () => {
	const tokens = Array.from({ length: 1_000 }, () => newToken());
	expect(new Set(tokens).size).toBe(1_000);
	for (const token of tokens) {
		expect(token).toMatch(/^[\w-]{43}$/);
		expect(Buffer.from(token, 'base64url')).toHaveLength(32);
	}
});

it('what is stored of a token is its SHA-256 in hexadecimal', () => {
	expect(hashToken('jeton')).toBe(createHash('sha256').update('jeton').digest('hex'));
	expect(hashToken('a')).not.toBe(hashToken('b'));
	expect(hashToken('')).toMatch(/^[0-9a-f]{64}$/);
});
