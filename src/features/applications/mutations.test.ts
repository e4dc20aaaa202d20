import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { constraintOf, type Database } from '#db/client.ts';
import { auditEvent } from '#db/schema/audit.ts';
import { pledge } from '#db/schema/contributions.ts';
import { application, applicationMessage, counter, invitation, membership, organisation } from '#db/schema/membership.ts';
import { readConsentVersion } from '#src/adapters/settings/index.ts';
import {
	findApplication,
	findConfirmation,
	findFollowed,
	findResume,
	listApplications,
	readDelays,
} from '#src/features/applications/data.ts';
import {
	acceptApplication,
	addNote,
	answerQuestion,
	askApplicant,
	confirmApplication,
	confirmRefusal,
	expireApplications,
	proposeRefusal,
	saveDraft,
	sendApplication,
	takeApplication,
	withdrawApplication,
	withdrawRefusal,
} from '#src/features/applications/mutations.ts';
import { UNCONFIRMED_LASTS } from '#src/features/applications/rules.ts';
import { draftValues, parseApplication, parseDraft } from '#src/features/applications/schema.ts';
import { verifyAudit } from '#src/features/audit/index.ts';
import { findScaleOn } from '#src/features/contributions/index.ts';
import { findInvitation } from '#src/features/people/index.ts';
import { civilDateOf, DAY } from '#src/lib/clock.ts';
import type { FormValues } from '#src/lib/form.ts';
import { newIdempotencyKey } from '#src/lib/ids.ts';
import { actBy, aGrant, anAct, aWorker, NOW } from '#test/factories/accounts.ts';
import { adoptExampleScale, applicationValues, aSubmittedApplication, readMail, sendForm, tokenIn } from '#test/factories/membership.ts';
import { freshDatabase } from '#test/support/database.ts';

const moment = (at = NOW) => ({ at, requestId: null });
let database: Database;

beforeEach(async () => {
	database = await freshDatabase();
	await adoptExampleScale(database);
});

const rowOf = async (id: string) => {
	const [row] = await database.read.select().from(application).where(eq(application.id, id));
	if (!row) throw new Error('no such application');
	return row;
};
const worker = () => database.write((tx) => aWorker(tx));
const decideAs = (personId: string) => aGrant(personId, 'applications.decide');
const templates = async () => (await readMail(database)).map((mail) => mail.template);
const draftOf = (values: FormValues) => {
	const parsed = parseDraft(values);
	if (!parsed.ok) throw new Error('the draft is refused');
	return parsed.data;
};
const save = (values: FormValues, source?: { token: string; version: number }, at = NOW) =>
	database.write((tx) =>
		saveDraft(tx, moment(at), {
			source: source ? { kind: 'resume', ...source } : { kind: 'new', submissionKey: String(values.submissionKey) },
			draft: draftOf(values),
			locale: 'fr',
		}),
	);

