import { createHash } from 'node:crypto';
import { and, eq, inArray, isNull, ne, sql } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import { person } from '#db/schema/accounts.ts';
import { counter, organisation } from '#db/schema/membership.ts';
import { catalogueItem, entitlement, requestMessage, serviceRequest } from '#db/schema/requests.ts';
import type { CatalogueSettings } from '#src/adapters/settings/index.ts';
import { COMMITTEE_ROLES, type Grant, type GroupGrant, listPeople } from '#src/features/access/index.ts';
import { type Contact, findContact } from '#src/features/accounts/index.ts';
import { recordAudit } from '#src/features/audit/index.ts';
import { startContribution } from '#src/features/contributions/index.ts';
import { type MailContent, queueMessage } from '#src/features/outbox/index.ts';
import { type CatalogueItem, readItem } from '#src/features/requests/data.ts';
import { cancelled, memberReplied, type News, news, type RequestMail, received, toTake } from '#src/features/requests/mail.ts';
import {
	type Answers,
	can,
	OPEN_STATUSES,
	type RequestAction,
	type RequestStatus,
	replyOpensLinked,
	requestNumber,
	runsFromProblem,
	type Side,
	setsRunning,
	subjectOf,
	transition,
	type Urgency,
} from '#src/features/requests/rules.ts';
import { formatDate } from '#src/i18n/format.ts';
import { type Locale, pathOf } from '#src/i18n/routes.ts';
import type { Act } from '#src/lib/act.ts';
import { type CivilDate, civilDateOf } from '#src/lib/clock.ts';
import { env } from '#src/lib/env.ts';
import { newId } from '#src/lib/ids.ts';

// The catalogue

/**
 * Makes the dated rows say what the settings files say: a changed file ends its row and begins another, a removed one ends
 * its row. What was asked for or runs under an ended row keeps it.
 */
export async function syncCatalogue(
	tx: Tx,
	act: Act,
	items: readonly CatalogueSettings[],
): Promise<{ offered: number; changed: number; retired: number }> {
	const today = civilDateOf(act.at);
	const live = await tx.select().from(catalogueItem).where(isNull(catalogueItem.toOn));
	const rows = new Map(live.map((row) => [row.slug, row]));
	const end = async (row: (typeof live)[number], action: 'requests.retire_service' | 'requests.change_service') => {
		await tx.update(catalogueItem).set({ toOn: today }).where(eq(catalogueItem.id, row.id));
		await recordAudit(tx, act, { action, subject: { kind: 'catalogue_item', id: row.id }, delta: { slug: row.slug, toOn: today } });
	};
	const counts = { offered: 0, changed: 0, retired: 0 };
	for (const item of items) {
		const settings = JSON.stringify(item);
		const checksum = createHash('sha256').update(settings).digest('hex');
		const row = rows.get(item.slug);
		rows.delete(item.slug);
		if (row?.checksum === checksum) continue;
		if (row) await end(row, 'requests.change_service');
		counts[row ? 'changed' : 'offered'] += 1;
		const id = newId<'catalogue_item'>();
		await tx.insert(catalogueItem).values({
			id,
			slug: item.slug,
			settings,
			checksum,
			position: item.order,
			fromOn: today,
			createdAt: act.at,
		});
		await recordAudit(tx, act, {
			action: 'requests.offer_service',
			subject: { kind: 'catalogue_item', id },
			delta: { slug: item.slug, fromOn: today },
		});
	}
	for (const row of rows.values()) {
		await end(row, 'requests.retire_service');
		counts.retired += 1;
	}
	return counts;
}

// What all acts on a request share

type Stale = { readonly ok: false; readonly reason: 'stale' };
type Impossible = { readonly ok: false; readonly reason: 'impossible_transition' };
type NotFound = { readonly ok: false; readonly reason: 'not_found' };
/** The form was accepted before, for something else: this must not pass for done. */
type FormUsed = { readonly ok: false; readonly reason: 'form_already_used' };

const STALE: Stale = { ok: false, reason: 'stale' };
const NOT_FOUND: NotFound = { ok: false, reason: 'not_found' };
const FORM_USED: FormUsed = { ok: false, reason: 'form_already_used' };

/** The request a change was made to; of a linked request, its own number. */
export type Changed = { readonly ok: true; readonly number: string };
export type ChangeOutcome = Changed | NotFound | Stale | FormUsed | Impossible;

