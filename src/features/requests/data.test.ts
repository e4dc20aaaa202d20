import { beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '#db/client.ts';
import {
	countQueues,
	countWaitingForWorkers,
	hasRunService,
	listEntitlements,
	listOffered,
	listOpenRequests,
	listQueue,
	listRecentRequests,
	listRequests,
	listWaitingOnMember,
	sumGranted,
} from '#src/features/requests/data.ts';
import { answerRequest, resolveRequest, takeRequest } from '#src/features/requests/mutations.ts';
import type { Cursor } from '#src/features/requests/rules.ts';
import { civilDateOf, HOUR } from '#src/lib/clock.ts';
import { newIdempotencyKey } from '#src/lib/ids.ts';
import {
	aCatalogue,
	actOf,
	aGroup,
	aMemberOf,
	aRequest,
	aWorkerOf,
	START,
	type TestMember,
	type TestWorker,
} from '#test/factories/requests.ts';
import { freshDatabase } from '#test/support/database.ts';

let database: Database;
let member: TestMember;
let stranger: TestMember;
let worker: TestWorker;
let itemId: string;

beforeEach(async () => {
	database = await freshDatabase();
	await database.write(async (tx) => {
		await aCatalogue(tx);
		member = await aMemberOf(tx, await aGroup(tx));
		stranger = await aMemberOf(tx, await aGroup(tx));
		worker = await aWorkerOf(tx);
	});
	itemId = (await listOffered(database.read, civilDateOf(START)))[0]?.id ?? '';
});

const ask = (who: TestMember, at = START) => database.write((tx) => aRequest(tx, who, { itemId, at }));
const change = (number: string, version: number) => ({ number, submissionKey: newIdempotencyKey(), version });
const take = (number: string) => database.write((tx) => takeRequest(tx, actOf(worker.personId), worker.grant, change(number, 1)));

describe('what a group reads', () => {
	it('is its own only', async () => {
		await ask(member);
		const theirs = await ask(stranger);
		expect((await listRecentRequests(database.read, stranger.reads, 5)).map((row) => row.number)).toEqual([theirs]);
		expect((await listOpenRequests(database.read, stranger.reads)).map((row) => row.number)).toEqual([theirs]);
	});

	it('names the requests that wait for its answer, the longest wait first', async () => {
		const numbers = [await ask(member), await ask(member, START + HOUR)];
		for (const [at, number] of numbers.toReversed().entries()) {
			await take(number);
			await database.write((tx) =>
				answerRequest(tx, actOf(worker.personId, START + (at + 2) * HOUR), worker.grant, {
					...change(number, 2),
					body: 'Quel nom?',
					wait: true,
				}),
			);
		}
		const waiting = await listWaitingOnMember(database.read, member.reads);
		expect(waiting.map((row) => row.number)).toEqual(numbers.toReversed());
		expect(waiting[0]?.since).toBe(START + 2 * HOUR);
	});

	it('sums what its services grant', async () => {
		expect(await hasRunService(database.read, member.writes)).toBe(false);
		for (const number of [await ask(member), await ask(member)]) {
			await take(number);
			await database.write((tx) =>
				resolveRequest(tx, actOf(worker.personId), worker.grant, { ...change(number, 2), body: 'Fait.', runsFrom: civilDateOf(START) }),
			);
		}
		expect(await sumGranted(database.read, member.reads)).toEqual({ wikis: 2, megabytes: 2_000 });
		expect((await listEntitlements(database.read, member.reads)).map((one) => [one.title.fr, one.requestNumber, one.fromOn])).toEqual([
			['Wiki', 'D-2026-0001', '2026-03-10'],
			['Wiki', 'D-2026-0002', '2026-03-10'],
		]);
		expect(await hasRunService(database.read, member.writes)).toBe(true);
		expect(await sumGranted(database.read, stranger.reads)).toEqual({});
	});

	it('pages through all its requests, newest first, each once, even those of one instant', async () => {
		const numbers: string[] = [];
		for (let at = 0; at < 65; at += 1) numbers.push(await ask(member, START + Math.floor(at / 10) * HOUR));
		const seen: string[] = [];
		for (let after: Cursor | null = null; ; ) {
			const page = await listRequests(database.read, member.reads, after);
			seen.push(...page.rows.map((row) => row.number));
			after = page.next;
			if (after === null) break;
		}
		expect(seen.toSorted()).toEqual(numbers.toSorted());
		expect(new Set(seen).size).toBe(65);
	});
});

describe('the workers’ queues', () => {
	it('begin with the longest wait and go through everything once', async () => {
		const numbers: string[] = [];
		for (let at = 0; at < 40; at += 1) numbers.push(await ask(at % 2 ? member : stranger, START + (40 - at) * HOUR));
		const first = await listQueue(database.read, worker.grant, 'all', null);
		const second = await listQueue(database.read, worker.grant, 'all', first.next);
		expect([...first.rows, ...second.rows].map((row) => row.number)).toEqual(numbers.toReversed());
		expect(second.next).toBeNull();
	});

	it('are counted, and tell what is mine from what nobody has taken', async () => {
		const number = await ask(member);
		await ask(member);
		await take(number);
		expect(await countQueues(database.read, worker.grant)).toEqual({ all: 2, mine: 1, unassigned: 1, ended: 0 });
		expect((await listQueue(database.read, worker.grant, 'mine', null)).rows).toMatchObject([
			{ number, assigneeName: 'Claude Travail', groupName: 'Les Jardins' },
		]);
		expect(await countWaitingForWorkers(database.read, worker.grant)).toBe(2);
	});
});
