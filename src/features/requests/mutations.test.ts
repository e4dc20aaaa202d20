import { asc, eq } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Database, Tx } from '#db/client.ts';
import { roleAssignment } from '#db/schema/access.ts';
import { auditEvent } from '#db/schema/audit.ts';
import { charge, pledge } from '#db/schema/contributions.ts';
import { outboxMessage } from '#db/schema/outbox.ts';
import { catalogueItem, entitlement, requestMessage, serviceRequest } from '#db/schema/requests.ts';
import { readCatalogue } from '#src/adapters/settings/index.ts';
import { assignRole } from '#src/features/access/index.ts';
import { verifyAudit } from '#src/features/audit/index.ts';
import { findOffered, findRequest, findRequestForWorker, listOffered } from '#src/features/requests/data.ts';
import {
	addNote,
	answerRequest,
	type ChangeOutcome,
	cancelRequest,
	closeRequest,
	declineRequest,
	holdRequest,
	openRequest,
	type RequestChange,
	replyToRequest,
	resolveRequest,
	resumeRequest,
	syncCatalogue,
	takeRequest,
} from '#src/features/requests/mutations.ts';
import { can, type MemberAction, NEXT, type RequestStatus, STATUSES, transition, type WorkerAction } from '#src/features/requests/rules.ts';
import { type CivilDate, civilDateOf, DAY } from '#src/lib/clock.ts';
import { newIdempotencyKey } from '#src/lib/ids.ts';
import { aPledge } from '#test/factories/contributions.ts';
import {
	aCatalogue,
	actOf,
	aGroup,
	aMemberOf,
	anItem,
	aRequest,
	aWorkerOf,
	helpItem,
	START,
	type TestGroup,
	type TestMember,
	type TestWorker,
} from '#test/factories/requests.ts';
import { freshDatabase } from '#test/support/database.ts';

const today = civilDateOf(START);

let database: Database;
let group: TestGroup;
let member: TestMember;
let worker: TestWorker;
let colleague: TestWorker;
let wikiId: string;
let helpId: string;

beforeEach(async () => {
	database = await freshDatabase();
	await database.write(async (tx) => {
		await aCatalogue(tx);
		group = await aGroup(tx);
		member = await aMemberOf(tx, group);
		worker = await aWorkerOf(tx);
		colleague = await aWorkerOf(tx, { name: 'Andréa Collègue', locale: 'en' });
	});
	const [wiki, help] = await listOffered(database.read, today);
	wikiId = wiki?.id ?? '';
	helpId = help?.id ?? '';
});

const stateOf = async (number: string) => {
	const [row] = await database.read.select().from(serviceRequest).where(eq(serviceRequest.number, number));
	if (!row) throw new Error(`no request ${number}`);
	return row;
};
const messagesOf = (template?: string) =>
	database.read
		.select()
		.from(outboxMessage)
		.where(template === undefined ? undefined : eq(outboxMessage.template, template))
		.orderBy(asc(outboxMessage.id));
const linesOf = async (number: string) => {
	const { id } = await stateOf(number);
	return database.read.select().from(requestMessage).where(eq(requestMessage.requestId, id));
};

/** A change as someone would make it who has just read the request. */
const changeTo = async (number: string, over: Partial<RequestChange> = {}): Promise<RequestChange> => ({
	number,
	submissionKey: newIdempotencyKey(),
	version: (await stateOf(number)).version,
	...over,
});

type Doing = (tx: Tx, change: RequestChange) => Promise<{ ok: true; number: string } | { ok: false; reason: string }>;

