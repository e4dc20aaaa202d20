import type { contact as fr } from '#src/i18n/fr/contact.ts';

export const contact: typeof fr = {
	title: 'Write to us',
};
