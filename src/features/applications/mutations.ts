import { and, asc, eq, inArray, isNull, lte, sql } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import { committee } from '#db/schema/committees.ts';
import { application, applicationLink, applicationMessage } from '#db/schema/membership.ts';
import { COOP_RIGHTS, type Grant, listPeople, type PersonWithRole } from '#src/features/access/index.ts';
import { findDraftRow } from '#src/features/applications/data.ts';
import {
	acceptedMail,
	confirmMail,
	deskMail,
	questionMail,
	receivedMail,
	refusedMail,
	resumeMail,
	withdrawnMail,
} from '#src/features/applications/mail.ts';
import {
	type ApplicationEvent,
	type ApplicationStatus,
	decideBy,
	eventsOf,
	mayConfirmRefusal,
	nextStatus,
	statusTokenOf,
	UNCONFIRMED_LASTS,
} from '#src/features/applications/rules.ts';
import type { ApplicationInput, DraftInput } from '#src/features/applications/schema.ts';
import { type AuditAction, recordAudit } from '#src/features/audit/index.ts';
import { keepApplicationConsent } from '#src/features/consents/index.ts';
import { createPledge } from '#src/features/contributions/index.ts';
import { beginMembership, memberOf } from '#src/features/membership/index.ts';
import { queueMessage } from '#src/features/outbox/index.ts';
import { inviteToGroup, type Moment } from '#src/features/people/index.ts';
import { type Locale, pathOf, type RouteKey } from '#src/i18n/routes.ts';
import type { Act } from '#src/lib/act.ts';
import { type CivilDate, civilDateOf } from '#src/lib/clock.ts';
import { env } from '#src/lib/env.ts';
import type { Erased, ErasureLine } from '#src/lib/erasure.ts';
import { type FormValues, valueOf } from '#src/lib/form.ts';
import { hashToken, newId, newToken } from '#src/lib/ids.ts';
import { type Refused, refused } from '#src/lib/refused.ts';

type Row = typeof application.$inferSelect;

const byApplicant = (moment: Moment, applicationId: string): Act => ({
	actor: { kind: 'applicant', applicationId },
	at: moment.at,
	requestId: moment.requestId,
});

const linkTo = (key: RouteKey, locale: Locale, params: Record<string, string>) => `${env().siteUrl}${pathOf(key, locale, params)}`;

async function findRow(tx: Tx, id: string): Promise<Row | null> {
	const [row] = await tx.select().from(application).where(eq(application.id, id)).limit(1);
	return row ?? null;
}

async function findByLink(tx: Tx, token: string, purpose: 'resume' | 'confirm' | 'status') {
	const [found] = await tx
		.select({ link: applicationLink, row: application })
		.from(applicationLink)
		.innerJoin(application, eq(application.id, applicationLink.applicationId))
		.where(and(eq(applicationLink.tokenHash, hashToken(token)), eq(applicationLink.purpose, purpose)))
		.limit(1);
	return found ?? null;
}

/** A link mailed to the applicant. @param token made here unless it has to follow from another. */
async function addLink(
	tx: Tx,
	at: number,
	applicationId: string,
	purpose: 'resume' | 'confirm' | 'status',
	token = newToken(),
): Promise<string> {
	await tx.insert(applicationLink).values({ tokenHash: hashToken(token), applicationId, purpose, createdAt: at });
	return token;
}

async function closeLinks(
	tx: Tx,
	at: number,
	applicationId: string,
	purposes: readonly ('resume' | 'confirm' | 'status')[],
): Promise<void> {
	await tx
		.update(applicationLink)
		.set({ usedAt: at })
		.where(
			and(
				eq(applicationLink.applicationId, applicationId),
				inArray(applicationLink.purpose, [...purposes]),
				isNull(applicationLink.usedAt),
			),
		);
}

/** Which application a form speaks of: a new one by its own key, or the draft a private link opens. */
export type Source =
	| { readonly kind: 'new'; readonly submissionKey: string }
	| { readonly kind: 'resume'; readonly token: string; readonly version: number };

type SaveRefusal = 'unknown_link' | 'already_confirmed' | 'stale';

/** The key of a draft that was written through its link since: the form it began with is out of date. */
const resumedKey = (submissionKey: string) => (submissionKey.startsWith('resumed:') ? submissionKey : `resumed:${submissionKey}`);

