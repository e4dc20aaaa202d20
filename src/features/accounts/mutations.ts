import { and, eq, inArray, isNotNull, isNull, lte, notInArray, or } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import { account, accountEmail, accountLink, passwordRequest, person } from '#db/schema/accounts.ts';
import { loginLink, loginRequest, pendingLogin } from '#db/schema/factors.ts';
import { endSessionsOf } from '#src/adapters/sessions/index.ts';
import { findAccountByAddress, findAddressLink, findPasswordLink } from '#src/features/accounts/data.ts';
import { addressMail, type Change, changedMail, passwordMail } from '#src/features/accounts/mail.ts';
import { ADDRESS_LINK_LASTS, MOST_ADDRESSES, PASSWORD_LINK_LASTS } from '#src/features/accounts/rules.ts';
import { type AuditAction, recordAudit } from '#src/features/audit/index.ts';
import { forgetMessages, queueMessage } from '#src/features/outbox/index.ts';
import { type Locale, pathOf } from '#src/i18n/routes.ts';
import type { Act } from '#src/lib/act.ts';
import { normalizeAddress } from '#src/lib/email-address.ts';
import { env } from '#src/lib/env.ts';
import type { Erased, ErasureLine } from '#src/lib/erasure.ts';
import { hashToken, newId, newToken } from '#src/lib/ids.ts';
import { type Refused, refused } from '#src/lib/refused.ts';

/** What messages about an address that waits to be proven relate to. */
const CLAIM = 'account_email';

/** Whose account it is that changes. */
export interface Owner {
	readonly accountId: string;
	readonly personId: string;
}

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

async function readOwner(tx: Tx, accountId: string): Promise<{ name: string; locale: Locale }> {
	const [row] = await tx
		.select({ name: person.fullName, locale: person.locale })
		.from(account)
		.innerJoin(person, eq(person.id, account.personId))
		.where(eq(account.id, accountId));
	if (!row) throw new Error('an account without its person');
	return row;
}

/** Tells every verified address of an account what was changed, and what to do if its owner did not. */
export async function tellOwner(tx: Tx, act: Act, owner: Owner, change: Change, also: readonly string[] = []): Promise<void> {
	const { name, locale } = await readOwner(tx, owner.accountId);
	const rows = await tx
		.select({ address: accountEmail.address })
		.from(accountEmail)
		.where(and(eq(accountEmail.accountId, owner.accountId), isNotNull(accountEmail.verifiedAt)));
	const url = `${env().siteUrl}${pathOf('passwordForgotten', locale)}`;
	for (const address of new Set([...rows.map((row) => row.address), ...also])) {
		await queueMessage(tx, act, {
			dedupeKey: `accounts.changed:${newId<'outbox_message'>()}`,
			to: { name, address },
			locale,
			template: 'accounts.changed',
			content: changedMail(locale, { name, change, url }),
			relates: { kind: 'person', id: owner.personId },
		});
	}
}

const trail = (tx: Tx, act: Act, owner: Owner, action: AuditAction, delta?: Record<string, string | number>) =>
	recordAudit(tx, act, { action, subject: { kind: 'person', id: owner.personId }, ...(delta ? { delta } : {}) });

/** The name others read, and the language we write in. */
export async function changeProfile(
	tx: Tx,
	act: Act,
	owner: Owner,
	input: { readonly fullName: string; readonly locale: Locale },
): Promise<{ ok: true }> {
	await tx.update(person).set(input).where(eq(person.id, owner.personId));
	await trail(tx, act, owner, 'accounts.change_profile', { locale: input.locale });
	return { ok: true };
}

/**
 * Links mailed to choose a password or to log in open nothing any more, nor does a log-in under way: the password changed, or an
 * address they may have gone to was given up.
 */
async function closeWaysIn(tx: Tx, at: number, accountId: string): Promise<void> {
	await tx.delete(loginLink).where(eq(loginLink.accountId, accountId));
	await tx.delete(pendingLogin).where(eq(pendingLogin.accountId, accountId));
	await tx
		.update(accountLink)
		.set({ usedAt: at })
		.where(and(eq(accountLink.accountId, accountId), eq(accountLink.purpose, 'password'), isNull(accountLink.usedAt)));
}

