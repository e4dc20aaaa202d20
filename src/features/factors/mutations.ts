import { randomBytes } from 'node:crypto';
import { and, eq, isNull, lte } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import { codeApp, failedCodes, passkey, recoveryCode, spentOnce } from '#db/schema/factors.ts';
import { codeAddress, codeOfStep, newCodeSecret } from '#src/adapters/one-time-codes/index.ts';
import { CHALLENGE_LASTS, type NewPasskey } from '#src/adapters/passkeys/index.ts';
import { seal, unseal } from '#src/adapters/secrets/index.ts';
import { endSessionsOf, forgetFactors, noteProof, type SessionCookie } from '#src/adapters/sessions/index.ts';
import { holdsCoopRole } from '#src/features/access/index.ts';
import { type Change, type Owner, tellOwner } from '#src/features/accounts/index.ts';
import { type AuditAction, recordAudit } from '#src/features/audit/index.ts';
import { findFailures, hasFactor, readFactors, type ShownPasskey } from '#src/features/factors/data.ts';
import {
	findStep,
	MOST_PASSKEYS,
	oneMore,
	RECOVERY_BYTES,
	RECOVERY_CODES,
	readCode,
	readRecoveryCode,
	restOfCodes,
	SETUP_LASTS,
	TELL_AFTER,
	writeRecoveryCode,
} from '#src/features/factors/rules.ts';
import type { Act } from '#src/lib/act.ts';
import { civilDateOf, DAY, type Instant } from '#src/lib/clock.ts';
import type { Erased, ErasureLine } from '#src/lib/erasure.ts';
import { hashToken, newId } from '#src/lib/ids.ts';
import { type Refused, refused } from '#src/lib/refused.ts';

/** Whose account it is, and the session it is changed in. */
export interface Holder extends Owner {
	readonly sessionId: string;
}

const appContext = (accountId: string) => `code app ${accountId}`;
const setupContext = (accountId: string) => `code app to confirm ${accountId}`;
const recoveryContext = (accountId: string) => `recovery codes to keep ${accountId}`;

async function note(tx: Tx, act: Act, owner: Owner, action: AuditAction, change: Change): Promise<void> {
	await recordAudit(tx, act, { action, subject: { kind: 'person', id: owner.personId } });
	await tellOwner(tx, act, owner, change);
}

/** @returns false when it had served before. */
async function spend(tx: Tx, hash: string, expiresAt: Instant): Promise<boolean> {
	const [row] = await tx.insert(spentOnce).values({ hash, expiresAt }).onConflictDoNothing().returning({ hash: spentOnce.hash });
	return row !== undefined;
}

/** The account has a second factor from now on: sessions opened without one end, and this one holds it, under a new id. */
async function begin(tx: Tx, act: Act, holder: Holder, had: boolean): Promise<SessionCookie | null> {
	if (!had) await endSessionsOf(tx, holder.accountId, holder.sessionId);
	return noteProof(tx, holder.sessionId, act.at, true);
}

/** @param cookie to send; null when the session has ended meanwhile. @param first the account had none before. */
export interface Added {
	readonly ok: true;
	readonly first: boolean;
	readonly cookie: SessionCookie | null;
}

/**
 * What the page that adds an application shows. Nothing is kept of it here: the secret comes back, sealed, with the first code.
 * @param address how the application will name the account.
 */
export function draftApp(
	accountId: string,
	address: string,
	at: Instant,
	sealed?: string,
): { secret: string; sealed: string; uri: string } {
	const before = sealed === undefined ? null : openDraft(setupContext(accountId), sealed, at);
	const secret = before ?? newCodeSecret();
	return {
		secret,
		sealed: before !== null && sealed !== undefined ? sealed : sealDraft(setupContext(accountId), secret, at),
		uri: codeAddress(secret, address),
	};
}

const sealDraft = (context: string, text: string, at: Instant) => seal(context, `${at} ${text}`);

function openDraft(context: string, sealed: string, at: Instant): string | null {
	const [made = '', text = ''] = unseal(context, sealed)?.split(' ') ?? [];
	return text !== '' && at - Number(made) < SETUP_LASTS && Number(made) <= at ? text : null;
}

