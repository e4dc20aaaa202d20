import { asc } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '#db/client.ts';
import { auditEvent } from '#db/schema/audit.ts';
import { outboxMessage } from '#db/schema/outbox.ts';
import { statusLink, statusSubscription, statusUpdate } from '#db/schema/status.ts';
import type { MailContent } from '#src/features/outbox/index.ts';
import { findLink, findNotice } from '#src/features/status/data.ts';
import {
	announce,
	confirmSubscription,
	expireSubscriptions,
	leave,
	openNotice,
	subscribe,
	updateNotice,
} from '#src/features/status/mutations.ts';
import type { UpdateKind } from '#src/features/status/rules.ts';
import { DAY, HOUR, type Instant } from '#src/lib/clock.ts';
import { newIdempotencyKey } from '#src/lib/ids.ts';
import { anOpening, byOperator, NOON, openedNotice, someTexts } from '#test/factories/status.ts';
import { freshDatabase } from '#test/support/database.ts';

let db: Database;
beforeEach(async () => {
	db = await freshDatabase();
});

const said = (number: string, kind: UpdateKind, over: Partial<Parameters<typeof updateNotice>[3]> = {}) => ({
	number,
	kind,
	version: null,
	submissionKey: newIdempotencyKey(),
	texts: { fr: 'Voici.' },
	authorRole: null,
	expectedEndAt: null,
	endedAt: null,
	...over,
});
const say = (number: string, kind: UpdateKind, over: Partial<Parameters<typeof updateNotice>[3]> = {}, at: Instant = NOON + HOUR) =>
	db.write((tx) => updateNotice(tx, byOperator(at), 'operator', said(number, kind, over)));
const notice = (number: string) => findNotice(db.read, number);

describe('a notice', () => {
	it('gets a number a kind and a year, a first update and a line in the trail', async () => {
		expect(await db.write((tx) => openedNotice(tx))).toBe('P-2026-0001');
		const planned = { kind: 'maintenance', startsAt: NOON + DAY, expectedEndAt: NOON + DAY + HOUR } as const;
		expect(await db.write((tx) => openedNotice(tx, planned))).toBe('E-2026-0001');
		expect(await db.write((tx) => openedNotice(tx))).toBe('P-2026-0002');
		expect((await notice('E-2026-0001'))?.updates.map((update) => update.kind)).toEqual(['opened']);
		const trail = await db.read.select().from(auditEvent);
		expect(trail.map((row) => [row.action, row.actorKind])).toEqual(Array(3).fill(['status.open', 'operator']));
		// What people wrote is public, and yet not the trail's to repeat.
		expect(trail.map((row) => row.delta).join()).not.toContain('messages attendent');
	});

	it('is opened once by a form sent twice, and refused when the form says something else', async () => {
		const opening = anOpening();
		const first = await db.write((tx) => openNotice(tx, byOperator(), 'operator', opening));
		expect(await db.write((tx) => openNotice(tx, byOperator(), 'operator', opening))).toEqual(first);
		const other = { ...opening, texts: { fr: someTexts({ title: 'Autre' }) } };
		expect(await db.write((tx) => openNotice(tx, byOperator(), 'operator', other))).toMatchObject({ reason: 'form_already_used' });
		expect(await db.read.$count(statusUpdate)).toBe(1);
	});

	it('names only services there are, and holds in its hours', async () => {
		const open = (over: Partial<ReturnType<typeof anOpening>>) =>
			db.write((tx) => openNotice(tx, byOperator(), 'operator', anOpening(over)));
		expect(await open({ services: ['inconnu'] })).toEqual({ ok: false, reason: 'invalid', field: 'services' });
		expect(await open({ expectedEndAt: NOON - 2 * HOUR })).toEqual({ ok: false, reason: 'end_before_start', field: 'expectedEndAt' });
		expect(await db.read.$count(statusUpdate)).toBe(0);
	});

	it('is updated, widened, closed, and then takes nothing but a detail', async () => {
		const number = await db.write((tx) => openedNotice(tx));
		const wide = { severity: 'full', services: ['all'], expectedEndAt: NOON + 5 * HOUR } as const;
		expect(await say(number, 'identified', { ...wide, services: ['all'] })).toMatchObject({ ok: true });
		expect(await notice(number)).toMatchObject({
			severity: 'full',
			services: ['all'],
			expectedEndAt: NOON + 5 * HOUR,
			version: 2,
			state: 'open',
		});
		expect(await say(number, 'closed', { endedAt: NOON + 30 * 60_000 })).toMatchObject({ ok: true });
		expect(await notice(number)).toMatchObject({ state: 'closed', endedAt: NOON + 30 * 60_000 });
		expect(await say(number, 'closed')).toMatchObject({ reason: 'impossible_transition' });
		expect(await say(number, 'watching')).toMatchObject({ reason: 'impossible_transition' });
		expect(await say(number, 'note', { severity: 'degraded', expectedEndAt: NOON + 9 * DAY })).toMatchObject({ ok: true });
		expect(await notice(number)).toMatchObject({ state: 'closed', severity: 'full', endedAt: NOON + 30 * 60_000, version: 4 });
		expect((await notice(number))?.updates.map((update) => [update.kind, update.severity])).toEqual([
			['opened', null],
			['identified', 'full'],
			['closed', null],
			['note', null],
		]);
	});

	it('refuses a page that is behind, a number there is none of, and an end before the start', async () => {
		const number = await db.write((tx) => openedNotice(tx));
		expect(await say(number, 'note', { version: 2 })).toMatchObject({ reason: 'stale' });
		expect(await say('P-2026-9999', 'note')).toMatchObject({ reason: 'not_found' });
		expect(await say(number, 'closed', { endedAt: NOON - DAY })).toMatchObject({ reason: 'end_before_start', field: 'endedAt' });
		expect(await say(number, 'note', { severity: 'none' })).toMatchObject({ reason: 'invalid', field: 'severity' });
		expect(await notice(number)).toMatchObject({ version: 1, state: 'open' });
	});

	it('hears an update once from a form sent twice', async () => {
		const number = await db.write((tx) => openedNotice(tx));
		const once = said(number, 'note', { version: 1 });
		const send = (input: typeof once) => db.write((tx) => updateNotice(tx, byOperator(), 'operator', input));
		expect(await send(once)).toEqual(await send(once));
		expect((await notice(number))?.updates).toHaveLength(2);
		expect(await send({ ...once, texts: { fr: 'Autre chose.' } })).toMatchObject({ reason: 'form_already_used' });
	});
});

