/** Words of the page that shows every component. No-break spaces (U+00A0) before : % $ and inside « ». */
export const showcase = {
	title: 'Composants',
};
