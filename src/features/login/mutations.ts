import { eq, inArray, lte } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import { loginLink, loginRequest, pendingLogin } from '#db/schema/factors.ts';
import { findAccountByAddress, findContact, type Owner } from '#src/features/accounts/index.ts';
import { recordAudit } from '#src/features/audit/index.ts';
import { countWrong, forgetSpent, hasFactor, type ShownPasskey, useCode, usePasskey } from '#src/features/factors/index.ts';
import { findLoginLink, findPendingLogin } from '#src/features/login/data.ts';
import { linkMail, stepMail } from '#src/features/login/mail.ts';
import { LOGIN_LINK_LASTS, STEP_LASTS } from '#src/features/login/rules.ts';
import { queueMessage } from '#src/features/outbox/index.ts';
import { type Locale, pathOf } from '#src/i18n/routes.ts';
import type { Act } from '#src/lib/act.ts';
import type { Instant } from '#src/lib/clock.ts';
import { env } from '#src/lib/env.ts';
import type { Erased, ErasureLine } from '#src/lib/erasure.ts';
import { hashToken, newId, newToken } from '#src/lib/ids.ts';
import { type Refused, refused } from '#src/lib/refused.ts';

type Moment = Pick<Act, 'at' | 'requestId'>;

const actOf = (personId: string, moment: Moment): Act => ({ actor: { kind: 'person', personId }, ...moment });

/** The password was right. @returns the token that the browser keeps until the second step. */
export async function beginStep(tx: Tx, at: Instant, input: { readonly accountId: string; readonly next: string }): Promise<string> {
	const token = newToken();
	await tx.insert(pendingLogin).values({ tokenHash: hashToken(token), ...input, createdAt: at, expiresAt: at + STEP_LASTS });
	return token;
}

type Given = { readonly kind: 'code'; readonly code: string } | { readonly kind: 'passkey'; readonly shown: ShownPasskey };

async function give(tx: Tx, act: Act, owner: Owner, given: Given): Promise<'right' | 'wrong' | 'rest'> {
	if (given.kind === 'code') return useCode(tx, act, owner, given.code);
	return (await usePasskey(tx, act.at, given.shown)) ? 'right' : 'wrong';
}

export interface Entered {
	readonly ok: true;
	readonly accountId: string;
	readonly personId: string;
	readonly next: string;
}

/** The second step, once: of two at the same time one enters. A wrong code counts, also when it comes with others. */
export async function giveStep(
	tx: Tx,
	moment: Moment,
	token: string,
	given: Given,
): Promise<Entered | Refused<'step_gone' | 'wrong_code' | 'codes_rest' | 'passkey_refused'>> {
	const pending = await findPendingLogin(tx, token, moment.at);
	if (!pending) return refused('step_gone');
	const act = actOf(pending.personId, moment);
	const answer = await give(tx, act, pending, given);
	if (answer === 'right') {
		await tx.delete(pendingLogin).where(eq(pendingLogin.tokenHash, pending.tokenHash));
		return { ok: true, accountId: pending.accountId, personId: pending.personId, next: pending.next };
	}
	if (answer === 'rest') return refused('codes_rest');
	await tx
		.update(pendingLogin)
		.set({ tries: pending.tries + 1 })
		.where(eq(pendingLogin.tokenHash, pending.tokenHash));
	await countWrong(tx, act, pending);
	return refused(given.kind === 'code' ? 'wrong_code' : 'passkey_refused');
}

/**
 * A proof within a session: the same step, without a log-in.
 * @param repeated the other of two clicks has just given the same: it is no wrong one.
 */
export async function giveProof(tx: Tx, act: Act, owner: Owner, given: Given, repeated: boolean): Promise<'right' | 'wrong' | 'rest'> {
	const answer = await give(tx, act, owner, given);
	if (answer === 'wrong' && !repeated) await countWrong(tx, act, owner);
	return answer;
}

/** A passkey that says who it is and has checked who holds it. */
export async function enterByPasskey(
	tx: Tx,
	at: Instant,
	shown: ShownPasskey,
): Promise<{ ok: true; accountId: string; personId: string } | Refused<'passkey_refused'>> {
	if (!(await usePasskey(tx, at, shown))) return refused('passkey_refused');
	return { ok: true, accountId: shown.accountId, personId: shown.personId };
}

