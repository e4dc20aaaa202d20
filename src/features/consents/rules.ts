import type { Instant } from '#src/lib/clock.ts';

/** What information serves for, as the settings say. */
interface Purpose {
	readonly id: string;
	readonly necessary: boolean;
	readonly version: string;
	readonly title: { readonly fr: string; readonly en: string };
	readonly text: { readonly fr: string; readonly en: string };
	readonly example: boolean;
}

/** One row, as it was added. */
export interface ConsentAct {
	readonly purpose: string;
	readonly version: string;
	readonly act: 'given' | 'withdrawn';
	readonly how: 'application' | 'account';
	readonly at: Instant;
}

/**
 * How a purpose stands for someone: `given` for its present text, `outdated` for an earlier one, `withdrawn` by them, or `never` asked.
 */
export type Standing = 'given' | 'outdated' | 'withdrawn' | 'never';

export interface PurposeStanding {
	readonly purpose: Purpose;
	readonly standing: Standing;
	/** The act it follows from; null when there is none. */
	readonly last: ConsentAct | null;
}

/** @param acts in the order they were added. */
export function standingOf(purpose: Purpose, acts: readonly ConsentAct[]): PurposeStanding {
	const last = acts.findLast((one) => one.purpose === purpose.id) ?? null;
	if (last === null) return { purpose, standing: 'never', last };
	if (last.act === 'withdrawn') return { purpose, standing: 'withdrawn', last };
	return { purpose, standing: last.version === purpose.version ? 'given' : 'outdated', last };
}

/** What is asked again, as a line: necessary texts not agreed to as they are today. */
export const toAskAgain = (standings: readonly PurposeStanding[]): PurposeStanding[] =>
	standings.filter(({ purpose, standing }) => purpose.necessary && standing !== 'given');
