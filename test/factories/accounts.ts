/** Persons with accounts, and workers with their roles. */
import type { Tx } from '#db/client.ts';
import { type Access, assignRole, COOP_RIGHTS, type CoopRight, type CoopRole, type Grant, grantTo } from '#src/features/access/index.ts';
import { createAccount, type NewAccount } from '#src/features/accounts/index.ts';
import type { Act } from '#src/lib/act.ts';
import type { Instant } from '#src/lib/clock.ts';

/** Noon in Montréal on a Monday. */
export const NOW: Instant = Date.UTC(2026, 10, 23, 17);

export function anAct(over: Partial<Act> = {}): Act {
	return { actor: { kind: 'operator' }, at: NOW, requestId: null, ...over };
}

export function actBy(personId: string, over: Partial<Act> = {}): Act {
	return anAct({ actor: { kind: 'person', personId }, ...over });
}

let serial = 0;

/** A new account whose address and name no other has. The password's hash opens nothing. */
export function anAccount(over: Partial<NewAccount> = {}): NewAccount {
	serial += 1;
	const address = over.address ?? `person${serial}@exemple.org`;
	return {
		fullName: `Camille Tremblay ${serial}`,
		locale: 'fr',
		address,
		normalized: address.toLowerCase(),
		passwordHash: '$argon2id$none',
		...over,
	};
}

export interface Worker {
	readonly personId: string;
	readonly accountId: string;
	readonly address: string;
	readonly access: Access;
}

/** Someone who works in the network, with their account and roles. */
export async function aWorker(tx: Tx, roles: readonly CoopRole[] = ['worker'], over: Partial<NewAccount> = {}): Promise<Worker> {
	const account = anAccount(over);
	const { personId, accountId } = await createAccount(tx, anAct(), account);
	for (const role of roles) await assignRole(tx, anAct(), personId, { kind: 'coop', role }, 'operator');
	return { personId, accountId, address: account.address, access: { personId, coopRoles: roles, groups: [] } };
}

/** The proof that a person holds a right over the network; through any role that has it. */
export function aGrant<R extends CoopRight>(personId: string, right: R): Grant<R> {
	return grantTo({ personId, coopRoles: [...COOP_RIGHTS[right]], groups: [] }, right);
}