/** Someone asks for a link. The same row whether the address is known or not. @returns what the asking browser keeps. */
export async function askLoginLink(tx: Tx, at: Instant, input: { readonly normalized: string; readonly locale: Locale }): Promise<string> {
	const browser = newToken();
	await tx.insert(loginRequest).values({ id: newId<'login_request'>(), ...input, browserHash: hashToken(browser), createdAt: at });
	return browser;
}

const MOST_AT_ONCE = 50;

/**
 * Turns what was asked into messages, for the addresses that have an account: a link, or for whoever has a second step, how to
 * log in with it. @returns how many were looked at.
 */
export async function answerLoginRequests(tx: Tx, act: Act): Promise<number> {
	const asked = await tx.select().from(loginRequest).limit(MOST_AT_ONCE);
	for (const { id, normalized, locale, browserHash } of asked) {
		await tx.delete(loginRequest).where(eq(loginRequest.id, id));
		const found = await findAccountByAddress(tx, normalized);
		if (!found?.active) continue;
		const name = (await findContact(tx, found.personId))?.name ?? '';
		const { siteUrl } = env();
		const message = { to: { name, address: normalized }, locale, relates: { kind: 'person', id: found.personId } } as const;
		if (await hasFactor(tx, found.accountId)) {
			await queueMessage(tx, act, {
				...message,
				dedupeKey: `login.step:${id}`,
				template: 'login.step',
				content: stepMail(locale, { name, url: `${siteUrl}${pathOf('login', locale)}` }),
			});
			continue;
		}
		const token = newToken();
		await tx.insert(loginLink).values({
			tokenHash: hashToken(token),
			accountId: found.accountId,
			browserHash,
			createdAt: act.at,
			expiresAt: act.at + LOGIN_LINK_LASTS,
		});
		await queueMessage(tx, act, {
			...message,
			dedupeKey: `login.link:${hashToken(token)}`,
			template: 'login.link',
			content: linkMail(locale, { name, url: `${siteUrl}${pathOf('loginLinkOpen', locale, { token })}` }),
		});
	}
	return asked.length;
}

/** Logs in through a mailed link, once. A second step set up since closes it. */
export async function enterByLink(
	tx: Tx,
	moment: Moment,
	input: { readonly token: string; readonly browser: string; readonly confirmed: boolean },
): Promise<{ ok: true; accountId: string; personId: string } | Refused<'dead_link' | 'confirm_first'>> {
	const found = await findLoginLink(tx, input.token, input.browser, moment.at);
	if (!found || (await hasFactor(tx, found.accountId))) return refused('dead_link');
	if (!found.sameBrowser && !input.confirmed) return refused('confirm_first');
	// All that were mailed: one log-in was wanted.
	await tx.delete(loginLink).where(eq(loginLink.accountId, found.accountId));
	await recordAudit(tx, actOf(found.personId, moment), { action: 'login.by_link', subject: { kind: 'person', id: found.personId } });
	return { ok: true, accountId: found.accountId, personId: found.personId };
}

/** What is too old to serve. @returns how many rows. */
export async function forgetLogins(tx: Tx, at: Instant): Promise<number> {
	const steps = await tx.delete(pendingLogin).where(lte(pendingLogin.expiresAt, at)).returning({ hash: pendingLogin.tokenHash });
	const links = await tx.delete(loginLink).where(lte(loginLink.expiresAt, at)).returning({ hash: loginLink.tokenHash });
	return steps.length + links.length + (await forgetSpent(tx, at));
}

/** Log-ins that an account began: none of them goes on. @returns how many of each kind. */
export async function dropLogins(tx: Tx, accountId: string): Promise<{ steps: number; links: number }> {
	const steps = await tx.delete(pendingLogin).where(eq(pendingLogin.accountId, accountId)).returning({ hash: pendingLogin.tokenHash });
	const links = await tx.delete(loginLink).where(eq(loginLink.accountId, accountId)).returning({ hash: loginLink.tokenHash });
	return { steps: steps.length, links: links.length };
}

/** Log-ins under way of someone who is erased, and what asked for a link at one of their addresses. */
export async function erasePerson(tx: Tx, _act: Act, who: Erased): Promise<ErasureLine[]> {
	const asked = await tx
		.delete(loginRequest)
		.where(inArray(loginRequest.normalized, [...who.normalized]))
		.returning({ id: loginRequest.id });
	const { steps, links } = who.accountId === null ? { steps: 0, links: 0 } : await dropLogins(tx, who.accountId);
	return [
		{ table: 'login_request', how: 'deleted', count: asked.length },
		{ table: 'pending_login', how: 'deleted', count: steps },
		{ table: 'login_link', how: 'deleted', count: links },
	];
}
