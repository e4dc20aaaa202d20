import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { session } from '#db/schema/accounts.ts';
import { auditEvent } from '#db/schema/audit.ts';
import { openSession, readSession } from '#src/adapters/sessions/index.ts';
import { createAccount, findAccountByAddress } from '#src/features/accounts/index.ts';
import { anAccount, anAct } from '#test/factories/accounts.ts';
import { inFolder } from '#test/support/database.ts';
import { koumbit } from '#test/support/operator.ts';

let dataDir: string;
const run = (...args: string[]) => koumbit(args, { dataDir });

beforeAll(() => {
	dataDir = mkdtempSync(path.join(tmpdir(), 'koumbit-cli-'));
});

afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

describe('the operator’s commands', () => {
	it('bring the database up to date, and find nothing to do the second time', async () => {
		const first = await run('migrate', '--json');
		expect(first.code).toBe(0);
		expect(JSON.parse(first.stdout)).toMatchObject({ applied: expect.arrayContaining(['0000_foundation']) });
		expect(JSON.parse((await run('migrate', '--json')).stdout)).toEqual({ applied: [] });
	});

	it('invite a worker and print the link', async () => {
		const { code, stdout } = await run('worker', 'invite', 'ana@exemple.org', '--name', 'Ana', '--role', 'finance', '--json');
		expect(code).toBe(0);
		expect(JSON.parse(stdout)).toEqual({ link: expect.stringMatching(/^http:\/\/localhost:4321\/invitation\/[\w-]{43}\/$/) });
	});

	it('refuse an address that is none with one line, and exit 1', async () => {
		const { code, stderr } = await run('worker', 'invite', 'pas une adresse');
		expect(code).toBe(1);
		expect(stderr.trim().split('\n')).toHaveLength(1);
	});

	it('answer wrong usage with 2 and help with 0, at every level', async () => {
		expect((await run('inconnu')).code).toBe(2);
		expect((await run('worker', 'invite')).code).toBe(2);
		expect((await run('worker', 'invite', 'a@b.org', '--role', 'roi')).code).toBe(2);
		expect((await run('--help')).code).toBe(0);
		expect((await run('worker', 'invite', '--help')).code).toBe(0);
	});

	it('end the sessions of an account, lock it and open it again, and keep each in the trail', async () => {
		let accountId = '';
		let cookie = '';
		const known = await inFolder(dataDir, async ({ read, write }) => {
			const made = await write((tx) =>
				createAccount(tx, anAct({ at: Date.now() }), anAccount({ address: 'lou@exemple.org', normalized: 'lou@exemple.org' })),
			);
			accountId = made.accountId;
			for (const _ of [1, 2]) cookie = (await openSession(accountId)).value;
			return read.$count(session);
		});
		expect(known).toBe(2);
		const opens = () => inFolder(dataDir, async () => (await readSession(`koumbit=${cookie}`)).user !== null);
		expect(await opens()).toBe(true);
		expect(JSON.parse((await run('account', 'end-sessions', 'lou@exemple.org', '--json')).stdout)).toEqual({ sessionsEnded: 2 });
		expect(await opens()).toBe(false);

		await inFolder(dataDir, async () => {
			cookie = (await openSession(accountId)).value;
		});
		expect(JSON.parse((await run('account', 'lock', 'LOU@exemple.org', '--json')).stdout)).toEqual({ sessionsEnded: 1 });
		const isActive = () => inFolder(dataDir, async ({ read }) => (await findAccountByAddress(read, 'lou@exemple.org'))?.active);
		expect([await opens(), await isActive()]).toEqual([false, false]);
		expect((await run('account', 'lock', 'lou@exemple.org')).stderr).toContain('is not open');
		expect((await run('account', 'unlock', 'lou@exemple.org')).code).toBe(0);
		expect([await opens(), await isActive()]).toEqual([false, true]);
		const kept = await inFolder(dataDir, ({ read }) =>
			read.select({ action: auditEvent.action }).from(auditEvent).where(eq(auditEvent.actorKind, 'operator')),
		);
		const actions = kept.map(({ action }) => action).filter((action) => action.startsWith('accounts.'));
		expect(actions).toEqual(['accounts.create', 'accounts.end_all_sessions', 'accounts.lock', 'accounts.unlock']);
	}, 180_000);

	it('say what is not in order', async () => {
		const { stdout } = await run('doctor', '--json');
		const { checks } = JSON.parse(stdout) as { checks: { name: string; ok: boolean; advice: string }[] };
		expect(checks.map((check) => check.name)).toEqual(['data', 'disk', 'database', 'mail', 'settings', 'address', 'proxy']);
		expect(checks.find((check) => check.name === 'database')?.ok).toBe(true);
		expect(checks.find((check) => check.name === 'mail')?.advice).toContain('SMTP_URL');
	});

	it('walk the audit trail, and name the first row that was changed', async () => {
		const sound = await run('audit', 'verify', '--json');
		expect(JSON.parse(sound.stdout)).toMatchObject({ ok: true });
		const database = new DatabaseSync(path.join(dataDir, 'koumbit.db'), { timeout: 5_000 });
		database.exec("drop trigger audit_event_no_update; update audit_event set action = 'other.thing' where seq = 2");
		database.close();
		const broken = await run('audit', 'verify', '--json');
		expect(broken.code).toBe(1);
		expect(JSON.parse(broken.stdout)).toMatchObject({ ok: false, seq: 2 });
		expect(broken.stderr).toContain('Row 2 of audit_event');
	});

	it('walk the books', async () => {
		expect(JSON.parse((await run('ledger', 'verify', '--json')).stdout)).toMatchObject({ ok: true });
		expect((await run('ledger', 'export', '--format', 'csv')).code).toBe(0);
		expect((await run('ledger', 'export', '--format', 'pdf')).code).toBe(2);
	});

	it('name a wrong variable on one line', async () => {
		const { code, stderr } = await koumbit(['migrate'], { dataDir, url: 'pas-une-adresse' });
		expect(code).toBe(1);
		expect(stderr).toMatch(/^SITE_URL/);
		expect(stderr.trim().split('\n')).toHaveLength(1);
	});
});
