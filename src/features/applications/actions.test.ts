import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Database } from '#db/client.ts';
import { application, applicationMessage } from '#db/schema/membership.ts';
import type { FormContext } from '#src/adapters/forms/index.ts';
import { applicationActions } from '#src/features/applications/actions.ts';
import { now } from '#src/lib/clock.ts';
import type { FormValues, Outcome } from '#src/lib/form.ts';
import { newIdempotencyKey } from '#src/lib/ids.ts';
import { actBy, aWorker } from '#test/factories/accounts.ts';
import { adoptExampleScale, applicationValues, aSubmittedApplication, readMail, tokenIn } from '#test/factories/membership.ts';
import { freshDatabase } from '#test/support/database.ts';

// What Astro wraps around a handler has tests of its own; here the handlers are called bare.
vi.mock('#src/adapters/forms/index.ts', () => ({ formAction: (handler: unknown) => handler }));

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
let database: Database;
let serial = 0;
let cookies: string[];

beforeEach(async () => {
	database = await freshDatabase();
	await adoptExampleScale(database);
	cookies = [];
	// Limits are kept in memory for the whole file: each test has a network address of its own.
	serial += 1;
});

type Visitor = { accountId: string; personId: string; sessionId: string };

async function submit(
	action: keyof typeof applicationActions,
	values: FormValues,
	{ visitor = null, access, ...params }: { visitor?: Visitor | null; access?: unknown; token?: string; id?: string } = {},
): Promise<Outcome> {
	const context = {
		locals: { visitor, access, requestId: 'r', clientAddress: `192.0.2.${serial}` },
		locale: 'fr',
		params,
		clientAddress: `192.0.2.${serial}`,
		origin: () => ({ device: null, network: null }),
		cookies: { set: (_name: string, value: string) => cookies.push(value) },
		act: () => actBy(visitor?.personId ?? '', { at: now() }),
	} as unknown as FormContext;
	const handler = applicationActions[action] as unknown as (values: FormValues, context: FormContext) => Promise<Outcome>;
	return handler(values, context);
}

const draft = (over: FormValues = {}): FormValues => ({
	submissionKey: newIdempotencyKey(),
	intent: 'draft',
	email: `brouillon${serial}@exemple.org`,
	...over,
});
const expire = () => database.write((tx) => tx.update(application).set({ expiresAt: now() - 1 }));

