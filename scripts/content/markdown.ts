/**
 * What the text of a page may hold. Not a Markdown reader: it finds tags, links, pictures and headings with their lines,
 * and leaves out what stands in code. What it misses, the check of the built pages finds, without the line.
 */
import type { Report } from './problem.ts';

export interface Found {
	readonly line: number;
	/** The words people see: of a link, its text; of a picture, its alternative text. */
	readonly text: string;
	readonly target: string;
}

export interface BodyParts {
	readonly links: readonly Found[];
	readonly pictures: readonly Found[];
}

const TAGS = new Set(
	'a abbr b bdi blockquote br caption cite code dd del details dfn div dl dt em figcaption figure hr i ins kbd li mark ol p pre q s samp section small span strong sub summary sup table tbody td tfoot th thead time tr u ul var wbr'.split(
		' ',
	),
);
const ATTRIBUTES = new Set('class colspan datetime dir href hreflang id lang open rowspan scope start tabindex title'.split(' '));

/** Blanks out, so that lines and columns stay. */
const blank = (text: string) => text.replace(/[^\n]/g, ' ');

function withoutCode(body: string): string {
	const lines = body.split('\n');
	let fence: string | null = null;
	const kept = lines.map((line) => {
		const mark = /^\s*(?:>\s*)*(`{3,}|~{3,})/.exec(line)?.[1];
		if (fence === null && mark) {
			fence = mark;
			return blank(line);
		}
		if (fence === null) return line;
		if (mark && mark[0] === fence[0] && mark.length >= fence.length) fence = null;
		return blank(line);
	});
	return kept
		.join('\n')
		.replace(/<!--[\s\S]*?-->/g, blank)
		.replace(/\\[\\`*_{}[\]()#+\-.!<>]/g, '  ')
		.replace(/(?<!`)(`+)(?!`)(?:(?!\n\s*\n)[\s\S])*?(?<!`)\1(?!`)/g, blank);
}

/** Address and what follows it, from after « ]( ». */
function targetAt(text: string, from: number): { target: string; end: number } | null {
	const angled = /^\s*<([^<>\n]*)>/.exec(text.slice(from, from + 2_000));
	if (angled) return { target: angled[1] ?? '', end: from + angled[0].length };
	let depth = 0;
	let at = from;
	while (/\s/.test(text[at] ?? '')) at += 1;
	const start = at;
	for (; at < text.length; at += 1) {
		const sign = text[at] ?? '';
		if (/\s/.test(sign)) break;
		if (sign === '(') depth += 1;
		if (sign === ')') {
			if (depth === 0) break;
			depth -= 1;
		}
	}
	return at >= text.length && text[at - 1] !== ')' ? null : { target: text.slice(start, at), end: at };
}

/** Where the bracket that closes at `close` opens; -1 when it does not. */
function openingOf(text: string, close: number): number {
	let depth = 0;
	for (let at = close; at >= 0 && close - at < 4_000; at -= 1) {
		if (text[at] === ']') depth += 1;
		if (text[at] === '[') depth -= 1;
		if (depth === 0) return at;
	}
	return -1;
}

function findTargets(code: string, written: string, lineAt: (offset: number) => number): BodyParts {
	const links: Found[] = [];
	const pictures: Found[] = [];
	for (let at = code.indexOf(']('); at !== -1; at = code.indexOf('](', at + 1)) {
		const open = openingOf(code, at);
		const found = targetAt(code, at + 2);
		if (open === -1 || !found) continue;
		const one = { line: lineAt(open), text: written.slice(open + 1, at).trim(), target: found.target };
		(code[open - 1] === '!' ? pictures : links).push(one);
	}
	for (const match of code.matchAll(/^ {0,3}\[([^\]\n]+)\]:\s*(\S+)/gm)) {
		links.push({ line: lineAt(match.index), text: match[1] ?? '', target: match[2] ?? '' });
	}
	for (const match of code.matchAll(/<((?:https?|mailto|tel|javascript|data|ftp):[^\s<>]*)>/gi)) {
		links.push({ line: lineAt(match.index), text: match[1] ?? '', target: match[1] ?? '' });
	}
	return { links, pictures };
}

const DANGEROUS: Readonly<Record<string, readonly [string, string]>> = {
	script: [
		'Un programme (<script>) n’est pas permis dans une page : elle doit se lire sans lui. Enlevez-le, jusqu’à </script>.',
		'A program (<script>) is not allowed in a page: it must be readable without one. Remove it, down to </script>.',
	],
	style: [
		'Une feuille de style (<style>) n’est pas permise dans une page. Enlevez-la, jusqu’à </style> : le site donne leur forme aux textes.',
		'A style sheet (<style>) is not allowed in a page. Remove it, down to </style>: the site gives texts their form.',
	],
	iframe: [
		'Une page d’ailleurs (<iframe>) n’est pas permise : rien n’est chargé d’un autre site. Mettez plutôt un lien : [texte](https://…).',
		'A page from elsewhere (<iframe>) is not allowed: nothing is loaded from another site. Use a link instead: [text](https://…).',
	],
	img: [
		'Une image s’écrit autrement : ![ce qu’elle montre](./image.jpg), le fichier étant à côté de celui-ci.',
		'A picture is written another way: ![what it shows](./picture.jpg), with its file beside this one.',
	],
};

function checkTag(tag: string, rest: string, line: number, report: Report, links: Found[]): void {
	const name = tag.toLowerCase();
	const known = DANGEROUS[name];
	if (known) {
		report({ line, fr: known[0], en: known[1] });
		return;
	}
	if (!TAGS.has(name)) {
		report({
			line,
			fr: `La balise <${tag}> n’est pas permise dans un texte. Enlevez-la, ou écrivez \\< pour montrer le signe lui-même.`,
			en: `The tag <${tag}> is not allowed in a text. Remove it, or write \\< to show the sign itself.`,
		});
		return;
	}
	for (const match of rest.matchAll(/([^\s"'<>/=]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'=<>`]+))?/g)) {
		const attribute = (match[1] ?? '').toLowerCase();
		if (attribute.startsWith('on')) {
			report({
				line,
				fr: `« ${attribute}= » lance un programme, ce qui n’est pas permis dans une page. Enlevez-le de la balise <${tag}>.`,
				en: `“${attribute}=” starts a program, which is not allowed in a page. Remove it from the tag <${tag}>.`,
			});
		} else if (attribute === 'style') {
			report({
				line,
				fr: `« style= » n’est pas permis : le site donne leur forme aux textes. Enlevez-le de la balise <${tag}>.`,
				en: `“style=” is not allowed: the site gives texts their form. Remove it from the tag <${tag}>.`,
			});
		} else if (!ATTRIBUTES.has(attribute)) {
			report({
				line,
				fr: `« ${attribute} » n’est pas permis dans la balise <${tag}>. Enlevez-le.`,
				en: `“${attribute}” is not allowed in the tag <${tag}>. Remove it.`,
			});
		} else if (attribute === 'href') {
			links.push({ line, text: tag, target: (match[2] ?? '').replace(/^["']|["']$/g, '') });
		}
	}
}

function checkHeadings(code: string, firstLine: number, report: Report): void {
	let level = 1;
	let paragraph = false;
	for (const [at, line] of code.split('\n').entries()) {
		const signs = /^ {0,3}(#{1,6})(\s|$)/.exec(line)?.[1];
		const underlined = paragraph && /^ {0,3}=+\s*$/.test(line);
		paragraph = line.trim() !== '' && !signs;
		if (signs?.length === 1 || underlined) {
			report({
				line: firstLine + at,
				fr: 'Le titre de la page est déjà donné par « title ». Pour un titre de section, écrivez ## devant.',
				en: 'The page’s title is given by “title” already. For the title of a section, write ## before it.',
			});
			level = 1;
		} else if (signs) {
			if (signs.length > level + 1) {
				report({
					line: firstLine + at,
					fr: `Ce titre saute un niveau : écrivez ${'#'.repeat(level + 1)} plutôt que ${signs}.`,
					en: `This heading skips a level: write ${'#'.repeat(level + 1)} rather than ${signs}.`,
				});
			}
			level = signs.length;
		}
	}
}

/** Reports what is refused; gives the links and pictures, which only those who know all files can judge. */
export function readBody(body: string, firstLine: number, report: Report): BodyParts {
	const code = withoutCode(body);
	const lineAt = (offset: number) => firstLine + (code.slice(0, offset).match(/\n/g)?.length ?? 0);
	const { links, pictures } = findTargets(code, body, lineAt);
	const all = [...links];
	for (const match of code.matchAll(/<([a-zA-Z][\w:-]*)/g)) {
		const from = match.index + match[0].length;
		// An address between angle brackets is no tag.
		if (/^[:@.+]/.test(code[from] ?? '') || /^(https?|mailto|tel|ftp|javascript|data):/i.test(match[1] ?? '')) continue;
		const rest = /^(?:"[^"]*"|'[^']*'|[^"'>])*/.exec(code.slice(from, from + 4_000))?.[0] ?? '';
		checkTag(match[1] ?? '', rest, lineAt(match.index), report, all);
	}
	checkHeadings(code, firstLine, report);
	return { links: all, pictures };
}
