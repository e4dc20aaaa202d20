import { read, write } from '#db/client.ts';
import { readGroupFile } from '#src/adapters/group-file/index.ts';
import { listConflicts } from '#src/features/imports/data.ts';
import { importGroup, type ReportLine } from '#src/features/imports/mutations.ts';
import { parseGroups } from '#src/features/imports/schema.ts';
import type { Act } from '#src/lib/act.ts';
import { civilDateOf, now } from '#src/lib/clock.ts';

/** Short transactions: others wait little, and a database server allows each five seconds. Stopped half-way, it is run again. */
const GROUPS_AT_ONCE = 20;

class DryRun extends Error {
	readonly report: readonly ReportLine[];
	constructor(report: readonly ReportLine[]) {
		super('undone on purpose');
		this.report = report;
	}
}

export interface ImportReport {
	readonly ok: boolean;
	readonly dryRun: boolean;
	readonly created: number;
	readonly unchanged: number;
	readonly refused: number;
	readonly lines: readonly ReportLine[];
}

function summary(lines: readonly ReportLine[], dryRun: boolean): ImportReport {
	const count = (outcome: ReportLine['outcome']) => lines.filter((line) => line.outcome === outcome).length;
	const refused = count('refused');
	const sorted = lines.toSorted((a, b) => a.line - b.line);
	return { ok: refused === 0, dryRun, created: count('created'), unchanged: count('unchanged'), refused, lines: sorted };
}

/** Brings a file in, or says what it would do: a dry run is the run itself, undone. A file with one fault brings nothing in. */
export async function importFile(name: string, bytes: Uint8Array, { dryRun }: { readonly dryRun: boolean }): Promise<ImportReport> {
	const file = readGroupFile(name, bytes);
	const parsed = file.ok ? parseGroups(file.lines, civilDateOf(now())) : file;
	const faults = parsed.ok ? await listConflicts(read, parsed.groups) : parsed.faults;
	if (!parsed.ok || faults.length > 0) {
		return summary(
			faults.map(({ line, group, sentence }) => ({ line, group, outcome: 'refused' as const, reason: sentence })),
			dryRun,
		);
	}
	const lines: ReportLine[] = parsed.repeated.map(({ line, group, first }) => ({
		line,
		group,
		outcome: 'unchanged' as const,
		reason: `the same as line ${first}`,
	}));
	for (let at = 0; at < parsed.groups.length; at += GROUPS_AT_ONCE) {
		const act: Act = { actor: { kind: 'operator' }, at: now(), requestId: null };
		const part = parsed.groups.slice(at, at + GROUPS_AT_ONCE);
		try {
			const done = await write(async (tx) => {
				const report: ReportLine[] = [];
				for (const group of part) report.push(...(await importGroup(tx, act, group)));
				if (dryRun) throw new DryRun(report);
				return report;
			});
			lines.push(...done);
		} catch (error) {
			if (!(error instanceof DryRun)) throw error;
			lines.push(...error.report);
		}
	}
	return summary(lines, dryRun);
}
