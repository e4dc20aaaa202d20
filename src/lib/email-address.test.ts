import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalizeAddress, normalizeDomain } from '#src/lib/email-address.ts';

describe('two spellings of one address', () => {
	it.each([
		['Eve@Exemple.ORG', 'eve@exemple.org'],
		[' eve@exemple.org ', 'eve@exemple.org'],
		['eve@exemple.org.', 'eve@exemple.org'],
		['eve@Café.org', 'eve@xn--caf-dma.org'],
		['eve@cafe\u0301.org', 'eve@xn--caf-dma.org'],
		['eve@XN--CAF-DMA.org', 'eve@xn--caf-dma.org'],
		['eve@exemple．org', 'eve@exemple.org'],
		['E\u0300ve@exemple.org', 'ève@exemple.org'],
		['eve+listes@exemple.org', 'eve+listes@exemple.org'],
		["o'neil.eve_1@sous.exemple.org", "o'neil.eve_1@sous.exemple.org"],
	])('%s is compared as %s', (typed, compared) => {
		expect(normalizeAddress(typed)).toBe(compared);
	});

	it('differ by what follows a plus', () => {
		expect(normalizeAddress('eve+a@exemple.org')).not.toBe(normalizeAddress('eve+b@exemple.org'));
	});
});

describe('what can’t be an address', () => {
	it.each([
		'',
		'eve',
		'@exemple.org',
		'eve@',
		'eve@exemple',
		'eve@.org',
		'eve@exemple..org',
		'eve@-exemple.org',
		'eve@exemple-.org',
		'.eve@exemple.org',
		'eve.@exemple.org',
		'e..ve@exemple.org',
		'"eve cote"@exemple.org',
		'"eve"@exemple.org',
		'eve cote@exemple.org',
		'eve@exemple .org',
		'eve@[127.0.0.1]',
		'eve@127.0.0.1',
		'eve@0x7f.1',
		'eve@2130706433',
		'eve@[IPv6:::1]',
		'eve@exemple.org:25',
		'eve@exemple.org/x',
		'eve@exemple.org?x',
		'eve@exemple.org#x',
		'eve@exemple.org\\x',
		'eve@exem%70le.org',
		'eve@exemple.org,mallory@exemple.org',
		'eve@exemple.org>',
		'eve@exe_mple.org',
		'eve@exemple.org\r\nBcc: mallory@exemple.org',
		'eve\r\n@exemple.org',
		'mallory@exemple.org <eve@exemple.org>',
		'eve@xn--.org',
		`${'e'.repeat(65)}@exemple.org`,
		`${'è'.repeat(33)}@exemple.org`,
		`eve@${'a'.repeat(64)}.org`,
		`eve@${'abcd.'.repeat(60)}org`,
		// Short as typed, too long for mail servers once its domain is an A-label.
		`eve@${'é.'.repeat(120)}org`,
	])('%j', (typed) => {
		expect(normalizeAddress(typed)).toBeNull();
	});
});

it('an address at the limits is still one', () => {
	expect(normalizeAddress(`${'e'.repeat(64)}@exemple.org`)).toBe(`${'e'.repeat(64)}@exemple.org`);
	const domain = `${`${'a'.repeat(60)}.`.repeat(3)}org`;
	expect(normalizeAddress(`${'e'.repeat(64)}@${domain}`)).not.toBeNull();
	expect(normalizeAddress(`${'e'.repeat(64)}@${'b'.repeat(5)}.${domain}`)).toBeNull();
});

it('a domain is compared as its A-label, and an IP address is none', () => {
	expect(normalizeDomain('Élan.Québec')).toBe('xn--lan-9la.xn--qubec-csa');
	expect(normalizeDomain('127.0.0.1')).toBeNull();
	expect(normalizeDomain('[::1]')).toBeNull();
	expect(normalizeDomain('com')).toBeNull();
});

it('whatever is accepted is accepted again, unchanged, and fits on one line', () => {
	fc.assert(
		fc.property(
			fc.oneof(
				fc.emailAddress(),
				fc.string({ unit: 'grapheme' }),
				fc.string().map((text) => `${text}@exemple.org`),
			),
			(text) => {
				const once = normalizeAddress(text);
				if (once === null) return;
				expect(normalizeAddress(once)).toBe(once);
				expect(once).toMatch(/^[^\s<>@,;"]+@[a-z0-9.-]+$/);
			},
		),
	);
});
