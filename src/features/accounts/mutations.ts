import type { Tx } from '#db/client.ts';
import { account, accountEmail, person } from '#db/schema/accounts.ts';
import { recordAudit } from '#src/features/audit/index.ts';
import type { Act } from '#src/lib/act.ts';
import { newId } from '#src/lib/ids.ts';

export interface NewAccount {
	readonly fullName: string;
	readonly locale: 'fr' | 'en';
	readonly address: string;
	readonly normalized: string;
	readonly passwordHash: string;
}

/** A person with an open account. The caller has proof that the address is theirs (they followed a link sent to it). */
export async function createAccount(tx: Tx, act: Act, input: NewAccount): Promise<{ personId: string; accountId: string }> {
	const personId = newId<'person'>();
	const accountId = newId<'account'>();
	await tx.insert(person).values({ id: personId, fullName: input.fullName, locale: input.locale, createdAt: act.at });
	await tx.insert(account).values({ id: accountId, personId, passwordHash: input.passwordHash, status: 'active', createdAt: act.at });
	await tx.insert(accountEmail).values({
		id: newId<'account_email'>(),
		accountId,
		address: input.address,
		normalized: input.normalized,
		primary: true,
		verifiedAt: act.at,
		createdAt: act.at,
	});
	await recordAudit(tx, act, { action: 'accounts.create', subject: { kind: 'person', id: personId } });
	return { personId, accountId };
}
