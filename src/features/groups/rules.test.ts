import { describe, expect, it } from 'vitest';
import { hostedDomains, isHosted, normalizeNeq } from '#src/features/groups/rules.ts';

describe('a Québec enterprise number', () => {
	it('has ten digits and begins as those of the register do, however it is spaced', () => {
		expect(normalizeNeq('1234 567 890')).toBeNull();
		expect(normalizeNeq('1145 678 901')).toBe('1145678901');
		expect(normalizeNeq('33-1234-5678')).toBe('3312345678');
		expect(normalizeNeq('11456789012')).toBeNull();
		expect(normalizeNeq('11456789O1')).toBeNull();
	});
});

describe('domains hosted here', () => {
	it('are those listed, the site’s and the sender’s, and all under them', () => {
		const hosted = hostedDomains(['koumbit.org'], 'https://www.portail.example', 'Koumbit <envoi@courriel.example>');
		expect(hosted).toEqual(['koumbit.org', 'portail.example', 'courriel.example']);
		expect(isHosted('a@listes.koumbit.org', hosted)).toBe(true);
		expect(isHosted('a@faux-koumbit.org', hosted)).toBe(false);
	});
});