describe('applying', () => {
	it('through a link that was replaced begins a draft of its own', async () => {
		const values = draft();
		await submit('apply', values);
		const token = await tokenIn(database, 'membership.resume');
		const moved = draft({ email: `autre${serial}@exemple.org`, version: '1' });
		expect(await submit('apply', moved, { token })).toMatchObject({ ok: true });
		expect(await submit('apply', draft({ usualName: 'Vol', version: '2' }), { token })).toMatchObject({ ok: true });
		const rows = await database.read.select({ email: application.applicantEmail }).from(application).orderBy(application.createdAt);
		expect(rows.map((row) => row.email)).toEqual([moved.email, values.email]);
	});

	it('in a page left open until its draft had expired begins another, once, however long it stays open', async () => {
		const values = draft({ usualName: 'Un' });
		for (const count of [1, 2, 3]) {
			expect(await submit('apply', values)).toMatchObject({ ok: true });
			expect(await submit('apply', values)).toMatchObject({ ok: true });
			expect(await database.read.$count(application)).toBe(count);
			await expire();
		}
		expect(await submit('apply', { ...applicationValues(), submissionKey: values.submissionKey ?? '' })).toMatchObject({ ok: true });
		expect((await readMail(database)).map((mail) => mail.template)).toEqual([
			...Array<string>(3).fill('membership.resume'),
			'membership.confirm',
		]);
	});

	it('in a page older than the last save through the link is refused once; sent again, it is a draft of its own', async () => {
		const values = draft({ usualName: 'Un' });
		await submit('apply', values);
		const token = await tokenIn(database, 'membership.resume');
		await submit('apply', draft({ usualName: 'Deux', version: '1' }), { token });
		const late = await submit('apply', { ...values, usualName: 'Trois' });
		expect(late).toMatchObject({ ok: false, status: 409, errors: { '': 'draft_changed' }, values: { usualName: 'Trois' } });
		if (late.ok) return;
		expect(await submit('apply', late.values)).toMatchObject({ ok: true });
		const rows = await database.read.select({ draft: application.draft }).from(application).orderBy(application.createdAt);
		expect(rows.map((row) => JSON.parse(row.draft).usualName)).toEqual(['Deux', 'Trois']);
	});

	it('counts the messages to an address, not the saves', async () => {
		const values = draft();
		for (let count = 0; count < 25; count += 1) {
			expect(await submit('apply', { ...values, usualName: `Nom ${count}` })).toMatchObject({ ok: true });
		}
		for (let count = 1; count < 10; count += 1) expect(await submit('apply', draft())).toMatchObject({ ok: true });
		const eleventh = draft();
		expect(await submit('apply', eleventh)).toMatchObject({ ok: false, status: 429, values: eleventh });
		expect(await submit('apply', applicationValues({ email: values.email ?? '' }))).toMatchObject({ ok: false, status: 429 });
		expect(await submit('apply', { ...values, usualName: 'Encore' })).toMatchObject({ ok: true });
		expect(await readMail(database)).toHaveLength(10);
	});

	it('counts sixty saves and twenty sendings apart', async () => {
		const values = draft();
		for (let count = 0; count < 60; count += 1) await submit('apply', { ...values, usualName: `Nom ${count}` });
		expect(await submit('apply', values)).toMatchObject({ ok: false, status: 429 });
		for (let count = 0; count < 20; count += 1) expect(await submit('apply', applicationValues())).toMatchObject({ ok: true });
		expect(await submit('apply', applicationValues())).toMatchObject({ ok: false, status: 429 });
	});

	it('with a key that is none comes back with one that can be sent', async () => {
		for (const values of [draft({ submissionKey: 'zzz' }), draft({ submissionKey: 'zzz', email: 'x' })]) {
			const back = await submit('apply', values);
			expect(back).toMatchObject({ ok: false, values: { email: values.email, submissionKey: expect.stringMatching(UUID) } });
		}
		const back = await submit('apply', draft({ submissionKey: 'zzz' }));
		expect(!back.ok && (await submit('apply', back.values))).toMatchObject({ ok: true });
		// Any other refusal keeps the key: if the first sending was kept after all, the second changes nothing.
		const values = draft({ email: 'x' });
		expect(await submit('apply', values)).toMatchObject({ ok: false, values: { submissionKey: values.submissionKey } });
	});
});

describe('at the desk', () => {
	it('a form that served comes back with its text and a key that has not; a key that is none too', async () => {
		const one = await aSubmittedApplication(database);
		const two = await aSubmittedApplication(database);
		const { personId, accountId, access } = await database.write((tx) => aWorker(tx));
		const visitor = { personId, accountId, sessionId: 's' };
		const values = { submissionKey: newIdempotencyKey(), note: 'Les connaît-on?' };
		expect(await submit('note', values, { visitor, access, id: one.id })).toMatchObject({ ok: true });
		const back = await submit('note', values, { visitor, access, id: two.id });
		expect(back).toMatchObject({ ok: false, status: 409, errors: { '': 'message_form_used' }, values: { note: values.note } });
		if (back.ok) return;
		expect(back.values.submissionKey).not.toBe(values.submissionKey);
		expect(await submit('note', back.values, { visitor, access, id: two.id })).toMatchObject({ ok: true });
		expect(await database.read.$count(applicationMessage)).toBe(2);
		expect(await submit('note', { ...values, submissionKey: 'zzz' }, { visitor, access, id: one.id })).toMatchObject({
			errors: { '': 'form_incomplete' },
			values: { note: values.note, submissionKey: expect.stringMatching(UUID) },
		});
	});

	it('so does an answer of the applicant', async () => {
		const { id, statusToken } = await aSubmittedApplication(database);
		const { personId, accountId, access } = await database.write((tx) => aWorker(tx));
		const submissionKey = newIdempotencyKey();
		const question = { version: '2', submissionKey, question: 'Combien?' };
		await submit('ask', question, { visitor: { personId, accountId, sessionId: 's' }, access, id });
		const back = await submit('answer', { version: '4', submissionKey, answer: 'Douze.' }, { token: statusToken });
		expect(back).toMatchObject({ ok: false, status: 409, errors: { '': 'message_form_used' }, values: { answer: 'Douze.' } });
		expect(!back.ok && (await submit('answer', back.values, { token: statusToken }))).toMatchObject({ ok: true });
	});
});