/** Adds an application, once it has shown that it makes the right codes. */
export async function addApp(
	tx: Tx,
	act: Act,
	holder: Holder,
	input: { readonly sealed: string; readonly code: string },
): Promise<Added | Refused<'setup_expired' | 'wrong_code' | 'app_exists'>> {
	const secret = openDraft(setupContext(holder.accountId), input.sealed, act.at);
	if (secret === null) return refused('setup_expired');
	const code = readCode(input.code);
	const step = code === null ? null : findStep(code, (one) => codeOfStep(secret, one), act.at, 0);
	if (step === null) return refused('wrong_code');
	const had = await hasFactor(tx, holder.accountId);
	if (!(await spend(tx, hashToken(input.sealed), act.at + SETUP_LASTS))) return refused('setup_expired');
	const [row] = await tx
		.insert(codeApp)
		.values({ accountId: holder.accountId, secret: seal(appContext(holder.accountId), secret), lastStep: step, createdAt: act.at })
		.onConflictDoNothing()
		.returning({ accountId: codeApp.accountId });
	if (!row) return refused('app_exists');
	const cookie = await begin(tx, act, holder, had);
	await note(tx, act, holder, 'factors.add_app', { kind: 'app_added' });
	return { ok: true, first: !had, cookie };
}

export async function addPasskey(
	tx: Tx,
	act: Act,
	holder: Holder,
	input: { readonly name: string; readonly key: NewPasskey },
): Promise<Added | Refused<'passkey_refused' | 'too_many_passkeys'>> {
	const { spent, ...key } = input.key;
	if (!(await spend(tx, spent, act.at + CHALLENGE_LASTS))) return refused('passkey_refused');
	const had = await hasFactor(tx, holder.accountId);
	if ((await tx.$count(passkey, eq(passkey.accountId, holder.accountId))) >= MOST_PASSKEYS) return refused('too_many_passkeys');
	const [row] = await tx
		.insert(passkey)
		.values({ id: newId<'passkey'>(), accountId: holder.accountId, name: input.name, ...key, createdAt: act.at })
		.onConflictDoNothing()
		.returning({ id: passkey.id });
	if (!row) return refused('passkey_refused');
	const cookie = await begin(tx, act, holder, had);
	await note(tx, act, holder, 'factors.add_passkey', { kind: 'passkey_added', name: input.name });
	return { ok: true, first: !had, cookie };
}

/** What stays when one is taken away: the last one of somebody who works in the network does not go. */
async function canLose(tx: Tx, act: Act, owner: Owner): Promise<'yes' | 'last' | 'required'> {
	const { app, passkeys } = await readFactors(tx, owner.accountId);
	if ((app ? 1 : 0) + passkeys.length > 1) return 'yes';
	return (await holdsCoopRole(tx, owner.personId, civilDateOf(act.at))) ? 'required' : 'last';
}

/** Deletes every second step of an account. @returns how many rows of each table. */
export async function dropFactors(tx: Tx, accountId: string): Promise<{ apps: number; passkeys: number; recoveryCodes: number }> {
	const apps = await tx.delete(codeApp).where(eq(codeApp.accountId, accountId)).returning({ id: codeApp.accountId });
	const passkeys = await tx.delete(passkey).where(eq(passkey.accountId, accountId)).returning({ id: passkey.id });
	const codes = await tx.delete(recoveryCode).where(eq(recoveryCode.accountId, accountId)).returning({ id: recoveryCode.codeHash });
	return { apps: apps.length, passkeys: passkeys.length, recoveryCodes: codes.length };
}

async function forgetAll(tx: Tx, accountId: string): Promise<void> {
	await dropFactors(tx, accountId);
	await tx.delete(failedCodes).where(eq(failedCodes.accountId, accountId));
	await forgetFactors(tx, accountId);
}

