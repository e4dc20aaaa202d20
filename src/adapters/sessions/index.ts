/**
 * Sessions: the only module that knows Lucia (deprecated upstream; the way out is docs/decisions/003). The database
 * keeps SHA-256 of a session's id, so a copy of it opens nothing.
 */
import { and, desc, eq, gt, lt, ne, or, sql } from 'drizzle-orm';
import { type Adapter, generateIdFromEntropySize, Lucia, TimeSpan } from 'lucia';
import { isBusy, prepared, type Read, read, type Tx, type Value, write } from '#db/client.ts';
import { account, accountEmail, person, session } from '#db/schema/accounts.ts';
import { codeApp, passkey } from '#db/schema/factors.ts';
import { DAY, HOUR, type Instant, MINUTE, now } from '#src/lib/clock.ts';
import { env } from '#src/lib/env.ts';
import { hashToken } from '#src/lib/ids.ts';

const IDLE = new TimeSpan(14, 'd');
const ABSOLUTE = 90 * DAY;
/** Sensitive changes want a proof of who one is no older than this. */
const PROOF_LASTS = 15 * MINUTE;
/** What the owner sees of a session's use need not be finer, and no page should cost a write. */
const USE_NOTED_EVERY = HOUR;

export interface SessionUser {
	accountId: string;
	personId: string;
	fullName: string;
	locale: 'fr' | 'en';
	address: string;
}

interface SessionFacts {
	readonly lastUsedAt: Instant;
	readonly provenAt: Instant | null;
	readonly factorAt: Instant | null;
}

/** The account got its second factor since this log-in looked: no session is opened without it. */
class FactorMissing extends Error {
	override name = 'FactorMissing';
}

/** Where a session is opened from, as its owner will be shown. */
export interface SessionOrigin {
	/** `browser/system`; null when unknown. */
	readonly device: string | null;
	/** Prefix of a network address. */
	readonly network: string | null;
}

declare module 'lucia' {
	interface Register {
		Lucia: ReturnType<typeof makeLucia>;
		DatabaseUserAttributes: Omit<SessionUser, 'accountId'>;
		DatabaseSessionAttributes: Partial<SessionFacts> & Partial<SessionOrigin>;
	}
}

/** Whether the account of a session has a second factor. */
const hasFactor = sql<number>`exists (select 1 from ${codeApp} where ${codeApp.accountId} = ${account.id})
	or exists (select 1 from ${passkey} where ${passkey.accountId} = ${account.id})`;

const sessionRow = prepared((source, value: Value<'idHash'>) =>
	source
		.select({
			accountId: session.accountId,
			expiresAt: session.expiresAt,
			absoluteExpiresAt: session.absoluteExpiresAt,
			createdAt: session.createdAt,
			lastUsedAt: session.lastUsedAt,
			provenAt: session.provenAt,
			factorAt: session.factorAt,
			hasFactor,
			status: account.status,
			personId: person.id,
			fullName: person.fullName,
			locale: person.locale,
			address: accountEmail.address,
		})
		.from(session)
		.innerJoin(account, eq(account.id, session.accountId))
		.innerJoin(person, eq(person.id, account.personId))
		.innerJoin(accountEmail, and(eq(accountEmail.accountId, account.id), eq(accountEmail.primary, true)))
		.where(eq(session.idHash, value('idHash')))
		.limit(1),
);

/** Done while a page is read: when the database is held by someone else, the next page will do it. */
async function note(id: string, values: { readonly expiresAt: Instant } | { readonly lastUsedAt: Instant }): Promise<void> {
	try {
		await write((tx) =>
			tx
				.update(session)
				.set(values)
				.where(eq(session.idHash, hashToken(id))),
		);
	} catch (error) {
		if (!isBusy(error)) throw error;
	}
}

