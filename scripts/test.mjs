/**
 * `npm test`: installs what the suites need, runs them all, and ends with one line: N passed, N failed, N skipped.
 * No dependency: it begins on any Node from 20 on, in an empty clone. `-- --full` runs the long suites at their whole length.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { BROWSER_PACKAGE, systemBrowser } from './browser.mjs';
import { root, run } from './node24.mjs';
import { isInstalled } from './stamps.mjs';

/** Debian packages, and how to see that one is there. */
const SYSTEM = [{ name: BROWSER_PACKAGE, isThere: () => systemBrowser() !== undefined, neededFor: 'the browser tests' }];

const inCi = process.env.CI === 'true';
const say = (text) => process.stdout.write(`${text}\n`);
const total = { passed: 0, failed: 0, skipped: 0 };
const env = { LOG_LEVEL: 'silent', ASTRO_TELEMETRY_DISABLED: '1', ...(process.argv.includes('--full') ? { KOUMBIT_FULL: '1' } : {}) };

function count(suite, { passed, failed, skipped }) {
	total.passed += passed;
	total.failed += failed;
	total.skipped += skipped;
	say(`${suite}: ${passed} passed, ${failed} failed, ${skipped} skipped`);
}

function finish() {
	if (inCi && total.skipped > 0) say('CI=true: what was skipped counts as a failure of this run');
	say(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
	process.exit(total.failed > 0 || total.passed === 0 || (inCi && total.skipped > 0) ? 1 : 0);
}

/** Only root on Debian installs, and nothing here ever asks for a password. */
async function installSystemPackages() {
	const missing = SYSTEM.filter(({ isThere }) => !isThere());
	if (missing.length === 0) return;
	const names = missing.map(({ name }) => name);
	const mayInstall = process.getuid?.() === 0 && existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get');
	if (!mayInstall) {
		for (const { name, neededFor } of missing) say(`not installed: ${name}, for ${neededFor} (not root on Debian)`);
		return;
	}
	const quiet = { DEBIAN_FRONTEND: 'noninteractive' };
	await run('apt-get', ['update', '-qq'], { env: quiet });
	await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], { env: quiet });
}

function sayWhatWillBeInstalled() {
	const packages = isInstalled()
		? 'npm packages: as the lock file says already'
		: 'npm packages: will be installed as the lock file says, in node_modules';
	say(packages);
	const missing = SYSTEM.filter(({ isThere }) => !isThere()).map(({ name }) => name);
	if (missing.length > 0)
		say(`Debian packages: ${missing.join(' ')} (as root on Debian only; the suites that need them are skipped elsewhere)`);
}

const readReport = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null);

async function runVitest(folder) {
	const file = path.join(folder, 'vitest.json');
	const { code } = await run('vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`], { env });
	const report = readReport(file);
	if (!report) return count('unit, integration, contract and scenarios', { passed: 0, failed: 1, skipped: 0 });
	// A file that can't be loaded has no test of its own to fail.
	const unloaded = report.testResults.filter(
		({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
	);
	const failed = report.numFailedTests + unloaded.length;
	count('unit, integration, contract and scenarios', {
		passed: report.numPassedTests,
		failed: failed === 0 && code !== 0 ? 1 : failed,
		skipped: report.numPendingTests + report.numTodoTests,
	});
}

async function runPlaywright(folder) {
	const file = path.join(folder, 'playwright.json');
	const hasBrowser = systemBrowser() !== undefined;
	const args = hasBrowser ? ['test', '--reporter=list,json'] : ['test', '--list', '--reporter=json'];
	const { code } = await run('playwright', args, { env: { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: file, PLAYWRIGHT_JSON_OUTPUT_NAME: file } });
	const report = readReport(file);
	if (!report) return count('browser', { passed: 0, failed: 1, skipped: 0 });
	if (!hasBrowser) return count('browser', { passed: 0, failed: 0, skipped: countSpecs(report.suites) });
	const { expected, unexpected, flaky, skipped } = report.stats;
	const failed = unexpected + flaky;
	count('browser', { passed: expected, failed: failed === 0 && code !== 0 ? 1 : failed, skipped });
}

function countSpecs(suites = []) {
	return suites.reduce(
		(sum, { specs = [], suites: inner }) => sum + specs.reduce((tests, spec) => tests + spec.tests.length, 0) + countSpecs(inner),
		0,
	);
}

sayWhatWillBeInstalled();
await installSystemPackages();
const prepared = spawnSync(process.execPath, [path.join(root, 'scripts', 'prepare.mjs'), 'build'], { cwd: root, stdio: ['ignore', 2, 2] });
if (prepared.status !== 0) {
	count('preparation', { passed: 0, failed: 1, skipped: 0 });
	finish();
}

const { runChecks } = await import('./checks.mjs');
const checks = await runChecks();
count('checks', { passed: checks.filter(({ ok }) => ok).length, failed: checks.filter(({ ok }) => !ok).length, skipped: 0 });

const folder = mkdtempSync(path.join(tmpdir(), 'koumbit-reports-'));
await runVitest(folder);
await runPlaywright(folder);
rmSync(folder, { recursive: true, force: true });
finish();