describe('a draft', () => {
	it('comes back from its link exactly as it was typed', async () => {
		const values = {
			submissionKey: newIdempotencyKey(),
			email: 'a@x.org',
			usualName: '  Café <b>',
			needs: ['list', 'email'],
			domainName: 'hum',
			otherAmount: '12',
		};
		expect(await save(values)).toMatchObject({ ok: true });
		const found = await findResume(database.read, await tokenIn(database, 'membership.resume'), NOW);
		expect(found).toMatchObject({ state: 'open', values: draftValues(values), sent: false });
	});

	it('is one however often its form is sent, and its link is mailed once', async () => {
		const values = { submissionKey: newIdempotencyKey(), email: 'a@x.org', usualName: 'Un' };
		await Promise.all([save(values), save(values)]);
		await save({ ...values, usualName: 'Deux' });
		expect(await database.read.$count(application)).toBe(1);
		expect(await templates()).toEqual(['membership.resume']);
		const found = await findResume(database.read, await tokenIn(database, 'membership.resume'), NOW);
		expect(found).toMatchObject({ values: { usualName: 'Deux' } });
	});

	it('is not overwritten from a page that was opened before the last save', async () => {
		const values = { submissionKey: newIdempotencyKey(), email: 'a@x.org', usualName: 'Un' };
		await save(values);
		const token = await tokenIn(database, 'membership.resume');
		expect(await save({ ...values, usualName: 'Deux' }, { token, version: 1 })).toMatchObject({ ok: true });
		expect(await save({ ...values, usualName: 'Deux' }, { token, version: 1 })).toMatchObject({ ok: true });
		expect(await save({ ...values, usualName: 'Trois' }, { token, version: 1 })).toEqual({ ok: false, reason: 'stale' });
		expect(await findResume(database.read, token, NOW)).toMatchObject({ values: { usualName: 'Deux' } });
	});

	it('moves to another address with a new link; the old one opens nothing', async () => {
		const values = { submissionKey: newIdempotencyKey(), email: 'a@x.org' };
		await save(values);
		const old = await tokenIn(database, 'membership.resume');
		await save({ ...values, email: 'b@x.org' }, { token: old, version: 1 });
		expect(await findResume(database.read, old, NOW)).toEqual({ state: 'replaced' });
		expect(await findResume(database.read, await tokenIn(database, 'membership.resume'), NOW)).toMatchObject({ state: 'open' });
	});

	it('is not written to through a link that was replaced', async () => {
		const values = { submissionKey: newIdempotencyKey(), email: 'a@x.org' };
		await save(values);
		const old = await tokenIn(database, 'membership.resume');
		const moved = { ...values, email: 'b@x.org' };
		await save(moved, { token: old, version: 1 });
		// The second of two clicks on that very form is no intruder.
		expect(await save(moved, { token: old, version: 1 })).toMatchObject({ ok: true });
		expect(await save({ ...values, usualName: 'Vol' }, { token: old, version: 2 })).toEqual({ ok: false, reason: 'unknown_link' });
		const found = await findResume(database.read, await tokenIn(database, 'membership.resume'), NOW);
		expect(found).toMatchObject({ state: 'open', version: 2, values: { email: 'b@x.org' } });
		expect(await templates()).toEqual(['membership.resume', 'membership.resume']);
	});

	it('is not overwritten by the page it began with once its link was used', async () => {
		const values = { submissionKey: newIdempotencyKey(), email: 'a@x.org', usualName: 'Un' };
		await save(values);
		await save({ ...values, usualName: 'Deux' });
		const token = await tokenIn(database, 'membership.resume');
		for (const [at, usualName] of ['Trois', 'Quatre'].entries()) await save({ ...values, usualName }, { token, version: at + 2 });
		expect(await save({ ...values, usualName: 'Cinq' })).toEqual({ ok: false, reason: 'stale' });
		expect(await save({ ...values, usualName: 'Quatre' })).toMatchObject({ ok: true });
		expect(await findResume(database.read, token, NOW)).toMatchObject({ version: 4, values: { usualName: 'Quatre' } });
		expect(await database.read.$count(application)).toBe(1);
	});

	it('can be sent from its link, and is then closed once confirmed', async () => {
		const values = applicationValues();
		await save(values);
		const resume = await tokenIn(database, 'membership.resume');
		const scale = await findScaleOn(database.read, civilDateOf(NOW));
		const parsed = parseApplication(values, scale, readConsentVersion());
		if (!parsed.ok) throw new Error('refused');
		const source = { kind: 'resume', token: resume, version: 1 } as const;
		const send = () =>
			database.write((tx) => sendApplication(tx, moment(), { source, application: parsed.data, values: draftValues(values) }));
		expect(await send()).toMatchObject({ ok: true });
		expect(await send()).toMatchObject({ ok: true });
		expect(await templates()).toEqual(['membership.resume', 'membership.confirm']);
		const confirm = await tokenIn(database, 'membership.confirm');
		expect(await database.write((tx) => confirmApplication(tx, moment(), confirm))).toMatchObject({ ok: true });
		expect(await findResume(database.read, resume, NOW)).toEqual({ state: 'sent' });
		expect(await save({ ...values, usualName: 'Autre' }, { token: resume, version: 3 })).toEqual({
			ok: false,
			reason: 'already_confirmed',
		});
	});

	it('opens with no link that is mangled, foreign or too long', async () => {
		await save({ submissionKey: newIdempotencyKey(), email: 'a@x.org' });
		for (const token of ['', 'x', 'é'.repeat(10_000), `${await tokenIn(database, 'membership.resume')}x`]) {
			expect(await findResume(database.read, token, NOW)).toEqual({ state: 'unknown' });
			expect(await findConfirmation(database.read, token, NOW)).toEqual({ state: 'unknown' });
			expect(await findFollowed(database.read, token)).toBeNull();
			expect(await findInvitation(database.read, token, NOW)).toEqual({ state: 'unknown' });
		}
	});
});

