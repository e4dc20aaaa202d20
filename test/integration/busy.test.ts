/** The built server while another process holds the database. */
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anApplication, type Office, openOffice, SEND } from '#test/support/office.ts';

let office: Office;
let stranger: DatabaseSync;

beforeAll(async () => {
	office = await openOffice();
	stranger = new DatabaseSync(path.join(office.server.dataDir, 'koumbit.db'), { timeout: 5_000 });
});

afterAll(async () => {
	stranger.close();
	await office.server.stop();
});

describe('a database that someone else holds for too long', () => {
	it('sends a form back with 503, a time to wait and everything typed; sent again, it is kept once', async () => {
		const visitor = office.visitor();
		const page = await visitor.get('/adhesion/');
		stranger.exec('begin immediate');
		const busy = await visitor.submit(page, anApplication({ email: 'patiente@exemple.org', mission: 'À garder.' }), { button: SEND });
		stranger.exec('rollback');
		expect(busy.status).toBe(503);
		expect(Number(busy.headers.get('retry-after'))).toBeGreaterThan(0);
		expect(busy.root.querySelector('[name=mission]')?.text.trim()).toBe('À garder.');
		expect(busy.text).toContain('Rien n’a été enregistré');

		const again = await visitor.submit(busy, {}, { button: SEND });
		expect(again.url.pathname).toBe('/adhesion/envoyee/');
		const { total } = stranger.prepare('select count(*) as total from application').get() as { total: number };
		expect(total).toBe(1);
	});

	it('does not stop anyone from reading, not even with a session about to be renewed or just over', async () => {
		const group = await office.memberGroup();
		const soon = Date.now() + 3 * 24 * 3_600_000;
		stranger.prepare('update session set expires_at = ?').run(soon);
		stranger.exec('begin immediate');
		const page = await group.visitor.get(group.space);
		stranger.exec('rollback');
		expect(page.status).toBe(200);

		stranger.prepare('update session set expires_at = ?').run(Date.now() - 1000);
		stranger.exec('begin immediate');
		const started = performance.now();
		const login = await group.visitor.get(group.space);
		const waited = performance.now() - started;
		stranger.exec('rollback');
		expect(login.status).toBe(200);
		expect(login.url.pathname).toBe('/connexion/');
		expect(waited).toBeLessThan(2_000);
	});
});