const WORKER: Record<WorkerAction, Doing> = {
	take: (tx, change) => takeRequest(tx, actOf(worker.personId), worker.grant, change),
	answer: (tx, change) => answerRequest(tx, actOf(worker.personId), worker.grant, { ...change, body: 'Voici.', wait: false }),
	ask: (tx, change) => answerRequest(tx, actOf(worker.personId), worker.grant, { ...change, body: 'Quel nom?', wait: true }),
	hold: (tx, change) => holdRequest(tx, actOf(worker.personId), worker.grant, { ...change, body: 'Panne ailleurs.' }),
	resume: (tx, change) => resumeRequest(tx, actOf(worker.personId), worker.grant, change),
	resolve: (tx, change) => resolveRequest(tx, actOf(worker.personId), worker.grant, { ...change, body: 'Fait.', runsFrom: 'nothing_new' }),
	close: (tx, change) => closeRequest(tx, actOf(worker.personId), worker.grant, change),
	decline: (tx, change) => declineRequest(tx, actOf(worker.personId), worker.grant, { ...change, body: 'Nous ne pouvons pas.' }),
};
const MEMBER: Record<MemberAction, Doing> = {
	reply: (tx, change) => replyToRequest(tx, actOf(member.personId), member.writes, { ...change, body: 'Bonjour.' }),
	cancel: (tx, change) => cancelRequest(tx, actOf(member.personId), member.writes, change),
};
const ALL = { ...WORKER, ...MEMBER };
const sideOf = (action: keyof typeof ALL) => (action in WORKER ? 'worker' : 'member');

const perform = async (action: keyof typeof ALL, number: string, over: Partial<RequestChange> = {}) => {
	const change = await changeTo(number, over);
	return database.write((tx) => ALL[action](tx, change));
};

/** How to bring a new request into a state, by acts alone. */
const WAY: Record<RequestStatus, readonly (keyof typeof ALL)[]> = {
	new: [],
	open: ['take'],
	waiting_on_member: ['take', 'ask'],
	in_progress: ['take', 'answer'],
	on_hold: ['take', 'hold'],
	resolved: ['take', 'resolve'],
	closed: ['take', 'resolve', 'close'],
	rejected: ['decline'],
	cancelled: ['cancel'],
};

const requestIn = async (status: RequestStatus): Promise<string> => {
	const number = await database.write((tx) => aRequest(tx, member, { itemId: helpId }));
	for (const action of WAY[status]) expect(await perform(action, number)).toMatchObject({ ok: true });
	expect((await stateOf(number)).status).toBe(status);
	return number;
};

describe('the catalogue', () => {
	const rowsOf = () => database.read.select().from(catalogueItem).orderBy(asc(catalogueItem.slug), asc(catalogueItem.id));
	const sync = (items: Parameters<typeof syncCatalogue>[2], at = START) =>
		database.write((tx) => syncCatalogue(tx, actOf(null, at), items));

	it('changes nothing when the files have not changed', async () => {
		const before = await rowsOf();
		expect(await sync([anItem(), helpItem()])).toEqual({ offered: 0, changed: 0, retired: 0 });
		expect(await rowsOf()).toEqual(before);
	});

	it('ends the row of a changed file and begins another the same day', async () => {
		expect(await sync([anItem({ grants: { wikis: 2 } }), helpItem()], START + DAY)).toEqual({ offered: 0, changed: 1, retired: 0 });
		const rows = (await rowsOf()).filter((row) => row.slug === 'wiki');
		expect(rows.map((row) => [row.fromOn, row.toOn])).toEqual([
			['2026-03-10', '2026-03-11'],
			['2026-03-11', null],
		]);
		expect((await findOffered(database.read, 'wiki', '2026-03-10' as CivilDate))?.grants).toEqual({ wikis: 1, megabytes: 1_000 });
		expect((await findOffered(database.read, 'wiki', '2026-03-11' as CivilDate))?.grants).toEqual({ wikis: 2 });
	});

	it('retires the service of a removed file, and leaves what was asked for under it', async () => {
		const number = await database.write((tx) => aRequest(tx, member, { itemId: wikiId }));
		expect(await sync([helpItem()])).toEqual({ offered: 0, changed: 0, retired: 1 });
		expect(await findOffered(database.read, 'wiki', today)).toBeNull();
		expect((await findRequest(database.read, member.reads, number))?.request.item.title.fr).toBe('Wiki');
	});

	it('offers a service again when its file comes back', async () => {
		await sync([helpItem()]);
		expect(await sync([anItem(), helpItem()])).toEqual({ offered: 1, changed: 0, retired: 0 });
		expect((await findOffered(database.read, 'wiki', today))?.id).not.toBe(wikiId);
	});

	it('takes the real files, with a title in both languages, in their order', async () => {
		await sync(readCatalogue());
		const offered = await listOffered(database.read, today);
		expect(offered.map((item) => item.slug)).toEqual(readCatalogue().map((item) => item.slug));
		expect(offered.find((item) => item.slug === 'courriel')?.title).toEqual({ fr: 'Courriel', en: 'Email' });
	});
});