/** What every act on a known request says. */
export interface RequestChange {
	readonly number: string;
	/** The form's own key: the same form sent twice acts once; sent again with something else, it is refused. */
	readonly submissionKey: string;
	/** Version of the request as the person saw it. */
	readonly version: number;
}

interface Loaded {
	readonly row: typeof serviceRequest.$inferSelect;
	readonly group: { readonly id: string; readonly slug: string; readonly usualName: string };
	readonly item: CatalogueItem;
}

/** @param reach of a group, or of the committees whose requests someone handles; everything when left out. */
async function load(
	tx: Tx,
	number: string,
	reach: { readonly organisationId?: string; readonly committees?: readonly string[] } = {},
): Promise<Loaded | null> {
	const { organisationId, committees } = reach;
	const [found] = await tx
		.select({
			row: serviceRequest,
			group: { id: organisation.id, slug: organisation.slug, usualName: organisation.usualName },
			item: { id: catalogueItem.id, settings: catalogueItem.settings, toOn: catalogueItem.toOn },
		})
		.from(serviceRequest)
		.innerJoin(organisation, eq(organisation.id, serviceRequest.organisationId))
		.innerJoin(catalogueItem, eq(catalogueItem.id, serviceRequest.catalogueItemId))
		.where(
			and(
				eq(serviceRequest.number, number),
				organisationId === undefined ? undefined : eq(serviceRequest.organisationId, organisationId),
				committees === undefined ? undefined : inArray(serviceRequest.committee, [...committees]),
			),
		)
		.limit(1);
	return found ? { row: found.row, group: found.group, item: readItem(found.item) } : null;
}

type Line = typeof requestMessage.$inferSelect;

/** The first line written by the form of that key; null when the form was not accepted yet. */
async function lineOf(tx: Tx, key: string): Promise<Line | null> {
	const [line] = await tx.select().from(requestMessage).where(eq(requestMessage.submissionKey, key)).limit(1);
	return line ?? null;
}

/** What a form says now, to compare with what it said when it was accepted. */
interface Said {
	readonly requestId: string;
	readonly side: Side;
	readonly action: RequestAction | 'note';
	readonly personId: string;
	/** Null for an act without words. */
	readonly body: string | null;
}

/** Whether a line was written by the same person doing and saying the same. */
function repeats(line: Line, { requestId, side, action, personId, body }: Said): boolean {
	const alike =
		line.requestId === requestId &&
		line.side === side &&
		line.authorId === personId &&
		line.kind === (body === null ? 'transition' : 'message') &&
		line.body === (body ?? '') &&
		line.visibility === (action === 'note' ? 'internal' : 'public');
	if (!alike || action === 'note') return alike;
	if (line.fromStatus === null) return false;
	const led = transition(line.fromStatus as RequestStatus, action, side);
	return led.ok && led.to === line.toStatus;
}

async function nameOf(tx: Tx, personId: string): Promise<string> {
	const [row] = await tx.select({ name: person.fullName }).from(person).where(eq(person.id, personId)).limit(1);
	return row?.name ?? '';
}

// Who is written to

type Recipient = Pick<Contact, 'personId' | 'name' | 'address' | 'locale'>;

interface Role {
	readonly personId: string;
	readonly fullName: string;
	readonly address: string;
	readonly locale: Locale;
	readonly role: string;
}

/** Each person once, however many roles they hold. */
function peopleWith(rows: readonly Role[], roles: readonly string[]): Recipient[] {
	const found = new Map<string, Recipient>();
	for (const row of rows) {
		if (roles.includes(row.role))
			found.set(row.personId, { personId: row.personId, name: row.fullName, address: row.address, locale: row.locale });
	}
	return [...found.values()];
}

/** The person who asked; when they have left the group, those who may speak for it. */
async function groupRecipients(tx: Tx, act: Act, loaded: Pick<Loaded, 'group'> & { readonly requesterId: string }): Promise<Recipient[]> {
	const people = await listPeople(tx, { kind: 'organisation', id: loaded.group.id }, civilDateOf(act.at));
	const requester = people.some((one) => one.personId === loaded.requesterId) ? await findContact(tx, loaded.requesterId) : null;
	return requester ? [requester] : peopleWith(people, ['administrator', 'technical']);
}

