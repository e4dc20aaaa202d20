import { and, isNull, lte } from 'drizzle-orm';
import { read, write } from '#db/client.ts';
import { viewing } from '#db/schema/viewing.ts';
import type { Viewing } from '#src/features/viewing/data.ts';
import { endOverdueViews, recordPage } from '#src/features/viewing/mutations.ts';
import { now } from '#src/lib/clock.ts';

/** Writes that someone who views as another opened a page, before it is shown. @param page its key in the route table, and the number it bears. */
export async function notePage(
	seen: Viewing,
	requestId: string,
	page: { readonly key: string; readonly number?: string | undefined },
): Promise<void> {
	const act = { actor: { kind: 'person', personId: seen.viewerId }, at: now(), requestId } as const;
	await write((tx) => recordPage(tx, act, seen, page));
}

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
