/** Public pages for people who read, zoom, colour, space out and move in other ways than with a mouse on a wide screen. */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { type Locale, pathOf, type RouteKey, routes } from '#src/i18n/routes.ts';
import { portal } from '#test/e2e/people.ts';

const every = (Object.keys(routes) as RouteKey[]).filter(
	(key) => ['public', 'form'].includes(routes[key].audience) && !routes[key].fr.includes('[') && key !== 'logout',
);
const addressesOf = (locale: Locale) => [
	...every.map((key) => pathOf(key, locale)),
	pathOf('service', locale, { slug: 'listes' }),
	pathOf('error', locale, { status: '500' }),
];
/** Pages whose controls differ: links, cards, a form, a search. */
const KEY_PAGES = [
	pathOf('home', 'fr'),
	pathOf('service', 'fr', { slug: 'listes' }),
	pathOf('contributions', 'fr'),
	pathOf('join', 'fr'),
	pathOf('login', 'en'),
];

/** A passkey is asked for by a script; whoever has none logs in without it. */
const isForPasskeys = (page: Page) => [pathOf('login', 'fr'), pathOf('loginStep', 'fr')].includes(new URL(page.url()).pathname);

/** With what a text must have at least. Axe reads the colours of the last of these wrongly: it is measured here, as are the others. */
const SCHEMES = [
	[{ colorScheme: 'light', contrast: 'no-preference', forcedColors: 'none' }, 4.5],
	[{ colorScheme: 'light', contrast: 'more', forcedColors: 'none' }, 7],
	[{ colorScheme: 'dark', contrast: 'more', forcedColors: 'none' }, 7],
	[{ colorScheme: 'dark', contrast: 'no-preference', forcedColors: 'active' }, 4.5],
] as const;

/** Texts whose contrast with the ground under them is below the least, as they are drawn now. */
const weakTexts = (page: Page, least: number) =>
	page.evaluate((wanted) => {
		type Colour = readonly [number, number, number, number];
		const read = (text: string): Colour => {
			const [r = 0, g = 0, b = 0, a = 1] = (text.match(/[\d.]+/g) ?? []).map(Number);
			return [r, g, b, a];
		};
		const over = (top: Colour, under: Colour): Colour => {
			const mix = (at: 0 | 1 | 2) => top[at] * top[3] + under[at] * (1 - top[3]);
			return [mix(0), mix(1), mix(2), 1];
		};
		const luminance = (colour: Colour) => {
			const [r = 0, g = 0, b = 0] = colour.slice(0, 3).map((value) => {
				const channel = value / 255;
				return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
			});
			return 0.2126 * r + 0.7152 * g + 0.0722 * b;
		};
		const groundOf = (element: Element | null): Colour => {
			if (!element) return read(getComputedStyle(document.documentElement).colorScheme === 'dark' ? '0 0 0' : '255 255 255');
			const own = read(getComputedStyle(element).backgroundColor);
			return own[3] === 1 ? own : over(own, groundOf(element.parentElement));
		};
		const weak: string[] = [];
		for (const element of document.querySelectorAll('body *')) {
			const text = [...element.childNodes]
				.map((node) => (node.nodeType === Node.TEXT_NODE ? (node.textContent ?? '') : ''))
				.join('')
				.trim();
			if (text === '' || !element.checkVisibility() || element.closest('.visually-hidden, :disabled, svg')) continue;
			const ground = groundOf(element);
			const [one, other] = [luminance(over(read(getComputedStyle(element).color), ground)), luminance(ground)];
			const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
			if (contrast < wanted) weak.push(`« ${text.slice(0, 40)} » ${contrast.toFixed(1)}`);
		}
		return weak;
	}, least);

const overflow = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