const adapter: Adapter = {
	async getSessionAndUser(id) {
		const [row] = await sessionRow(read, { idHash: hashToken(id) });
		if (row?.status !== 'active' || row.absoluteExpiresAt <= now() || row.expiresAt <= now()) return [null, null];
		const { accountId, personId, fullName, locale, address, factorAt } = row;
		// A password proves too little for an account that has more.
		const provenAt = row.hasFactor && factorAt === null ? null : row.provenAt;
		return [
			{
				id,
				userId: accountId,
				expiresAt: new Date(row.expiresAt),
				attributes: { lastUsedAt: row.lastUsedAt ?? row.createdAt, provenAt, factorAt },
			},
			{ id: accountId, attributes: { personId, fullName, locale, address } },
		];
	},
	async getUserSessions() {
		throw new Error('ids of sessions are not kept, so they cannot be listed through Lucia');
	},
	async setSession({ id, userId, expiresAt, attributes }) {
		const at = now();
		const factorAt = attributes.factorAt ?? null;
		await write(async (tx) => {
			const [found] = await tx.select({ hasFactor }).from(account).where(eq(account.id, userId));
			if (found?.hasFactor && factorAt === null) throw new FactorMissing();
			await tx.insert(session).values({
				idHash: hashToken(id),
				accountId: userId,
				expiresAt: expiresAt.getTime(),
				absoluteExpiresAt: at + ABSOLUTE,
				createdAt: at,
				lastUsedAt: at,
				// Opened by a password, a link or an invitation: a proof of its own.
				provenAt: at,
				factorAt,
				device: attributes.device ?? null,
				network: attributes.network ?? null,
			});
		});
	},
	async updateSessionExpiration(id, expiresAt) {
		await note(id, { expiresAt: expiresAt.getTime() });
	},
	async deleteSession(id) {
		await write((tx) => tx.delete(session).where(eq(session.idHash, hashToken(id))));
	},
	async deleteUserSessions(userId) {
		await write((tx) => tx.delete(session).where(eq(session.accountId, userId)));
	},
	async deleteExpiredSessions() {
		await write((tx) => deleteExpiredSessions(tx, now()));
	},
};

function makeLucia() {
	// The prefix makes browsers refuse the cookie over http or from another host; it needs Secure, so not on a loopback.
	const secure = env().siteUrl.startsWith('https:');
	return new Lucia(adapter, {
		sessionExpiresIn: IDLE,
		sessionCookie: { name: secure ? '__Host-koumbit' : 'koumbit', attributes: { secure, sameSite: 'lax' } },
		getUserAttributes: (attributes) => ({ ...attributes }),
		getSessionAttributes: ({ lastUsedAt = 0, provenAt = null, factorAt = null }): SessionFacts => ({ lastUsedAt, provenAt, factorAt }),
	});
}

let instance: ReturnType<typeof makeLucia> | undefined;
const lucia = () => {
	instance ??= makeLucia();
	return instance;
};

export interface SessionCookie {
	readonly name: string;
	readonly value: string;
	readonly attributes: object;
}

const ID = /^[a-z2-7]{30,100}$/;

/** Our cookie alone: Lucia's own reader decodes every cookie of the header, and throws on one that is none of ours. */
function ownCookie(header: string): string | null {
	for (const pair of header.split(';')) {
		const [name, ...rest] = pair.split('=');
		if (name?.trim() === lucia().sessionCookieName) return rest.join('=').trim();
	}
	return null;
}

/**
 * Who the Cookie header speaks for; `renew` is set when the cookie is to be sent again with a later end, or cleared. `deadId` has the
 * form of an id and opens nothing.
 */
export async function readSession(
	cookieHeader: string,
): Promise<
	| { user: SessionUser; sessionId: string; provenAt: Instant | null; factorAt: Instant | null; renew: SessionCookie | null }
	| { user: null; deadId: string | null; renew: SessionCookie | null }
> {
	const sessionId = ownCookie(cookieHeader);
	if (sessionId === null) return { user: null, deadId: null, renew: null };
	// Not of the form of any id ever given: not worth a query.
	const formed = ID.test(sessionId);
	const { user, session: found } = formed ? await lucia().validateSession(sessionId) : { user: null, session: null };
	if (!user) return { user: null, deadId: formed ? sessionId : null, renew: lucia().createBlankSessionCookie() };
	const { id, personId, fullName, locale, address } = user;
	if (now() - found.lastUsedAt >= USE_NOTED_EVERY) await note(sessionId, { lastUsedAt: now() });
	return {
		user: { accountId: id, personId, fullName, locale, address },
		sessionId,
		provenAt: found.provenAt,
		factorAt: found.factorAt,
		renew: found.fresh ? lucia().createSessionCookie(sessionId) : null,
	};
}

/**
 * Opens a session with a new id. Called after the transaction that made it legitimate has committed.
 * @param factor true when a second factor was given for it.
 * @returns null when none was, and the account has one: it may have been added a moment ago, so this is looked at with the insert.
 */
export async function tryOpenSession(accountId: string, origin: SessionOrigin, factor: boolean): Promise<SessionCookie | null> {
	try {
		const opened = await lucia().createSession(accountId, { ...origin, factorAt: factor ? now() : null });
		return lucia().createSessionCookie(opened.id);
	} catch (error) {
		if (error instanceof FactorMissing) return null;
		throw error;
	}
}

/** The same, for an account that has just begun. @throws when it has a second factor, and none was given. */
export async function openSession(
	accountId: string,
	origin: SessionOrigin = { device: null, network: null },
	factor = false,
): Promise<SessionCookie> {
	const cookie = await tryOpenSession(accountId, origin, factor);
	if (!cookie) throw new FactorMissing(`a session without the second factor of account ${accountId}`);
	return cookie;
}

