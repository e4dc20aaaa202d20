import { sql } from 'drizzle-orm';
import { strFromU8, unzipSync } from 'fflate';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Database, write } from '#db/client.ts';
import { complaint } from '#db/schema/complaints.ts';
import { requestMessage, serviceRequest } from '#db/schema/requests.ts';
import { type ZipFile, zipStream } from '#src/adapters/zip/index.ts';
import { DEMONSTRATION, seedDemonstration } from '#src/cli/demonstration.ts';
import { grantIn, loadAccess } from '#src/features/access/index.ts';
import { findAccountByAddress } from '#src/features/accounts/index.ts';
import { filesOfGroup, filesOfPerson, findTicket, partsOfGroup, partsOfPerson } from '#src/features/takeout/data.ts';
import { giveTicket, useTicket } from '#src/features/takeout/mutations.ts';
import { TABLES } from '#src/features/takeout/policy.ts';
import { messages } from '#src/i18n/messages.ts';
import { civilDateOf, MINUTE, now } from '#src/lib/clock.ts';
import type { ExportPart } from '#src/lib/export-part.ts';
import { prepareDatabase } from '#src/server/setup.ts';
import { actBy } from '#test/factories/accounts.ts';
import { freshDatabase } from '#test/support/database.ts';

let database: Database;

async function someone(address: string) {
	const found = await findAccountByAddress(database.read, address);
	if (!found) throw new Error(`nobody at ${address}`);
	return { ...found, access: await loadAccess(database.read, found.personId, civilDateOf(now())) };
}

async function unpack(files: AsyncIterable<ZipFile>): Promise<Record<string, string>> {
	const bytes = new Uint8Array(await new Response(zipStream(files)).arrayBuffer());
	return Object.fromEntries(Object.entries(unzipSync(bytes)).map(([name, content]) => [name, strFromU8(content)]));
}

beforeEach(async () => {
	database = await freshDatabase();
	await prepareDatabase();
	await seedDemonstration();
});

const NOTE = 'Note entre nous, que personne d’autre ne lit.';

describe('the archive', () => {
	it('of a group holds its threads, its books and its people, and nothing internal, secret or of another group', async () => {
		const { access } = await someone(DEMONSTRATION.administrator);
		const slug = access.groups[0]?.slug ?? '';
		const grant = grantIn(access, slug, 'data.take');
		const [request] = await database.read.select().from(serviceRequest).where(sql`organisation_id = ${grant.organisationId}`).limit(1);
		await write((tx) =>
			tx.insert(requestMessage).values({
				id: 'zz-note',
				requestId: request?.id ?? '',
				submissionKey: 'zz-note',
				kind: 'message',
				side: 'worker',
				visibility: 'internal',
				body: NOTE,
				createdAt: now(),
			}),
		);
		const files = await unpack(filesOfGroup(database.read, grant, now(), 'fr'));
		expect(files['LISEZ-MOI.txt']).toContain('usualName: nom usuel');
		expect(JSON.parse(files['json/group.json'] ?? '')).toMatchObject([{ slug }]);
		expect(JSON.parse(files['json/ledger.json'] ?? '').length).toBeGreaterThan(0);
		expect(files['csv/people.csv']).toContain(DEMONSTRATION.treasurer);
		expect(files[`messages/${request?.number}.txt`]).toContain(request?.number);
		const whole = Object.values(files).join('\n');
		expect(whole).not.toContain(NOTE);
		expect(whole).not.toContain('$argon2');
		// Somebody there has complained; the group's archive does not say so.
		expect(whole).not.toMatch(/complaints\./);
		expect(await database.read.$count(complaint, sql`organisation_id = ${grant.organisationId}`)).toBeGreaterThan(0);
		const hashes = await database.read.all<[string]>(sql`
			select token_hash from invitation union select token_hash from account_link union select id_hash from session
			union select token_hash from application_link union select password_hash from account where password_hash is not null`);
		expect(hashes.length).toBeGreaterThan(3);
		for (const [hash] of hashes) expect(whole).not.toContain(hash);
		const others = await database.read.all<[string, string, string]>(
			sql`select id, slug, usual_name from organisation where id <> ${grant.organisationId}`,
		);
		expect(others.length).toBeGreaterThan(0);
		for (const words of others) for (const word of words) expect(whole).not.toContain(word);
	}, 60_000);

	it('of a person holds what they wrote and where their addresses are, and no secret', async () => {
		const { personId } = await someone(DEMONSTRATION.administrator);
		const files = await unpack(filesOfPerson(database.read, personId, 'Amina', now(), 'en'));
		expect(Object.keys(files)[0]).toBe('README.txt');
		expect(JSON.parse(files['json/addresses.json'] ?? '')).toMatchObject([{ address: DEMONSTRATION.administrator, primary: true }]);
		expect(JSON.parse(files['json/applications.json'] ?? '').length).toBeGreaterThan(0);
		expect(JSON.parse(files['json/consents.json'] ?? '')).toMatchObject([{ purpose: 'portal', act: 'given', how: 'application' }]);
		expect(Object.values(files).join('\n')).not.toMatch(/\$argon2|@exemple\.org.*maude/);
	}, 60_000);

	it('of whoever complained holds their complaint', async () => {
		const { personId } = await someone(DEMONSTRATION.administrator);
		const files = await unpack(filesOfPerson(database.read, personId, 'Amina', now(), 'fr'));
		expect(JSON.parse(files['json/complaints.json'] ?? '')).toMatchObject([{ number: expect.stringMatching(/^PL-/) }]);
		expect(JSON.parse(files['json/complaint_messages.json'] ?? '').length).toBeGreaterThan(0);
	}, 60_000);

	it('names every file and column in words, and comes from tables that are said to be taken', async () => {
		const { personId, access } = await someone(DEMONSTRATION.administrator);
		const grant = grantIn(access, access.groups[0]?.slug, 'data.take');
		const check = async (parts: readonly ExportPart[], whose: 'person' | 'group') => {
			for (const part of parts) {
				expect(TABLES[part.table]?.taken, part.table).toMatch(new RegExp(`^(${whose}|both)$`));
				for (const locale of ['fr', 'en'] as const) {
					const { files, fields } = messages(locale).privacy.takeout;
					expect(files, part.name).toHaveProperty(part.name);
					for await (const row of part.rows())
						for (const name of Object.keys(row)) expect(fields, `${part.name}.${name}`).toHaveProperty(name);
				}
			}
			const said = Object.entries(TABLES).filter(([, { taken }]) => taken === whose || taken === 'both');
			expect(new Set(parts.map(({ table }) => table))).toEqual(new Set(said.map(([table]) => table)));
		};
		await check(await partsOfPerson(database.read, personId), 'person');
		await check(partsOfGroup(database.read, grant), 'group');
	}, 60_000);
});

describe('a ticket', () => {
	it('opens one archive once, in the session it was made in, for two minutes', async () => {
		const { personId, accountId } = await someone(DEMONSTRATION.administrator);
		const at = now();
		const token = await write((tx) =>
			giveTicket(tx, actBy(personId, { at }), { accountId, personId, sessionId: 's', organisationId: null }),
		);
		const use = (over: object) => write((tx) => useTicket(tx, { token, sessionId: 's', at, ...over }));
		expect(await use({ sessionId: 'another' })).toBeNull();
		expect(await use({ at: at + 2 * MINUTE })).toBeNull();
		expect(await findTicket(database.read, { token: 'x', sessionId: 's', at })).toBeNull();
		expect(await use({})).toEqual({ organisationId: null });
		expect(await use({})).toBeNull();
	}, 60_000);
});
