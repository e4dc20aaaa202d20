import { beforeEach, describe, expect, it } from 'vitest';
import { type Database, write } from '#db/client.ts';
import { consent } from '#db/schema/privacy.ts';
import { readConsentVersion, readPurposes } from '#src/adapters/settings/index.ts';
import { createAccount } from '#src/features/accounts/index.ts';
import { loadConsents } from '#src/features/consents/data.ts';
import { giveConsent, withdrawConsent } from '#src/features/consents/mutations.ts';
import { standingOf, toAskAgain } from '#src/features/consents/rules.ts';
import { actBy, anAccount, anAct, NOW } from '#test/factories/accounts.ts';
import { adoptExampleScale, aMemberGroup } from '#test/factories/membership.ts';
import { freshDatabase } from '#test/support/database.ts';

let database: Database;
let personId: string;
const free = () => readPurposes().find(({ necessary }) => !necessary) as ReturnType<typeof readPurposes>[number];
const necessary = () => readPurposes().find((one) => one.necessary) as ReturnType<typeof readPurposes>[number];
const give = (purpose: string, version: string) => write((tx) => giveConsent(tx, actBy(personId), personId, { purpose, version }));

beforeEach(async () => {
	database = await freshDatabase();
	personId = (await write((tx) => createAccount(tx, anAct(), anAccount()))).personId;
});

describe('a consent', () => {
	it('is given in the text that stands, once, and taken back as a new row', async () => {
		const { id, version } = free();
		expect(await give(id, '1999-01-01')).toEqual({ ok: false, reason: 'stale' });
		expect(await give(id, version)).toEqual({ ok: true });
		expect(await give(id, version)).toEqual({ ok: true });
		expect(await write((tx) => withdrawConsent(tx, actBy(personId), personId, id))).toEqual({ ok: true });
		expect((await database.read.select().from(consent)).map(({ act }) => act)).toEqual(['given', 'withdrawn']);
		expect((await loadConsents(database.read, personId)).standings.find(({ purpose }) => purpose.id === id)?.standing).toBe('withdrawn');
	});

	it('that the account needs is not taken back by itself', async () => {
		await give(necessary().id, necessary().version);
		expect(await write((tx) => withdrawConsent(tx, actBy(personId), personId, necessary().id))).toEqual({
			ok: false,
			reason: 'necessary_purpose',
		});
	});

	it('given with an application is the applicant’s once their address is proven', async () => {
		await adoptExampleScale(database);
		await aMemberGroup(database, { email: 'demande@exemple.org' });
		const account = anAccount({ address: 'demande@exemple.org' });
		const { personId: applicant } = await write((tx) => createAccount(tx, anAct(), account));
		const { standings, history } = await loadConsents(database.read, applicant);
		expect(history).toMatchObject([{ purpose: necessary().id, version: readConsentVersion(), how: 'application' }]);
		expect(toAskAgain(standings)).toEqual([]);
		expect((await loadConsents(database.read, personId)).history).toEqual([]);
	});

	it('to an earlier text is asked again when it is necessary, and stands when it is free', () => {
		const earlier = (purpose: string) => [{ purpose, version: '2020-01-01', act: 'given', how: 'account', at: NOW } as const];
		const standings = [standingOf(necessary(), earlier(necessary().id)), standingOf(free(), earlier(free().id))];
		expect(standings.map(({ standing }) => standing)).toEqual(['outdated', 'outdated']);
		expect(toAskAgain(standings).map(({ purpose }) => purpose.id)).toEqual([necessary().id]);
	});
});