/** The row a form speaks of; `behind` when its way in has been closed, or overtaken by a save through the link. */
async function findDraft(tx: Tx, source: Source): Promise<{ row: Row; behind: 'unknown_link' | 'stale' | null } | null> {
	if (source.kind === 'resume') {
		const found = await findByLink(tx, source.token, 'resume');
		if (!found) return null;
		const { row, link } = found;
		return { row, behind: link.usedAt !== null ? 'unknown_link' : row.version !== source.version ? 'stale' : null };
	}
	const { submissionKey } = source;
	const row = await findDraftRow(tx, submissionKey, resumedKey(submissionKey));
	return row && { row, behind: row.submissionKey === submissionKey ? null : 'stale' };
}

/**
 * The draft a form may write to; null to begin one. The same form sent twice comes back as `again`: nothing is to be done.
 * @param sent whether the form was sent, or only saved.
 */
async function openDraft(
	tx: Tx,
	moment: Moment,
	source: Source,
	draft: string,
	sent: boolean,
): Promise<{ ok: true; row: Row | null; again: boolean } | Refused<SaveRefusal>> {
	const found = await findDraft(tx, source);
	if (!found) return source.kind === 'new' ? { ok: true, row: null, again: false } : refused('unknown_link');
	const { row, behind } = found;
	if (row.status === 'expired' || (row.expiresAt !== null && row.expiresAt <= moment.at)) return refused('unknown_link');
	if (row.status !== 'draft') return refused('already_confirmed');
	// Before the rest: a second click on the form that changed the address finds its own link closed.
	if (row.draft === draft && (row.sentAt !== null) === sent) return { ok: true, row, again: true };
	return behind === null ? { ok: true, row, again: false } : refused(behind);
}

/** Whether the mailed link still opens the draft, so that no other needs to be sent. */
async function hasOpenResume(tx: Tx, applicationId: string): Promise<boolean> {
	const [open] = await tx
		.select({ tokenHash: applicationLink.tokenHash })
		.from(applicationLink)
		.where(and(eq(applicationLink.applicationId, applicationId), eq(applicationLink.purpose, 'resume'), isNull(applicationLink.usedAt)))
		.limit(1);
	return open !== undefined;
}

/**
 * Whether saving or sending this form, in the same transaction, would queue a message. Changes nothing.
 * @param sent whether the form is sent, or only saved.
 */
export async function wouldMail(
	tx: Tx,
	moment: Moment,
	input: { readonly source: Source; readonly values: FormValues; readonly normalized: string; readonly sent: boolean },
): Promise<boolean> {
	const opened = await openDraft(tx, moment, input.source, JSON.stringify(input.values), input.sent);
	if (!opened.ok || opened.again) return false;
	const { row } = opened;
	return input.sent || row === null || row.applicantEmailNormalized !== input.normalized || !(await hasOpenResume(tx, row.id));
}

/** Writes to an existing draft or begins one. @returns its id. */
async function putDraft(
	tx: Tx,
	moment: Moment,
	source: Source,
	row: Row | null,
	values: Partial<Row> & Pick<Row, 'draft' | 'locale'>,
): Promise<string> {
	const expiresAt = moment.at + UNCONFIRMED_LASTS;
	if (row) {
		const submissionKey = source.kind === 'resume' ? resumedKey(row.submissionKey) : row.submissionKey;
		await tx
			.update(application)
			.set({ ...values, submissionKey, expiresAt, version: row.version + 1 })
			.where(eq(application.id, row.id));
		return row.id;
	}
	if (source.kind !== 'new') throw new Error('a draft is begun by a form of its own');
	const id = newId<'application'>();
	await tx
		.insert(application)
		.values({ ...values, id, status: 'draft', submissionKey: source.submissionKey, expiresAt, createdAt: moment.at });
	return id;
}

