import type { CivilDate } from '#src/lib/clock.ts';

/** What may need the group, as the other slices tell it. Null where the person may not see it. */
export interface TodayState {
	/** Requests in which the workers wait for an answer. */
	readonly waiting: readonly { readonly number: string; readonly subject: string; readonly since: number }[];
	/** Unpaid charges, oldest due first. */
	readonly due: { readonly cents: number; readonly dueOn: string } | null;
	/** False once an address that works while the servers are down is verified, and for those who can't give one. */
	readonly outsideMissing: boolean;
	/** A demand to regain the group's access, of which the administrators were given notice: the first day it may come to pass. */
	readonly handoverOn: CivilDate | null;
	/** The anniversary whose question waits for an answer. */
	readonly renewal: { readonly dueOn: string } | null;
	/** A notice of leaving that stands. */
	readonly leaving: { readonly dueOn: string; readonly objected: boolean } | null;
	readonly hasRequested: boolean;
	readonly mayRequest: boolean;
}

export type TodayLine =
	| { readonly kind: 'answer'; readonly number: string; readonly subject: string; readonly since: number }
	| { readonly kind: 'late'; readonly cents: number; readonly dueOn: string }
	| { readonly kind: 'due'; readonly cents: number; readonly dueOn: string }
	| { readonly kind: 'handover'; readonly on: CivilDate }
	| { readonly kind: 'outside_contact' }
	| { readonly kind: 'renewal' | 'leaving' | 'objected'; readonly dueOn: string }
	| { readonly kind: 'first_service' };

/** What needs the group today, the most pressing first. */
export function todayLines(state: TodayState, on: CivilDate): TodayLine[] {
	const lines: TodayLine[] = state.handoverOn === null ? [] : [{ kind: 'handover', on: state.handoverOn }];
	if (state.leaving) lines.push({ kind: state.leaving.objected ? 'objected' : 'leaving', dueOn: state.leaving.dueOn });
	lines.push(...state.waiting.map((request) => ({ kind: 'answer', ...request }) as const));
	if (state.due) lines.push({ kind: state.due.dueOn < on ? 'late' : 'due', ...state.due });
	// A group that is leaving is not asked whether it stays, nor for anything that would serve later.
	if (state.renewal && !state.leaving) lines.push({ kind: 'renewal', dueOn: state.renewal.dueOn });
	if (state.outsideMissing && !state.leaving) lines.push({ kind: 'outside_contact' });
	if (!state.hasRequested && state.mayRequest) lines.push({ kind: 'first_service' });
	return lines;
}
