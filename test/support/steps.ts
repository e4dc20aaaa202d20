/** The second step of those who work in the network, as an application of codes would give it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page as Window } from '@playwright/test';
import { codeOfStep } from '#src/adapters/one-time-codes/index.ts';
import type { Page, Visitor } from '#test/support/visitor.ts';

const PERIOD = 30_000;
const given = new Map<string, number>();

/** A code that the portal has not seen from this process: each serves once, so the third in one minute is waited for. */
export async function nextCode(key: string): Promise<string> {
	const current = () => Math.floor(Date.now() / PERIOD);
	const step = Math.max((given.get(key) ?? 0) + 1, current());
	given.set(key, step);
	const early = (step - 1) * PERIOD - Date.now();
	if (early > 0) await sleep(early + 50);
	return codeOfStep(key, step);
}

/** Sets up an application of codes for whoever is logged in. @returns its key. */
export async function setUpSteps(visitor: Visitor): Promise<string> {
	const page = await visitor.get('/compte/etapes/application/');
	const key = (page.root.querySelector('#key')?.text ?? '').replaceAll(' ', '');
	if (key === '') throw new Error(`no key at ${page.url.pathname}: ${page.text}`);
	const done = await visitor.submit(page, { code: await nextCode(key) });
	if (done.url.pathname !== '/compte/etapes/secours/') throw new Error(`the code led to ${done.url.pathname}: ${done.text}`);
	return key;
}

const STEP = /\/(connexion\/etape|login\/step)\//;

/** Logs in by forms, with a code where the log-in asks for one. @returns the page it leads to. */
export async function enter(visitor: Visitor, email: string, password: string, key: string): Promise<Page> {
	const page = await visitor.submit(await visitor.get('/connexion/'), { email, password });
	return STEP.test(page.url.pathname) ? visitor.submit(page, { code: await nextCode(key) }) : page;
}

/** Gives the code where the log-in asks for one; does nothing for those who have no second step. */
export async function passStep(page: Window, key: string): Promise<void> {
	if (!STEP.test(new URL(page.url()).pathname)) return;
	await page.locator('main [name=code]').fill(await nextCode(key));
	await page
		.locator('main form')
		.filter({ has: page.locator('[name=code]') })
		.locator('button[type=submit]')
		.click();
}
