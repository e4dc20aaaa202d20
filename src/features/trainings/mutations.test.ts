import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Database, read } from '#db/client.ts';
import { auditEvent } from '#db/schema/audit.ts';
import { outboxMessage } from '#db/schema/outbox.ts';
import { trainingLink, trainingPlace, trainingSession } from '#db/schema/trainings.ts';
import type { TrainingSettings } from '#src/collections/trainings.ts';
import { findPlace, findSession, findSessionForDesk, listComing, listPast } from '#src/features/trainings/data.ts';
import {
	askPlace,
	cancelPlace,
	cancelSession,
	confirmPlace,
	deleteNeverConfirmed,
	forgetSessions,
	type PlaceAsked,
	syncTrainings,
} from '#src/features/trainings/mutations.ts';
import { ASKED_DAYS, instantOf, KEPT_DAYS } from '#src/features/trainings/rules.ts';
import { DAY, HOUR } from '#src/lib/clock.ts';
import { newIdempotencyKey } from '#src/lib/ids.ts';
import { actBy, aGrant, anAct, aWorker, NOW } from '#test/factories/accounts.ts';
import { readMail } from '#test/factories/membership.ts';
import { aPlace, aSession } from '#test/factories/trainings.ts';
import { freshDatabase } from '#test/support/database.ts';

let db: Database;
const moment = (at = NOW) => ({ at, requestId: null });
const sync = (trainings: readonly TrainingSettings[], at = NOW) => db.write((tx) => syncTrainings(tx, anAct({ at }), trainings));
const ask = (place: PlaceAsked, at = NOW) => db.write((tx) => askPlace(tx, moment(at), place));
const mailTo = async (address: string) => (await readMail(db)).filter((mail) => mail.to === address);
const lastTo = async (address: string) => {
	const mail = (await mailTo(address)).at(-1);
	if (!mail) throw new Error(`no message to ${address}`);
	return mail;
};

/** Asks and confirms, as someone does. @returns the token of their link. */
async function signUp(over: Partial<PlaceAsked> = {}, at = NOW): Promise<{ token: string; email: string }> {
	const place = aPlace(over);
	expect(await ask(place, at)).toEqual({ ok: true });
	const { token } = await lastTo(place.email);
	expect(await db.write((tx) => confirmPlace(tx, moment(at), token))).toEqual({ ok: true });
	return { token, email: place.email };
}
const statusOf = async (token: string) => (await findPlace(read, token))?.place.status;

beforeEach(async () => {
	db = await freshDatabase();
	await sync([aSession()]);
});

