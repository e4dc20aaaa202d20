import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectRoot } from '#src/lib/root.ts';

interface Problem {
	readonly file: string;
	readonly line: number | null;
	readonly field: string;
	readonly fr: string;
	readonly en: string;
}

interface Case {
	/** What the editor did. */
	readonly did: string;
	/** Path → content. The first is the file that the message names, unless `about` says another. */
	readonly files: Readonly<Record<string, string | Buffer>>;
	readonly about?: string;
	readonly line?: number | null;
	readonly field?: string;
	readonly fr: RegExp;
	readonly en: RegExp;
}

const HEAD: Readonly<Record<string, string>> = {
	title: '"Une nouvelle"',
	summary: '"Ce qui se passe."',
	publishedOn: '"2026-11-20"',
	updatedOn: '"2026-11-22"',
	authors: '["koumbit"]',
	tags: '[travail]',
};

let count = 0;
/** A news item, which may be in French only, well made but for what is changed in it. */
function item(over: Readonly<Record<string, string | null>>, body = 'Un texte.', name = `essai-${count + 1}`): Record<string, string> {
	count += 1;
	const lines = Object.entries({ ...HEAD, title: `"Nouvelle ${count}"`, ...over }).filter(([, value]) => value !== null);
	return { [`content/fr/news/${name}.md`]: `---\n${lines.map(([key, value]) => `${key}: ${value}`).join('\n')}\n---\n${body}\n` };
}

const LINES = Object.keys(HEAD);
const lineOf = (field: string) => LINES.indexOf(field) + 2;
const BODY = LINES.length + 3;
const blankPicture = (width: number, height: number) => sharp({ create: { width, height, channels: 3, background: '#1d5c45' } });

