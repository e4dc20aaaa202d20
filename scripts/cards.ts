/**
 * Draws the pictures shown where pages are shared: one for each address that a built page names, and one for each section.
 * Text becomes outlines by fontkit, so that no font of the machine has a say. A picture drawn once is kept in
 * node_modules/.cache: a second build only copies.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, globSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Font, openSync } from 'fontkit';
import sharp from 'sharp';
import { CARD_HEIGHT, CARD_WIDTH, CARDS, type Card, cardPath, pageCard, sectionCards } from '#src/i18n/cards.ts';
import { LOCALES, localeOf, matchRoute } from '#src/i18n/routes.ts';
import { furrowsPath } from '#src/lib/furrows.ts';
import { projectRoot } from '#src/lib/root.ts';

const client = path.join(projectRoot, 'dist', 'client');
const cache = path.join(projectRoot, 'node_modules', '.cache', 'koumbit-og');

// fontkit can't vary a WOFF2 face: its default instance, the boldest, is the one a title wants.
const FACES = ['latin', 'latin-ext'].map((subset) => {
	const name = `bricolage-grotesque-${subset}-wght-normal.woff2`;
	const face = openSync(path.join(projectRoot, 'node_modules/@fontsource-variable/bricolage-grotesque/files', name));
	if ('fonts' in face) throw new Error(`${name} is a collection of fonts`);
	return face;
});

function token(name: string): string {
	const value = new RegExp(`--${name}: (#[0-9a-f]{6});`).exec(readFileSync(path.join(projectRoot, 'src/styles/tokens.css'), 'utf8'))?.[1];
	if (value === undefined) throw new Error(`src/styles/tokens.css has no colour --${name}`);
	return value;
}
const COLOUR = { band: token('band'), ink: token('band-ink'), furrow: token('furrow'), sun: token('sun') };

interface Line {
	readonly outline: string;
	readonly width: number;
}

/** The parts of a text that one face can draw; what none can draw (a picture sign, another script) is left out. */
function parts(text: string): { face: Font; text: string }[] {
	const found: { face: Font; text: string }[] = [];
	for (const sign of text) {
		const face = FACES.find((one) => one.hasGlyphForCodePoint(sign.codePointAt(0) ?? 0));
		const last = found.at(-1);
		if (!face) continue;
		if (last?.face === face) last.text += sign;
		else found.push({ face, text: sign });
	}
	return found;
}

/** One line of text as an outline that begins at (x, y), y being its base line. */
function setLine(text: string, size: number, x: number, y: number): Line {
	let outline = '';
	let at = x;
	for (const { face, text: part } of parts(text)) {
		const scale = size / face.unitsPerEm;
		const { glyphs, positions } = face.layout(part);
		for (const [index, glyph] of glyphs.entries()) {
			outline += glyph.path.scale(scale, -scale).translate(at, y).toSVG();
			at += (positions[index]?.xAdvance ?? 0) * scale;
		}
	}
	return { outline, width: at - x };
}

const LEFT = 80;
const ROOM = CARD_WIDTH - 2 * LEFT;
/** Sizes a title may have, with the lines it may then take. */
const SIZES = [
	[92, 2],
	[78, 3],
	[64, 3],
	[54, 4],
] as const;

const widthOf = (text: string, size: number) => setLine(text, size, 0, 0).width;

/** Lines that fit the picture, as few as can be and of much the same length; no-break spaces stay whole. Null when a word is too wide. */
function breakLines(text: string, size: number): string[] | null {
	const words = text.split(/[ \n\t]+/).map((word) => ({ word, width: widthOf(word, size) }));
	const space = widthOf(' ', size);
	if (words.some(({ width }) => width > ROOM)) return null;
	const within = (room: number) => {
		const lines: string[] = [];
		let used = Number.POSITIVE_INFINITY;
		for (const { word, width } of words) {
			if (used + space + width <= room) {
				lines.push(`${lines.pop()} ${word}`);
				used += space + width;
			} else {
				lines.push(word);
				used = width;
			}
		}
		return lines;
	};
	let best = within(ROOM);
	for (let room = ROOM - 40; room > ROOM / 3; room -= 40) {
		const lines = within(room);
		if (lines.length > best.length) break;
		best = lines;
	}
	return best;
}

function fitTitle(title: string): { size: number; lines: readonly string[] } {
	for (const [size, most] of SIZES) {
		const lines = breakLines(title, size);
		if (lines && lines.length <= most) return { size, lines };
	}
	const [size, most] = SIZES[SIZES.length - 1] ?? [54, 4];
	const lines = breakLines(title, size) ?? [title];
	return { size, lines: lines.length <= most ? lines : [...lines.slice(0, most - 1), `${lines[most - 1]}…`] };
}

