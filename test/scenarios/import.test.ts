/** Groups that were members before the portal come into it from a file. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectRoot } from '#src/lib/root.ts';
import { linkIn } from '#test/support/mailbox.ts';
import { type Office, openOffice, PASSWORD } from '#test/support/office.ts';
import { koumbit } from '#test/support/operator.ts';

let office: Office;
const folder = mkdtempSync(path.join(tmpdir(), 'koumbit-import-'));
const EXAMPLE = path.join(projectRoot, 'docs/import-groups.example.csv');

beforeAll(async () => {
	office = await openOffice();
});

afterAll(async () => {
	await office.server.stop();
	rmSync(folder, { recursive: true, force: true });
});

describe('today’s members', () => {
	it('are brought in by one command, invited, and find their balance in their space', async () => {
		const run = async (...args: string[]) => {
			const { code, stdout } = await koumbit(['import', 'groups', ...args, '--json'], office.server);
			return { code, ...(JSON.parse(stdout) as { created: number; unchanged: number }) };
		};
		expect(await run(EXAMPLE, '--dry-run')).toMatchObject({ code: 0, created: 3 });
		expect(await run(EXAMPLE)).toMatchObject({ code: 0, created: 3 });
		expect(await run(EXAMPLE)).toMatchObject({ code: 0, created: 0, unchanged: 3 });
		const invitation = await office.mail.next('personne1@example.org');
		const visitor = office.visitor();
		const home = await visitor.submit(await visitor.get(linkIn(invitation)), { fullName: 'Personne exemple 1', password: PASSWORD });
		expect(home.url.pathname).toBe('/espace/groupe-exemple-a/');
		const contributions = await visitor.get('/espace/groupe-exemple-a/contributions/');
		expect(contributions.status).toBe(200);
		expect(contributions.text).toMatch(/120,00/);
		expect(contributions.text).toContain('repris dans le portail');
		expect((await koumbit(['ledger', 'verify'], office.server)).code).toBe(0);
		expect((await koumbit(['audit', 'verify'], office.server)).code).toBe(0);
	});

	it('are not brought in from a file with a fault; the command says which line', async () => {
		const file = path.join(folder, 'bad.csv');
		writeFileSync(file, 'key,usual_name,kind,person_email,roles\nx,Groupe,collective,a@exemple.org,chief\n');
		const { code, stdout, stderr } = await koumbit(['import', 'groups', file], office.server);
		expect(code).toBe(1);
		expect(stdout).toContain('2\tx\trefused\tthe role "chief" is not known');
		expect(stderr).toMatch(/^Nothing was brought in: .*\n$/);
		expect((await koumbit(['import', 'groups'], office.server)).code).toBe(2);
	});
});
