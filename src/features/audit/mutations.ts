import type { Tx } from '#db/client.ts';
import { auditEvent } from '#db/schema/audit.ts';
import { findLastLink } from '#src/features/audit/data.ts';
import { hashedValues } from '#src/features/audit/rules.ts';
import type { Messages } from '#src/i18n/messages.ts';
import { type Act, actorId } from '#src/lib/act.ts';
import { CHAIN_START, chainHash } from '#src/lib/chain.ts';
import { newId } from '#src/lib/ids.ts';

/** What can be done: each has its sentence in src/i18n, or it does not compile. Tests make up their own. */
export type AuditAction = keyof Messages['trail']['actions'] | `test.${string}`;

export interface AuditEntry {
	/** `slice.verb`, as in `membership.accept_application`. */
	readonly action: AuditAction;
	readonly subject: { readonly kind: string; readonly id: string };
	readonly organisationId?: string | null;
	/** What changed. No names, addresses, texts or tokens: ids, states, amounts. */
	readonly delta?: Readonly<Record<string, string | number | boolean | null>>;
}

/** Appends to the trail, in the transaction of the change it tells of. */
export async function recordAudit(tx: Tx, act: Act, entry: AuditEntry): Promise<void> {
	const last = await findLastLink(tx);
	const row = {
		seq: (last?.seq ?? 0) + 1,
		id: newId<'audit_event'>(),
		at: act.at,
		actorKind: act.actor.kind,
		actorId: actorId(act.actor),
		actingForId: act.actingFor ?? null,
		action: entry.action,
		subjectKind: entry.subject.kind,
		subjectId: entry.subject.id,
		organisationId: entry.organisationId ?? null,
		requestId: act.requestId,
		delta: JSON.stringify(entry.delta ?? {}),
		prevHash: last?.hash ?? CHAIN_START,
	};
	await tx.insert(auditEvent).values({ ...row, hash: chainHash(row.prevHash, hashedValues(row)) });
}
