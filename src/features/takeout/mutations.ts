import { eq, lte } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import { downloadTicket } from '#db/schema/privacy.ts';
import { recordAudit } from '#src/features/audit/index.ts';
import { findTicket } from '#src/features/takeout/data.ts';
import { TICKET_LASTS } from '#src/features/takeout/rules.ts';
import type { Act } from '#src/lib/act.ts';
import type { Erased, ErasureLine } from '#src/lib/erasure.ts';
import { hashToken, newToken } from '#src/lib/ids.ts';

/** Lets a session fetch one archive. @param organisationId null for the person's own. @returns the token, of which the hash is kept. */
export async function giveTicket(
	tx: Tx,
	act: Act,
	input: { readonly accountId: string; readonly personId: string; readonly sessionId: string; readonly organisationId: string | null },
): Promise<string> {
	const token = newToken();
	const { accountId, personId, sessionId, organisationId } = input;
	await tx.insert(downloadTicket).values({
		tokenHash: hashToken(token),
		accountId,
		sessionHash: hashToken(sessionId),
		organisationId,
		createdAt: act.at,
		expiresAt: act.at + TICKET_LASTS,
	});
	await recordAudit(tx, act, {
		action: organisationId === null ? 'takeout.person' : 'takeout.group',
		subject: organisationId === null ? { kind: 'person', id: personId } : { kind: 'organisation', id: organisationId },
		organisationId,
	});
	return token;
}

/** Uses a ticket up. @returns what it opens, once; null for one that opens nothing (any more, or here). */
export async function useTicket(
	tx: Tx,
	input: { readonly token: string; readonly sessionId: string; readonly at: number },
): Promise<{ organisationId: string | null } | null> {
	const found = await findTicket(tx, input);
	if (!found) return null;
	await tx.delete(downloadTicket).where(eq(downloadTicket.tokenHash, found.tokenHash));
	return { organisationId: found.organisationId };
}

/** @returns how many. */
export async function forgetTickets(tx: Tx, at: number): Promise<number> {
	const gone = await tx.delete(downloadTicket).where(lte(downloadTicket.expiresAt, at)).returning({ hash: downloadTicket.tokenHash });
	return gone.length;
}

export async function erasePerson(tx: Tx, _act: Act, who: Erased): Promise<ErasureLine[]> {
	if (who.accountId === null) return [];
	const gone = await tx
		.delete(downloadTicket)
		.where(eq(downloadTicket.accountId, who.accountId))
		.returning({ hash: downloadTicket.tokenHash });
	return [{ table: 'download_ticket', how: 'deleted', count: gone.length }];
}
