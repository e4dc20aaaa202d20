import { eq, sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Database, write } from '#db/client.ts';
import { account, accountEmail, person, session } from '#db/schema/accounts.ts';
import { codeApp } from '#db/schema/factors.ts';
import {
	deleteExpiredSessions,
	endSession,
	endSessionOf,
	endSessionsOf,
	isKnownPlace,
	isProven,
	listSessions,
	noteProof,
	openSession,
	readSession,
	type SessionCookie,
	tryOpenSession,
} from '#src/adapters/sessions/index.ts';
import { DAY, HOUR, MINUTE } from '#src/lib/clock.ts';
import { hashToken } from '#src/lib/ids.ts';
import { freshDatabase } from '#test/support/database.ts';

const START = Date.parse('2026-11-22T15:00:00Z');
let database: Database;
const header = (cookie: SessionCookie) => `${cookie.name}=${cookie.value}`;
const rows = () => database.read.select().from(session);
const later = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds);

beforeEach(async () => {
	vi.useFakeTimers({ toFake: ['Date'], now: START });
	database = await freshDatabase();
	await write(async (tx) => {
		for (const id of ['eve', 'bob']) {
			await tx.insert(person).values({ id, fullName: `Nom ${id}`, locale: 'fr', createdAt: 1 });
			await tx.insert(account).values({ id: `account-${id}`, personId: id, status: 'active', createdAt: 1 });
			for (const primary of [true, false]) {
				const address = `${id}-${primary}@exemple.org`;
				await tx
					.insert(accountEmail)
					.values({ id: address, accountId: `account-${id}`, address, normalized: address, primary, createdAt: 1 });
			}
		}
	});
});
afterEach(() => {
	vi.useRealTimers();
});

describe('a session', () => {
	it('says who it is, at their first address', async () => {
		const cookie = await openSession('account-eve');
		const read = await readSession(`autre=1; ${header(cookie)}; fin=2`);
		expect(read).toEqual({
			user: { accountId: 'account-eve', personId: 'eve', fullName: 'Nom eve', locale: 'fr', address: 'eve-true@exemple.org' },
			sessionId: cookie.value,
			provenAt: START,
			factorAt: null,
			renew: null,
		});
	});

	it('is kept as the hash of its id: a copy of the database opens nothing', async () => {
		const cookie = await openSession('account-eve');
		expect(cookie.value.length).toBeGreaterThanOrEqual(32);
		const [row] = await rows();
		expect(row?.idHash).toBe(hashToken(cookie.value));
		expect(JSON.stringify(await database.read.all(sql`select * from session`))).not.toContain(cookie.value);
		expect((await readSession(`${cookie.name}=${row?.idHash}`)).user).toBeNull();
	});

	it('has an id of its own each time', async () => {
		const cookies = await Promise.all(Array.from({ length: 20 }, () => openSession('account-eve')));
		expect(new Set(cookies.map((cookie) => cookie.value)).size).toBe(20);
		expect(await rows()).toHaveLength(20);
	});

	it('is carried by a cookie that scripts can’t read and other sites don’t send', async () => {
		const cookie = await openSession('account-eve');
		expect(cookie.name).toBe('koumbit');
		expect(cookie.attributes).toMatchObject({ httpOnly: true, sameSite: 'lax', path: '/', secure: false });
		expect(cookie.attributes).not.toHaveProperty('domain');
	});

	it('lasts as long as it is used every fortnight, its cookie renewed', async () => {
		const cookie = await openSession('account-eve');
		later(6 * DAY);
		expect((await readSession(header(cookie))).renew).toBeNull();
		later(2 * DAY);
		const read = await readSession(header(cookie));
		expect(read.renew?.value).toBe(cookie.value);
		expect((await rows())[0]?.expiresAt).toBe(Date.now() + 14 * DAY);
		later(13 * DAY);
		expect((await readSession(header(cookie))).user?.personId).toBe('eve');
	});

	it('ends after a fortnight without use, and its cookie is taken back', async () => {
		const cookie = await openSession('account-eve');
		later(14 * DAY + 1);
		const read = await readSession(header(cookie));
		expect(read.user).toBeNull();
		expect(read.renew).toMatchObject({ name: cookie.name, value: '', attributes: { maxAge: 0 } });
	});

	it('ends after ninety days however much it is used', async () => {
		const cookie = await openSession('account-eve');
		for (let day = 0; day < 89; day += 5) {
			expect((await readSession(header(cookie))).user?.personId).toBe('eve');
			later(5 * DAY);
		}
		vi.setSystemTime(START + 90 * DAY - 1);
		expect((await readSession(header(cookie))).user?.personId).toBe('eve');
		vi.setSystemTime(START + 90 * DAY);
		expect((await readSession(header(cookie))).user).toBeNull();
	});

	it('closed here opens nothing any more, and leaves the others open', async () => {
		const [one, two] = [await openSession('account-eve'), await openSession('account-eve')];
		const blank = await endSession(one.value);
		expect(blank).toMatchObject({ name: one.name, value: '', attributes: { maxAge: 0 } });
		expect((await readSession(header(one))).user).toBeNull();
		expect((await readSession(header(two))).user?.personId).toBe('eve');
		expect(await rows()).toHaveLength(1);
	});

	it.each(['closed', 'locked', 'pending_verification'] as const)('opens nothing once its account is %s', async (status) => {
		const cookie = await openSession('account-eve');
		await write(async (tx) => {
			await tx.update(account).set({ status }).where(eq(account.id, 'account-eve'));
		});
		expect((await readSession(header(cookie))).user).toBeNull();
	});
});

