import { desc, eq, sql } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import { counter } from '#db/schema/membership.ts';
import { confidentialityIncident as incident } from '#db/schema/privacy.ts';
import type { Grant } from '#src/features/access/index.ts';
import { recordAudit } from '#src/features/audit/index.ts';
import type { IncidentInput } from '#src/features/confidentiality/schema.ts';
import type { Act } from '#src/lib/act.ts';
import { civilDateOf } from '#src/lib/clock.ts';
import { newId } from '#src/lib/ids.ts';

async function nextNumber(tx: Tx, name: string): Promise<number> {
	const [row] = await tx
		.insert(counter)
		.values({ name, value: 1 })
		.onConflictDoUpdate({ target: counter.name, set: { value: sql`${counter.value} + 1` } })
		.returning({ value: counter.value });
	if (!row) throw new Error(`the counter ${name} gave no number`);
	return row.value;
}

const written = (tx: Tx, submissionKey: string) =>
	tx.select({ number: incident.number }).from(incident).where(eq(incident.submissionKey, submissionKey)).limit(1);

/** Enters an incident in the register. The same form sent twice enters it once. @returns its number. */
export async function recordIncident(
	tx: Tx,
	act: Act,
	grant: Grant<'confidentiality.manage'>,
	input: IncidentInput & { readonly submissionKey: string },
): Promise<string> {
	const [known] = await written(tx, input.submissionKey);
	if (known) return known.number;
	const year = civilDateOf(act.at).slice(0, 4);
	const number = `I-${year}-${String(await nextNumber(tx, `incident-${year}`)).padStart(4, '0')}`;
	const id = newId<'confidentiality_incident'>();
	await tx.insert(incident).values({ id, number, revision: 1, ...input, correction: '', recordedBy: grant.personId, createdAt: act.at });
	await recordAudit(tx, act, {
		action: 'confidentiality.record',
		subject: { kind: 'confidentiality_incident', id },
		delta: { number, risk: input.risk },
	});
	return number;
}

/** A correction: the whole entry again beside the one before. `stale`: someone corrected it meanwhile. */
export async function correctIncident(
	tx: Tx,
	act: Act,
	grant: Grant<'confidentiality.manage'>,
	number: string,
	{ revision, ...input }: IncidentInput & { readonly submissionKey: string; readonly correction: string; readonly revision: number },
): Promise<{ ok: true } | { ok: false; reason: 'not_found' | 'stale' }> {
	const [known] = await written(tx, input.submissionKey);
	if (known) return known.number === number ? { ok: true } : { ok: false, reason: 'stale' };
	const [last] = await tx
		.select({ revision: incident.revision })
		.from(incident)
		.where(eq(incident.number, number))
		.orderBy(desc(incident.revision))
		.limit(1);
	if (!last) return { ok: false, reason: 'not_found' };
	if (last.revision !== revision) return { ok: false, reason: 'stale' };
	const id = newId<'confidentiality_incident'>();
	await tx.insert(incident).values({ id, number, revision: revision + 1, ...input, recordedBy: grant.personId, createdAt: act.at });
	await recordAudit(tx, act, {
		action: 'confidentiality.correct',
		subject: { kind: 'confidentiality_incident', id },
		delta: { number, revision: revision + 1, risk: input.risk },
	});
	return { ok: true };
}
