import { eq, ne, sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Database, write } from '#db/client.ts';
import { person } from '#db/schema/accounts.ts';
import { complaintMessage } from '#db/schema/complaints.ts';
import { codeApp, loginLink, loginRequest, passkey, pendingLogin, recoveryCode } from '#db/schema/factors.ts';
import { groupContact } from '#db/schema/groups.ts';
import { handover } from '#db/schema/handover.ts';
import { outboxMessage } from '#db/schema/outbox.ts';
import { erasureRequest, retentionRun } from '#db/schema/privacy.ts';
import { DEMONSTRATION, seedDemonstration } from '#src/cli/demonstration.ts';
import { assignRole, loadAccess } from '#src/features/access/index.ts';
import { findAccountByAddress } from '#src/features/accounts/index.ts';
import { verifyAudit } from '#src/features/audit/index.ts';
import { askHandover } from '#src/features/handover/index.ts';
import { applyRetention, eraseDue, previewErasure, rehearseErasure } from '#src/features/privacy/jobs.ts';
import { askErasure, cancelErasureByLink, eraseNow } from '#src/features/privacy/mutations.ts';
import { RETENTION, RETENTION_NAMES } from '#src/features/privacy/policy.ts';
import { TABLES } from '#src/features/takeout/index.ts';
import { civilDateOf, DAY, now } from '#src/lib/clock.ts';
import { prepareDatabase } from '#src/server/setup.ts';
import { actBy, anAct } from '#test/factories/accounts.ts';
import { freshDatabase } from '#test/support/database.ts';

let database: Database;

const idOf = async (address: string) => {
	const found = await findAccountByAddress(database.read, address);
	if (!found) throw new Error(`nobody at ${address}`);
	return found.personId;
};

/** Every place of the whole database where a word stands: `table.column`. */
async function placesOf(word: string): Promise<string[]> {
	const places: string[] = [];
	const tables = await database.read.all<[string]>(sql`select name from sqlite_master where type = 'table' and name not like 'sqlite_%'`);
	for (const [table] of tables) {
		const columns = await database.read.all<[string]>(sql`select name from pragma_table_info(${table})`);
		for (const [column] of columns) {
			const [row] = await database.read.all<[number]>(
				sql`select count(*) from ${sql.identifier(table)} where instr(lower(cast(${sql.identifier(column)} as text)), ${word.toLowerCase()}) > 0`,
			);
			if ((row?.[0] ?? 0) > 0) places.push(`${table}.${column}`);
		}
	}
	return places;
}

/** Rows of each table as text, to tell which tables an act touched. */
async function fingerprint(): Promise<Map<string, string>> {
	const prints = new Map<string, string>();
	for (const table of Object.keys(TABLES)) {
		const rows = await database.read.all(sql`select * from ${sql.identifier(table)} order by 1`);
		prints.set(table, JSON.stringify(rows));
	}
	return prints;
}

beforeEach(async () => {
	database = await freshDatabase();
	await prepareDatabase();
	await seedDemonstration();
});

