/** What was acknowledged is kept, whatever happens to the server; and the portal works the same on a database server. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import { startDaemon } from '#test/support/daemon.ts';
import { openMailbox } from '#test/support/mailbox.ts';
import { anApplication, apply, openOffice, SEND } from '#test/support/office.ts';
import { serverEnv, startServer, type TestServer } from '#test/support/server.ts';
import { startSqld } from '#test/support/sqld.ts';
import { openVisitor } from '#test/support/visitor.ts';

const cleanUp: (() => unknown)[] = [];

afterEach(async () => {
	for (const end of cleanUp.splice(0).reverse()) await end();
});

function ownFolder(): string {
	const folder = mkdtempSync(path.join(tmpdir(), 'koumbit-keep-'));
	cleanUp.push(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

async function start(dataDir: string, env: Record<string, string> = {}): Promise<TestServer> {
	const server = await startServer({ dataDir, env: { TRUST_PROXY: '127.0.0.1', ...env } });
	cleanUp.push(() => server.stop());
	return server;
}

describe('an application that was acknowledged', () => {
	it('is there after the server was killed at that moment, and its message leaves once it is back', async () => {
		const dataDir = ownFolder();
		const first = await start(dataDir, { WORKER: 'off' });
		const addresses = Array.from({ length: 12 }, (_, at) => `tenace${at}@exemple.org`);
		const acknowledged: string[] = [];
		let killed = false;
		const sending = addresses.map(async (email, at) => {
			const visitor = openVisitor(first.url, { 'x-forwarded-for': `198.51.100.${at + 1}` });
			const whole = async () => visitor.submit(await visitor.get('/adhesion/'), anApplication({ email }), { button: SEND });
			const done = await whole().catch(() => null);
			if (done?.url.pathname === '/adhesion/envoyee/') acknowledged.push(email);
			// Killed while others are still on their way.
			if (acknowledged.length === 4 && !killed) {
				killed = true;
				process.kill(first.pid, 'SIGKILL');
			}
		});
		await Promise.all(sending);
		await first.ended;
		expect(acknowledged.length).toBeGreaterThanOrEqual(4);

		const database = new DatabaseSync(path.join(dataDir, 'koumbit.db'), { timeout: 5_000 });
		const kept = database
			.prepare('select applicant_email_normalized as email from application')
			.all()
			.map((row) => row.email);
		database.close();
		expect(kept).toEqual(expect.arrayContaining(acknowledged));

		await start(dataDir);
		const mail = openMailbox(dataDir);
		for (const email of acknowledged) await mail.next(email);
		for (const email of acknowledged) expect(await mail.to(email)).toHaveLength(1);
	});
});

describe('the background worker', () => {
	it('can run beside the server, and sends what the server queued', async () => {
		const dataDir = ownFolder();
		const server = await start(dataDir, { WORKER: 'off' });
		await apply(openVisitor(server.url), { email: 'ailleurs@exemple.org' });
		const mail = openMailbox(dataDir);
		expect(await mail.to('ailleurs@exemple.org')).toEqual([]);
		const env = serverEnv({ DATA_DIR: dataDir, SITE_URL: server.url });
		const worker = startDaemon(process.execPath, ['src/cli/main.ts', 'work'], env);
		cleanUp.push(() => worker.stop());
		await mail.next('ailleurs@exemple.org');
		expect(await worker.stop()).toBe(0);
	});
});

describe('on a libSQL server', () => {
	async function openFarOffice() {
		const sqld = await startSqld();
		cleanUp.push(() => sqld.stop());
		const office = await openOffice({ DATABASE_URL: sqld.url });
		cleanUp.push(() => office.server.stop());
		// The operator's command reaches the same database through its own address.
		process.env.DATABASE_URL = sqld.url;
		cleanUp.push(() => delete process.env.DATABASE_URL);
		return { sqld, office };
	}

	it('a group joins and finds its space, as on the embedded engine', async () => {
		const { office } = await openFarOffice();
		const group = await office.memberGroup();
		const home = await group.visitor.get(group.space);
		expect(home.status).toBe(200);
		expect(home.text).toContain('Bonjour Amina');
	});

	it('that is down, pages and forms answer 503 and static pages stay, and all goes on once it is back', async () => {
		const { sqld, office } = await openFarOffice();
		const group = await office.memberGroup();
		const visitor = office.visitor();
		const form = await visitor.get('/adhesion/');
		const typed = anApplication({ email: 'tenace@exemple.org', mission: 'À garder.' });
		await sqld.pause();

		const space = await group.visitor.raw(group.space);
		expect(space.status).toBe(503);
		expect(Number(space.headers.get('retry-after'))).toBeGreaterThan(0);
		expect(await space.text()).toContain('</html>');
		expect((await visitor.raw('/')).status).toBe(200);
		const refused = await visitor.submit(form, typed, { button: SEND });
		expect(refused.status).toBe(503);

		await sqld.resume();
		expect((await group.visitor.get(group.space)).status).toBe(200);
		const sent = await visitor.submit(form, typed, { button: SEND });
		expect(sent.url.pathname).toBe('/adhesion/envoyee/');
	});
});
