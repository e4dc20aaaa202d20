/** Takes the pictures of the README from the built portal with its demonstration: `npm run pictures`. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium } from '@playwright/test';
import { browserOptions } from '#scripts/browser.mjs';
import { DEMONSTRATION } from '#src/cli/demonstration.ts';
import { projectRoot } from '#src/lib/root.ts';
import { seedPortal } from '#test/support/operator.ts';
import { startServer } from '#test/support/server.ts';

const dataDir = mkdtempSync(path.join(tmpdir(), 'koumbit-pictures-'));
await seedPortal(dataDir);
const server = await startServer({ dataDir });
const browser = await chromium.launch(browserOptions());
try {
	const page = await browser.newPage({ viewport: { width: 1280, height: 1000 }, locale: 'fr-CA', reducedMotion: 'reduce' });
	await page.goto(`${server.url}/`);
	await page.screenshot({ path: path.join(projectRoot, 'docs/images/home.png') });
	await page.goto(`${server.url}/connexion/`);
	await page.fill('[name=email]', DEMONSTRATION.administrator);
	await page.fill('[name=password]', DEMONSTRATION.password);
	await page.click('main form:has([name=password]) button[type=submit]');
	await page.waitForURL('**/espace/*/');
	await page.screenshot({ path: path.join(projectRoot, 'docs/images/space.png') });
} finally {
	await browser.close();
	await server.stop();
	rmSync(dataDir, { recursive: true, force: true });
}
