import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '#db/client.ts';
import { migrate } from '#db/migrate.ts';
import { formatDate } from '#src/i18n/format.ts';
import { addDays, addMonths, civilDateOf, now } from '#src/lib/clock.ts';
import { aGrownNetwork, aNetwork, type NetworkMember } from '#test/factories/figures.ts';
import { until } from '#test/support/ports.ts';
import { startServer, type TestServer } from '#test/support/server.ts';
import { openVisitor, type Page } from '#test/support/visitor.ts';

let server: TestServer;
beforeAll(async () => {
	server = await startServer();
});
afterAll(() => server.stop());

/** Near enough to be asked about whenever this runs. */
const START = addDays(civilDateOf(now()), 30);
const GOOD = `kind=organisation&band=under_25k&services=courriel&services=listes&frequency=monthly&start=${START}`;
const ask = (query: string, base = '/contributions/') => openVisitor(server.url).get(`${base}?${query}`);
const checked = (page: Page, name: string) =>
	page.root.querySelectorAll(`input[name=${name}][checked]`).map((input) => input.getAttribute('value'));

describe('the calculator', () => {
	it('asks, with sensible answers filled in, while nothing was asked', async () => {
		const page = await openVisitor(server.url).get('/contributions/');
		expect(page.status).toBe(200);
		expect(page.root.querySelector('form.form')?.getAttribute('method')).toBe('get');
		expect(page.root.querySelector('#answer')).toBeNull();
		expect([checked(page, 'kind'), checked(page, 'frequency')]).toEqual([['organisation'], ['yearly']]);
		expect(page.text).toContain('Aucun n’a été adopté ni publié par l’organisation');
		expect(page.root.querySelectorAll('script:not([type="application/ld+json"])')).toHaveLength(0);
	});

	it('answers on top, with the amounts, why, each payment, and a way on', async () => {
		const page = await ask(GOOD);
		expect(page.status).toBe(200);
		const answer = page.root.querySelector('section.answer');
		expect(answer?.querySelector('h2')?.getAttribute('id')).toBe('answer');
		expect(answer?.text.replace(/\s+/g, ' ')).toMatch(/Contribution suggérée 15,00 \$ tous les mois ?soit 180,00 \$ par année/);
		expect(page.html.indexOf('id="answer"')).toBeLessThan(page.html.indexOf('<form method="get"'));
		expect(answer?.querySelectorAll('.reason')).toHaveLength(6);
		expect(answer?.querySelectorAll('tbody tr')).toHaveLength(12);
		expect(answer?.text).toContain(`Du ${formatDate(START, 'fr')} au ${formatDate(addDays(addMonths(START, 1), -1), 'fr')}`);
		expect(answer?.text).toContain('un exemple');
		const join = answer?.querySelector('a.button--primary')?.getAttribute('href')?.replaceAll('&amp;', '&') ?? '';
		const form = await openVisitor(server.url).get(join);
		expect([checked(form, 'budgetBand'), checked(form, 'frequency'), checked(form, 'contribution')]).toEqual([
			['under_25k'],
			['monthly'],
			['suggested'],
		]);
		expect(form.root.querySelector('#error-summary')).toBeNull();
	});

	it('keeps the answers in the form, so that one can be changed', async () => {
		const page = await ask(GOOD);
		expect(checked(page, 'services')).toEqual(['courriel', 'listes']);
		expect(page.root.querySelector('input[name=start]')?.getAttribute('value')).toBe(START);
	});

	it('shows the solidarity route to whoever can’t pay', async () => {
		const page = await ask(`${GOOD}&unable=on`, '/en/contributions/');
		expect(page.root.querySelector('#answer')?.text.trim()).toBe('Your answer: the solidarity route');
		expect(page.text).toContain('$0.00');
		expect(page.root.querySelector('.answer a.button--primary')?.getAttribute('href')).toContain('contribution=unable');
		expect(page.root.querySelectorAll('.answer a').some((link) => link.getAttribute('href') === '/en/solidarity-hosting/')).toBe(true);
	});

	it('asks a person for no band', async () => {
		const page = await ask('kind=individual&frequency=yearly');
		expect(page.status).toBe(200);
		expect(page.root.querySelector('.answer')?.text).toContain('Membre individuel');
	});

	it.each([
		['an unknown band', 'kind=organisation&band=gold&frequency=monthly', 'band'],
		['two bands', `${GOOD}&band=under_100k`, 'band'],
		['a list where one answer is asked', 'kind=organisation&band[]=under_25k&frequency=monthly', 'band'],
		['a NUL', 'kind=organisation&band=under_25k%00&frequency=monthly', 'band'],
		['bytes that are no text', 'kind=%ff%fe&band=under_25k&frequency=monthly', 'kind'],
		['a negative service', `${GOOD}&services=-1`, 'services'],
		['a negative day', 'kind=organisation&band=under_25k&frequency=monthly&start=-1', 'start'],
		['a day that does not exist', 'kind=organisation&band=under_25k&frequency=monthly&start=2027-02-29', 'start'],
		['seven thousand letters', `kind=organisation&band=${'x'.repeat(7_000)}&frequency=monthly`, 'band'],
		['markup', 'kind=organisation&band=under_25k&frequency=monthly&start=%22%3E%3Cscript%3E', 'start'],
	])('refuses %s with 422, a summary and what was typed', async (_, query, field) => {
		const page = await ask(query);
		expect(page.status).toBe(422);
		expect(page.root.querySelector(`#error-summary a[href="#field-${field}"]`)).not.toBeNull();
		expect(page.root.querySelector(`#field-${field}`)).not.toBeNull();
		expect(page.root.querySelector('section.answer')).toBeNull();
		expect(page.root.querySelectorAll('script:not([type="application/ld+json"])')).toHaveLength(0);
		if (query.startsWith(GOOD)) expect(checked(page, 'frequency')).toEqual(['monthly']);
	});

	it('is never a failure of ours, whatever the address holds', async () => {
		const visitor = openVisitor(server.url);
		for (const query of ['__proto__=1', 'constructor=1', `x=${'y'.repeat(10_000)}`, 'kind', 'kind=&band=&frequency=', '&&&', 'start=1e9']) {
			const response = await visitor.raw(`/contributions/?${query}`);
			expect([200, 414, 422], query.slice(0, 40)).toContain(response.status);
			await response.body?.cancel();
		}
	});
});

