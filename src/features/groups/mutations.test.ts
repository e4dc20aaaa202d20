import { beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '#db/client.ts';
import { auditEvent } from '#db/schema/audit.ts';
import {
	contactsStanding,
	findGroupCard,
	hasOutsideContact,
	outageContactsOf,
	readAddresses,
	readProfile,
	wasOutsideProven,
} from '#src/features/groups/data.ts';
import {
	askOutsideContact,
	changeContact,
	changeGroupProfile,
	confirmOutsideContact,
	forgetContactLinks,
} from '#src/features/groups/mutations.ts';
import { openNotice } from '#src/features/status/index.ts';
import { DAY } from '#src/lib/clock.ts';
import { newIdempotencyKey } from '#src/lib/ids.ts';
import { actBy, aGrant, anAct, NOW } from '#test/factories/accounts.ts';
import { aGroupWithPeople, type GroupWithPeople, type PersonOfGroup } from '#test/factories/groups.ts';
import { adoptExampleScale, readMail, tokenIn } from '#test/factories/membership.ts';
import { freshDatabase } from '#test/support/database.ts';

let database: Database;
let group: GroupWithPeople;
let amina: PersonOfGroup;

beforeEach(async () => {
	database = await freshDatabase();
	await adoptExampleScale(database);
	group = await aGroupWithPeople(database);
	amina = await group.join('administrator');
});

const manages = () => group.grant(amina.personId, 'profile.manage');
const card = () => findGroupCard(database.read, aGrant(amina.personId, 'groups.read'), group.slug);

describe('a group’s record', () => {
	const change = async (over: Record<string, unknown>, version?: number) => {
		const grant = await manages();
		const { version: current, ...profile } = await readProfile(database.read, grant);
		const input = { ...profile, ...over, version: version ?? current };
		return database.write((tx) => changeGroupProfile(tx, actBy(amina.personId), grant, input));
	};

	it('is changed by one of two who change it together; the other is told', async () => {
		const results = await Promise.all([change({ usualName: 'Un' }, 1), change({ usualName: 'Deux' }, 1)]);
		expect(results.map((one) => (one.ok ? 'saved' : one.reason)).toSorted()).toEqual(['saved', 'stale']);
	});

	it('tells workers that the legal name changed, and the trail never holds a name', async () => {
		expect((await card())?.legalNameChangedAt).toBeNull();
		await change({ usualName: 'Nom usuel secret' });
		expect((await card())?.legalNameChangedAt).toBeNull();
		expect(await change({ legalName: 'Nom légal secret' })).toEqual({ ok: true });
		expect((await card())?.legalNameChangedAt).toBe(NOW);
		expect(JSON.stringify(await database.read.select().from(auditEvent))).not.toContain('secret');
	});

	it('does not turn a group into a person', async () => {
		expect(await change({ kind: 'individual' })).toEqual({ ok: false, reason: 'kind_of_person' });
	});
});

describe('an address by function', () => {
	const set = async (address: string | null, was: string, at = NOW, who = amina) => {
		const grant = await group.grant(who.personId, 'billing.manage');
		return database.write((tx) => changeContact(tx, actBy(who.personId, { at }), grant, { purpose: 'billing', address, was }));
	};

	it('keeps who was reached where: only one that stood all along vouches', async () => {
		await set('un@groupe.example', '', NOW);
		await set('deux@groupe.example', 'un@groupe.example', NOW + 10 * DAY);
		const standing = async (from: number, to: number) =>
			(await contactsStanding(database.read, group.organisationId, NOW + from * DAY, NOW + to * DAY)).map(({ address }) => address);
		expect(await standing(1, 9)).toEqual(['un@groupe.example']);
		expect(await standing(1, 10)).toEqual([]);
		expect(await standing(10, 40)).toEqual(['deux@groupe.example']);
		expect((await readMail(database)).findLast(({ template }) => template === 'groups.contact_changed')?.to).toBe('un@groupe.example');
	});

	it('is changed by the treasurer too, and not over what someone else wrote meanwhile', async () => {
		const bob = await group.join('treasurer');
		expect(await set('un@groupe.example', '', NOW, bob)).toEqual({ ok: true });
		expect(await set('deux@groupe.example', '', NOW)).toEqual({ ok: false, reason: 'stale' });
		expect(await set(null, 'un@groupe.example')).toEqual({ ok: true });
		expect((await readAddresses(database.read, await manages())).byPurpose.billing).toBeNull();
	});
});

describe('an outside address', () => {
	const ask = async (address: string, hosted: readonly string[] = ['koumbit.org']) => {
		const grant = await manages();
		return database.write((tx) => askOutsideContact(tx, actBy(amina.personId), grant, { address, hosted }));
	};
	const confirm = async (token: string, at = NOW) => database.write((tx) => confirmOutsideContact(tx, { at, requestId: null }, token));
	const token = () => tokenIn(database, 'groups.verify_outside');
	const has = async () => hasOutsideContact(database.read, await manages());

	it('is said to be confirmed by the link that confirmed it, and by no other', async () => {
		await ask('un@ailleurs.example');
		const first = await token();
		expect(await wasOutsideProven(database.read, first)).toBe(false);
		await confirm(first);
		expect(await wasOutsideProven(database.read, first)).toBe(true);
		expect(await wasOutsideProven(database.read, 'autre')).toBe(false);
		const forget = (at: number) => database.write((tx) => forgetContactLinks(tx, at));
		expect(await forget(NOW)).toBe(0);
		expect(await forget(NOW + 365 * DAY)).toBe(1);
		expect(await wasOutsideProven(database.read, first)).toBe(false);
	});

	it('is refused at a domain hosted here, whatever its case, and under it', async () => {
		for (const address of ['a@koumbit.org', 'a@LISTES.Koumbit.org']) {
			expect(await ask(address)).toEqual({ ok: false, reason: 'hosted_here' });
		}
		expect(await ask('a@notkoumbit.org')).toEqual({ ok: true });
	});

	it('counts once its link was followed, once, and within seven days', async () => {
		await ask('dehors@ailleurs.example');
		expect(await has()).toBe(false);
		expect(await confirm(await token(), NOW + 7 * DAY)).toEqual({ ok: false, reason: 'dead_link' });
		expect(await confirm(await token())).toMatchObject({ ok: true });
		expect(await confirm(await token())).toEqual({ ok: false, reason: 'dead_link' });
		expect(await has()).toBe(true);
	});

	it('keeps serving until the next one is proven; the link of one given up opens nothing', async () => {
		await ask('un@ailleurs.example');
		await confirm(await token());
		await ask('deux@ailleurs.example');
		const second = await token();
		await ask('trois@ailleurs.example');
		expect(await confirm(second)).toEqual({ ok: false, reason: 'dead_link' });
		expect((await outageContactsOf(database.read)).map(({ address }) => address)).toEqual(['un@ailleurs.example']);
		await confirm(await token());
		expect((await outageContactsOf(database.read)).map(({ address }) => address)).toEqual(['trois@ailleurs.example']);
	});

	it('is told of an outage as it is opened, and of a maintenance not', async () => {
		await ask('dehors@ailleurs.example');
		await confirm(await token());
		const texts = { fr: { title: 'Panne du portail', who: 'Tout le monde', what: 'Rien ne répond', why: '', how: '', objection: '' } };
		const open = (kind: 'outage' | 'maintenance') =>
			database.write((tx) =>
				openNotice(tx, anAct(), 'operator', {
					submissionKey: newIdempotencyKey(),
					authorRole: 'sysadmin',
					kind,
					severity: 'full',
					services: ['portal'],
					startsAt: kind === 'outage' ? NOW : NOW + DAY,
					expectedEndAt: kind === 'outage' ? null : NOW + 2 * DAY,
					texts,
				}),
			);
		expect([(await open('outage')).ok, (await open('maintenance')).ok]).toEqual([true, true]);
		const told = (await readMail(database)).filter(({ template }) => template === 'status.outage');
		expect(told.map(({ to, content }) => [to, content.subject.includes('Panne du portail')])).toEqual([['dehors@ailleurs.example', true]]);
	});
});
