/** From the day a service runs to a payment recorded, and a mistake corrected. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Office, openOffice } from '#test/support/office.ts';
import { koumbit } from '#test/support/operator.ts';
import type { Visitor } from '#test/support/visitor.ts';

let office: Office;
let worker: Visitor;
let finance: Visitor;

beforeAll(async () => {
	office = await openOffice();
	worker = await office.desk();
	finance = await office.worker('Maude', ['finance']);
});

afterAll(() => office.server.stop());

async function runList(group: { visitor: Visitor; space: string }, listName: string): Promise<void> {
	const form = await group.visitor.get(`${group.space}demandes/nouvelle/listes/`);
	const thread = await group.visitor.submit(form, {
		'answer-listName': listName,
		'answer-listKind': 'announce',
		'answer-caretakerEmail.unknown': 'on',
		'answer-peopleCount': '40',
		urgency: 'something_broken',
	});
	const number = thread.url.pathname.split('/').at(-2) ?? '';
	const taken = await worker.submit(await worker.get(`/travail/demandes/${number}/`), {}, { button: 'Prendre en charge' });
	await worker.submit(taken, { resolution: 'Elle fonctionne.', running: 'yes' });
}

const normal = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

describe('the contribution', () => {
	it('is not asked before the first service runs, and once only when a second one does', async () => {
		const group = await office.memberGroup({ contribution: 'suggested', frequency: 'quarterly' });
		expect((await group.visitor.get(`${group.space}contributions/`)).text).not.toMatch(/C-\d{4}-\d{4}/);
		await runList(group, 'nouvelles');
		await runList(group, 'membres');
		const page = await group.visitor.get(`${group.space}contributions/`);
		expect(new Set(page.text.match(/C-\d{4}-\d{4}/g)).size).toBe(1);
		expect(normal(page.text)).toContain('45,00 $');
	});
});

describe('a payment', () => {
	it('pays what is due, keeps the rest as credit, and is corrected by a second entry that leaves both visible', async () => {
		const group = await office.memberGroup({ contribution: 'suggested', frequency: 'monthly' });
		await runList(group, 'paniers');
		const desk = `/travail/contributions/${group.slug}/`;
		const recorded = await finance.submit(await finance.get(desk), { amount: '20,00', method: 'cheque', reference: '0042' });
		expect(recorded.status).toBe(200);
		const seen = normal((await group.visitor.get(`${group.space}contributions/`)).text);
		expect(seen).toContain('20,00 $');
		expect(seen).toContain('5,00 $');

		const link = (await finance.get(desk)).root.querySelectorAll('main a').find((one) => /Corriger/.test(one.text));
		const correction = await finance.get(
			new URL(link?.getAttribute('href')?.replaceAll('&amp;', '&') ?? '', `${office.server.url}${desk}`).toString(),
		);
		const corrected = await finance.submit(correction, { reason: 'Chèque d’un autre groupe.' });
		expect(corrected.text).toContain('Chèque d’un autre groupe.');
		const after = normal((await group.visitor.get(`${group.space}contributions/`)).text);
		expect(after).toContain('20,00 $');
		expect(after).toContain('15,00 $');
		const again = await finance.submit(correction, { reason: 'Encore.' });
		expect(again.status).toBe(409);
	});

	it('that is no amount is refused at its field, with what was typed', async () => {
		const group = await office.memberGroup();
		const desk = await finance.get(`/travail/contributions/${group.slug}/`);
		for (const amount of ['0', '-5', '1e21', 'NaN', '12,345', '12,3456', '', 'douze']) {
			const page = await finance.submit(desk, { amount, method: 'cash', reference: 'à garder' });
			expect(page.status, amount).toBe(422);
			expect(page.root.querySelector('[name=reference]')?.getAttribute('value')).toBe('à garder');
			expect(page.root.querySelector('#field-amount-error')).not.toBeNull();
		}
		for (const receivedOn of ['2026-02-30', '0024-01-01', '2999-01-01', 'hier']) {
			const page = await finance.submit(desk, { amount: '10', method: 'cash', receivedOn });
			expect(page.status, receivedOn).toBe(422);
		}
	});

	it('is not a plain worker’s to record, nor to see', async () => {
		const group = await office.memberGroup();
		expect((await worker.get(`/travail/contributions/${group.slug}/`)).status).toBe(403);
		expect((await worker.get('/travail/contributions/')).status).toBe(403);
	});
});

describe('at the end of the day', () => {
	it('the books and the trail are in order', async () => {
		for (const chain of ['ledger', 'audit']) {
			const { code, stdout } = await koumbit([chain, 'verify', '--json'], { dataDir: office.server.dataDir });
			expect(code, chain).toBe(0);
			expect(JSON.parse(stdout)).toMatchObject({ ok: true });
		}
	});
});