/** Saves a form as it stands and mails the link that opens it again. A form already sent goes back to being a draft. */
export async function saveDraft(
	tx: Tx,
	moment: Moment,
	input: { readonly source: Source; readonly draft: DraftInput; readonly locale: Locale },
): Promise<{ ok: true; applicationId: string } | Refused<SaveRefusal>> {
	const draft = JSON.stringify(input.draft.values);
	const opened = await openDraft(tx, moment, input.source, draft, false);
	if (!opened.ok) return opened;
	if (opened.again && opened.row) return { ok: true, applicationId: opened.row.id };
	const typed = valueOf(input.draft.values, 'locale');
	const locale = typed === 'fr' || typed === 'en' ? typed : input.locale;
	const { email, normalized } = input.draft;
	const id = await putDraft(tx, moment, input.source, opened.row, {
		draft,
		locale,
		applicantEmail: email,
		applicantEmailNormalized: normalized,
		sentAt: null,
	});
	const act = byApplicant(moment, id);
	// Saved again, it is no longer what the confirmation link was mailed for.
	if (opened.row) await closeLinks(tx, moment.at, id, ['confirm']);
	const moved = opened.row !== null && opened.row.applicantEmailNormalized !== normalized;
	if (moved) await closeLinks(tx, moment.at, id, ['resume']);
	// The link that was mailed stays good: one message is enough for any number of saves.
	if (!(await hasOpenResume(tx, id))) {
		const token = await addLink(tx, moment.at, id, 'resume');
		await queueMessage(tx, act, {
			dedupeKey: `membership.resume:${hashToken(token)}`,
			to: { name: '', address: email },
			locale,
			template: 'membership.resume',
			content: resumeMail(locale, { name: '', url: linkTo('joinResume', locale, { token }) }),
			relates: { kind: 'application', id },
		});
	}
	await recordAudit(tx, act, { action: 'membership.save_draft', subject: { kind: 'application', id } });
	return { ok: true, applicationId: id };
}

/** Takes a complete form and mails the link that confirms its address; workers see it only once that link was followed. */
export async function sendApplication(
	tx: Tx,
	moment: Moment,
	input: { readonly source: Source; readonly application: ApplicationInput; readonly values: FormValues },
): Promise<{ ok: true; applicationId: string } | Refused<SaveRefusal>> {
	const draft = JSON.stringify(input.values);
	const opened = await openDraft(tx, moment, input.source, draft, true);
	if (!opened.ok) return opened;
	if (opened.again && opened.row) return { ok: true, applicationId: opened.row.id };
	const asked = input.application;
	const id = await putDraft(tx, moment, input.source, opened.row, {
		draft,
		locale: asked.locale,
		legalName: asked.legalName,
		usualName: asked.usualName,
		kind: asked.kind,
		mission: asked.mission,
		applicantName: asked.applicantName,
		applicantEmail: asked.email,
		applicantEmailNormalized: asked.normalized,
		needs: JSON.stringify(asked.needs),
		answers: JSON.stringify(asked.answers),
		scaleId: asked.contribution?.scaleId ?? null,
		budgetBand: asked.contribution?.bandId ?? null,
		contributionChoice: asked.contribution?.choice ?? null,
		yearlyCents: asked.contribution?.choice === 'amount' ? asked.contribution.yearlyCents : null,
		frequency: asked.contribution?.frequency ?? null,
		consentVersion: asked.consentVersion,
		consentAt: moment.at,
		sentAt: moment.at,
	});
	const act = byApplicant(moment, id);
	const moved = opened.row !== null && opened.row.applicantEmailNormalized !== asked.normalized;
	if (opened.row) await closeLinks(tx, moment.at, id, moved ? ['confirm', 'resume'] : ['confirm']);
	const token = await addLink(tx, moment.at, id, 'confirm');
	await queueMessage(tx, act, {
		dedupeKey: `membership.confirm:${hashToken(token)}`,
		to: { name: asked.applicantName, address: asked.email },
		locale: asked.locale,
		template: 'membership.confirm',
		content: confirmMail(asked.locale, {
			name: asked.applicantName,
			group: asked.usualName,
			url: linkTo('joinConfirm', asked.locale, { token }),
		}),
		relates: { kind: 'application', id },
	});
	await recordAudit(tx, act, {
		action: 'membership.send_application',
		subject: { kind: 'application', id },
		delta: { kind: asked.kind, consentVersion: asked.consentVersion },
	});
	return { ok: true, applicationId: id };
}

