/** How a group joins, and how it is told no. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linkIn } from '#test/support/mailbox.ts';
import { apply, confirm, type Office, openApplication, openOffice } from '#test/support/office.ts';

let office: Office;

beforeAll(async () => {
	office = await openOffice();
});

afterAll(() => office.server.stop());

describe('a group that can’t pay at present', () => {
	it('joins like any other, gets its first service, and nothing is ever asked of it', async () => {
		const group = await office.memberGroup({ contribution: 'unable', frequency: [] });
		const worker = await office.desk();
		const form = await group.visitor.get(`${group.space}demandes/nouvelle/listes/`);
		const thread = await group.visitor.submit(form, {
			'answer-listName': 'voisins',
			'answer-listKind': 'discussion',
			'answer-caretakerEmail.unknown': 'on',
			'answer-peopleCount.unknown': 'on',
			urgency: 'when_you_can',
		});
		const number = thread.url.pathname.split('/').at(-2) ?? '';
		const taken = await worker.submit(await worker.get(`/travail/demandes/${number}/`), {}, { button: 'Prendre en charge' });
		await worker.submit(taken, { resolution: 'La liste fonctionne.', running: 'yes' });
		const page = await group.visitor.get(`${group.space}contributions/`);
		expect(page.status).toBe(200);
		expect(page.text).not.toMatch(/C-\d{4}-\d{4}/);
		// Its outside address is asked for; money never is.
		const home = (await group.visitor.get(group.space)).text;
		expect(home).toContain('Une chose vous attend');
		expect(home).toContain('Donnez une adresse extérieure.');
	});
});

describe('an application that lacks something', () => {
	it('waits for the applicant’s answer, given on the private page', async () => {
		const [name, address] = [office.unique('Groupe discret'), `${office.unique('discret')}@exemple.org`];
		const applicant = office.visitor();
		await apply(applicant, { usualName: name, email: address });
		const status = await confirm(applicant, office.mail, address);
		expect(status.text).toContain('Reçue');

		const worker = await office.desk();
		const taken = await worker.submit(await openApplication(worker, name), {}, { button: 'Prendre en lecture' });
		await worker.submit(taken, { question: 'Où vous réunissez-vous?' });
		await office.mail.next(address);
		const question = await office.mail.next(address);
		expect(question.text).toContain('Où vous réunissez-vous?');

		const page = await applicant.get(linkIn(question));
		expect(page.text).toContain('En attente de votre réponse');
		const answered = await applicant.submit(page, { answer: 'À la bibliothèque.' });
		expect(answered.text).toContain('À la bibliothèque.');
		expect((await openApplication(worker, name)).text).toContain('À la bibliothèque.');
	});

	it('can be withdrawn by the applicant without a reason', async () => {
		const [name, address] = [office.unique('Groupe hésitant'), `${office.unique('hesitant')}@exemple.org`];
		const applicant = office.visitor();
		await apply(applicant, { usualName: name, email: address });
		const status = await confirm(applicant, office.mail, address);
		const gone = await applicant.submit(status, {}, { button: /Retirer/ });
		expect(gone.text).toContain('Retirée');
	});
});

describe('a refusal', () => {
	it('takes two workers: the one who proposed it can’t confirm it, and the applicant hears only of the decision', async () => {
		const [name, address] = [office.unique('Entreprise'), `${office.unique('refus')}@exemple.org`];
		const applicant = office.visitor();
		await apply(applicant, { usualName: name, email: address });
		const status = await confirm(applicant, office.mail, address);
		await office.mail.next(address);
		const [julien, maude] = [await office.desk(), await office.worker('Maude')];

		const taken = await julien.submit(await openApplication(julien, name), {}, { button: 'Prendre en lecture' });
		const proposed = await julien.submit(taken, { reason: 'Le règlement ne permet pas d’accueillir une agence de publicité.' });
		expect(proposed.text).toContain('Refus proposé');
		expect(proposed.root.querySelectorAll('main button').map((one) => one.text.trim())).not.toContain('Confirmer le refus');
		expect((await applicant.get(status.url.pathname)).text).not.toContain('agence de publicité');
		expect(await office.mail.to(address)).toHaveLength(2);

		await maude.submit(await openApplication(maude, name), {}, { button: /Confirmer le refus/ });
		const answer = await office.mail.next(address);
		expect(answer.text).toContain('agence de publicité');
		expect((await applicant.get(status.url.pathname)).text).toContain('Refusée');
	});
});