describe('asking for a service', () => {
	it('gives a number of the year, never twice', async () => {
		const first = await database.write((tx) => aRequest(tx, member, { itemId: wikiId }));
		const second = await database.write((tx) => aRequest(tx, member, { itemId: wikiId }));
		// 31 December at 20:00 in Montréal is already January in UTC.
		const lastOfYear = await database.write((tx) => aRequest(tx, member, { itemId: wikiId, at: Date.parse('2027-01-01T01:00:00Z') }));
		const firstOfNext = await database.write((tx) => aRequest(tx, member, { itemId: wikiId, at: Date.parse('2027-01-01T06:00:00Z') }));
		expect([first, second, lastOfYear, firstOfNext]).toEqual(['D-2026-0001', 'D-2026-0002', 'D-2026-0003', 'D-2027-0001']);
	});

	it('acknowledges it to the person who asked and tells each worker once, in their language', async () => {
		await database.write((tx) => aRequest(tx, member, { itemId: wikiId }));
		const messages = await messagesOf();
		const [received, ...others] = messages;
		expect(received).toMatchObject({ template: 'requests.received', toAddress: member.address, inReplyTo: null });
		expect(others.map((one) => [one.toAddress, one.locale, one.template, one.inReplyTo])).toEqual(
			expect.arrayContaining([
				[worker.address, 'fr', 'requests.to_take', received?.messageId],
				[colleague.address, 'en', 'requests.to_take', received?.messageId],
			]),
		);
		expect(messages).toHaveLength(3);
		expect(received?.content).toContain(`/espace/${group.slug}/demandes/D-2026-0001/`);
		expect(others.find((one) => one.locale === 'en')?.content).toContain('/en/work/requests/D-2026-0001/');
	});

	it('makes one request of a form sent twice, even at the same moment', async () => {
		const submissionKey = newIdempotencyKey();
		const send = () => database.write((tx) => aRequest(tx, member, { itemId: wikiId, submissionKey }));
		expect(await Promise.all([send(), send(), send()])).toEqual(['D-2026-0001', 'D-2026-0001', 'D-2026-0001']);
		expect(await database.read.$count(serviceRequest)).toBe(1);
		expect(await messagesOf()).toHaveLength(3);
	});

	it('does not show one group’s request to another that sends the same key', async () => {
		const submissionKey = newIdempotencyKey();
		await database.write((tx) => aRequest(tx, member, { itemId: wikiId, submissionKey }));
		const stranger = await database.write(async (tx) => aMemberOf(tx, await aGroup(tx)));
		await expect(database.write((tx) => aRequest(tx, stranger, { itemId: wikiId, submissionKey }))).rejects.toThrow('form_already_used');
	});

	it('refuses another request on a form already used, never dropping it as a repetition', async () => {
		const input = {
			submissionKey: newIdempotencyKey(),
			urgency: 'when_you_can',
			answers: { about: { value: 'Nos recettes' } },
			locale: 'fr',
			itemId: wikiId,
		} as const;
		const open = (over: Partial<Parameters<typeof openRequest>[3]> = {}, by = member) =>
			database.write((tx) => openRequest(tx, actOf(by.personId), by.writes, { ...input, ...over }));
		expect(await open()).toEqual({ ok: true, number: 'D-2026-0001' });
		const other = await database.write((tx) => aMemberOf(tx, group));
		for (const refused of [
			await open({ answers: { about: { value: 'Nos archives' } } }),
			await open({ urgency: 'nothing_works' }),
			await open({ itemId: helpId }),
			await open({}, other),
		]) {
			expect(refused).toEqual({ ok: false, reason: 'form_already_used' });
		}
		const change = await changeTo('D-2026-0001');
		expect(await database.write((tx) => MEMBER.reply(tx, change))).toMatchObject({ ok: true });
		expect(await open({ submissionKey: change.submissionKey })).toEqual({ ok: false, reason: 'form_already_used' });
		expect(await open()).toEqual({ ok: true, number: 'D-2026-0001' });
		expect(await database.read.$count(serviceRequest)).toBe(1);
	});

	it('refuses a service withdrawn meanwhile', async () => {
		await database.write((tx) => syncCatalogue(tx, actOf(null), [helpItem()]));
		const input = { submissionKey: newIdempotencyKey(), urgency: 'when_you_can', answers: {}, locale: 'fr', itemId: wikiId } as const;
		const outcome = await database.write((tx) => openRequest(tx, actOf(member.personId), member.writes, input));
		expect(outcome).toEqual({ ok: false, reason: 'not_offered' });
		expect(await messagesOf()).toEqual([]);
	});

	it('writes to a person who is both worker and requester once', async () => {
		const both = await database.write(async (tx) => {
			const one = await aMemberOf(tx, group);
			await assignRole(tx, actOf(null), one.personId, { kind: 'coop', role: 'worker' }, 'operator');
			return one;
		});
		await database.write((tx) => aRequest(tx, both, { itemId: wikiId }));
		expect((await messagesOf()).filter((one) => one.toAddress === both.address)).toHaveLength(1);
	});
});

