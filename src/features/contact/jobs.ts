import { read, write } from '#db/client.ts';
import { listOver } from '#src/features/contact/data.ts';
import { deleteOverMessages } from '#src/features/contact/mutations.ts';
import { now } from '#src/lib/clock.ts';
import { log } from '#src/lib/log.ts';

/** Deletes what has been kept long enough. Safe to repeat and to run in two processes at once. @returns how many messages. */
export async function forgetContact(): Promise<number> {
	let total = 0;
	// Looked at outside of a transaction: spares everyone a write when there is nothing to delete.
	while ((await listOver(read, now(), 1)).length > 0) {
		total += await write((tx) => deleteOverMessages(tx, { actor: { kind: 'system' }, at: now(), requestId: null }));
	}
	if (total > 0) log.info('contact.deleted', { messages: total });
	return total;
}
