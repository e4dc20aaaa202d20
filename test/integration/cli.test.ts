import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
		const database = new DatabaseSync(path.join(dataDir, 'koumbit.db'));
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
