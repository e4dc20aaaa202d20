/** Notices as the tests of the state of services begin with them. */
import type { Tx } from '#db/client.ts';
import { openNotice } from '#src/features/status/index.ts';
import type { Notice, NoticeTexts } from '#src/features/status/rules.ts';
import type { OpenInput } from '#src/features/status/schema.ts';
import type { Act } from '#src/lib/act.ts';
import { HOUR, type Instant } from '#src/lib/clock.ts';
import { newIdempotencyKey } from '#src/lib/ids.ts';

/** Noon in Montréal on 10 March 2026. */
export const NOON: Instant = Date.parse('2026-03-10T16:00:00Z');

export const byOperator = (at: Instant = NOON): Act => ({ actor: { kind: 'operator' }, at, requestId: null });

export function someTexts(over: Partial<NoticeTexts> = {}): NoticeTexts {
	return { title: 'Le courriel n’entre plus', who: '', what: 'Les messages attendent.', why: '', how: '', objection: '', ...over };
}

export function aNotice(over: Partial<Notice> = {}): Notice {
	return {
		id: 'id',
		number: 'P-2026-0001',
		kind: 'outage',
		severity: 'partial',
		services: ['courriel'],
		texts: { fr: someTexts() },
		startsAt: NOON - HOUR,
		expectedEndAt: null,
		endedAt: null,
		state: 'open',
		createdAt: NOON - HOUR,
		updatedAt: NOON - HOUR,
		version: 1,
		...over,
	};
}

type Opening = OpenInput & { readonly authorRole: 'worker' | 'sysadmin' | null };

export function anOpening(over: Partial<Opening> = {}): Opening {
	const base = { submissionKey: newIdempotencyKey(), kind: 'outage', severity: 'partial', services: ['portal'], authorRole: null } as const;
	return { ...base, services: ['portal'], startsAt: NOON - HOUR, expectedEndAt: null, texts: { fr: someTexts() }, ...over };
}

/** @returns its number. */
export async function openedNotice(tx: Tx, over: Partial<Opening> = {}, at: Instant = NOON): Promise<string> {
	const opened = await openNotice(tx, byOperator(at), 'operator', anOpening(over));
	if (!opened.ok) throw new Error(opened.reason);
	return opened.number;
}