export async function removeApp(tx: Tx, act: Act, owner: Owner): Promise<{ ok: true } | Refused<'not_found' | 'factor_required'>> {
	const [row] = await tx.select({ id: codeApp.accountId }).from(codeApp).where(eq(codeApp.accountId, owner.accountId));
	if (!row) return refused('not_found');
	const lose = await canLose(tx, act, owner);
	if (lose === 'required') return refused('factor_required');
	if (lose === 'last') await forgetAll(tx, owner.accountId);
	else await tx.delete(codeApp).where(eq(codeApp.accountId, owner.accountId));
	await note(tx, act, owner, 'factors.remove_app', { kind: 'app_removed' });
	return { ok: true };
}

export async function removePasskey(
	tx: Tx,
	act: Act,
	owner: Owner,
	id: string,
): Promise<{ ok: true } | Refused<'not_found' | 'factor_required'>> {
	const own = and(eq(passkey.id, id), eq(passkey.accountId, owner.accountId));
	const [row] = await tx.select({ name: passkey.name }).from(passkey).where(own);
	if (!row) return refused('not_found');
	const lose = await canLose(tx, act, owner);
	if (lose === 'required') return refused('factor_required');
	if (lose === 'last') await forgetAll(tx, owner.accountId);
	else await tx.delete(passkey).where(own);
	await note(tx, act, owner, 'factors.remove_passkey', { kind: 'passkey_removed', name: row.name });
	return { ok: true };
}

/** New recovery codes, shown and sealed: they serve once their owner says that they kept them. */
export function draftRecoveryCodes(accountId: string, at: Instant): { codes: readonly string[]; sealed: string } {
	const codes = Array.from({ length: RECOVERY_CODES }, () => writeRecoveryCode(randomBytes(RECOVERY_BYTES)));
	return { codes, sealed: sealDraft(recoveryContext(accountId), codes.join(','), at) };
}

/** From now on these serve, and those before do not. */
export async function keepRecoveryCodes(
	tx: Tx,
	act: Act,
	owner: Owner,
	sealed: string,
): Promise<{ ok: true } | Refused<'setup_expired' | 'no_factor'>> {
	const codes = openDraft(recoveryContext(owner.accountId), sealed, act.at);
	if (codes === null) return refused('setup_expired');
	if (!(await hasFactor(tx, owner.accountId))) return refused('no_factor');
	if (!(await spend(tx, hashToken(sealed), act.at + SETUP_LASTS))) return refused('setup_expired');
	await tx.delete(recoveryCode).where(eq(recoveryCode.accountId, owner.accountId));
	await tx.insert(recoveryCode).values(
		codes.split(',').map((code) => ({
			codeHash: hashToken(readRecoveryCode(code) ?? ''),
			accountId: owner.accountId,
			createdAt: act.at,
		})),
	);
	await note(tx, act, owner, 'factors.make_recovery_codes', { kind: 'recovery_made' });
	return { ok: true };
}

async function useAppCode(tx: Tx, at: Instant, accountId: string, code: string): Promise<boolean> {
	const [app] = await tx.select().from(codeApp).where(eq(codeApp.accountId, accountId));
	const secret = app ? unseal(appContext(accountId), app.secret) : null;
	if (!app || secret === null) return false;
	const step = findStep(code, (one) => codeOfStep(secret, one), at, app.lastStep);
	if (step === null) return false;
	const used = await tx
		.update(codeApp)
		.set({ lastStep: step, lastUsedAt: at })
		.where(and(eq(codeApp.accountId, accountId), eq(codeApp.lastStep, app.lastStep)))
		.returning({ accountId: codeApp.accountId });
	return used.length === 1;
}

async function useRecoveryCode(tx: Tx, act: Act, owner: Owner, code: string): Promise<boolean> {
	const used = await tx
		.update(recoveryCode)
		.set({ usedAt: act.at })
		.where(and(eq(recoveryCode.codeHash, hashToken(code)), eq(recoveryCode.accountId, owner.accountId), isNull(recoveryCode.usedAt)))
		.returning({ codeHash: recoveryCode.codeHash });
	if (used.length === 0) return false;
	const { recoveryLeft } = await readFactors(tx, owner.accountId);
	await note(tx, act, owner, 'factors.use_recovery_code', { kind: 'recovery_used', left: recoveryLeft });
	return true;
}

