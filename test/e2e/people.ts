/** People in front of the portal, each in a browser window of their own. */
import { type Browser, type BrowserContext, expect, type Page, test } from '@playwright/test';
import { type Locale, pathOf } from '#src/i18n/routes.ts';
import { openMailbox } from '#test/support/mailbox.ts';
import { inviteWorkerByCommand } from '#test/support/operator.ts';
import { setUpSteps } from '#test/support/steps.ts';
import { openVisitor } from '#test/support/visitor.ts';

export const portal = {
	get url(): string {
		return process.env.KOUMBIT_TEST_URL ?? '';
	},
	get dataDir(): string {
		return process.env.KOUMBIT_TEST_DATA_DIR ?? '';
	},
};

export const mailbox = () => openMailbox(portal.dataDir);

let count = 0;

/** A network address nobody else in this run has: limits count by address. */
export function ownAddress(): string {
	count += 1;
	const index = test.info().workerIndex;
	return `198.18.${index % 256}.${count % 256}`;
}

export async function openWindow(browser: Browser, locale: Locale): Promise<{ page: Page; context: BrowserContext }> {
	const { javaScriptEnabled } = test.info().project.use;
	const context = await browser.newContext({
		baseURL: portal.url,
		locale: locale === 'fr' ? 'fr-CA' : 'en-CA',
		timezoneId: 'America/Toronto',
		extraHTTPHeaders: { 'x-forwarded-for': ownAddress() },
		...(javaScriptEnabled === undefined ? {} : { javaScriptEnabled }),
	});
	return { page: await context.newPage(), context };
}

export const PASSWORD = 'quatre sillons et un champ';

/** Unique in the run, so that scenarios run side by side in one portal. */
export const unique = (word: string) => `${word}-${test.info().workerIndex}-${process.hrtime.bigint().toString(36)}`;

export const send = (page: Page, name?: string) =>
	(name === undefined
		? page.locator('main form button[type=submit]').first()
		: page.locator('main').getByRole('button', { name, exact: true }).first()
	).click();

/** Follows an invitation and chooses a password. */
export async function acceptInvitation(page: Page, path: string, fullName: string): Promise<void> {
	await page.goto(path);
	await page.locator('[name=fullName]').fill(fullName);
	await page.locator('[name=password]').fill(PASSWORD);
	await send(page);
}

/** A worker, invited at the command line, with their second step set up, in a window of their own. */
export async function workerWindow(browser: Browser, locale: Locale, name: string, roles: readonly string[] = []): Promise<Page> {
	const { page, context } = await openWindow(browser, locale);
	const link = await inviteWorkerByCommand(portal, `${unique('worker')}@exemple.org`, { name, roles, locale });
	// By forms without a window: what it is about comes after.
	const visitor = openVisitor(portal.url, { 'x-forwarded-for': ownAddress() });
	await visitor.submit(await visitor.get(link), { fullName: name, password: PASSWORD });
	await setUpSteps(visitor);
	await context.addCookies(
		visitor
			.cookies()
			.split('; ')
			.map((pair) => ({ name: pair.split('=')[0] ?? '', value: pair.split('=')[1] ?? '', url: portal.url })),
	);
	await page.goto(pathOf('work', locale));
	await expect(page).toHaveURL(/\/(travail|en\/work)\/$/);
	return page;
}