describe('acts on a request', () => {
	const cases = STATUSES.flatMap((status) => (Object.keys(ALL) as (keyof typeof ALL)[]).map((action) => ({ status, action })));

	it.each(cases)('$action from $status does what the table says, or nothing at all', async ({ status, action }) => {
		const number = await requestIn(status);
		const before = {
			row: await stateOf(number),
			lines: await linesOf(number),
			mails: await messagesOf(),
			trail: await database.read.$count(auditEvent),
		};
		const outcome = await perform(action, number);
		const expected = transition(status, action, sideOf(action));
		if (expected.ok) {
			expect(outcome).toEqual({ ok: true, number });
			expect((await stateOf(number)).status).toBe(expected.to);
			expect(await database.read.$count(auditEvent)).toBe(before.trail + 1);
		} else if (status === 'closed' && action === 'reply') {
			expect(outcome).toMatchObject({ ok: true });
			expect(await stateOf(number)).toEqual(before.row);
		} else {
			expect(outcome).toEqual({ ok: false, reason: 'impossible_transition' });
			expect({
				row: await stateOf(number),
				lines: await linesOf(number),
				mails: await messagesOf(),
				trail: await database.read.$count(auditEvent),
			}).toEqual(before);
		}
	});

	it.each(cases.filter(({ status, action }) => can(status, action, sideOf(action))))(
		'$action from $status on a page gone stale changes nothing',
		async ({ status, action }) => {
			const number = await requestIn(status);
			const before = { row: await stateOf(number), lines: await linesOf(number), mails: await messagesOf() };
			expect(await perform(action, number, { version: before.row.version - 1 })).toEqual({ ok: false, reason: 'stale' });
			expect({ row: await stateOf(number), lines: await linesOf(number), mails: await messagesOf() }).toEqual(before);
		},
	);

	it.each(cases.filter(({ status, action }) => can(status, action, sideOf(action))))(
		'$action from $status sent twice acts once and writes to each person once',
		async ({ status, action }) => {
			const number = await requestIn(status);
			const change = await changeTo(number);
			const first = await database.write((tx) => ALL[action](tx, change));
			const after = { row: await stateOf(number), lines: await linesOf(number), mails: await messagesOf() };
			expect(await database.write((tx) => ALL[action](tx, change))).toEqual(first);
			expect({ row: await stateOf(number), lines: await linesOf(number), mails: await messagesOf() }).toEqual(after);
			const newest = after.mails.map((one) => `${one.dedupeKey}`);
			expect(new Set(newest).size).toBe(newest.length);
		},
	);

	it.each(cases.filter(({ status, action }) => can(status, action, sideOf(action))))(
		'the form of $action from $status, sent again for another act or by someone else, is refused and changes nothing',
		async ({ status, action }) => {
			const number = await requestIn(status);
			const change = await changeTo(number);
			expect(await database.write((tx) => ALL[action](tx, change))).toMatchObject({ ok: true });
			const after = { row: await stateOf(number), lines: await linesOf(number), mails: await messagesOf() };
			for (const other of Object.keys(ALL) as (keyof typeof ALL)[]) {
				if (other === action) continue;
				expect(await database.write((tx) => ALL[other](tx, change))).toEqual({ ok: false, reason: 'form_already_used' });
			}
			const stranger = await database.write((tx) => aMemberOf(tx, group));
			const theirs = [
				await database.write((tx) => closeRequest(tx, actOf(colleague.personId), colleague.grant, change)),
				await database.write((tx) => cancelRequest(tx, actOf(stranger.personId), stranger.writes, change)),
				await database.write((tx) => addNote(tx, actOf(worker.personId), worker.grant, { ...change, body: 'Bonjour.' })),
			];
			expect(theirs).toEqual(Array(3).fill({ ok: false, reason: 'form_already_used' }));
			expect({ row: await stateOf(number), lines: await linesOf(number), mails: await messagesOf() }).toEqual(after);
		},
	);

	it('tells an answer that waits from the same words without waiting, where neither changes the state', async () => {
		const number = await requestIn('waiting_on_member');
		const change = { ...(await changeTo(number)), body: 'Quel nom?' };
		const answer = (wait: boolean) => database.write((tx) => answerRequest(tx, actOf(worker.personId), worker.grant, { ...change, wait }));
		expect(await answer(true)).toMatchObject({ ok: true });
		expect(await answer(true)).toMatchObject({ ok: true });
		expect(await answer(false)).toEqual({ ok: false, reason: 'form_already_used' });
	});

	it('refuses a second, different message under the key of the first', async () => {
		const number = await requestIn('in_progress');
		const change = await changeTo(number);
		const reply = (body: string, over: Partial<RequestChange> = {}) =>
			database.write((tx) => replyToRequest(tx, actOf(member.personId), member.writes, { ...change, ...over, body }));
		const refused = { ok: false, reason: 'form_already_used' };
		expect(await reply('Premier.')).toEqual({ ok: true, number });
		expect(await reply('Second.')).toEqual(refused);
		expect(await reply('Premier.')).toEqual({ ok: true, number });
		expect(await reply('Premier.', { number: await requestIn('open') })).toEqual(refused);
		await perform('resolve', number);
		await perform('close', number);
		expect(await reply('Second.')).toEqual(refused);
		const linked = await changeTo(number);
		expect(await reply('Encore.', linked)).toMatchObject({ ok: true });
		expect(await reply('Autre chose.', linked)).toEqual(refused);
		expect((await linesOf(number)).filter((line) => line.body.match(/Premier|Second/)).map((line) => line.body)).toEqual(['Premier.']);
	});

	it('records only steps of the model in the thread', async () => {
		for (const status of STATUSES) {
			for (const line of await linesOf(await requestIn(status))) {
				if (line.kind !== 'transition' || line.fromStatus === line.toStatus) continue;
				expect(NEXT[line.fromStatus as RequestStatus]).toContain(line.toStatus);
			}
		}
	});

	it('lets one of two workers take it when both do at once', async () => {
		const number = await requestIn('new');
		const change = await changeTo(number);
		const outcomes = await Promise.all([
			database.write((tx) => takeRequest(tx, actOf(worker.personId), worker.grant, change)),
			database.write((tx) =>
				takeRequest(tx, actOf(colleague.personId), colleague.grant, { ...change, submissionKey: newIdempotencyKey() }),
			),
		]);
		expect(outcomes.map((one) => (one.ok ? 'ok' : one.reason)).sort()).toEqual(['ok', 'stale']);
		expect((await stateOf(number)).assigneeId).toBe(worker.personId);
	});

	it('finds nothing for a number that does not exist, or that is another group’s', async () => {
		const number = await requestIn('open');
		const stranger = await database.write(async (tx) => aMemberOf(tx, await aGroup(tx)));
		const change = await changeTo(number);
		const outcomes: ChangeOutcome[] = [
			await database.write((tx) => takeRequest(tx, actOf(worker.personId), worker.grant, { ...change, number: 'D-2026-9999' })),
			await database.write((tx) => replyToRequest(tx, actOf(stranger.personId), stranger.writes, { ...change, body: 'Bonjour.' })),
			await database.write((tx) => cancelRequest(tx, actOf(stranger.personId), stranger.writes, change)),
		];
		expect(outcomes).toEqual(Array(3).fill({ ok: false, reason: 'not_found' }));
	});

	it('opens a linked request when the group writes after the end, once for a form sent twice', async () => {
		const number = await requestIn('closed');
		const change = { ...(await changeTo(number)), body: 'Cela recommence.' };
		const reply = () => database.write((tx) => replyToRequest(tx, actOf(member.personId), member.writes, change));
		expect(await reply()).toEqual({ ok: true, number: 'D-2026-0002' });
		expect(await reply()).toEqual({ ok: true, number: 'D-2026-0002' });
		expect((await stateOf(number)).status).toBe('closed');
		const linked = await findRequest(database.read, member.reads, 'D-2026-0002');
		expect(linked?.request).toMatchObject({ status: 'new', follows: number, subject: (await stateOf(number)).subject });
		expect(linked?.thread.map((line) => line.body)).toEqual(['Cela recommence.']);
		expect((await findRequest(database.read, member.reads, number))?.request.followedBy).toBe('D-2026-0002');
	});

	it('leaves a trail that verifies and holds none of the words', async () => {
		await requestIn('closed');
		expect(await verifyAudit(database.read)).toMatchObject({ ok: true });
		const trail = await database.read.select({ delta: auditEvent.delta }).from(auditEvent);
		for (const { delta } of trail) expect(delta).not.toMatch(/Fait|recettes|Dominique|@/);
	});
});

