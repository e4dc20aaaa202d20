/** What the pages of text must say, in both languages, and what they take from the settings files. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCatalogue, readCommittees } from '#src/adapters/settings/index.ts';
import { formatMoney, formatNumber } from '#src/i18n/format.ts';
import { messages } from '#src/i18n/messages.ts';
import { LOCALES, type Locale, pathOf, type RouteKey } from '#src/i18n/routes.ts';
import { projectRoot } from '#src/lib/root.ts';
import { startServer, type TestServer } from '#test/support/server.ts';
import { openVisitor, type Page, type Visitor } from '#test/support/visitor.ts';

let server: TestServer;
let visitor: Visitor;

beforeAll(async () => {
	server = await startServer();
	visitor = openVisitor(server.url);
});

afterAll(() => server.stop());

const catalogue = readCatalogue();
const textOf = (page: Page, selector: string) =>
	page.root.querySelectorAll(selector).map((one) => one.structuredText.replace(/[\s\u00a0]+/g, ' ').trim());
const jsonLdOf = (page: Page) =>
	page.root
		.querySelectorAll('script[type="application/ld+json"]')
		.map((one) => JSON.parse(one.rawText) as Record<string, unknown> & { '@type': string });
const said = (page: Page) => page.text.replace(/\u00a0/g, ' ');

/** What each page must speak of, in sections of its own. */
const SECTIONS: Partial<Record<RouteKey, Record<Locale, readonly RegExp[]>>> = {
	governance: {
		fr: [
			/membres/i,
			/assemblée générale/i,
			/conseil d’administration/i,
			/comité de travail et ses sous-comités/i,
			/prendre part/i,
			/notes/i,
		],
		en: [/members/i, /general meeting/i, /board/i, /work committee and its sub-committees/i, /take part/i, /notes/i],
	},
	freeSoftware: {
		fr: [/pourquoi seulement/i, /AlternC/, /Drupal/, /Ægir/, /sources/i],
		en: [/why only/i, /AlternC/, /Drupal/, /Ægir/, /sources/i],
	},
	solidarity: {
		fr: [/fait le portail aujourd’hui/i, /qui le voit/i, /comment demander/i, /programme d’autrefois/i],
		en: [/portal does today/i, /who sees it/i, /how to ask/i, /programme of the past/i],
	},
	forWhom: {
		fr: [/cinq lignes/i, /comment ça se passe/i, /demandons, et pourquoi/i, /questions/i],
		en: [/five lines/i, /how it works/i, /ask, and why/i, /questions/i],
	},
	mission: {
		fr: [/deux volets/i, /principes/i, /autonomie/i, /qui décide/i, /d’où viennent ces faits/i],
		en: [/two parts/i, /principles/i, /autonomy/i, /who decides/i, /where these facts come from/i],
	},
	services: {
		fr: [/pour qui/i, /en un coup d’œil/i, /comment demander/i, /trop cher/i, /fait fonctionner/i],
		en: [/who they are for/i, /at a glance/i, /how to ask/i, /too much/i, /run on/i],
	},
	history: {
		fr: [/un nom venu d’haïti/i, /date par date/i, /notes/i, /d’où viennent ces faits/i, /ne règlent pas/i],
		en: [/a name from haiti/i, /date by date/i, /notes/i, /where these facts come from/i, /leave open/i],
	},
};

describe.each(Object.entries(SECTIONS) as [RouteKey, Record<Locale, readonly RegExp[]>][])('the page %s', (key, sections) => {
	it.each(LOCALES)('has its sections and says what is not published, in %s', async (locale) => {
		const page = await visitor.get(pathOf(key, locale));
		expect(page.status).toBe(200);
		const titles = textOf(page, 'main h2');
		for (const section of sections[locale]) expect(titles.join('\n')).toMatch(section);
		expect(said(page)).toMatch(locale === 'fr' ? /pas encore publié|ne sont pas connus/ : /not (yet )?published|not known/);
	});

	it('has as many sections in one language as in the other, and links within its own', async () => {
		const [fr, en] = await Promise.all(LOCALES.map((locale) => visitor.get(pathOf(key, locale))));
		if (!fr || !en) throw new Error('two languages are expected');
		expect(textOf(en, 'main h2')).toHaveLength(textOf(fr, 'main h2').length);
		const inner = (page: Page) => page.root.querySelectorAll('main a[href^="/"]').map((link) => link.getAttribute('href') ?? '');
		expect(inner(fr).filter((href) => href.startsWith('/en/'))).toEqual([]);
		expect(inner(en).filter((href) => !href.startsWith('/en/'))).toEqual([]);
		expect(inner(en)).toHaveLength(inner(fr).length);
	});
});

