import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '#db/client.ts';
import { accountEmail, accountLink, passwordRequest } from '#db/schema/accounts.ts';
import { auditEvent } from '#db/schema/audit.ts';
import { outboxMessage } from '#db/schema/outbox.ts';
import { findAccountByAddress, findPasswordLink, readAccount } from '#src/features/accounts/data.ts';
import {
	addAddress,
	answerPasswordRequests,
	askPasswordLink,
	confirmAddress,
	createAccount,
	forgetDeadLinks,
	preferAddress,
	removeAddress,
	resetPassword,
} from '#src/features/accounts/mutations.ts';
import { ADDRESS_LINK_LASTS, MOST_ADDRESSES, PASSWORD_LINK_LASTS } from '#src/features/accounts/rules.ts';
import type { MailContent } from '#src/features/outbox/index.ts';
import { actBy, anAccount, anAct, NOW } from '#test/factories/accounts.ts';
import { freshDatabase } from '#test/support/database.ts';

let database: Database;
const moment = (at = NOW) => ({ at, requestId: null });

beforeEach(async () => {
	database = await freshDatabase();
});

const person = (address: string) => database.write((tx) => createAccount(tx, anAct(), anAccount({ address })));
const mails = async (template: string) =>
	(await database.read.select().from(outboxMessage).where(eq(outboxMessage.template, template))).map((row) => ({
		to: row.toAddress,
		content: JSON.parse(row.content ?? '{}') as MailContent,
	}));
const tokenOf = (content: MailContent | undefined) => new URL(content?.action?.url ?? '').pathname.split('/').at(-2) ?? '';

async function aPasswordLink(address: string, at = NOW): Promise<string> {
	await database.write((tx) => askPasswordLink(tx, at, { normalized: address, locale: 'fr' }));
	await database.write((tx) => answerPasswordRequests(tx, anAct({ at })));
	return tokenOf((await mails('accounts.password')).at(-1)?.content);
}

describe('a link for a forgotten password', () => {
	it('is good for an hour, and no longer', async () => {
		const { accountId } = await person('eve@exemple.org');
		const token = await aPasswordLink('eve@exemple.org');
		expect(await findPasswordLink(database.read, token, NOW + PASSWORD_LINK_LASTS - 1)).toMatchObject({ accountId });
		const late = await database.write((tx) => resetPassword(tx, moment(NOW + PASSWORD_LINK_LASTS), { token, passwordHash: 'x' }));
		expect(late).toEqual({ ok: false, reason: 'dead_link' });
	});

	it('dies with the password it was asked for: one change closes every link', async () => {
		await person('eve@exemple.org');
		const [first, second] = [await aPasswordLink('eve@exemple.org'), await aPasswordLink('eve@exemple.org')];
		expect(await database.write((tx) => resetPassword(tx, moment(), { token: second, passwordHash: 'x' }))).toEqual({ ok: true });
		expect(await findPasswordLink(database.read, first, NOW)).toBeNull();
	});

	it('is kept as a hash only, and what was asked is forgotten once answered, known address or not', async () => {
		await person('eve@exemple.org');
		const token = await aPasswordLink('eve@exemple.org');
		await aPasswordLink('nul@exemple.org').catch(() => undefined);
		expect(await database.read.$count(passwordRequest)).toBe(0);
		expect(JSON.stringify([await database.read.select().from(accountLink), await database.read.select().from(auditEvent)])).not.toContain(
			token,
		);
		expect(await mails('accounts.password')).toHaveLength(1);
	});
});

