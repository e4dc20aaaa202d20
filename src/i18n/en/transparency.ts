import type { transparency as fr } from '#src/i18n/fr/transparency.ts';

export const transparency: typeof fr = {
	title: 'Transparency',
};