/** The people of the committees whose work applications are. */
async function listDeciding(tx: Tx, on: CivilDate): Promise<PersonWithRole[]> {
	const committees = await tx
		.select({ slug: committee.slug })
		.from(committee)
		.where(and(eq(committee.applications, true), isNull(committee.toOn)));
	return (await Promise.all(committees.map(({ slug }) => listPeople(tx, { kind: 'committee', id: slug }, on)))).flat();
}

/** Writes to everyone who decides on applications, but not to the one who just acted. */
async function tellDesk(tx: Tx, act: Act, row: Row, about: 'waiting' | 'answered' | 'refusal', decideByOn: string): Promise<void> {
	const people = await listPeople(tx, { kind: 'coop' }, civilDateOf(act.at));
	const deciding: readonly string[] = COOP_RIGHTS['applications.decide'];
	const told = new Map(people.filter((person) => deciding.includes(person.role)).map((person) => [person.personId, person]));
	for (const person of await listDeciding(tx, civilDateOf(act.at))) told.set(person.personId, person);
	if (act.actor.kind === 'person') told.delete(act.actor.personId);
	for (const person of told.values()) {
		const { locale } = person;
		await queueMessage(tx, act, {
			dedupeKey: `membership.desk:${about}:${row.id}:${row.version}:${person.personId}`,
			to: { name: person.fullName, address: person.address },
			locale,
			template: `membership.desk_${about}`,
			content: deskMail(locale, { name: person.fullName, about, decideByOn, url: linkTo('workApplication', locale, { id: row.id }) }),
			relates: { kind: 'application', id: row.id },
		});
	}
}

/** How to write to the applicant of an application that was sent. */
function applicantOf(row: Row): { name: string; address: string; group: string; locale: Locale } {
	return { name: row.applicantName ?? '', address: row.applicantEmail ?? '', group: row.usualName ?? '', locale: row.locale };
}

/**
 * The address is theirs: workers see the application from here on. Following the same link again changes nothing and leads to
 * the same status page.
 */
export async function confirmApplication(
	tx: Tx,
	moment: Moment,
	token: string,
): Promise<{ ok: true; statusToken: string } | Refused<'unknown_link' | 'expired' | 'replaced'>> {
	const found = await findByLink(tx, token, 'confirm');
	if (!found) return refused('unknown_link');
	const { row, link } = found;
	const statusToken = statusTokenOf(token);
	if (row.status === 'expired') return refused('expired');
	if (row.status !== 'draft') return (await findByLink(tx, statusToken, 'status')) ? { ok: true, statusToken } : refused('replaced');
	if (link.usedAt !== null || row.sentAt === null) return refused('replaced');
	if (row.expiresAt !== null && row.expiresAt <= moment.at) return refused('expired');
	const decideByOn = decideBy(moment.at);
	await tx
		.update(application)
		.set({ status: 'submitted', submittedAt: moment.at, decideByOn, expiresAt: null, draft: '{}', version: row.version + 1 })
		.where(and(eq(application.id, row.id), eq(application.version, row.version)));
	await closeLinks(tx, moment.at, row.id, ['resume', 'confirm']);
	await addLink(tx, moment.at, row.id, 'status', statusToken);
	const act = byApplicant(moment, row.id);
	const to = applicantOf(row);
	await queueMessage(tx, act, {
		dedupeKey: `membership.received:${row.id}`,
		to,
		locale: to.locale,
		template: 'membership.received',
		content: receivedMail(to.locale, { ...to, decideByOn, url: linkTo('joinStatus', to.locale, { token: statusToken }) }),
		relates: { kind: 'application', id: row.id },
	});
	await tellDesk(tx, act, row, 'waiting', decideByOn);
	await recordAudit(tx, act, {
		action: 'membership.confirm_application',
		subject: { kind: 'application', id: row.id },
		delta: { from: row.status, to: 'submitted' },
	});
	return { ok: true, statusToken };
}

type ChangeRefusal = 'not_found' | 'stale' | 'impossible_transition';

/** Moves an application by one event if it still is as it was seen. */
async function change(
	tx: Tx,
	row: Row,
	event: ApplicationEvent,
	values: Partial<Omit<Row, 'id' | 'status' | 'version'>> = {},
): Promise<{ ok: true; row: Row } | Refused<ChangeRefusal>> {
	const status = nextStatus(row.status, event);
	if (status === null) return refused('impossible_transition');
	const [changed] = await tx
		.update(application)
		.set({ ...values, status, version: row.version + 1 })
		.where(and(eq(application.id, row.id), eq(application.version, row.version)))
		.returning();
	return changed ? { ok: true, row: changed } : refused('stale');
}

