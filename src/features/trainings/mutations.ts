import { createHash } from 'node:crypto';
import { and, eq, inArray } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import { trainingLink, trainingPlace, trainingSession } from '#db/schema/trainings.ts';
import type { SessionSettings, TrainingSettings } from '#src/collections/trainings.ts';
import type { Grant } from '#src/features/access/index.ts';
import { recordAudit } from '#src/features/audit/index.ts';
import { forgetMessages, type MailContent, queueMessage } from '#src/features/outbox/index.ts';
import {
	countPlaces,
	findPlace,
	findSession,
	listNeverConfirmed,
	listQueue,
	listToForget,
	type Place,
	readSession,
	type Session,
} from '#src/features/trainings/data.ts';
import { confirmMail, type PlaceNews, placeMail, sessionCancelledMail } from '#src/features/trainings/mail.ts';
import { askedBefore, freed, instantOf, nameKey, placeFor, signUpState } from '#src/features/trainings/rules.ts';
import { type Locale, pathOf } from '#src/i18n/routes.ts';
import type { Act } from '#src/lib/act.ts';
import { normalizeAddress } from '#src/lib/email-address.ts';
import { env } from '#src/lib/env.ts';
import type { Erased, ErasureLine } from '#src/lib/erasure.ts';
import { hashToken, newId, newToken } from '#src/lib/ids.ts';

/** Those who ask for places have no account: what they do is in their rows, not in the trail, which anyone could make grow. */
type Moment = Pick<Act, 'at' | 'requestId'>;

const PLACE = 'training_place';
const SESSION = 'training_session';

// Links and messages

async function keepLink(tx: Tx, { at }: Moment, placeId: string, token: string): Promise<void> {
	await tx.insert(trainingLink).values({ tokenHash: hashToken(token), placeId, createdAt: at });
}

const linkOf = (token: string, locale: Locale) => `${env().siteUrl}${pathOf('trainingPlace', locale, { token })}`;

function mailTo(
	tx: Tx,
	moment: Moment,
	place: Pick<Place, 'id' | 'address' | 'locale'>,
	message: { readonly cause: string; readonly name: string; readonly template: string; readonly content: MailContent },
) {
	return queueMessage(
		tx,
		{ actor: { kind: 'system' }, ...moment },
		{
			dedupeKey: `training:${message.cause}`,
			to: { name: message.name, address: place.address },
			locale: place.locale,
			template: message.template,
			content: message.content,
			relates: { kind: PLACE, id: place.id },
		},
	);
}

/** Tells the person of a confirmed place what became of it. @param url the link they came by; a new one when they did not. */
async function tell(tx: Tx, moment: Moment, session: Session, place: Place, news: PlaceNews, url?: string): Promise<void> {
	let link = url;
	if (link === undefined) {
		const token = newToken();
		await keepLink(tx, moment, place.id, token);
		link = linkOf(token, place.locale);
	}
	await mailTo(tx, moment, place, {
		cause: `${news}:${place.id}:${moment.at}`,
		name: place.name,
		template: `trainings.${news}`,
		content: placeMail(place.locale, news, { ...session, name: place.name, url: link }),
	});
}

/** Gives freed seats to those who wait longest, and tells them. Only before the session begins: nobody comes afterwards. */
async function promote(tx: Tx, moment: Moment, session: Session): Promise<void> {
	if (session.status !== 'announced' || moment.at >= session.startsAt) return;
	const seats = freed(await countPlaces(tx, session));
	if (seats === 0) return;
	for (const place of (await listQueue(tx, session.id)).slice(0, seats)) {
		await tx.update(trainingPlace).set({ status: 'held', statusSince: moment.at }).where(eq(trainingPlace.id, place.id));
		await tell(tx, moment, session, place, 'promoted');
	}
}

/** Everyone who confirmed a place. */
function listConfirmed(tx: Tx, sessionId: string): Promise<Place[]> {
	return tx
		.select()
		.from(trainingPlace)
		.where(and(eq(trainingPlace.sessionId, sessionId), inArray(trainingPlace.status, ['held', 'waiting'])));
}

