import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkLinks } from './links.ts';
import { readPage, searchPages } from './search-pages.ts';

const SITE = 'https://portail.exemple.org';
let root: string;

function write(files: Readonly<Record<string, string>>): void {
	for (const [file, text] of Object.entries(files)) {
		mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
		writeFileSync(path.join(root, file), text);
	}
}

const page = (main: string, head = '') =>
	`<!DOCTYPE html><html lang="fr-CA"><head><meta name=description content="De quoi il s’agit.">${head}</head><body><a class="skip-link" href="#content">x</a><nav><a href="/">Menu</a></nav><main id="content">${main}</main></body></html>`;

beforeEach(() => {
	root = mkdtempSync(path.join(tmpdir(), 'koumbit-built-'));
	write({
		'dist/server/answered.json': '["^\\\\/etat\\\\/([^/]+?)\\\\/$"]',
		'dist/client/index.html': page('<h1>Accueil</h1>'),
		'dist/client/mission/index.html': page('<h1>Mission</h1><h2 id="qui-decide">Qui décide</h2>'),
		'dist/client/_assets/a.css': '',
	});
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

const wrongWith = (main: string, head = '') => {
	write({ 'dist/client/histoire/index.html': page(`<h1>Histoire</h1>${main}`, head) });
	return checkLinks(root, SITE);
};

describe('the check of the built links', () => {
	it.each([
		'<a href="/mission/">x</a>',
		'<a href="/mission/#qui-decide">x</a>',
		'<a href="/mission/?a=b#qui-decide">x</a>',
		'<a href="#content">x</a>',
		'<a href="">x</a>',
		'<a href="../mission/">x</a>',
		`<a href="${SITE}/mission/">x</a>`,
		'<a href="https://wiki.koumbit.net/">x</a>',
		'<a href="mailto:a@exemple.org">x</a>',
		'<a href="/etat/12/#suite">x</a>',
		'<code>&lt;a href="/nulle-part/"&gt;</code>',
		'<!-- <a href="/nulle-part/"> -->',
		'<p title="a > b"><a href="/mission/">x</a></p>',
	])('is content with %s', (main) => {
		expect(wrongWith(main)).toEqual([]);
	});

	it.each([
		['<a href="/nulle-part/">le <b>wiki</b></a>', 'le lien « le wiki » vers /nulle-part/ : cette adresse ne mène nulle part.'],
		['<a href="/mission">x</a>', 'écrivez /mission/'],
		['<a href="/mission/#qui">x</a>', 'aucun titre ni passage de /mission/ ne porte le nom #qui'],
		['<a href="#absent">x</a>', 'aucun titre ni passage de /histoire/ ne porte le nom #absent'],
		['<a href="javascript:alert(1)">x</a>', 'n’est pas permise'],
		['<img src="/absente.png" alt="">', 'le fichier /absente.png'],
		['<img src="/mission/" srcset="/absente.webp 1x, /mission/ 2x" alt="">', '/absente.webp'],
		['<img src="https://exemple.org/a.png" alt="">', 'ceci est chargé d’un autre site'],
		['<svg><use href="/signes.svg#a"/></svg>', '/signes.svg#a'],
		['<form action="/absente/?_action=x"></form>', '/absente/'],
	])('refuses %s', (main, sentence) => {
		const found = wrongWith(main);
		expect(found).toHaveLength(1);
		expect(found[0]?.fr).toContain('Sur la page /histoire/');
		expect(found[0]?.fr).toContain(sentence);
	});

	it('looks at the head too: style sheets, twins, pictures to share', () => {
		expect(wrongWith('', '<link rel="stylesheet" href="/_assets/b.css">')[0]?.fr).toContain('/_assets/b.css');
		expect(wrongWith('', '<link rel="stylesheet" href="https://exemple.org/a.css">')[0]?.fr).toContain('chargé d’un autre site');
		expect(wrongWith('', `<link rel="alternate" hreflang="en-CA" href="${SITE}/en/history/">`)[0]?.fr).toContain('/en/history/');
		expect(wrongWith('', `<meta property="og:image" content="${SITE}/_assets/absente.png">`)[0]?.fr).toContain('/_assets/absente.png');
	});

	it('names the line of the text that has the address, and counts the pages that repeat it', () => {
		write({
			'content/fr/pages/histoire.md': '---\ntitle: "Histoire"\n---\nVoir\n[le wiki](/nulle-part/).\n',
			'dist/client/autre/index.html': page('<h1>Autre</h1><a href="/nulle-part/">x</a>'),
		});
		const [one, ...others] = wrongWith('<a href="/nulle-part/">le wiki</a>');
		expect(others).toEqual([]);
		expect(one).toMatchObject({ file: 'content/fr/pages/histoire.md', line: 5 });
		expect(one?.fr).toContain('(et une autre)');
	});
});

describe('a page as the search reads it', () => {
	it('is its main text, without menus, hidden words and buttons, with its parts', () => {
		const read = readPage(
			page(
				'<nav><a href="/">Fil</a></nav><h1>Qui <em>sommes</em>-nous</h1><p>Un&nbsp;r&#233;seau&amp;co<sup><a>1</a></sup>.</p><svg><title>Signe</title></svg><h2 id="suite">La suite</h2><ul><li>un</li><li>deux<span class="visually-hidden"> caché <span>ici</span></span></li></ul><a class="button button--primary" href="/">Agir</a><br><p>Fin</p>',
			),
		);
		expect(read.title).toBe('Qui sommes-nous');
		expect(read.description).toBe('De quoi il s’agit.');
		expect(read.text).toBe('Un réseau&co. La suite · un deux Fin');
		expect(read.headings).toEqual(['La suite']);
		expect(read.sections).toEqual([[14, 'suite', 'La suite']]);
		expect(read.text.slice(14)).toMatch(/^La suite/);
	});

	it('is left out when it asks not to be found, or repeats another', () => {
		write({
			'dist/client/pour-qui/index.html': page('<h1>Pour qui</h1>', '<meta name="robots" content="noindex">'),
			'dist/client/histoire/index.html': page('<h1>Histoire</h1>', `<link rel="canonical" href="${SITE}/mission/">`),
			'dist/client/inconnue/index.html': page('<h1>Inconnue</h1>'),
		});
		const found = [...searchPages(root)].map(({ address }) => address);
		expect(found).toContain('/mission/');
		expect(found).toContain('/contributions/');
		for (const address of ['/pour-qui/', '/histoire/', '/inconnue/']) expect(found).not.toContain(address);
	});
});
