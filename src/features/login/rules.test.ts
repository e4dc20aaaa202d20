import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { proofPath, wayBack, wayBackFromProof } from '#src/features/login/rules.ts';

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
		const piece = fc.constantFrom(
			'/',
			'\\',
			'\t',
			'\n',
			'\r',
			'[',
			']',
			'@',
			':',
			'?',
			'#',
			'%',
			'%2f',
			'%zz',
			'.',
			'..',
			'//',
			'compte',
			'évil',
			' ',
		);
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
			{ numRuns: 200 },
		);
	});
});

describe('a proof of who one is', () => {
	it.each(['/compte/etapes/', '/travail/voir-comme/?groupe=a', '/en/space/a-group/leaving/'])('leads back to %s', (page) => {
		expect(wayBackFromProof(page)).toBe(page);
	});

	it.each([
		'',
		'/compte/preuve/',
		'/mission/',
		'/connexion/',
		'/rien/',
		'https://evil.example/compte/',
		'//evil.example/compte/',
		'/\\evil.example',
	])('does not lead to « %s »', (page) => {
		expect(wayBackFromProof(page)).toBeNull();
	});

	it('is asked for by a page with its own address, without what was sent to it or said once', () => {
		const here = new URL('http://localhost/travail/voir-comme/?groupe=a&_action=viewing.start&fait=fin');
		expect(proofPath('fr', here)).toBe('/compte/preuve/?next=%2Ftravail%2Fvoir-comme%2F%3Fgroupe%3Da');
		expect(proofPath('en', new URL('http://localhost/en/account/?fait=x'))).toBe('/en/account/proof/?next=%2Fen%2Faccount%2F');
	});
});
