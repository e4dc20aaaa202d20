import { and, isNull, lte } from 'drizzle-orm';
import { read, write } from '#db/client.ts';
import { viewing } from '#db/schema/viewing.ts';
import { endOverdueViews } from '#src/features/viewing/mutations.ts';
import { now } from '#src/lib/clock.ts';

/** Writes the end of views that nobody ended. They have shown nothing since their time was over. */
export async function closeViews(): Promise<void> {
	// Looked at outside of a transaction: spares everyone a write when there is nothing to close.
	const [due] = await read
		.select({ id: viewing.id })
		.from(viewing)
		.where(and(isNull(viewing.endedAt), lte(viewing.endsAt, now())))
		.limit(1);
	if (due) await write((tx) => endOverdueViews(tx, { actor: { kind: 'system' }, at: now(), requestId: null }));
}
