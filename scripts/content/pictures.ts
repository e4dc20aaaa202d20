/** What a picture may be: one a browser shows, light enough for a telephone. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { nearest } from '#src/collections/explain.ts';
import type { Report } from './problem.ts';

const MEGABYTE = 1024 * 1024;
const MOST_BYTES = MEGABYTE;
const MOST_PIXELS = 4_000;
const SHOWN = /\.(jpe?g|png|webp|avif|svg)$/i;
/** What cameras and programs make that browsers do not all show. */
const OTHER = /\.(heic|heif|tiff?|bmp|gif|psd|xcf|raw|jxl|jp2)$/i;

export const isPicture = (file: string) => SHOWN.test(file) || OTHER.test(file);

const HOW_FR =
	'Ouvrez-la dans un logiciel d’images (GIMP, Photos, Aperçu), ramenez-la à 1 600 pixels de large et exportez-la en JPEG ou en WebP, qualité 80.';
const HOW_EN =
	'Open it in a picture program (GIMP, Photos, Preview), bring it down to 1600 pixels wide and export it as JPEG or WebP, quality 80.';

/** @param file on the disk, and known to be there. */
export async function checkPicture(file: string, report: Report): Promise<void> {
	if (!SHOWN.test(file)) {
		report({
			fr: `Une image « ${path.extname(file)} » ne s’affiche pas partout. Enregistrez-la en JPEG, en PNG ou en WebP.`,
			en: `A “${path.extname(file)}” picture does not show everywhere. Save it as JPEG, PNG or WebP.`,
		});
		return;
	}
	const { size } = statSync(file);
	if (size > MOST_BYTES) {
		const [fr, en] = ['fr-CA', 'en-CA'].map((tag) => (size / MEGABYTE).toLocaleString(tag, { maximumFractionDigits: 1 }));
		report({
			fr: `Cette image pèse ${fr} Mo; le site en accepte 1 au plus, pour les gens qui ont un téléphone ou un petit forfait. ${HOW_FR}`,
			en: `This picture weighs ${en} MB; the site takes 1 at most, for people on a telephone or a small plan. ${HOW_EN}`,
		});
		return;
	}
	if (/\.svg$/i.test(file)) {
		const text = readFileSync(file, 'utf8');
		if (/<script|\son\w+\s*=|<foreignObject|javascript:|(?:href|src)\s*=\s*["']\s*(?:https?:)?\/\//i.test(text)) {
			report({
				fr: 'Ce dessin SVG contient un programme ou va chercher quelque chose sur un autre site. Exportez-le de nouveau en « SVG simple ».',
				en: 'This SVG drawing holds a program or fetches something from another site. Export it again as “plain SVG”.',
			});
		}
		return;
	}
	// Loaded only once there is a picture: its native code costs a tenth of a second.
	const { default: sharp } = await import('sharp');
	try {
		const { width, height } = await sharp(file).metadata();
		if (Math.max(width, height) > MOST_PIXELS) {
			report({
				fr: `Cette image mesure ${width} × ${height} pixels; ${MOST_PIXELS} suffisent partout. ${HOW_FR}`,
				en: `This picture measures ${width} × ${height} pixels; ${MOST_PIXELS} are enough anywhere. ${HOW_EN}`,
			});
		}
	} catch {
		report({
			fr: 'Ce fichier porte un nom d’image, mais il ne contient pas d’image lisible. Exportez-la de nouveau, ou remplacez-la.',
			en: 'This file is named as a picture, but holds no readable one. Export it again, or replace it.',
		});
	}
}

export interface PicturePlaces {
	/** The file that shows the picture. */
	readonly from: string;
	/** Folder of the files served as they are. */
	readonly publicFolder: string;
}

/** A picture that a text shows: is it there, on this site? What it is like is checked once, by its file. */
export function checkPictureTarget(
	target: string,
	line: number,
	field: string,
	{ from, publicFolder }: PicturePlaces,
	report: Report,
): void {
	if (/^(https?:)?\/\//i.test(target)) {
		report({
			line,
			field,
			fr: `Cette image vient d’un autre site (${target}). Les pages ne chargent rien d’ailleurs : enregistrez l’image à côté de ce fichier et écrivez ./son-nom.jpg.`,
			en: `This picture comes from another site (${target}). Pages load nothing from elsewhere: save the picture beside this file and write ./its-name.jpg.`,
		});
		return;
	}
	if (/^[a-z]+:/i.test(target)) {
		report({
			line,
			field,
			fr: 'Une image est un fichier à côté de celui-ci : écrivez ./son-nom.jpg.',
			en: 'A picture is a file beside this one: write ./its-name.jpg.',
		});
		return;
	}
	let wanted = target.replace(/[?#].*$/, '');
	try {
		wanted = decodeURIComponent(wanted);
	} catch {
		// Taken as it is written: it will not be found.
	}
	const file = wanted.startsWith('/') ? path.join(publicFolder, wanted) : path.join(path.dirname(from), wanted);
	const folder = path.dirname(file);
	const names = existsSync(folder) ? readdirSync(folder).filter(isPicture) : [];
	// A disk may not tell capitals apart; the server does.
	if (names.includes(path.basename(file))) return;
	const near = nearest(path.basename(file), names);
	const beside = near === null ? '' : `${wanted.slice(0, wanted.length - path.basename(file).length)}${near}`;
	report({
		line,
		field,
		fr: `L’image « ${target} » n’existe pas.${beside ? ` Vouliez-vous dire « ${beside} »?` : ' Ajoutez son fichier, ou enlevez l’image.'}`,
		en: `The picture “${target}” does not exist.${beside ? ` Did you mean “${beside}”?` : ' Add its file, or remove the picture.'}`,
	});
}
