import { stringify } from 'csv-stringify/sync';
import { and, asc, count, desc, eq, gt, gte, inArray, isNotNull, lt, or } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { prepared, type Read, type Tx, type Value } from '#db/client.ts';
import { person } from '#db/schema/accounts.ts';
import { auditEvent } from '#db/schema/audit.ts';
import { application, applicationLink, applicationMessage, organisation } from '#db/schema/membership.ts';
import type { Grant } from '#src/features/access/index.ts';
import {
	type ApplicationStatus,
	type Delay,
	delayOf,
	delaysByMonth,
	findAlike,
	type Likeness,
	statusTokenOf,
	WAITING_ON_WORKERS,
} from '#src/features/applications/rules.ts';
import type { ApplicationInput } from '#src/features/applications/schema.ts';
import type { Kind } from '#src/features/membership/index.ts';
import { addMonths, type CivilDate, civilDateOf, DAY, daysBetween, type Instant } from '#src/lib/clock.ts';
import { byPages, type ExportPart, isoOf, isoOrNull } from '#src/lib/export-part.ts';
import type { FormValues } from '#src/lib/form.ts';
import { hashToken } from '#src/lib/ids.ts';

type Row = typeof application.$inferSelect;

const draftRow = prepared((source, value: Value<'key' | 'resumed'>) =>
	source
		.select()
		.from(application)
		.where(or(eq(application.submissionKey, value('key')), eq(application.submissionKey, value('resumed'))))
		.limit(1),
);

/** The application that a form began, by the form's key or by the one it has once its link served; null when there is none. */
export async function findDraftRow(read: Read | Tx, key: string, resumed: string): Promise<Row | null> {
	const [row] = await draftRow(read, { key, resumed });
	return row ?? null;
}

async function findLink(read: Read | Tx, token: string, purpose: 'resume' | 'confirm' | 'status') {
	const [found] = await read
		.select({ usedAt: applicationLink.usedAt, row: application })
		.from(applicationLink)
		.innerJoin(application, eq(application.id, applicationLink.applicationId))
		.where(and(eq(applicationLink.tokenHash, hashToken(token)), eq(applicationLink.purpose, purpose)))
		.limit(1);
	return found ?? null;
}

const over = (row: Row, at: Instant) =>
	row.status === 'expired' || (row.status === 'draft' && row.expiresAt !== null && row.expiresAt <= at);

/** What a private link no longer opens, and why; `used` was followed and did its work. */
export type DeadLink = 'unknown' | 'expired' | 'replaced' | 'sent' | 'used';

export type Resumed =
	| { readonly state: 'open'; readonly version: number; readonly values: FormValues; readonly sent: boolean }
	| { readonly state: DeadLink };

/** The draft behind a link, as it was typed. */
export async function findResume(read: Read, token: string, at: Instant): Promise<Resumed> {
	const found = await findLink(read, token, 'resume');
	if (!found) return { state: 'unknown' };
	const { row, usedAt } = found;
	if (over(row, at)) return { state: 'expired' };
	if (row.status !== 'draft') return { state: 'sent' };
	if (usedAt !== null) return { state: 'replaced' };
	return { state: 'open', version: row.version, values: JSON.parse(row.draft) as FormValues, sent: row.sentAt !== null };
}

export type Confirmation =
	| { readonly state: 'open'; readonly usualName: string }
	| { readonly state: 'used'; readonly statusToken: string }
	| { readonly state: Exclude<DeadLink, 'used'> };

/** What a confirmation link would do if its button were pressed. Looking at it changes nothing. */
export async function findConfirmation(read: Read, token: string, at: Instant): Promise<Confirmation> {
	const found = await findLink(read, token, 'confirm');
	if (!found) return { state: 'unknown' };
	const { row, usedAt } = found;
	if (over(row, at)) return { state: 'expired' };
	if (row.status === 'draft') return usedAt === null ? { state: 'open', usualName: row.usualName ?? '' } : { state: 'replaced' };
	const statusToken = statusTokenOf(token);
	// A confirmation that a later one replaced has made no status page.
	return (await findLink(read, statusToken, 'status')) ? { state: 'used', statusToken } : { state: 'replaced' };
}

/** An application as it was sent, ready to be shown. */
export interface SentApplication {
	readonly id: string;
	readonly version: number;
	readonly status: ApplicationStatus;
	readonly locale: 'fr' | 'en';
	readonly kind: Kind;
	readonly usualName: string;
	readonly legalName: string;
	readonly mission: string;
	readonly applicantName: string;
	readonly applicantEmail: string;
	readonly needs: ApplicationInput['needs'];
	readonly answers: ApplicationInput['answers'];
	readonly scaleId: string | null;
	readonly budgetBand: string | null;
	readonly contributionChoice: 'amount' | 'unable' | null;
	readonly yearlyCents: number | null;
	readonly frequency: 'yearly' | 'quarterly' | 'monthly' | null;
	readonly consentVersion: string;
	readonly consentAt: Instant;
	readonly submittedAt: Instant;
	readonly decideByOn: string;
	readonly refusalReason: string | null;
	readonly decidedAt: Instant | null;
}

