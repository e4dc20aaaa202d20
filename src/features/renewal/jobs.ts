import { read, write } from '#db/client.ts';
import { listToAsk, listToRemind } from '#src/features/renewal/data.ts';
import { askDue, remindDue } from '#src/features/renewal/mutations.ts';
import type { Act } from '#src/lib/act.ts';
import { civilDateOf, now } from '#src/lib/clock.ts';

/** Asks and reminds. Safe to repeat and to run in two processes at once: a question is one row a year. */
export async function askRenewals(): Promise<void> {
	const act = (): Act => ({ actor: { kind: 'system' }, at: now(), requestId: null });
	// Looked at outside of a transaction: spares everyone a write on most days.
	if ((await listToAsk(read, civilDateOf(now()))).length > 0) while ((await write((tx) => askDue(tx, act()))) > 0);
	if ((await listToRemind(read, civilDateOf(now()))).length > 0) while ((await write((tx) => remindDue(tx, act()))) > 0);
}
