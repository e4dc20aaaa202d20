/**
 * Takes every page of the route table, in both languages, as those who may see it see it, into the ignored folder
 * screenshots/: `npm run screenshots -- --only home,services --width 320`. Without options: a telephone, a desk, a desk by night.
 * A page with parameters is shown at the first address that another page links to; those that only a letter leads to are named at the end.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type BrowserContext, chromium } from '@playwright/test';
import { browserOptions } from '#scripts/browser.mjs';
import { DEMONSTRATION } from '#src/cli/demonstration.ts';
import { LOCALES, type Locale, localeOf, matchRoute, pathOf, type RouteKey, routes } from '#src/i18n/routes.ts';
import { projectRoot } from '#src/lib/root.ts';
import { seedPortal } from '#test/support/operator.ts';
import { startServer } from '#test/support/server.ts';
import { passStep } from '#test/support/steps.ts';

const { values } = parseArgs({ options: { only: { type: 'string' }, width: { type: 'string' }, locale: { type: 'string' } } });
const keys = (Object.keys(routes) as RouteKey[]).filter((key) => values.only === undefined || values.only.split(',').includes(key));
const locales = LOCALES.filter((locale) => values.locale === undefined || values.locale === locale);

interface View {
	readonly name: string;
	readonly width: number;
	readonly dark?: true;
}
const VIEWS: readonly View[] =
	values.width === undefined
		? [
				{ name: 'phone', width: 390 },
				{ name: 'desk', width: 1280 },
				{ name: 'night', width: 1280, dark: true },
			]
		: values.width.split(',').map((width) => ({ name: width, width: Number(width) }));

/** Who sees which pages. */
const PEOPLE = [
	{ email: null, audiences: ['public', 'form', 'private'] },
	{ email: DEMONSTRATION.administrator, audiences: ['member'] },
	{ email: DEMONSTRATION.finance, audiences: ['worker'] },
] as const;

const folder = path.join(projectRoot, 'screenshots');
mkdirSync(folder, { recursive: true });
const dataDir = mkdtempSync(path.join(tmpdir(), 'koumbit-screenshots-'));
await seedPortal(dataDir);
const server = await startServer({ dataDir });
const browser = await chromium.launch(browserOptions());

/** Addresses by page and language, found by following links from the pages that have a fixed one. */
async function addressesFor(context: BrowserContext, audiences: readonly string[]): Promise<Map<string, string>> {
	const found = new Map<string, string>();
	const waiting: string[] = [];
	const note = (address: string) => {
		const match = matchRoute(address);
		const name = match && audiences.includes(routes[match.key].audience) ? `${match.key}-${localeOf(address)}` : null;
		// The English address of a page that was found in French has the same parameters.
		if (name === null || match === null || found.has(name)) return;
		for (const locale of LOCALES) {
			found.set(`${match.key}-${locale}`, pathOf(match.key, locale, match.params));
			waiting.push(pathOf(match.key, locale, match.params));
		}
	};
	for (const twin of Object.values(routes)) if (!twin.fr.includes('[')) note(twin.fr);
	if (audiences.includes('form')) note(pathOf('error', 'fr', { status: '404' }));
	for (let address = waiting.shift(); address !== undefined; address = waiting.shift()) {
		const answer = await context.request.get(server.url + address, { headers: { accept: 'text/html' } });
		for (const [, href = ''] of (await answer.text()).matchAll(/<a[^>]*\shref="(\/[^"#?]*)/g)) note(href);
	}
	return found;
}

/** In CSS pixels; a taller page becomes several pictures, which can still be opened. */
const TALLEST = 8_000;

async function take(context: BrowserContext, name: string, address: string, view: View): Promise<void> {
	const page = await context.newPage();
	try {
		await page.emulateMedia({ colorScheme: view.dark ? 'dark' : 'light', reducedMotion: 'reduce' });
		await page.setViewportSize({ width: view.width, height: 900 });
		await page.goto(server.url + address);
		const height = await page.evaluate(() => document.documentElement.scrollHeight);
		// The whole page as one window: a picture of what is below the window may repeat the first screen on a busy machine.
		await page.setViewportSize({ width: view.width, height });
		for (let y = 0; y < height; y += TALLEST) {
			const part = height > TALLEST ? `-${1 + y / TALLEST}` : '';
			const clip = { x: 0, y, width: view.width, height: Math.min(TALLEST, height - y) };
			await page.screenshot({ path: path.join(folder, `${name}-${view.name}${part}.png`), clip });
		}
	} finally {
		await page.close();
	}
}

const missing = new Set<RouteKey>();
let count = 0;
try {
	for (const { email, audiences } of PEOPLE) {
		const mine = keys.filter((key) => (audiences as readonly string[]).includes(routes[key].audience));
		if (mine.length === 0) continue;
		const context = await browser.newContext({ locale: 'fr-CA', timezoneId: 'America/Toronto' });
		if (email !== null) {
			const page = await context.newPage();
			await page.goto(`${server.url}${pathOf('login', 'fr')}`);
			await page.fill('[name=email]', email);
			await page.fill('[name=password]', DEMONSTRATION.password);
			await page.click('main form:has([name=password]) button[type=submit]');
			await page.waitForURL((url) => url.pathname !== pathOf('login', 'fr'));
			await passStep(page, DEMONSTRATION.codeKey);
			await page.waitForURL((url) => url.pathname !== pathOf('loginStep', 'fr'));
			await page.close();
		}
		const addresses = await addressesFor(context, audiences);
		const jobs = mine.flatMap((key) =>
			locales.flatMap((locale: Locale) => {
				const address = addresses.get(`${key}-${locale}`);
				if (address === undefined) missing.add(key);
				return address === undefined ? [] : VIEWS.map((view) => ({ name: `${key}-${locale}`, address, view }));
			}),
		);
		const work = async () => {
			for (let job = jobs.shift(); job; job = jobs.shift()) {
				await take(context, job.name, job.address, job.view);
				count += 1;
			}
		};
		await Promise.all([work(), work()]);
		await context.close();
	}
} finally {
	await browser.close();
	await server.stop();
	rmSync(dataDir, { recursive: true, force: true });
}
process.stdout.write(`${count} pictures in screenshots/\n`);
if (missing.size > 0) process.stdout.write(`only a letter leads to: ${[...missing].join(', ')}\n`);
