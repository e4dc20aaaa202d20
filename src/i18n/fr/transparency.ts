/** Words of the transparency page. No-break spaces (U+00A0) before : % $ and inside « ». */
export const transparency = {
	title: 'Transparence',
};
