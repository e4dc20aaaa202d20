import { describe, expect, it } from 'vitest';
import { changesText } from '#src/features/trail/components/words.ts';
import type { Locale } from '#src/i18n/routes.ts';

const services = { courriel: 'Courriel', wiki: 'Wiki' };
const member = (locale: Locale = 'fr') => ({ locale, ofTeam: false, services });
const team = (locale: Locale = 'fr') => ({ locale, ofTeam: true, services });
const changes = (fields: Readonly<Record<string, string | number | boolean>>) => Object.entries(fields);

describe('what an event changed, in words', () => {
	it.each([
		['requests.open', { service: 'wiki', urgency: 'when_you_can' }, 'service : Wiki; urgence : Quand vous pourrez'],
		['requests.ask', { from: 'open', to: 'waiting_on_member' }, 'avant : prise en charge; après : en attente de votre réponse'],
		['membership.accept', { from: 'under_review', to: 'accepted' }, 'avant : En lecture; après : Acceptée'],
		[
			'status.open',
			{ services: 'courriel,portal', languages: 'fr,en', number: 'E-2026-0001' },
			/Courriel, .*; langues : Français, Anglais/,
		],
		['groups.change_profile', { changed: 'legalName postalAddress' }, 'changé : Nom légal, Adresse postale'],
		['groups.change_contact', { purpose: 'technical' }, 'sujet : Pour les questions techniques'],
		[
			'membership.end',
			{ reason: 'dissolved', toOn: '2027-01-15' },
			'raison : dissolution du groupe; jusqu’au (exclu) : 15\u00a0janvier 2027',
		],
		['membership.exclude', { reason: 'Décision du comité' }, 'raison : Décision du comité'],
		['access.grant', { role: 'administrator', amountCents: 1_200 }, /Responsable.*; montant : 12,00 \$/i],
	] as const)('says %s to a member', (action, delta, expected) => {
		const text = changesText({ action, changes: changes(delta) }, member());
		if (typeof expected === 'string') expect(text).toBe(expected);
		else expect(text).toMatch(expected);
	});

	it('keeps from members what has no word, and shows it to the team as it is', () => {
		const event = { action: 'requests.open', changes: changes({ urgency: 'by_magic', scope: 'organisation', checksum: 'abc' }) };
		expect(changesText(event, member())).toBe('');
		expect(changesText(event, team('en'))).toBe('urgency: by_magic; scope: group; checksum: abc');
	});

	it('says to the team whose answer is waited for', () => {
		const event = { action: 'requests.ask', changes: changes({ to: 'waiting_on_member' }) };
		expect(changesText(event, team('en'))).toBe('after: waiting on the group');
		expect(changesText(event, member('en'))).toBe('after: waiting on you');
	});
});
