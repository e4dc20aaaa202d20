import type { help as fr } from '#src/i18n/fr/help.ts';

export const help: typeof fr = {
	title: 'Help',
};
