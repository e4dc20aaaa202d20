import { and, asc, desc, eq, gt, isNotNull, isNull } from 'drizzle-orm';
import type { Read, Tx } from '#db/client.ts';
import { account, accountEmail, accountLink, person, session } from '#db/schema/accounts.ts';
import { loadAccess } from '#src/features/access/index.ts';
import type { CivilDate, Instant } from '#src/lib/clock.ts';
import { type ExportPart, isoOf, isoOrNull } from '#src/lib/export-part.ts';
import { hashToken } from '#src/lib/ids.ts';

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

export interface AccountPage {
	readonly fullName: string;
	readonly locale: 'fr' | 'en';
	readonly version: number;
	readonly hasPassword: boolean;
	/** The one we write to first. */
	readonly addresses: readonly {
		readonly id: string;
		readonly address: string;
		readonly primary: boolean;
		readonly verifiedAt: Instant | null;
	}[];
}

/** What the owner of an account sees and may change. @throws when there is no such account. */
export async function readAccount(read: Read | Tx, accountId: string): Promise<AccountPage> {
	const [row] = await read
		.select({ fullName: person.fullName, locale: person.locale, version: account.version, passwordHash: account.passwordHash })
		.from(account)
		.innerJoin(person, eq(person.id, account.personId))
		.where(eq(account.id, accountId));
	if (!row) throw new Error('a session without its account');
	const addresses = await read
		.select({ id: accountEmail.id, address: accountEmail.address, primary: accountEmail.primary, verifiedAt: accountEmail.verifiedAt })
		.from(accountEmail)
		.where(eq(accountEmail.accountId, accountId))
		.orderBy(desc(accountEmail.primary), asc(accountEmail.createdAt));
	const { passwordHash, ...rest } = row;
	return { ...rest, hasPassword: passwordHash !== null, addresses };
}

async function findLink(read: Read | Tx, token: string, purpose: 'password' | 'address', at: Instant) {
	const [row] = await read
		.select({
			tokenHash: accountLink.tokenHash,
			accountId: accountLink.accountId,
			personId: account.personId,
			fullName: person.fullName,
			emailId: accountLink.emailId,
			address: accountEmail.address,
			verifiedAt: accountEmail.verifiedAt,
		})
		.from(accountLink)
		.innerJoin(account, and(eq(account.id, accountLink.accountId), eq(account.status, 'active')))
		.innerJoin(person, eq(person.id, account.personId))
		.leftJoin(accountEmail, eq(accountEmail.id, accountLink.emailId))
		.where(
			and(
				eq(accountLink.tokenHash, hashToken(token)),
				eq(accountLink.purpose, purpose),
				isNull(accountLink.usedAt),
				gt(accountLink.expiresAt, at),
			),
		)
		.limit(1);
	return row ?? null;
}

/** Whose password a link may change; null once it served or is too old. */
export async function findPasswordLink(
	read: Read | Tx,
	token: string,
	at: Instant,
): Promise<{ tokenHash: string; accountId: string; personId: string; fullName: string } | null> {
	const row = await findLink(read, token, 'password', at);
	return row && { tokenHash: row.tokenHash, accountId: row.accountId, personId: row.personId, fullName: row.fullName };
}

/** The address a link proves, and whose it becomes; null once it served, is too old, or the address was taken off the account. */
export async function findAddressLink(
	read: Read | Tx,
	token: string,
	at: Instant,
): Promise<{ tokenHash: string; accountId: string; personId: string; emailId: string; address: string } | null> {
	const row = await findLink(read, token, 'address', at);
	if (!row || row.emailId === null || row.address === null) return null;
	const { tokenHash, accountId, personId, emailId, address } = row;
	return { tokenHash, accountId, personId, emailId, address };
}

/** Addresses proven to be a person's, in the form to compare and as typed. */
export async function listProvenAddresses(read: Read | Tx, personId: string): Promise<{ address: string; normalized: string }[]> {
	return read
		.select({ address: accountEmail.address, normalized: accountEmail.normalized })
		.from(accountEmail)
		.innerJoin(account, eq(account.id, accountEmail.accountId))
		.where(and(eq(account.personId, personId), isNotNull(accountEmail.verifiedAt)))
		.orderBy(desc(accountEmail.primary), asc(accountEmail.createdAt));
}

/** A person and their account; null when there is no such person. */
export async function findPerson(
	read: Read | Tx,
	personId: string,
): Promise<{ fullName: string; locale: 'fr' | 'en'; erasedAt: Instant | null; accountId: string | null } | null> {
	const [row] = await read
		.select({ fullName: person.fullName, locale: person.locale, erasedAt: person.erasedAt, accountId: account.id })
		.from(person)
		.leftJoin(account, eq(account.personId, person.id))
		.where(eq(person.id, personId))
		.limit(1);
	return row ?? null;
}

/** What is known of a person and how they log in; no password, no secret of a session. */
export function accountPartsOfPerson(read: Read, personId: string): ExportPart[] {
	return [
		{
			name: 'person',
			table: 'person',
			async *rows() {
				const rows = await read.select().from(person).where(eq(person.id, personId));
				for (const { fullName, locale, createdAt } of rows) yield { fullName, locale, createdAt: isoOf(createdAt) };
			},
		},
		{
			name: 'account',
			table: 'account',
			async *rows() {
				const rows = await read.select().from(account).where(eq(account.personId, personId));
				for (const { status, passwordHash, createdAt } of rows)
					yield { status, hasPassword: passwordHash !== null, createdAt: isoOf(createdAt) };
			},
		},
		{
			name: 'addresses',
			table: 'account_email',
			async *rows() {
				const rows = await read
					.select({ row: accountEmail })
					.from(accountEmail)
					.innerJoin(account, eq(account.id, accountEmail.accountId))
					.where(eq(account.personId, personId))
					.orderBy(asc(accountEmail.createdAt));
				for (const { row } of rows)
					yield { address: row.address, primary: row.primary, verifiedAt: isoOrNull(row.verifiedAt), createdAt: isoOf(row.createdAt) };
			},
		},
		{
			name: 'sessions',
			table: 'session',
			async *rows() {
				const rows = await read
					.select({ row: session })
					.from(session)
					.innerJoin(account, eq(account.id, session.accountId))
					.where(eq(account.personId, personId))
					.orderBy(asc(session.createdAt));
				for (const { row } of rows)
					yield {
						device: row.device,
						network: row.network,
						createdAt: isoOf(row.createdAt),
						lastUsedAt: isoOrNull(row.lastUsedAt),
						expiresAt: isoOf(row.expiresAt),
					};
			},
		},
	];
}

/** What anyone would try first as a password: the person's names and addresses, and the names of the groups they serve. */
export async function listOwnWords(
	read: Read,
	who: { readonly accountId: string; readonly personId: string },
	on: CivilDate,
): Promise<string[]> {
	const [{ fullName, addresses }, { groups }] = await Promise.all([readAccount(read, who.accountId), loadAccess(read, who.personId, on)]);
	return ['koumbit', fullName, ...addresses.map(({ address }) => address), ...groups.map(({ usualName }) => usualName)];
}
