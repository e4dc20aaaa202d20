/** A field that nobody sees and programs fill in: they are held off without asking people to prove anything. */
import { type FormValues, valuesOf } from '#src/lib/form.ts';

export const TRAP = 'website';

export function isTrapped(values: FormValues): boolean {
	return valuesOf(values, TRAP).some((text) => text !== '');
}