async function trail(
	tx: Tx,
	act: Act,
	action: AuditAction,
	row: Row,
	from: ApplicationStatus,
	organisationId: string | null = null,
): Promise<void> {
	await recordAudit(tx, act, { action, subject: { kind: 'application', id: row.id }, organisationId, delta: { from, to: row.status } });
}

/** A worker's act: takes the application first when nobody has, then moves it. */
async function decide(
	tx: Tx,
	act: Act,
	grant: Grant<'applications.decide'>,
	target: { readonly id: string; readonly version: number },
	event: ApplicationEvent,
	values: Partial<Omit<Row, 'id' | 'status' | 'version'>> = {},
): Promise<{ ok: true; row: Row; from: ApplicationStatus } | Refused<ChangeRefusal>> {
	let row = await findRow(tx, target.id);
	// What has not reached the workers does not exist for them.
	if (!row || row.submittedAt === null) return refused('not_found');
	if (row.version !== target.version) return refused('stale');
	const events = eventsOf(row.status, event);
	if (events === null) return refused('impossible_transition');
	if (events[0] === 'take') {
		const taken = await change(tx, row, 'take', { reviewerId: grant.personId });
		if (!taken.ok) return taken;
		await trail(tx, act, 'membership.take_application', taken.row, row.status);
		row = taken.row;
		if (events.length === 1) return { ok: true, row, from: 'submitted' };
	}
	const from = row.status;
	const changed = await change(tx, row, event, values);
	return changed.ok ? { ok: true, row: changed.row, from } : changed;
}

export interface Target {
	readonly id: string;
	/** As the worker saw it. */
	readonly version: number;
}

/** Someone begins to read it; the applicant sees that. A second click of the same worker changes nothing. */
export async function takeApplication(
	tx: Tx,
	act: Act,
	grant: Grant<'applications.decide'>,
	target: Target,
): Promise<{ ok: true } | Refused<ChangeRefusal>> {
	const row = await findRow(tx, target.id);
	if (row?.status === 'under_review' && row.reviewerId === grant.personId && row.version === target.version + 1) return { ok: true };
	const done = await decide(tx, act, grant, target, 'take');
	return done.ok ? { ok: true } : done;
}

/** What became of a form's key: `new`; `same` when this very message was kept under it; `other` when something else was. */
async function findMessage(
	tx: Tx,
	submissionKey: string,
	message: Pick<typeof applicationMessage.$inferSelect, 'applicationId' | 'kind' | 'body'>,
): Promise<'new' | 'same' | 'other'> {
	const [known] = await tx.select().from(applicationMessage).where(eq(applicationMessage.submissionKey, submissionKey)).limit(1);
	if (!known) return 'new';
	const same = known.applicationId === message.applicationId && known.kind === message.kind && known.body === message.body;
	return same ? 'same' : 'other';
}

/** Asks the applicant for more; the link in the message opens the page where the answer is given. */
export async function askApplicant(
	tx: Tx,
	act: Act,
	grant: Grant<'applications.decide'>,
	input: Target & { readonly submissionKey: string; readonly question: string },
): Promise<{ ok: true } | Refused<ChangeRefusal | 'form_already_used'>> {
	const known = await findMessage(tx, input.submissionKey, { applicationId: input.id, kind: 'question', body: input.question });
	if (known === 'same') return { ok: true };
	if (known === 'other') return refused('form_already_used');
	const done = await decide(tx, act, grant, input, 'ask');
	if (!done.ok) return done;
	const { row, from } = done;
	const messageId = newId<'application_message'>();
	await tx.insert(applicationMessage).values({
		id: messageId,
		applicationId: row.id,
		submissionKey: input.submissionKey,
		kind: 'question',
		authorId: grant.personId,
		body: input.question,
		createdAt: act.at,
	});
	const to = applicantOf(row);
	const token = await addLink(tx, act.at, row.id, 'status');
	await queueMessage(tx, act, {
		dedupeKey: `membership.question:${messageId}`,
		to,
		locale: to.locale,
		template: 'membership.question',
		content: questionMail(to.locale, { ...to, question: input.question, url: linkTo('joinStatus', to.locale, { token }) }),
		relates: { kind: 'application', id: row.id },
	});
	await trail(tx, act, 'membership.ask_applicant', row, from);
	return { ok: true };
}

