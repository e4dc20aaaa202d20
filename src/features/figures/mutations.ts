import type { Tx } from '#db/client.ts';
import { figureSnapshot } from '#db/schema/figures.ts';
import { recordAudit } from '#src/features/audit/index.ts';
import { findRoundingKey, listPublishedNames, readFacts } from '#src/features/figures/data.ts';
import { publishedOf, type Quarter } from '#src/features/figures/rules.ts';
import type { Act } from '#src/lib/act.ts';
import { newToken } from '#src/lib/ids.ts';

/** Publishes the figures of a quarter, for good. @returns false when they are published already. */
export async function publishQuarter(tx: Tx, act: Act, quarter: Quarter): Promise<boolean> {
	if ((await listPublishedNames(tx)).includes(quarter.id)) return false;
	const roundingKey = (await findRoundingKey(tx)) ?? newToken();
	const figures = publishedOf(await readFacts(tx, quarter), roundingKey);
	await tx.insert(figureSnapshot).values({ quarter: quarter.id, roundingKey, figures: JSON.stringify(figures), createdAt: act.at });
	await recordAudit(tx, act, { action: 'figures.publish', subject: { kind: 'figure_snapshot', id: quarter.id } });
	return true;
}
