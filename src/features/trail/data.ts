import { stringify } from 'csv-stringify/sync';
import { and, desc, eq, gte, inArray, like, lt, not, notInArray, or, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { Read } from '#db/client.ts';
import { account, accountEmail, person } from '#db/schema/accounts.ts';
import { auditEvent } from '#db/schema/audit.ts';
import { organisation } from '#db/schema/membership.ts';
import type { Grant, GroupGrant } from '#src/features/access/index.ts';

import { HIDDEN_FROM_GROUPS, readDelta } from '#src/features/audit/index.ts';
import { spanOf, type TrailSearch } from '#src/features/trail/rules.ts';

import type { Instant } from '#src/lib/clock.ts';

export interface TrailEvent {
	readonly seq: number;
	readonly at: Instant;
	readonly action: string;
	readonly actorKind: 'person' | 'applicant' | 'operator' | 'system';
	/** Null for anyone without an account. */
	readonly actorName: string | null;
	/** As whom they looked; null for their own acts. */
	readonly actingForName: string | null;
	readonly subjectKind: string;
	readonly subjectId: string;
	/** Of a person only. */
	readonly subjectName: string | null;
	readonly group: { readonly slug: string; readonly usualName: string } | null;
	readonly requestId: string | null;
	readonly changes: readonly (readonly [key: string, value: string | number | boolean])[];
}

export interface TrailPage {
	readonly events: readonly TrailEvent[];
	/** Where the next page begins; null on the last one. */
	readonly next: number | null;
}

const PAGE = 40;
/** More people or groups than this of one name say that the name is too short. */
const MOST_NAMED = 50;
/** The most lines of one download. */
export const MOST_EXPORTED = 5_000;

const actor = alias(person, 'actor');
const actingFor = alias(person, 'acting_for');
const subject = alias(person, 'subject');

async function select(read: Read, where: SQL | undefined, most: number, amounts: boolean): Promise<TrailEvent[]> {
	const rows = await read
		.select({
			seq: auditEvent.seq,
			at: auditEvent.at,
			action: auditEvent.action,
			actorKind: auditEvent.actorKind,
			actorName: actor.fullName,
			actingForName: actingFor.fullName,
			subjectKind: auditEvent.subjectKind,
			subjectId: auditEvent.subjectId,
			subjectName: subject.fullName,
			slug: organisation.slug,
			usualName: organisation.usualName,
			requestId: auditEvent.requestId,
			delta: auditEvent.delta,
		})
		.from(auditEvent)
		.leftJoin(actor, and(eq(auditEvent.actorKind, 'person'), eq(actor.id, auditEvent.actorId)))
		.leftJoin(actingFor, eq(actingFor.id, auditEvent.actingForId))
		.leftJoin(subject, and(eq(auditEvent.subjectKind, 'person'), eq(subject.id, auditEvent.subjectId)))
		.leftJoin(organisation, eq(organisation.id, auditEvent.organisationId))
		.where(where)
		.orderBy(desc(auditEvent.seq))
		.limit(most);
	return rows.map(({ slug, usualName, delta, ...row }) => ({
		...row,
		group: slug === null || usualName === null ? null : { slug, usualName },
		changes: readDelta(delta, amounts),
	}));
}

function toPage(events: TrailEvent[]): TrailPage {
	const shown = events.slice(0, PAGE);
	return { events: shown, next: events.length > PAGE ? (shown.at(-1)?.seq ?? null) : null };
}

// `sorte.` to `sorte/`: the part of an index under one name, which LIKE would not use.
const ofKind = (kind: string) => sql`(${gte(auditEvent.action, `${kind}.`)} and ${lt(auditEvent.action, `${kind}/`)})`;

/** What both searches ask alike. */
function common(search: TrailSearch): (SQL | undefined)[] {
	const { from, to } = spanOf(search);
	return [
		search.before === null ? undefined : lt(auditEvent.seq, search.before),
		search.kind === '' ? undefined : ofKind(search.kind),
		search.action === '' ? undefined : eq(auditEvent.action, search.action),
		from === null ? undefined : gte(auditEvent.at, from),
		to === null ? undefined : lt(auditEvent.at, to),
	];
}

const concerns = (ids: readonly string[]) =>
	or(
		inArray(auditEvent.actorId, [...ids]),
		inArray(auditEvent.actingForId, [...ids]),
		and(eq(auditEvent.subjectKind, 'person'), inArray(auditEvent.subjectId, [...ids])),
	);

/**
 * A group's own trail, newest first. @param whole the right to read all of it; without, what concerns the reader alone.
 * @param amounts whether amounts of money are shown. `search.person` is the id of a person.
 */
export async function listGroupTrail(
	read: Read,
	grant: GroupGrant<'trail.own'>,
	whole: GroupGrant<'trail.read'> | null,
	amounts: GroupGrant<'contributions.read'> | null,
	search: TrailSearch,
): Promise<TrailPage> {
	const where = and(
		eq(auditEvent.organisationId, grant.organisationId),
		notInArray(auditEvent.action, [...HIDDEN_FROM_GROUPS]),
		whole ? undefined : concerns([grant.personId]),
		search.person === '' ? undefined : concerns([search.person]),
		...common(search),
	);
	return toPage(await select(read, where, PAGE + 1, amounts !== null));
}

/** What stands for « % » in a LIKE pattern is what was typed, not a pattern. */
const part = (text: string) => sql`${`%${text.replace(/[\\%_]/g, '\\$&')}%`} escape '\\'`;

async function idsOfPeople(read: Read, text: string): Promise<string[]> {
	const rows = await read
		.selectDistinct({ id: person.id })
		.from(person)
		.leftJoin(account, eq(account.personId, person.id))
		.leftJoin(accountEmail, eq(accountEmail.accountId, account.id))
		.where(or(eq(person.id, text), like(person.fullName, part(text)), eq(accountEmail.normalized, text.toLowerCase())))
		.limit(MOST_NAMED);
	return rows.map(({ id }) => id);
}

async function idsOfGroups(read: Read, text: string): Promise<string[]> {
	const rows = await read
		.select({ id: organisation.id })
		.from(organisation)
		.where(or(eq(organisation.slug, text), like(organisation.usualName, part(text))))
		.limit(MOST_NAMED);
	return rows.map(({ id }) => id);
}

/**
 * A complaint is followed on its own pages, by those it does not concern: whom it is about reads this trail too, and that there is
 * one at all, by whom and when, is not theirs to know.
 */
const ABOUT_COMPLAINTS = ofKind('complaints');

async function find(read: Read, search: TrailSearch, most: number, amounts: boolean): Promise<TrailEvent[]> {
	const people = search.person === '' ? null : await idsOfPeople(read, search.person);
	const groups = search.group === '' ? null : await idsOfGroups(read, search.group);
	if (people?.length === 0 || groups?.length === 0) return [];
	const where = and(
		not(ABOUT_COMPLAINTS),
		people === null ? undefined : concerns(people),
		groups === null ? undefined : inArray(auditEvent.organisationId, groups),
		search.subject === '' ? undefined : eq(auditEvent.subjectId, search.subject),
		search.request === '' ? undefined : eq(auditEvent.requestId, search.request),
		...common(search),
	);
	return select(read, where, most, amounts);
}

/** The whole trail but for complaints, newest first. @param finance amounts of money are shown to those who keep the accounts, and left out for anyone else. */
export async function searchTrail(
	read: Read,
	_grant: Grant<'audit.read'>,
	finance: Grant<'payments.record'> | null,
	search: TrailSearch,
): Promise<TrailPage> {
	return toPage(await find(read, search, PAGE + 1, finance !== null));
}

/** The newest lines of a search as CSV: machine words, instants in UTC. */
export async function exportTrail(
	read: Read,
	_grant: Grant<'audit.read'>,
	finance: Grant<'payments.record'> | null,
	search: TrailSearch,
): Promise<string> {
	const events = await find(read, { ...search, before: null }, MOST_EXPORTED, finance !== null);
	const lines = events.map((one) => [
		one.seq,
		new Date(one.at).toISOString(),
		one.actorKind,
		one.actorName ?? '',
		one.actingForName ?? '',
		one.action,
		one.subjectKind,
		one.subjectId,
		one.group?.slug ?? '',
		one.requestId ?? '',
		JSON.stringify(Object.fromEntries(one.changes)),
	]);
	const header = ['seq', 'at', 'actor_kind', 'actor', 'acting_for', 'action', 'subject_kind', 'subject', 'group', 'request', 'delta'];
	return stringify([header, ...lines], { escape_formulas: true, record_delimiter: 'windows' });
}
