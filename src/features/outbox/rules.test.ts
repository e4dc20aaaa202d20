import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LONGEST_SEND_MS } from '#src/adapters/mail/index.ts';
import { LEASE, type MailContent, MOST_ATTEMPTS, nextAttemptAt, renderHtml, renderText } from '#src/features/outbox/rules.ts';
import { HOUR } from '#src/lib/clock.ts';

const content: MailContent = {
	subject: 'Votre demande d’adhésion',
	greeting: 'Bonjour Ève,',
	paragraphs: [
		'Nous avons bien reçu votre demande\u00a0: une personne de l’équipe la lira, et vous répondra au plus tard le 3 décembre 2026, promis.',
		'Deuxième paragraphe.',
	],
	quote: 'Quel est votre budget?\nMerci!',
	action: { label: 'Suivre la demande', url: `https://portail.exemple.org/adhesion/suivi/${'x'.repeat(90)}/?a=1&b=2` },
	after: ['Ce lien est valable 14 jours.'],
};

describe('a message that could not be sent', () => {
	it('is tried again after half a minute, then after twice as long, never more than six hours later', () => {
		const pauses = [1, 2, 3, 4].map((attempt) => nextAttemptAt(attempt, 1_000) - 1_000);
		expect(pauses).toEqual([30_000, 60_000, 120_000, 240_000]);
		expect(nextAttemptAt(MOST_ATTEMPTS, 0)).toBe(6 * HOUR);
		expect(nextAttemptAt(1_000, 0)).toBe(6 * HOUR);
	});

	it('is given up after about two days', () => {
		let at = 0;
		for (let attempt = 1; attempt < MOST_ATTEMPTS; attempt += 1) at = nextAttemptAt(attempt, at);
		expect(at / HOUR).toBeGreaterThan(44);
		expect(at / HOUR).toBeLessThan(56);
	});

	it('is held under a lease longer than any sending', () => {
		expect(LEASE).toBeGreaterThanOrEqual(2 * LONGEST_SEND_MS);
	});
});

describe('the text of a message', () => {
	it('says everything, in order, the person’s own words quoted and the link whole', () => {
		const text = renderText(content, 'fr');
		const parts = [
			'Bonjour Ève,',
			'Deuxième paragraphe.',
			'> Quel est votre budget?\n> Merci!',
			`Suivre la demande\u00a0:\n${content.action?.url}\n`,
			'Ce lien est valable',
			'-- \nKoumbit\n',
		];
		const places = parts.map((part) => text.indexOf(part));
		expect(places).not.toContain(-1);
		expect(places.toSorted((a, b) => a - b)).toEqual(places);
	});

	it('has short lines, but for links, and never breaks at a no-break space', () => {
		const lines = renderText(content, 'fr').split('\n');
		for (const row of lines) if (!row.startsWith('https:')) expect(row.length, row).toBeLessThanOrEqual(76);
		expect(renderText(content, 'fr')).toContain('demande\u00a0:');
	});

	it('loses no word to the folding of lines', () => {
		fc.assert(
			fc.property(fc.array(fc.stringMatching(/^\S{1,90}$/), { minLength: 1, maxLength: 60 }), (words) => {
				const text = renderText({ subject: 's', greeting: words.join(' '), paragraphs: [] }, 'en');
				expect(text.slice(0, text.indexOf('\n\n-- \n')).split(/[ \n]/)).toEqual(words);
			}),
		);
	});

	it('is in the language of its reader', () => {
		expect(renderText(content, 'en')).toContain('Suivre la demande:\n');
		expect(renderText(content, 'en')).toContain('This message comes from');
		expect(renderHtml(content, 'en')).toContain('<html lang="en-CA">');
		expect(renderHtml(content, 'fr')).toContain('<html lang="fr-CA">');
	});
});

describe('the HTML of a message', () => {
	it('shows what people wrote as text, never as markup', () => {
		const evil = '<img src=x onerror=alert(1)> & "guillemets"';
		const html = renderHtml(
			{
				subject: evil,
				greeting: evil,
				paragraphs: [evil],
				quote: evil,
				action: { label: evil, url: 'https://x.org/"><script>' },
				after: [evil],
			},
			'fr',
		);
		expect(html).not.toMatch(/<img|<script/);
		expect(html.match(/&lt;img src=x onerror=alert\(1\)&gt; &amp; &quot;guillemets&quot;/g)).toHaveLength(6);
	});

	it('keeps line ends of a quote, shows the link in full, and fetches nothing', () => {
		const html = renderHtml(content, 'fr');
		expect(html).toContain('Quel est votre budget?<br>Merci!');
		expect(html.match(/suivi\/x{90}\/\?a=1&amp;b=2/g)).toHaveLength(2);
		expect(html).not.toMatch(/\bsrc=|@import|url\(/);
	});
});