describe('a place', () => {
	it('takes no seat until the mailed link is confirmed; the message holds nothing of what was typed', async () => {
		const place = aPlace({ name: 'Achetez ici https://evil.example', group: 'Groupe Pirate', needs: 'Besoins secrets' });
		await ask(place);
		expect((await findSession(read, 'courriel'))?.held).toBe(0);
		const [message] = await db.read.select().from(outboxMessage);
		expect(message?.toName).toBe('');
		expect(`${message?.subject} ${message?.content}`).not.toMatch(/evil|Pirate|secrets|Achetez/);
		const { token } = await lastTo(place.email);
		expect(await statusOf(token)).toBe('asked');
		await db.write((tx) => confirmPlace(tx, moment(), token));
		expect(await statusOf(token)).toBe('held');
		expect((await lastTo(place.email)).template).toBe('trainings.held');
	});

	it('confirmed twice is one place and one message', async () => {
		const { token, email } = await signUp();
		expect(await db.write((tx) => confirmPlace(tx, moment(NOW + HOUR), token))).toEqual({ ok: true });
		expect((await mailTo(email)).map((mail) => mail.template)).toEqual(['trainings.confirm', 'trainings.held']);
	});

	it('asked for twice by the same form writes once; again later, the link is mailed anew and nothing changes', async () => {
		const place = aPlace({ needs: 'Une pause' });
		await ask(place);
		await ask(place);
		expect(await mailTo(place.email)).toHaveLength(1);
		expect(await db.read.$count(trainingLink)).toBe(1);
		const { token } = await lastTo(place.email);
		await db.write((tx) => confirmPlace(tx, moment(), token));
		await ask({ ...place, submissionKey: newIdempotencyKey(), needs: 'Autre chose', name: place.name.toUpperCase() });
		const again = await lastTo(place.email);
		expect(again.template).toBe('trainings.known');
		expect(await statusOf(again.token)).toBe('held');
		const rows = await db.read.select().from(trainingPlace);
		expect(rows.map((row) => row.needs)).toEqual(['Une pause']);
	});

	it('may be asked for by two people of one shared address', async () => {
		await signUp({ email: 'info@groupe.org', name: 'Ève' });
		await signUp({ email: 'INFO@groupe.org', name: 'Lou' });
		expect((await findSession(read, 'courriel'))?.held).toBe(2);
	});

	it('goes to those who confirm first; the others wait in the order they confirmed', async () => {
		const [a, b, c, d] = [await signUp(), await signUp(), await signUp({}, NOW + 1), await signUp({}, NOW + 2)];
		expect(await Promise.all([a, b, c, d].map(({ token }) => statusOf(token)))).toEqual(['held', 'held', 'waiting', 'waiting']);
		expect((await findPlace(read, c.token))?.before).toBe(0);
		expect((await findPlace(read, d.token))?.before).toBe(1);
		expect((await lastTo(d.email)).template).toBe('trainings.waiting');
	});

	it('given up goes to the first who waits, who is told; what is no longer needed is deleted', async () => {
		const [a, , c, d] = [await signUp({ needs: 'x', group: 'y' }), await signUp(), await signUp({}, NOW + 1), await signUp({}, NOW + 2)];
		expect(await db.write((tx) => cancelPlace(tx, moment(NOW + HOUR), a.token))).toEqual({ ok: true });
		expect(await db.write((tx) => cancelPlace(tx, moment(NOW + HOUR), a.token))).toEqual({ ok: true });
		expect(await statusOf(c.token)).toBe('held');
		expect(await statusOf(d.token)).toBe('waiting');
		const told = await lastTo(c.email);
		expect(told.template).toBe('trainings.promoted');
		expect(await statusOf(told.token)).toBe('held');
		expect((await findPlace(read, a.token))?.place).toMatchObject({ status: 'cancelled', needs: null, groupName: null });
		expect((await findSession(read, 'courriel'))?.held).toBe(2);
	});

	it('given up by someone who waits moves nobody', async () => {
		const [, , c, d] = [await signUp(), await signUp(), await signUp({}, NOW + 1), await signUp({}, NOW + 2)];
		await db.write((tx) => cancelPlace(tx, moment(NOW + HOUR), c.token));
		expect(await statusOf(d.token)).toBe('waiting');
	});

	it('given up can be asked for again, behind those who wait', async () => {
		const [a, , c] = [await signUp(), await signUp(), await signUp({}, NOW + 1)];
		await db.write((tx) => cancelPlace(tx, moment(NOW + HOUR), a.token));
		const [row] = await db.read.select().from(trainingPlace).where(eq(trainingPlace.normalized, a.email));
		const again = await signUp({ email: a.email, name: row?.name ?? '' }, NOW + 2 * HOUR);
		expect(await statusOf(again.token)).toBe('waiting');
		expect(await statusOf(c.token)).toBe('held');
	});

	it('can be neither asked for, confirmed nor given up once the session has begun', async () => {
		const startsAt = instantOf('2026-12-22', '18:30');
		const place = aPlace();
		await ask(place, startsAt - HOUR);
		const { token } = await lastTo(place.email);
		expect(await ask(aPlace(), startsAt)).toEqual({ ok: false, reason: 'sign_up_closed' });
		expect(await db.write((tx) => confirmPlace(tx, moment(startsAt), token))).toEqual({ ok: false, reason: 'session_over' });
		await db.write((tx) => confirmPlace(tx, moment(startsAt - 1), token));
		expect(await db.write((tx) => cancelPlace(tx, moment(startsAt), token))).toEqual({ ok: false, reason: 'session_over' });
	});

	it('of a link nobody knows, or a session nobody knows, is none', async () => {
		expect(await db.write((tx) => confirmPlace(tx, moment(), 'x'.repeat(43)))).toEqual({ ok: false, reason: 'unknown_link' });
		expect(await db.write((tx) => cancelPlace(tx, moment(), ''))).toEqual({ ok: false, reason: 'unknown_link' });
		expect(await ask(aPlace({ slug: 'inconnue' }))).toEqual({ ok: false, reason: 'not_found' });
	});

	it('confirmed by many at once is never given twice', async () => {
		await sync([aSession({ seats: 5 })]);
		const tokens: string[] = [];
		for (let count = 0; count < 30; count += 1) {
			const place = aPlace();
			await ask(place);
			tokens.push((await lastTo(place.email)).token);
		}
		await Promise.all(tokens.map((token) => db.write((tx) => confirmPlace(tx, moment(), token))));
		const session = await findSession(read, 'courriel');
		expect([session?.held, session?.waiting]).toEqual([5, 25]);
		// And half of those who have one give it up at the same moment.
		const held = [];
		for (const token of tokens) if ((await statusOf(token)) === 'held') held.push(token);
		await Promise.all(held.slice(0, 3).map((token) => db.write((tx) => cancelPlace(tx, moment(NOW + 1), token))));
		const after = await findSession(read, 'courriel');
		expect([after?.held, after?.waiting]).toEqual([5, 22]);
	});
});