function toSent(row: Row): SentApplication {
	return {
		id: row.id,
		version: row.version,
		status: row.status,
		locale: row.locale,
		kind: row.kind ?? 'collective',
		usualName: row.usualName ?? '',
		legalName: row.legalName ?? '',
		mission: row.mission ?? '',
		applicantName: row.applicantName ?? '',
		applicantEmail: row.applicantEmail ?? '',
		needs: JSON.parse(row.needs ?? '[]') as ApplicationInput['needs'],
		answers: JSON.parse(row.answers ?? '{}') as ApplicationInput['answers'],
		scaleId: row.scaleId,
		budgetBand: row.budgetBand,
		contributionChoice: row.contributionChoice,
		yearlyCents: row.yearlyCents,
		frequency: row.frequency,
		consentVersion: row.consentVersion ?? '',
		consentAt: row.consentAt ?? 0,
		submittedAt: row.submittedAt ?? 0,
		decideByOn: row.decideByOn ?? '',
		refusalReason: row.refusalReason,
		decidedAt: row.decidedAt,
	};
}

export interface Followed {
	readonly application: SentApplication;
	/** Questions and answers, oldest first; never a note among workers. */
	readonly thread: readonly {
		readonly id: string;
		readonly kind: 'question' | 'answer';
		readonly body: string;
		readonly createdAt: Instant;
	}[];
}

/** What the applicant sees of their application; null when the link opens nothing. */
export async function findFollowed(read: Read, token: string): Promise<Followed | null> {
	const found = await findLink(read, token, 'status');
	if (!found || found.usedAt !== null || found.row.submittedAt === null) return null;
	const thread = await read
		.select({
			id: applicationMessage.id,
			kind: applicationMessage.kind,
			body: applicationMessage.body,
			createdAt: applicationMessage.createdAt,
		})
		.from(applicationMessage)
		.where(and(eq(applicationMessage.applicationId, found.row.id), inArray(applicationMessage.kind, ['question', 'answer'])))
		.orderBy(asc(applicationMessage.createdAt), asc(applicationMessage.id));
	const application = toSent(found.row);
	// A proposed refusal is nobody's decision yet, and its reason not theirs to read.
	const reason = application.status === 'refused' ? application.refusalReason : null;
	return { application: { ...application, refusalReason: reason }, thread: thread as Followed['thread'] };
}

export const APPLICATION_LISTS = ['waiting', 'asked', 'closed'] as const;
export type ApplicationList = (typeof APPLICATION_LISTS)[number];

const IN_LIST: Record<ApplicationList, readonly ApplicationStatus[]> = {
	waiting: WAITING_ON_WORKERS,
	asked: ['info_requested'],
	closed: ['accepted', 'refused', 'withdrawn'],
};

export interface ApplicationLine {
	readonly id: string;
	readonly usualName: string;
	readonly kind: Kind;
	readonly status: ApplicationStatus;
	readonly submittedAt: Instant;
	readonly decideByOn: string;
	readonly duplicate: boolean;
}

/** Everything that might be the same group: applications that reached the workers and are not closed for good, and member groups. */
async function listLikenesses(
	read: Read,
): Promise<(Likeness & { readonly group: boolean; readonly name: string; readonly status: ApplicationStatus | null })[]> {
	const applications = await read
		.select({
			id: application.id,
			usualName: application.usualName,
			legalName: application.legalName,
			address: application.applicantEmailNormalized,
			status: application.status,
			organisationId: application.organisationId,
		})
		.from(application)
		.where(isNotNull(application.submittedAt));
	const groups = await read
		.select({ id: organisation.id, usualName: organisation.usualName, legalName: organisation.legalName })
		.from(organisation)
		.where(eq(organisation.status, 'member'));
	return [
		...applications
			// An accepted one is found through its group.
			.filter((row) => row.status !== 'accepted')
			.map((row) => ({
				id: row.id,
				names: [row.usualName, row.legalName],
				address: row.address,
				group: false,
				name: row.usualName ?? '',
				status: row.status,
			})),
		...groups.map((row) => ({
			id: row.id,
			names: [row.usualName, row.legalName],
			address: null,
			group: true,
			name: row.usualName,
			status: null,
		})),
	];
}

const MOST_CLOSED = 200;

