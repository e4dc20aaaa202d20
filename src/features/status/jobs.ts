import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { read, write } from '#db/client.ts';
import { FEED_LENGTH, feedXml, statusJson } from '#src/features/status/components/feed.ts';
import { standaloneHtml } from '#src/features/status/components/standalone.ts';
import { hasUntold, listSaid, listToStart, loadReport, statusStamp } from '#src/features/status/data.ts';
import { announce, updateNotice } from '#src/features/status/mutations.ts';
import { LOCALES } from '#src/i18n/routes.ts';
import type { Act } from '#src/lib/act.ts';
import { MINUTE, now } from '#src/lib/clock.ts';
import { env } from '#src/lib/env.ts';
import { newIdempotencyKey } from '#src/lib/ids.ts';

const bySystem = (): Act => ({ actor: { kind: 'system' }, at: now(), requestId: null });

/** Begins the maintenance whose hour has come. @returns how many. */
export async function startDueMaintenance(): Promise<number> {
	let started = 0;
	for (const number of await listToStart(read, now())) {
		const input = {
			number,
			version: null,
			submissionKey: newIdempotencyKey(),
			kind: 'started',
			texts: {},
			authorRole: null,
			expectedEndAt: null,
			endedAt: null,
		} as const;
		// A worker may have begun or cancelled it meanwhile: then there is nothing to do.
		const done = await write((tx) => updateNotice(tx, bySystem(), 'portal', input));
		if (done.ok) started += 1;
	}
	return started;
}

/** Queues a message to each subscriber for what was said since the last one. */
export async function announceNews(): Promise<void> {
	while (await hasUntold(read)) if ((await write((tx) => announce(tx, bySystem()))) === 0) return;
}

const PARTIAL = /^\..*\.part$/;
/** A part that old was left by a process that was killed. */
const LEFT_BEHIND = 10 * MINUTE;

async function put(folder: string, name: string, text: string): Promise<void> {
	const file = path.join(folder, name);
	await mkdir(path.dirname(file), { recursive: true, mode: 0o755 });
	const partial = path.join(path.dirname(file), `.${path.basename(file)}.${randomUUID()}.part`);
	await writeFile(partial, text, { mode: 0o644, flush: true });
	await rename(partial, file);
}

async function sweep(folder: string): Promise<void> {
	for (const name of await readdir(folder)) {
		if (!PARTIAL.test(name)) continue;
		const file = path.join(folder, name);
		const old = await stat(file).catch(() => null);
		if (old && old.mtimeMs < now() - LEFT_BEHIND) await rm(file, { force: true });
	}
}

async function publishOnce(): Promise<void> {
	const { dataDir, siteUrl } = env();
	const folder = path.join(dataDir, 'status');
	const report = await loadReport(read, now());
	const said = await listSaid(read, FEED_LENGTH);
	for (const locale of LOCALES) {
		const place = locale === 'fr' ? '' : locale;
		await put(folder, path.join(place, 'index.html'), standaloneHtml(report, siteUrl, locale, 'unknown'));
		await put(folder, path.join(place, 'down.html'), standaloneHtml(report, siteUrl, locale, 'down'));
		await put(folder, path.join(place, 'rss.xml'), await feedXml(said, report.names, siteUrl, locale));
	}
	await put(folder, 'status.json', statusJson(report, siteUrl));
	await sweep(folder);
	await sweep(path.join(folder, 'en'));
}

/**
 * Writes `$DATA_DIR/status/`: what the page says, as files that any host can serve. Each file is whole or not there.
 * Written again when something was said meanwhile, so that of two processes that write at once none leaves an old copy.
 */
export async function publishStatus(): Promise<void> {
	for (;;) {
		const stamp = await statusStamp(read);
		await publishOnce();
		if ((await statusStamp(read)) === stamp) return;
	}
}