/** A note among workers; the applicant never sees it. */
export async function addNote(
	tx: Tx,
	act: Act,
	grant: Grant<'applications.decide'>,
	input: { readonly id: string; readonly submissionKey: string; readonly note: string },
): Promise<{ ok: true } | Refused<'not_found' | 'form_already_used'>> {
	const row = await findRow(tx, input.id);
	if (!row || row.submittedAt === null) return refused('not_found');
	const known = await findMessage(tx, input.submissionKey, { applicationId: row.id, kind: 'note', body: input.note });
	if (known === 'same') return { ok: true };
	if (known === 'other') return refused('form_already_used');
	await tx.insert(applicationMessage).values({
		id: newId<'application_message'>(),
		applicationId: row.id,
		submissionKey: input.submissionKey,
		kind: 'note',
		authorId: grant.personId,
		body: input.note,
		createdAt: act.at,
	});
	await recordAudit(tx, act, { action: 'membership.add_note', subject: { kind: 'application', id: row.id } });
	return { ok: true };
}

/** The first of the two decisions a refusal takes. Nothing leaves for the applicant yet. */
export async function proposeRefusal(
	tx: Tx,
	act: Act,
	grant: Grant<'applications.decide'>,
	input: Target & { readonly reason: string },
): Promise<{ ok: true } | Refused<ChangeRefusal>> {
	const before = await findRow(tx, input.id);
	const again =
		before?.status === 'refusal_proposed' && before.refusalProposedBy === grant.personId && before.refusalReason === input.reason;
	if (again) return { ok: true };
	const done = await decide(tx, act, grant, input, 'propose_refusal', { refusalReason: input.reason, refusalProposedBy: grant.personId });
	if (!done.ok) return done;
	await tellDesk(tx, act, done.row, 'refusal', done.row.decideByOn ?? civilDateOf(act.at));
	await trail(tx, act, 'membership.propose_refusal', done.row, done.from);
	return { ok: true };
}

/** Anyone who decides may take the proposal back, its author too: the reading goes on. */
export async function withdrawRefusal(
	tx: Tx,
	act: Act,
	grant: Grant<'applications.decide'>,
	target: Target,
): Promise<{ ok: true } | Refused<ChangeRefusal>> {
	const done = await decide(tx, act, grant, target, 'withdraw_refusal', { refusalReason: null, refusalProposedBy: null });
	if (!done.ok) return done;
	await trail(tx, act, 'membership.withdraw_refusal', done.row, done.from);
	return { ok: true };
}

/** The second decision, by someone else: the applicant is told, with the reason. */
export async function confirmRefusal(
	tx: Tx,
	act: Act,
	grant: Grant<'applications.decide'>,
	target: Target,
): Promise<{ ok: true } | Refused<ChangeRefusal | 'second_worker_needed'>> {
	const before = await findRow(tx, target.id);
	if (before?.status === 'refused' && before.decidedBy === grant.personId && before.version === target.version + 1) return { ok: true };
	if (
		before?.status === 'refusal_proposed' &&
		before.version === target.version &&
		!mayConfirmRefusal(before.refusalProposedBy, grant.personId)
	) {
		return refused('second_worker_needed');
	}
	const done = await decide(tx, act, grant, target, 'confirm_refusal', { decidedBy: grant.personId, decidedAt: act.at });
	if (!done.ok) return done;
	const { row, from } = done;
	const to = applicantOf(row);
	const token = await addLink(tx, act.at, row.id, 'status');
	await queueMessage(tx, act, {
		dedupeKey: `membership.refused:${row.id}`,
		to,
		locale: to.locale,
		template: 'membership.refused',
		content: refusedMail(to.locale, { ...to, reason: row.refusalReason ?? '', url: linkTo('joinStatus', to.locale, { token }) }),
		relates: { kind: 'application', id: row.id },
	});
	await trail(tx, act, 'membership.confirm_refusal', row, from);
	return { ok: true };
}