/** The one who has the request in hand, a worker or someone of its committee; all workers when nobody has. */
async function workerRecipients(tx: Tx, act: Act, row: { assigneeId: string | null; committee: string }): Promise<Recipient[]> {
	const on = civilDateOf(act.at);
	const workers = await listPeople(tx, { kind: 'coop' }, on);
	const committee = await listPeople(tx, { kind: 'committee', id: row.committee }, on);
	const handling = [...peopleWith(workers, ['worker', 'sysadmin']), ...peopleWith(committee, COMMITTEE_ROLES)];
	const assignee = handling.find((one) => one.personId === row.assigneeId);
	return assignee ? [assignee] : peopleWith(workers, ['worker']);
}

interface Mailing {
	/** Names the event: one message a person for each. */
	readonly cause: string;
	readonly template: string;
	readonly request: { readonly id: string; readonly number: string; readonly subject: string };
	readonly group: Loaded['group'];
	readonly room: 'space' | 'work';
	readonly inReplyTo: string | null;
	content(locale: Locale, mail: RequestMail): MailContent;
}

/** Writes to one person about a request. @returns the Message-ID; null when that event already had its message. */
function mailTo(tx: Tx, act: Act, to: Recipient, mailing: Mailing): Promise<string | null> {
	const { request, group } = mailing;
	const path =
		mailing.room === 'work'
			? pathOf('workRequest', to.locale, { number: request.number })
			: pathOf('spaceRequest', to.locale, { group: group.slug, number: request.number });
	const mail: RequestMail = { number: request.number, subject: request.subject, url: `${env().siteUrl}${path}`, toName: to.name };
	return queueMessage(tx, act, {
		dedupeKey: `request:${mailing.cause}:${to.personId}`,
		to: { name: to.name, address: to.address },
		locale: to.locale,
		template: mailing.template,
		content: mailing.content(to.locale, mail),
		relates: { kind: 'service_request', id: request.id },
		organisationId: group.id,
		inReplyTo: mailing.inReplyTo,
	});
}

async function tellGroup(tx: Tx, act: Act, loaded: Loaded, cause: string, said: (locale: Locale) => News): Promise<void> {
	const { row, group } = loaded;
	const author = act.actor.kind === 'person' ? act.actor.personId : null;
	const worker = author === null ? 'Koumbit' : await nameOf(tx, author);
	for (const to of await groupRecipients(tx, act, { group, requesterId: row.requesterId })) {
		if (to.personId === author) continue;
		await mailTo(tx, act, to, {
			cause,
			template: `requests.${said(to.locale).kind}`,
			request: row,
			group,
			room: 'space',
			inReplyTo: row.threadMessageId,
			content: (locale, mail) => news(locale, { ...mail, worker, news: said(locale) }),
		});
	}
}

// Opening

export interface NewRequest {
	readonly submissionKey: string;
	readonly itemId: string;
	readonly urgency: Urgency;
	readonly answers: Answers;
	/** Language in which the subject is kept. */
	readonly locale: Locale;
}

async function nextNumber(tx: Tx, act: Act): Promise<string> {
	const year = civilDateOf(act.at).slice(0, 4);
	const [row] = await tx
		.insert(counter)
		.values({ name: `request:${year}`, value: 1 })
		.onConflictDoUpdate({ target: counter.name, set: { value: sql`${counter.value} + 1` } })
		.returning({ value: counter.value });
	if (!row) throw new Error('the counter of requests gave no number');
	return requestNumber(year, row.value);
}

interface Opening {
	readonly submissionKey: string;
	readonly group: Loaded['group'];
	readonly item: CatalogueItem;
	readonly requesterId: string;
	readonly urgency: Urgency;
	readonly subject: string;
	readonly answers: Answers;
	readonly relatesToId: string | null;
	/** First message of the thread; a request from the catalogue has its answers instead. */
	readonly body: string | null;
}