describe('who is written to', () => {
	it('sends the requester each answer in one thread of mails', async () => {
		await requestIn('waiting_on_member');
		const [received] = await messagesOf('requests.received');
		const [asked] = await messagesOf('requests.asked');
		expect(asked).toMatchObject({ toAddress: member.address, inReplyTo: received?.messageId, subject: received?.subject });
		expect(asked?.content).toContain('Quel nom?');
	});

	it('writes to the group in its reader’s language', async () => {
		const anglo = await database.write((tx) => aMemberOf(tx, group, { locale: 'en' }));
		const number = await database.write((tx) => aRequest(tx, anglo, { itemId: helpId }));
		await perform('take', number);
		const [taken] = await messagesOf('requests.taken');
		expect(taken).toMatchObject({ toAddress: anglo.address, locale: 'en' });
		expect(taken?.content).toContain('/en/space/');
	});

	it('sends a reply of the group to the worker who has it in hand, or to all while nobody has', async () => {
		const number = await requestIn('new');
		await perform('reply', number);
		expect((await messagesOf('requests.replied')).map((one) => one.toAddress).sort()).toEqual([worker.address, colleague.address].sort());
		await perform('take', number);
		await perform('reply', number);
		expect((await messagesOf('requests.replied')).slice(2).map((one) => one.toAddress)).toEqual([worker.address]);
	});

	it('tells the requester, too, when someone else of the group cancels', async () => {
		const number = await requestIn('open');
		const other = await database.write((tx) => aMemberOf(tx, group, { name: 'Sam Autre' }));
		const change = await changeTo(number);
		await database.write((tx) => cancelRequest(tx, actOf(other.personId), other.writes, change));
		expect((await messagesOf('requests.cancelled')).map((one) => one.toAddress).sort()).toEqual([member.address, worker.address].sort());
	});

	it('writes to those who speak for the group once the requester has left it', async () => {
		const number = await requestIn('open');
		const left = { toOn: today };
		const others = await database.write(async (tx) => {
			await tx.update(roleAssignment).set(left).where(eq(roleAssignment.personId, member.personId));
			return [await aMemberOf(tx, group), await aMemberOf(tx, group, { role: 'technical' })];
		});
		await perform('answer', number);
		expect((await messagesOf('requests.answered')).map((one) => one.toAddress).sort()).toEqual(others.map((one) => one.address).sort());
	});

	it('writes to all workers once the one who had it in hand has left', async () => {
		const number = await requestIn('open');
		await database.write((tx) => tx.update(roleAssignment).set({ toOn: today }).where(eq(roleAssignment.personId, worker.personId)));
		await perform('reply', number);
		expect((await messagesOf('requests.replied')).map((one) => one.toAddress)).toEqual([colleague.address]);
	});

	it('says nothing to the group when a colleague takes over', async () => {
		const number = await requestIn('in_progress');
		const before = (await messagesOf()).length;
		const change = await changeTo(number);
		await database.write((tx) => takeRequest(tx, actOf(colleague.personId), colleague.grant, change));
		expect(await messagesOf()).toHaveLength(before);
		expect(await stateOf(number)).toMatchObject({ assigneeId: colleague.personId, status: 'in_progress' });
	});
});

