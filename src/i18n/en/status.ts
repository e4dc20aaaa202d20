import type { status as fr } from '#src/i18n/fr/status.ts';

export const status: typeof fr = {
	title: 'Service status',
};