async function findFollowed(tx: Tx, token: string): Promise<Row | null> {
	const found = await findByLink(tx, token, 'status');
	return found && found.link.usedAt === null ? found.row : null;
}

type FollowRefusal = 'unknown_link' | 'stale' | 'impossible_transition';
const followed = (reason: ChangeRefusal): Refused<FollowRefusal> => refused(reason === 'not_found' ? 'unknown_link' : reason);

/** The applicant gives what was asked for. */
export async function answerQuestion(
	tx: Tx,
	moment: Moment,
	input: { readonly token: string; readonly version: number; readonly submissionKey: string; readonly answer: string },
): Promise<{ ok: true } | Refused<FollowRefusal | 'form_already_used'>> {
	const before = await findFollowed(tx, input.token);
	if (!before) return refused('unknown_link');
	const known = await findMessage(tx, input.submissionKey, { applicationId: before.id, kind: 'answer', body: input.answer });
	if (known === 'same') return { ok: true };
	if (known === 'other') return refused('form_already_used');
	if (before.version !== input.version) return refused('stale');
	const done = await change(tx, before, 'answer');
	if (!done.ok) return followed(done.reason);
	const act = byApplicant(moment, before.id);
	await tx.insert(applicationMessage).values({
		id: newId<'application_message'>(),
		applicationId: before.id,
		submissionKey: input.submissionKey,
		kind: 'answer',
		body: input.answer,
		createdAt: moment.at,
	});
	await tellDesk(tx, act, done.row, 'answered', done.row.decideByOn ?? civilDateOf(moment.at));
	await trail(tx, act, 'membership.answer_question', done.row, before.status);
	return { ok: true };
}

/** The applicant changes their mind, at any time before the decision. */
export async function withdrawApplication(
	tx: Tx,
	moment: Moment,
	input: { readonly token: string; readonly version: number },
): Promise<{ ok: true } | Refused<FollowRefusal>> {
	const before = await findFollowed(tx, input.token);
	if (!before) return refused('unknown_link');
	if (before.status === 'withdrawn' && before.version === input.version + 1) return { ok: true };
	if (before.version !== input.version) return refused('stale');
	// A refusal proposed and never confirmed was nobody's decision: nothing of it stays with what was withdrawn.
	const done = await change(tx, before, 'withdraw', { decidedAt: moment.at, refusalReason: null, refusalProposedBy: null });
	if (!done.ok) return followed(done.reason);
	const act = byApplicant(moment, before.id);
	const to = applicantOf(done.row);
	await queueMessage(tx, act, {
		dedupeKey: `membership.withdrawn:${before.id}`,
		to,
		locale: to.locale,
		template: 'membership.withdrawn',
		content: withdrawnMail(to.locale, to),
		relates: { kind: 'application', id: before.id },
	});
	await trail(tx, act, 'membership.withdraw_application', done.row, before.status);
	return { ok: true };
}

const MOST_EXPIRED_AT_ONCE = 100;

/**
 * Drafts, and applications whose address was never confirmed, end after seven days and keep nothing of what was typed.
 * @returns how many; call again while it is a full hundred.
 */
export async function expireApplications(tx: Tx, act: Act): Promise<number> {
	const due = await tx
		.select()
		.from(application)
		.where(and(eq(application.status, 'draft'), lte(application.expiresAt, act.at)))
		.orderBy(asc(application.expiresAt))
		.limit(MOST_EXPIRED_AT_ONCE);
	for (const row of due) {
		const done = await change(tx, row, 'expire', {
			draft: '{}',
			legalName: null,
			usualName: null,
			kind: null,
			mission: null,
			applicantName: null,
			applicantEmail: null,
			applicantEmailNormalized: null,
			needs: null,
			answers: null,
			scaleId: null,
			budgetBand: null,
			contributionChoice: null,
			yearlyCents: null,
			frequency: null,
			consentVersion: null,
			consentAt: null,
		});
		if (done.ok) await trail(tx, act, 'membership.expire_application', done.row, row.status);
	}
	return due.length;
}

export interface Accepted {
	readonly ok: true;
	readonly organisationId: string;
	readonly slug: string;
	readonly memberNumber: number;
	/** True when it had been accepted before: nothing was done or sent again. */
	readonly again: boolean;
}

