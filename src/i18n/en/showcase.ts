import type { showcase as fr } from '#src/i18n/fr/showcase.ts';

export const showcase: typeof fr = {
	title: 'Components',
};