test.describe('public site: for everyone', () => {
	test.describe.configure({ timeout: 180_000 });
	test.use({ baseURL: portal.url });

	test('every page is readable by night, with more contrast and in the system’s own colours, and asks for nothing elsewhere', async ({
		page,
	}) => {
		const elsewhere: string[] = [];
		const scripts: string[] = [];
		page.on('request', (request) => {
			if (!request.url().startsWith(`${portal.url}/`)) elsewhere.push(request.url());
			if (request.resourceType() === 'script' && !isForPasskeys(page)) scripts.push(request.url());
		});
		for (const address of addressesOf('fr')) {
			await page.emulateMedia({ colorScheme: 'dark', contrast: 'no-preference', forcedColors: 'none' });
			await page.goto(address);
			const { violations } = await new AxeBuilder({ page }).withRules(['color-contrast', 'link-in-text-block']).setLegacyMode().analyze();
			const found = violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(' ')).join(' | ')}`);
			expect.soft(found, `${address} by night`).toEqual([]);
			for (const [media, least] of SCHEMES) {
				await page.emulateMedia(media);
				expect.soft(await weakTexts(page, least), `${address} with ${JSON.stringify(media)}`).toEqual([]);
			}
		}
		expect(elsewhere).toEqual([]);
		expect(scripts).toEqual([]);
	});

	test('the measure of contrast finds a text that is too weak', async ({ browser }) => {
		const context = await browser.newContext({ bypassCSP: true });
		const page = await context.newPage();
		await page.setContent('<p>Noir</p><p style="color:#999">Gris</p><div style="background:#222"><p style="color:#333">Nuit</p></div>');
		expect(await weakTexts(page, 4.5)).toEqual(['« Gris » 2.8', '« Nuit » 1.3']);
		await context.close();
	});

	for (const width of [1280, 320]) {
		test(`the keyboard reaches everything at ${width} pixels: to the content first, in reading order, always seen`, async ({ page }) => {
			await page.setViewportSize({ width, height: width === 320 ? 568 : 800 });
			for (const address of KEY_PAGES) {
				await page.goto(address);
				const reached = await page.evaluate(() => {
					const seen = (element: Element) =>
						element instanceof HTMLElement &&
						element.checkVisibility({ visibilityProperty: true }) &&
						!element.closest('details:not([open]) > :not(summary)');
					const radios = new Set<string>();
					return [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')].filter((one) => {
						if (!seen(one) || one.matches(':disabled, [tabindex="-1"]')) return false;
						if (!(one instanceof HTMLInputElement) || one.type !== 'radio') return true;
						// One stop for a group of radio buttons.
						const isFirst = !radios.has(one.name);
						radios.add(one.name);
						return isFirst;
					}).length;
				});
				const walked: { name: string; complaint: string | null; place: number }[] = [];
				for (let step = 0; step <= reached + 10; step += 1) {
					await page.keyboard.press('Tab');
					const stop = await page.evaluate(() => {
						const element = document.activeElement;
						if (!(element instanceof HTMLElement) || element === document.body) return null;
						const name = `${element.tagName.toLowerCase()} « ${(element.textContent || element.getAttribute('name') || '').trim().slice(0, 40)} »`;
						const place = [...document.querySelectorAll('*')].indexOf(element);
						const box = [...element.getClientRects()].find((one) => one.width > 0 && one.height > 0);
						const ringed = [element, element.closest('label')].some(
							(one) => one && getComputedStyle(one).outlineStyle !== 'none' && Number.parseFloat(getComputedStyle(one).outlineWidth) >= 2,
						);
						if (!ringed) return { name, place, complaint: 'has no visible focus' };
						if (!box) return { name, place, complaint: 'has no size' };
						const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
						if (x < 0 || y < 0 || x > innerWidth || y > innerHeight)
							return { name, place, complaint: `is outside of the window at ${x}, ${y}` };
						const top = document.elementFromPoint(x, y);
						const isOnTop =
							top !== null && (element.contains(top) || top.contains(element) || element.closest('label')?.contains(top) === true);
						return { name, place, complaint: isOnTop ? null : `is covered by ${top?.className}` };
					});
					// Past the last one: the window itself, or the first again.
					if (stop === null || stop.place === walked[0]?.place) break;
					// A date is one field, with a stop for each of its parts.
					if (stop.place !== walked.at(-1)?.place) walked.push(stop);
				}
				expect(walked[0]?.name, address).toMatch(/^a « (Aller au contenu|Skip to content) »$/);
				expect(
					walked.filter(({ complaint }) => complaint !== null),
					address,
				).toEqual([]);
				expect(
					walked.map(({ place }) => place),
					`${address}: order`,
				).toEqual(walked.map(({ place }) => place).toSorted((a, b) => a - b));
				expect(walked, `${address}: stops`).toHaveLength(reached);
			}
		});
	}

	test('the first key goes to the content, past the header', async ({ page }) => {
		await page.goto(pathOf('mission', 'fr'));
		await page.keyboard.press('Tab');
		await page.keyboard.press('Enter');
		expect(await page.evaluate(() => document.activeElement?.id)).toBe('content');
		await page.keyboard.press('Tab');
		expect(await page.evaluate(() => document.activeElement?.closest('main')?.id)).toBe('content');
	});

	test('the header reads from the start of the line to its end, at every width', async ({ page }) => {
		await page.goto(pathOf('home', 'fr'));
		for (const width of [320, 390, 700, 900, 1088, 1280, 1600]) {
			await page.setViewportSize({ width, height: 800 });
			const { lines, order } = await page.evaluate(() => {
				const boxes = [...document.querySelectorAll('.site-header a, .site-header button, .site-header summary')]
					.filter((one) => one.checkVisibility() && !one.closest('.site-menu__panel'))
					.map((one) => one.getBoundingClientRect());
				return {
					lines: new Set(boxes.map(({ top, height }) => Math.round((top + height / 2) / 8))).size,
					order: boxes.map(({ left }) => left),
				};
			});
			expect(order, `${width}`).toEqual(order.toSorted((a, b) => a - b));
			expect(lines, `lines at ${width}`).toBe(1);
		}
	});

	test('the menu of a narrow screen opens, is read and closes by keyboard, and covers nothing', async ({ page }) => {
		await page.setViewportSize({ width: 320, height: 568 });
		await page.goto(pathOf('home', 'fr'));
		const menu = page.locator('.site-menu');
		await menu.locator('summary').focus();
		await page.keyboard.press('Enter');
		await expect(menu).toHaveAttribute('open', '');
		const panel = await menu.locator('.site-menu__panel').boundingBox();
		const main = await page.locator('main').boundingBox();
		expect((panel?.y ?? 0) + (panel?.height ?? 0)).toBeLessThanOrEqual(main?.y ?? 0);
		await page.keyboard.press('Tab');
		await expect(menu.locator('.site-menu__panel a').first()).toBeFocused();
		await page.keyboard.press('Shift+Tab');
		await page.keyboard.press('Space');
		await expect(menu).not.toHaveAttribute('open', '');
	});

	test('at 200 % nothing is lost sideways, nor at 400 % in a low window', async ({ browser }) => {
		for (const [width, height, scale] of [
			[640, 450, 2],
			[320, 256, 4],
		] as const) {
			const context = await browser.newContext({ baseURL: portal.url, viewport: { width, height }, deviceScaleFactor: scale });
			const page = await context.newPage();
			for (const address of addressesOf('fr')) {
				await page.goto(address);
				expect.soft(await overflow(page), `${address} at ${width}`).toBe(0);
				const stuck = await page.evaluate(() =>
					[...document.querySelectorAll('body *')]
						.filter(
							(one) => ['fixed', 'sticky'].includes(getComputedStyle(one).position) && one.getBoundingClientRect().height > innerHeight / 3,
						)
						.map((one) => one.className),
				);
				expect.soft(stuck, `${address} at ${width}: keeps its place over the text`).toEqual([]);
			}
			await context.close();
		}
	});

	test('text that is spaced out is neither cut nor pushed off the page (1.4.12)', async ({ browser }) => {
		const context = await browser.newContext({ baseURL: portal.url, bypassCSP: true });
		const page = await context.newPage();
		for (const address of addressesOf('fr')) {
			await page.goto(address);
			await page.addStyleTag({
				content:
					'* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-block-end: 2em !important }',
			});
			for (const width of [1280, 320]) {
				await page.setViewportSize({ width, height: 800 });
				expect.soft(await overflow(page), `${address} at ${width}`).toBe(0);
				const cut = await page.evaluate(() =>
					[...document.querySelectorAll('body *')]
						.filter((one) => {
							const { overflowX, overflowY, position } = getComputedStyle(one);
							if (position === 'absolute' || !one.textContent?.trim()) return false;
							const wide = overflowX !== 'visible' && overflowX !== 'auto' && one.scrollWidth > one.clientWidth + 1;
							return wide || (overflowY !== 'visible' && overflowY !== 'auto' && one.scrollHeight > one.clientHeight + 1);
						})
						.map((one) => `${one.tagName} ${one.className}`),
				);
				expect.soft(cut, `${address} at ${width}`).toEqual([]);
			}
		}
		await context.close();
	});

	test('every target is at least 24 pixels each way, in a sentence, or far enough from the next', async ({ page }) => {
		for (const width of [1280, 320]) {
			await page.setViewportSize({ width, height: 800 });
			for (const address of addressesOf('fr')) {
				await page.goto(address);
				const small = await page.evaluate(() => {
					const LEAST = 24;
					const targets = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')].flatMap(
						(element) => {
							if (!element.checkVisibility() || element.closest('.skip-link')) return [];
							const target = element.matches('[type=radio], [type=checkbox]') ? (element.closest('label') ?? element) : element;
							return [...target.getClientRects()].map((box) => ({ element, box }));
						},
					);
					const inSentence = (element: Element) => {
						const block = element.closest('p, li, dd, td, th, h1, h2, h3, h4, label, figcaption, blockquote, div');
						return (
							getComputedStyle(element).display === 'inline' &&
							(block?.textContent ?? '').trim().length > (element.textContent ?? '').trim().length
						);
					};
					return targets
						.filter(({ element, box }) => (box.width < LEAST || box.height < LEAST) && !inSentence(element))
						.filter(({ element, box }) => {
							const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
							return targets.some(({ element: other, box: near }) => {
								if (other === element) return false;
								const [dx, dy] = [Math.max(near.left - x, 0, x - near.right), Math.max(near.top - y, 0, y - near.bottom)];
								return Math.hypot(dx, dy) < LEAST / 2;
							});
						})
						.map(
							({ element, box }) => `« ${element.textContent?.trim().slice(0, 30)} » ${Math.round(box.width)} × ${Math.round(box.height)}`,
						);
				});
				expect.soft(small, `${address} at ${width}`).toEqual([]);
			}
		}
	});

	test('nothing moves for those who ask for less motion', async ({ page }) => {
		await page.emulateMedia({ reducedMotion: 'reduce' });
		for (const address of KEY_PAGES) {
			await page.goto(address);
			const moving = await page.evaluate(() => {
				const elements = [...document.querySelectorAll('*')].filter((one) => {
					const style = getComputedStyle(one);
					return /[1-9]/.test(style.transitionDuration) || /[1-9]/.test(style.animationDuration);
				});
				return [document.getAnimations().length, elements.length, getComputedStyle(document.documentElement).scrollBehavior];
			});
			expect(moving, address).toEqual([0, 0, 'auto']);
		}
	});
});
