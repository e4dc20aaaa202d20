import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '#src/lib/root.ts';
import { mistakesIn } from '#test/support/html-validate.ts';
import { openBuilt } from '../../scripts/site/built.ts';

const built = openBuilt(projectRoot);

const checkLinks = (root: string) =>
	spawnSync(process.execPath, [path.join(projectRoot, 'scripts/check-links.ts'), '--root', root], {
		encoding: 'utf8',
		cwd: projectRoot,
		env: { ...process.env, SITE_URL: siteOfBuild() },
	});

function siteOfBuild(): string {
	const stamp = path.join(projectRoot, 'dist/.koumbit-build');
	return existsSync(stamp) ? (JSON.parse(readFileSync(stamp, 'utf8')) as { site: string }).site : 'http://localhost:4321';
}

describe('every built page', () => {
	it('is valid HTML', { timeout: 120_000 }, async () => {
		expect(built.pages.size).toBeGreaterThan(40);
		for (const [address, file] of built.pages) expect(await mistakesIn(readFileSync(file, 'utf8')), address).toEqual([]);
	});

	it('links only to what is there', () => {
		const { status, stderr } = checkLinks(projectRoot);
		expect(stderr).toBe('');
		expect(status).toBe(0);
	});

	it('would be refused with a broken link, in words, with the line of the text', () => {
		const root = mkdtempSync(path.join(tmpdir(), 'koumbit-links-'));
		try {
			cpSync(path.join(projectRoot, 'dist'), path.join(root, 'dist'), { recursive: true });
			const page = path.join(root, 'dist/client/mission/index.html');
			writeFileSync(page, readFileSync(page, 'utf8').replace('</main>', '<p><a href="/mission/#nulle-part">ici</a></p></main>'));
			mkdirSync(path.join(root, 'content/fr/pages'), { recursive: true });
			writeFileSync(path.join(root, 'content/fr/pages/mission.md'), 'Voir [ici](/mission/#nulle-part).\n');
			const { status, stderr } = checkLinks(root);
			expect(status).toBe(1);
			expect(stderr).toContain('content/fr/pages/mission.md:1');
			expect(stderr).toContain('aucun titre ni passage de /mission/ ne porte le nom #nulle-part');
			expect(stderr).not.toMatch(/\n\s+at /);
		} finally {
			rmSync(root, { recursive: true, force: true });
		}
	});
});