/** A server over a network of its own, once its figures are out. */
async function withNetwork(members: readonly NetworkMember[], work: (one: TestServer) => Promise<void>): Promise<void> {
	const dataDir = mkdtempSync(path.join(tmpdir(), 'koumbit-figures-'));
	const database = connect(`file:${path.join(dataDir, 'koumbit.db')}`);
	await migrate(database);
	await aNetwork(database, members);
	database.close();
	const one = await startServer({ dataDir });
	try {
		await until(
			async () => ((await (await fetch(`${one.url}/transparence/chiffres.json`)).json()) as { quarters: unknown[] }).quarters.length > 0,
			() => 'no figures were published',
		);
		await work(one);
	} finally {
		await one.stop();
		rmSync(dataDir, { recursive: true, force: true });
	}
}

/** RFC 4180, as a spreadsheet reads it. @throws on what is not CSV. */
function readCsv(text: string): string[][] {
	const rows: string[][] = [];
	let row: string[] = [];
	for (let at = 0; at < text.length; ) {
		const cell = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/.exec(text.slice(at));
		if (!cell) throw new Error(`not CSV: ${text.slice(at, at + 40)}`);
		row.push(cell[1]?.replaceAll('""', '"') ?? cell[2] ?? '');
		at += cell[0].length;
		if (cell[3] === ',') continue;
		rows.push(row);
		row = [];
	}
	return rows;
}

type Line = Record<'quarter' | 'figure' | 'cell' | 'label' | 'status' | 'value', string>;
const linesOf = async (one: TestServer, address: string) => {
	const response = await fetch(`${one.url}${address}`);
	expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
	const [head = [], ...rows] = readCsv(new TextDecoder('utf-8', { ignoreBOM: false }).decode(await response.arrayBuffer()));
	return rows.map((row) => {
		expect(row).toHaveLength(head.length);
		return Object.fromEntries(head.map((name, at) => [name, row[at]])) as Line;
	});
};

describe('the transparency page', () => {
	it('says of an empty portal that nothing is published yet, and shows no number', async () => {
		const page = await openVisitor(server.url).get('/transparence/');
		expect(page.status).toBe(200);
		expect(page.text).toContain('Le budget et les comptes ne sont pas encore publiés par l’organisation.');
		expect(page.text).toContain('Pas encore de chiffres');
		expect(page.text).toContain('Ces montants sont inventés');
		expect(page.text).toContain('Rapport annuel 2012-2013');
		expect(await linesOf(server, '/transparence/chiffres.csv')).toEqual([]);
	});

	it('shows no figure of four groups, on the page or in the downloads', async () => {
		const four = Array.from({ length: 4 }, () => ({ kind: 'union', services: ['courriel'], payments: [['2026-03-01', 77_700]] }) as const);
		await withNetwork(four, async (one) => {
			const page = await openVisitor(one.url).get('/en/transparency/');
			expect(page.text).toContain('No figures yet');
			for (const line of await linesOf(one, '/en/transparency/figures.csv')) expect(line.value, line.figure).toBe('');
			expect(await (await fetch(`${one.url}/en/transparency/figures.json`)).text()).not.toContain('777');
		});
	});

	it('shows a large network, each chart with its table, each number rounded', async () => {
		await withNetwork(aGrownNetwork(70), async (one) => {
			const page = await openVisitor(one.url).get('/transparence/');
			const charts = page.root.querySelectorAll('#figures ~ * svg[role=img], #figures ~ svg[role=img]');
			expect(charts.length).toBeGreaterThanOrEqual(4);
			for (const chart of charts) {
				const id = chart.getAttribute('aria-labelledby') ?? '';
				expect(page.root.querySelector(`[id="${id}"]`)?.text).not.toBe('');
				expect(chart.parentNode?.querySelectorAll('tbody tr').length).toBeGreaterThan(0);
			}
			const lines = await linesOf(one, '/transparence/chiffres.csv');
			const counts = lines.filter((line) => line.status === 'rounded' && line.figure.startsWith('groups'));
			expect(counts.length).toBeGreaterThan(10);
			for (const line of counts) {
				expect(Number(line.value)).toBeGreaterThanOrEqual(5);
				expect(Number(line.value) % 5).toBe(0);
			}
			const english = await linesOf(one, '/en/transparency/figures.csv');
			expect(english.map(({ label: _, ...rest }) => rest)).toEqual(lines.map(({ label: _, ...rest }) => rest));
			const json = (await (await fetch(`${one.url}/transparence/chiffres.json`)).json()) as {
				quarters: { figures: { cells: { value: unknown }[] }[] }[];
			};
			const values = json.quarters.flatMap((quarter) =>
				quarter.figures.flatMap((figure) => figure.cells.map((cell) => String(cell.value ?? ''))),
			);
			expect(values).toEqual(lines.map((line) => line.value));
		});
	});
});
