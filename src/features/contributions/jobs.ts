import { isBusy, isLostCommit, read, write } from '#db/client.ts';
import { listPledgesToCharge } from '#src/features/contributions/data.ts';
import { chargePledge } from '#src/features/contributions/mutations.ts';
import { civilDateOf, now } from '#src/lib/clock.ts';
import { describeError, log } from '#src/lib/log.ts';

/** Contributions listed at a time. */
const PAGE = 50;

/**
 * Asks for each part of a contribution whose period has begun, each contribution in a transaction of its own: one that can't
 * be charged is logged and does not hold back the others. Safe to repeat and to run in two processes at once.
 * @returns how many.
 */
export async function chargeDue(): Promise<number> {
	let total = 0;
	let last: string | null = null;
	for (;;) {
		// Listed outside of a transaction: spares everyone a write when there is nothing to ask for.
		const pledgeIds: readonly string[] = await listPledgesToCharge(read, civilDateOf(now()), PAGE, last);
		if (pledgeIds.length === 0) break;
		for (const pledgeId of pledgeIds) {
			const at = now();
			const act = { actor: { kind: 'system' }, at, requestId: null } as const;
			try {
				total += await write((tx) => chargePledge(tx, act, pledgeId, civilDateOf(at)));
			} catch (error) {
				// Nothing is wrong with this contribution, and the next would fare no better: the next run takes them all up.
				if (isBusy(error) || isLostCommit(error)) throw error;
				log.error('contributions.charge_failed', { pledgeId, ...describeError(error) });
			}
			// Past it whatever happened, or one that fails would be listed for ever.
			last = pledgeId;
		}
	}
	if (total > 0) log.info('contributions.charged', { charges: total });
	return total;
}
