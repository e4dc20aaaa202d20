/** Groups that are members, with people who look after them: what the tests of membership over time begin with. */
import type { Database } from '#db/client.ts';
import { assignRole, type GroupGrant, type GroupRight, type GroupRole, grantIn, loadAccess } from '#src/features/access/index.ts';
import { createAccount } from '#src/features/accounts/index.ts';
import { beginMembership } from '#src/features/membership/index.ts';
import type { Act } from '#src/lib/act.ts';
import { civilDateOf, type Instant } from '#src/lib/clock.ts';
import { anAccount, anAct, NOW } from '#test/factories/accounts.ts';

export interface Bound {
	readonly organisationId: string;
	readonly slug: string;
	readonly memberNumber: number;
}

let serial = 0;

/** A group whose membership began on the day of the act. */
export async function aBoundGroup(database: Database, { at = NOW, name }: { at?: Instant; name?: string } = {}): Promise<Bound> {
	serial += 1;
	const usualName = name ?? `Groupe ${serial}`;
	return database.write((tx) =>
		beginMembership(tx, anAct({ at }), {
			legalName: `${usualName} inc.`,
			usualName,
			kind: 'nonprofit',
			mission: 'Essayer.',
			budgetBand: 'under_25k',
			locale: 'fr',
		}),
	);
}

/** Someone with a role in a group. @returns their id and address. */
export async function aPersonIn(database: Database, group: Bound, role: GroupRole = 'administrator', at = NOW) {
	const account = anAccount();
	const { personId } = await database.write(async (tx) => {
		const made = await createAccount(tx, anAct({ at }), account);
		await assignRole(tx, anAct({ at }), made.personId, { kind: 'organisation', id: group.organisationId, role }, 'operator');
		return made;
	});
	return { personId, address: account.address };
}

/** The proof of a right as the gate mints it for someone that day. @throws {Denied} as in the portal. */
export async function grantOf<R extends GroupRight>(
	database: Database,
	group: Bound,
	personId: string,
	right: R,
	at = NOW,
): Promise<GroupGrant<R>> {
	return grantIn(await loadAccess(database.read, personId, civilDateOf(at)), group.slug, right);
}

export const by = (personId: string, at: Instant = NOW): Act => anAct({ actor: { kind: 'person', personId }, at });
