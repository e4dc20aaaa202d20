/** The second step as people meet it: a passkey of a device that the browser plays, a code of an application, a code on paper. */
import { type Browser, expect, type Page, test } from '@playwright/test';
import { type Locale, pathOf } from '#src/i18n/routes.ts';
import { linkIn } from '#test/support/mailbox.ts';
import { inviteWorkerByCommand } from '#test/support/operator.ts';
import { nextCode } from '#test/support/steps.ts';
import { acceptInvitation, mailbox, openWindow, PASSWORD, portal, send, unique } from './people.ts';

const WORDS = {
	fr: {
		why: 'Votre rôle demande une deuxième étape',
		addKey: 'Ajouter une clé d’accès',
		withKey: 'Se connecter avec une clé d’accès',
		useKey: 'Utiliser une clé d’accès',
		addApp: 'Ajouter une application',
		addAppNow: 'Ajouter l’application',
		keep: 'J’ai gardé ces codes',
		removeKey: 'Retirer la clé Téléphone',
		removed: 'La clé d’accès est retirée',
		kept: 'ajoutez-en d’abord une autre',
		logIn: 'Se connecter',
		logOut: 'Se déconnecter',
		goOn: 'Continuer',
		left: 'Il vous en reste 9.',
		enter: 'Me connecter',
		refused: 'Ce code n’est pas accepté',
	},
	en: {
		why: 'Your role requires a second step',
		addKey: 'Add a passkey',
		withKey: 'Log in with a passkey',
		useKey: 'Use a passkey',
		addApp: 'Add an app',
		addAppNow: 'Add the app',
		keep: 'I have kept these codes',
		removeKey: 'Remove the passkey Téléphone',
		removed: 'The passkey is removed',
		kept: 'first add another',
		logIn: 'Log in',
		logOut: 'Log out',
		goOn: 'Continue',
		left: 'You have 9 left.',
		enter: 'Log me in',
		refused: 'This code is not accepted',
	},
} as const;

// Four log-ins each, in a browser that shares its machine.
test.describe.configure({ timeout: 90_000 });

/** Browsers hand out passkeys to scripts only. */
const ONLY_WITH_SCRIPT = { tag: '@script' };

/** Someone who works in the network, in a window of their own, before any second step. */
async function newcomer(browser: Browser, locale: Locale): Promise<{ page: Page; email: string }> {
	const { page } = await openWindow(browser, locale);
	const email = `${unique('etape')}@exemple.org`;
	await acceptInvitation(page, await inviteWorkerByCommand(portal, email, { name: 'Julien Roy', locale }), 'Julien Roy');
	await expect(page).toHaveURL(new RegExp(pathOf('accountSteps', locale)));
	await expect(page.locator('main')).toContainText(WORDS[locale].why);
	return { page, email };
}

async function logOut(page: Page, locale: Locale): Promise<void> {
	await page.goto(pathOf('logout', locale));
	await send(page, WORDS[locale].logOut);
	await expect(page).toHaveURL(new RegExp(`${pathOf('home', locale)}$`));
}

async function givePassword(page: Page, locale: Locale, email: string): Promise<void> {
	await page.goto(pathOf('login', locale));
	await page.locator('[name=email]').fill(email);
	await page.locator('[name=password]').fill(PASSWORD);
	await send(page, WORDS[locale].logIn);
}

/** A device in the browser: it keeps passkeys and checks who holds it. */
async function plugIn(page: Page): Promise<void> {
	const device = await page.context().newCDPSession(page);
	await device.send('WebAuthn.enable');
	await device.send('WebAuthn.addVirtualAuthenticator', {
		options: {
			protocol: 'ctap2',
			transport: 'internal',
			hasResidentKey: true,
			hasUserVerification: true,
			isUserVerified: true,
			automaticPresenceSimulation: true,
		},
	});
}

