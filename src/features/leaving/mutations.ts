import { and, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import { deletionCertificate, departure, leavingNotice, leavingTask, retentionItem } from '#db/schema/leaving.ts';
import { counter, membership, organisation } from '#db/schema/membership.ts';
import { type Access, endRolesOf, type Grant, type GroupGrant, holdsWhole, type PersonWithRole } from '#src/features/access/index.ts';
import { findContact } from '#src/features/accounts/index.ts';
import { recordAudit } from '#src/features/audit/index.ts';
import { emptyComplaints } from '#src/features/complaints/index.ts';
import { balanceOf, endPledge } from '#src/features/contributions/index.ts';
import {
	findLastAdministrator,
	findLastNotice,
	findLiveNotice,
	listAround,
	listDueItems,
	listDueNotices,
	listToCertify,
	type Notice,
} from '#src/features/leaving/data.ts';
import { certificateMail, leftMail, type NoticeNews, newsMail, noticeMail } from '#src/features/leaving/mail.ts';
import {
	calendarFrom,
	certificateNumber,
	type LeavingReason,
	mayStep,
	NOTICE_LASTS,
	type NoticeStep,
	type RetentionKind,
	sealCertificate,
	settledBefore,
	whenDue,
} from '#src/features/leaving/rules.ts';
import { type EndReason, endMembership } from '#src/features/membership/index.ts';
import { type MailContent, queueMessage } from '#src/features/outbox/index.ts';
import { cancelOpenRequests, emptyThreads, endEntitlements } from '#src/features/requests/index.ts';
import { type Locale, pathOf } from '#src/i18n/routes.ts';
import type { Act } from '#src/lib/act.ts';
import { civilDateOf } from '#src/lib/clock.ts';
import { env } from '#src/lib/env.ts';
import type { Erased, ErasureLine } from '#src/lib/erasure.ts';
import { hashToken, newId, newToken } from '#src/lib/ids.ts';
import { type Refused, refused } from '#src/lib/refused.ts';

const SUBJECT = 'leaving_notice';

const spaceUrl = (locale: Locale, slug: string) => `${env().siteUrl}${pathOf('spaceLeave', locale, { group: slug })}`;

/** Each person once, however many roles they hold. */
function once(people: readonly PersonWithRole[]): PersonWithRole[] {
	return [...new Map(people.map((one) => [one.personId, one])).values()];
}

type Group = { readonly organisationId: string; readonly organisation: { readonly slug: string; readonly usualName: string } };

async function tell(
	tx: Tx,
	act: Act,
	{ organisationId, organisation: { slug, usualName } }: Group,
	people: readonly PersonWithRole[],
	message: { readonly key: string; readonly template: string; readonly relates: { readonly kind: string; readonly id: string } },
	write: (locale: Locale, about: { name: string; group: string; url: string }) => MailContent,
): Promise<void> {
	for (const { personId, fullName: name, address, locale } of once(people)) {
		await queueMessage(tx, act, {
			dedupeKey: `${message.key}:${personId}`,
			to: { name, address },
			locale,
			template: message.template,
			content: write(locale, { name, group: usualName, url: spaceUrl(locale, slug) }),
			relates: message.relates,
			organisationId,
		});
	}
}

/** Who hears of a notice: those who look after the group, or everyone with a role when nobody else does. */
const concerned = (people: readonly PersonWithRole[], alone: boolean) =>
	alone ? people : people.filter(({ role }) => role === 'administrator');

export type GiveOutcome = { ok: true } | Refused<'not_allowed' | 'not_member' | 'already_leaving' | 'form_already_used'>;

/** An administrator gives notice for the group. The proof of who they are is the action's. */
export async function giveNotice(
	tx: Tx,
	act: Act,
	grant: GroupGrant<'space.read'>,
	input: { readonly submissionKey: string; readonly reason: LeavingReason },
): Promise<GiveOutcome> {
	const { organisationId, personId } = grant;
	const [known] = await tx.select().from(leavingNotice).where(eq(leavingNotice.submissionKey, input.submissionKey)).limit(1);
	if (known) {
		const same = known.organisationId === organisationId && known.givenBy === personId && known.reason === input.reason;
		return same ? { ok: true } : refused('form_already_used');
	}
	const { people, administrators } = await listAround(tx, organisationId, civilDateOf(act.at));
	if (!administrators.has(personId)) return refused('not_allowed');
	const [running] = await tx
		.select({ id: membership.id })
		.from(membership)
		.where(and(eq(membership.organisationId, organisationId), isNull(membership.toOn)))
		.limit(1);
	if (!running) return refused('not_member');
	if (await findLiveNotice(tx, organisationId)) return refused('already_leaving');
	const id = newId<'leaving_notice'>();
	const alone = administrators.size === 1;
	const dueAt = act.at + NOTICE_LASTS;
	await tx.insert(leavingNotice).values({
		id,
		submissionKey: input.submissionKey,
		organisationId,
		membershipId: running.id,
		reason: input.reason,
		status: 'given',
		givenBy: personId,
		givenAt: act.at,
		dueAt,
		alone,
	});
	await recordAudit(tx, act, {
		action: 'leaving.give_notice',
		subject: { kind: SUBJECT, id },
		organisationId,
		delta: { reason: input.reason, alone, dueAt },
	});
	const giver = people.find((one) => one.personId === personId)?.fullName ?? '';
	const others = concerned(people, alone).filter((one) => one.personId !== personId);
	await tell(
		tx,
		act,
		grant,
		others,
		{ key: `leaving.notice:${id}`, template: 'leaving.notice', relates: { kind: SUBJECT, id } },
		(locale, about) => noticeMail(locale, { ...about, giver, dueAt, reason: input.reason, alone }),
	);
	return { ok: true };
}

const LEADS_TO = { confirm: 'effective', object: 'objected', agree: 'given', withdraw: 'withdrawn' } as const satisfies Record<
	NoticeStep,
	Notice['status']
>;
const TELLS = { object: 'objected', agree: 'agreed', withdraw: 'withdrawn' } as const satisfies Partial<Record<NoticeStep, NoticeNews>>;

export type StepOutcome = { ok: true } | Refused<'not_found' | 'not_allowed' | 'administrator_too_new' | 'stale' | 'impossible_transition'>;

/** What someone of the group does about its notice. The same step by the same person twice is one. */
export async function stepNotice(
	tx: Tx,
	act: Act,
	grant: GroupGrant<'space.read'>,
	input: { readonly step: NoticeStep; readonly version: number; readonly objection?: string },
): Promise<StepOutcome> {
	const { organisationId, personId } = grant;
	const { step } = input;
	const notice = await findLastNotice(tx, organisationId);
	if (!notice) return refused('not_found');
	const doneBy = step === 'object' ? notice.objectedBy : notice.endedBy;
	if (step !== 'agree' && notice.status === LEADS_TO[step] && doneBy === personId && notice.version === input.version + 1)
		return { ok: true };
	const { people, administrators } = await listAround(tx, organisationId, civilDateOf(act.at));
	if (notice.status === 'withdrawn' || notice.status === 'effective') return refused('impossible_transition');
	if (notice.version !== input.version) return refused('stale');
	const settled = settledBefore(people, notice.givenAt);
	if (!mayStep(notice, step, { personId, administrators, settled })) {
		const tooNew = mayStep(notice, step, { personId, administrators, settled: administrators });
		return refused(tooNew ? 'administrator_too_new' : 'not_allowed');
	}
	const ends = step === 'confirm' || step === 'withdraw';
	await tx
		.update(leavingNotice)
		.set({
			status: LEADS_TO[step],
			version: notice.version + 1,
			...(ends ? { endedBy: personId, endedAt: act.at } : {}),
			...(step === 'object' ? { objectedBy: personId, objectedAt: act.at, objection: input.objection ?? '' } : {}),
			// Those who waited for the two to agree get their seven days again.
			...(step === 'agree' ? { objectedBy: null, objectedAt: null, objection: null, dueAt: act.at + NOTICE_LASTS } : {}),
		})
		.where(eq(leavingNotice.id, notice.id));
	await recordAudit(tx, act, { action: `leaving.${step}`, subject: { kind: SUBJECT, id: notice.id }, organisationId });
	if (step === 'confirm') {
		await depart(tx, act, { organisationId, reason: notice.reason, reference: null, contactId: notice.givenBy });
		return { ok: true };
	}
	const news = TELLS[step];
	const who = people.find((one) => one.personId === personId)?.fullName ?? '';
	const message = {
		key: `leaving.${news}:${notice.id}:${notice.version}`,
		template: `leaving.${news}`,
		relates: { kind: SUBJECT, id: notice.id },
	};
	await tell(tx, act, grant, concerned(people, notice.alone), message, (locale, about) =>
		newsMail(locale, { ...about, news, who, ...(input.objection ? { words: input.objection } : {}) }),
	);
	return { ok: true };
}

/**
 * What the end of a membership does, whoever decided it, in the transaction of whoever did: the bond, the contribution, open
 * requests and invitations end; refund and shut-down become tasks; the calendar begins. Nothing when there is no membership.
 * @param input.contactId person the certificate will be for; null takes who looked after the group last.
 */
export async function depart(
	tx: Tx,
	act: Act,
	input: {
		readonly organisationId: string;
		readonly reason: EndReason;
		readonly reference: string | null;
		readonly contactId: string | null;
	},
): Promise<{ ok: true; membershipId: string } | Refused<'not_member' | 'reference_required'>> {
	const { organisationId } = input;
	const endedOn = civilDateOf(act.at);
	const ended = await endMembership(tx, act, input);
	if (!ended.ok) return ended;
	const { membershipId } = ended;
	await endPledge(tx, act, organisationId);
	await cancelOpenRequests(tx, act, organisationId);
	// Ended otherwise, an open notice has nothing left to bring about.
	await tx
		.update(leavingNotice)
		.set({ status: 'withdrawn', endedAt: act.at, version: sql`${leavingNotice.version} + 1` })
		.where(and(eq(leavingNotice.membershipId, membershipId), sql`${leavingNotice.status} in ('given', 'objected')`));
	const { creditCents } = await balanceOf(tx, organisationId);
	const base = { organisationId, membershipId, createdAt: act.at };
	await tx.insert(leavingTask).values({ ...base, id: newId<'leaving_task'>(), kind: 'shutdown' });
	if (creditCents > 0)
		await tx.insert(leavingTask).values({ ...base, id: newId<'leaving_task'>(), kind: 'refund', amountCents: creditCents });
	for (const line of calendarFrom(endedOn)) await tx.insert(retentionItem).values({ ...base, ...line, id: newId<'retention_item'>() });
	const contactId = input.contactId ?? (await findLastAdministrator(tx, organisationId));
	const contact = contactId === null ? null : await findContact(tx, contactId);
	const [group] = await tx
		.select({ slug: organisation.slug, usualName: organisation.usualName, locale: organisation.locale })
		.from(organisation)
		.where(eq(organisation.id, organisationId));
	if (!group) throw new Error('a membership without its group');
	await tx.insert(departure).values({
		membershipId,
		organisationId,
		endedOn,
		contactName: contact?.name ?? null,
		contactAddress: contact?.address ?? null,
		contactLocale: contact?.locale ?? group.locale,
		createdAt: act.at,
	});
	await recordAudit(tx, act, {
		action: 'leaving.depart',
		subject: { kind: 'membership', id: membershipId },
		organisationId,
		delta: { reason: input.reason, refundCents: creditCents },
	});
	// An exclusion is told by those who decided it, with their reason.
	if (input.reason !== 'excluded') {
		const { people } = await listAround(tx, organisationId, endedOn);
		const message = { key: `leaving.left:${membershipId}`, template: 'leaving.left', relates: { kind: 'membership', id: membershipId } };
		await tell(
			tx,
			act,
			{ organisationId, organisation: group },
			people.filter(({ role }) => role === 'administrator'),
			message,
			(locale, about) => leftMail(locale, { ...about, endedOn }),
		);
	}
	return { ok: true, membershipId };
}

/** Carries out one notice whose time has passed; twice is once. @returns whether it changed anything. */
export async function carryOutDueNotice(tx: Tx, act: Act): Promise<boolean> {
	const [notice] = await listDueNotices(tx, act.at, 1);
	if (!notice) return false;
	const { organisationId } = notice;
	const { people, administrators } = await listAround(tx, organisationId, civilDateOf(act.at));
	const takesEffect = whenDue(notice, administrators, act.at) === 'takes_effect';
	await tx
		.update(leavingNotice)
		.set({ status: takesEffect ? 'effective' : 'withdrawn', endedAt: act.at, version: notice.version + 1 })
		.where(eq(leavingNotice.id, notice.id));
	await recordAudit(tx, act, {
		action: takesEffect ? 'leaving.take_effect' : 'leaving.fall',
		subject: { kind: SUBJECT, id: notice.id },
		organisationId,
	});
	if (takesEffect) {
		await depart(tx, act, { organisationId, reason: notice.reason, reference: null, contactId: notice.givenBy });
		return true;
	}
	const [group] = await tx
		.select({ slug: organisation.slug, usualName: organisation.usualName })
		.from(organisation)
		.where(eq(organisation.id, organisationId));
	if (!group) throw new Error('a notice without its group');
	const message = { key: `leaving.fallen:${notice.id}`, template: 'leaving.fallen', relates: { kind: SUBJECT, id: notice.id } };
	await tell(tx, act, { organisationId, organisation: group }, concerned(people, notice.alone), message, (locale, about) =>
		newsMail(locale, { ...about, news: 'fallen', who: '' }),
	);
	return true;
}

type TaskOutcome = { ok: true } | Refused<'not_found' | 'not_allowed' | 'task_done'>;

/** A task is done, with where that is noted. A refund takes the finance role; a shut-down ends what the group was granted. */
export async function finishTask(
	tx: Tx,
	act: Act,
	grant: Grant<'leavings.handle'>,
	access: Access,
	input: { readonly task: string; readonly reference: string },
): Promise<TaskOutcome> {
	const [task] = await tx.select().from(leavingTask).where(eq(leavingTask.id, input.task)).limit(1);
	if (!task) return refused('not_found');
	if (!holdsWhole(access, task.kind === 'refund' ? 'payments.record' : 'requests.handle')) return refused('not_allowed');
	if (task.doneAt !== null) {
		return task.doneBy === grant.personId && task.reference === input.reference ? { ok: true } : refused('task_done');
	}
	await tx
		.update(leavingTask)
		.set({ doneAt: act.at, doneBy: grant.personId, reference: input.reference })
		.where(and(eq(leavingTask.id, task.id), isNull(leavingTask.doneAt)));
	if (task.kind === 'shutdown') {
		const [group] = await tx.select({ status: organisation.status }).from(organisation).where(eq(organisation.id, task.organisationId));
		// A group that came back in between keeps what runs for it.
		if (group?.status === 'former') await endEntitlements(tx, act, task.organisationId);
	}
	await recordAudit(tx, act, {
		action: `leaving.finish_${task.kind}`,
		subject: { kind: 'leaving_task', id: task.id },
		organisationId: task.organisationId,
		delta: { amountCents: task.amountCents },
	});
	return { ok: true };
}

/** Someone says that they deleted what the portal can't reach: mailboxes, sites, backups. */
export async function finishItem(
	tx: Tx,
	act: Act,
	grant: Grant<'leavings.handle'>,
	access: Access,
	input: { readonly item: string; readonly count: number },
): Promise<TaskOutcome> {
	const [item] = await tx
		.select()
		.from(retentionItem)
		.where(and(eq(retentionItem.id, input.item), eq(retentionItem.method, 'worker')))
		.limit(1);
	if (!item) return refused('not_found');
	if (!holdsWhole(access, 'requests.handle')) return refused('not_allowed');
	if (item.doneAt !== null) return item.doneBy === grant.personId && item.doneCount === input.count ? { ok: true } : refused('task_done');
	await markDone(tx, act, item, input.count, grant.personId);
	return { ok: true };
}

async function markDone(
	tx: Tx,
	act: Act,
	item: typeof retentionItem.$inferSelect,
	doneCount: number,
	doneBy: string | null,
): Promise<void> {
	await tx
		.update(retentionItem)
		.set({ doneAt: act.at, doneBy, doneCount })
		.where(and(eq(retentionItem.id, item.id), isNull(retentionItem.doneAt)));
	await recordAudit(tx, act, {
		action: 'leaving.delete',
		subject: { kind: 'retention_item', id: item.id },
		organisationId: item.organisationId,
		delta: { kind: item.kind, count: doneCount },
	});
}

type ByJob = Extract<RetentionKind, 'requests' | 'complaints' | 'profile' | 'people'>;

const DELETES: Readonly<Record<ByJob, (tx: Tx, act: Act, organisationId: string) => Promise<number>>> = {
	requests: emptyThreads,
	complaints: emptyComplaints,
	async profile(tx, _act, organisationId) {
		const emptied = await tx
			.update(organisation)
			.set({ mission: '', budgetBand: '', version: sql`${organisation.version} + 1` })
			.where(eq(organisation.id, organisationId))
			.returning({ id: organisation.id });
		return emptied.length;
	},
	people: endRolesOf,
};

/** Deletes what one line of a calendar says, once its day has come. @returns whether there was one. */
export async function deleteDue(tx: Tx, act: Act): Promise<boolean> {
	const [item] = await listDueItems(tx, civilDateOf(act.at), 1);
	if (!item) return false;
	await markDone(tx, act, item, await DELETES[item.kind as ByJob](tx, act, item.organisationId), null);
	return true;
}

/** Makes one certificate, and sends it. @returns whether there was one to make. */
export async function certifyNext(tx: Tx, act: Act): Promise<boolean> {
	const [next] = await listToCertify(tx, 1);
	if (!next) return false;
	const { gone, group, memberNumber, fromOn } = next;
	const issuedOn = civilDateOf(act.at);
	const year = issuedOn.slice(0, 4);
	const [row] = await tx
		.insert(counter)
		.values({ name: `certificate:${year}`, value: 1 })
		.onConflictDoUpdate({ target: counter.name, set: { value: sql`${counter.value} + 1` } })
		.returning({ value: counter.value });
	if (!row) throw new Error('the counter of certificates gave no number');
	const number = certificateNumber(year, row.value);
	const items = await tx.select().from(retentionItem).where(eq(retentionItem.membershipId, gone.membershipId)).orderBy(retentionItem.id);
	const { text, checksum } = sealCertificate({
		number,
		group,
		memberNumber,
		memberFrom: fromOn,
		memberTo: gone.endedOn,
		issuedOn,
		deleted: items.flatMap(({ kind, doneAt, doneCount }) =>
			doneAt === null ? [] : [{ kind, count: doneCount ?? 0, on: civilDateOf(doneAt) }],
		),
		kept: items.flatMap(({ kind, method, dueOn }) => (method === 'kept' ? [{ kind, until: dueOn }] : [])),
	});
	const id = newId<'deletion_certificate'>();
	const token = newToken();
	await tx.insert(deletionCertificate).values({
		id,
		number,
		organisationId: gone.organisationId,
		membershipId: gone.membershipId,
		content: text,
		checksum,
		tokenHash: hashToken(token),
		issuedAt: act.at,
	});
	await recordAudit(tx, act, {
		action: 'leaving.certify',
		subject: { kind: 'deletion_certificate', id },
		organisationId: gone.organisationId,
		delta: { number, checksum },
	});
	if (gone.contactAddress !== null) {
		const locale = gone.contactLocale;
		await queueMessage(tx, act, {
			dedupeKey: `leaving.certificate:${id}`,
			to: { name: gone.contactName ?? '', address: gone.contactAddress },
			locale,
			template: 'leaving.certificate',
			content: certificateMail(locale, {
				name: gone.contactName ?? '',
				group,
				number,
				checksum,
				url: `${env().siteUrl}${pathOf('certificate', locale, { token })}`,
			}),
			relates: { kind: 'deletion_certificate', id },
		});
	}
	// The address has served for the last time.
	await tx.update(departure).set({ contactName: null, contactAddress: null }).where(eq(departure.membershipId, gone.membershipId));
	return true;
}

/** A certificate that was to go to someone who is erased goes to nobody: whoever works here may still print it. */
export async function erasePerson(tx: Tx, _act: Act, who: Erased): Promise<ErasureLine[]> {
	const emptied = await tx
		.update(departure)
		.set({ contactName: null, contactAddress: null })
		.where(inArray(sql`lower(${departure.contactAddress})`, [...who.spellings]))
		.returning({ id: departure.membershipId });
	return [{ table: 'departure', how: 'emptied', count: emptied.length }];
}
