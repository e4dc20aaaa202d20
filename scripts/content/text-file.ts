/** A text file as its editor sees it: lines, the part between the two « --- », and what follows. */
import { readFileSync } from 'node:fs';
import type { Report } from './problem.ts';

/** @returns the text; null, after a report, when it was not saved as UTF-8. */
export function readText(file: string, report: Report): string | null {
	const bytes = readFileSync(file);
	try {
		return new TextDecoder('utf-8', { fatal: true }).decode(bytes).replaceAll('\r\n', '\n');
	} catch {
		const readable = bytes.subarray(
			0,
			bytes.findIndex((byte, at) => byte > 127 && (bytes[at + 1] ?? 0) < 128),
		);
		report({
			line: readable.toString('latin1').split('\n').length,
			fr: 'Les lettres accentuées de ce fichier ne sont pas en UTF-8. Enregistrez-le de nouveau en choisissant l’encodage UTF-8.',
			en: 'The accented letters of this file are not in UTF-8. Save it again and choose the UTF-8 encoding.',
		});
		return null;
	}
}

export interface Parts {
	readonly head: string;
	readonly body: string;
	readonly bodyLine: number;
}

/** @returns null, after a report, when the part at the top is not there or not closed. */
export function splitHead(text: string, report: Report): Parts | null {
	const lines = text.split('\n');
	if (lines[0]?.trimEnd() !== '---') {
		report({
			line: 1,
			fr: 'Le fichier doit commencer par une ligne de trois tirets (---), puis title: "…", puis une autre ligne de trois tirets.',
			en: 'The file must begin with a line of three hyphens (---), then title: "…", then another line of three hyphens.',
		});
		return null;
	}
	const end = lines.findIndex((line, at) => at > 0 && line.startsWith('---'));
	if (end === -1) {
		report({
			line: 1,
			fr: 'Il manque la deuxième ligne de trois tirets (---), qui sépare les renseignements du haut et le texte de la page.',
			en: 'The second line of three hyphens (---) is missing: it separates what is at the top from the text of the page.',
		});
		return null;
	}
	if (lines[end]?.trimEnd() !== '---') {
		report({
			line: end + 1,
			fr: 'Cette ligne de tirets doit en avoir trois (---), et rien d’autre.',
			en: 'This line of hyphens must have three of them (---) and nothing else.',
		});
		return null;
	}
	return { head: lines.slice(1, end).join('\n'), body: lines.slice(end + 1).join('\n'), bodyLine: end + 2 };
}
