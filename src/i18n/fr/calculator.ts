/** Words of the contributions page and its calculator. No-break spaces (U+00A0) before : % $ and inside « ». */
export const calculator = {
	title: 'Contributions',
};
