import { stringify } from 'csv-stringify/sync';
import { and, asc, eq, gt } from 'drizzle-orm';
import type { Read, Tx } from '#db/client.ts';
import { downloadTicket, erasureRequest } from '#db/schema/privacy.ts';
import type { ZipFile } from '#src/adapters/zip/index.ts';
import { type GroupGrant, rolePartsOfGroup, rolePartsOfPerson } from '#src/features/access/index.ts';
import { accountPartsOfPerson, listProvenAddresses } from '#src/features/accounts/index.ts';
import { applicationPartsOfGroup, applicationPartsOfPerson } from '#src/features/applications/index.ts';
import { trailPartsOfGroup, trailPartsOfPerson } from '#src/features/audit/index.ts';
import { complaintPartsOfPerson } from '#src/features/complaints/index.ts';
import { consentPartsOfPerson } from '#src/features/consents/index.ts';
import { contactPartsOfPerson } from '#src/features/contact/index.ts';
import { contributionPartsOfGroup } from '#src/features/contributions/index.ts';
import { factorPartsOfPerson } from '#src/features/factors/index.ts';
import { contactPartsOfGroup } from '#src/features/groups/index.ts';
import { handoverPartsOfGroup, handoverPartsOfPerson } from '#src/features/handover/index.ts';
import { leavingPartsOfGroup } from '#src/features/leaving/index.ts';
import { membershipPartsOfGroup } from '#src/features/membership/index.ts';
import { messagePartsOfPerson } from '#src/features/outbox/index.ts';
import { invitationPartsOfGroup, invitationPartsOfPerson } from '#src/features/people/index.ts';
import { renewalPartsOfGroup } from '#src/features/renewal/index.ts';
import { requestPartsOfGroup, requestPartsOfPerson, threadsOfGroup } from '#src/features/requests/index.ts';
import { standingPartsOfGroup } from '#src/features/standing/index.ts';
import { subscriptionPartsOfPerson } from '#src/features/status/index.ts';
import { jsonText } from '#src/features/takeout/rules.ts';
import { trainingPartsOfPerson } from '#src/features/trainings/index.ts';
import { viewPartsOfGroup, viewPartsOfPerson } from '#src/features/viewing/index.ts';
import { messages } from '#src/i18n/messages.ts';
import type { Locale } from '#src/i18n/routes.ts';
import type { Instant } from '#src/lib/clock.ts';
import { type ExportPart, type ExportRow, type ExportThread, isoOf, isoOrNull } from '#src/lib/export-part.ts';
import { hashToken } from '#src/lib/ids.ts';

function erasureParts(read: Read, personId: string): ExportPart[] {
	return [
		{
			name: 'erasure_requests',
			table: 'erasure_request',
			async *rows() {
				const rows = await read.select().from(erasureRequest).where(eq(erasureRequest.personId, personId)).orderBy(asc(erasureRequest.id));
				for (const { status, askedAt, dueAt, endedAt } of rows)
					yield { status, createdAt: isoOf(askedAt), dueAt: isoOf(dueAt), endedAt: isoOrNull(endedAt) };
			},
		},
	];
}

/** All that is known of a person, slice by slice. */
export async function partsOfPerson(read: Read, personId: string): Promise<ExportPart[]> {
	const own = await listProvenAddresses(read, personId);
	const normalized = own.map((one) => one.normalized);
	const spellings = [...new Set(own.flatMap((one) => [one.normalized, one.address.toLowerCase()]))];
	return [
		...accountPartsOfPerson(read, personId),
		...factorPartsOfPerson(read, personId),
		...rolePartsOfPerson(read, personId),
		...consentPartsOfPerson(read, personId),
		...invitationPartsOfPerson(read, normalized),
		...applicationPartsOfPerson(read, normalized),
		...requestPartsOfPerson(read, personId),
		...complaintPartsOfPerson(read, personId),
		...handoverPartsOfPerson(read, normalized),
		...contactPartsOfPerson(read, normalized),
		...trainingPartsOfPerson(read, normalized),
		...subscriptionPartsOfPerson(read, normalized),
		...messagePartsOfPerson(read, spellings),
		...erasureParts(read, personId),
		...viewPartsOfPerson(read, personId),
		...trailPartsOfPerson(read, personId),
	];
}