describe('the files', () => {
	it('announce a session once, and examples never', async () => {
		const { on: _, from: __, to: ___, ...described } = aSession({ slug: 'exemple' });
		await sync([aSession(), { ...described, example: true }]);
		await sync([aSession(), { ...described, example: true }]);
		expect((await listComing(read, NOW)).map(({ slug }) => slug)).toEqual(['courriel']);
		expect(await db.read.$count(auditEvent, eq(auditEvent.action, 'trainings.announce'))).toBe(1);
	});

	it('changed keep the places, tell of a new date or place, and say nothing of a new title', async () => {
		const { token, email } = await signUp();
		await sync([aSession({ title: { fr: 'Autre titre', en: 'Other title' } })], NOW + 1);
		expect((await lastTo(email)).template).toBe('trainings.held');
		await sync([aSession({ on: '2026-12-29' })], NOW + 2);
		const told = await lastTo(email);
		expect(told.template).toBe('trainings.changed');
		expect(told.content.paragraphs.join()).toContain('29');
		expect(await statusOf(token)).toBe('held');
		expect(await statusOf(told.token)).toBe('held');
	});

	it('with more seats give them to those who wait; with fewer take nobody’s', async () => {
		const people = [await signUp(), await signUp(), await signUp({}, NOW + 1), await signUp({}, NOW + 2)];
		await sync([aSession({ seats: 3 })], NOW + HOUR);
		expect(await Promise.all(people.map(({ token }) => statusOf(token)))).toEqual(['held', 'held', 'held', 'waiting']);
		await sync([aSession({ seats: 1 })], NOW + 2 * HOUR);
		expect(await Promise.all(people.map(({ token }) => statusOf(token)))).toEqual(['held', 'held', 'held', 'waiting']);
		await db.write((tx) => cancelPlace(tx, moment(NOW + 3 * HOUR), people[0]?.token ?? ''));
		expect(await statusOf(people[3]?.token ?? '')).toBe('waiting');
	});

	it('removed hide the session from the public, and keep its places for workers; put back, it is as before', async () => {
		const { token } = await signUp();
		await sync([]);
		expect(await findSession(read, 'courriel')).toBeNull();
		expect(await listComing(read, NOW)).toEqual([]);
		const desk = await findSessionForDesk(read, aGrant('worker', 'trainings.manage'), 'courriel');
		expect(desk?.session.status).toBe('withdrawn');
		expect(desk?.held).toHaveLength(1);
		await sync([aSession()]);
		expect((await findSession(read, 'courriel'))?.held).toBe(1);
		expect(await statusOf(token)).toBe('held');
	});

	it('removed after the session leave it among those that were held', async () => {
		const after = instantOf('2026-12-22', '20:30') + 1;
		await sync([], after);
		expect((await listPast(read, after)).map(({ slug }) => slug)).toEqual(['courriel']);
	});
});

