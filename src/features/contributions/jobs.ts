import { read, write } from '#db/client.ts';
import { listPledgesToCharge } from '#src/features/contributions/data.ts';
import { chargeDuePledges } from '#src/features/contributions/mutations.ts';
import { civilDateOf, now } from '#src/lib/clock.ts';
import { log } from '#src/lib/log.ts';

/** Asks for each part of a contribution whose period has begun. Safe to repeat and to run in two processes at once. @returns how many. */
export async function chargeDue(): Promise<number> {
	let total = 0;
	for (;;) {
		const at = now();
		// Spares everyone a write transaction when there is nothing to ask for.
		if ((await listPledgesToCharge(read, civilDateOf(at), 1)).length === 0) break;
		const made = await write((tx) => chargeDuePledges(tx, { actor: { kind: 'system' }, at, requestId: null }, civilDateOf(at)));
		if (made === 0) break;
		total += made;
	}
	if (total > 0) log.info('contributions.charged', { charges: total });
	return total;
}