describe('an application that was sent', () => {
	it('is one, with one message, after a double click', async () => {
		const values = applicationValues();
		const ids = await Promise.all([database.write((tx) => sendForm(tx, values)), database.write((tx) => sendForm(tx, values))]);
		expect(new Set(ids).size).toBe(1);
		expect(await templates()).toEqual(['membership.confirm']);
	});

	it('reaches the workers only once its address is confirmed', async () => {
		const reader = await worker();
		const id = await database.write((tx) => sendForm(tx, applicationValues()));
		expect(await listApplications(database.read, decideAs(reader.personId), 'waiting')).toEqual([]);
		expect(await findApplication(database.read, decideAs(reader.personId), null, id)).toBeNull();
		const token = await tokenIn(database, 'membership.confirm');
		await database.write((tx) => confirmApplication(tx, moment(), token));
		expect(await listApplications(database.read, decideAs(reader.personId), 'waiting')).toMatchObject([
			{ id, status: 'submitted', duplicate: false },
		]);
		expect(await rowOf(id)).toMatchObject({ status: 'submitted', decideByOn: '2026-12-07', draft: '{}', expiresAt: null });
	});

	it('is confirmed once: a second click leads to the same page and sends nothing', async () => {
		const { confirmToken, statusToken } = await aSubmittedApplication(database);
		const before = await templates();
		expect(await database.write((tx) => confirmApplication(tx, moment(), confirmToken))).toEqual({ ok: true, statusToken });
		expect(await templates()).toEqual(before);
		expect(await findConfirmation(database.read, confirmToken, NOW)).toEqual({ state: 'used', statusToken });
		expect(await findFollowed(database.read, statusToken)).toMatchObject({ application: { status: 'submitted' } });
	});

	it('changes nothing when a program only looks at the confirmation page', async () => {
		const id = await database.write((tx) => sendForm(tx, applicationValues()));
		expect(await findConfirmation(database.read, await tokenIn(database, 'membership.confirm'), NOW)).toMatchObject({ state: 'open' });
		expect(await rowOf(id)).toMatchObject({ status: 'draft' });
	});

	it('sent again with another address lets the first link confirm nothing', async () => {
		const values = applicationValues();
		await database.write((tx) => sendForm(tx, values));
		const first = await tokenIn(database, 'membership.confirm');
		await database.write((tx) => sendForm(tx, { ...values, email: 'autre@exemple.org' }));
		expect(await database.write((tx) => confirmApplication(tx, moment(), first))).toEqual({ ok: false, reason: 'replaced' });
		expect(await findConfirmation(database.read, first, NOW)).toEqual({ state: 'replaced' });
		expect(await database.read.$count(application)).toBe(1);
		const second = await tokenIn(database, 'membership.confirm');
		expect(await database.write((tx) => confirmApplication(tx, moment(), second))).toMatchObject({ ok: true });
		expect(await findConfirmation(database.read, first, NOW)).toEqual({ state: 'replaced' });
		expect(await database.write((tx) => confirmApplication(tx, moment(), first))).toEqual({ ok: false, reason: 'replaced' });
	});

	it('is shown as a possible duplicate of another from the same group or address, and of a member group', async () => {
		const reader = await worker();
		const grant = decideAs(reader.personId);
		const first = await aSubmittedApplication(database, { usualName: 'Café d’ici', legalName: 'Café d’ici inc.' });
		await aSubmittedApplication(database, { usualName: 'CAFE D’ICI', legalName: 'Autre inc.' });
		await aSubmittedApplication(database, { usualName: 'Tout autre', legalName: 'Tout autre inc.' });
		expect((await listApplications(database.read, grant, 'waiting')).map((row) => row.duplicate)).toEqual([true, true, false]);
		await database.write((tx) => acceptApplication(tx, actBy(reader.personId), grant, { applicationId: first.id, version: 2 }));
		expect((await listApplications(database.read, grant, 'waiting')).map((row) => row.duplicate)).toEqual([true, false]);
	});

	it('tells those who decide that it waits, without a word of the applicant', async () => {
		await worker();
		await database.write((tx) => aWorker(tx, ['finance']));
		await aSubmittedApplication(database);
		const told = (await readMail(database)).filter((mail) => mail.template === 'membership.desk_waiting');
		expect(told).toHaveLength(1);
		expect(JSON.stringify(told[0]?.content)).not.toMatch(/Cuisine|Camille Tremblay inc/);
	});
});

