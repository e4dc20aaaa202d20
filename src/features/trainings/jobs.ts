import { read, write } from '#db/client.ts';
import { listNeverConfirmed, listToForget } from '#src/features/trainings/data.ts';
import { deleteNeverConfirmed, forgetSessions } from '#src/features/trainings/mutations.ts';
import type { Act } from '#src/lib/act.ts';
import { now } from '#src/lib/clock.ts';
import { log } from '#src/lib/log.ts';

const act = (): Act => ({ actor: { kind: 'system' }, at: now(), requestId: null });

/** Deletes what nobody confirmed, and all that sessions long over still hold. Safe to repeat and to run in two processes at once. */
export async function forgetTrainings(): Promise<number> {
	let total = 0;
	// Looked at outside of a transaction: spares everyone a write when there is nothing to delete.
	while ((await listNeverConfirmed(read, now(), 1)).length > 0) total += await write((tx) => deleteNeverConfirmed(tx, act()));
	if ((await listToForget(read, now())).length > 0) total += await write((tx) => forgetSessions(tx, act()));
	if (total > 0) log.info('trainings.forgotten', { places: total });
	return total;
}
