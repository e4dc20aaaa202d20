import { and, asc, count, eq, isNull } from 'drizzle-orm';
import type { Read, Tx } from '#db/client.ts';
import { account } from '#db/schema/accounts.ts';
import { codeApp, failedCodes, passkey, recoveryCode } from '#db/schema/factors.ts';
import { type Attempt, checkPasskey, readShown } from '#src/adapters/passkeys/index.ts';
import { type Failures, restOfCodes } from '#src/features/factors/rules.ts';
import type { Instant } from '#src/lib/clock.ts';
import { type ExportPart, isoOf, isoOrNull } from '#src/lib/export-part.ts';

/** Whether the account has a second factor: without it a password opens no session. Recovery codes alone are none. */
export async function hasFactor(read: Read | Tx, accountId: string): Promise<boolean> {
	const [app] = await read.select({ id: codeApp.accountId }).from(codeApp).where(eq(codeApp.accountId, accountId)).limit(1);
	if (app) return true;
	const [key] = await read.select({ id: passkey.id }).from(passkey).where(eq(passkey.accountId, accountId)).limit(1);
	return key !== undefined;
}

export async function findFailures(read: Read | Tx, accountId: string): Promise<Failures | null> {
	const [row] = await read.select().from(failedCodes).where(eq(failedCodes.accountId, accountId)).limit(1);
	return row ?? null;
}

/** Seconds until one-time codes are taken again, after too many wrong ones; 0 when they are. */
export async function secondsOfRest(read: Read | Tx, accountId: string, at: Instant): Promise<number> {
	return Math.ceil(restOfCodes(await findFailures(read, accountId), at) / 1_000);
}

export interface Factors {
	readonly app: { readonly createdAt: Instant; readonly lastUsedAt: Instant | null } | null;
	readonly passkeys: readonly {
		readonly id: string;
		readonly name: string;
		readonly credentialId: string;
		readonly transports: string;
		readonly createdAt: Instant;
		readonly lastUsedAt: Instant | null;
	}[];
	readonly recoveryLeft: number;
}

/** What an account has, as its owner sees it; no secret. */
export async function readFactors(read: Read | Tx, accountId: string): Promise<Factors> {
	const [app] = await read
		.select({ createdAt: codeApp.createdAt, lastUsedAt: codeApp.lastUsedAt })
		.from(codeApp)
		.where(eq(codeApp.accountId, accountId));
	const passkeys = await read
		.select({
			id: passkey.id,
			name: passkey.name,
			credentialId: passkey.credentialId,
			transports: passkey.transports,
			createdAt: passkey.createdAt,
			lastUsedAt: passkey.lastUsedAt,
		})
		.from(passkey)
		.where(eq(passkey.accountId, accountId))
		.orderBy(asc(passkey.createdAt), asc(passkey.id));
	const [left] = await read
		.select({ value: count() })
		.from(recoveryCode)
		.where(and(eq(recoveryCode.accountId, accountId), isNull(recoveryCode.usedAt)));
	return { app: app ?? null, passkeys, recoveryLeft: left?.value ?? 0 };
}

/** A passkey whose signature holds, before its use is noted. */
export interface ShownPasskey {
	readonly id: string;
	readonly accountId: string;
	readonly personId: string;
	readonly before: number;
	readonly counter: number;
	readonly spent: string;
}

/**
 * Checks what a browser answered.
 * @param accountId whose passkey it must be; null when it is the passkey that says who it is: it must then also have checked who holds it.
 * @returns null when it is of nobody here, of someone else, or does not hold.
 */
export async function findShownPasskey(
	read: Read,
	field: string,
	attempt: Attempt,
	accountId: string | null,
	at: Instant,
): Promise<ShownPasskey | null> {
	const shown = readShown(field);
	if (!shown) return null;
	const [row] = await read
		.select({
			id: passkey.id,
			accountId: passkey.accountId,
			personId: account.personId,
			credentialId: passkey.credentialId,
			publicKey: passkey.publicKey,
			counter: passkey.counter,
		})
		.from(passkey)
		.innerJoin(account, and(eq(account.id, passkey.accountId), eq(account.status, 'active')))
		.where(eq(passkey.credentialId, shown.credentialId))
		.limit(1);
	if (!row || (accountId !== null && row.accountId !== accountId)) return null;
	if (shown.accountId !== null && shown.accountId !== row.accountId) return null;
	const checked = await checkPasskey(shown, row, attempt, at, accountId === null);
	return checked ? { id: row.id, accountId: row.accountId, personId: row.personId, before: row.counter, ...checked } : null;
}

/** A person's second steps: what they are called and when they served, never a key. */
export function factorPartsOfPerson(read: Read, personId: string): ExportPart[] {
	const dates = (row: { createdAt: Instant; lastUsedAt: Instant | null }) => ({
		createdAt: isoOf(row.createdAt),
		lastUsedAt: isoOrNull(row.lastUsedAt),
	});
	return [
		{
			name: 'code_applications',
			table: 'code_app',
			async *rows() {
				const rows = await read
					.select({ createdAt: codeApp.createdAt, lastUsedAt: codeApp.lastUsedAt })
					.from(codeApp)
					.innerJoin(account, eq(account.id, codeApp.accountId))
					.where(eq(account.personId, personId));
				for (const row of rows) yield dates(row);
			},
		},
		{
			name: 'passkeys',
			table: 'passkey',
			async *rows() {
				const rows = await read
					.select({ name: passkey.name, createdAt: passkey.createdAt, lastUsedAt: passkey.lastUsedAt })
					.from(passkey)
					.innerJoin(account, eq(account.id, passkey.accountId))
					.where(eq(account.personId, personId))
					.orderBy(asc(passkey.createdAt), asc(passkey.id));
				for (const row of rows) yield { deviceName: row.name, ...dates(row) };
			},
		},
	];
}
