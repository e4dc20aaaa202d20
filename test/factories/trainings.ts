/** Training dates, and people who ask for a place. */
import type { SessionSettings } from '#src/collections/trainings.ts';
import type { PlaceAsked } from '#src/features/trainings/mutations.ts';
import { newIdempotencyKey } from '#src/lib/ids.ts';

/** A date as its file says; a month after the clock of the other factories. */
export function aSession(over: Partial<SessionSettings> = {}): SessionSettings {
	return {
		example: false,
		slug: 'courriel',
		title: { fr: 'Le courriel d’un groupe', en: 'A group’s email' },
		summary: { fr: 'Un résumé.', en: 'A summary.' },
		text: { fr: 'Un texte.', en: 'A text.' },
		language: 'fr',
		seats: 2,
		where: { kind: 'place', text: { fr: 'Au local', en: 'At the office' } },
		on: '2026-12-22',
		from: '18:30',
		to: '20:30',
		...over,
	};
}

let serial = 0;

/** A place as someone asks for it; each has a name and an address of its own. */
export function aPlace(over: Partial<PlaceAsked> = {}): PlaceAsked {
	serial += 1;
	return {
		slug: 'courriel',
		submissionKey: newIdempotencyKey(),
		name: `Camille Tremblay ${serial}`,
		email: `place${serial}@exemple.org`,
		group: '',
		needs: '',
		locale: 'fr',
		...over,
	};
}