// Sessions

function rowOf(settings: SessionSettings) {
	const json = JSON.stringify(settings);
	return {
		settings: json,
		checksum: createHash('sha256').update(json).digest('hex'),
		startsAt: instantOf(settings.on, settings.from),
		endsAt: instantOf(settings.on, settings.to),
		seats: settings.seats,
	};
}

async function announce(tx: Tx, act: Act, settings: SessionSettings, origin: 'file' | 'demonstration'): Promise<void> {
	const id = newId<'training_session'>();
	const row = { id, slug: settings.slug, origin, ...rowOf(settings), status: 'announced' as const, createdAt: act.at };
	await tx.insert(trainingSession).values(row);
	await recordAudit(tx, act, { action: 'trainings.announce', subject: { kind: SESSION, id }, delta: { slug: settings.slug } });
}

/** A date of the demonstration, which no file knows. */
export function announceDemonstration(tx: Tx, act: Act, settings: SessionSettings): Promise<void> {
	return announce(tx, act, settings, 'demonstration');
}

const whenAndWhere = ({ on, from, to, where }: SessionSettings) => JSON.stringify([on, from, to, where]);

/** The file of a session has changed: its places stay, those who have one are told of a new date or place, freed seats are given. */
async function change(tx: Tx, act: Act, row: typeof trainingSession.$inferSelect, settings: SessionSettings): Promise<void> {
	const before = readSession(row);
	// What was cancelled was announced as cancelled: a new date is a new file.
	const status = row.status === 'withdrawn' ? ('announced' as const) : row.status;
	const [changed] = await tx
		.update(trainingSession)
		.set({ ...rowOf(settings), origin: 'file', status, version: row.version + 1 })
		.where(eq(trainingSession.id, row.id))
		.returning();
	if (!changed) throw new Error('a session that was just read is gone');
	await recordAudit(tx, act, {
		action: 'trainings.change',
		subject: { kind: SESSION, id: row.id },
		delta: { slug: row.slug, seatsFrom: row.seats, seatsTo: settings.seats },
	});
	const session = readSession(changed);
	if (status !== 'announced' || session.endsAt <= act.at) return;
	if (whenAndWhere(before.settings) !== whenAndWhere(settings)) {
		for (const place of await listConfirmed(tx, row.id)) await tell(tx, act, session, place, 'changed');
	}
	await promote(tx, act, session);
}

/**
 * Makes the rows say what the files say. A removed file withdraws its session from the site unless it is over; its places stay,
 * and workers see that someone is still to be told.
 */
export async function syncTrainings(tx: Tx, act: Act, trainings: readonly TrainingSettings[]): Promise<void> {
	const rows = new Map((await tx.select().from(trainingSession)).map((row) => [row.slug, row]));
	for (const settings of trainings) {
		if (settings.example) continue;
		const row = rows.get(settings.slug);
		rows.delete(settings.slug);
		if (!row) await announce(tx, act, settings, 'file');
		else if (row.checksum !== rowOf(settings).checksum || row.status === 'withdrawn') await change(tx, act, row, settings);
	}
	for (const row of rows.values()) {
		if (row.origin !== 'file' || row.status !== 'announced' || row.endsAt <= act.at) continue;
		await tx
			.update(trainingSession)
			.set({ status: 'withdrawn', version: row.version + 1 })
			.where(eq(trainingSession.id, row.id));
		await recordAudit(tx, act, { action: 'trainings.withdraw', subject: { kind: SESSION, id: row.id }, delta: { slug: row.slug } });
	}
}