/**
 * A new password; every other session ends.
 * @param keep id of the session it was done in; null ends that one too.
 */
export async function changePassword(tx: Tx, act: Act, owner: Owner, passwordHash: string, keep: string | null): Promise<{ ok: true }> {
	await tx.update(account).set({ passwordHash }).where(eq(account.id, owner.accountId));
	await closeWaysIn(tx, act.at, owner.accountId);
	const ended = await endSessionsOf(tx, owner.accountId, keep);
	await trail(tx, act, owner, 'accounts.change_password', { sessionsEnded: ended });
	await tellOwner(tx, act, owner, { kind: 'password' });
	return { ok: true };
}

/** For an operator: everyone logged in to the account is out. @returns how many sessions there were. */
export async function endAllSessions(tx: Tx, act: Act, owner: Owner): Promise<number> {
	const ended = await endSessionsOf(tx, owner.accountId, null);
	await trail(tx, act, owner, 'accounts.end_all_sessions', { sessionsEnded: ended });
	return ended;
}

/** For an operator: nothing opens the account, from this moment, until it is unlocked. */
export async function lockAccount(tx: Tx, act: Act, owner: Owner): Promise<{ ok: true; sessionsEnded: number } | Refused<'not_active'>> {
	const open = and(eq(account.id, owner.accountId), eq(account.status, 'active'));
	if ((await tx.update(account).set({ status: 'locked' }).where(open).returning({ id: account.id })).length === 0)
		return refused('not_active');
	await closeWaysIn(tx, act.at, owner.accountId);
	const sessionsEnded = await endSessionsOf(tx, owner.accountId, null);
	await trail(tx, act, owner, 'accounts.lock', { sessionsEnded });
	return { ok: true, sessionsEnded };
}

export async function unlockAccount(tx: Tx, act: Act, owner: Owner): Promise<{ ok: true } | Refused<'not_locked'>> {
	const locked = and(eq(account.id, owner.accountId), eq(account.status, 'locked'));
	if ((await tx.update(account).set({ status: 'active' }).where(locked).returning({ id: account.id })).length === 0)
		return refused('not_locked');
	await trail(tx, act, owner, 'accounts.unlock');
	return { ok: true };
}

/** Someone says they forgot a password. The same row whether the address is known or not. */
export async function askPasswordLink(tx: Tx, at: number, input: { readonly normalized: string; readonly locale: Locale }): Promise<void> {
	await tx.insert(passwordRequest).values({ id: newId<'password_request'>(), ...input, createdAt: at });
}

const MOST_AT_ONCE = 50;

/** Turns what was asked into messages, for the addresses that have an account. @returns how many were looked at. */
export async function answerPasswordRequests(tx: Tx, act: Act): Promise<number> {
	const asked = await tx.select().from(passwordRequest).limit(MOST_AT_ONCE);
	for (const { id, normalized, locale } of asked) {
		await tx.delete(passwordRequest).where(eq(passwordRequest.id, id));
		const found = await findAccountByAddress(tx, normalized);
		if (!found?.active) continue;
		const { name } = await readOwner(tx, found.accountId);
		const token = await addLink(tx, act.at, { accountId: found.accountId, purpose: 'password' });
		await queueMessage(tx, act, {
			dedupeKey: `accounts.password:${hashToken(token)}`,
			to: { name, address: normalized },
			locale,
			template: 'accounts.password',
			content: passwordMail(locale, { name, url: `${env().siteUrl}${pathOf('passwordReset', locale, { token })}` }),
			relates: { kind: 'person', id: found.personId },
		});
		await trail(tx, act, found, 'accounts.ask_password_link');
	}
	return asked.length;
}

async function addLink(
	tx: Tx,
	at: number,
	input: { readonly accountId: string; readonly purpose: 'password' | 'address'; readonly emailId?: string },
): Promise<string> {
	const token = newToken();
	const expiresAt = at + (input.purpose === 'password' ? PASSWORD_LINK_LASTS : ADDRESS_LINK_LASTS);
	await tx.insert(accountLink).values({ tokenHash: hashToken(token), ...input, createdAt: at, expiresAt });
	return token;
}

