import { describe, expect, it } from 'vitest';
import { deviceOf, prefixOf, readDevice } from '#src/lib/device.ts';

describe('a device', () => {
	it.each([
		['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'firefox/linux'],
		['Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0', 'firefox/android'],
		[
			'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0',
			'edge/windows',
		],
		['Mozilla/5.0 (Linux; Android 15; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36', 'chrome/android'],
		[
			'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 (KHTML, like Gecko) Version/18.0 Mobile Safari/604.1',
			'safari/ios',
		],
		['Mozilla/5.0 (Macintosh; Intel Mac OS X 15_0) AppleWebKit/605 (KHTML, like Gecko) Version/18.0 Safari/605', 'safari/macos'],
		['curl/8.0', 'other/other'],
	])('is said in two words: %s', (header, device) => {
		expect(deviceOf(header)).toBe(device);
		expect(`${readDevice(device).browser}/${readDevice(device).system}`).toBe(device);
	});

	it('is nothing when the program says nothing, and « other » when what was kept is unknown', () => {
		expect(deviceOf(null)).toBeNull();
		expect(deviceOf('  ')).toBeNull();
		expect(readDevice('<b>/x/y')).toEqual({ browser: 'other', system: 'other' });
	});
});

describe('a network', () => {
	it.each([
		['203.0.113.77', '203.0.113.0/24'],
		['2001:db8:85a3:8d3::/64', '2001:db8:85a3::/48'],
		['unknown', null],
	])('%s is kept as %s', (network, prefix) => {
		expect(prefixOf(network)).toBe(prefix);
	});
});
