import type { Tx } from '#db/client.ts';
import { consent } from '#db/schema/privacy.ts';
import { readPurposes } from '#src/adapters/settings/index.ts';
import { recordAudit } from '#src/features/audit/index.ts';
import { loadConsents } from '#src/features/consents/data.ts';
import type { Act } from '#src/lib/act.ts';
import { newId } from '#src/lib/ids.ts';

type Outcome<R extends string> = { readonly ok: true } | { readonly ok: false; readonly reason: R };

/** Agrees to a purpose, in the text that stands today. Agreeing twice is agreeing once. */
export async function giveConsent(
	tx: Tx,
	act: Act,
	personId: string,
	input: { readonly purpose: string; readonly version: string },
): Promise<Outcome<'not_found' | 'stale'>> {
	const found = (await loadConsents(tx, personId)).standings.find(({ purpose }) => purpose.id === input.purpose);
	if (!found) return { ok: false, reason: 'not_found' };
	// The text changed since the page was shown: they agree to what they read, so they read it first.
	if (found.purpose.version !== input.version) return { ok: false, reason: 'stale' };
	if (found.standing === 'given') return { ok: true };
	await add(tx, act, personId, { ...input, act: 'given' });
	return { ok: true };
}

/** Takes back what one is free to give. */
export async function withdrawConsent(
	tx: Tx,
	act: Act,
	personId: string,
	purposeId: string,
): Promise<Outcome<'not_found' | 'necessary_purpose'>> {
	const found = (await loadConsents(tx, personId)).standings.find(({ purpose }) => purpose.id === purposeId);
	if (!found) return { ok: false, reason: 'not_found' };
	if (found.purpose.necessary) return { ok: false, reason: 'necessary_purpose' };
	if (found.standing === 'withdrawn' || found.standing === 'never') return { ok: true };
	await add(tx, act, personId, { purpose: purposeId, version: found.last?.version ?? found.purpose.version, act: 'withdrawn' });
	return { ok: true };
}

async function add(
	tx: Tx,
	act: Act,
	personId: string,
	row: { readonly purpose: string; readonly version: string; readonly act: 'given' | 'withdrawn' },
): Promise<void> {
	await tx.insert(consent).values({ id: newId<'consent'>(), personId, ...row, how: 'account', at: act.at });
	await recordAudit(tx, act, {
		action: row.act === 'given' ? 'consents.give' : 'consents.withdraw',
		subject: { kind: 'person', id: personId },
		delta: { purpose: row.purpose, version: row.version },
	});
}

/** The form's consent enters the record when the application it came with is accepted; once. */
export async function keepApplicationConsent(
	tx: Tx,
	application: { readonly id: string; readonly consentVersion: string | null; readonly consentAt: number | null },
): Promise<void> {
	const { id, consentVersion, consentAt } = application;
	if (consentVersion === null || consentAt === null) return;
	for (const { id: purpose } of readPurposes().filter(({ necessary }) => necessary)) {
		await tx
			.insert(consent)
			.values({
				id: newId<'consent'>(),
				applicationId: id,
				purpose,
				version: consentVersion,
				act: 'given',
				how: 'application',
				at: consentAt,
			})
			.onConflictDoNothing();
	}
}