describe.each(catalogue.map((item) => [item.slug, item] as const))('the page of the service %s', (slug, item) => {
	it.each(LOCALES)('shows the limits and the amount of its settings file, marked as an example, in %s', async (locale) => {
		const page = await visitor.get(pathOf('service', locale, { slug }));
		const all = messages(locale);
		const limits = Object.entries(item.grants).map(([key, quantity]) =>
			all.requests.resources[key as keyof typeof item.grants](quantity, formatNumber(quantity, locale)).replace(/\u00a0/g, ' '),
		);
		expect(textOf(page, '[aria-labelledby=limits] li')).toEqual(limits);
		const cost = textOf(page, '[aria-labelledby=cost]').join(' ');
		const { costNothing, costNothingBut, costYearly } = all.public.services;
		const nothing = /^costNote:/m.test(readFileSync(path.join(projectRoot, `content/${locale}/services/${slug}.md`), 'utf8'))
			? costNothingBut
			: costNothing;
		expect(cost).toContain((item.yearlyCents === 0 ? nothing : costYearly(formatMoney(item.yearlyCents, locale))).replace(/\u00a0/g, ' '));
		expect(cost).toContain(item.startsContribution ? all.public.services.starts : all.public.services.startsNot);
		const marks = textOf(page, 'main .tag');
		expect(marks).toHaveLength(item.example ? (limits.length > 0 ? 3 : 2) : 0);
	});

	it.each(LOCALES)('says how to ask, who answers, what is asked and how to leave, in %s', async (locale) => {
		const page = await visitor.get(pathOf('service', locale, { slug }));
		const words = messages(locale).public.services;
		expect(textOf(page, 'main ol li').join(' ')).toContain(words.askStepRead(item.committeeName[locale]).replace(/\u00a0/g, ' '));
		expect(textOf(page, 'main details li')).toEqual(item.form.map((question) => question.label[locale].replace(/\u00a0/g, ' ')));
		for (const id of ['runs-on', 'ask', 'leaving']) expect(page.root.querySelector(`main h2[id=${id}]`), id).not.toBeNull();
	});

	it.each(LOCALES)('is described to search engines by its own words, in %s', async (locale) => {
		const page = await visitor.get(pathOf('service', locale, { slug }));
		const service = jsonLdOf(page).find((object) => object['@type'] === 'Service');
		expect(service).toMatchObject({
			name: page.root.querySelector('h1')?.text,
			description: page.root.querySelector('meta[name=description]')?.getAttribute('content')?.replaceAll('&#39;', '’'),
			url: expect.stringMatching(new RegExp(`${pathOf('service', locale, { slug })}$`)),
		});
	});

	it('links the guides about it', async () => {
		const folder = path.join(projectRoot, 'content/fr/guides');
		const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.md')) : [];
		const about = files.filter((file) => new RegExp(`^service: "?${slug}"?\\s*$`, 'm').test(readFileSync(path.join(folder, file), 'utf8')));
		const page = await visitor.get(pathOf('service', 'fr', { slug }));
		const linked = page.root.querySelectorAll('main a[href^="/aide/"]').map((link) => link.getAttribute('href') ?? '');
		expect(linked.sort()).toEqual(about.map((file) => pathOf('guide', 'fr', { slug: file.replace(/\.md$/, '') })).sort());
	});
});

describe('the overview of services', () => {
	it.each(LOCALES)('compares each service of the catalogue, in its order, in %s', async (locale) => {
		const page = await visitor.get(pathOf('services', locale));
		expect(textOf(page, 'main tbody th')).toEqual(catalogue.map((item) => item.title[locale]));
	});
});

describe('governance', () => {
	it.each(LOCALES)('names the committees of the settings file, and calls them examples as the file does, in %s', async (locale) => {
		const page = await visitor.get(pathOf('governance', locale));
		const shown = textOf(page, '[aria-labelledby=committees] dt');
		expect(shown.sort()).toEqual(
			readCommittees()
				.map((committee) => committee.name[locale])
				.sort(),
		);
		const example = /^example: true$/m.test(readFileSync(path.join(projectRoot, 'content/committees.yaml'), 'utf8'));
		expect(textOf(page, '[aria-labelledby=committees] .tag')).toHaveLength(example ? 1 : 0);
	});

	it.each(LOCALES)('says in words all that its drawing shows, in %s', async (locale) => {
		const page = await visitor.get(pathOf('governance', locale));
		const words = textOf(page, '.who figcaption').join(' ').toLowerCase();
		const names = textOf(page, '.who__name').map((name) => name.toLowerCase());
		expect(names).toHaveLength(5);
		for (const name of names) expect(words).toContain(name);
	});

	it('footnotes the word on which the sources disagree', async () => {
		const notes = said(await visitor.get('/gouvernance/'));
		expect(notes).toMatch(/« comité de travail »\. Le rapport annuel 2012-2013 dit « conseil de travail »/);
	});
});

