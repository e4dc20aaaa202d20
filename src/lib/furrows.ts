/**
 * The one motif: furrows that meet at the horizon, as one path. Tapered shapes rather than strokes, so that a furrow is thin
 * where it is far. Only arithmetic decides: the same field at each build.
 */
export interface Field {
	/** Where the horizon's middle is, and where the ground ends; the drawing's own units. */
	readonly centre: number;
	readonly top: number;
	readonly bottom: number;
	/** Furrows on each side of the middle one. */
	readonly furrows: number;
	/** Distance between two of them, at the bottom and at the horizon. */
	readonly near: number;
	readonly far: number;
}

const round = (value: number) => Math.round(value * 10) / 10;

export function furrowsPath({ centre, top, bottom, furrows, near, far }: Field): string {
	return Array.from({ length: furrows * 2 + 1 }, (_, at) => {
		const row = at - furrows;
		const far0 = centre + row * far;
		const near0 = centre + row * near;
		// Width in the ground is a fixed share of the row; it shrinks with the distance like the row itself.
		const wide = near * 0.05;
		const thin = far * 0.06;
		// A slight bow keeps the ground from looking like a fan of rulers.
		const bendX = (far0 + near0) / 2 - row * (near - far) * 0.06;
		const bendY = top + (bottom - top) * 0.42;
		return [
			`M${round(far0 - thin)} ${round(top)}`,
			`Q${round(bendX - (wide + thin) / 2)} ${round(bendY)} ${round(near0 - wide)} ${round(bottom)}`,
			`H${round(near0 + wide)}`,
			`Q${round(bendX + (wide + thin) / 2)} ${round(bendY)} ${round(far0 + thin)} ${round(top)}Z`,
		].join('');
	}).join('');
}
