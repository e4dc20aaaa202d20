import { defineConfig } from '@playwright/test';
import { browserOptions } from '#scripts/browser.mjs';

// Set by the global set-up before the workers read this file.
const baseURL = process.env.KOUMBIT_TEST_URL;

export default defineConfig({
	testDir: 'test/e2e',
	globalSetup: './test/support/global-setup.ts',
	fullyParallel: true,
	forbidOnly: true,
	// A test that passes the second time is a defect to find, not to hide.
	retries: 0,
	workers: 2,
	reporter: [['list']],
	outputDir: 'test-results',
	use: {
		...(baseURL === undefined ? {} : { baseURL }),
		locale: 'fr-CA',
		timezoneId: 'America/Toronto',
		// Recording each step costs an eighth of the run: `npm run test:e2e -- --trace on` records where one looks for a cause.
		trace: 'off',
		screenshot: 'only-on-failure',
		launchOptions: browserOptions(),
	},
	projects: [
		{ name: 'js' }, // axe is itself a script, so pages are examined with JavaScript on; the journeys run both ways.
		{
			name: 'nojs',
			use: { javaScriptEnabled: false },
			testIgnore: /every-page|lighthouse|for-everyone/,
			// What exists with scripts only has nothing to show here; it is left out, not skipped.
			grepInvert: /@script/,
		},
	],
});