async function cases(): Promise<Case[]> {
	const wide = await blankPicture(5_000, 40).png().toBuffer();
	const fine = await blankPicture(40, 30).png().toBuffer();
	return [
		{
			did: 'wrote a date the way people say it',
			files: item({ updatedOn: '"22 novembre 2026"' }),
			line: lineOf('updatedOn'),
			field: 'updatedOn',
			fr: /« 22 novembre 2026 » n’est pas une date.*Écrivez : updatedOn: "2026-11-22"/,
			en: /“22 novembre 2026” is not a date.*Write: updatedOn: "2026-11-22"/,
		},
		{
			did: 'wrote a day that does not exist',
			files: item({ updatedOn: '"2026-02-30"' }),
			line: lineOf('updatedOn'),
			fr: /Le jour « 2026-02-30 » n’existe pas/,
			en: /The day “2026-02-30” does not exist/,
		},
		{
			did: 'wrote a date that may be read two ways',
			files: item({ updatedOn: '"05/11/2026"' }),
			line: lineOf('updatedOn'),
			fr: /« 05\/11\/2026 » n’est pas une date.*comme "2026-11-22"/,
			en: /“05\/11\/2026” is not a date.*like "2026-11-22"/,
		},
		{
			did: 'forgot the quotes of a date',
			files: item({ updatedOn: '2026-11-22' }),
			line: lineOf('updatedOn'),
			fr: /entre guillemets. Écrivez : updatedOn: "2026-11-22"/,
			en: /between quotes. Write: updatedOn: "2026-11-22"/,
		},
		{
			did: 'forgot a line',
			files: item({ summary: null }),
			field: 'summary',
			fr: /« summary » manque. Ajoutez une ligne comme : summary: "…"/,
			en: /“summary” is missing. Add a line like: summary: "…"/,
		},
		{
			did: 'left a line empty',
			files: item({ summary: '' }),
			line: lineOf('summary'),
			fr: /« summary » est vide/,
			en: /“summary” is empty/,
		},
		{
			did: 'misspelt the name of a line',
			files: item({ sumary: '"Ce qu’on y apprend."', summary: null }),
			line: LINES.length + 1,
			field: 'sumary',
			fr: /« sumary » n’est pas un nom connu ici. Vouliez-vous dire « summary »\?/,
			en: /“sumary” is not a known name here. Did you mean “summary”\?/,
		},
		{
			did: 'chose what is not on offer',
			files: { 'content/services/listes.yaml': SERVICE.replaceAll('wiki', 'listes').replace('kind: listes', 'kind: lists') },
			line: 4,
			field: 'kind',
			fr: /« lists » n’est pas un choix possible.*Vouliez-vous dire « list »\?/,
			en: /“lists” is not one of the choices.*Did you mean “list”\?/,
		},
		{
			did: 'wrote a page for a service that is not there',
			files: { 'content/fr/services/messagerie.md': SERVICE_TEXT, 'content/en/services/messagerie.md': SERVICE_TEXT },
			line: null,
			fr: /réglages de cette page manquent. Créez content\/services\/messagerie\.yaml/,
			en: /settings of this page are missing. Create content\/services\/messagerie\.yaml/,
		},
		{
			did: 'named a step of the history that is not there',
			files: {
				'content/fr/pages/home.md': readFileSync(path.join(projectRoot, 'content/fr/pages/home.md'), 'utf8').replace(
					'- 2004-03-fondation',
					'- 2004-03-fondations',
				),
			},
			fr: /« 2004-03-fondations » n’existe pas dans content\/fr\/history\/. Vouliez-vous dire « 2004-03-fondation »\?/,
			en: /“2004-03-fondations” does not exist/,
		},
		{
			did: 'put a colon in a text without quotes',
			files: item({ title: 'Le courriel: par où commencer' }),
			line: 2,
			fr: /signe réservé.*Mettez-le entre guillemets : title: "Le courriel: par où commencer"/,
			en: /reserved sign.*Put it between quotes/,
		},
		{
			did: 'put straight quotes inside quotes',
			files: item({ title: '"Le "vrai" courriel"' }),
			line: 2,
			fr: /guillemets droits à l’intérieur.*« vrai »/,
			en: /straight quotes inside.*“vrai”/,
		},
		{
			did: 'left out the closing quote',
			files: item({ title: '"Le courriel' }),
			line: 2,
			fr: /manque le guillemet de la fin/,
			en: /closing quote is missing/,
		},
		{
			did: 'began a line with a tab',
			files: item({ title: '"Tab"\n\tsummary: "x"' }),
			line: 3,
			fr: /commence par une tabulation. Remplacez-la par deux espaces/,
			en: /begins with a tab. Replace it by two spaces/,
		},
		{
			did: 'wrote a line twice',
			files: item({ title: '"Deux"\ntags: [travail]' }),
			line: lineOf('tags') + 1,
			fr: /« tags » est écrit deux fois/,
			en: /“tags” is written twice/,
		},
		{
			did: 'forgot the lines of hyphens',
			files: { ...item({}, '', 'sans-tirets'), 'content/fr/news/sans-tirets.md': 'Un guide.\n' },
			line: 1,
			fr: /doit commencer par une ligne de trois tirets/,
			en: /must begin with a line of three hyphens/,
		},
		{
			did: 'did not close the part at the top',
			files: { ...item({}, '', 'non-ferme'), 'content/fr/news/non-ferme.md': '---\ntitle: "x"\n\nUn guide.\n' },
			line: 1,
			fr: /manque la deuxième ligne de trois tirets/,
			en: /second line of three hyphens/,
		},
		{
			did: 'saved in another encoding',
			files: { ...item({}, '', 'latin'), 'content/fr/news/latin.md': Buffer.from('---\ntitle: "Été"\n---\n', 'latin1') },
			line: 2,
			fr: /pas en UTF-8. Enregistrez-le de nouveau/,
			en: /not in UTF-8. Save it again/,
		},
		{
			did: 'wrote a page in French only',
			files: { 'content/fr/pages/seul.md': '---\ntitle: "Seul"\ndescription: "Une page."\nupdated: "2026-11-22"\n---\nTexte.\n' },
			line: null,
			fr: /existe en une seule langue. Écrivez sa traduction dans content\/en\/pages\/seul\.md/,
			en: /exists in one language only. Write its translation in content\/en\/pages\/seul\.md/,
		},
		{
			did: 'made two files of one address',
			files: { ...item({}, 'a', 'Meme-Adresse'), ...item({ title: '"Un autre titre"' }, 'a', 'meme-adresse') },
			about: 'content/fr/news/meme-adresse.md',
			line: null,
			fr: /content\/fr\/news\/Meme-Adresse\.md mènent à la même adresse \(\/nouvelles\/meme-adresse\/\)/,
			en: /lead to the same address \(\/nouvelles\/meme-adresse\/\)/,
		},
		{
			did: 'put an accent in the name of a file',
			files: item({}, 'a', 'été 2026'),
			line: null,
			fr: /Renommez-le en ete-2026\.md/,
			en: /Rename it to ete-2026\.md/,
		},
		{
			did: 'copied a page with its title',
			files: { ...item({ title: '"Même titre"' }, 'a', 'titre-b'), ...item({ title: '"Même titre"' }, 'a', 'titre-a') },
			line: 2,
			field: 'title',
			fr: /déjà celui de content\/fr\/news\/titre-a\.md/,
			en: /already that of content\/fr\/news\/titre-a\.md/,
		},
		{
			did: 'took one id twice in a settings file',
			files: {
				'content/committees.yaml':
					'example: true\ncommittees:\n  - { slug: soutien, name: { fr: "a", en: "a" }, mandate: { fr: "a", en: "a" } }\n  - { slug: soutien, name: { fr: "b", en: "b" }, mandate: { fr: "b", en: "b" } }\n  - { slug: systemes, name: { fr: "b", en: "b" }, mandate: { fr: "b", en: "b" } }\n  - { slug: portails, name: { fr: "b", en: "b" }, mandate: { fr: "b", en: "b" } }\n',
			},
			line: 4,
			fr: /« soutien » est déjà pris à la ligne 3/,
			en: /“soutien” is taken already, on line 3/,
		},
		{
			did: 'named a committee that is not there',
			files: { 'content/services/wiki.yaml': SERVICE.replace('committee: soutien', 'committee: soutient') },
			line: 8,
			field: 'committee',
			fr: /« soutient » n’existe pas dans content\/committees\.yaml. Vouliez-vous dire « soutien »\?/,
			en: /“soutient” does not exist in content\/committees\.yaml/,
		},
		{
			did: 'wrote a price that is no number',
			files: { 'content/services/blogue.yaml': SERVICE.replaceAll('wiki', 'blogue').replace('yearlyCents: 0', 'yearlyCents: dix') },
			line: 10,
			field: 'yearlyCents',
			fr: /« yearlyCents » attend un nombre/,
			en: /“yearlyCents” takes a number/,
		},
		{
			did: 'gave a settings file another slug than its name',
			files: { 'content/services/courriel.yaml': SERVICE.replace('slug: wiki', 'slug: mail') },
			line: 3,
			field: 'slug',
			fr: /écrivez slug: courriel, ou renommez le fichier en mail\.yaml/,
			en: /write slug: courriel, or rename the file to mail\.yaml/,
		},
		{
			did: 'pasted a script',
			files: item({}, 'Texte.\n\n<script src="https://exemple.org/x.js"></script>'),
			line: BODY + 2,
			fr: /Un programme \(<script>\) n’est pas permis/,
			en: /A program \(<script>\) is not allowed/,
		},
		{
			did: 'pasted a video from elsewhere',
			files: item({}, '<IFRAME src="https://exemple.org/video">'),
			line: BODY,
			fr: /Une page d’ailleurs \(<iframe>\) n’est pas permise/,
			en: /A page from elsewhere \(<iframe>\) is not allowed/,
		},
		{
			did: 'pasted a style sheet',
			files: item({}, 'a\n<style>p{color:red}</style>'),
			line: BODY + 1,
			fr: /feuille de style/,
			en: /style sheet/,
		},
		{
			did: 'coloured a word',
			files: item({}, 'Un mot <span\n  style="color:red">rouge</span>.'),
			line: BODY,
			fr: /« style= » n’est pas permis/,
			en: /“style=” is not allowed/,
		},
		{
			did: 'put a program on a word',
			files: item({}, '<b onClick=alert(1)>x</b>'),
			line: BODY,
			fr: /« onclick= » lance un programme/,
			en: /“onclick=” starts a program/,
		},
		{
			did: 'put a form into a text',
			files: item({}, '<form><input></form>'),
			line: BODY,
			fr: /La balise <form> n’est pas permise/,
			en: /The tag <form> is not allowed/,
		},
		{
			did: 'made a link that runs a program',
			files: item({}, '[Cliquez](javascript:alert(1))'),
			line: BODY,
			fr: /Un lien qui commence par « javascript: » n’est pas permis/,
			en: /A link that begins with “javascript:” is not allowed/,
		},
		{
			did: 'gave a page a second title',
			files: item({}, '# Titre\n\nTexte.'),
			line: BODY,
			fr: /écrivez ## devant/,
			en: /write ## before it/,
		},
		{
			did: 'skipped a level of headings',
			files: item({}, '## Un\n\n#### Trois'),
			line: BODY + 2,
			fr: /écrivez ### plutôt que ####/,
			en: /write ### rather than ####/,
		},
		{
			did: 'linked to a page that is not there',
			files: item({}, 'Voir [les services](/service/).'),
			line: BODY,
			fr: /La page « \/service\/ » n’existe pas. Vouliez-vous dire « \/services\/ »\?/,
			en: /The page “\/service\/” does not exist. Did you mean “\/services\/”\?/,
		},
		{
			did: 'linked to a service that is not there',
			files: item({}, 'Voir\n[le wiki](/services/wikis/ "Wiki").'),
			line: BODY + 1,
			fr: /« \/services\/wikis\/ » n’existe pas. Vouliez-vous dire « \/services\/wiki\/ »/,
			en: /Did you mean “\/services\/wiki\/”/,
		},
		{
			did: 'left the last slash out',
			files: item({}, '[Mission](/mission#qui-decide)'),
			line: BODY,
			fr: /Vouliez-vous dire « \/mission\/ »/,
			en: /Did you mean “\/mission\/”/,
		},
		{
			did: 'linked to the page of the other language',
			files: item({}, '[Mission](/en/mission/)'),
			line: BODY,
			fr: /mène à la page anglaise. Écrivez : \/mission\//,
			en: /leads to the English page. Write: \/mission\//,
		},
		{
			did: 'wrote the name of the site in a link',
			files: item({}, '[Mission](http://portail.exemple.org/mission/)'),
			line: BODY,
			fr: /sans le nom du site. Écrivez : \/mission\//,
			en: /without the site’s name. Write: \/mission\//,
		},
		{
			did: 'linked to a file as on a disk',
			files: item({}, '[Mission](../pages/mission.md)'),
			line: BODY,
			fr: /n’est pas complète.*Écrivez : \/mission\//,
			en: /is not complete.*Write: \/mission\//,
		},
		{
			did: 'forgot the text of a link',
			files: item({}, '[](/mission/)'),
			line: BODY,
			fr: /n’a pas de texte/,
			en: /has no text/,
		},
		{
			did: 'showed a picture that is not there',
			files: { ...item({}, '![Un serveur](./serveur.png)', 'image-a'), 'content/fr/news/Serveur.png': fine },
			line: BODY,
			fr: /L’image « \.\/serveur\.png » n’existe pas. Vouliez-vous dire « \.\/Serveur\.png »/,
			en: /The picture “\.\/serveur\.png” does not exist/,
		},
		{
			did: 'gave a picture no alternative text',
			files: { ...item({}, 'a\n\n![](./muette.png)', 'image-b'), 'content/fr/news/muette.png': fine },
			line: BODY + 2,
			fr: /n’a pas de texte de remplacement/,
			en: /has no alternative text/,
		},
		{
			did: 'showed a picture of another site',
			files: item({}, '![Un serveur](https://exemple.org/a.png)'),
			line: BODY,
			fr: /vient d’un autre site/,
			en: /comes from another site/,
		},
		{
			did: 'added a picture of 20 MB',
			files: { 'content/fr/news/enorme.jpg': Buffer.alloc(20 * 1024 * 1024, 7) },
			line: null,
			fr: /pèse 20 Mo; le site en accepte 1 au plus.*1 600 pixels/,
			en: /weighs 20 MB; the site takes 1 at most.*1600 pixels/,
		},
		{
			did: 'added a picture 5 000 pixels wide',
			files: { 'content/fr/news/large.png': wide },
			line: null,
			fr: /mesure 5000 × 40 pixels/,
			en: /measures 5000 × 40 pixels/,
		},
		{
			did: 'renamed a document to look like a picture',
			files: { 'content/fr/news/faux.png': 'Ceci est un texte.' },
			line: null,
			fr: /ne contient pas d’image lisible/,
			en: /holds no readable one/,
		},
		{
			did: 'added a picture as the telephone made it',
			files: { 'content/fr/news/photo.heic': 'x' },
			line: null,
			fr: /« \.heic » ne s’affiche pas partout/,
			en: /“\.heic” picture does not show everywhere/,
		},
		{
			did: 'made up a folder',
			files: { 'content/fr/nouvelles/essai.md': '---\ntitle: "x"\n---\n' },
			line: null,
			fr: /ne connaît pas le dossier « nouvelles »\. Dossiers : .*news/,
			en: /does not know the folder “nouvelles”/,
		},
		{
			did: 'added a word processor’s file',
			files: { 'content/fr/news/essai.docx': 'x' },
			line: null,
			fr: /se termine par « \.md »/,
			en: /ends with “\.md”/,
		},
	];
}

