/** People of a group with their rights, and contacts that stand for a while. */
import type { Database } from '#db/client.ts';
import { groupContact } from '#db/schema/groups.ts';
import {
	type Access,
	assignRole,
	type GroupGrant,
	type GroupRight,
	type GroupRole,
	grantIn,
	loadAccess,
} from '#src/features/access/index.ts';
import { createAccount } from '#src/features/accounts/index.ts';
import { civilDateOf, DAY, type Instant } from '#src/lib/clock.ts';
import { newId } from '#src/lib/ids.ts';
import { anAccount, anAct, NOW } from '#test/factories/accounts.ts';
import { aMemberGroup } from '#test/factories/membership.ts';

export interface PersonOfGroup {
	readonly personId: string;
	readonly accountId: string;
	readonly address: string;
}

export interface GroupWithPeople {
	readonly organisationId: string;
	readonly slug: string;
	join(role: GroupRole, on?: Instant): Promise<PersonOfGroup>;
	accessOf(personId: string, at?: Instant): Promise<Access>;
	grant<R extends GroupRight>(personId: string, right: R): Promise<GroupGrant<R>>;
	/** As if it had been given so many days ago. @returns its id. */
	contact(purpose: 'billing' | 'outside', address: string, daysAgo: number, untilDaysAgo?: number | null): Promise<string>;
}

/** A member group; the scale must be adopted. */
export async function aGroupWithPeople(database: Database): Promise<GroupWithPeople> {
	const { slug, organisationId } = await aMemberGroup(database);
	const accessOf = (personId: string, at = NOW) => loadAccess(database.read, personId, civilDateOf(at));
	return {
		organisationId,
		slug,
		accessOf,
		async join(role, at = NOW) {
			const account = anAccount();
			return database.write(async (tx) => {
				const who = await createAccount(tx, anAct(), account);
				await assignRole(tx, anAct({ at }), who.personId, { kind: 'organisation', id: organisationId, role }, 'operator');
				return { ...who, address: account.address };
			});
		},
		grant: async (personId, right) => grantIn(await accessOf(personId), slug, right),
		async contact(purpose, address, daysAgo, untilDaysAgo = null) {
			const id = newId<'group_contact'>();
			const fromAt = NOW - daysAgo * DAY;
			await database.write((tx) =>
				tx.insert(groupContact).values({
					id,
					organisationId,
					purpose,
					address,
					normalized: address,
					fromAt,
					untilAt: untilDaysAgo === null ? null : NOW - untilDaysAgo * DAY,
					verifiedAt: purpose === 'outside' ? fromAt : null,
				}),
			);
			return id;
		},
	};
}
