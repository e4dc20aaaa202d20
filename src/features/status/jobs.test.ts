import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Database } from '#db/client.ts';
import { findNotice } from '#src/features/status/data.ts';
import { publishStatus, startDueMaintenance } from '#src/features/status/jobs.ts';
import { HOUR } from '#src/lib/clock.ts';
import { env } from '#src/lib/env.ts';
import { NOON, openedNotice, someTexts } from '#test/factories/status.ts';
import { freshDatabase } from '#test/support/database.ts';

let db: Database;
let dataDir: string;

beforeEach(async () => {
	db = await freshDatabase();
	dataDir = mkdtempSync(path.join(tmpdir(), 'koumbit-copies-'));
	vi.useFakeTimers({ toFake: ['Date'], now: NOON });
	vi.spyOn(env(), 'dataDir', 'get').mockReturnValue(dataDir);
});

afterEach(() => {
	vi.useRealTimers();
	vi.restoreAllMocks();
	rmSync(dataDir, { recursive: true, force: true });
});

const planned = { kind: 'maintenance', startsAt: NOON + HOUR, expectedEndAt: NOON + 2 * HOUR } as const;

it('a maintenance begins once, at its hour', async () => {
	const number = await db.write((tx) => openedNotice(tx, planned));
	expect(await startDueMaintenance()).toBe(0);
	vi.setSystemTime(NOON + HOUR);
	expect(await startDueMaintenance()).toBe(1);
	expect(await startDueMaintenance()).toBe(0);
	const notice = await findNotice(db.read, number);
	expect(notice?.state).toBe('under_way');
	expect(notice?.updates.map((update) => update.kind)).toEqual(['opened', 'started']);
});

it('the copies say what stands, and a part left by a killed process goes once it is old', async () => {
	mkdirSync(path.join(dataDir, 'status'));
	const [old, young] = ['.index.html.a.part', '.index.html.b.part'].map((name) => path.join(dataDir, 'status', name));
	for (const file of [old, young]) writeFileSync(file ?? '', '<p>half');
	utimesSync(old ?? '', (NOON - HOUR) / 1000, (NOON - HOUR) / 1000);
	await db.write((tx) => openedNotice(tx, { texts: { en: someTexts({ title: 'Mail & lists', what: 'A <b>' }) } }));
	await publishStatus();
	const folder = path.join(dataDir, 'status');
	expect(readdirSync(folder).sort()).toEqual(['.index.html.b.part', 'down.html', 'en', 'index.html', 'rss.xml', 'status.json']);
	const page = readFileSync(path.join(folder, 'index.html'), 'utf8');
	expect(page).toContain('<h1>Un service est en partie interrompu</h1>');
	expect(page).toContain('<h3 lang="en-CA">Mail &amp; lists</h3>');
	expect(page).toContain('écrite le 10\u00a0mars 2026, 12\u00a0h');
	expect(readFileSync(path.join(folder, 'en', 'index.html'), 'utf8')).toContain('<h3>Mail &amp; lists</h3>');
});
