/** The themes of the timeline as strokes in a square of 40, in the manner of the mark. */
import type { Theme } from '#src/collections/history.ts';

const spokes = Array.from({ length: 9 }, (_, at) => {
	const angle = (at / 9) * 2 * Math.PI - Math.PI / 2;
	const point = (radius: number) => `${(20 + radius * Math.cos(angle)).toFixed(1)} ${(20 + radius * Math.sin(angle)).toFixed(1)}`;
	return `M${point(8)}L${point(14)}`;
}).join('');

export const SIGNS: Record<Theme, string> = {
	// A sprout.
	origines: 'M20 35V19M20 24C20 16 14 13 7 13C7 20 12 24 20 24M20 19C20 11 26 6 33 6C33 14 28 19 20 19',
	// People leaning together.
	solidarite: 'M15 7C15 18 12 27 6 33M22 7C22 18 20 27 15.500 33M28.500 7C29 18 28 27 25 33M35 7C35.500 18 35.500 27 34 33',
	// Furrows laid one over the other.
	infrastructure: 'M6 14Q20 7 34 14M6 23Q20 16 34 23M6 32Q20 25 34 32',
	// A door left open.
	'logiciel-libre': 'M31 22A12 12 0 1 1 18 9M19 21L33 7M24 7H33V16',
	// A hoe.
	travail: 'M9 34L27 9M19.500 7C26 5 32 8 34 16',
	// An assembly in a circle.
	'vie-democratique': spokes,
};
