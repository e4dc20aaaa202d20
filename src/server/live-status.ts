/**
 * What is public of the services within a second of being said, by whichever process: the band on the home page, which is
 * served from memory, and the files for another host. Everything else is rendered from the database when asked for.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { read } from '#db/client.ts';
import { bannerHtml, listLive, MARK, publishStatus, statusStamp } from '#src/features/status/index.ts';
import { LOCALES, type Locale, pathOf } from '#src/i18n/routes.ts';
import { now } from '#src/lib/clock.ts';
import { describeError, log } from '#src/lib/log.ts';
import type { StaticFiles } from '#src/server/static.ts';

const EVERY_MS = 1_000;

export interface LiveStatus {
	/** Brings the home pages up to date; what goes wrong is logged once, and the pages stay as they were. */
	look(): Promise<void>;
	/** From now on, every second. */
	follow(): void;
	/** Lets the round under way finish. */
	stop(): Promise<void>;
}

/** @param publish writes the files for another host. */
export function followStatus(files: Pick<StaticFiles, 'edit'>, publish: () => Promise<void> = publishStatus): LiveStatus {
	const stopping = new AbortController();
	const shown: Record<Locale, string> = { fr: '', en: '' };
	const failing = new Set<string>();
	let published: number | null = null;
	let following: Promise<void> = Promise.resolve();

	const guarded = async (what: string, work: () => Promise<void>) => {
		try {
			await work();
			failing.delete(what);
		} catch (error) {
			if (!failing.has(what)) log.error(`status.${what}_failed`, describeError(error));
			failing.add(what);
		}
	};

	const showBand = async () => {
		const live = await listLive(read);
		for (const locale of LOCALES) {
			const band = bannerHtml(live, now(), locale);
			if (band === shown[locale]) continue;
			await files.edit(
				pathOf('home', locale),
				band === ''
					? null
					: (html) => {
							if (!html.includes(MARK)) throw new Error('the home page has no place for the band');
							return html.replace(MARK, () => band);
						},
			);
			shown[locale] = band;
		}
	};

	const publishNews = async () => {
		const stamp = await statusStamp(read);
		if (stamp === published) return;
		await publish();
		published = stamp;
	};

	const look = () => guarded('band', showBand);

	return {
		look,
		follow() {
			following = (async () => {
				while (!stopping.signal.aborted) {
					await look();
					await guarded('copy', publishNews);
					await sleep(EVERY_MS, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined);
				}
			})();
		},
		async stop() {
			stopping.abort();
			await following;
		},
	};
}