/** A new request with its number, its first messages and its line in the trail. */
async function open(tx: Tx, act: Act, opening: Opening): Promise<string> {
	const { group, item, requesterId } = opening;
	const number = await nextNumber(tx, act);
	const id = newId<'service_request'>();
	const request = { id, number, subject: opening.subject };
	await tx.insert(serviceRequest).values({
		...request,
		submissionKey: opening.submissionKey,
		organisationId: group.id,
		catalogueItemId: item.id,
		answers: JSON.stringify(opening.answers),
		requesterId,
		committee: item.committee,
		urgency: opening.urgency,
		status: 'new',
		relatesToId: opening.relatesToId,
		createdAt: act.at,
		updatedAt: act.at,
		statusSince: act.at,
	});
	if (opening.body !== null) {
		await tx.insert(requestMessage).values({
			id: newId<'request_message'>(),
			requestId: id,
			submissionKey: opening.submissionKey,
			kind: 'message',
			side: 'member',
			authorId: requesterId,
			visibility: 'public',
			body: opening.body,
			createdAt: act.at,
		});
	}
	await recordAudit(tx, act, {
		action: 'requests.open',
		subject: { kind: 'service_request', id },
		organisationId: group.id,
		delta: { number, service: item.slug, urgency: opening.urgency, relatesTo: opening.relatesToId },
	});

	const cause = `${id}:open`;
	const requester = await findContact(tx, requesterId);
	const threadMessageId =
		requester &&
		(await mailTo(tx, act, requester, {
			cause,
			template: 'requests.received',
			request,
			group,
			room: 'space',
			inReplyTo: null,
			content: received,
		}));
	if (threadMessageId) await tx.update(serviceRequest).set({ threadMessageId }).where(eq(serviceRequest.id, id));
	for (const worker of await workerRecipients(tx, act, { assigneeId: null, committee: item.committee })) {
		if (worker.personId === requesterId) continue;
		await mailTo(tx, act, worker, {
			cause,
			template: 'requests.to_take',
			request,
			group,
			room: 'work',
			inReplyTo: threadMessageId,
			content: (locale, mail) => toTake(locale, { ...mail, group: group.usualName, urgency: opening.urgency }),
		});
	}
	return number;
}

/**
 * A group asks for a service. The same form sent twice gives the same request.
 * `not_offered`: the service was withdrawn since the form was shown; `form_already_used`: the form's key asked for something
 * else, or is someone else's.
 */
export async function openRequest(
	tx: Tx,
	act: Act,
	grant: GroupGrant<'requests.write'>,
	input: NewRequest,
): Promise<Changed | FormUsed | { readonly ok: false; readonly reason: 'not_offered' }> {
	const [known] = await tx.select().from(serviceRequest).where(eq(serviceRequest.submissionKey, input.submissionKey)).limit(1);
	if (known) {
		const same =
			known.organisationId === grant.organisationId &&
			known.requesterId === grant.personId &&
			known.relatesToId === null &&
			known.catalogueItemId === input.itemId &&
			known.urgency === input.urgency &&
			known.answers === JSON.stringify(input.answers);
		return same ? { ok: true, number: known.number } : FORM_USED;
	}
	if (await lineOf(tx, input.submissionKey)) return FORM_USED;
	const [row] = await tx.select().from(catalogueItem).where(eq(catalogueItem.id, input.itemId)).limit(1);
	if (!row || (row.toOn !== null && row.toOn <= civilDateOf(act.at))) return { ok: false, reason: 'not_offered' };
	const item = readItem(row);
	const number = await open(tx, act, {
		submissionKey: input.submissionKey,
		group: grant.organisation,
		item,
		requesterId: grant.personId,
		urgency: input.urgency,
		subject: subjectOf(item, input.answers, input.locale),
		answers: input.answers,
		relatesToId: null,
		body: null,
	});
	return { ok: true, number };
}

// Going on

interface Step {
	readonly side: Side;
	readonly action: RequestAction;
	readonly personId: string;
	readonly change: RequestChange;
	/** Said in the thread, to the group and to workers alike; null for an act without words. */
	readonly body: string | null;
	readonly set?: Partial<typeof serviceRequest.$inferInsert>;
}

type Stepped = { readonly ok: true; readonly cause: string; readonly from: RequestStatus; readonly to: RequestStatus } | Stale | Impossible;

