import { and, asc, count, desc, eq, gt, inArray, lt, lte, ne } from 'drizzle-orm';
import type { Read, Tx } from '#db/client.ts';
import { trainingLink, trainingPlace, trainingSession } from '#db/schema/trainings.ts';
import type { SessionSettings } from '#src/collections/trainings.ts';
import type { Grant } from '#src/features/access/index.ts';
import { askedBefore, endedBefore } from '#src/features/trainings/rules.ts';
import type { Instant } from '#src/lib/clock.ts';
import { type ExportPart, isoOf, isoOrNull } from '#src/lib/export-part.ts';
import { hashToken } from '#src/lib/ids.ts';

type Row = typeof trainingSession.$inferSelect;

/** A training date, as its file said when it was last read. */
export interface Session extends Omit<Row, 'settings' | 'checksum' | 'createdAt'> {
	readonly settings: SessionSettings;
	/** First and last day of sign-up; null when nothing limits it. */
	readonly opensOn: string | null;
	readonly closesOn: string | null;
	/** Made by the demonstration: shown as an example. */
	readonly example: boolean;
}

/** A session with how many hold a seat, and how many wait for one. */
export interface CountedSession extends Session {
	readonly held: number;
	readonly waiting: number;
}

export function readSession(row: Row): Session {
	const { settings: json, checksum: _, createdAt: __, ...rest } = row;
	const settings = JSON.parse(json) as SessionSettings;
	return {
		...rest,
		settings,
		opensOn: settings.signUp?.opensOn ?? null,
		closesOn: settings.signUp?.closesOn ?? null,
		example: row.origin === 'demonstration',
	};
}

/** How many places of each session hold a seat or wait for one. */
async function counted(source: Read | Tx, sessions: readonly Session[]): Promise<CountedSession[]> {
	const ids = sessions.map(({ id }) => id);
	const rows =
		ids.length === 0
			? []
			: await source
					.select({ sessionId: trainingPlace.sessionId, status: trainingPlace.status, total: count() })
					.from(trainingPlace)
					.where(and(inArray(trainingPlace.sessionId, ids), inArray(trainingPlace.status, ['held', 'waiting'])))
					.groupBy(trainingPlace.sessionId, trainingPlace.status);
	const totalOf = (id: string, status: 'held' | 'waiting') => rows.find((row) => row.sessionId === id && row.status === status)?.total ?? 0;
	return sessions.map((session) => ({ ...session, held: totalOf(session.id, 'held'), waiting: totalOf(session.id, 'waiting') }));
}

export async function countPlaces(source: Read | Tx, session: Session): Promise<CountedSession> {
	const [found] = await counted(source, [session]);
	if (!found) throw new Error('a session without its counts');
	return found;
}

/** What is announced and not over, also what was cancelled: the next one first. */
export async function listComing(read: Read, at: Instant): Promise<CountedSession[]> {
	const rows = await read
		.select()
		.from(trainingSession)
		.where(and(gt(trainingSession.endsAt, at), ne(trainingSession.status, 'withdrawn')))
		.orderBy(asc(trainingSession.startsAt), asc(trainingSession.slug));
	return counted(read, rows.map(readSession));
}

const MOST_PAST = 20;

/** The latest ones that were held. */
export async function listPast(read: Read, at: Instant): Promise<Session[]> {
	const rows = await read
		.select()
		.from(trainingSession)
		.where(and(lte(trainingSession.endsAt, at), eq(trainingSession.status, 'announced')))
		.orderBy(desc(trainingSession.startsAt))
		.limit(MOST_PAST);
	return rows.map(readSession);
}

async function rowOf(source: Read | Tx, slug: string): Promise<Row | null> {
	const [row] = await source.select().from(trainingSession).where(eq(trainingSession.slug, slug)).limit(1);
	return row ?? null;
}

/** A session anyone may read of; null when there is none of that name. */
export async function findSession(source: Read | Tx, slug: string): Promise<CountedSession | null> {
	const row = await rowOf(source, slug);
	return row && row.status !== 'withdrawn' ? countPlaces(source, readSession(row)) : null;
}

export type Place = typeof trainingPlace.$inferSelect;