/** Applications of one list: oldest first, closed ones latest first. */
export async function listApplications(
	read: Read,
	_grant: Grant<'applications.decide'>,
	list: ApplicationList,
): Promise<ApplicationLine[]> {
	const rows = await read
		.select()
		.from(application)
		.where(and(inArray(application.status, [...IN_LIST[list]]), isNotNull(application.submittedAt)))
		.orderBy(list === 'closed' ? desc(application.submittedAt) : asc(application.submittedAt))
		.limit(MOST_CLOSED);
	const others = list === 'closed' ? [] : await listLikenesses(read);
	return rows.map((row) => {
		const { id, usualName, kind, status, submittedAt, decideByOn } = toSent(row);
		const alike = findAlike({ id, names: [row.usualName, row.legalName], address: row.applicantEmailNormalized }, others);
		return { id, usualName, kind, status, submittedAt, decideByOn, duplicate: alike.length > 0 };
	});
}

/** How many wait for a worker's move. */
export async function countWaitingApplications(read: Read, _grant: Grant<'applications.decide' | 'desk.read'>): Promise<number> {
	const [row] = await read
		.select({ total: count() })
		.from(application)
		.where(inArray(application.status, [...WAITING_ON_WORKERS]));
	return row?.total ?? 0;
}

/** How many are in each list of the desk. */
export async function countApplications(read: Read, _grant: Grant<'applications.decide'>): Promise<Record<ApplicationList, number>> {
	const rows = await read
		.select({ status: application.status, total: count() })
		.from(application)
		.where(isNotNull(application.submittedAt))
		.groupBy(application.status);
	const totals: Record<ApplicationList, number> = { waiting: 0, asked: 0, closed: 0 };
	for (const list of APPLICATION_LISTS) {
		for (const row of rows) if (IN_LIST[list].includes(row.status)) totals[list] += row.total;
	}
	return totals;
}

export interface ApplicationFile {
	readonly application: SentApplication;
	readonly reviewerName: string | null;
	readonly refusalProposedBy: { readonly personId: string; readonly name: string } | null;
	readonly decidedByName: string | null;
	readonly messages: readonly {
		readonly id: string;
		readonly kind: 'question' | 'answer' | 'note';
		readonly authorName: string | null;
		readonly body: string;
		readonly createdAt: Instant;
	}[];
	/** Oldest first; `who` is null for the applicant and for the portal itself. */
	readonly history: readonly {
		readonly seq: number;
		readonly at: Instant;
		readonly action: string;
		readonly actorKind: 'person' | 'applicant' | 'operator' | 'system';
		readonly who: string | null;
	}[];
	readonly alike: readonly {
		readonly id: string;
		readonly name: string;
		readonly group: boolean;
		readonly status: ApplicationStatus | null;
	}[];
}

/**
 * Everything workers need to decide; null when no such application has reached them.
 * @param finance what a group can or can't pay is read by those who keep the accounts, and left out for anyone else.
 */
export async function findApplication(
	read: Read,
	_grant: Grant<'applications.decide'>,
	finance: Grant<'payments.record'> | null,
	id: string,
): Promise<ApplicationFile | null> {
	const reviewer = alias(person, 'reviewer');
	const proposer = alias(person, 'proposer');
	const decider = alias(person, 'decider');
	const [found] = await read
		.select({ row: application, reviewerName: reviewer.fullName, proposerName: proposer.fullName, deciderName: decider.fullName })
		.from(application)
		.leftJoin(reviewer, eq(reviewer.id, application.reviewerId))
		.leftJoin(proposer, eq(proposer.id, application.refusalProposedBy))
		.leftJoin(decider, eq(decider.id, application.decidedBy))
		.where(and(eq(application.id, id), isNotNull(application.submittedAt)))
		.limit(1);
	if (!found) return null;
	const { row } = found;
	const messages = await read
		.select({
			id: applicationMessage.id,
			kind: applicationMessage.kind,
			authorName: person.fullName,
			body: applicationMessage.body,
			createdAt: applicationMessage.createdAt,
		})
		.from(applicationMessage)
		.leftJoin(person, eq(person.id, applicationMessage.authorId))
		.where(eq(applicationMessage.applicationId, id))
		.orderBy(asc(applicationMessage.createdAt), asc(applicationMessage.id));
	const history = await read
		.select({ seq: auditEvent.seq, at: auditEvent.at, action: auditEvent.action, actorKind: auditEvent.actorKind, who: person.fullName })
		.from(auditEvent)
		.leftJoin(person, and(eq(auditEvent.actorKind, 'person'), eq(person.id, auditEvent.actorId)))
		.where(and(eq(auditEvent.subjectKind, 'application'), eq(auditEvent.subjectId, id)))
		.orderBy(asc(auditEvent.seq));
	const others = row.status === 'accepted' ? [] : await listLikenesses(read);
	const alike = new Set(findAlike({ id, names: [row.usualName, row.legalName], address: row.applicantEmailNormalized }, others));
	return {
		application: finance === null ? { ...toSent(row), contributionChoice: null, yearlyCents: null, frequency: null } : toSent(row),
		reviewerName: found.reviewerName,
		refusalProposedBy: row.refusalProposedBy === null ? null : { personId: row.refusalProposedBy, name: found.proposerName ?? '' },
		decidedByName: found.deciderName,
		messages,
		history,
		alike: others
			.filter((other) => alike.has(other.id))
			.map(({ id: otherId, name, group, status }) => ({ id: otherId, name, group, status })),
	};
}

