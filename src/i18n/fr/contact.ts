/** Words of the contact form and of the desk’s mail from the public. No-break spaces (U+00A0) before : % $ and inside « ». */
export const contact = {
	title: 'Nous écrire',
};
