import { eq } from 'drizzle-orm';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Database } from '#db/client.ts';
import { payment } from '#db/schema/contributions.ts';
import { organisation } from '#db/schema/membership.ts';
import type { FormContext } from '#src/adapters/forms/index.ts';
import { contributionActions } from '#src/features/contributions/actions.ts';
import { paymentKeyOf } from '#src/features/contributions/schema.ts';
import { now } from '#src/lib/clock.ts';
import type { FormValues, Outcome } from '#src/lib/form.ts';
import { newIdempotencyKey } from '#src/lib/ids.ts';
import { aFinanceGrant, anAccountHolder } from '#test/factories/contributions.ts';
import { freshDatabase } from '#test/support/database.ts';

// What Astro wraps around a handler has tests of its own; here the handlers are called bare.
vi.mock('#src/adapters/forms/index.ts', () => ({ formAction: (handler: unknown) => handler }));

let db: Database;
let personId: string;
let slug: string;

beforeEach(async () => {
	db = await freshDatabase();
	const made = await db.write(async (tx) => [await aFinanceGrant(tx), await anAccountHolder(tx)] as const);
	personId = made[0].personId;
	const [group] = await db.read.select({ slug: organisation.slug }).from(organisation).where(eq(organisation.id, made[1]));
	slug = group?.slug ?? '';
});

function record(over: FormValues): Promise<Outcome> {
	const values = { receivedOn: '2026-03-09', amount: '120', method: 'cash', reference: '', submissionKey: newIdempotencyKey(), ...over };
	const context = {
		locals: { access: { personId, coopRoles: ['finance'], groups: [] } },
		locale: 'fr',
		params: { group: slug },
		act: () => ({ actor: { kind: 'person', personId }, at: now(), requestId: 'r' }),
	} as unknown as FormContext;
	const handler = contributionActions.recordPayment as unknown as (values: FormValues, context: FormContext) => Promise<Outcome>;
	return handler(values, context);
}
/** The key of the form as the page shows it again. */
const keyAfter = (refused: Outcome) => (refused.ok ? null : paymentKeyOf({ ...refused, sent: true }));

test('another payment on a form already used comes back as typed, with a fresh key that is accepted', async () => {
	const submissionKey = newIdempotencyKey();
	expect(await record({ submissionKey })).toMatchObject({ ok: true });
	const refused = await record({ submissionKey, amount: '130' });
	expect(refused).toMatchObject({ ok: false, status: 409, errors: { '': 'payment_form_used' }, values: { amount: '130' } });
	expect(await record({ submissionKey: keyAfter(refused) ?? '', amount: '130' })).toMatchObject({ ok: true });
	expect(await db.read.$count(payment)).toBe(2);
});

test('a payment on a form whose key was spoilt comes back as typed, with a key that is accepted', async () => {
	const refused = await record({ submissionKey: 'abc' });
	expect(refused).toMatchObject({ ok: false, status: 422, errors: { '': 'form_incomplete' }, values: { amount: '120' } });
	expect(await record({ submissionKey: keyAfter(refused) ?? '' })).toMatchObject({ ok: true });
});
