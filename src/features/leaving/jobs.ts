import { read, write } from '#db/client.ts';
import { listDueItems, listDueNotices, listToCertify } from '#src/features/leaving/data.ts';
import { carryOutDueNotice, certifyNext, deleteDue } from '#src/features/leaving/mutations.ts';
import type { Act } from '#src/lib/act.ts';
import { civilDateOf, now } from '#src/lib/clock.ts';

const system = (): Act => ({ actor: { kind: 'system' }, at: now(), requestId: null });

// Each looks first outside of a transaction: spares everyone a write when there is nothing to do.

/** Notices whose seven days are over take effect. Safe to repeat and to run in two processes at once. */
export async function carryOutNotices(): Promise<void> {
	while ((await listDueNotices(read, now(), 1)).length > 0) await write((tx) => carryOutDueNotice(tx, system()));
}

/** Deletes what the calendars of those who left say, and certifies those that are complete. Safe to repeat. */
export async function keepCalendars(): Promise<void> {
	while ((await listDueItems(read, civilDateOf(now()), 1)).length > 0) await write((tx) => deleteDue(tx, system()));
	while ((await listToCertify(read, 1)).length > 0) await write((tx) => certifyNext(tx, system()));
}
