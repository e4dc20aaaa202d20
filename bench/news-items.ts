/** News made up for measuring: as long, as tagged and as often in one language as real ones may be. Only arithmetic decides. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const WORDS =
	'le réseau les membres un outil libre la liste du groupe son serveur chaque assemblée une décision commune notre travail ensemble pour partager avec soin'.split(
		' ',
	);
const TAGS = ['vie-privee', 'vie-democratique', 'logiciel-libre', 'infrastructure', 'reseau', 'travail'];
const YEARS = 20;

/** A generator of numbers below a bound, the same ones each time (Lehmer). */
function numbers(seed: number): (below: number) => number {
	let state = (seed * 48_271 + 11) % 2_147_483_647;
	return (below) => {
		state = (state * 48_271) % 2_147_483_647;
		return state % below;
	};
}

function itemText(at: number, language: 'fr' | 'en'): string {
	// Dates, tags and authors agree in both languages; words need not.
	const facts = numbers(at + 1);
	const next = numbers((at + 1) * (language === 'fr' ? 3 : 7));
	const sentence = (length: number) => `${Array.from({ length }, () => WORDS[next(WORDS.length)]).join(' ')}.`;
	const paragraph = () => Array.from({ length: 4 }, () => sentence(14)).join(' ');
	const two = (value: number) => String(value).padStart(2, '0');
	const date = `${2007 + facts(YEARS)}-${two(1 + facts(12))}-${two(1 + facts(28))}`;
	const first = facts(TAGS.length);
	const tags = [TAGS[first], TAGS[(first + 1 + facts(TAGS.length - 1)) % TAGS.length]];
	return [
		'---',
		`title: "${language === 'fr' ? 'Nouvelle' : 'Item'} ${at} : ${sentence(5)}"`,
		`summary: "${sentence(16)}"`,
		`publishedOn: "${date}"`,
		'authors: [koumbit]',
		`tags: [${tags.join(', ')}]`,
		'sources:',
		`  - label: "Source ${at}"`,
		`    url: "https://example.org/${at}"`,
		'---',
		paragraph(),
		'',
		`## ${sentence(4)}`,
		'',
		`${paragraph()} [${sentence(3)}](/mission/)`,
		'',
		`- ${sentence(8)}`,
		`- **${sentence(3)}** ${sentence(8)}`,
		'',
		`> ${paragraph()}`,
		'',
		paragraph(),
		'',
	].join('\n');
}

/** Puts so many items in the place of a project's news: seven in ten in both languages, two in French only, one in English only. */
export function writeNewsItems(project: string, count: number): void {
	for (const language of ['fr', 'en'] as const) {
		const folder = path.join(project, 'content', language, 'news');
		rmSync(folder, { recursive: true, force: true });
		mkdirSync(folder, { recursive: true });
		for (let at = 0; at < count; at += 1) {
			const only = at % 10;
			if ((only === 9 && language === 'fr') || ((only === 8 || only === 7) && language === 'en')) continue;
			writeFileSync(path.join(folder, `nouvelle-${at}.md`), itemText(at, language));
		}
	}
}
