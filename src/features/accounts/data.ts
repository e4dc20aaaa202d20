import { and, eq, isNotNull } from 'drizzle-orm';
import type { Read, Tx } from '#db/client.ts';
import { account, accountEmail, person } from '#db/schema/accounts.ts';

export interface AccountToVerify {
	readonly accountId: string;
	readonly personId: string;
	readonly passwordHash: string | null;
	readonly active: boolean;
}

/** @param normalized as `normalizeAddress` gives it. Null when no verified address is spelt so. */
export async function findAccountByAddress(read: Read | Tx, normalized: string): Promise<AccountToVerify | null> {
	const [row] = await read
		.select({ accountId: account.id, personId: account.personId, passwordHash: account.passwordHash, status: account.status })
		.from(accountEmail)
		.innerJoin(account, eq(account.id, accountEmail.accountId))
		.where(and(eq(accountEmail.normalized, normalized), isNotNull(accountEmail.verifiedAt)))
		.limit(1);
	return row ? { accountId: row.accountId, personId: row.personId, passwordHash: row.passwordHash, active: row.status === 'active' } : null;
}

export interface Contact {
	readonly personId: string;
	readonly name: string;
	readonly address: string;
	readonly locale: 'fr' | 'en';
}

/** How to write to a person; null when they have no open account. */
export async function findContact(read: Read | Tx, personId: string): Promise<Contact | null> {
	const [row] = await read
		.select({ personId: person.id, name: person.fullName, address: accountEmail.address, locale: person.locale })
		.from(person)
		.innerJoin(account, and(eq(account.personId, person.id), eq(account.status, 'active')))
		.innerJoin(accountEmail, and(eq(accountEmail.accountId, account.id), eq(accountEmail.primary, true)))
		.where(eq(person.id, personId))
		.limit(1);
	return row ?? null;
}