describe('what expires', () => {
	it('keeps nothing of what was typed, and its links say so', async () => {
		const draft = await save({ ...applicationValues(), usualName: 'Secret' });
		const sent = await database.write((tx) => sendForm(tx, applicationValues()));
		const resume = await tokenIn(database, 'membership.resume');
		const confirm = await tokenIn(database, 'membership.confirm');
		const at = NOW + UNCONFIRMED_LASTS;
		expect(await database.write((tx) => expireApplications(tx, anAct({ actor: { kind: 'system' }, at: at - 1 })))).toBe(0);
		expect(await database.write((tx) => expireApplications(tx, anAct({ actor: { kind: 'system' }, at })))).toBe(2);
		for (const id of [draft.ok ? draft.applicationId : '', sent]) {
			const row = await rowOf(id);
			expect(row).toMatchObject({ status: 'expired', draft: '{}' });
			const { id: _, status, submissionKey, locale, createdAt, sentAt, expiresAt, version, draft: __, ...rest } = row;
			expect(Object.values(rest).every((value) => value === null)).toBe(true);
		}
		expect(await findResume(database.read, resume, at)).toEqual({ state: 'expired' });
		expect(await findConfirmation(database.read, confirm, at)).toEqual({ state: 'expired' });
		expect(await database.write((tx) => confirmApplication(tx, moment(at), confirm))).toEqual({ ok: false, reason: 'expired' });
	});

	it('is refused from the minute it ends, even before the job has run', async () => {
		await database.write((tx) => sendForm(tx, applicationValues()));
		const token = await tokenIn(database, 'membership.confirm');
		expect(await database.write((tx) => confirmApplication(tx, moment(NOW + UNCONFIRMED_LASTS), token))).toEqual({
			ok: false,
			reason: 'expired',
		});
	});

	it('is never an application the workers have', async () => {
		await aSubmittedApplication(database);
		expect(await database.write((tx) => expireApplications(tx, anAct({ at: NOW + 400 * DAY })))).toBe(0);
	});
});