/** A worker cancels a session: everyone who confirmed a place is told why. */
export async function cancelSession(
	tx: Tx,
	act: Act,
	_grant: Grant<'trainings.manage'>,
	{ slug, version, reason }: { readonly slug: string; readonly version: number; readonly reason: string },
): Promise<{ readonly ok: true } | { readonly ok: false; readonly reason: 'not_found' | 'stale' | 'impossible_transition' }> {
	const [row] = await tx.select().from(trainingSession).where(eq(trainingSession.slug, slug)).limit(1);
	if (!row) return { ok: false, reason: 'not_found' };
	if (row.version !== version) return { ok: false, reason: 'stale' };
	if (row.status === 'cancelled' || row.startsAt <= act.at) return { ok: false, reason: 'impossible_transition' };
	await tx
		.update(trainingSession)
		.set({ status: 'cancelled', cancelledAt: act.at, version: version + 1 })
		.where(eq(trainingSession.id, row.id));
	const session = readSession(row);
	const told = await listConfirmed(tx, row.id);
	for (const place of told) {
		const url = `${env().siteUrl}${pathOf('trainings', place.locale)}`;
		await mailTo(tx, act, place, {
			cause: `cancelled:${place.id}`,
			name: place.name,
			template: 'trainings.session_cancelled',
			content: sessionCancelledMail(place.locale, { ...session, name: place.name, reason, url }),
		});
	}
	await recordAudit(tx, act, { action: 'trainings.cancel', subject: { kind: SESSION, id: row.id }, delta: { slug, told: told.length } });
	return { ok: true };
}

// Places

export interface PlaceAsked {
	readonly slug: string;
	readonly submissionKey: string;
	readonly name: string;
	readonly email: string;
	readonly group: string;
	readonly needs: string;
	readonly locale: Locale;
}

/**
 * Keeps what was asked, and mails the link that confirms it. Whoever has the place already gets a link to it instead: the
 * page says the same in both cases, so nobody learns who has signed up.
 */
export async function askPlace(
	tx: Tx,
	moment: Moment,
	input: PlaceAsked,
): Promise<{ readonly ok: true } | { readonly ok: false; readonly reason: 'not_found' | 'sign_up_closed' }> {
	const session = await findSession(tx, input.slug);
	if (!session) return { ok: false, reason: 'not_found' };
	if (signUpState(session, moment.at) !== 'open') return { ok: false, reason: 'sign_up_closed' };
	const said = {
		name: input.name,
		address: input.email,
		groupName: input.group || null,
		needs: input.needs || null,
		locale: input.locale,
	};
	const person = { sessionId: session.id, normalized: normalizeAddress(input.email) ?? input.email, nameKey: nameKey(input.name) };
	const [known] = await tx
		.select()
		.from(trainingPlace)
		.where(
			and(
				eq(trainingPlace.sessionId, person.sessionId),
				eq(trainingPlace.normalized, person.normalized),
				eq(trainingPlace.nameKey, person.nameKey),
			),
		)
		.limit(1);
	const confirmed = known !== undefined && (known.status === 'held' || known.status === 'waiting');
	const id = known?.id ?? newId<'training_place'>();
	const asked = { ...said, status: 'asked' as const, confirmedAt: null, statusSince: moment.at };
	if (!known) await tx.insert(trainingPlace).values({ id, ...person, ...asked, createdAt: moment.at });
	else if (!confirmed) await tx.update(trainingPlace).set(asked).where(eq(trainingPlace.id, id));
	const place = { id, address: input.email, locale: input.locale };
	const token = newToken();
	const queued = await mailTo(tx, moment, place, {
		// The same form sent twice writes once.
		cause: `ask:${id}:${input.submissionKey}`,
		name: '',
		template: confirmed ? 'trainings.known' : 'trainings.confirm',
		content: confirmMail(input.locale, { ...session, url: linkOf(token, input.locale) }, confirmed),
	});
	if (queued !== null) await keepLink(tx, moment, id, token);
	return { ok: true };
}

export type PlaceOutcome =
	| { readonly ok: true }
	| { readonly ok: false; readonly reason: 'unknown_link' | 'session_cancelled' | 'session_over' | 'place_cancelled' };

