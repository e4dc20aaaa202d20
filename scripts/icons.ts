/** Makes the icons of public/ from public/favicon.svg: `npm run icons`, when the mark or its colours change. What it writes is committed. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { projectRoot } from '#src/lib/root.ts';

const folder = path.join(projectRoot, 'public');
const svg = readFileSync(path.join(folder, 'favicon.svg'), 'utf8');
const ground = /<rect[^>]*fill="(#[0-9a-f]{6})"/.exec(svg)?.[1];
const VIEW_BOX = 'viewBox="0 0 48 48"';
const CORNERS = ' rx="10"';
if (ground === undefined || !svg.includes(VIEW_BOX) || !svg.includes(CORNERS))
	throw new Error('public/favicon.svg is not drawn as expected');

/** Systems that cut their own corners want a whole square. */
const square = svg.replace(CORNERS, '');
/** An Android icon may be cut to a circle of eight tenths: the mark stays inside of it. */
const padded = square
	.replace(VIEW_BOX, 'viewBox="-8 -8 64 64"')
	.replace('<rect width="48" height="48"', '<rect x="-8" y="-8" width="64" height="64"');

const png = (source: string, size: number) =>
	sharp(Buffer.from(source), { density: (72 * size) / 48 })
		.resize(size, size)
		.png({ palette: true, effort: 10 })
		.toBuffer();

/** An .ico of one picture: a directory of one entry, then the PNG as it is. */
function ico(picture: Buffer, size: number): Buffer {
	const head = Buffer.alloc(22);
	head.writeUInt16LE(1, 2);
	head.writeUInt16LE(1, 4);
	head.writeUInt8(size, 6);
	head.writeUInt8(size, 7);
	head.writeUInt16LE(1, 10);
	head.writeUInt16LE(32, 12);
	head.writeUInt32LE(picture.length, 14);
	head.writeUInt32LE(head.length, 18);
	return Buffer.concat([head, picture]);
}

const save = (name: string, body: Buffer) => writeFileSync(path.join(folder, name), body);
save('favicon.ico', ico(await png(svg, 32), 32));
save('apple-touch-icon.png', await png(square, 180));
save('icon-192.png', await png(svg, 192));
save('icon-512.png', await png(svg, 512));
save('icon-maskable-512.png', await png(padded, 512));
