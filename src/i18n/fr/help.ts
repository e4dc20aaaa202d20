/** Words of the guides and of the training dates. No-break spaces (U+00A0) before : % $ and inside « ». */
export const help = {
	title: 'Aide',
};