describe('an internal note', () => {
	const SECRET = 'Zébulon-secret-42';

	it('never reaches the group: not its pages, not its mails, not even by a version that moved', async () => {
		const number = await requestIn('in_progress');
		const before = await stateOf(number);
		const note = { number, submissionKey: newIdempotencyKey(), body: SECRET };
		expect(await database.write((tx) => addNote(tx, actOf(worker.personId), worker.grant, note))).toEqual({ ok: true, number });
		expect(await stateOf(number)).toEqual(before);
		for (const action of ['ask', 'reply', 'resolve', 'close'] as const) expect(await perform(action, number)).toMatchObject({ ok: true });
		expect(JSON.stringify(await findRequest(database.read, member.reads, number))).not.toContain(SECRET);
		expect(JSON.stringify(await messagesOf())).not.toContain(SECRET);
		expect(JSON.stringify(await database.read.select().from(auditEvent))).not.toContain(SECRET);
		const seen = await findRequestForWorker(database.read, worker.grant, number);
		expect(seen?.thread.filter((line) => line.visibility === 'internal').map((line) => line.body)).toEqual([SECRET]);
	});

	it('is kept once when its form is sent twice, and does not stop the group’s next reply', async () => {
		const number = await requestIn('open');
		const change = await changeTo(number);
		const note = { number, submissionKey: newIdempotencyKey(), body: SECRET };
		await database.write((tx) => addNote(tx, actOf(worker.personId), worker.grant, note));
		await database.write((tx) => addNote(tx, actOf(worker.personId), worker.grant, note));
		expect((await linesOf(number)).filter((line) => line.visibility === 'internal')).toHaveLength(1);
		expect(await database.write((tx) => MEMBER.reply(tx, change))).toMatchObject({ ok: true });
	});

	it('is refused on the form of another note, of another worker or of an answer', async () => {
		const number = await requestIn('open');
		const note = { number, submissionKey: newIdempotencyKey(), body: SECRET };
		const add = (by: TestWorker, over: Partial<typeof note> = {}) =>
			database.write((tx) => addNote(tx, actOf(by.personId), by.grant, { ...note, ...over }));
		const refused = { ok: false, reason: 'form_already_used' };
		expect(await add(worker)).toMatchObject({ ok: true });
		expect(await add(worker, { body: 'Autre chose.' })).toEqual(refused);
		expect(await add(colleague)).toEqual(refused);
		const change = await changeTo(number, { submissionKey: note.submissionKey });
		expect(
			await database.write((tx) => answerRequest(tx, actOf(worker.personId), worker.grant, { ...change, body: SECRET, wait: false })),
		).toEqual(refused);
	});
});

