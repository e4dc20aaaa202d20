import { describe, expect, it } from 'vitest';
import { wayBack } from '#src/features/login/rules.ts';

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
});
