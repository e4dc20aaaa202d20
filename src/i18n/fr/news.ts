/** Words of the news pages. No-break spaces (U+00A0) before : % $ and inside « ». */
export const news = {
	title: 'Nouvelles',
};
