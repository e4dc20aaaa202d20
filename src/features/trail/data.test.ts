import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Database, write } from '#db/client.ts';
import { person } from '#db/schema/accounts.ts';
import { organisation } from '#db/schema/membership.ts';
import { type Access, grantIn, grantTo } from '#src/features/access/index.ts';
import { type AuditAction, recordAudit, trailPartsOfGroup, trailPartsOfPerson } from '#src/features/audit/index.ts';
import { exportTrail, listGroupTrail, searchTrail } from '#src/features/trail/data.ts';
import { readSearch, searchQuery } from '#src/features/trail/rules.ts';
import { messages } from '#src/i18n/messages.ts';
import type { Act } from '#src/lib/act.ts';
import { DAY } from '#src/lib/clock.ts';
import type { ExportPart } from '#src/lib/export-part.ts';
import { actBy, anAct, NOW } from '#test/factories/accounts.ts';
import { freshDatabase } from '#test/support/database.ts';

let database: Database;

const inGroup = (role: 'administrator' | 'member', personId = 'ana'): Access => ({
	personId,
	coopRoles: [],
	groups: [{ id: 'g', slug: 'groupe', usualName: 'Groupe', standing: 'member', roles: [role] }],
});
const worker: Access = { personId: 'wil', coopRoles: ['worker'], groups: [] };

async function happened(
	action: AuditAction,
	act: Act,
	over: { group?: string | null; subject?: string; delta?: Record<string, string | number> } = {},
) {
	const { group = 'g', subject = 'x', delta = {} } = over;
	await write((tx) => recordAudit(tx, act, { action, subject: { kind: 'person', id: subject }, organisationId: group, delta }));
}

beforeEach(async () => {
	database = await freshDatabase();
	await write(async (tx) => {
		for (const [id, fullName] of [
			['ana', 'Ana 100 % Roy'],
			['bo', 'Bo Côté'],
			['wil', 'Wil Nadeau'],
		] as const) {
			await tx.insert(person).values({ id, fullName, locale: 'fr', createdAt: 1 });
		}
		for (const id of ['g', 'h']) {
			await tx.insert(organisation).values({
				id,
				slug: id === 'g' ? 'groupe' : 'autre',
				legalName: id,
				usualName: id === 'g' ? 'Groupe' : 'Autre_groupe',
				kind: 'nonprofit',
				mission: 'm',
				budgetBand: 'b',
				locale: 'fr',
				status: 'member',
				createdAt: 1,
			});
		}
	});
});

const query = (text = '') => readSearch(new URLSearchParams(text));
const own = (access: Access, text = '') => {
	const whole = access.groups[0]?.roles.includes('administrator') ? grantIn(access, 'groupe', 'trail.read') : null;
	const amounts = whole ? grantIn(access, 'groupe', 'contributions.read') : null;
	return listGroupTrail(database.read, grantIn(access, 'groupe', 'trail.own'), whole, amounts, query(text));
};
const all = (text = '', finance = false) => {
	const money = finance ? grantTo({ ...worker, coopRoles: ['finance'] }, 'payments.record') : null;
	return searchTrail(database.read, grantTo(worker, 'audit.read'), money, query(text));
};
const seqs = (page: Awaited<ReturnType<typeof own>>) => page.events.map(({ seq }) => seq);

describe('a group’s own trail', () => {
	beforeEach(async () => {
		await happened('requests.open', actBy('ana'));
		await happened('requests.note', actBy('wil'));
		await happened('access.assign_role', actBy('ana'), { subject: 'bo', delta: { role: 'member' } });
		await happened('requests.open', actBy('ana'), { group: 'h' });
		await happened('viewing.open_page', { ...actBy('wil'), actingFor: 'bo' }, { subject: 'bo' });
		await happened('contributions.charge', anAct({ actor: { kind: 'system' } }), { delta: { amountCents: 3_000 } });
	});

	it('is all that was done there, newest first, without a word of what workers say among themselves', async () => {
		const page = await own(inGroup('administrator'));
		expect(seqs(page)).toEqual([6, 5, 3, 1]);
		expect(page.events[1]).toMatchObject({ actorName: 'Wil Nadeau', actingForName: 'Bo Côté' });
		expect(page.events[0]?.changes).toEqual([['amountCents', 3_000]]);
	});

	it('is told by an archive no further than by the page, and of a person likewise', async () => {
		for (const action of ['standing.propose', 'complaints.take'] as const) await happened(action, actBy('wil'), { subject: 'bo' });
		const told = async (parts: readonly ExportPart[]) => {
			const actions: unknown[] = [];
			for (const part of parts) for await (const { action } of part.rows()) actions.push(action);
			return actions.toReversed();
		};
		const page = await own(inGroup('administrator'));
		expect(await told(trailPartsOfGroup(database.read, 'g'))).toEqual(page.events.map(({ action }) => action));
		expect(await told(trailPartsOfPerson(database.read, 'bo'))).toEqual(['viewing.open_page', 'access.assign_role']);
	});

	it('is for others what concerns themselves, without amounts', async () => {
		expect(seqs(await own(inGroup('member', 'bo')))).toEqual([5, 3]);
		expect(seqs(await own(inGroup('member', 'bo'), 'personne=ana'))).toEqual([3]);
		expect(seqs(await own(inGroup('member', 'nobody')))).toEqual([]);
	});

	it('is searched by person, kind and day of Montréal', async () => {
		await happened('requests.open', actBy('bo', { at: NOW + DAY }));
		const administrator = inGroup('administrator');
		expect(seqs(await own(administrator, 'personne=bo'))).toEqual([7, 5, 3]);
		expect(seqs(await own(administrator, 'sorte=requests'))).toEqual([7, 1]);
		expect(seqs(await own(administrator, 'du=2026-11-24'))).toEqual([7]);
		expect(seqs(await own(administrator, 'au=2026-11-23'))).toEqual([6, 5, 3, 1]);
	});

	it('goes on from page to page, each line once', async () => {
		for (let count = 0; count < 100; count += 1) await happened('requests.reply', actBy('ana'));
		const found: number[] = [];
		let next: number | null = null;
		do {
			const page = await own(inGroup('administrator'), next === null ? '' : `avant=${next}`);
			found.push(...seqs(page));
			next = page.next;
		} while (next !== null);
		expect(found).toHaveLength(104);
		expect(new Set(found).size).toBe(104);
		expect(found).toEqual(found.toSorted((a, b) => b - a));
	});
});

