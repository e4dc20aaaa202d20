import { isBusy, read, type Tx, write } from '#db/client.ts';
import { makeLimit } from '#src/adapters/limits/index.ts';
import { findErasureOf, listDueErasures } from '#src/features/privacy/data.ts';
import { type EraseOutcome, eraseNow, noteRun } from '#src/features/privacy/mutations.ts';
import { RETENTION, type RetentionName } from '#src/features/privacy/policy.ts';
import type { Act } from '#src/lib/act.ts';
import { now } from '#src/lib/clock.ts';
import { describeError, log } from '#src/lib/log.ts';

const bySystem = (): Act => ({ actor: { kind: 'system' }, at: now(), requestId: null });

class Undone<T> extends Error {
	readonly result: T;
	constructor(result: T) {
		super('undone on purpose');
		this.result = result;
	}
}

/** Does the work, and undoes it: what it would have said is what the real run will say. */
async function rehearse<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
	try {
		return await write(async (tx) => {
			throw new Undone(await work(tx));
		});
	} catch (error) {
		if (error instanceof Undone) return error.result as T;
		throw error;
	}
}

/** What erasing this person would do. Nothing is changed. */
export function rehearseErasure(act: Act, personId: string): Promise<EraseOutcome> {
	return rehearse((tx) => eraseNow(tx, act, personId));
}

// A rehearsal holds the one place for writing while it lasts: nobody keeps it by loading a page again and again.
const previews = makeLimit(10, 15 * 60);

/** The same for the person who asks, who sees it ten times a quarter of an hour at most; null after that. */
export async function previewErasure(act: Act, personId: string): Promise<EraseOutcome | null> {
	return (await previews.consume(personId)) === null ? rehearseErasure(act, personId) : null;
}

/** Erases those whose week is over. Who became the last to look after a group meanwhile waits until that is settled. @returns how many. */
export async function eraseDue(): Promise<number> {
	let total = 0;
	for (const { id, personId } of await listDueErasures(read, now())) {
		const done = await write(async (tx) => {
			// It may have been taken back since it was listed, and could not be undone.
			const waiting = await findErasureOf(tx, personId);
			return waiting?.id === id ? eraseNow(tx, bySystem(), personId) : null;
		});
		if (done?.ok) total += 1;
	}
	if (total > 0) log.info('privacy.erased', { persons: total });
	return total;
}

export interface RetentionReport {
	readonly dryRun: boolean;
	readonly rules: readonly { readonly rule: RetentionName; readonly removed: number }[];
}

/**
 * Applies every retention rule, each in short transactions of its own, and notes what it did that day. One that fails is logged and does not
 * hold back the others. Safe to repeat and to run in two processes at once.
 */
export async function applyRetention({ dryRun = false } = {}): Promise<RetentionReport> {
	const rules: { rule: RetentionName; removed: number }[] = [];
	for (const { name, apply } of RETENTION) {
		const all = async (tx: Tx, act: Act) => {
			let sum = 0;
			for (let removed = 1; removed > 0; sum += removed) removed = await apply(tx, act);
			return sum;
		};
		try {
			if (dryRun) {
				const act = bySystem();
				rules.push({ rule: name, removed: await rehearse((tx) => all(tx, act)) });
				continue;
			}
			let sum = 0;
			for (let removed = 1; removed > 0; sum += removed) {
				const act = bySystem();
				removed = await write(async (tx) => {
					const count = await apply(tx, act);
					await noteRun(tx, act.at, name, count);
					return count;
				});
			}
			if (sum > 0) log.info('privacy.retention', { rule: name, removed: sum });
			rules.push({ rule: name, removed: sum });
		} catch (error) {
			if (isBusy(error)) throw error;
			log.error('privacy.retention_failed', { rule: name, ...describeError(error) });
		}
	}
	return { dryRun, rules };
}
