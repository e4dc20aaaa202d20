/** Words of the state of services. No-break spaces (U+00A0) before : % $ and inside « ». */
export const status = {
	title: 'État des services',
};
