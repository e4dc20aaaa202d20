import { describe, expect, it } from 'vitest';
import { questionsIn } from '#src/lib/questions.ts';

describe('the questions of a text', () => {
	it('are its third-level headings that ask, each with all that stands under it', () => {
		const html =
			'<h2 id="q">Questions</h2><p>Avant.</p><h3 id="a">Combien?</h3><p>Rien <a href="/x/">de plus</a>.</p><ul><li>Un</li>\n<li>Deux</li></ul><h3>Où?</h3><p>Ici.</p><h2>Suite</h2><p>Après.</p>';
		expect(questionsIn(html)).toEqual([
			{ question: 'Combien?', answer: 'Rien de plus. Un Deux' },
			{ question: 'Où?', answer: 'Ici.' },
		]);
	});

	it('leave out headings that tell', () => {
		expect(questionsIn('<h3>Notre réponse</h3><p>Oui.</p>')).toEqual([]);
	});

	it('keep a lesser heading inside the answer', () => {
		expect(questionsIn('<h3>Qui?</h3><p>Nous.</p><h4>Et vous?</h4><p>Aussi.</p>')).toEqual([
			{ question: 'Qui?', answer: 'Nous. Et vous? Aussi.' },
		]);
	});

	it('read as people do: entities written out, no-break spaces kept', () => {
		expect(questionsIn('<h3>A &#x26; B?</h3><p>«\u00a0C&#160;» &lt; D &amp; E&nbsp;: &inconnu;</p>')).toEqual([
			{ question: 'A & B?', answer: '«\u00a0C\u00a0» < D & E\u00a0: &inconnu;' },
		]);
	});
});
