import { expect, test } from 'vitest';
import { addressResolver } from '#src/server/client-address.ts';

test('without trusted proxies the peer is the client, whatever the header says', () => {
	expect(addressResolver([])('203.0.113.9', '198.51.100.1')).toBe('203.0.113.9');
	expect(addressResolver(['10.0.0.0/8'])('203.0.113.9', '198.51.100.1')).toBe('203.0.113.9');
});

test('behind trusted proxies the client is the right-most entry that is not one of them', () => {
	const resolve = addressResolver(['127.0.0.1', '10.0.0.0/8', 'fd00::/8']);
	expect(resolve('127.0.0.1', '198.51.100.1')).toBe('198.51.100.1');
	expect(resolve('::ffff:127.0.0.1', '6.6.6.6, 198.51.100.1, 10.1.2.3')).toBe('198.51.100.1');
	expect(resolve('fd00::5', '2001:db8::7')).toBe('2001:db8::7');
	expect(resolve('10.0.0.1', '10.0.0.2, 10.0.0.3')).toBe('10.0.0.2');
});

test('an entry that is no address ends the walk at the last proxy that vouched', () => {
	const resolve = addressResolver(['127.0.0.1']);
	expect(resolve('127.0.0.1', 'unknown')).toBe('127.0.0.1');
	expect(resolve('127.0.0.1', '6.6.6.6, <script>')).toBe('127.0.0.1');
	expect(resolve('127.0.0.1', '')).toBe('127.0.0.1');
});

test('the port some proxies add is dropped', () => {
	const resolve = addressResolver(['127.0.0.1']);
	expect(resolve('127.0.0.1', '198.51.100.1:5123')).toBe('198.51.100.1');
	expect(resolve('127.0.0.1', '[2001:db8::7]:5123')).toBe('2001:db8::7');
});