describe('erasing a person', () => {
	it('leaves neither their name nor their address anywhere in the database, and a trail that holds', async () => {
		const personId = await idOf(DEMONSTRATION.treasurer);
		expect(await placesOf(DEMONSTRATION.treasurer)).toContain('account_email.address');
		expect(await placesOf('Rosalie Côté')).toContain('person.full_name');
		const done = await write((tx) => eraseNow(tx, anAct({ at: now() }), personId));
		expect(done).toMatchObject({ ok: true, pseudonym: expect.stringMatching(/^Personne retirée [0-9a-f]{4}$/) });
		expect(await placesOf(DEMONSTRATION.treasurer)).toEqual([]);
		expect(await placesOf('Rosalie Côté')).toEqual([]);
		expect((await database.read.select().from(person).where(eq(person.id, personId)))[0]?.erasedAt).not.toBeNull();
		expect(await verifyAudit(database.read)).toMatchObject({ ok: true });
		expect(await findAccountByAddress(database.read, DEMONSTRATION.treasurer)).toBeNull();
	}, 60_000);

	it('takes their application with it, once someone else looks after the group', async () => {
		const personId = await idOf(DEMONSTRATION.administrator);
		const other = await idOf(DEMONSTRATION.treasurer);
		const { groups } = await loadAccess(database.read, personId, civilDateOf(now()));
		for (const { id } of groups)
			await write((tx) => assignRole(tx, anAct({ at: now() }), other, { kind: 'organisation', id, role: 'administrator' }, personId));
		expect(await placesOf(DEMONSTRATION.administrator)).toContain('application.applicant_email');
		expect(await write((tx) => eraseNow(tx, anAct({ at: now() }), personId))).toMatchObject({ ok: true });
		expect(await placesOf(DEMONSTRATION.administrator)).toEqual([]);
	}, 60_000);

	it('takes second steps, log-ins under way and demands to regain access along, and leaves their group its own addresses', async () => {
		const found = await findAccountByAddress(database.read, DEMONSTRATION.treasurer);
		if (!found) throw new Error('nobody there');
		const { accountId, personId } = found;
		const [group] = (await loadAccess(database.read, personId, civilDateOf(now()))).groups;
		const at = now();
		const address = DEMONSTRATION.treasurer;
		await write(async (tx) => {
			await tx.insert(codeApp).values({ accountId, secret: 'sealed', lastStep: 0, createdAt: at });
			const key = { credentialId: 'c', publicKey: 'k', counter: 0, transports: '', name: 'Téléphone de Rosalie Côté' };
			await tx.insert(passkey).values({ ...key, id: 'p', accountId, createdAt: at });
			await tx.insert(recoveryCode).values({ codeHash: 'h', accountId, createdAt: at });
			await tx.insert(pendingLogin).values({ tokenHash: 'h', accountId, next: '', createdAt: at, expiresAt: at + DAY });
			await tx.insert(loginLink).values({ tokenHash: 'h', accountId, browserHash: 'b', createdAt: at, expiresAt: at + DAY });
			await tx.insert(loginRequest).values({ id: 'r', normalized: address, locale: 'fr', browserHash: 'b', createdAt: at });
			const asked = { groupName: 'Autre groupe', name: 'Rosalie Côté', reason: 'Parti.', locale: 'fr' } as const;
			await askHandover(tx, { at, requestId: null }, { ...asked, address, submissionKey: 'k' });
			const contact = { id: 'gc', organisationId: group?.id ?? '', purpose: 'technical', address, normalized: address } as const;
			await tx.insert(groupContact).values({ ...contact, fromAt: at, untilAt: at });
		});
		const done = await write((tx) => eraseNow(tx, anAct({ at }), personId));
		if (!done.ok) throw new Error('not erased');
		const counts = Object.fromEntries(done.lines.map(({ table, how, count }) => [`${table} ${how}`, count]));
		expect(counts).toMatchObject({
			'code_app deleted': 1,
			'passkey deleted': 1,
			'recovery_code deleted': 1,
			'pending_login deleted': 1,
			'login_link deleted': 1,
			'login_request deleted': 1,
			'handover renamed': 1,
			'handover_link deleted': 1,
			'group_contact kept': 1,
		});
		expect(await placesOf('Rosalie Côté')).toEqual([]);
		expect(await placesOf(address)).toEqual(['group_contact.address', 'group_contact.normalized']);
		const [demand] = await database.read.select().from(handover).where(eq(handover.submissionKey, 'k'));
		expect(demand).toMatchObject({ status: 'withdrawn', askerName: done.pseudonym, reason: '' });
	}, 60_000);

	it('is rehearsed ten times a quarter of an hour for one person, and for another all the same', async () => {
		const [one, other] = [await idOf(DEMONSTRATION.treasurer), await idOf(DEMONSTRATION.administrator)];
		const act = anAct({ at: now() });
		for (let number = 0; number < 10; number += 1) expect(await previewErasure(act, one)).not.toBeNull();
		expect(await previewErasure(act, one)).toBeNull();
		expect(await previewErasure(act, other)).not.toBeNull();
	}, 60_000);

	it('announces in a dry run what it then does, touches only the tables it names, and changes nothing by announcing', async () => {
		const personId = await idOf(DEMONSTRATION.treasurer);
		const at = now();
		const before = await fingerprint();
		const dry = await rehearseErasure(anAct({ at }), personId);
		expect(await fingerprint()).toEqual(before);
		const real = await write((tx) => eraseNow(tx, anAct({ at }), personId));
		expect(real).toEqual(dry);
		if (!real.ok) throw new Error('not erased');
		const after = await fingerprint();
		const touched = [...after.keys()].filter((table) => after.get(table) !== before.get(table));
		const named = new Set([...real.lines.map(({ table }) => table), 'audit_event']);
		expect(touched.filter((table) => !named.has(table))).toEqual([]);
		for (const { table, how } of real.lines) {
			const said = TABLES[table]?.onErasure;
			expect(how === 'kept' ? 'nothing' : how, table).toBe(said);
		}
	}, 60_000);

	it('is refused to the last administrator of a group, and to who works in the network', async () => {
		const last = await idOf(DEMONSTRATION.administrator);
		expect(await write((tx) => askErasure(tx, actBy(last, { at: now() }), last))).toMatchObject({
			ok: false,
			reason: 'last_administrator',
			groups: [{ slug: expect.stringContaining('lieu-commun') }],
		});
		const worker = await idOf(DEMONSTRATION.worker);
		expect(await write((tx) => askErasure(tx, actBy(worker, { at: now() }), worker))).toEqual({ ok: false, reason: 'holds_coop_role' });
	}, 60_000);

	it('waits seven days, in which the mailed link takes it back', async () => {
		const personId = await idOf(DEMONSTRATION.treasurer);
		const ask = (at: number) => write((tx) => askErasure(tx, actBy(personId, { at }), personId));
		await ask(now());
		expect(await eraseDue()).toBe(0);
		const [mail] = await database.read.select().from(outboxMessage).where(eq(outboxMessage.template, 'privacy.erasure'));
		const token = new URL(JSON.parse(mail?.content ?? '{}').action.url).pathname.split('/').at(-2) ?? '';
		const cancel = () => write((tx) => cancelErasureByLink(tx, { at: now(), requestId: null }, token));
		expect(await cancel()).toEqual({ ok: true });
		expect(await cancel()).toEqual({ ok: false });
		await ask(now() - 7 * DAY - 1);
		expect(await eraseDue()).toBe(1);
		const rows = await database.read.select({ status: erasureRequest.status }).from(erasureRequest).orderBy(erasureRequest.id);
		expect(rows.map(({ status }) => status).toSorted()).toEqual(['cancelled', 'done']);
		expect(await placesOf(DEMONSTRATION.treasurer)).toEqual([]);
	}, 60_000);
});