/** Applies one act: state, thread and trail together, or nothing. The caller has made sure that the form is not a repeated one. */
async function step(tx: Tx, act: Act, { row, group }: Loaded, { side, action, personId, change, body, set }: Step): Promise<Stepped> {
	if (row.version !== change.version) return STALE;
	const next = transition(row.status, action, side);
	if (!next.ok) return next;
	const moved = next.path.length > 0;
	const [updated] = await tx
		.update(serviceRequest)
		.set({
			...set,
			status: next.to,
			updatedAt: act.at,
			...(moved ? { statusSince: act.at, resolvedAt: next.to === 'resolved' ? act.at : next.to === 'closed' ? row.resolvedAt : null } : {}),
			version: row.version + 1,
		})
		.where(and(eq(serviceRequest.id, row.id), eq(serviceRequest.version, change.version)))
		.returning({ id: serviceRequest.id });
	if (!updated) return STALE;

	// The first line written bears the form's key; the lines that follow from it have keys made of it. It also bears where the
	// act led, words or not: that tells one act from another when its form is sent again.
	const line = { requestId: row.id, side, authorId: personId, visibility: 'public' as const, createdAt: act.at };
	let key = change.submissionKey;
	if (body !== null) {
		const led = { fromStatus: row.status, toStatus: next.to };
		await tx.insert(requestMessage).values({ ...line, ...led, id: newId<'request_message'>(), submissionKey: key, kind: 'message', body });
		key = `${change.submissionKey}:1`;
	}
	// Taking over what someone else had in hand leaves the state as it is, and is still worth a line.
	const steps = next.path.length > 0 || body !== null ? next.path : [row.status];
	let from: RequestStatus = row.status;
	for (const [at, to] of steps.entries()) {
		const submissionKey = at === 0 ? key : `${change.submissionKey}:${at + 1}`;
		await tx
			.insert(requestMessage)
			.values({ ...line, id: newId<'request_message'>(), submissionKey, kind: 'transition', body: '', fromStatus: from, toStatus: to });
		from = to;
	}
	await recordAudit(tx, act, {
		action: `requests.${action}`,
		subject: { kind: 'service_request', id: row.id },
		organisationId: group.id,
		delta: { from: row.status, to: next.to },
	});
	return { ok: true, cause: `${row.id}:${change.submissionKey}`, from: row.status, to: next.to };
}

// The group's side

/**
 * Someone of the group writes in the thread. After the end, it opens a new request that names this one, and gives its number.
 */
export async function replyToRequest(
	tx: Tx,
	act: Act,
	grant: GroupGrant<'requests.write'>,
	change: RequestChange & { readonly body: string },
): Promise<ChangeOutcome> {
	const loaded = await load(tx, change.number, { organisationId: grant.organisationId });
	if (!loaded) return NOT_FOUND;
	const { row, group, item } = loaded;
	const line = await lineOf(tx, change.submissionKey);
	const [opened] = await tx.select().from(serviceRequest).where(eq(serviceRequest.submissionKey, change.submissionKey)).limit(1);
	if (opened) {
		const same = opened.relatesToId === row.id && opened.requesterId === grant.personId && line?.body === change.body;
		return same ? { ok: true, number: opened.number } : FORM_USED;
	}
	if (line) {
		const said = { requestId: row.id, side: 'member', action: 'reply', personId: grant.personId, body: change.body } as const;
		return repeats(line, said) ? { ok: true, number: row.number } : FORM_USED;
	}
	if (replyOpensLinked(row.status)) {
		if (row.version !== change.version) return STALE;
		const number = await open(tx, act, {
			submissionKey: change.submissionKey,
			group,
			item,
			requesterId: grant.personId,
			urgency: row.urgency,
			subject: row.subject,
			answers: {},
			relatesToId: row.id,
			body: change.body,
		});
		return { ok: true, number };
	}
	const stepped = await step(tx, act, loaded, { side: 'member', action: 'reply', personId: grant.personId, change, body: change.body });
	if (!stepped.ok) return stepped;
	const author = await nameOf(tx, grant.personId);
	for (const to of await workerRecipients(tx, act, row)) {
		if (to.personId === grant.personId) continue;
		await mailTo(tx, act, to, {
			cause: stepped.cause,
			template: 'requests.replied',
			request: row,
			group,
			room: 'work',
			inReplyTo: row.threadMessageId,
			content: (locale, mail) => memberReplied(locale, { ...mail, group: group.usualName, author, body: change.body }),
		});
	}
	return { ok: true, number: row.number };
}