const SERVICE_TEXT = `---
title: "Messagerie"
summary: "a"
forWhom: "a"
included: ["a"]
youDo: ["a"]
weDo: ["a"]
runsOn: "a"
leaving: "a"
needs: ["a"]
---
Texte.
`;

const SERVICE = `# Essai.
example: true
slug: wiki
kind: wiki
order: 3
fulfilment: manual
# Le comité :
committee: soutien
startsContribution: true
yearlyCents: 0
grants: { wikis: 1 }
form:
  - { name: subject, type: text, required: true, allowUnknown: false, label: { fr: "Quoi?", en: "What?" } }
`;

let root: string;
let wrong: Case[];
let problems: Problem[];

const check = (folder: string, ...options: string[]) =>
	spawnSync(process.execPath, [path.join(projectRoot, 'scripts/check-content.ts'), '--root', folder, ...options], {
		encoding: 'utf8',
		cwd: projectRoot,
		env: { ...process.env, SITE_URL: 'https://portail.exemple.org' },
	});

function copySite(): string {
	const folder = mkdtempSync(path.join(tmpdir(), 'koumbit-content-'));
	for (const part of ['content', 'public']) cpSync(path.join(projectRoot, part), path.join(folder, part), { recursive: true });
	return folder;
}

beforeAll(async () => {
	root = copySite();
	wrong = await cases();
	for (const { files } of wrong) {
		for (const [file, text] of Object.entries(files)) {
			mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
			writeFileSync(path.join(root, file), text);
		}
	}
	problems = JSON.parse(check(root, '--json').stdout) as Problem[];
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('the check of the content', () => {
	it('finds nothing to say of the content as it is', () => {
		const { status, stderr } = check(projectRoot);
		expect(stderr).toBe('');
		expect(status).toBe(0);
	});

	it('says of each mistake where it is, what it is and what to write instead, in both languages, once', () => {
		for (const { did, files, about, line, field, fr, en } of wrong) {
			const file = about ?? Object.keys(files)[0];
			const said = problems.filter((one) => one.file === file);
			const found = said.find((one) => fr.test(one.fr) && en.test(one.en));
			expect(found, `${did}: ${file} got ${JSON.stringify(said, null, 1)}`).toBeDefined();
			if (line !== undefined) expect(found?.line, did).toBe(line);
			if (field !== undefined) expect(found?.field, did).toBe(field);
			expect(
				said.filter((one) => fr.test(one.fr)),
				did,
			).toHaveLength(1);
		}
	});

	it('says nothing else', () => {
		const named = new Set(wrong.flatMap(({ about, files }) => [about, Object.keys(files)[0]]));
		expect(problems.filter(({ file }) => !named.has(file))).toEqual([]);
	});

	it('has no word of programs in its sentences', () => {
		expect(problems.length).toBeGreaterThan(40);
		for (const { fr, en } of problems)
			expect(`${fr} ${en}`).not.toMatch(/undefined|\[object|NaN|ZodError|regex|expected string|Invalid|at .*:\d+:\d+\)/);
	});

	it('lets a news item be in one language', () => {
		const folder = copySite();
		try {
			const [[file = '', text = ''] = []] = Object.entries(item({}));
			mkdirSync(path.join(folder, 'content/fr/news'), { recursive: true });
			writeFileSync(path.join(folder, file), text);
			expect(check(folder).stderr).toBe('');
		} finally {
			rmSync(folder, { recursive: true, force: true });
		}
	});

	it('takes the news items that CONTRIBUTING gives to copy', () => {
		const text = readFileSync(path.join(projectRoot, 'CONTRIBUTING.md'), 'utf8');
		const models = text.split(/^```\n/m).filter((block) => block.startsWith('---\n') && block.includes('publishedOn'));
		expect(models).toHaveLength(2);
		const folder = copySite();
		try {
			for (const [at, locale] of ['fr', 'en'].entries()) {
				mkdirSync(path.join(folder, `content/${locale}/news`), { recursive: true });
				writeFileSync(path.join(folder, `content/${locale}/news/2026-12-fermeture-des-fetes.md`), models[at] ?? '');
			}
			expect(check(folder).stderr).toBe('');
		} finally {
			rmSync(folder, { recursive: true, force: true });
		}
	});

	it('lets code show what a text may not hold', () => {
		const folder = copySite();
		try {
			const body =
				'Écrivez `<script>` ou `[x](/nulle-part/)`.\n\n```html\n<iframe src="x" onload="y">\n# titre\n![](x.png)\n```\n\n\\<script> et <https://exemple.org/> et 1 < 2.';
			for (const [file, text] of Object.entries(item({}, body, 'code'))) {
				mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
				writeFileSync(path.join(folder, file), text);
			}
			expect(check(folder).stderr).toBe('');
		} finally {
			rmSync(folder, { recursive: true, force: true });
		}
	});
});

describe('the build', () => {
	it('stops before it begins when a text is wrong, with the sentence and nothing else', () => {
		const folder = copySite();
		try {
			for (const part of [
				'src',
				'db',
				'scripts',
				'package.json',
				'package-lock.json',
				'tsconfig.json',
				'astro.config.mjs',
				'vite.front.config.ts',
			]) {
				cpSync(path.join(projectRoot, part), path.join(folder, part), { recursive: true });
			}
			execFileSync('ln', ['-s', path.join(projectRoot, 'node_modules'), path.join(folder, 'node_modules')]);
			const [file = '', text = ''] = Object.entries(item({ updatedOn: '"hier"' }, 'a', 'hier'))[0] ?? [];
			mkdirSync(path.join(folder, 'content/fr/news'), { recursive: true });
			writeFileSync(path.join(folder, file), text);
			const { status, stderr } = spawnSync(process.execPath, ['scripts/build.mjs'], { cwd: folder, encoding: 'utf8' });
			expect(status).toBe(1);
			expect(stderr).toContain('content/fr/news/hier.md:5 · updatedOn');
			expect(stderr).toContain('« hier » n’est pas une date'.replace('« ', '«\u00a0').replace(' »', '\u00a0»'));
			expect(stderr).not.toMatch(/astro|node_modules|\.ts:\d/i);
		} finally {
			rmSync(folder, { recursive: true, force: true });
		}
	});
});
