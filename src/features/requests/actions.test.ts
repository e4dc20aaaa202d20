import { beforeEach, expect, it, vi } from 'vitest';
import type { Database } from '#db/client.ts';
import { requestMessage } from '#db/schema/requests.ts';
import type { FormContext } from '#src/adapters/forms/index.ts';
import { requestActions } from '#src/features/requests/actions.ts';
import { listOffered } from '#src/features/requests/data.ts';
import { keyOf } from '#src/features/requests/schema.ts';
import { civilDateOf } from '#src/lib/clock.ts';
import type { FormValues, Outcome } from '#src/lib/form.ts';
import { newIdempotencyKey } from '#src/lib/ids.ts';
import { aCatalogue, actOf, aGroup, aMemberOf, aRequest, START, type TestMember } from '#test/factories/requests.ts';
import { freshDatabase } from '#test/support/database.ts';

// What Astro wraps around a handler has tests of its own; here the handlers are called bare.
vi.mock('#src/adapters/forms/index.ts', () => ({ formAction: (handler: unknown) => handler }));

let database: Database;
let member: TestMember;
let group: string;
let number: string;

beforeEach(async () => {
	database = await freshDatabase();
	await database.write(async (tx) => {
		await aCatalogue(tx);
		const made = await aGroup(tx);
		group = made.slug;
		member = await aMemberOf(tx, made);
	});
	const [item] = await listOffered(database.read, civilDateOf(START));
	number = await database.write((tx) => aRequest(tx, member, { itemId: item?.id ?? '' }));
});

function reply(values: FormValues): Promise<Outcome> {
	const context = {
		locals: { access: member.access },
		locale: 'fr',
		params: { group, number },
		act: () => actOf(member.personId),
	} as unknown as FormContext;
	const handler = requestActions.reply as unknown as (values: FormValues, context: FormContext) => Promise<Outcome>;
	return handler(values, context);
}

it('gives a second message under the same key back as typed, on a form that is accepted', async () => {
	const submissionKey = newIdempotencyKey();
	expect(await reply({ submissionKey, version: '1', reply: 'Premier.' })).toMatchObject({ ok: true });
	const refused = await reply({ submissionKey, version: '1', reply: 'Second.' });
	expect(refused).toMatchObject({ ok: false, status: 409, errors: { '': 'form_already_used' }, values: { reply: 'Second.' } });
	const fresh = refused.ok ? '' : keyOf({ ...refused, sent: true });
	expect(await reply({ submissionKey: fresh, version: '2', reply: 'Second.' })).toMatchObject({ ok: true });
	const lines = await database.read.select({ body: requestMessage.body }).from(requestMessage);
	expect(lines.map((line) => line.body).sort()).toEqual(['Premier.', 'Second.']);
});
