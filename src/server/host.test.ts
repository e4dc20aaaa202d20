import { expect, test } from 'vitest';
import { placesOf } from '#src/server/host.ts';

test('a public address answers to its own host only', () => {
	const placeOf = placesOf('https://portail.example.org');
	expect(placeOf('portail.example.org')).toEqual({ host: 'portail.example.org', origin: 'https://portail.example.org' });
	expect(placeOf('PORTAIL.example.org:443')).toEqual({ host: 'portail.example.org', origin: 'https://portail.example.org' });
	for (const other of [
		undefined,
		'',
		'localhost',
		'evil.example',
		'portail.example.org:8443',
		'portail.example.org.',
		'portail.example.org@evil.example',
		'a b',
		'[',
		'x/y',
	]) {
		expect(placeOf(other), other).toBeNull();
	}
});

test('a loopback address answers to any loopback name and port', () => {
	const placeOf = placesOf('http://localhost:4321');
	expect(placeOf('127.0.0.1:9')).toEqual({ host: '127.0.0.1:9', origin: 'http://127.0.0.1:9' });
	expect(placeOf('localhost')?.origin).toBe('http://localhost');
	expect(placeOf('[::1]:80')?.origin).toBe('http://[::1]');
	for (const other of ['evil.example', 'localhost.evil.example', '127.0.0.2:4321', '[::2]']) expect(placeOf(other), other).toBeNull();
});
