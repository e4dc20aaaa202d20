/** One thing to correct in a file, in both languages. */
import type { Said } from '#src/collections/explain.ts';

export interface Problem extends Said {
	/** From the root of the project, with slashes. */
	readonly file: string;
	readonly line: number | null;
	/** The name of the line in the file, when it is about one. */
	readonly field: string;
}

export type Report = (problem: { readonly line?: number | null; readonly field?: string } & Said) => void;

const MOST_SHOWN = 40;

/** French sentences keep their marks on the line of the word before. */
const bound = (text: string) => text.replaceAll('« ', '«\u00a0').replaceAll(' »', '\u00a0»').replaceAll(' :', '\u00a0:');

function show({ file, line, field, fr, en }: Problem): string {
	const place = line === null ? file : `${file}:${line}`;
	return `${place}${field === '' ? '' : ` · ${field}`}\n  ${bound(fr)}\n  ${en}\n`;
}

/** What an editor reads: how many, then each with its place. The first ones only when there are very many. */
export function printProblems(problems: readonly Problem[]): string {
	const count = problems.length;
	const more = count - MOST_SHOWN;
	return [
		count === 1
			? 'Un point à corriger dans les textes du site · One thing to correct in the site’s texts\n'
			: `${count} points à corriger dans les textes du site · ${count} things to correct in the site’s texts\n`,
		...problems.slice(0, MOST_SHOWN).map(show),
		...(more > 0 ? [`… et ${more} de plus, après ceux-ci · … and ${more} more, after these\n`] : []),
		'Aide · Help: CONTRIBUTING.md\n',
	].join('\n');
}
