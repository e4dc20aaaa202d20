import { expect, test } from 'vitest';
import { readTarget } from '#src/server/target.ts';

test('an address is split from its query and decoded once', () => {
	expect(readTarget('/services/caf%C3%A9/?a=1?b')).toEqual({
		ok: true,
		path: '/services/caf%C3%A9/',
		name: '/services/café/',
		query: '?a=1?b',
	});
});

test.each([
	'/%2561',
	'/%252e%252e/',
	'/%zz',
	'/%',
	'/%C3',
	'/a%00b',
	'/a%0d%0aLocation:x',
	'/a%5cb',
	'/\\evil.example',
	'*',
	'ftp://a/b',
	'',
])('%j is malformed', (url) => {
	expect(readTarget(url)).toEqual({ ok: false, status: 400 });
});

test('a percent sign that is text stays text', () => {
	expect(readTarget('/aide/100%25-libre/')).toMatchObject({ ok: true, name: '/aide/100%-libre/' });
});

test('the absolute form that proxies send gives its path', () => {
	expect(readTarget('http://portal.example/mission/?x')).toMatchObject({ ok: true, path: '/mission/', query: '?x' });
});

test('an address of more than 8 KiB is too long', () => {
	expect(readTarget(`/${'a'.repeat(8_191)}`)).toMatchObject({ ok: true });
	expect(readTarget(`/${'a'.repeat(8_192)}`)).toEqual({ ok: false, status: 414 });
});
