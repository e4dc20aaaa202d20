import type { IncidentInput } from '#src/features/confidentiality/schema.ts';
import { addMonths, type CivilDate } from '#src/lib/clock.ts';

/** Regulation, r. 3.1, section 8: five years at least after the organisation became aware. */
const YEARS_KEPT = 5;

export const keptUntil = (knownOn: CivilDate): CivilDate => addMonths(knownOn, YEARS_KEPT * 12);

/** The field that keeps an entry from being written, and the key of its sentence; null when nothing does. */
export function faultIn(input: IncidentInput, today: CivilDate): { readonly field: string; readonly key: string } | null {
	for (const field of ['knownOn', 'commissionOn', 'peopleOn'] as const) {
		const date = input[field];
		if (date !== null && date > today) return { field, key: 'date_to_come' };
	}
	// A conclusion, either way, says what led to it.
	if (input.risk !== 'assessing') {
		const missing = (['sensitivity', 'consequences', 'likelihood'] as const).find((field) => input[field] === '');
		if (missing) return { field: missing, key: 'required' };
	}
	return null;
}

/** A serious risk asks for notices to the Commission and to the people; true while one is missing. */
export const noticeMissing = (input: {
	readonly risk: IncidentInput['risk'];
	readonly commissionOn: string | null;
	readonly peopleOn: string | null;
}): boolean => input.risk === 'serious' && (input.commissionOn === null || input.peopleOn === null);
