import type { news as fr } from '#src/i18n/fr/news.ts';

export const news: typeof fr = {
	title: 'News',
};
