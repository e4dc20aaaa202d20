import { stringify } from 'csv-stringify/sync';
import { asc, desc, eq, sql } from 'drizzle-orm';
import type { Read, Tx } from '#db/client.ts';
import { person } from '#db/schema/accounts.ts';
import { confidentialityIncident as incident } from '#db/schema/privacy.ts';
import type { Grant } from '#src/features/access/index.ts';

export type Incident = typeof incident.$inferSelect & { readonly recordedByName: string };

const latest = sql`${incident.revision} = (select max(later.revision) from ${incident} later where later.number = ${incident.number})`;

/** The register as it stands, newest first. */
export async function listIncidents(read: Read, _grant: Grant<'confidentiality.manage'>): Promise<Incident[]> {
	const rows = await read
		.select({ row: incident, name: person.fullName })
		.from(incident)
		.innerJoin(person, eq(person.id, incident.recordedBy))
		.where(latest)
		.orderBy(desc(incident.knownOn), desc(incident.number));
	return rows.map(({ row, name }) => ({ ...row, recordedByName: name }));
}

/** Every revision of an incident, the one that stands first; empty when there is none of that number. */
export async function listRevisions(read: Read | Tx, _grant: Grant<'confidentiality.manage'>, number: string): Promise<Incident[]> {
	const rows = await read
		.select({ row: incident, name: person.fullName })
		.from(incident)
		.innerJoin(person, eq(person.id, incident.recordedBy))
		.where(eq(incident.number, number))
		.orderBy(desc(incident.revision));
	return rows.map(({ row, name }) => ({ ...row, recordedByName: name }));
}

/** Every revision of every incident, for a spreadsheet or the Commission; formulas disarmed. */
export async function exportIncidents(read: Read, _grant: Grant<'confidentiality.manage'>): Promise<string> {
	const rows = await read.select().from(incident).orderBy(asc(incident.number), asc(incident.revision));
	const columns = [
		'number',
		'revision',
		'knownOn',
		'happened',
		'information',
		'people',
		'circumstances',
		'risk',
		'sensitivity',
		'consequences',
		'likelihood',
		'measures',
		'commissionOn',
		'peopleOn',
		'publicNotice',
		'correction',
	] as const;
	return `\uFEFF${stringify(
		rows.map((row) => columns.map((name) => row[name])),
		{ header: true, columns: columns.map((key) => ({ key })), escape_formulas: true, record_delimiter: 'windows' },
	)}`;
}