describe('at the desk', () => {
	it('a question and its answer go back and forth, each once', async () => {
		const { personId } = await worker();
		const { id, statusToken } = await aSubmittedApplication(database);
		const grant = decideAs(personId);
		const submissionKey = newIdempotencyKey();
		const ask = () =>
			database.write((tx) => askApplicant(tx, actBy(personId), grant, { id, version: 2, submissionKey, question: 'Combien êtes-vous?' }));
		expect(await ask()).toEqual({ ok: true });
		expect(await ask()).toEqual({ ok: true });
		const page = await findFollowed(database.read, await tokenIn(database, 'membership.question'));
		expect(page).toMatchObject({ application: { status: 'info_requested' }, thread: [{ kind: 'question', body: 'Combien êtes-vous?' }] });
		const answerKey = newIdempotencyKey();
		const version = page?.application.version ?? 0;
		const answer = () =>
			database.write((tx) => answerQuestion(tx, moment(), { token: statusToken, version, submissionKey: answerKey, answer: 'Douze.' }));
		expect(await answer()).toEqual({ ok: true });
		expect(await answer()).toEqual({ ok: true });
		expect(await rowOf(id)).toMatchObject({ status: 'under_review' });
		expect(await database.read.$count(applicationMessage)).toBe(2);
		const late = { token: statusToken, version: version + 1, submissionKey: newIdempotencyKey(), answer: 'Encore.' };
		expect(await database.write((tx) => answerQuestion(tx, moment(), late))).toEqual({ ok: false, reason: 'impossible_transition' });
	});

	it('a page seen before someone else acted changes nothing', async () => {
		const [one, two] = [await worker(), await worker()];
		const { id } = await aSubmittedApplication(database);
		const target = { id, version: 2 };
		expect(await database.write((tx) => takeApplication(tx, actBy(one.personId), decideAs(one.personId), target))).toEqual({ ok: true });
		expect(await database.write((tx) => takeApplication(tx, actBy(one.personId), decideAs(one.personId), target))).toEqual({ ok: true });
		const before = [await rowOf(id), await database.read.$count(auditEvent)];
		for (const act of [takeApplication, withdrawRefusal, confirmRefusal]) {
			expect(await database.write((tx) => act(tx, actBy(two.personId), decideAs(two.personId), target))).toEqual({
				ok: false,
				reason: 'stale',
			});
		}
		const accept = await database.write((tx) =>
			acceptApplication(tx, actBy(two.personId), decideAs(two.personId), { applicationId: id, version: 2 }),
		);
		expect(accept).toEqual({ ok: false, reason: 'stale' });
		const now = { ...target, version: 3 };
		expect(await database.write((tx) => confirmRefusal(tx, actBy(two.personId), decideAs(two.personId), now))).toEqual({
			ok: false,
			reason: 'impossible_transition',
		});
		expect([await rowOf(id), await database.read.$count(auditEvent)]).toEqual(before);
	});

	it('a note is seen by workers and by nobody else', async () => {
		const { personId } = await worker();
		const { id, statusToken } = await aSubmittedApplication(database);
		const note = { id, submissionKey: newIdempotencyKey(), note: 'Les connaît-on?' };
		await database.write((tx) => addNote(tx, actBy(personId), decideAs(personId), note));
		await database.write((tx) => addNote(tx, actBy(personId), decideAs(personId), note));
		const file = await findApplication(database.read, decideAs(personId), null, id);
		expect(file?.messages).toMatchObject([{ kind: 'note', body: 'Les connaît-on?' }]);
		expect(JSON.stringify(await findFollowed(database.read, statusToken))).not.toContain('connaît');
	});

	it('a form that served for another application, another kind of message or another text is refused', async () => {
		const { personId } = await worker();
		const grant = decideAs(personId);
		const [one, two] = [await aSubmittedApplication(database), await aSubmittedApplication(database)];
		const submissionKey = newIdempotencyKey();
		const used = { ok: false, reason: 'form_already_used' };
		const note = (id: string, text: string) =>
			database.write((tx) => addNote(tx, actBy(personId), grant, { id, submissionKey, note: text }));
		const ask = (id: string, question: string) =>
			database.write((tx) => askApplicant(tx, actBy(personId), grant, { id, version: 2, submissionKey, question }));
		expect(await note(one.id, 'Bien.')).toEqual({ ok: true });
		expect(await note(one.id, 'Bien.')).toEqual({ ok: true });
		expect(await note(one.id, 'Mal.')).toEqual(used);
		expect(await note(two.id, 'Bien.')).toEqual(used);
		expect(await ask(one.id, 'Bien.')).toEqual(used);
		expect(await ask(two.id, 'Bien.')).toEqual(used);
		const answer = { token: two.statusToken, version: 2, submissionKey, answer: 'Bien.' };
		expect(await database.write((tx) => answerQuestion(tx, moment(), answer))).toEqual(used);
		expect(await database.read.$count(applicationMessage)).toBe(1);
		expect(await rowOf(two.id)).toMatchObject({ status: 'submitted', version: 2 });
	});

	it('what a group can pay is read by finance only', async () => {
		const { personId } = await worker();
		const { id } = await aSubmittedApplication(database, { contribution: 'unable' });
		const blind = await findApplication(database.read, decideAs(personId), null, id);
		expect(blind?.application).toMatchObject({ contributionChoice: null, yearlyCents: null, frequency: null });
		const seeing = await findApplication(database.read, decideAs(personId), aGrant(personId, 'payments.record'), id);
		expect(seeing?.application).toMatchObject({ contributionChoice: 'unable', yearlyCents: null });
	});

	it('a refusal takes two people, and only then is anything sent', async () => {
		const [one, two] = [await worker(), await worker()];
		const { id, statusToken } = await aSubmittedApplication(database);
		const refuse = { id, version: 2, reason: 'Ce n’est pas un groupe.' };
		expect(await database.write((tx) => proposeRefusal(tx, actBy(one.personId), decideAs(one.personId), refuse))).toEqual({ ok: true });
		const { version } = await rowOf(id);
		const target = { id, version };
		const page = await findFollowed(database.read, statusToken);
		expect(page?.application.refusalReason).toBeNull();
		expect(await templates()).not.toContain('membership.refused');
		expect(await database.write((tx) => confirmRefusal(tx, actBy(one.personId), decideAs(one.personId), target))).toEqual({
			ok: false,
			reason: 'second_worker_needed',
		});
		expect(await database.write((tx) => confirmRefusal(tx, actBy(two.personId), decideAs(two.personId), target))).toEqual({ ok: true });
		expect(await database.write((tx) => confirmRefusal(tx, actBy(two.personId), decideAs(two.personId), target))).toEqual({ ok: true });
		expect((await templates()).filter((name) => name === 'membership.refused')).toHaveLength(1);
		expect(await findFollowed(database.read, await tokenIn(database, 'membership.refused'))).toMatchObject({
			application: { status: 'refused', refusalReason: 'Ce n’est pas un groupe.' },
		});
	});

	it('a proposed refusal can be withdrawn, and the application then accepted', async () => {
		const [one, two] = [await worker(), await worker()];
		const { id } = await aSubmittedApplication(database);
		await database.write((tx) => proposeRefusal(tx, actBy(one.personId), decideAs(one.personId), { id, version: 2, reason: 'Non' }));
		const { version } = await rowOf(id);
		expect(await database.write((tx) => withdrawRefusal(tx, actBy(two.personId), decideAs(two.personId), { id, version }))).toEqual({
			ok: true,
		});
		expect(await rowOf(id)).toMatchObject({ status: 'under_review', refusalReason: null, refusalProposedBy: null });
	});

	it('a proposed refusal leaves nothing on an application withdrawn meanwhile', async () => {
		const { personId } = await worker();
		const { id, statusToken } = await aSubmittedApplication(database);
		await database.write((tx) => proposeRefusal(tx, actBy(personId), decideAs(personId), { id, version: 2, reason: 'Non' }));
		const { version } = await rowOf(id);
		expect(await database.write((tx) => withdrawApplication(tx, moment(), { token: statusToken, version }))).toEqual({ ok: true });
		expect(await rowOf(id)).toMatchObject({ status: 'withdrawn', refusalReason: null, refusalProposedBy: null });
	});

	it('the applicant may withdraw until the decision', async () => {
		const { id, statusToken } = await aSubmittedApplication(database);
		const withdraw = () => database.write((tx) => withdrawApplication(tx, moment(), { token: statusToken, version: 2 }));
		expect(await withdraw()).toEqual({ ok: true });
		expect(await withdraw()).toEqual({ ok: true });
		expect(await rowOf(id)).toMatchObject({ status: 'withdrawn' });
		expect((await templates()).filter((name) => name === 'membership.withdrawn')).toHaveLength(1);
	});
});