const HORIZON = 420;
const GROUND = furrowsPath({ centre: CARD_WIDTH / 2, top: 2, bottom: CARD_HEIGHT - HORIZON, furrows: 11, near: 124, far: 19 });
/** The mark, as in src/components/Mark.astro. */
const MARK = [
	'M16 2.5C15.5 15 10 25.5 2.5 31.5',
	'M23.6 2.5C23.6 15 20 25.5 14.2 31.5',
	'M31.4 2.5C31.8 15 29.8 25.5 26 31.5',
	'M39 2.5C39.6 15 39.4 25.5 37.8 31.5',
].join('');

function drawing({ section, title }: Card): string {
	const { size, lines } = fitTitle(title);
	const leading = size * 1.1;
	const above = section === '' ? 0 : 58;
	// Between the mark and the horizon, the block is centred.
	const top = 130 + (HORIZON - 130 - (above + lines.length * leading)) / 2;
	const text = lines.map((line, at) => setLine(line, size, LEFT, top + above + at * leading + size * 0.82).outline).join('');
	const label = section === '' ? '' : setLine(section, 36, LEFT, top + 34).outline;
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" width="${CARD_WIDTH}" height="${CARD_HEIGHT}">`,
		`<rect width="100%" height="100%" fill="${COLOUR.band}"/>`,
		`<path transform="translate(0 ${HORIZON})" fill="${COLOUR.furrow}" d="${GROUND}"/>`,
		`<path transform="translate(${LEFT} 56) scale(1.35)" fill="none" stroke="${COLOUR.sun}" stroke-width="3.4" stroke-linecap="round" d="${MARK}"/>`,
		`<path fill="${COLOUR.ink}" d="${setLine('Koumbit', 44, LEFT + 74, 95).outline}"/>`,
		`<path fill="${COLOUR.sun}" d="${label}"/>`,
		`<path fill="${COLOUR.ink}" d="${text}"/>`,
		'</svg>',
	].join('');
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#34': '"', '#39': "'" };
const decode = (text: string) => text.replace(/&(#?\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole);
const contentOf = (head: string, property: string) => {
	const found = new RegExp(`<meta property="${property}" content="([^"]*)"`).exec(head)?.[1];
	return found === undefined ? null : decode(found);
};

/** The card that a built page names; null when it names none of ours. @throws when its address is not that of its own title. */
function cardOf(file: string): Card | null {
	const html = readFileSync(path.join(client, file), 'utf8');
	const head = html.slice(0, html.indexOf('</head>'));
	const image = contentOf(head, 'og:image');
	const name = image === null ? '' : new URL(image).pathname;
	if (!name.startsWith(CARDS)) return null;
	const pathname = `/${file.replace(/index\.html$/, '')}`;
	const match = matchRoute(pathname);
	const title = contentOf(head, 'og:title');
	const own = match && title !== null ? pageCard(match.key, localeOf(pathname), title) : null;
	if (own && cardPath(own) === name) return own;
	if (sectionPaths.has(name)) return null;
	throw new Error(`dist/client/${file} names a picture that is neither its own nor a section's: ${name}`);
}

const sections = sectionCards();
const sectionPaths = new Set(sections.map(cardPath));
const wanted = new Map<string, Card>();
for (const card of sections) wanted.set(cardPath(card), card);
for (const file of globSync('**/*.html', { cwd: client })) {
	const card = cardOf(file);
	if (card) wanted.set(cardPath(card), card);
}

mkdirSync(cache, { recursive: true });
mkdirSync(path.join(client, CARDS), { recursive: true });
const drawer = createHash('sha256')
	.update(readFileSync(fileURLToPath(import.meta.url)))
	.update(JSON.stringify(COLOUR))
	.update(GROUND);
const version = drawer.digest('hex').slice(0, 12);

async function make([address, card]: [string, Card]): Promise<void> {
	const kept = path.join(cache, `${version}-${path.basename(address)}`);
	if (!existsSync(kept)) {
		const png = await sharp(Buffer.from(drawing(card)))
			.png({ palette: true, colours: 16, effort: 3, dither: 0, compressionLevel: 9 })
			.toBuffer();
		// Another build may be reading.
		writeFileSync(`${kept}.${process.pid}`, png);
		renameSync(`${kept}.${process.pid}`, kept);
	}
	copyFileSync(kept, path.join(client, address));
}

const waiting = [...wanted];
const work = async () => {
	for (let next = waiting.pop(); next; next = waiting.pop()) await make(next);
};
await Promise.all(LOCALES.map(work));
