import { and, eq, inArray, lt, ne, sql } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import { complaint, complaintMessage, complaintPerson } from '#db/schema/complaints.ts';
import { counter, organisation } from '#db/schema/membership.ts';
import type { Grant, GroupGrant } from '#src/features/access/index.ts';
import { findContact } from '#src/features/accounts/index.ts';
import { recordAudit } from '#src/features/audit/index.ts';
import { type Complaint, findComplaintRow, listDecisions, listHandlers, listNameable, partiesOf } from '#src/features/complaints/data.ts';
import { answeredMail, receivedMail, toAnswerMail } from '#src/features/complaints/mail.ts';
import { COMPLAINT_KEPT, type ComplaintAction, complaintNumber, mayHandle, nextStatus } from '#src/features/complaints/rules.ts';
import { queueMessage } from '#src/features/outbox/index.ts';
import { type Locale, pathOf } from '#src/i18n/routes.ts';
import type { Act } from '#src/lib/act.ts';
import { civilDateOf } from '#src/lib/clock.ts';
import { env } from '#src/lib/env.ts';
import type { Erased, ErasureLine } from '#src/lib/erasure.ts';
import { newId } from '#src/lib/ids.ts';
import { type Refused, refused } from '#src/lib/refused.ts';

const SUBJECT = 'complaint';

export interface NewComplaint {
	readonly submissionKey: string;
	/** Slug of a committee, or `board`; the action knows them. */
	readonly committee: string;
	/** Id of a decision about the group; empty when it is about something else. */
	readonly decision: string;
	/** Person ids, each of someone who works in the network. */
	readonly concerned: readonly string[];
	readonly subject: string;
	readonly message: string;
}

async function nextNumber(tx: Tx, act: Act): Promise<string> {
	const year = civilDateOf(act.at).slice(0, 4);
	const [row] = await tx
		.insert(counter)
		.values({ name: `complaint:${year}`, value: 1 })
		.onConflictDoUpdate({ target: counter.name, set: { value: sql`${counter.value} + 1` } })
		.returning({ value: counter.value });
	if (!row) throw new Error('the counter of complaints gave no number');
	return complaintNumber(year, row.value);
}

const deskUrl = (locale: Locale, number: string) => `${env().siteUrl}${pathOf('workComplaint', locale, { number })}`;

/** Whoever may answer hears of it; those it concerns do not. */
async function tellHandlers(tx: Tx, act: Act, row: Pick<Complaint, 'id' | 'complainantId' | 'number'>, cause: string): Promise<void> {
	for (const { personId, fullName, address, locale } of await listHandlers(tx, await partiesOf(tx, row), civilDateOf(act.at))) {
		await queueMessage(tx, act, {
			dedupeKey: `complaints.to_answer:${cause}:${personId}`,
			to: { name: fullName, address },
			locale,
			template: 'complaints.to_answer',
			content: toAnswerMail(locale, { name: fullName, number: row.number, url: deskUrl(locale, row.number) }),
			relates: { kind: SUBJECT, id: row.id },
		});
	}
}

async function tellComplainant(
	tx: Tx,
	act: Act,
	row: Pick<Complaint, 'id' | 'complainantId' | 'number' | 'organisationId'>,
	slug: string,
	cause: string,
	write: typeof receivedMail,
): Promise<void> {
	const contact = await findContact(tx, row.complainantId);
	if (!contact) return;
	const { name, address, locale } = contact;
	await queueMessage(tx, act, {
		dedupeKey: `complaints.complainant:${cause}`,
		to: { name, address },
		locale,
		template: 'complaints.complainant',
		content: write(locale, {
			name,
			number: row.number,
			url: `${env().siteUrl}${pathOf('spaceComplaintThread', locale, { group: slug, number: row.number })}`,
		}),
		relates: { kind: SUBJECT, id: row.id },
	});
}

async function addMessage(
	tx: Tx,
	act: Act,
	message: Pick<typeof complaintMessage.$inferInsert, 'complaintId' | 'submissionKey' | 'kind' | 'side' | 'authorId' | 'body'>,
): Promise<string> {
	const id = newId<'complaint_message'>();
	await tx.insert(complaintMessage).values({ ...message, id, createdAt: act.at });
	return id;
}