/** Chooses a new password through a mailed link, once; every session of the account ends, and its owner logs in anew. */
export async function resetPassword(
	tx: Tx,
	moment: Pick<Act, 'at' | 'requestId'>,
	input: { readonly token: string; readonly passwordHash: string },
): Promise<{ ok: true } | Refused<'dead_link'>> {
	const found = await findPasswordLink(tx, input.token, moment.at);
	if (!found) return refused('dead_link');
	const act: Act = { actor: { kind: 'person', personId: found.personId }, ...moment };
	await changePassword(tx, act, found, input.passwordHash, null);
	return { ok: true };
}

/**
 * Adds an address to an account and mails the link that proves it. One that another account has proven waits like any other and
 * nothing is sent to it: who has an account here is nobody else's to know. The message bears no word of whoever asked.
 */
export async function addAddress(tx: Tx, act: Act, owner: Owner, address: string): Promise<{ ok: true } | Refused<'too_many_addresses'>> {
	const normalized = normalizeAddress(address);
	if (normalized === null) throw new RangeError('an address is checked before it is added');
	const own = await tx.select().from(accountEmail).where(eq(accountEmail.accountId, owner.accountId));
	const known = own.find((one) => one.normalized === normalized);
	if (known?.verifiedAt) return { ok: true };
	if (!known && own.length >= MOST_ADDRESSES) return refused('too_many_addresses');
	const emailId = known?.id ?? newId<'account_email'>();
	if (!known) {
		await tx
			.insert(accountEmail)
			.values({ id: emailId, accountId: owner.accountId, address, normalized, primary: false, createdAt: act.at });
	}
	const token = await addLink(tx, act.at, { accountId: owner.accountId, purpose: 'address', emailId });
	await trail(tx, act, owner, 'accounts.add_address');
	if (await findAccountByAddress(tx, normalized)) return { ok: true };
	const { locale } = await readOwner(tx, owner.accountId);
	await queueMessage(tx, act, {
		dedupeKey: `accounts.address:${hashToken(token)}`,
		to: { name: '', address },
		locale,
		template: 'accounts.address',
		content: addressMail(locale, { url: `${env().siteUrl}${pathOf('accountAddress', locale, { token })}` }),
		relates: { kind: CLAIM, id: emailId },
	});
	return { ok: true };
}

/** The link was followed: the address is theirs. The addresses known before are told. */
export async function confirmAddress(
	tx: Tx,
	moment: Pick<Act, 'at' | 'requestId'>,
	token: string,
): Promise<{ ok: true; address: string } | Refused<'dead_link'>> {
	const found = await findAddressLink(tx, token, moment.at);
	if (!found) return refused('dead_link');
	// Proven by another account since: theirs.
	if (await findAccountByAddress(tx, normalizeAddress(found.address) ?? '')) return refused('dead_link');
	const act: Act = { actor: { kind: 'person', personId: found.personId }, ...moment };
	await tellOwner(tx, act, found, { kind: 'address_added', address: found.address });
	await tx.update(accountEmail).set({ verifiedAt: moment.at }).where(eq(accountEmail.id, found.emailId));
	await tx.update(accountLink).set({ usedAt: moment.at }).where(eq(accountLink.emailId, found.emailId));
	await trail(tx, act, found, 'accounts.confirm_address');
	return { ok: true, address: found.address };
}

/** The address we write to first. */
export async function preferAddress(
	tx: Tx,
	act: Act,
	owner: Owner,
	emailId: string,
): Promise<{ ok: true } | Refused<'not_found' | 'unverified_address'>> {
	const [row] = await tx
		.select()
		.from(accountEmail)
		.where(and(eq(accountEmail.id, emailId), eq(accountEmail.accountId, owner.accountId)));
	if (!row) return refused('not_found');
	if (row.primary) return { ok: true };
	if (row.verifiedAt === null) return refused('unverified_address');
	await tx.update(accountEmail).set({ primary: false }).where(eq(accountEmail.accountId, owner.accountId));
	await tx.update(accountEmail).set({ primary: true }).where(eq(accountEmail.id, emailId));
	await trail(tx, act, owner, 'accounts.prefer_address');
	await tellOwner(tx, act, owner, { kind: 'address_preferred', address: row.address });
	return { ok: true };
}