/** Ends the session on the server: the cookie opens nothing from here on. */
export async function endSession(sessionId: string): Promise<SessionCookie> {
	await lucia().invalidateSession(sessionId);
	return lucia().createBlankSessionCookie();
}

/** What is kept of sessions that open nothing any more. @returns how many. */
export async function deleteExpiredSessions(tx: Tx, at: Instant): Promise<number> {
	const gone = await tx
		.delete(session)
		.where(or(lt(session.expiresAt, at), lt(session.absoluteExpiresAt, at)))
		.returning({ idHash: session.idHash });
	return gone.length;
}

/** Whether its owner gave a proof of who they are recently enough for a sensitive change. */
export function isProven(provenAt: Instant | null, at: Instant): boolean {
	// On either side: a clock that was set back must not make a proof last longer.
	return provenAt !== null && Math.abs(at - provenAt) < PROOF_LASTS;
}

/** As many random bytes as Lucia takes. */
const ID_BYTES = 25;

/**
 * The owner has just given a proof in this session, which goes on under a new id: one that was seen before opens nothing more.
 * @param factor the proof was a second factor, given or set up.
 * @returns the cookie to send; null when the session has ended, or the other of two clicks renewed it first.
 */
export async function noteProof(tx: Tx, sessionId: string, at: Instant, factor = false): Promise<SessionCookie | null> {
	const id = generateIdFromEntropySize(ID_BYTES);
	const renewed = await tx
		.update(session)
		.set({ idHash: hashToken(id), provenAt: at, ...(factor ? { factorAt: at } : {}) })
		.where(eq(session.idHash, hashToken(sessionId)))
		.returning({ idHash: session.idHash });
	return renewed.length > 0 ? lucia().createSessionCookie(id) : null;
}

/** The account has no second factor any more: no session of it holds one. */
export async function forgetFactors(tx: Tx, accountId: string): Promise<void> {
	await tx.update(session).set({ factorAt: null }).where(eq(session.accountId, accountId));
}

/**
 * A cookie for a few minutes, between two pages of one log-in.
 * @param value empty takes it back.
 */
export function passingCookie(name: string, value: string, seconds: number): SessionCookie {
	const secure = env().siteUrl.startsWith('https:');
	const attributes = { httpOnly: true, sameSite: 'lax', path: '/', secure, maxAge: value === '' ? 0 : seconds } as const;
	return { name: passingCookieName(name), value, attributes };
}

/** Its whole name: over https, with the prefix that keeps other hosts from setting it. */
export function passingCookieName(name: string): string {
	return env().siteUrl.startsWith('https:') ? `__Host-koumbit-${name}` : `koumbit-${name}`;
}

export interface OpenSession extends SessionOrigin {
	/** Names it in a form; opens nothing. */
	readonly handle: string;
	readonly createdAt: Instant;
	readonly lastUsedAt: Instant;
	readonly current: boolean;
}

/** The sessions of an account that still open something, the one used last first. */
export async function listSessions(source: Read, accountId: string, sessionId: string, at: Instant): Promise<OpenSession[]> {
	const rows = await source
		.select()
		.from(session)
		.where(and(eq(session.accountId, accountId), gt(session.expiresAt, at), gt(session.absoluteExpiresAt, at)))
		.orderBy(desc(session.lastUsedAt));
	const own = hashToken(sessionId);
	return rows.map(({ idHash, createdAt, lastUsedAt, device, network }) => ({
		handle: idHash,
		createdAt,
		lastUsedAt: lastUsedAt ?? createdAt,
		device,
		network,
		current: idHash === own,
	}));
}

/** Whether an account has a session open that began in that network: its owner has proven who they are there. */
export async function isKnownPlace(source: Read, accountId: string, network: string | null, at: Instant): Promise<boolean> {
	const [row] = await source
		.select({ idHash: session.idHash })
		.from(session)
		.where(
			and(
				eq(session.accountId, accountId),
				eq(session.network, network ?? ''),
				gt(session.expiresAt, at),
				gt(session.absoluteExpiresAt, at),
			),
		)
		.limit(1);
	return row !== undefined;
}

/** Ends one session of an account. @returns false when it has none of that handle. */
export async function endSessionOf(tx: Tx, accountId: string, handle: string): Promise<boolean> {
	const ended = await tx
		.delete(session)
		.where(and(eq(session.accountId, accountId), eq(session.idHash, handle)))
		.returning({ idHash: session.idHash });
	return ended.length > 0;
}

/** Ends every session of an account. @param except id of the one to keep; null ends them all. @returns how many. */
export async function endSessionsOf(tx: Tx, accountId: string, except: string | null): Promise<number> {
	const ended = await tx
		.delete(session)
		.where(
			except === null ? eq(session.accountId, accountId) : and(eq(session.accountId, accountId), ne(session.idHash, hashToken(except))),
		)
		.returning({ idHash: session.idHash });
	return ended.length;
}
