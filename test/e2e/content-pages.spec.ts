/** The pages of text as people use them: with and without JavaScript, by keyboard, on paper, on a narrow screen. */
import { expect, type Page, test } from '@playwright/test';
import { LOCALES, pathOf } from '#src/i18n/routes.ts';

const shownSteps = (page: Page) => page.locator('.step:visible');

test.describe('public site: pages', () => {
	test('the history shows one theme by keyboard, and all of it again', async ({ page }) => {
		await page.goto('/histoire/');
		const total = await page.locator('.step').count();
		await expect(shownSteps(page)).toHaveCount(total);

		const chip = page.locator('.chip[href="#theme-vie-democratique"]');
		for (let presses = 0; presses < 60 && !(await chip.evaluate((one) => one === document.activeElement)); presses += 1)
			await page.keyboard.press('Tab');
		await expect(chip).toBeFocused();
		await page.keyboard.press('Enter');
		await expect(page).toHaveURL(/#theme-vie-democratique$/);

		const steps = page.locator('.step[data-themes~="vie-democratique"]');
		const count = await steps.count();
		expect(count).toBeGreaterThan(0);
		expect(count).toBeLessThan(total);
		await expect(shownSteps(page)).toHaveCount(count);
		for (const step of await steps.all()) await expect(step).toBeVisible();
		await expect(page.locator('#theme-vie-democratique')).toContainText(`${count} sur ${total}`);

		// From the sentence that says what is shown, the next key leads to the way out.
		await page.keyboard.press('Tab');
		await expect(page.locator('#theme-vie-democratique a')).toBeFocused();
		await page.keyboard.press('Enter');
		await expect(shownSteps(page)).toHaveCount(total);
	});

	test('a theme of the history is an address that can be shared, and no period is left empty', async ({ page }) => {
		for (const locale of LOCALES) {
			await page.goto(`${pathOf('history', locale)}#theme-logiciel-libre`);
			await expect(shownSteps(page)).toHaveCount(await page.locator('.step[data-themes~="logiciel-libre"]').count());
			for (const period of await page.locator('.period:visible').all()) await expect(period.locator('.step:visible').first()).toBeVisible();
		}
	});

	test('the history prints whole, whatever theme was shown, with its drawings and without its buttons', async ({ page }) => {
		await page.goto('/histoire/#theme-travail');
		await page.emulateMedia({ media: 'print' });
		await expect(shownSteps(page)).toHaveCount(await page.locator('.step').count());
		await expect(page.locator('.scene').first()).toBeVisible();
		await expect(page.locator('.chips').first()).toBeHidden();
		await expect(page.locator('#theme-travail')).toBeHidden();
	});

	test('what search engines are told of the questions is what people read', async ({ page }) => {
		for (const locale of LOCALES) {
			await page.goto(pathOf('forWhom', locale));
			const shown: { question: string; answer: string }[] = [];
			for (const heading of await page.locator('.prose h3').all()) {
				const id = await heading.getAttribute('id');
				// All that stands between this heading and the next; the page's date of change ends the text.
				const parts = page.locator(
					`xpath=//h3[@id="${id}"]/following-sibling::*[preceding-sibling::h3[1][@id="${id}"]][not(self::h3)][not(contains(@class, "reading__updated"))]`,
				);
				shown.push({
					question: (await heading.textContent()) ?? '',
					answer: (await parts.allInnerTexts()).filter((text) => text !== '').join(' '),
				});
			}
			const [told] = (await page.locator('script[type="application/ld+json"]').allTextContents())
				.map((text) => JSON.parse(text) as { '@type': string; mainEntity: { name: string; acceptedAnswer: { text: string } }[] })
				.filter((object) => object['@type'] === 'FAQPage');
			expect(told?.mainEntity.length).toBeGreaterThan(7);
			expect(told?.mainEntity.map(({ name, acceptedAnswer }) => ({ question: name, answer: acceptedAnswer.text }))).toEqual(shown);
		}
	});

	test('the drawing of governance keeps its words readable at 320 pixels', async ({ page }) => {
		await page.setViewportSize({ width: 320, height: 800 });
		await page.goto('/gouvernance/');
		const drawing = page.getByRole('img', { name: 'Qui fait partie de quoi' });
		const box = await drawing.boundingBox();
		if (!box) throw new Error('the drawing is not shown');
		for (const label of await drawing.locator('text').all()) {
			const line = await label.boundingBox();
			if (!line) throw new Error('a label is not shown');
			expect(line.x).toBeGreaterThanOrEqual(box.x);
			expect(line.x + line.width).toBeLessThanOrEqual(box.x + box.width);
			expect(line.height).toBeGreaterThan(10);
		}
	});

	test('a service says what it grants and leads to where one asks', async ({ page }) => {
		await page.goto('/services/');
		await page.getByRole('table').getByRole('link', { name: 'Courriel' }).click();
		await expect(page.getByRole('heading', { level: 1 })).toHaveText('Courriel');
		await expect(page.getByRole('region', { name: 'Les limites' })).toContainText(/\d+ boîtes de courriel/);
		await page.getByText('Les questions que nous vous poserons').click();
		await expect(page.getByText('Quelles adresses voulez-vous?')).toBeVisible();
		await page.getByRole('link', { name: 'Qui peut devenir membre' }).click();
		await page.getByRole('complementary').getByRole('link', { name: 'Devenir membre' }).click();
		await expect(page).toHaveURL(/\/adhesion\/$/);
	});
});
