import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { added, countRows, openJoinFloor } from '#bench/cases/join-post.ts';
import { openSpaceFloor } from '#bench/cases/space-home.ts';
import { openStaticFloor } from '#bench/cases/static-home.ts';
import { exchange, getRequest } from '#bench/http.ts';
import { openBench } from '#bench/portal.ts';

/** The newest application with its link, message and event; of what is made anew for each, only its shape. */
function keptOf(file: string): Record<string, unknown> {
	const database = new DatabaseSync(file, { readOnly: true });
	try {
		const newest = (table: string) => database.prepare(`select * from ${table} order by rowid desc limit 1`).get();
		const rows = {
			application: newest('application'),
			link: newest('application_link'),
			message: newest('outbox_message'),
			event: newest('audit_event'),
		};
		const text = JSON.stringify(rows)
			.replace(/[0-9a-f]{64}/g, 'HASH')
			.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID')
			.replace(/(?<=\/)[\w-]{43}(?=\/)/g, 'TOKEN')
			.replace(/\b1[0-9]{12}\b/g, 'INSTANT');
		return JSON.parse(text.replace(/:INSTANT/g, ':"INSTANT"')) as Record<string, unknown>;
	} finally {
		database.close();
	}
}

let bench: Awaited<ReturnType<typeof openBench>>;

beforeAll(async () => {
	bench = await openBench(3);
});

afterAll(() => bench?.close());

describe('what the portal is measured against', () => {
	it('sends the home page with the same bytes and headers', async () => {
		const { floor, check } = await openStaticFloor(bench);
		try {
			await check();
			const request = getRequest('/', { 'Accept-Encoding': 'br' });
			const [ours, theirs] = await Promise.all([exchange(bench.portal.port, request), exchange(floor.port, request)]);
			expect(theirs.body.equals(ours.body)).toBe(true);
			expect(theirs.body.length).toBeGreaterThan(1_000);
		} finally {
			await floor.stop();
		}
	});

	it('sends a group’s space with the same bytes and headers, and nothing to someone whose session is not known', async () => {
		const { floor, request, check, statements, waves } = await openSpaceFloor(bench);
		try {
			await check();
			const [ours, theirs] = await Promise.all([exchange(bench.portal.port, request), exchange(floor.port, request)]);
			expect(theirs.body.equals(ours.body)).toBe(true);
			expect(theirs.body.toString()).toContain('Lieu commun');
			expect(statements).toBeGreaterThan(waves);
			const stranger = getRequest(bench.portal.spacePath, { Cookie: `${bench.portal.cookie.slice(0, -4)}aaaa` });
			for (const { port } of [bench.portal, floor]) expect((await exchange(port, stranger)).status).toBe(303);
		} finally {
			await floor.stop();
		}
	});

	it('writes for one application the same rows as the portal, under a trail that holds', async () => {
		const { floor, floorFile, next, verify } = await openJoinFloor(bench);
		try {
			const files = [bench.portal.databaseFile, floorFile] as const;
			const before = files.map(countRows);
			const [ours, theirs] = [await exchange(bench.portal.port, next()), await exchange(floor.port, next())];
			expect([ours.status, theirs.status]).toEqual([303, 303]);
			const [more, moreOfFloor] = files.map((file, at) => added(before[at] ?? {}, countRows(file)));
			expect(moreOfFloor).toEqual(more);
			expect(more).toEqual({ application: 1, application_link: 1, audit_event: 1, outbox_message: 1 });
			await verify(1);
			await expect(verify(2)).rejects.toThrow(/acknowledged/);
		} finally {
			await floor.stop();
		}
	});

	it('keeps of an application what the portal keeps, and takes the same one sent twice as one', async () => {
		const { floor, floorFile, next, verify } = await openJoinFloor(bench);
		try {
			const request = next();
			const before = countRows(floorFile);
			for (const { port } of [bench.portal, floor]) {
				for (let sent = 0; sent < 2; sent += 1) expect((await exchange(port, request)).status).toBe(303);
			}
			expect(added(before, countRows(floorFile)).application).toBe(1);
			await verify(1);
			const [kept, keptByFloor] = [bench.portal.databaseFile, floorFile].map(keptOf);
			expect(keptByFloor).toEqual(kept);
			expect(JSON.stringify(kept)).toContain('Banc d’essai');
		} finally {
			await floor.stop();
		}
	});
});
