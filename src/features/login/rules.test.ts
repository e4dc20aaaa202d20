import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wayBack, wayBackFromProof } from '#src/features/login/rules.ts';

describe('the way back after a log-in', () => {
	it.each(['/compte/', '/en/account/', '/travail/adhesions/?etat=recue', '/espace/un-groupe/'])(
		'leads to a page of this site: %s',
		(page) => {
			expect(wayBack(page)).toBe(page);
		},
	);

	it.each([
		'',
		'//evil.example/',
		'/\\evil.example/',
		'https://evil.example/',
		'javascript:alert(1)',
		'/\t/[',
		'/\n/evil.example/compte/',
		'/inconnu/',
		'/connexion/',
		'/connexion/etape/',
		'/en/login/step/',
		'/connexion/lien/abc/',
		'/deconnexion/',
		`/compte/?${'a'.repeat(2_000)}`,
	])('leads nowhere else: %.40s', (page) => {
		expect(wayBack(page)).toBeNull();
	});

	it('throws for nothing that a form can bring, and never leaves the site', () => {
		const piece = fc.constantFrom('/', '\\', '\t', '\n', '\r', '[', ']', '@', ':', '?', '#', '%', '%2f', '%zz', '.', '..', '//', 'compte', 'évil', ' ');
		const asked = fc.oneof(
			fc.string({ unit: 'binary' }),
			fc.array(fc.oneof(piece, fc.string()), { maxLength: 12 }).map((parts) => parts.join('')),
			fc.array(piece, { maxLength: 8 }).map((parts) => `/${parts.join('')}`),
			fc.array(piece, { maxLength: 8 }).map((parts) => `/compte/${parts.join('')}`),
		);
		fc.assert(
			fc.property(asked, (text) => {
				for (const back of [wayBack(text), wayBackFromProof(text)]) {
					if (back !== null) expect(new URL(back, 'https://portail.exemple.org').origin).toBe('https://portail.exemple.org');
				}
			}),
			{ numRuns: 500 },
		);
	});
});