describe('the retention rules', () => {
	it('are one register: each name once, and each is run and noted', async () => {
		expect(RETENTION.map(({ name }) => name)).toEqual([...RETENTION_NAMES]);
		await write((tx) => tx.run(sql`update session set expires_at = 1`));
		await write((tx) => tx.run(sql`update invitation set expires_at = 1 where status = 'accepted'`));
		await write((tx) => tx.run(sql`update complaint set status = 'closed', status_since = 1`));
		await write((tx) => tx.run(sql`update handover set status = 'withdrawn', ended_at = 1`));
		await write((tx) => tx.run(sql`insert into spent_once (hash, expires_at) values ('h', 1)`));
		const dry = await applyRetention({ dryRun: true });
		expect(await database.read.$count(retentionRun)).toBe(0);
		const real = await applyRetention();
		expect(real.rules).toEqual(dry.rules);
		expect(real.rules.find(({ rule }) => rule === 'invitations')?.removed).toBeGreaterThan(0);
		for (const name of ['complaints', 'handovers', 'log_ins'])
			expect(real.rules.find(({ rule }) => rule === name)?.removed, name).toBeGreaterThan(0);
		expect(await database.read.$count(complaintMessage, ne(complaintMessage.body, ''))).toBe(0);
		expect(await database.read.$count(handover, ne(handover.askerName, ''))).toBe(0);
		const rows = await database.read.select().from(retentionRun);
		expect(rows.map(({ rule }) => rule).toSorted()).toEqual([...RETENTION_NAMES].toSorted());
		expect((await applyRetention()).rules.every(({ removed }) => removed === 0)).toBe(true);
		expect(await database.read.$count(retentionRun)).toBe(rows.length);
	}, 60_000);
});
