/** Words of the search page. No-break spaces (U+00A0) before : % $ and inside « ». */
export const search = {
	title: 'Chercher dans le site',
};