/**
 * Accepts, in one transaction: organisation, membership with a number of its own, chosen contribution (nothing is charged before
 * the first service runs), the applicant's invitation as administrator, and the message that carries it. Accepting what is
 * accepted gives the same organisation and sends nothing.
 */
export async function acceptApplication(
	tx: Tx,
	act: Act,
	grant: Grant<'applications.decide'>,
	input: { readonly applicationId: string; readonly version: number },
): Promise<Accepted | Refused<ChangeRefusal>> {
	const before = await findRow(tx, input.applicationId);
	if (before?.status === 'accepted' && before.organisationId !== null) {
		return { ok: true, organisationId: before.organisationId, ...(await memberOf(tx, before.organisationId)), again: true };
	}
	const target = { id: input.applicationId, version: input.version };
	const done = await decide(tx, act, grant, target, 'accept', { decidedBy: grant.personId, decidedAt: act.at });
	if (!done.ok) return done;
	const { row, from } = done;
	const { kind, usualName, legalName, mission, applicantName, applicantEmail } = row;
	if (kind === null || usualName === null || legalName === null || mission === null || applicantName === null || applicantEmail === null) {
		throw new Error('an application under review lacks what its form requires');
	}
	const { organisationId, slug, memberNumber } = await beginMembership(tx, act, {
		legalName,
		usualName,
		kind,
		mission,
		budgetBand: row.budgetBand ?? 'unknown',
		locale: row.locale,
	});
	if (row.scaleId !== null && row.budgetBand !== null && row.contributionChoice !== null && row.frequency !== null) {
		const pledged = await createPledge(tx, act, {
			organisationId,
			scaleId: row.scaleId,
			bandId: row.budgetBand,
			choice: row.contributionChoice,
			yearlyCents: row.yearlyCents ?? 0,
			frequency: row.frequency,
		});
		if (!pledged.ok) throw new Error(`the contribution chosen in the application was refused: ${pledged.reason}`);
	}
	await tx.update(application).set({ organisationId }).where(eq(application.id, row.id));
	await keepApplicationConsent(tx, row);
	const { token } = await inviteToGroup(tx, act, {
		organisationId,
		roles: ['administrator'],
		address: applicantEmail,
		name: applicantName,
		locale: row.locale,
		invitedBy: grant.personId,
	});
	const to = applicantOf(row);
	await queueMessage(tx, act, {
		dedupeKey: `membership.accepted:${row.id}`,
		to,
		locale: to.locale,
		template: 'membership.accepted',
		content: acceptedMail(to.locale, { ...to, memberNumber, url: linkTo('invitation', to.locale, { token }) }),
		relates: { kind: 'application', id: row.id },
		organisationId,
	});
	await trail(tx, act, 'membership.accept_application', row, from, organisationId);
	return { ok: true, organisationId, slug, memberNumber, again: false };
}

/** What an erased person sent keeps the group's words and no longer says who wrote; what was still open is withdrawn. */
export async function erasePerson(tx: Tx, act: Act, who: Erased): Promise<ErasureLine[]> {
	const mine = await tx
		.select()
		.from(application)
		.where(inArray(application.applicantEmailNormalized, [...who.normalized]));
	let links = 0;
	for (const row of mine) {
		const alone = row.kind === 'individual' ? { usualName: who.pseudonym, legalName: who.pseudonym } : {};
		const open = ['draft', 'submitted', 'under_review', 'info_requested', 'refusal_proposed'].includes(row.status);
		await tx
			.update(application)
			.set({
				...alone,
				draft: '{}',
				applicantName: who.pseudonym,
				applicantEmail: null,
				applicantEmailNormalized: null,
				version: sql`${application.version} + 1`,
				...(open ? { status: 'withdrawn' as const, decidedAt: act.at, refusalReason: null, refusalProposedBy: null, expiresAt: null } : {}),
			})
			.where(eq(application.id, row.id));
		if (open) await trail(tx, act, 'membership.withdraw_application', { ...row, status: 'withdrawn' }, row.status);
		const gone = await tx
			.delete(applicationLink)
			.where(eq(applicationLink.applicationId, row.id))
			.returning({ hash: applicationLink.tokenHash });
		links += gone.length;
	}
	return [
		{ table: 'application', how: 'renamed', count: mine.length },
		{ table: 'application_link', how: 'deleted', count: links },
	];
}