describe('the first service that runs', () => {
	const resolve = async (number: string, runsFrom: CivilDate | 'nothing_new' | null, at = START) => {
		const change = { ...(await changeTo(number)), body: 'Fait.', runsFrom };
		return database.write((tx) => resolveRequest(tx, actOf(worker.personId, at), worker.grant, change));
	};
	const taken = async (itemId: string) => {
		const number = await database.write((tx) => aRequest(tx, member, { itemId }));
		await perform('take', number);
		return number;
	};
	const charges = () => database.read.select().from(charge);

	it('grants what was asked and makes the first charge; the second service makes none', async () => {
		await database.write((tx) => aPledge(tx, { organisationId: group.id }));
		const first = await taken(wikiId);
		expect(await charges()).toEqual([]);
		expect(await resolve(first, today)).toEqual({ ok: true, number: first });
		expect(await charges()).toHaveLength(1);
		expect(await resolve(await taken(wikiId), today)).toMatchObject({ ok: true });
		expect(await charges()).toHaveLength(1);
		const rows = await database.read.select().from(entitlement);
		expect(rows.map((row) => [row.status, row.fromOn, JSON.parse(row.resources)])).toEqual([
			['active', today, { wikis: 1, megabytes: 1_000 }],
			['active', today, { wikis: 1, megabytes: 1_000 }],
		]);
	});

	it('makes no charge for solidarity, and starts all the same', async () => {
		await database.write((tx) => aPledge(tx, { organisationId: group.id, choice: 'unable', yearlyCents: 0 }));
		await resolve(await taken(wikiId), today);
		expect(await charges()).toEqual([]);
		expect((await database.read.select().from(pledge))[0]?.startedOn).toBe(today);
	});

	it('starts nothing for help, nor when nothing new runs', async () => {
		await database.write((tx) => aPledge(tx, { organisationId: group.id }));
		expect(await resolve(await taken(helpId), today)).toMatchObject({ ok: true });
		expect(await resolve(await taken(wikiId), 'nothing_new')).toMatchObject({ ok: true });
		expect(await database.read.$count(entitlement)).toBe(0);
		expect(await charges()).toEqual([]);
	});

	it('grants without a charge what does not sustain the infrastructure', async () => {
		await database.write(async (tx) => {
			await aPledge(tx, { organisationId: group.id });
			await syncCatalogue(tx, actOf(null), [anItem({ slug: 'essai', startsContribution: false })]);
		});
		const item = await findOffered(database.read, 'essai', today);
		expect(await resolve(await taken(item?.id ?? ''), today)).toMatchObject({ ok: true });
		expect(await database.read.$count(entitlement)).toBe(1);
		expect(await charges()).toEqual([]);
	});

	it('must be said to run or not, from a day that can be', async () => {
		const number = await taken(wikiId);
		const before = await stateOf(number);
		expect(await resolve(number, null)).toEqual({ ok: false, reason: 'running_unsaid' });
		expect(await resolve(number, '2026-03-11' as CivilDate)).toEqual({ ok: false, reason: 'runs_in_future' });
		expect(await resolve(number, '2026-03-09' as CivilDate)).toEqual({ ok: false, reason: 'runs_before_request' });
		expect(await stateOf(number)).toEqual(before);
		expect(await database.read.$count(entitlement)).toBe(0);
	});

	it('is granted once, even when the request is opened again and solved again', async () => {
		await database.write((tx) => aPledge(tx, { organisationId: group.id }));
		const number = await taken(wikiId);
		await resolve(number, today);
		await perform('reply', number);
		expect(await resolve(number, today)).toMatchObject({ ok: true });
		expect(await database.read.$count(entitlement)).toBe(1);
		expect(await charges()).toHaveLength(1);
	});

	it('tells the same form sent twice from one that names another day', async () => {
		await database.write((tx) => aPledge(tx, { organisationId: group.id }));
		const number = await taken(wikiId);
		const change = { ...(await changeTo(number)), body: 'Fait.' };
		const send = (runsFrom: CivilDate | 'nothing_new', at = START) =>
			database.write((tx) => resolveRequest(tx, actOf(worker.personId, at), worker.grant, { ...change, runsFrom }));
		expect(await send(today)).toEqual({ ok: true, number });
		expect(await send(today, START + DAY)).toEqual({ ok: true, number });
		expect(await send('nothing_new')).toEqual({ ok: false, reason: 'form_already_used' });
		expect(await send('2026-03-11' as CivilDate, START + DAY)).toEqual({ ok: false, reason: 'form_already_used' });
		// Granted by then: the day asked again counts for nothing, so that it can't differ.
		await perform('reply', number);
		const again = { ...(await changeTo(number)), body: 'Refait.' };
		const resend = (runsFrom: CivilDate | null) =>
			database.write((tx) => resolveRequest(tx, actOf(worker.personId, START + DAY), worker.grant, { ...again, runsFrom }));
		expect(await resend(null)).toEqual({ ok: true, number });
		expect(await resend(today)).toEqual({ ok: true, number });
	});

	it('runs for a group that has not chosen a contribution yet', async () => {
		expect(await resolve(await taken(wikiId), today)).toMatchObject({ ok: true });
		expect(await database.read.$count(entitlement)).toBe(1);
	});

	it('leaves nothing behind when its transaction fails', async () => {
		await database.write((tx) => aPledge(tx, { organisationId: group.id }));
		const number = await taken(wikiId);
		const before = { row: await stateOf(number), mails: await messagesOf(), trail: await database.read.$count(auditEvent) };
		const change = { ...(await changeTo(number)), body: 'Fait.', runsFrom: today };
		const failing = database.write(async (tx) => {
			await resolveRequest(tx, actOf(worker.personId), worker.grant, change);
			throw new Error('the power went out');
		});
		await expect(failing).rejects.toThrow('the power went out');
		expect({ row: await stateOf(number), mails: await messagesOf(), trail: await database.read.$count(auditEvent) }).toEqual(before);
		expect(await database.read.$count(entitlement)).toBe(0);
		expect(await charges()).toEqual([]);
	});
});