describe('a session cancelled by a worker', () => {
	it('tells everyone who confirmed why, once, and takes no more places', async () => {
		const [a, , c] = [await signUp(), await signUp(), await signUp({}, NOW + 1)];
		const asked = aPlace();
		await ask(asked);
		const cancelling = { slug: 'courriel', version: 1, reason: 'La personne qui anime est malade.' };
		const { personId } = await db.write((tx) => aWorker(tx));
		const cancel = (over = {}) =>
			db.write((tx) =>
				cancelSession(tx, actBy(personId, { at: NOW + HOUR }), aGrant(personId, 'trainings.manage'), { ...cancelling, ...over }),
			);
		expect(await cancel({ version: 0 })).toEqual({ ok: false, reason: 'stale' });
		expect(await cancel({ slug: 'inconnue' })).toEqual({ ok: false, reason: 'not_found' });
		expect(await cancel()).toEqual({ ok: true });
		expect(await cancel()).toEqual({ ok: false, reason: 'stale' });
		expect(await cancel({ version: 2 })).toEqual({ ok: false, reason: 'impossible_transition' });
		for (const { email } of [a, c]) {
			const told = await lastTo(email);
			expect(told.template).toBe('trainings.session_cancelled');
			expect(told.content.quote).toBe(cancelling.reason);
		}
		expect((await mailTo(asked.email)).map((mail) => mail.template)).toEqual(['trainings.confirm']);
		const { token } = await lastTo(asked.email);
		expect(await db.write((tx) => confirmPlace(tx, moment(), token))).toEqual({ ok: false, reason: 'session_cancelled' });
		expect(await ask(aPlace())).toEqual({ ok: false, reason: 'sign_up_closed' });
		expect((await listComing(read, NOW)).map(({ status }) => status)).toEqual(['cancelled']);
		const [event] = await db.read.select().from(auditEvent).where(eq(auditEvent.action, 'trainings.cancel'));
		expect(JSON.parse(event?.delta ?? '{}')).toMatchObject({ slug: 'courriel', told: 3 });
	});
});

describe('personal information', () => {
	it('of a place nobody confirmed is gone after three days, with its link and its message; a confirmed one stays', async () => {
		const kept = await signUp();
		const asked = aPlace();
		await ask(asked);
		const later = NOW + ASKED_DAYS * DAY;
		expect(await db.write((tx) => deleteNeverConfirmed(tx, anAct({ at: later })))).toBe(0);
		expect(await db.write((tx) => deleteNeverConfirmed(tx, anAct({ at: later + 1 })))).toBe(1);
		expect(await mailTo(asked.email)).toEqual([]);
		expect(await statusOf(kept.token)).toBe('held');
		expect(await db.read.$count(trainingLink)).toBe(1);
	});

	it('is gone thirty days after the session: only how many had a seat stays', async () => {
		for (let count = 0; count < 3; count += 1) await signUp({ needs: 'x' });
		const over = instantOf('2026-12-22', '20:30') + KEPT_DAYS * DAY;
		expect(await db.write((tx) => forgetSessions(tx, anAct({ at: over })))).toBe(0);
		expect(await db.write((tx) => forgetSessions(tx, anAct({ at: over + 1 })))).toBe(3);
		expect(await db.read.$count(trainingPlace)).toBe(0);
		expect(await db.read.$count(trainingLink)).toBe(0);
		expect(await readMail(db)).toEqual([]);
		const [row] = await db.read.select().from(trainingSession);
		expect(row?.heldAtEnd).toBe(2);
		expect(await db.write((tx) => forgetSessions(tx, anAct({ at: over + DAY })))).toBe(0);
	});
});
