/** The applicant's side of an application: the form that holds programs off, and the private page in each state. */
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { messages } from '#src/i18n/messages.ts';
import { LOCALES } from '#src/i18n/routes.ts';
import { apply, confirm, type Office, openOffice } from '#test/support/office.ts';
import type { Page } from '#test/support/visitor.ts';

let office: Office;
let database: DatabaseSync;

beforeAll(async () => {
	office = await openOffice();
	database = new DatabaseSync(path.join(office.server.dataDir, 'koumbit.db'), { timeout: 10_000 });
});

afterAll(async () => {
	database.close();
	await office.server.stop();
});

describe('the form', () => {
	it.each(['/adhesion/', '/en/join/', '/contact/', '/retrouver-acces/'])('at %s keeps its trap out of everyone’s way', async (address) => {
		const trap = (await office.visitor().get(address)).root.querySelector('[name=website]');
		expect(trap?.getAttribute('tabindex')).toBe('-1');
		expect(trap?.getAttribute('autocomplete')).toBe('off');
		expect(trap?.closest('[aria-hidden=true]')).not.toBeNull();
	});

	it('refuses nobody for being quick, and keeps nothing of a program that filled the trap', async () => {
		const sent = await apply(office.visitor(), { email: 'rapide@exemple.org' });
		expect(sent.url.pathname).toBe('/adhesion/envoyee/');
		const trapped = await apply(office.visitor(), { email: 'robot@exemple.org', website: 'http://spam.example' });
		expect(trapped.url.pathname).toBe('/adhesion/envoyee/');
		const kept = database.prepare('select applicant_email_normalized as address from application').all();
		expect(kept.map(({ address }) => address)).toEqual(['rapide@exemple.org']);
	});
});

describe('the private page of an application', () => {
	const REASON = 'Une raison que seule une décision rend lisible.';
	let followed: Page;

	beforeAll(async () => {
		const visitor = office.visitor();
		await apply(visitor, { email: 'suivi@exemple.org', usualName: 'Groupe suivi' });
		followed = await confirm(visitor, office.mail, 'suivi@exemple.org');
	});

	const states = ['submitted', 'under_review', 'info_requested', 'refusal_proposed', 'accepted', 'refused', 'withdrawn'] as const;

	it.each(states)('says what %s means and what comes next, in both languages', async (status) => {
		database
			.prepare(`update application set status = ?, refusal_reason = ? where usual_name = 'Groupe suivi'`)
			.run(status, status === 'refused' || status === 'refusal_proposed' ? REASON : null);
		const token = followed.url.pathname.split('/').at(-2) ?? '';
		for (const locale of LOCALES) {
			const address = locale === 'fr' ? `/adhesion/suivi/${token}/` : `/en/join/status/${token}/`;
			const page = await office.visitor().get(address);
			const m = messages(locale).applications.follow;
			expect(page.status).toBe(200);
			expect(page.text).toContain(m.texts[status]);
			expect(page.text.includes(REASON)).toBe(status === 'refused');
			const open = !['accepted', 'refused', 'withdrawn'].includes(status);
			expect(page.text.includes(m.whoDecides)).toBe(open);
			expect(page.root.querySelectorAll('button').some((button) => button.text.trim() === m.withdrawSubmit)).toBe(open);
			expect(page.root.querySelector('[name=answer]') !== null).toBe(status === 'info_requested');
		}
	});
});