/** Whether the form that was accepted before said the same. */
async function isSame(tx: Tx, known: Complaint, grant: GroupGrant, input: NewComplaint): Promise<boolean> {
	const named = await tx
		.select({ personId: complaintPerson.personId })
		.from(complaintPerson)
		.where(and(eq(complaintPerson.complaintId, known.id), eq(complaintPerson.because, 'named')));
	const [first] = await tx.select().from(complaintMessage).where(eq(complaintMessage.submissionKey, input.submissionKey)).limit(1);
	return (
		known.complainantId === grant.personId &&
		known.organisationId === grant.organisationId &&
		known.committee === input.committee &&
		(known.decisionId ?? '') === input.decision &&
		known.subject === input.subject &&
		first?.body === input.message &&
		named.length === new Set(input.concerned).size &&
		named.every(({ personId }) => input.concerned.includes(personId))
	);
}

/** Puts a complaint to a committee. Those it names, and those who decided what it is about, are kept away from it from now on. */
export async function complain(
	tx: Tx,
	act: Act,
	grant: GroupGrant<'complaints.write'>,
	input: NewComplaint,
): Promise<{ ok: true; number: string } | Refused<'form_already_used' | 'unknown_person' | 'unknown_decision'>> {
	const [known] = await tx.select().from(complaint).where(eq(complaint.submissionKey, input.submissionKey)).limit(1);
	if (known) return (await isSame(tx, known, grant, input)) ? { ok: true, number: known.number } : refused('form_already_used');
	const nameable = new Set((await listNameable(tx, civilDateOf(act.at))).map(({ personId }) => personId));
	if (!input.concerned.every((id) => nameable.has(id))) return refused('unknown_person');
	const decisions = input.decision === '' ? [] : await listDecisions(tx, grant.organisationId);
	const decision = decisions.find(({ id }) => id === input.decision) ?? null;
	if (input.decision !== '' && !decision) return refused('unknown_decision');
	const id = newId<'complaint'>();
	const number = await nextNumber(tx, act);
	const row = { id, number, complainantId: grant.personId, organisationId: grant.organisationId };
	await tx.insert(complaint).values({
		...row,
		submissionKey: input.submissionKey,
		committee: input.committee,
		decisionId: decision?.id ?? null,
		subject: input.subject,
		status: 'received',
		statusSince: act.at,
		createdAt: act.at,
	});
	const concerned = new Map<string, 'named' | 'decided'>();
	for (const personId of [decision?.proposedBy, decision?.decidedBy]) if (personId) concerned.set(personId, 'decided');
	for (const personId of input.concerned) concerned.set(personId, 'named');
	for (const [personId, because] of concerned) await tx.insert(complaintPerson).values({ complaintId: id, personId, because });
	await addMessage(tx, act, {
		complaintId: id,
		submissionKey: input.submissionKey,
		kind: 'message',
		side: 'member',
		authorId: grant.personId,
		body: input.message,
	});
	await recordAudit(tx, act, {
		action: 'complaints.complain',
		subject: { kind: SUBJECT, id },
		// Not in the group's own trail: a complaint is its complainant's.
		delta: { number, committee: input.committee, concerned: concerned.size },
	});
	await tellComplainant(tx, act, row, grant.organisation.slug, id, receivedMail);
	await tellHandlers(tx, act, row, id);
	return { ok: true, number };
}

interface Change {
	readonly number: string;
	readonly submissionKey: string;
	readonly version: number;
	/** Empty for an act without words. */
	readonly message: string;
}

export type ComplaintOutcome =
	| { readonly ok: true; readonly number: string }
	| Refused<'not_found' | 'stale' | 'impossible_transition' | 'form_already_used'>;

async function step(
	tx: Tx,
	act: Act,
	row: Complaint,
	change: Change,
	how: {
		readonly action: ComplaintAction;
		readonly personId: string;
		readonly side: 'member' | 'committee';
		tell(messageId: string): Promise<void>;
	},
): Promise<ComplaintOutcome> {
	const kind = how.action === 'reply' ? 'message' : how.action;
	const [done] = await tx.select().from(complaintMessage).where(eq(complaintMessage.submissionKey, change.submissionKey)).limit(1);
	if (done) {
		const same = done.complaintId === row.id && done.kind === kind && done.authorId === how.personId && done.body === change.message;
		return same ? { ok: true, number: row.number } : refused('form_already_used');
	}
	if (row.version !== change.version) return refused('stale');
	const status = nextStatus(row.status, how.action);
	if (status === null) return refused('impossible_transition');
	const [changed] = await tx
		.update(complaint)
		.set({
			status,
			version: row.version + 1,
			...(status === row.status ? {} : { statusSince: act.at }),
			...(how.side === 'committee' ? { handlerId: how.personId } : {}),
		})
		.where(and(eq(complaint.id, row.id), eq(complaint.version, row.version)))
		.returning({ id: complaint.id });
	if (!changed) return refused('stale');
	const id = await addMessage(tx, act, {
		complaintId: row.id,
		submissionKey: change.submissionKey,
		kind,
		side: how.side,
		authorId: how.personId,
		body: change.message,
	});
	await recordAudit(tx, act, {
		action: `complaints.${how.action}`,
		subject: { kind: SUBJECT, id: row.id },
		delta: { from: row.status, to: status },
	});
	await how.tell(id);
	return { ok: true, number: row.number };
}