/** The facts of the organisation's own page « Historique », each by the words that carry it. */
const FOUNDING: Record<Locale, readonly RegExp[]> = {
	fr: [
		/créole haïtien.*tâche commune.*solidarité sociale/,
		/années 1940.*écrivains et des militants politiques.*avenir en main/i,
		/favoriser l’appropriation des logiciels libres par les groupes sociaux du Québec.*plateforme informatique collective.*accompagne/,
		/listes, le courriel, le wiki et le blogue.*décentralisé.*réseau/,
		/Centre des médias alternatifs du Québec.*échange et réfléchit.*bénévoles techniques/,
		/Mars 2004.*limites du bénévolat.*organisme autonome/,
		/deux objectifs.*pas connus/,
		/système d’hébergement autogéré.*autonomie des membres.*AlternC.*personne spécialisée/,
		/retournent à la communauté.*part active.*chaleureusement/,
		/Septembre 2004.*autonomie financière.*partenaires du début.*individus/,
		/depuis janvier 2005.*contributions des membres hébergés/i,
		/vingtaine de portails.*Drupal.*travailleuses et travailleurs actifs/,
		/2007.*changements de structure.*sous-comités.*plus efficacement/,
		/Avril 2007.*premiers postes salariés.*décembre 2006/,
	],
	en: [
		/Haitian Creole.*common task.*social solidarity/,
		/1940s.*writers and political activists.*future into their own hands/,
		/help Québec’s social groups make free software their own.*collective computing platform.*support/,
		/mailing lists, email, wikis and blogs.*decentralised.*networked/,
		/Centre des médias alternatifs du Québec.*shared and discussed.*technical volunteers/,
		/March 2004.*limits of volunteering.*autonomous body/,
		/two objectives.*not known/,
		/self-managed hosting system.*autonomy.*AlternC.*specialised technician/,
		/go back to the community.*active part.*warm welcome/,
		/September 2004.*financial autonomy.*initial partners.*individuals/,
		/since January 2005.*contributions of hosted members/i,
		/twenty portals.*Drupal.*shared out among the workers/,
		/2007.*structural changes.*sub-committees.*more effectively/,
		/April 2007.*first salaried positions.*December 2006/,
	],
};

describe('the history', () => {
	it.each(LOCALES)('holds every fact of the founding page, in %s', async (locale) => {
		const text = said(await visitor.get(pathOf('history', locale)));
		for (const fact of FOUNDING[locale]) expect(text).toMatch(fact);
	});

	it.each(LOCALES)('gives each step a date, a source and a theme that can be chosen, in %s', async (locale) => {
		const page = await visitor.get(pathOf('history', locale));
		const steps = page.root.querySelectorAll('.step');
		expect(steps.length).toBeGreaterThan(20);
		for (const step of steps) {
			expect(step.querySelector('.timeline__date')?.text, step.id).not.toBe('');
			expect(step.querySelector('.step__foot')?.text, step.id).toMatch(/Sources?\s?:\s+\S/);
			for (const theme of (step.getAttribute('data-themes') ?? '').split(' ')) {
				expect(page.root.querySelector(`nav a[href="#theme-${theme}"]`), theme).not.toBeNull();
				expect(page.root.querySelector(`[id="theme-${theme}"]`), theme).not.toBeNull();
			}
		}
	});

	it('draws each period in a few hundred bytes that assistive tools leave out', async () => {
		const page = await visitor.get('/histoire/');
		const scenes = page.root.querySelectorAll('svg.scene');
		expect(scenes).toHaveLength(page.root.querySelectorAll('.period').length);
		for (const scene of scenes) {
			expect(scene.getAttribute('aria-hidden')).toBe('true');
			expect(scene.outerHTML.length).toBeLessThan(6_000);
		}
	});
});

describe('the French of the texts', () => {
	const folders = ['history', 'services'].flatMap((folder) =>
		readdirSync(path.join(projectRoot, 'content/fr', folder)).map((file) => `content/fr/${folder}/${file}`),
	);
	const pages = ['governance', 'free-software', 'solidarity-hosting', 'for-whom', 'mission', 'history', 'services'];
	const files = [...folders, ...pages.map((name) => `content/fr/pages/${name}.md`)];

	it.each(files)('keeps to the typography of Québec in %s', (file) => {
		const source = readFileSync(path.join(projectRoot, file), 'utf8');
		// Keys and quotation marks of the front matter, addresses and marks of language are not for people.
		const text = source
			.replace(/^\s*(- )?\w+: ?/gm, '')
			.replace(/^ *(- )?"|"$/gm, '')
			.replace(/\]\([^)]*\)/g, ']')
			.replace(/<[^>]*>/g, '');
		expect(
			text.match(/.{0,20}(?:[\s\u00a0][;!?]|[^\u00a0\d]:(?=\s)|[^\u00a0][%$](?!\w)|«(?!\u00a0)|(?<!\u00a0)»|'|"|\.\.\.).{0,20}/g),
		).toBeNull();
	});
});