/**
 * Takes a one-time code or a recovery code, which then serves no more.
 * @returns `rest` for a one-time code, right or wrong, while there were too many wrong ones; a recovery code is taken all the same.
 */
export async function useCode(tx: Tx, act: Act, owner: Owner, typed: string): Promise<'right' | 'wrong' | 'rest'> {
	const code = readCode(typed);
	if (code !== null) {
		if (restOfCodes(await findFailures(tx, owner.accountId), act.at) > 0) return 'rest';
		return (await useAppCode(tx, act.at, owner.accountId, code)) ? 'right' : 'wrong';
	}
	const recovery = readRecoveryCode(typed);
	return recovery !== null && (await useRecoveryCode(tx, act, owner, recovery)) ? 'right' : 'wrong';
}

/**
 * Notes a wrong answer on the account, wherever it was given: a right one between two does not undo it, or whoever guesses would
 * begin again with each log-in of the owner. The owner is told once a day, at the fifth.
 */
export async function countWrong(tx: Tx, act: Act, owner: Owner): Promise<void> {
	const before = await findFailures(tx, owner.accountId);
	// Those of a recovery code meanwhile do not make the rest of the others longer.
	if (restOfCodes(before, act.at) > 0) return;
	const failures = oneMore(before, act.at);
	await tx
		.insert(failedCodes)
		.values({ accountId: owner.accountId, ...failures })
		.onConflictDoUpdate({ target: failedCodes.accountId, set: failures });
	if (failures.count === TELL_AFTER) await note(tx, act, owner, 'login.fail_step', { kind: 'step_failed' });
}

/** Takes a passkey's answer, which then serves no more. @returns false when it had served, or when another was counted since. */
export async function usePasskey(tx: Tx, at: Instant, shown: ShownPasskey): Promise<boolean> {
	if (!(await spend(tx, shown.spent, at + CHALLENGE_LASTS))) return false;
	const used = await tx
		.update(passkey)
		.set({ counter: shown.counter, lastUsedAt: at })
		.where(and(eq(passkey.id, shown.id), eq(passkey.counter, shown.before)))
		.returning({ id: passkey.id });
	return used.length === 1;
}

/** Someone lost everything, and an operator made sure of who they are: no second factor is left and every session ends. */
export async function resetFactors(tx: Tx, act: Act, owner: Owner): Promise<{ sessionsEnded: number }> {
	await forgetAll(tx, owner.accountId);
	const sessionsEnded = await endSessionsOf(tx, owner.accountId, null);
	await note(tx, act, owner, 'factors.reset', { kind: 'factors_reset' });
	return { sessionsEnded };
}

/** An application whose secret is known: for the demonstration, which says it. */
export async function addKnownApp(tx: Tx, at: Instant, accountId: string, secret: string): Promise<void> {
	await tx.insert(codeApp).values({ accountId, secret: seal(appContext(accountId), secret), lastStep: 0, createdAt: at });
}

/** What served and is too old to be shown again. @returns how many rows. */
export async function forgetSpent(tx: Tx, at: Instant): Promise<number> {
	const gone = await tx.delete(spentOnce).where(lte(spentOnce.expiresAt, at)).returning({ hash: spentOnce.hash });
	await tx.delete(failedCodes).where(lte(failedCodes.since, at - DAY));
	return gone.length;
}

/** What someone who is erased proved their account with. */
export async function erasePerson(tx: Tx, _act: Act, who: Erased): Promise<ErasureLine[]> {
	if (who.accountId === null) return [];
	const { apps, passkeys, recoveryCodes } = await dropFactors(tx, who.accountId);
	const failed = await tx.delete(failedCodes).where(eq(failedCodes.accountId, who.accountId)).returning({ id: failedCodes.accountId });
	return [
		{ table: 'code_app', how: 'deleted', count: apps },
		{ table: 'passkey', how: 'deleted', count: passkeys },
		{ table: 'recovery_code', how: 'deleted', count: recoveryCodes },
		{ table: 'failed_codes', how: 'deleted', count: failed.length },
	];
}