describe('a cookie of someone’s own making', () => {
	it.each([
		'koumbit=',
		'koumbit=x',
		`koumbit=${'a'.repeat(40)}`,
		`koumbit=${'a'.repeat(100_000)}`,
		"koumbit=' or 1=1 --",
		'koumbit=%00',
		'',
		';;;=',
		'__Host-koumbit=x',
	])('opens nothing: %.60s', async (cookies) => {
		await openSession('account-eve');
		expect((await readSession(cookies)).user).toBeNull();
	});
});

// Lucia decodes every cookie of the header, of other programs of the domain too, and throws on one that does not decode.
it.each(['koumbit=%ff', 'autre=100%'])('a cookie that does not decode is nobody’s: %s', async (cookies) => {
	expect((await readSession(cookies)).user).toBeNull();
});

describe('cleaning up', () => {
	it('takes away what has ended and nothing else', async () => {
		await openSession('account-eve');
		later(10 * DAY);
		const young = await openSession('account-bob');
		later(4 * DAY + HOUR);
		await write((tx) => deleteExpiredSessions(tx, Date.now()));
		expect(await rows()).toMatchObject([{ idHash: hashToken(young.value) }]);
		expect((await readSession(header(young))).user?.personId).toBe('bob');
	});
});

describe('the sessions of an account', () => {
	const origin = { device: 'firefox/linux', network: '203.0.113.0/24' };

	it('are listed with where they were opened and when they last served, and end one by one or all but this one', async () => {
		const old = await openSession('account-eve', origin);
		later(2 * HOUR);
		const own = await openSession('account-eve');
		await openSession('account-bob');
		const list = await listSessions(database.read, 'account-eve', own.value, Date.now());
		expect(list.map(({ device, network, current, lastUsedAt }) => ({ device, network, current, lastUsedAt }))).toEqual([
			{ device: null, network: null, current: true, lastUsedAt: START + 2 * HOUR },
			{ ...origin, current: false, lastUsedAt: START },
		]);
		const handle = list[1]?.handle ?? '';
		expect(await write((tx) => endSessionOf(tx, 'account-bob', handle))).toBe(false);
		expect(await write((tx) => endSessionOf(tx, 'account-eve', handle))).toBe(true);
		expect((await readSession(header(old))).user).toBeNull();
		await openSession('account-eve');
		expect(await write((tx) => endSessionsOf(tx, 'account-eve', own.value))).toBe(1);
		expect((await readSession(header(own))).user).not.toBeNull();
		expect(await database.read.$count(session)).toBe(2);
	});

	it('are not opened without the second factor that the account got a moment before, and hold no proof beside one', async () => {
		const origin = { device: null, network: null };
		const early = await openSession('account-eve');
		const provenAt = async () => {
			const found = await readSession(header(early));
			return found.user ? found.provenAt : 'none';
		};
		expect(await provenAt()).toBe(START);
		await write((tx) => tx.insert(codeApp).values({ accountId: 'account-eve', secret: 's', lastStep: 0, createdAt: START }));
		expect(await provenAt()).toBeNull();
		expect(await tryOpenSession('account-eve', origin, false)).toBeNull();
		await expect(openSession('account-eve')).rejects.toThrow('account-eve');
		expect(await rows()).toHaveLength(1);
		expect(await tryOpenSession('account-eve', origin, true)).not.toBeNull();
		expect(await tryOpenSession('account-bob', origin, false)).not.toBeNull();
	});

	it('note their use once an hour, not at every page', async () => {
		const cookie = await openSession('account-eve');
		later(HOUR - 1);
		await readSession(header(cookie));
		expect((await rows())[0]?.lastUsedAt).toBe(START);
		later(1);
		await readSession(header(cookie));
		expect((await rows())[0]?.lastUsedAt).toBe(START + HOUR);
	});

	it('whose clock was a day ahead hold no proof for a day once it is set right', async () => {
		const [cookie] = [await openSession('account-eve')];
		expect(isProven(START, START - DAY)).toBe(false);
		expect(isProven(START, START - MINUTE)).toBe(true);
		vi.setSystemTime(START - DAY);
		expect((await readSession(header(cookie))).user?.personId).toBe('eve');
		vi.setSystemTime(START + DAY);
		expect((await readSession(header(cookie))).user?.personId).toBe('eve');
	});

	it('tell the places an account is known in from all others, while they last', async () => {
		const network = '203.0.113.0/24';
		await openSession('account-eve', { device: null, network });
		const known = (account: string, place: string | null) => isKnownPlace(database.read, account, place, Date.now());
		expect(await known('account-eve', network)).toBe(true);
		expect(await known('account-bob', network)).toBe(false);
		expect(await known('account-eve', '198.51.100.0/24')).toBe(false);
		expect(await known('account-eve', null)).toBe(false);
		later(15 * DAY);
		expect(await known('account-eve', network)).toBe(false);
	});

	it('hold a proof of their owner for a quarter of an hour, each its own', async () => {
		const [one, two] = [await openSession('account-eve'), await openSession('account-eve')];
		later(15 * MINUTE);
		const provenAt = async (cookie: SessionCookie) => {
			const found = await readSession(header(cookie));
			return found.user ? found.provenAt : null;
		};
		expect(isProven(await provenAt(one), Date.now() - 1)).toBe(true);
		expect(isProven(await provenAt(one), Date.now())).toBe(false);
		const renewed = await write((tx) => noteProof(tx, one.value, Date.now()));
		if (!renewed) throw new Error('the session is not renewed');
		expect(isProven(await provenAt(renewed), Date.now())).toBe(true);
		expect((await readSession(header(one))).user).toBeNull();
		expect(await write((tx) => noteProof(tx, one.value, Date.now()))).toBeNull();
		expect(isProven(await provenAt(two), Date.now())).toBe(false);
		expect(isProven(null, Date.now())).toBe(false);
	});
});
