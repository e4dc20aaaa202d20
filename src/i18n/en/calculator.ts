import type { calculator as fr } from '#src/i18n/fr/calculator.ts';

export const calculator: typeof fr = {
	title: 'Contributions',
};