/** The committee takes it, answers or closes it. Someone it concerns is told that there is none. */
export async function handleComplaint(
	tx: Tx,
	act: Act,
	grant: Grant<'complaints.read'>,
	action: Exclude<ComplaintAction, 'reply'>,
	change: Change,
): Promise<ComplaintOutcome> {
	const row = await findComplaintRow(tx, change.number);
	if (!row || !mayHandle(grant.personId, await partiesOf(tx, row))) return refused('not_found');
	return step(tx, act, row, change, {
		action,
		personId: grant.personId,
		side: 'committee',
		async tell(messageId) {
			if (action === 'take') return;
			const [group] = await tx.select({ slug: organisation.slug }).from(organisation).where(eq(organisation.id, row.organisationId));
			if (!group) throw new Error('a complaint without its group');
			await tellComplainant(tx, act, row, group.slug, messageId, answeredMail);
		},
	});
}

/** The complainant writes again. */
export async function replyToComplaint(tx: Tx, act: Act, grant: GroupGrant<'complaints.write'>, change: Change): Promise<ComplaintOutcome> {
	const row = await findComplaintRow(tx, change.number);
	if (!row || row.organisationId !== grant.organisationId || row.complainantId !== grant.personId) return refused('not_found');
	return step(tx, act, row, change, {
		action: 'reply',
		personId: grant.personId,
		side: 'member',
		tell: (messageId) => tellHandlers(tx, act, row, messageId),
	});
}

/** Empties what was said in every complaint of a group that left: numbers, states and dates stay. @returns how many messages. */
export async function emptyComplaints(tx: Tx, act: Act, organisationId: string): Promise<number> {
	const ids = tx.select({ id: complaint.id }).from(complaint).where(eq(complaint.organisationId, organisationId));
	const emptied = await tx
		.update(complaintMessage)
		.set({ body: '' })
		.where(and(inArray(complaintMessage.complaintId, ids), ne(complaintMessage.body, '')))
		.returning({ id: complaintMessage.id });
	await tx.update(complaint).set({ subject: '' }).where(eq(complaint.organisationId, organisationId));
	await recordAudit(tx, act, {
		action: 'complaints.empty',
		subject: { kind: 'organisation', id: organisationId },
		organisationId,
		delta: { messages: emptied.length },
	});
	return emptied.length;
}

/** Texts of complaints that were answered long ago; their numbers, dates and states stay. @returns how many. */
export async function emptyOldComplaints(tx: Tx, act: Act): Promise<number> {
	const old = await tx
		.update(complaint)
		.set({ subject: '' })
		.where(
			and(inArray(complaint.status, ['answered', 'closed']), lt(complaint.statusSince, act.at - COMPLAINT_KEPT), ne(complaint.subject, '')),
		)
		.returning({ id: complaint.id });
	for (const { id } of old) {
		const emptied = await tx
			.update(complaintMessage)
			.set({ body: '' })
			.where(and(eq(complaintMessage.complaintId, id), ne(complaintMessage.body, '')))
			.returning({ id: complaintMessage.id });
		await recordAudit(tx, act, {
			action: 'complaints.empty',
			// Not in the group's trail: someone there may be whom it is about.
			subject: { kind: SUBJECT, id },
			delta: { messages: emptied.length },
		});
	}
	return old.length;
}

/**
 * What someone who is erased complained of stays under the pseudonym: whoever answers it, and the group, must still be able to do
 * right by it, and an answer means nothing beside a hole. It goes with the others once it is old.
 */
export async function erasePerson(tx: Tx, _act: Act, who: Erased): Promise<ErasureLine[]> {
	return [
		{ table: 'complaint', how: 'kept', count: await tx.$count(complaint, eq(complaint.complainantId, who.personId)) },
		{ table: 'complaint_message', how: 'kept', count: await tx.$count(complaintMessage, eq(complaintMessage.authorId, who.personId)) },
	];
}