/** The place a private link opens, its session, and how many are before it in the queue. Null when it opens none. */
export async function findPlace(
	source: Read | Tx,
	token: string,
): Promise<{ readonly place: Place; readonly session: Session; readonly before: number } | null> {
	const [found] = await source
		.select({ place: trainingPlace, session: trainingSession })
		.from(trainingLink)
		.innerJoin(trainingPlace, eq(trainingPlace.id, trainingLink.placeId))
		.innerJoin(trainingSession, eq(trainingSession.id, trainingPlace.sessionId))
		.where(eq(trainingLink.tokenHash, hashToken(token)))
		.limit(1);
	if (!found) return null;
	const { place } = found;
	let before = 0;
	if (place.status === 'waiting') {
		const queue = await listQueue(source, place.sessionId);
		before = Math.max(
			0,
			queue.findIndex(({ id }) => id === place.id),
		);
	}
	return { place, session: readSession(found.session), before };
}

/** Those who wait for a seat, first come first. */
export async function listQueue(source: Read | Tx, sessionId: string): Promise<Place[]> {
	return source
		.select()
		.from(trainingPlace)
		.where(and(eq(trainingPlace.sessionId, sessionId), eq(trainingPlace.status, 'waiting')))
		.orderBy(asc(trainingPlace.confirmedAt), asc(trainingPlace.id));
}

/** Every session for the desk: what comes first, then what is over, latest first. */
export async function listSessions(read: Read, _grant: Grant<'trainings.manage'>, at: Instant) {
	const rows = await read.select().from(trainingSession).orderBy(asc(trainingSession.startsAt));
	const all = await counted(read, rows.map(readSession));
	return { coming: all.filter(({ endsAt }) => endsAt > at), past: all.filter(({ endsAt }) => endsAt <= at).reverse() };
}

/** A session with everyone who confirmed a place, for the desk; null when there is none of that name. */
export async function findSessionForDesk(read: Read, _grant: Grant<'trainings.manage'>, slug: string) {
	const row = await rowOf(read, slug);
	if (!row) return null;
	const session = await countPlaces(read, readSession(row));
	const places = await read
		.select()
		.from(trainingPlace)
		.where(and(eq(trainingPlace.sessionId, row.id), inArray(trainingPlace.status, ['held', 'waiting'])))
		.orderBy(asc(trainingPlace.confirmedAt), asc(trainingPlace.id));
	return {
		session,
		held: places.filter(({ status }) => status === 'held').toSorted((a, b) => a.name.localeCompare(b.name, 'fr')),
		waiting: places.filter(({ status }) => status === 'waiting'),
	};
}

/** Places nobody confirmed in time. */
export async function listNeverConfirmed(source: Read | Tx, at: Instant, most: number): Promise<{ id: string }[]> {
	return source
		.select({ id: trainingPlace.id })
		.from(trainingPlace)
		.where(and(eq(trainingPlace.status, 'asked'), lt(trainingPlace.statusSince, askedBefore(at))))
		.limit(most);
}

/** Sessions long over that still hold personal information. */
export async function listToForget(source: Read | Tx, at: Instant): Promise<{ id: string; slug: string }[]> {
	return source
		.selectDistinct({ id: trainingSession.id, slug: trainingSession.slug })
		.from(trainingSession)
		.innerJoin(trainingPlace, eq(trainingPlace.sessionId, trainingSession.id))
		.where(lt(trainingSession.endsAt, endedBefore(at)));
}

/** Places someone asked for, from an address proven theirs. */
export function trainingPartsOfPerson(read: Read, normalized: readonly string[]): ExportPart[] {
	return [
		{
			name: 'trainings',
			table: 'training_place',
			async *rows() {
				const rows = await read
					.select({ row: trainingPlace, session: trainingSession.slug })
					.from(trainingPlace)
					.innerJoin(trainingSession, eq(trainingSession.id, trainingPlace.sessionId))
					.where(inArray(trainingPlace.normalized, [...normalized]))
					.orderBy(asc(trainingPlace.id));
				for (const { row, session } of rows)
					yield {
						session,
						name: row.name,
						address: row.address,
						group: row.groupName,
						needs: row.needs,
						status: row.status,
						createdAt: isoOf(row.createdAt),
						confirmedAt: isoOrNull(row.confirmedAt),
					};
			},
		},
	];
}
