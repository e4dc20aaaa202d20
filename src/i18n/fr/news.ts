/** Words of the news pages. No-break spaces (U+00A0) before : % $ and inside « ». */
export const news = {
	title: 'Nouvelles',
	count: (count: number) => (count === 1 ? '1 nouvelle' : `${count} nouvelles`),
	empty: 'Aucune nouvelle pour le moment',
	emptyNext: 'L’histoire de Koumbit, elle, est déjà là.',
	/** Title of a page of the list, from the second on. */
	pageTitle: (page: number) => `Nouvelles, page ${page}`,
	pageDescription: (page: number, last: number) =>
		`Les nouvelles de Koumbit, page ${page} sur ${last}, de la plus récente à la plus ancienne.`,
	pages: 'Pages des nouvelles',
	page: (page: number) => `Page ${page}`,
	newerPage: 'Plus récentes',
	olderPage: 'Plus anciennes',
	topics: 'Par thème',
	topicTitle: (topic: string) => `Nouvelles : ${topic}`,
	topicDescription: (topic: string) => `Les nouvelles de Koumbit sur le thème « ${topic} », de la plus récente à la plus ancienne.`,
	authorTitle: (author: string) => `Nouvelles signées ${author}`,
	authorDescription: (author: string) => `Les nouvelles signées ${author}, de la plus récente à la plus ancienne.`,
	years: 'Par année',
	yearTitle: (year: string) => `Nouvelles de ${year}`,
	yearDescription: (year: string) => `Toutes les nouvelles de Koumbit de l’année ${year}.`,
	newerYear: 'Année suivante',
	olderYear: 'Année précédente',
	otherYears: 'Autres années',
	/** Under a list that stops before the oldest. */
	mostShown: (shown: number, total: number) =>
		`Les ${shown} plus récentes de ${total}. Les autres sont dans les archives, année par année.`,
	by: 'Par',
	published: 'Publiée',
	updated: (date: string) => `modifiée le ${date}`,
	tagsLabel: 'Thèmes',
	sources: (count: number): string => (count === 1 ? 'Source' : 'Sources'),
	noteTitle: 'À savoir',
	credit: (name: string) => `Image : ${name}`,
	/** Beside a title whose item exists in the other language only. */
	inOther: 'en anglais',
	onlyInOther: 'Cette nouvelle n’existe qu’en anglais. La voici telle qu’elle a été publiée.',
	/** In the language of the other text, which is what its reader looks for. */
	readInOther: 'Read this news item in English',
	newer: 'Plus récente',
	older: 'Plus ancienne',
	neighbours: 'Autres nouvelles',
	all: 'Toutes les nouvelles',
	follow: 'Suivre les nouvelles',
	followText: 'Dans votre lecteur de fils, sans compte et sans courriel.',
	feedTitle: (format: string) => (format === '' ? 'Koumbit, nouvelles' : `Nouvelles (${format})`),
	feedDescription: 'Les nouvelles de Koumbit, avec leurs sources.',
};
