/** Words here: an event is one line of the trail; its kind is the part of its name before the dot. */
import { z } from 'zod';
import type { Messages } from '#src/i18n/messages.ts';
import { addDays, type CivilDate, type Instant, instantOfClock, parseCivilDate } from '#src/lib/clock.ts';
import { cleanLine } from '#src/lib/text.ts';

export type TrailKind = keyof Messages['trail']['kinds'];

/** What one looks for; an empty text looks for nothing in particular. */
export interface TrailSearch {
	readonly person: string;
	readonly group: string;
	readonly kind: string;
	readonly action: string;
	readonly subject: string;
	readonly request: string;
	readonly from: CivilDate | null;
	readonly to: CivilDate | null;
	/** The number of the last line of the page before; null for the newest. */
	readonly before: number | null;
}

/** Names of the fields in addresses, French as all others. */
const FIELDS = { person: 'personne', group: 'groupe', kind: 'sorte', action: 'geste', subject: 'objet', request: 'requete' } as const;

const sequence = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER);

/** What a GET form asks for; whatever makes no sense is left out. */
export function readSearch(query: URLSearchParams): TrailSearch {
	const text = (name: string) => cleanLine((query.get(name) ?? '').slice(0, 200));
	const before = sequence.safeParse(query.get('avant') ?? '');
	return {
		person: text(FIELDS.person),
		group: text(FIELDS.group),
		kind: text(FIELDS.kind),
		action: text(FIELDS.action),
		subject: text(FIELDS.subject),
		request: text(FIELDS.request),
		from: parseCivilDate(text('du')),
		to: parseCivilDate(text('au')),
		before: before.success ? before.data : null,
	};
}

/** The query of the same search, from another line on. */
export function searchQuery(search: TrailSearch, before: number | null): string {
	const query = new URLSearchParams();
	for (const [key, name] of Object.entries(FIELDS)) {
		const value = search[key as keyof typeof FIELDS];
		if (value !== '') query.set(name, value);
	}
	if (search.from) query.set('du', search.from);
	if (search.to) query.set('au', search.to);
	if (before !== null) query.set('avant', String(before));
	return query.size > 0 ? `?${query}` : '';
}

/** From the first instant of a day in Montréal to the first of another. */
export function spanOf(search: Pick<TrailSearch, 'from' | 'to'>): { from: Instant | null; to: Instant | null } {
	const start = (date: CivilDate) => instantOfClock(`${date}T00:00`);
	return { from: search.from && start(search.from), to: search.to && start(addDays(search.to, 1)) };
}