describe('the addresses of an account', () => {
	const add = (owner: { accountId: string; personId: string }, address: string, at = NOW) =>
		database.write((tx) => addAddress(tx, actBy(owner.personId, { at }), owner, address));

	it('may be claimed by anyone while nobody has proven them; whoever does has them', async () => {
		const [eve, bob] = [await person('eve@exemple.org'), await person('bob@exemple.org')];
		await add(eve, 'commune@exemple.org');
		await add(bob, 'Commune@exemple.org');
		const [hers, his] = (await mails('accounts.address')).map(({ content }) => tokenOf(content));
		expect(await database.write((tx) => confirmAddress(tx, moment(), his ?? ''))).toMatchObject({ ok: true });
		expect(await database.write((tx) => confirmAddress(tx, moment(), hers ?? ''))).toEqual({ ok: false, reason: 'dead_link' });
		expect(await findAccountByAddress(database.read, 'commune@exemple.org')).toMatchObject({ accountId: bob.accountId });
	});

	it('claimed by someone do not keep their owner from opening an account', async () => {
		const eve = await person('eve@exemple.org');
		await add(eve, 'nouvelle@exemple.org');
		const owner = await person('nouvelle@exemple.org');
		expect(await findAccountByAddress(database.read, 'nouvelle@exemple.org')).toMatchObject({ accountId: owner.accountId });
		const token = tokenOf((await mails('accounts.address'))[0]?.content);
		expect(await database.write((tx) => confirmAddress(tx, moment(), token))).toEqual({ ok: false, reason: 'dead_link' });
	});

	it('wait alike whether another account has them or not, and nobody but a stranger to the portal is written to', async () => {
		const eve = await person('eve@exemple.org');
		await person('bob@exemple.org');
		expect([await add(eve, 'bob@exemple.org'), await add(eve, 'libre@exemple.org')]).toEqual([{ ok: true }, { ok: true }]);
		const { addresses } = await readAccount(database.read, eve.accountId);
		expect(addresses.slice(1).map(({ address, verifiedAt }) => [address, verifiedAt])).toEqual([
			['bob@exemple.org', null],
			['libre@exemple.org', null],
		]);
		expect((await mails('accounts.address')).map(({ to }) => to)).toEqual(['libre@exemple.org']);
		for (const more of ['a', 'b']) await add(eve, `${more}@exemple.org`);
		expect(await add(eve, 'bob@exemple.org')).toEqual({ ok: true });
		const tooMany = { ok: false, reason: 'too_many_addresses' };
		expect([await add(eve, 'eve@exemple.org'), await add(eve, 'de-trop@exemple.org')]).toEqual([{ ok: true }, tooMany]);
	});

	it('are written to without a word of whoever claims them', async () => {
		const eve = await database.write((tx) => createAccount(tx, anAct(), anAccount({ fullName: 'Gagnez 1000 : https://exemple.org' })));
		await add(eve, 'cible@exemple.org');
		const [message] = await database.read.select().from(outboxMessage).where(eq(outboxMessage.template, 'accounts.address'));
		expect(JSON.stringify(message)).not.toContain('Gagnez');
	});

	it('taken off an account take with them the links that may have gone there', async () => {
		const eve = await person('eve@exemple.org');
		await add(eve, 'seconde@exemple.org');
		await database.write(async (tx) => confirmAddress(tx, moment(), tokenOf((await mails('accounts.address'))[0]?.content)));
		const token = await aPasswordLink('seconde@exemple.org');
		await database.write((tx) => askPasswordLink(tx, NOW, { normalized: 'seconde@exemple.org', locale: 'fr' }));
		const second = (await readAccount(database.read, eve.accountId)).addresses[1]?.id ?? '';
		await database.write((tx) => removeAddress(tx, actBy(eve.personId), eve, second));
		expect(await findPasswordLink(database.read, token, NOW)).toBeNull();
		await database.write((tx) => answerPasswordRequests(tx, anAct()));
		expect(await mails('accounts.password')).toHaveLength(1);
	});

	it('are at most five, and asking again for one that waits only sends its link again', async () => {
		const eve = await person('eve@exemple.org');
		for (let number = 1; number < MOST_ADDRESSES; number += 1) expect(await add(eve, `eve${number}@exemple.org`)).toEqual({ ok: true });
		expect(await add(eve, 'eve1@exemple.org')).toEqual({ ok: true });
		expect(await add(eve, 'de-trop@exemple.org')).toEqual({ ok: false, reason: 'too_many_addresses' });
		expect((await readAccount(database.read, eve.accountId)).addresses).toHaveLength(MOST_ADDRESSES);
	});

	it('open nothing and are no main address before they are proven; the main one can’t be taken off', async () => {
		const eve = await person('eve@exemple.org');
		await add(eve, 'seconde@exemple.org');
		const { addresses } = await readAccount(database.read, eve.accountId);
		const [main, second] = [addresses[0]?.id ?? '', addresses[1]?.id ?? ''];
		const act = actBy(eve.personId);
		expect(await findAccountByAddress(database.read, 'seconde@exemple.org')).toBeNull();
		expect(await database.write((tx) => preferAddress(tx, act, eve, second))).toEqual({ ok: false, reason: 'unverified_address' });
		expect(await database.write((tx) => removeAddress(tx, act, eve, main))).toEqual({ ok: false, reason: 'primary_address' });
	});

	it('of someone else are not there', async () => {
		const [eve, bob] = [await person('eve@exemple.org'), await person('bob@exemple.org')];
		const [his] = (await readAccount(database.read, bob.accountId)).addresses;
		for (const change of [preferAddress, removeAddress]) {
			expect(await database.write<unknown>((tx) => change(tx, actBy(eve.personId), eve, his?.id ?? ''))).toEqual({
				ok: false,
				reason: 'not_found',
			});
		}
	});

	it('are told when one is taken off, the one taken off too', async () => {
		const eve = await person('eve@exemple.org');
		await add(eve, 'seconde@exemple.org');
		await database.write(async (tx) => confirmAddress(tx, moment(), tokenOf((await mails('accounts.address'))[0]?.content)));
		const second = (await readAccount(database.read, eve.accountId)).addresses[1]?.id ?? '';
		await database.write((tx) => removeAddress(tx, actBy(eve.personId), eve, second));
		const told = (await mails('accounts.changed')).map(({ to }) => to);
		expect(told).toEqual(['eve@exemple.org', 'eve@exemple.org', 'seconde@exemple.org']);
	});

	it('that nobody proved in a day are forgotten, with their links', async () => {
		const eve = await person('eve@exemple.org');
		await add(eve, 'seconde@exemple.org');
		await database.write((tx) => forgetDeadLinks(tx, NOW + ADDRESS_LINK_LASTS));
		expect(await database.read.$count(accountLink)).toBe(0);
		expect(await database.read.$count(accountEmail)).toBe(1);
	});

	it('that were asked for again keep the time of their last link', async () => {
		const eve = await person('eve@exemple.org');
		await add(eve, 'seconde@exemple.org');
		await add(eve, 'seconde@exemple.org', NOW + ADDRESS_LINK_LASTS - 1);
		await database.write((tx) => forgetDeadLinks(tx, NOW + ADDRESS_LINK_LASTS));
		expect(await database.read.$count(accountLink)).toBe(1);
		expect(await database.read.$count(accountEmail)).toBe(2);
	});
});