/** The group no longer needs it. */
export async function cancelRequest(tx: Tx, act: Act, grant: GroupGrant<'requests.write'>, change: RequestChange): Promise<ChangeOutcome> {
	const loaded = await load(tx, change.number, { organisationId: grant.organisationId });
	if (!loaded) return NOT_FOUND;
	const { row, group } = loaded;
	const line = await lineOf(tx, change.submissionKey);
	if (line) {
		const said = { requestId: row.id, side: 'member', action: 'cancel', personId: grant.personId, body: null } as const;
		return repeats(line, said) ? { ok: true, number: row.number } : FORM_USED;
	}
	const stepped = await step(tx, act, loaded, { side: 'member', action: 'cancel', personId: grant.personId, change, body: null });
	if (!stepped.ok) return stepped;
	const author = await nameOf(tx, grant.personId);
	const told = new Set([grant.personId]);
	const tell = async (to: Recipient, room: 'space' | 'work') => {
		if (told.has(to.personId)) return;
		told.add(to.personId);
		await mailTo(tx, act, to, {
			cause: stepped.cause,
			template: 'requests.cancelled',
			request: row,
			group,
			room,
			inReplyTo: row.threadMessageId,
			content: (locale, mail) => cancelled(locale, { ...mail, group: group.usualName, author }),
		});
	};
	if (row.requesterId !== grant.personId) {
		for (const to of await groupRecipients(tx, act, { group, requesterId: row.requesterId })) await tell(to, 'space');
	}
	for (const to of await workerRecipients(tx, act, row)) await tell(to, 'work');
	return { ok: true, number: row.number };
}

// The workers' side

type Handling = Grant<'requests.handle'>;

/** One worker's act: refuses what is unknown, stale or impossible, passes over the same form sent twice, then tells the group. */
async function handle(
	tx: Tx,
	act: Act,
	grant: Handling,
	change: RequestChange,
	how: {
		readonly action: RequestAction;
		readonly body: string | null;
		readonly set?: Partial<typeof serviceRequest.$inferInsert>;
		/** Null when the group need not hear of it. */
		readonly tell: (stepped: { from: RequestStatus; to: RequestStatus }, locale: Locale) => News | null;
		/** Whether what the thread does not hold is the same, too, as when the form was accepted. */
		readonly same?: (loaded: Loaded, line: Line) => Promise<boolean>;
		/** Done after the state changed, before the messages. */
		readonly also?: (loaded: Loaded) => Promise<void>;
	},
): Promise<ChangeOutcome> {
	const loaded = await load(tx, change.number, grant);
	if (!loaded) return NOT_FOUND;
	const { row } = loaded;
	const line = await lineOf(tx, change.submissionKey);
	if (line) {
		const said = { requestId: row.id, side: 'worker', action: how.action, personId: grant.personId, body: how.body } as const;
		const same = repeats(line, said) && ((await how.same?.(loaded, line)) ?? true);
		return same ? { ok: true, number: row.number } : FORM_USED;
	}
	const stepped = await step(tx, act, loaded, {
		side: 'worker',
		action: how.action,
		personId: grant.personId,
		change,
		body: how.body,
		...(how.set ? { set: how.set } : {}),
	});
	if (!stepped.ok) return stepped;
	await how.also?.(loaded);
	if (how.tell(stepped, 'fr') !== null) {
		await tellGroup(tx, act, loaded, stepped.cause, (locale) => {
			const said = how.tell(stepped, locale);
			if (said === null) throw new Error('news in one language only');
			return said;
		});
	}
	return { ok: true, number: row.number };
}

/** The worker has it in hand from now on. The group hears of it the first time, not when colleagues pass it on. */
export function takeRequest(tx: Tx, act: Act, grant: Handling, change: RequestChange): Promise<ChangeOutcome> {
	return handle(tx, act, grant, change, {
		action: 'take',
		body: null,
		set: { assigneeId: grant.personId },
		tell: ({ from }) => (from === 'new' ? { kind: 'taken' } : null),
	});
}

/** A message to the group. @param change.wait the request then waits for the group's answer. */
export function answerRequest(
	tx: Tx,
	act: Act,
	grant: Handling,
	change: RequestChange & { readonly body: string; readonly wait: boolean },
): Promise<ChangeOutcome> {
	return handle(tx, act, grant, change, {
		action: change.wait ? 'ask' : 'answer',
		body: change.body,
		tell: () => ({ kind: change.wait ? 'asked' : 'answered', body: change.body }),
	});
}