/** All that is kept of a group, slice by slice. */
export function partsOfGroup(read: Read, { organisationId }: GroupGrant<'data.take'>): ExportPart[] {
	return [
		...membershipPartsOfGroup(read, organisationId),
		...contactPartsOfGroup(read, organisationId),
		...standingPartsOfGroup(read, organisationId),
		...renewalPartsOfGroup(read, organisationId),
		...leavingPartsOfGroup(read, organisationId),
		...invitationPartsOfGroup(read, organisationId),
		...rolePartsOfGroup(read, organisationId),
		...applicationPartsOfGroup(read, organisationId),
		...requestPartsOfGroup(read, organisationId),
		...contributionPartsOfGroup(read, organisationId),
		...handoverPartsOfGroup(read, organisationId),
		...viewPartsOfGroup(read, organisationId),
		...trailPartsOfGroup(read, organisationId),
	];
}

async function* csvText(rows: AsyncIterable<ExportRow>): AsyncGenerator<string> {
	let first = true;
	for await (const row of rows) {
		// A mark at the beginning makes spreadsheets read UTF-8; formulas are disarmed.
		if (first) yield `\uFEFF${stringify([Object.keys(row)])}`;
		first = false;
		yield stringify([Object.values(row)], { escape_formulas: true, record_delimiter: 'windows', cast: { boolean: String } });
	}
}

async function* threadText(thread: ExportThread, locale: Locale): AsyncGenerator<string> {
	const m = messages(locale).privacy.takeout;
	yield `${thread.title}\n\n`;
	for await (const { at, author, side, body } of thread.messages()) yield `${isoOf(at)} · ${author ?? m.sides[side]}\n${body}\n\n---\n\n`;
}

/** Which files there are, and what each column is, in the reader's language. */
function readme(parts: readonly { part: ExportPart; columns: readonly string[] }[], of: string, at: Instant, locale: Locale): string {
	const m = messages(locale).privacy.takeout;
	const files: Readonly<Record<string, string>> = m.files;
	const fields: Readonly<Record<string, string>> = m.fields;
	const described = parts.map(({ part, columns }) => {
		const rows = columns.length === 0 ? [`  ${m.none}`] : columns.map((name) => `  ${name}: ${fields[name] ?? name}`);
		return [`${part.name}: ${files[part.name] ?? part.name}`, ...rows].join('\n');
	});
	return [m.readmeTitle(of, isoOf(at)), ...m.readmeText, ...described, ''].join('\n\n');
}

async function columnsOf(part: ExportPart): Promise<string[]> {
	for await (const row of part.rows()) return Object.keys(row);
	return [];
}

async function* archive(
	parts: readonly ExportPart[],
	threads: AsyncIterable<ExportThread> | null,
	of: string,
	at: Instant,
	locale: Locale,
): AsyncGenerator<ZipFile> {
	const known: { part: ExportPart; columns: string[] }[] = [];
	for (const part of parts) known.push({ part, columns: await columnsOf(part) });
	const m = messages(locale).privacy.takeout;
	yield { name: m.readmeFile, text: () => [readme(known, of, at, locale)] };
	for (const { part, columns } of known) {
		yield { name: `json/${part.name}.json`, text: () => jsonText(part.rows()) };
		if (columns.length > 0) yield { name: `csv/${part.name}.csv`, text: () => csvText(part.rows()) };
	}
	if (threads)
		for await (const thread of threads) yield { name: `${m.messagesFolder}/${thread.name}.txt`, text: () => threadText(thread, locale) };
}

/** Files of a person's archive. */
export async function* filesOfPerson(read: Read, personId: string, name: string, at: Instant, locale: Locale): AsyncGenerator<ZipFile> {
	yield* archive(await partsOfPerson(read, personId), null, name, at, locale);
}

/** Files of a group's archive. */
export function filesOfGroup(read: Read, grant: GroupGrant<'data.take'>, at: Instant, locale: Locale): AsyncGenerator<ZipFile> {
	return archive(partsOfGroup(read, grant), threadsOfGroup(read, grant.organisationId), grant.organisation.usualName, at, locale);
}

/** A ticket that still opens something, for that very session; null otherwise. */
export async function findTicket(
	read: Read | Tx,
	input: { readonly token: string; readonly sessionId: string; readonly at: Instant },
): Promise<{ tokenHash: string; organisationId: string | null } | null> {
	const [row] = await read
		.select({ tokenHash: downloadTicket.tokenHash, organisationId: downloadTicket.organisationId })
		.from(downloadTicket)
		.where(
			and(
				eq(downloadTicket.tokenHash, hashToken(input.token)),
				eq(downloadTicket.sessionHash, hashToken(input.sessionId)),
				gt(downloadTicket.expiresAt, input.at),
			),
		)
		.limit(1);
	return row ?? null;
}
