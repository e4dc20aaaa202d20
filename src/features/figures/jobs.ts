import { read, write } from '#db/client.ts';
import { firstMemberOn, listPublishedNames } from '#src/features/figures/data.ts';
import { publishQuarter } from '#src/features/figures/mutations.ts';
import { quartersDue } from '#src/features/figures/rules.ts';
import { civilDateOf, now } from '#src/lib/clock.ts';
import { log } from '#src/lib/log.ts';

/** Publishes each quarter whose time has come, oldest first, since the first member. @returns how many. */
export async function publishDue(): Promise<number> {
	const since = await firstMemberOn(read);
	if (since === null) return 0;
	const done = new Set(await listPublishedNames(read));
	let total = 0;
	for (const quarter of quartersDue(since, civilDateOf(now()))) {
		if (done.has(quarter.id)) continue;
		const act = { actor: { kind: 'system' }, at: now(), requestId: null } as const;
		if (await write((tx) => publishQuarter(tx, act, quarter))) total += 1;
	}
	if (total > 0) log.info('figures.published', { quarters: total });
	return total;
}