/** Takes an address off an account; never the one we write to first. The address taken off is told too. */
export async function removeAddress(
	tx: Tx,
	act: Act,
	owner: Owner,
	emailId: string,
): Promise<{ ok: true } | Refused<'not_found' | 'primary_address'>> {
	const [row] = await tx
		.select()
		.from(accountEmail)
		.where(and(eq(accountEmail.id, emailId), eq(accountEmail.accountId, owner.accountId)));
	if (!row) return refused('not_found');
	if (row.primary) return refused('primary_address');
	await closeWaysIn(tx, act.at, owner.accountId);
	await tx.delete(passwordRequest).where(eq(passwordRequest.normalized, row.normalized));
	await tx.delete(loginRequest).where(eq(loginRequest.normalized, row.normalized));
	await tx.delete(accountLink).where(eq(accountLink.emailId, emailId));
	await tx.delete(accountEmail).where(eq(accountEmail.id, emailId));
	if (row.verifiedAt === null) await forgetMessages(tx, CLAIM, [emailId]);
	await trail(tx, act, owner, 'accounts.remove_address');
	if (row.verifiedAt !== null) await tellOwner(tx, act, owner, { kind: 'address_removed', address: row.address }, [row.address]);
	return { ok: true };
}

/** Links that served or are too old, and addresses that nobody proved in time. @returns how many of both. */
export async function forgetDeadLinks(tx: Tx, at: number): Promise<number> {
	const links = await tx
		.delete(accountLink)
		.where(or(isNotNull(accountLink.usedAt), lte(accountLink.expiresAt, at)))
		.returning({ hash: accountLink.tokenHash });
	const awaited = tx.select({ id: accountLink.emailId }).from(accountLink).where(isNotNull(accountLink.emailId));
	const gone = await tx
		.delete(accountEmail)
		.where(
			and(
				isNull(accountEmail.verifiedAt),
				eq(accountEmail.primary, false),
				lte(accountEmail.createdAt, at - ADDRESS_LINK_LASTS),
				notInArray(accountEmail.id, awaited),
			),
		)
		.returning({ id: accountEmail.id });
	await forgetMessages(
		tx,
		CLAIM,
		gone.map(({ id }) => id),
	);
	return links.length + gone.length;
}

/**
 * The row of the person stays, so that what they did still has someone; of them it keeps a pseudonym. Everything they logged in with goes.
 */
export async function erasePerson(tx: Tx, act: Act, who: Erased): Promise<ErasureLine[]> {
	const lines: ErasureLine[] = [];
	if (who.accountId !== null) {
		const accountId = who.accountId;
		const sessions = await endSessionsOf(tx, accountId, null);
		const links = await tx.delete(accountLink).where(eq(accountLink.accountId, accountId)).returning({ id: accountLink.tokenHash });
		const emails = await tx.delete(accountEmail).where(eq(accountEmail.accountId, accountId)).returning({ id: accountEmail.id });
		await tx.update(account).set({ passwordHash: null, status: 'closed' }).where(eq(account.id, accountId));
		lines.push(
			{ table: 'session', how: 'deleted', count: sessions },
			{ table: 'account_link', how: 'deleted', count: links.length },
			{ table: 'account_email', how: 'deleted', count: emails.length },
			{ table: 'account', how: 'emptied', count: 1 },
		);
	}
	const asked = await tx
		.delete(passwordRequest)
		.where(inArray(passwordRequest.normalized, [...who.normalized]))
		.returning({ id: passwordRequest.id });
	await tx.update(person).set({ fullName: who.pseudonym, erasedAt: act.at }).where(eq(person.id, who.personId));
	lines.push({ table: 'password_request', how: 'deleted', count: asked.length }, { table: 'person', how: 'renamed', count: 1 });
	return lines;
}
