import type { search as fr } from '#src/i18n/fr/search.ts';

export const search: typeof fr = {
	title: 'Search this site',
};
