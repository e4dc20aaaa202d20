import { beforeEach, expect, it, vi } from 'vitest';
import type { Database } from '#db/client.ts';
import { groupContact } from '#db/schema/groups.ts';
import type { FormContext } from '#src/adapters/forms/index.ts';
import { grantIn } from '#src/features/access/index.ts';
import { groupActions } from '#src/features/groups/actions.ts';
import { readProfile } from '#src/features/groups/data.ts';
import { MINUTE, now } from '#src/lib/clock.ts';
import type { FormValues, Outcome } from '#src/lib/form.ts';
import { actBy } from '#test/factories/accounts.ts';
import { aGroupWithPeople, type GroupWithPeople } from '#test/factories/groups.ts';
import { adoptExampleScale } from '#test/factories/membership.ts';
import { freshDatabase } from '#test/support/database.ts';

// What Astro wraps around a handler has tests of its own; here the handlers are called bare.
vi.mock('#src/adapters/forms/index.ts', () => ({ formAction: (handler: unknown) => handler }));

let database: Database;
let group: GroupWithPeople;
let submit: (action: keyof typeof groupActions, values: FormValues, provenAt: number | null) => Promise<Outcome>;

beforeEach(async () => {
	database = await freshDatabase();
	await adoptExampleScale(database);
	group = await aGroupWithPeople(database);
	const owner = await group.join('administrator', now());
	const access = await group.accessOf(owner.personId, now());
	submit = (action, values, provenAt) => {
		const context = {
			locals: { visitor: { ...owner, sessionId: 's', provenAt }, access, requestId: 'r' },
			locale: 'fr',
			params: { group: group.slug },
			act: () => actBy(owner.personId, { at: now() }),
		} as unknown as FormContext;
		return (groupActions[action] as unknown as (values: FormValues, context: FormContext) => Promise<Outcome>)(values, context);
	};
});

const refused = { ok: false, status: 422, errors: { '': 'prove_first' } };

it('an address that vouches for the group is changed after a recent proof, the others at any time', async () => {
	const billing = { purpose: 'billing', address: 'compta@exemple.org', was: '' };
	for (const provenAt of [null, now() - 16 * MINUTE]) {
		expect(await submit('changeContact', billing, provenAt)).toMatchObject(refused);
		expect(await submit('askOutside', { outside: 'ailleurs@exemple.net' }, provenAt)).toMatchObject(refused);
	}
	expect(await database.read.$count(groupContact)).toBe(0);
	expect(await submit('changeContact', { ...billing, purpose: 'general' }, null)).toMatchObject({ ok: true });
	expect(await submit('changeContact', billing, now())).toMatchObject({ ok: true });
	expect(await submit('askOutside', { outside: 'ailleurs@exemple.net' }, now())).toMatchObject({ ok: true });
});

it('the legal name is changed after a recent proof, the rest of the record at any time', async () => {
	const admin = await group.join('administrator', now());
	const grant = grantIn(await group.accessOf(admin.personId, now()), group.slug, 'profile.read');
	const record = async (over: object = {}) => {
		const { legalName, usualName, kind, mission, locale, version } = await readProfile(database.read, grant);
		return { legalName, usualName, kind, mission, locale, neq: '', postalAddress: '', version: String(version), ...over };
	};
	expect(await submit('changeProfile', await record({ legalName: 'Un autre nom' }), null)).toMatchObject(refused);
	expect((await readProfile(database.read, grant)).legalName).not.toBe('Un autre nom');
	expect(await submit('changeProfile', await record({ mission: 'Autre chose.' }), null)).toMatchObject({ ok: true });
	expect(await submit('changeProfile', await record({ legalName: 'Un autre nom' }), now())).toMatchObject({ ok: true });
});