describe('accepting', () => {
	const accept = (personId: string, applicationId: string, version = 2) =>
		database.write((tx) => acceptApplication(tx, actBy(personId), decideAs(personId), { applicationId, version }));

	it('makes the group, its membership, its contribution and its invitation together', async () => {
		const { personId } = await worker();
		const { id } = await aSubmittedApplication(database);
		const done = await accept(personId, id);
		expect(done).toMatchObject({ ok: true, slug: 'cuisine-collective-du-plateau', memberNumber: 1, again: false });
		expect(await database.read.select().from(organisation)).toMatchObject([
			{ status: 'member', kind: 'nonprofit', budgetBand: 'under_25k' },
		]);
		expect(await database.read.select().from(membership)).toMatchObject([
			{ memberNumber: 1, class: 'organisation', fromOn: '2026-11-23', toOn: null },
		]);
		expect(await database.read.select().from(pledge)).toMatchObject([
			{ choice: 'amount', yearlyCents: 18_000, frequency: 'monthly', startedOn: null },
		]);
		expect(await database.read.select().from(invitation)).toMatchObject([{ status: 'pending', roles: '["administrator"]' }]);
		expect(await rowOf(id)).toMatchObject({ status: 'accepted', organisationId: done.ok ? done.organisationId : '', decidedBy: personId });
		expect((await templates()).at(-1)).toBe('membership.accepted');
		expect(await verifyAudit(database.read)).toMatchObject({ ok: true });
	});

	it('happens once: again and at the same time give the same group and send nothing more', async () => {
		const [one, two] = [await worker(), await worker()];
		const { id } = await aSubmittedApplication(database);
		const results = await Promise.all([accept(one.personId, id), accept(two.personId, id), accept(one.personId, id)]);
		expect(new Set(results.map((result) => (result.ok ? result.organisationId : result.reason))).size).toBe(1);
		expect(results.map((result) => result.ok && result.again)).toEqual([false, true, true]);
		expect(await accept(two.personId, id, 99)).toMatchObject({ ok: true, again: true });
		expect(await database.read.$count(organisation)).toBe(1);
		expect(await database.read.$count(invitation)).toBe(1);
		expect((await templates()).filter((name) => name === 'membership.accepted')).toHaveLength(1);
	});

	it('leaves nothing behind when it fails half-way', async () => {
		const { personId } = await worker();
		const { id } = await aSubmittedApplication(database);
		await expect(
			database.write(async (tx) => {
				await acceptApplication(tx, actBy(personId), decideAs(personId), { applicationId: id, version: 2 });
				throw new Error('the power went out');
			}),
		).rejects.toThrow('power');
		expect(await database.read.$count(organisation)).toBe(0);
		expect(await rowOf(id)).toMatchObject({ status: 'submitted', version: 2 });
	});

	it('gives numbers that are never used again, and addresses that differ', async () => {
		const { personId } = await worker();
		for (const [number, slug] of [
			[1, 'cafe'],
			[2, 'cafe-2'],
			[3, 'cafe-3'],
		] as const) {
			const { id } = await aSubmittedApplication(database, { usualName: 'Café' });
			expect(await accept(personId, id)).toMatchObject({ memberNumber: number, slug });
		}
		const back = database.write((tx) => tx.update(counter).set({ value: 1 }));
		expect(await back.catch(constraintOf)).toBe('trigger');
		const renumber = database.write((tx) => tx.update(membership).set({ memberNumber: 9 }));
		expect(await renumber.catch(constraintOf)).toBe('trigger');
		const forget = database.write((tx) => tx.delete(membership));
		expect(await forget.catch(constraintOf)).toBe('trigger');
	});

	it('gives a person the class of persons, and solidarity its pledge of nothing', async () => {
		const { personId } = await worker();
		const person = {
			kind: 'individual',
			usualName: 'Camille Roy',
			legalName: '',
			budgetBand: 'individual',
			contribution: 'unable',
			frequency: '',
		};
		const { id } = await aSubmittedApplication(database, person);
		await accept(personId, id);
		expect(await database.read.select().from(membership)).toMatchObject([{ class: 'individual' }]);
		expect(await database.read.select().from(pledge)).toMatchObject([{ choice: 'unable', yearlyCents: 0 }]);
	});

	it('refuses what is not there, not confirmed or already decided', async () => {
		const { personId } = await worker();
		expect(await accept(personId, 'nothing')).toEqual({ ok: false, reason: 'not_found' });
		const draft = await database.write((tx) => sendForm(tx, applicationValues()));
		expect(await accept(personId, draft, 1)).toEqual({ ok: false, reason: 'not_found' });
		const { id, statusToken } = await aSubmittedApplication(database);
		await database.write((tx) => withdrawApplication(tx, moment(), { token: statusToken, version: 2 }));
		expect(await accept(personId, id, 3)).toEqual({ ok: false, reason: 'impossible_transition' });
	});
});

