import type { CivilDate } from '#src/lib/clock.ts';

/** What may need the group, as the other slices tell it. Null where the person may not see it. */
export interface TodayState {
	/** Requests in which the workers wait for an answer. */
	readonly waiting: readonly { readonly number: string; readonly subject: string; readonly since: number }[];
	/** Unpaid charges, oldest due first. */
	readonly due: { readonly cents: number; readonly dueOn: string } | null;
	readonly hasRequested: boolean;
	readonly mayRequest: boolean;
}

export type TodayLine =
	| { readonly kind: 'answer'; readonly number: string; readonly subject: string; readonly since: number }
	| { readonly kind: 'late'; readonly cents: number; readonly dueOn: string }
	| { readonly kind: 'due'; readonly cents: number; readonly dueOn: string }
	| { readonly kind: 'first_service' };

/** What needs the group today, the most pressing first. */
export function todayLines(state: TodayState, on: CivilDate): TodayLine[] {
	const lines: TodayLine[] = state.waiting.map((request) => ({ kind: 'answer', ...request }));
	if (state.due) lines.push({ kind: state.due.dueOn < on ? 'late' : 'due', ...state.due });
	if (!state.hasRequested && state.mayRequest) lines.push({ kind: 'first_service' });
	return lines;
}
