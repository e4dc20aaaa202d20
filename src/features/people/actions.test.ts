import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Database } from '#db/client.ts';
import { session } from '#db/schema/accounts.ts';
import { auditEvent } from '#db/schema/audit.ts';
import { invitation } from '#db/schema/membership.ts';
import type { FormContext } from '#src/adapters/forms/index.ts';
import { openSession } from '#src/adapters/sessions/index.ts';
import { createAccount } from '#src/features/accounts/index.ts';
import { peopleActions } from '#src/features/people/actions.ts';
import { inviteWorker } from '#src/features/people/mutations.ts';
import { HOUR, MINUTE, now } from '#src/lib/clock.ts';
import type { FormValues, Outcome } from '#src/lib/form.ts';
import { actBy, anAccount, anAct } from '#test/factories/accounts.ts';
import { aGroupWithPeople } from '#test/factories/groups.ts';
import { adoptExampleScale, aMemberGroup } from '#test/factories/membership.ts';
import { freshDatabase } from '#test/support/database.ts';

// What Astro wraps around a handler has tests of its own; here the handlers are called bare.
vi.mock('#src/adapters/forms/index.ts', () => ({ formAction: (handler: unknown) => handler }));

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

type Visitor = { accountId: string; personId: string; sessionId: string; provenAt?: number | null };

async function submit(
	action: keyof typeof peopleActions,
	values: FormValues,
	{ visitor = null, access, ...params }: { visitor?: Visitor | null; access?: unknown; token?: string; id?: string; group?: string } = {},
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
	const handler = peopleActions[action] as unknown as (values: FormValues, context: FormContext) => Promise<Outcome>;
	return handler(values, context);
}

describe('letting someone in, or putting someone out', () => {
	it('wants a recent proof, one’s own role included, and leaves all as it was without', async () => {
		const group = await aGroupWithPeople(database);
		const owner = await group.join('administrator', now());
		const other = await group.join('administrator', now());
		const access = await group.accessOf(owner.personId, now());
		const forms = {
			invite: { name: 'Zoé', email: 'zoe@exemple.org', roles: 'administrator', locale: 'fr' },
			giveRole: { giveTo: other.personId, giveRole: 'treasurer' },
			endRole: { person: other.personId, role: 'administrator' },
		};
		const kept = () => database.read.$count(auditEvent);
		const before = await kept();
		const send = (action: keyof typeof forms, values: FormValues, provenAt: number | null) =>
			submit(action, values, { visitor: { ...owner, sessionId: 's', provenAt }, access, group: group.slug });
		for (const provenAt of [null, now() - 16 * MINUTE]) {
			for (const [action, values] of Object.entries({ ...forms, own: { person: owner.personId, role: 'administrator' } })) {
				const name = action === 'own' ? 'endRole' : (action as keyof typeof forms);
				expect(await send(name, values, provenAt), action).toMatchObject({ ok: false, status: 422, errors: { '': 'prove_first' } });
			}
		}
		expect(await kept()).toBe(before);
		for (const [action, values] of Object.entries(forms)) {
			expect(await send(action as keyof typeof forms, values, now() - MINUTE), action).toMatchObject({ ok: true });
		}
	});
});

describe('accepting an invitation', () => {
	const password = 'quatre chevaux bleus dorment';
	const form = { fullName: 'Camille Roy', password };
	const invite = async () => {
		const input = { address: 'nouvelle@koumbit.example', name: 'Camille Roy', roles: ['worker'], locale: 'fr' } as const;
		const { link } = await database.write((tx) => inviteWorker(tx, anAct({ at: now() }), input));
		return new URL(link).pathname.split('/').at(-2) ?? '';
	};
	const used = { ok: false, status: 409, errors: { '': 'invitation_used' } };
	const sessionsOf = (accountId: string) => database.read.$count(session, eq(session.accountId, accountId));

	it('twice leads a logged-in person to the same place, one after the other or together', async () => {
		const owner = await database.write((tx) => createAccount(tx, anAct(), anAccount({ address: 'nouvelle@koumbit.example' })));
		const stranger = await database.write((tx) => createAccount(tx, anAct(), anAccount()));
		const token = await invite();
		const click = () => submit('acceptInvitation', {}, { visitor: { ...owner, sessionId: 's' }, token });
		expect(await Promise.all([click(), click()])).toEqual(Array(2).fill({ ok: true, to: '/travail/' }));
		expect(await click()).toEqual({ ok: true, to: '/travail/' });
		expect(await submit('acceptInvitation', {}, { visitor: { ...stranger, sessionId: 's' }, token })).toMatchObject(used);
		expect(await submit('acceptInvitation', {}, { token })).toMatchObject(used);
	});

	it('twice leads someone new to the same place, with a session in place of any other', async () => {
		const before = await database.write((tx) => createAccount(tx, anAct(), anAccount()));
		const token = await invite();
		expect(await submit('acceptInvitation', form, { token })).toEqual({ ok: true, to: '/travail/' });
		const { value: sessionId } = await openSession(before.accountId);
		const again = await submit('acceptInvitation', form, { visitor: { ...before, sessionId }, token });
		expect(again).toEqual({ ok: true, to: '/travail/' });
		expect(cookies).toHaveLength(2);
		expect(await sessionsOf(before.accountId)).toBe(0);
		expect(await submit('acceptInvitation', { ...form, password: 'un autre mot de passe' }, { token })).toMatchObject(used);
		expect(await submit('acceptInvitation', { ...form, password: '' }, { token })).toMatchObject(used);
		expect(cookies).toHaveLength(2);
	});

	it('twice leads into the space of the group', async () => {
		const { slug, invitationToken: token } = await aMemberGroup(database);
		await database.write((tx) => tx.update(invitation).set({ expiresAt: now() + HOUR }));
		const to = `/espace/${slug}/`;
		expect(await submit('acceptInvitation', form, { token })).toEqual({ ok: true, to });
		expect(await submit('acceptInvitation', form, { token })).toEqual({ ok: true, to });
	});

	it('long after tells nobody whether a password is right', async () => {
		const token = await invite();
		await submit('acceptInvitation', form, { token });
		await database.write((tx) => tx.update(invitation).set({ acceptedAt: now() - 2 * MINUTE }));
		const right = await submit('acceptInvitation', form, { token });
		expect(right).toMatchObject(used);
		expect(await submit('acceptInvitation', { ...form, password: 'un autre mot de passe' }, { token })).toEqual(right);
		expect(cookies).toHaveLength(1);
	});

	it('whose link opens nothing is refused before its form is read, so that it costs nothing', async () => {
		for (const values of [form, {}]) {
			expect(await submit('acceptInvitation', values, { token: 'x'.repeat(43) })).toMatchObject({ ok: false, status: 404 });
		}
	});

	it('with one of the commonest passwords asks for another', async () => {
		const refused = await submit('acceptInvitation', { ...form, password: 'iloveyou1' }, { token: await invite() });
		expect(refused).toMatchObject({ ok: false, status: 422, errors: { password: 'password_common' } });
	});
});
