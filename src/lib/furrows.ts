/** The one motif: furrows that meet at the horizon. */

export interface Field {
	readonly width: number;
	readonly height: number;
	/** On each side of the middle one. */
	readonly furrows: number;
	/** From one furrow to the next, at the bottom. */
	readonly near: number;
	/** The same, at the horizon. */
	readonly far: number;
}

const round = (value: number) => Math.round(value * 10) / 10;

/**
 * The field as one SVG path, the horizon at the top. Tapered shapes rather than strokes, so that a furrow is thin where it
 * is far. Only arithmetic decides: the same field each time.
 */
export function furrowsPath({ width, height, furrows, near, far }: Field): string {
	const centre = width / 2;
	return Array.from({ length: furrows * 2 + 1 }, (_, at) => {
		const row = at - furrows;
		const far0 = centre + row * far;
		const near0 = centre + row * near;
		// Width in the ground is a fixed share of the row; it shrinks with the distance like the row itself.
		const wide = near * 0.05;
		const thin = far * 0.06;
		// A slight bow keeps the ground from looking like a fan of rulers.
		const bendX = (far0 + near0) / 2 - row * (near - far) * 0.06;
		const bendY = height * 0.42;
		return [
			`M${round(far0 - thin)} 2`,
			`Q${round(bendX - (wide + thin) / 2)} ${round(bendY)} ${round(near0 - wide)} ${height}`,
			`H${round(near0 + wide)}`,
			`Q${round(bendX + (wide + thin) / 2)} ${round(bendY)} ${round(far0 + thin)} 2Z`,
		].join('');
	}).join('');
}