export interface Delays {
	/** The last twelve months, by the month of the decision, this one first. */
	readonly months: readonly (Delay & { readonly month: string })[];
	readonly whole: Delay;
	/** Not decided yet. */
	readonly open: number;
	/** Of those, beyond the day the applicant was told. */
	readonly late: number;
}

const MONTHS = 12;
const NOT_DECIDED = ['submitted', 'under_review', 'info_requested', 'refusal_proposed'] as const satisfies readonly ApplicationStatus[];

/** How long applicants wait for a decision. One withdrawn or expired was never decided. */
export async function readDelays(read: Read, _grant: Grant<'applications.decide'>, today: CivilDate): Promise<Delays> {
	const first = addMonths(`${today.slice(0, 7)}-01` as CivilDate, 1 - MONTHS);
	// A day early, whatever the hour in Montréal: the months are sorted out by their calendar.
	const since = Date.parse(`${first}T00:00:00Z`) - DAY;
	const rows = await read
		.select({ submittedAt: application.submittedAt, decidedAt: application.decidedAt })
		.from(application)
		.where(and(inArray(application.status, ['accepted', 'refused']), gte(application.decidedAt, since)));
	const decisions = rows.flatMap(({ submittedAt, decidedAt }) =>
		submittedAt === null || decidedAt === null || civilDateOf(decidedAt) < first ? [] : [{ submittedAt, decidedAt }],
	);
	const waiting = and(inArray(application.status, [...NOT_DECIDED]), isNotNull(application.submittedAt));
	return {
		months: delaysByMonth(decisions, today, MONTHS),
		whole: delayOf(decisions.map(({ submittedAt, decidedAt }) => daysBetween(civilDateOf(submittedAt), civilDateOf(decidedAt)))),
		open: await read.$count(application, waiting),
		late: await read.$count(application, and(waiting, lt(application.decideByOn, today))),
	};
}

/** The same by month, as CSV. */
export function delaysCsv({ months }: Delays): string {
	const lines = months.map(({ month, decided, medianDays, ninetiethDays }) => [month, decided, medianDays, ninetiethDays]);
	return stringify([['month', 'decided', 'median_days', 'ninetieth_percentile_days'], ...lines], { record_delimiter: 'windows' });
}

function applicationParts(
	read: Read,
	whose: { readonly normalized: readonly string[] } | { readonly organisationId: string },
): ExportPart[] {
	const own =
		'normalized' in whose
			? inArray(application.applicantEmailNormalized, [...whose.normalized])
			: eq(application.organisationId, whose.organisationId);
	return [
		{
			name: 'applications',
			table: 'application',
			async *rows() {
				const rows = await read.select().from(application).where(own).orderBy(asc(application.id));
				for (const row of rows)
					yield {
						status: row.status,
						usualName: row.usualName,
						legalName: row.legalName,
						kind: row.kind,
						mission: row.mission,
						name: row.applicantName,
						address: row.applicantEmail,
						needs: row.needs,
						answers: row.answers,
						budgetBand: row.budgetBand,
						yearlyCents: row.yearlyCents,
						frequency: row.frequency,
						createdAt: isoOf(row.createdAt),
						submittedAt: isoOrNull(row.submittedAt),
						decidedAt: isoOrNull(row.decidedAt),
						reason: row.status === 'refused' ? row.refusalReason : null,
					};
			},
		},
		{
			name: 'application_messages',
			table: 'application_message',
			async *rows() {
				const fetch = (after: string, most: number) =>
					read
						.select({
							id: applicationMessage.id,
							kind: applicationMessage.kind,
							body: applicationMessage.body,
							at: applicationMessage.createdAt,
						})
						.from(applicationMessage)
						.innerJoin(application, eq(application.id, applicationMessage.applicationId))
						.where(and(own, inArray(applicationMessage.kind, ['question', 'answer']), gt(applicationMessage.id, after)))
						.orderBy(asc(applicationMessage.id))
						.limit(most);
				for await (const { kind, body, at } of byPages(fetch)) yield { kind, body, createdAt: isoOf(at) };
			},
		},
	];
}

/** What someone wrote to become a member, and what was said about it; notes among workers are theirs. */
export const applicationPartsOfPerson = (read: Read, normalized: readonly string[]) => applicationParts(read, { normalized });
export const applicationPartsOfGroup = (read: Read, organisationId: string) => applicationParts(read, { organisationId });