/** @param change.body why, for the group. */
export function holdRequest(tx: Tx, act: Act, grant: Handling, change: RequestChange & { readonly body: string }): Promise<ChangeOutcome> {
	return handle(tx, act, grant, change, { action: 'hold', body: change.body, tell: () => ({ kind: 'held', body: change.body }) });
}

/** Work goes on. The group hears of it when it had been told of a pause. */
export function resumeRequest(tx: Tx, act: Act, grant: Handling, change: RequestChange): Promise<ChangeOutcome> {
	return handle(tx, act, grant, change, {
		action: 'resume',
		body: null,
		tell: ({ from }) => (from === 'on_hold' ? { kind: 'resumed' } : null),
	});
}

type ResolveOutcome = ChangeOutcome | { readonly ok: false; readonly reason: 'running_unsaid' | 'runs_in_future' | 'runs_before_request' };

/**
 * Solved, with a word to the group. @param change.runsFrom the day the service began to run: the group is granted it, and its
 * contribution starts if this is the first that sustains the infrastructure; `nothing_new` when nothing new runs; null when the
 * form did not ask. Granted once a request, however often it is opened again.
 */
export async function resolveRequest(
	tx: Tx,
	act: Act,
	grant: Handling,
	change: RequestChange & { readonly body: string; readonly runsFrom: CivilDate | 'nothing_new' | null },
): Promise<ResolveOutcome> {
	let runsSince: CivilDate | null = null;
	const loaded = await load(tx, change.number, grant);
	if (loaded && setsRunning(loaded.item) && can(loaded.row.status, 'resolve', 'worker')) {
		const [granted] = await tx.select({ id: entitlement.id }).from(entitlement).where(eq(entitlement.requestId, loaded.row.id)).limit(1);
		if (!granted && change.runsFrom === null) return { ok: false, reason: 'running_unsaid' };
		if (!granted && change.runsFrom !== null && change.runsFrom !== 'nothing_new') {
			const problem = runsFromProblem(change.runsFrom, civilDateOf(loaded.row.createdAt), civilDateOf(act.at));
			if (problem) return { ok: false, reason: problem };
			runsSince = change.runsFrom;
		}
	}
	return handle(tx, act, grant, change, {
		action: 'resolve',
		body: change.body,
		async same({ row, item }, line) {
			if (!setsRunning(item)) return true;
			const [granted] = await tx
				.select({ fromOn: entitlement.fromOn, createdAt: entitlement.createdAt })
				.from(entitlement)
				.where(eq(entitlement.requestId, row.id))
				.limit(1);
			// Granted before: what the form said of it counted for nothing.
			if (granted && granted.createdAt < line.createdAt) return true;
			const then = granted?.createdAt === line.createdAt ? granted.fromOn : null;
			return then === (change.runsFrom === 'nothing_new' ? null : change.runsFrom);
		},
		async also({ row, group, item }) {
			if (runsSince === null) return;
			const id = newId<'entitlement'>();
			await tx.insert(entitlement).values({
				id,
				organisationId: group.id,
				catalogueItemId: item.id,
				requestId: row.id,
				resources: JSON.stringify(item.grants),
				status: 'active',
				fromOn: runsSince,
				createdAt: act.at,
			});
			await recordAudit(tx, act, {
				action: 'requests.grant_service',
				subject: { kind: 'entitlement', id },
				organisationId: group.id,
				delta: { service: item.slug, fromOn: runsSince },
			});
			// A group without a chosen contribution has nothing to start; its service runs all the same.
			if (item.startsContribution) await startContribution(tx, act, group.id, runsSince);
		},
		tell: (_, locale) => ({ kind: 'resolved', body: change.body, runsSince: runsSince && formatDate(runsSince, locale) }),
	});
}

/** Nothing more is awaited from anyone. */
export function closeRequest(tx: Tx, act: Act, grant: Handling, change: RequestChange): Promise<ChangeOutcome> {
	return handle(tx, act, grant, change, { action: 'close', body: null, tell: () => ({ kind: 'closed' }) });
}