describe('the time applicants wait', () => {
	it('counts decisions, what is open, and what is past the promised day', async () => {
		const grant = decideAs((await worker()).personId);
		const [decided, refused, late] = await Promise.all([1, 2, 3].map(() => aSubmittedApplication(database)));
		await aSubmittedApplication(database);
		const set = (id: string | undefined, values: Partial<typeof application.$inferInsert>) =>
			database.write((tx) =>
				tx
					.update(application)
					.set(values)
					.where(eq(application.id, id ?? '')),
			);
		await set(decided?.id, { status: 'accepted', submittedAt: NOW - 4 * DAY, decidedAt: NOW });
		await set(refused?.id, { status: 'refused', submittedAt: NOW - 40 * DAY, decidedAt: NOW - 30 * DAY });
		await set(late?.id, { decideByOn: '2026-11-22' });
		const delays = await readDelays(database.read, grant, civilDateOf(NOW));
		expect(delays).toMatchObject({ open: 2, late: 1, whole: { decided: 2, medianDays: 7, ninetiethDays: 10 } });
		expect(delays.months).toHaveLength(12);
		expect(delays.months.slice(0, 2).map(({ month, medianDays }) => [month, medianDays])).toEqual([
			['2026-11', 4],
			['2026-10', 10],
		]);
	});
});