describe('the network’s trail', () => {
	it('is searched by person, group, act, object, web request and day, together', async () => {
		await happened('requests.open', actBy('ana', { requestId: 'r-1' }), { subject: 's-1' });
		await happened('requests.open', actBy('bo'), { group: 'h' });
		await happened('requests.take', { ...actBy('wil'), actingFor: 'ana' }, { group: null });
		for (const [text, expected] of [
			['', [3, 2, 1]],
			['personne=roy', [3, 1]],
			['personne=100 %25', [3, 1]],
			['personne=%25', [3, 1]],
			['personne=personne', []],
			['groupe=autre_', [2]],
			['groupe=_', [2]],
			['geste=requests.open', [2, 1]],
			['geste=requests.open&groupe=autre', [2]],
			['objet=s-1', [1]],
			['requete=r-1', [1]],
			['sorte=requests&au=2026-11-22', []],
			['avant=2', [1]],
			['avant=-1', [3, 2, 1]],
			['avant=NaN&du=hier', [3, 2, 1]],
		] as const) {
			expect(seqs(await all(text)), text).toEqual(expected);
		}
	});

	it('says nothing of complaints, by whatever one looks: whom one is about reads it too', async () => {
		await happened('complaints.complain', actBy('ana', { requestId: 'r-1' }), { subject: 'c-1' });
		await happened('complaints.take', actBy('bo'), { subject: 'c-1' });
		await happened('requests.open', actBy('ana', { requestId: 'r-1' }));
		for (const text of ['', 'personne=roy', 'groupe=groupe', 'requete=r-1']) expect(seqs(await all(text)), text).toEqual([3]);
		for (const text of ['objet=c-1', 'sorte=complaints', 'geste=complaints.take']) expect(seqs(await all(text)), text).toEqual([]);
		expect(await exportTrail(database.read, grantTo(worker, 'audit.read'), null, query())).not.toContain('complaints');
	});

	it('shows amounts only to those who keep the accounts', async () => {
		await happened('contributions.record_payment', actBy('bo'), { delta: { amountCents: 500, number: 'x' } });
		expect((await all()).events[0]?.changes).toEqual([['number', 'x']]);
		expect((await all('', true)).events[0]?.changes).toEqual([
			['amountCents', 500],
			['number', 'x'],
		]);
		expect(await exportTrail(database.read, grantTo(worker, 'audit.read'), null, query())).not.toContain('500');
	});

	it('is exported with words a spreadsheet does not run', async () => {
		await write((tx) => tx.run(sql`update person set full_name = '=cmd()' where id = 'bo'`));
		await happened('requests.open', actBy('bo'));
		const csv = await exportTrail(database.read, grantTo(worker, 'audit.read'), null, query());
		expect(csv.split('\r\n')).toHaveLength(3);
		expect(csv).toContain("'=cmd()");
	});
});

describe('a search', () => {
	it('comes back from its own address as it was', () => {
		const search = query('personne=Ana&groupe=g&sorte=access&geste=access.end_role&objet=o&requete=r&du=2026-01-01&au=2026-02-01');
		expect(query(searchQuery(search, null).slice(1))).toEqual(search);
		expect(query(searchQuery(search, 7).slice(1))).toEqual({ ...search, before: 7 });
	});

	it('has a word in both languages for each kind of act', () => {
		for (const locale of ['fr', 'en'] as const) {
			const { kinds, actions } = messages(locale).trail;
			const used = new Set(Object.keys(actions).map((action) => action.split('.')[0]));
			expect([...used].toSorted()).toEqual(Object.keys(kinds).toSorted());
		}
	});
});
