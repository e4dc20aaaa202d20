import { expect, it } from 'vitest';
import { assignRole } from '#src/features/access/index.ts';
import { listOwnWords } from '#src/features/accounts/data.ts';
import { createAccount } from '#src/features/accounts/mutations.ts';
import { isMadeOf } from '#src/features/accounts/rules.ts';
import { addDays, civilDateOf } from '#src/lib/clock.ts';
import { anAccount, anAct, NOW } from '#test/factories/accounts.ts';
import { adoptExampleScale, aMemberGroup } from '#test/factories/membership.ts';
import { freshDatabase } from '#test/support/database.ts';

it('a password made of a group’s name is no secret to whoever knows who serves it, for as long as they do', async () => {
	const database = await freshDatabase();
	await adoptExampleScale(database);
	const { organisationId } = await aMemberGroup(database, { usualName: 'Radio Tambour' });
	const who = await database.write(async (tx) => {
		const one = await createAccount(tx, anAct(), anAccount({ fullName: 'Amina Diallo' }));
		await assignRole(tx, anAct(), one.personId, { kind: 'organisation', id: organisationId, role: 'treasurer' }, one.personId);
		return one;
	});
	const today = civilDateOf(NOW);
	const words = await listOwnWords(database.read, who, today);
	expect(isMadeOf('RadioTambour2026', words)).toBe(true);
	expect(isMadeOf('aminadiallo88', words)).toBe(true);
	expect(isMadeOf('quatre sillons et un champ', words)).toBe(false);
	expect(isMadeOf('RadioTambour2026', await listOwnWords(database.read, who, addDays(today, -1)))).toBe(false);
});
