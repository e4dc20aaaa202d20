import { and, asc, eq, isNull } from 'drizzle-orm';
import type { Read, Tx } from '#db/client.ts';
import { committee } from '#db/schema/committees.ts';
import type { CommitteeSettings } from '#src/adapters/settings/index.ts';
import { type Grant, listPeople } from '#src/features/access/index.ts';
import { type CommitteePerson, onePersonEach } from '#src/features/committees/rules.ts';
import type { CivilDate } from '#src/lib/clock.ts';

export interface Committee {
	readonly slug: string;
	readonly name: CommitteeSettings['name'];
	readonly mandate: CommitteeSettings['mandate'];
	/** Whether applications for membership are its work. */
	readonly applications: boolean;
	readonly people: readonly CommitteePerson[];
}

const live = isNull(committee.toOn);

async function withPeople(read: Read | Tx, row: typeof committee.$inferSelect, on: CivilDate): Promise<Committee> {
	const { name, mandate } = JSON.parse(row.settings) as CommitteeSettings;
	const people = await listPeople(read, { kind: 'committee', id: row.slug }, on);
	return { slug: row.slug, name, mandate, applications: row.applications, people: onePersonEach(people) };
}

/** The committees at work, in the order of their file. */
export async function listCommittees(read: Read, _grant: Grant<'workers.read'>, on: CivilDate): Promise<Committee[]> {
	const rows = await read.select().from(committee).where(live).orderBy(asc(committee.position));
	return Promise.all(rows.map((row) => withPeople(read, row, on)));
}

/** Null when no such committee is at work. */
export async function findCommittee(
	read: Read | Tx,
	_grant: Grant<'workers.read'> | null,
	slug: string,
	on: CivilDate,
): Promise<Committee | null> {
	const [row] = await read
		.select()
		.from(committee)
		.where(and(eq(committee.slug, slug), live))
		.limit(1);
	return row ? withPeople(read, row, on) : null;
}