for (const locale of ['fr', 'en'] as const) {
	const m = WORDS[locale];

	test(
		`accounts: a passkey is added, is the second step, is the only step, and is removed (${locale})`,
		ONLY_WITH_SCRIPT,
		async ({ browser }) => {
			const { page, email } = await newcomer(browser, locale);
			await plugIn(page);
			await page.locator('[name=name]').fill('Téléphone');
			await send(page, m.addKey);
			await expect(page).toHaveURL(new RegExp(pathOf('accountRecovery', locale)));
			await send(page, m.keep);
			await page.goto(pathOf('work', locale));
			await expect(page).toHaveURL(new RegExp(`${pathOf('work', locale)}$`));

			await logOut(page, locale);
			await givePassword(page, locale, email);
			await expect(page).toHaveURL(new RegExp(pathOf('loginStep', locale)));
			await send(page, m.useKey);
			await expect(page).toHaveURL(new RegExp(`${pathOf('work', locale)}$`));

			await logOut(page, locale);
			await page.goto(pathOf('login', locale));
			await send(page, m.withKey);
			await expect(page).toHaveURL(new RegExp(`${pathOf('work', locale)}$`));

			await page.goto(pathOf('accountSteps', locale));
			await expect(page.locator('main')).toContainText(m.kept);
			await page.getByRole('link', { name: m.addApp }).click();
			const key = ((await page.locator('#key').textContent()) ?? '').replaceAll(' ', '');
			await page.locator('[name=code]').fill(await nextCode(key));
			await send(page, m.addAppNow);
			await page.getByRole('button', { name: m.removeKey }).click();
			await expect(page.locator('main')).toContainText(m.removed);
			await expect(page.getByRole('button', { name: m.removeKey })).toHaveCount(0);
		},
	);

	test(`accounts: a device that gives nothing leaves another way (${locale})`, ONLY_WITH_SCRIPT, async ({ browser }) => {
		const { page } = await openWindow(browser, locale);
		// It holds no passkey of this site.
		await plugIn(page);
		await page.goto(pathOf('login', locale));
		await send(page, m.withKey);
		await expect(page.locator('[data-passkey] [role=alert]')).toBeVisible();
		await expect(page.locator('[name=password]')).toBeVisible();
	});

	test(`accounts: an application’s code and a code on paper log in, each once (${locale})`, async ({ browser }) => {
		const { page, email } = await newcomer(browser, locale);
		await page.getByRole('link', { name: m.addApp }).click();
		await expect(page.getByRole('img')).not.toHaveCount(0);
		const key = ((await page.locator('#key').textContent()) ?? '').replaceAll(' ', '');
		await page.locator('[name=code]').fill('000000');
		await send(page, m.addAppNow);
		await expect(page.locator('main')).toContainText(m.refused);
		expect(((await page.locator('#key').textContent()) ?? '').replaceAll(' ', '')).toBe(key);
		await page.locator('[name=code]').fill(await nextCode(key));
		await send(page, m.addAppNow);
		await expect(page).toHaveURL(new RegExp(pathOf('accountRecovery', locale)));
		const paper = (await page.locator('main li code').allTextContents())[0] ?? '';
		await send(page, m.keep);

		await logOut(page, locale);
		await givePassword(page, locale, email);
		const code = await nextCode(key);
		await page.locator('[name=code]').fill(code);
		await send(page, m.goOn);
		await expect(page).toHaveURL(new RegExp(`${pathOf('work', locale)}$`));

		await logOut(page, locale);
		await givePassword(page, locale, email);
		await page.locator('[name=code]').fill(code);
		await send(page, m.goOn);
		await expect(page.locator('main')).toContainText(m.refused);
		await page.locator('[name=code]').fill(paper.toLowerCase());
		await send(page, m.goOn);
		await expect(page).toHaveURL(new RegExp(`${pathOf('work', locale)}$`));
		await page.goto(pathOf('accountSteps', locale));
		await expect(page.locator('main')).toContainText(m.left);
	});

	test(`accounts: a mailed link logs in whoever has no second step (${locale})`, async ({ browser }) => {
		const { page, email } = await newcomer(browser, locale);
		await logOut(page, locale);
		await page.goto(pathOf('loginLink', locale));
		await page.locator('[name=email]').last().fill(email);
		await send(page);
		await expect(page).toHaveURL(new RegExp(pathOf('loginLinkAsked', locale)));
		await page.goto(linkIn(await mailbox().next(email, /lien de connexion|log-in link/)));
		await send(page, m.enter);
		await expect(page).toHaveURL(new RegExp(pathOf('accountSteps', locale)));
	});
}
