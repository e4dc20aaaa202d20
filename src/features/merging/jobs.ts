import { read, write } from '#db/client.ts';
import { listDueMerges } from '#src/features/merging/data.ts';
import { carryOutDueMerge } from '#src/features/merging/mutations.ts';
import type { Act } from '#src/lib/act.ts';
import { now } from '#src/lib/clock.ts';

/** Merges whose seven days are over take effect. Safe to repeat and to run in two processes at once. */
export async function carryOutMerges(): Promise<void> {
	// Looked at outside of a transaction: spares everyone a write when there is nothing to do.
	while ((await listDueMerges(read, now())).length > 0) {
		const act: Act = { actor: { kind: 'system' }, at: now(), requestId: null };
		await write((tx) => carryOutDueMerge(tx, act));
	}
}