const mails = () => db.read.select().from(outboxMessage).orderBy(asc(outboxMessage.id));
const contentOf = (row: { content: string | null } | undefined) => JSON.parse(row?.content ?? '{}') as MailContent;
const tokenIn = (url: string | undefined) => url?.split('/').at(-2) ?? '';
const system = (at: Instant = NOON) => ({ ...byOperator(at), actor: { kind: 'system' } as const });

const ask = (normalized: string, over: { locale?: 'fr' | 'en'; submissionKey?: string; at?: Instant } = {}) =>
	db.write((tx) =>
		subscribe(tx, system(over.at), {
			address: normalized,
			normalized,
			locale: over.locale ?? 'fr',
			submissionKey: over.submissionKey ?? newIdempotencyKey(),
		}),
	);

async function subscribed(address: string, locale: 'fr' | 'en' = 'fr', at: Instant = NOON): Promise<void> {
	await ask(address, { locale, at });
	const token = tokenIn(contentOf((await mails()).findLast((row) => row.toAddress === address)).action?.url);
	expect(await db.write((tx) => confirmSubscription(tx, system(at), token))).toEqual({ ok: true });
}

describe('a subscription', () => {
	it('is told of nothing before its address is confirmed, and then only of what comes after', async () => {
		const number = await db.write((tx) => openedNotice(tx));
		await ask('pas-encore@exemple.org');
		await subscribed('zoe@exemple.org');
		await db.write((tx) => announce(tx, system()));
		expect((await mails()).filter((row) => row.template === 'status.update')).toEqual([]);
		await say(number, 'identified');
		await db.write((tx) => announce(tx, system()));
		const told = (await mails()).filter((row) => row.template === 'status.update');
		expect(told.map((row) => row.toAddress)).toEqual(['zoe@exemple.org']);
	});

	it('is told of each update once, however often the round comes', async () => {
		await subscribed('zoe@exemple.org');
		const number = await db.write((tx) => openedNotice(tx));
		await db.write((tx) => announce(tx, system()));
		expect(await db.write((tx) => announce(tx, system()))).toBe(0);
		await say(number, 'note');
		await say(number, 'closed');
		while ((await db.write((tx) => announce(tx, system()))) > 0);
		const keys = (await mails()).filter((row) => row.template === 'status.update').map((row) => row.subject);
		expect(keys).toEqual([
			'Panne\u00a0: Le courriel n’entre plus',
			'Panne\u00a0: Le courriel n’entre plus – Précision',
			'Panne\u00a0: Le courriel n’entre plus – La panne est réglée',
		]);
	});

	it('is written to in its own language, with the text there is and a note when it is in the other', async () => {
		await subscribed('fr@exemple.org', 'fr');
		await subscribed('en@exemple.org', 'en');
		await db.write((tx) => openedNotice(tx));
		await db.write((tx) => announce(tx, system()));
		const [fr, en] = ['fr@exemple.org', 'en@exemple.org'].map((address) => address);
		const all = (await mails()).filter((row) => row.template === 'status.update');
		const french = contentOf(all.find((row) => row.toAddress === fr));
		const english = contentOf(all.find((row) => row.toAddress === en));
		expect(french.action?.url).toBe('http://localhost:4321/etat/P-2026-0001/');
		expect(english.action?.url).toBe('http://localhost:4321/en/status/P-2026-0001/');
		expect(english.subject).toBe('Outage: Le courriel n’entre plus');
		expect(english.paragraphs).toContain('This text exists only in French for now.');
		expect(french.paragraphs.join()).not.toContain('qu’en anglais');
		expect(english.unsubscribe?.url).toMatch(/\/en\/status\/subscription\/[\w-]{43}\/$/);
	});

	it('keeps tokens only as hashes', async () => {
		await ask('zoe@exemple.org');
		const token = tokenIn(contentOf((await mails())[0]).action?.url);
		expect(token).toHaveLength(43);
		expect(JSON.stringify(await db.read.select().from(statusLink))).not.toContain(token);
		expect(await findLink(db.read, token, NOON)).toMatchObject({ purpose: 'confirm', confirmed: false });
	});

	it('asked for twice by one form sends one message; by a second form, a link that replaces the first', async () => {
		const submissionKey = newIdempotencyKey();
		await ask('zoe@exemple.org', { submissionKey });
		await ask('zoe@exemple.org', { submissionKey });
		expect(await mails()).toHaveLength(1);
		await ask('zoe@exemple.org');
		const [first, second] = (await mails()).map((row) => tokenIn(contentOf(row).action?.url));
		expect(await findLink(db.read, first ?? '', NOON)).toBeNull();
		expect(await db.write((tx) => confirmSubscription(tx, system(), second ?? ''))).toEqual({ ok: true });
		expect(await db.read.$count(statusSubscription)).toBe(1);
	});

	it('asked for again once it is confirmed mails its holder a way out, and changes nothing', async () => {
		await subscribed('zoe@exemple.org');
		await ask('zoe@exemple.org', { locale: 'en' });
		const last = (await mails()).at(-1);
		expect(last).toMatchObject({ template: 'status.already_subscribed', locale: 'fr' });
		const [row] = await db.read.select().from(statusSubscription);
		expect(row?.confirmedAt).toBe(NOON);
	});

	it('leaves nothing behind: no address, no link, no message', async () => {
		await subscribed('zoe@exemple.org');
		await db.write((tx) => openedNotice(tx));
		await db.write((tx) => announce(tx, system()));
		const token = tokenIn(contentOf((await mails()).at(-1)).unsubscribe?.url);
		expect(await db.write((tx) => leave(tx, system(), token))).toEqual({ ok: true });
		expect(await db.write((tx) => leave(tx, system(), token))).toMatchObject({ ok: false });
		for (const table of [statusSubscription, statusLink, outboxMessage]) expect(await db.read.$count(table)).toBe(0);
		expect(JSON.stringify(await db.read.select().from(auditEvent))).not.toContain('zoe');
	});

	it('that nobody confirmed is forgotten after seven days, and its link is dead from then on', async () => {
		await ask('zoe@exemple.org');
		await subscribed('reste@exemple.org');
		const token = tokenIn(contentOf((await mails())[0]).action?.url);
		expect(await db.write((tx) => expireSubscriptions(tx, NOON + 7 * DAY - 1))).toBe(0);
		expect(await findLink(db.read, token, NOON + 7 * DAY)).toBeNull();
		expect(await db.write((tx) => expireSubscriptions(tx, NOON + 7 * DAY))).toBe(1);
		expect((await db.read.select().from(statusSubscription)).map((row) => row.normalized)).toEqual(['reste@exemple.org']);
		expect((await mails()).map((row) => row.toAddress)).toEqual(['reste@exemple.org']);
	});
});