/** @param change.body why, for the group. */
export function declineRequest(
	tx: Tx,
	act: Act,
	grant: Handling,
	change: RequestChange & { readonly body: string },
): Promise<ChangeOutcome> {
	return handle(tx, act, grant, change, {
		action: 'decline',
		body: change.body,
		set: { rejectReason: change.body },
		tell: () => ({ kind: 'declined', body: change.body }),
	});
}

/** A word among workers. It leaves the request as it is, so that nothing tells the group of it, and is sent to nobody. */
export async function addNote(
	tx: Tx,
	act: Act,
	grant: Handling,
	note: { readonly number: string; readonly submissionKey: string; readonly body: string },
): Promise<Changed | NotFound | FormUsed> {
	const loaded = await load(tx, note.number, grant);
	if (!loaded) return NOT_FOUND;
	const { row, group } = loaded;
	const line = await lineOf(tx, note.submissionKey);
	if (line) {
		const said = { requestId: row.id, side: 'worker', action: 'note', personId: grant.personId, body: note.body } as const;
		return repeats(line, said) ? { ok: true, number: row.number } : FORM_USED;
	}
	const id = newId<'request_message'>();
	await tx.insert(requestMessage).values({
		id,
		requestId: row.id,
		submissionKey: note.submissionKey,
		kind: 'message',
		side: 'worker',
		authorId: grant.personId,
		visibility: 'internal',
		body: note.body,
		createdAt: act.at,
	});
	await recordAudit(tx, act, { action: 'requests.note', subject: { kind: 'service_request', id: row.id }, organisationId: group.id });
	return { ok: true, number: row.number };
}

// What a departure does to requests

/** A group that is no longer a member waits for nothing: what is open is cancelled, and the thread says so. @returns how many. */
export async function cancelOpenRequests(tx: Tx, act: Act, organisationId: string): Promise<number> {
	const open = await tx
		.select({ id: serviceRequest.id, status: serviceRequest.status, version: serviceRequest.version })
		.from(serviceRequest)
		.where(and(eq(serviceRequest.organisationId, organisationId), inArray(serviceRequest.status, OPEN_STATUSES)));
	for (const { id, status, version } of open) {
		await tx
			.update(serviceRequest)
			.set({ status: 'cancelled', statusSince: act.at, updatedAt: act.at, version: version + 1 })
			.where(eq(serviceRequest.id, id));
		await tx.insert(requestMessage).values({
			id: newId<'request_message'>(),
			requestId: id,
			submissionKey: newId<'request_message'>(),
			kind: 'transition',
			side: 'system',
			authorId: null,
			visibility: 'public',
			body: '',
			fromStatus: status,
			toStatus: 'cancelled',
			createdAt: act.at,
		});
		await recordAudit(tx, act, {
			action: 'requests.cancel',
			subject: { kind: 'service_request', id },
			organisationId,
			delta: { from: status, to: 'cancelled' },
		});
	}
	return open.length;
}

/** Its services no longer run, say those who stopped them. @returns how many. */
export async function endEntitlements(tx: Tx, act: Act, organisationId: string): Promise<number> {
	const ended = await tx
		.update(entitlement)
		.set({ status: 'ended', toOn: civilDateOf(act.at) })
		.where(and(eq(entitlement.organisationId, organisationId), ne(entitlement.status, 'ended')))
		.returning({ id: entitlement.id });
	for (const { id } of ended) {
		await recordAudit(tx, act, { action: 'requests.end_service', subject: { kind: 'entitlement', id }, organisationId });
	}
	return ended.length;
}

/** Empties what was said in every request of a group: numbers, states and dates stay. @returns how many messages. */
export async function emptyThreads(tx: Tx, act: Act, organisationId: string): Promise<number> {
	const ids = tx.select({ id: serviceRequest.id }).from(serviceRequest).where(eq(serviceRequest.organisationId, organisationId));
	const emptied = await tx
		.update(requestMessage)
		.set({ body: '' })
		.where(and(inArray(requestMessage.requestId, ids), ne(requestMessage.body, '')))
		.returning({ id: requestMessage.id });
	await tx
		.update(serviceRequest)
		.set({ subject: '', answers: '{}', rejectReason: null })
		.where(eq(serviceRequest.organisationId, organisationId));
	await recordAudit(tx, act, {
		action: 'requests.empty',
		subject: { kind: 'organisation', id: organisationId },
		organisationId,
		delta: { messages: emptied.length },
	});
	return emptied.length;
}
