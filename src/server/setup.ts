import { mkdirSync } from 'node:fs';
import { eq } from 'drizzle-orm';
import { type Database, database } from '#db/client.ts';
import { migrate } from '#db/migrate.ts';
import { settingsCopy } from '#db/schema/settings.ts';
import { readCatalogue, readCommittees, readScale, readTrainings, SettingsError, settingsChecksum } from '#src/adapters/settings/index.ts';
import { syncCommittees } from '#src/features/committees/index.ts';
import { adoptScale } from '#src/features/contributions/index.ts';
import { syncCatalogue } from '#src/features/requests/index.ts';
import { syncTrainings } from '#src/features/trainings/index.ts';
import { now } from '#src/lib/clock.ts';
import { env } from '#src/lib/env.ts';

const SCALE_REFUSED = {
	adopted_scale_changed:
		'content/contribution-scale.yaml was edited under an id already adopted, so amounts people agreed to would change. Give the new scale a new id and a later effectiveFrom.',
	scale_not_later:
		'content/contribution-scale.yaml has a new id but does not come into force after the last scale adopted. Give it a later effectiveFrom.',
} as const;

const CONTENT = 'content';

/** Dated copies of the settings in content/, made again only when a file changed: reading them all costs a sixth of a cold start. */
async function copySettings(opened: Database): Promise<void> {
	const checksum = settingsChecksum();
	const [copy] = await opened.read.select().from(settingsCopy).where(eq(settingsCopy.name, CONTENT));
	if (copy?.checksum === checksum) return;
	const [catalogue, scale, trainings, committees] = [readCatalogue(), readScale(), readTrainings(), readCommittees()];
	await opened.write(async (tx) => {
		const act = { actor: { kind: 'operator' } as const, at: now(), requestId: null };
		const adopted = await adoptScale(tx, act, scale);
		if (!adopted.ok) throw new SettingsError(SCALE_REFUSED[adopted.reason]);
		await syncCatalogue(tx, act, catalogue);
		await syncCommittees(tx, act, committees);
		await syncTrainings(tx, act, trainings);
		const row = { name: CONTENT, checksum, copiedAt: act.at };
		await tx.insert(settingsCopy).values(row).onConflictDoUpdate({ target: settingsCopy.name, set: row });
	});
}

/**
 * Makes the place and the database ready: DATA_DIR, migrations, dated copies of the settings in content/. Safe to repeat.
 * @throws {SettingsError} when a settings file can't be taken as it is; nothing of it was copied then.
 */
export async function prepareDatabase(): Promise<{ database: Database; applied: string[] }> {
	mkdirSync(env().dataDir, { recursive: true, mode: 0o700 });
	const opened = database();
	const applied = await migrate(opened);
	await copySettings(opened);
	return { database: opened, applied };
}