/** Confirms a place: a seat while there is one, else a turn in the waiting list. Twice is as once. */
export async function confirmPlace(tx: Tx, moment: Moment, token: string): Promise<PlaceOutcome> {
	const found = await findPlace(tx, token);
	if (!found) return { ok: false, reason: 'unknown_link' };
	const { place, session } = found;
	if (place.status === 'held' || place.status === 'waiting') return { ok: true };
	if (place.status === 'cancelled') return { ok: false, reason: 'place_cancelled' };
	if (place.statusSince < askedBefore(moment.at)) return { ok: false, reason: 'unknown_link' };
	if (session.status !== 'announced') return { ok: false, reason: 'session_cancelled' };
	if (moment.at >= session.startsAt) return { ok: false, reason: 'session_over' };
	const status = placeFor(await countPlaces(tx, session));
	await tx.update(trainingPlace).set({ status, confirmedAt: moment.at, statusSince: moment.at }).where(eq(trainingPlace.id, place.id));
	await tell(tx, moment, session, place, status, linkOf(token, place.locale));
	return { ok: true };
}

/** Gives a place up: what it no longer needs is deleted, and the seat goes to the first who waits. Twice is as once. */
export async function cancelPlace(tx: Tx, moment: Moment, token: string): Promise<PlaceOutcome> {
	const found = await findPlace(tx, token);
	if (!found) return { ok: false, reason: 'unknown_link' };
	const { place, session } = found;
	if (place.status === 'cancelled') return { ok: true };
	if (moment.at >= session.startsAt) return { ok: false, reason: 'session_over' };
	await tx
		.update(trainingPlace)
		.set({ status: 'cancelled', statusSince: moment.at, groupName: null, needs: null })
		.where(eq(trainingPlace.id, place.id));
	if (place.status === 'held') await promote(tx, moment, session);
	return { ok: true };
}

// Forgetting

async function deletePlaces(tx: Tx, ids: readonly string[]): Promise<void> {
	if (ids.length === 0) return;
	await forgetMessages(tx, PLACE, ids);
	await tx.delete(trainingLink).where(inArray(trainingLink.placeId, [...ids]));
	await tx.delete(trainingPlace).where(inArray(trainingPlace.id, [...ids]));
}

const MOST_AT_ONCE = 100;

/** Deletes what nobody confirmed in time. @returns how many. */
export async function deleteNeverConfirmed(tx: Tx, act: Act): Promise<number> {
	const rows = await listNeverConfirmed(tx, act.at, MOST_AT_ONCE);
	await deletePlaces(
		tx,
		rows.map(({ id }) => id),
	);
	return rows.length;
}

/** Deletes all personal information of sessions long over; only the number of those who had a seat stays. @returns how many places. */
export async function forgetSessions(tx: Tx, act: Act): Promise<number> {
	let total = 0;
	for (const { id, slug } of await listToForget(tx, act.at)) {
		const places = await tx
			.select({ id: trainingPlace.id, status: trainingPlace.status })
			.from(trainingPlace)
			.where(eq(trainingPlace.sessionId, id));
		const heldAtEnd = places.filter(({ status }) => status === 'held').length;
		await tx.update(trainingSession).set({ heldAtEnd }).where(eq(trainingSession.id, id));
		await deletePlaces(
			tx,
			places.map((place) => place.id),
		);
		await recordAudit(tx, act, {
			action: 'trainings.forget',
			subject: { kind: SESSION, id },
			delta: { slug, places: places.length, held: heldAtEnd },
		});
		total += places.length;
	}
	return total;
}

/** Someone who is erased gives up their places; a seat that is freed goes to whoever waits longest. */
export async function erasePerson(tx: Tx, act: Act, who: Erased): Promise<ErasureLine[]> {
	const mine = await tx
		.select({ id: trainingPlace.id, status: trainingPlace.status, session: trainingSession })
		.from(trainingPlace)
		.innerJoin(trainingSession, eq(trainingSession.id, trainingPlace.sessionId))
		.where(inArray(trainingPlace.normalized, [...who.normalized]));
	await deletePlaces(
		tx,
		mine.map(({ id }) => id),
	);
	for (const { status, session } of mine) if (status === 'held') await promote(tx, act, readSession(session));
	return [{ table: 'training_place', how: 'deleted', count: mine.length }];
}
