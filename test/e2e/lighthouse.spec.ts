/** What Lighthouse says of the pages that matter most, as a telephone on a slow network sees them. */
import { globSync } from 'node:fs';
import path from 'node:path';
import { type Browser, chromium, expect, test } from '@playwright/test';
import lighthouse from 'lighthouse';
import { browserOptions } from '#scripts/browser.mjs';
import { pathOf } from '#src/i18n/routes.ts';
import { projectRoot } from '#src/lib/root.ts';
import { portal } from '#test/e2e/people.ts';
import { freePort } from '#test/support/ports.ts';

const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo'] as const;
const FAST_ENOUGH = 95;
const RUNS = 5;

interface Report {
	readonly performance: number;
	readonly others: Readonly<Record<string, number>>;
	/** Audits that took something off a category which must be whole. */
	readonly lost: readonly string[];
	/** What the largest paint was. */
	readonly largest: string;
	readonly requests: readonly string[];
}

let browser: Browser;
let port: number;

test.describe('public site: Lighthouse', () => {
	test.describe.configure({ mode: 'serial', timeout: 180_000 });

	test.beforeAll(async () => {
		port = await freePort();
		browser = await chromium.launch({
			...browserOptions(),
			args: [`--remote-debugging-port=${port}`],
		});
	});

	test.afterAll(() => browser.close());

	/** What one whole run says: a run that saw no page (its browser had no time to paint) measured nothing, so another one is made. */
	async function run(address: string) {
		for (let attempt = 1; ; attempt += 1) {
			const result = await lighthouse(portal.url + address, { port, logLevel: 'silent', output: 'json', onlyCategories: [...CATEGORIES] });
			if (result && !result.lhr.runtimeError && result.lhr.categories.performance?.score != null) return result.lhr;
			if (attempt === RUNS) throw new Error(`Lighthouse saw nothing of ${address}: ${JSON.stringify(result?.lhr.runtimeError ?? null)}`);
		}
	}

	async function measure(address: string): Promise<Report> {
		const { categories, audits } = await run(address);
		const score = (name: string) => Math.round((categories[name]?.score ?? 0) * 100);
		const lost = CATEGORIES.slice(1).flatMap((name) =>
			(categories[name]?.auditRefs ?? [])
				.filter(({ id, weight }) => weight > 0 && audits[id]?.score !== null && (audits[id]?.score ?? 1) < 1)
				.map(({ id }) => `${name}: ${id}`),
		);
		const details = audits['network-requests']?.details;
		const items = details?.type === 'table' ? details.items : [];
		return {
			performance: score('performance'),
			others: Object.fromEntries(CATEGORIES.slice(1).map((name) => [name, score(name)])),
			lost,
			largest: JSON.stringify(audits['lcp-breakdown-insight']?.details ?? null),
			requests: items.map(({ url }) => String(url)),
		};
	}

	const news = globSync('*.md', { cwd: path.join(projectRoot, 'content/fr/news') })
		.sort()
		.at(-1);
	const addresses = [
		pathOf('home', 'fr'),
		pathOf('history', 'fr'),
		pathOf('service', 'fr', { slug: 'listes' }),
		pathOf('contributions', 'fr'),
		...(news === undefined ? [] : [pathOf('newsItem', 'fr', { slug: path.basename(news, '.md') })]),
	];
	for (const address of addresses) {
		test(`${address} is whole in accessibility, best practices and search, and fast`, async () => {
			const report = await measure(address);
			expect(report.lost).toEqual([]);
			expect(report.others).toEqual({ accessibility: 100, 'best-practices': 100, seo: 100 });
			// The browser draws the sign of a date field by itself, from data of its own.
			expect(report.requests.filter((url) => !url.startsWith(`${portal.url}/`) && !url.startsWith('data:'))).toEqual([]);
			// The largest thing on the first screen is text.
			expect(report.largest).toMatch(/"snippet":"<(h1|h2|p|li|a|span|div|dd|td)\b/);
			// The machine is shared, and a neighbour can only slow a page down: the quickest run is nearest to the page's own speed.
			const speeds = [report.performance];
			while (Math.max(...speeds) < FAST_ENOUGH && speeds.length < RUNS) speeds.push((await measure(address)).performance);
			expect(Math.max(...speeds), `runs: ${speeds.join(', ')}`).toBeGreaterThanOrEqual(FAST_ENOUGH);
		});
	}
});
