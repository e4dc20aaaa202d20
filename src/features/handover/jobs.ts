import { read, write } from '#db/client.ts';
import { listTicking } from '#src/features/handover/data.ts';
import { advanceHandovers } from '#src/features/handover/mutations.ts';
import type { Act } from '#src/lib/act.ts';
import { now } from '#src/lib/clock.ts';
import { log } from '#src/lib/log.ts';

/** Ends what expired and meets what nobody objected to. Safe to repeat and to run in two processes at once. */
export async function advanceHandoversDue(): Promise<void> {
	// Looked at outside of a transaction: spares everyone a write when there is nothing under way.
	if ((await listTicking(read)).length === 0) return;
	const act: Act = { actor: { kind: 'system' }, at: now(), requestId: null };
	const changed = await write((tx) => advanceHandovers(tx, act));
	if (changed > 0) log.info('handover.advanced', { changed });
}
