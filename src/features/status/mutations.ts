import { and, asc, eq, inArray, isNull, lt, lte, sql } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import { counter } from '#db/schema/membership.ts';
import { statusLink, statusNotice, statusSubscription, statusUpdate } from '#db/schema/status.ts';
import type { Grant } from '#src/features/access/index.ts';
import { recordAudit } from '#src/features/audit/index.ts';
import { outageContactsOf } from '#src/features/groups/index.ts';
import { forgetMessages, queueMessage } from '#src/features/outbox/index.ts';
import { findLink, listSaidAfter, listServices, readNotice, statusStamp } from '#src/features/status/data.ts';
import { alreadySubscribedMail, confirmMail, outageMail, saidMail } from '#src/features/status/mail.ts';
import {
	endedProblem,
	endProblem,
	LEAVE_LINK_LASTS,
	noticeNumber,
	openingProblem,
	stateAfter,
	type TimeProblem,
	UNCONFIRMED_LASTS,
	type Update,
	type UpdateKind,
} from '#src/features/status/rules.ts';
import type { OpenInput, UpdateInput } from '#src/features/status/schema.ts';
import { type Locale, pathOf } from '#src/i18n/routes.ts';
import type { Act } from '#src/lib/act.ts';
import { civilDateOf, type Instant } from '#src/lib/clock.ts';
import { env } from '#src/lib/env.ts';
import type { Erased, ErasureLine } from '#src/lib/erasure.ts';
import { hashToken, newId, newToken } from '#src/lib/ids.ts';

/** Who may speak to the public about the services: a worker with the right, the operator, or the portal at the hour set. */
export type Publisher = Grant<'status.publish'> | 'operator' | 'portal';

interface Failed<R extends string> {
	readonly ok: false;
	readonly reason: R;
	/** The form's field, where it is one's fault. */
	readonly field?: string;
}
const failed = <const R extends string>(reason: R, field?: string): Failed<R> => ({
	ok: false,
	reason,
	...(field === undefined ? {} : { field }),
});

type Published = { readonly ok: true; readonly number: string };

// Notices

async function nextNumber(tx: Tx, act: Act, kind: OpenInput['kind']): Promise<string> {
	const year = civilDateOf(act.at).slice(0, 4);
	const [row] = await tx
		.insert(counter)
		.values({ name: `status.${kind}:${year}`, value: 1 })
		.onConflictDoUpdate({ target: counter.name, set: { value: sql`${counter.value} + 1` } })
		.returning({ value: counter.value });
	if (!row) throw new Error('the counter of notices gave no number');
	return noticeNumber(kind, year, row.value);
}

interface Line {
	readonly noticeId: string;
	readonly submissionKey: string;
	readonly kind: UpdateKind;
	readonly texts: Update['texts'];
	readonly authorRole: Update['authorRole'];
	readonly severity?: Update['severity'];
	readonly services?: Update['services'];
	readonly expectedEndAt?: Instant | null;
}

async function say(tx: Tx, at: Instant, { texts, services = null, ...line }: Line): Promise<void> {
	await tx.insert(statusUpdate).values({
		...line,
		seq: (await statusStamp(tx)) + 1,
		id: newId<'status_update'>(),
		texts: JSON.stringify(texts),
		services: services === null ? null : JSON.stringify(services),
		createdAt: at,
	});
}

/** The notice a form already spoke to, and what it said then; null when the form was not accepted yet. */
async function lineOf(tx: Tx, key: string) {
	const [found] = await tx
		.select({ line: statusUpdate, number: statusNotice.number })
		.from(statusUpdate)
		.innerJoin(statusNotice, eq(statusNotice.id, statusUpdate.noticeId))
		.where(eq(statusUpdate.submissionKey, key))
		.limit(1);
	return found ?? null;
}

async function unknownService(tx: Tx, slugs: readonly string[]): Promise<boolean> {
	const known = new Set(['all', 'portal', ...(await listServices(tx)).map(({ slug }) => slug)]);
	return slugs.some((slug) => !known.has(slug));
}

export type OpenRefusal = Failed<TimeProblem | 'invalid' | 'form_already_used'>;

/** Tells the public of an outage or a maintenance. The same form sent twice opens one. */
export async function openNotice(
	tx: Tx,
	act: Act,
	_publisher: Publisher,
	input: OpenInput & { readonly authorRole: Update['authorRole'] },
): Promise<Published | OpenRefusal> {
	const [known] = await tx.select().from(statusNotice).where(eq(statusNotice.submissionKey, input.submissionKey)).limit(1);
	if (known) {
		return known.texts === JSON.stringify(input.texts) ? { ok: true, number: known.number } : failed('form_already_used');
	}
	const { kind, severity, services, texts, startsAt, expectedEndAt } = input;
	const problem = openingProblem(input, act.at);
	if (problem) return failed(problem.reason, problem.field);
	if (await unknownService(tx, services)) return failed('invalid', 'services');
	const number = await nextNumber(tx, act, kind);
	const id = newId<'status_notice'>();
	const state = kind === 'outage' ? 'open' : 'planned';
	await tx.insert(statusNotice).values({
		id,
		number,
		submissionKey: input.submissionKey,
		kind,
		severity,
		services: JSON.stringify(services),
		texts: JSON.stringify(texts),
		startsAt,
		expectedEndAt,
		state,
		createdAt: act.at,
		updatedAt: act.at,
	});
	const { submissionKey, authorRole } = input;
	await say(tx, act.at, { noticeId: id, submissionKey, kind: 'opened', texts: {}, authorRole });
	await recordAudit(tx, act, {
		action: 'status.open',
		subject: { kind: 'status_notice', id },
		delta: { number, kind, severity, services: services.join(','), languages: Object.keys(texts).join(','), startsAt, expectedEndAt },
	});
	if (kind === 'outage') await tellOutside(tx, act, id);
	return { ok: true, number };
}

/** Groups hear of an outage where no server of the network has to answer; nothing is sent twice, whatever opens it again. */
async function tellOutside(tx: Tx, act: Act, noticeId: string): Promise<void> {
	const [row] = await tx.select().from(statusNotice).where(eq(statusNotice.id, noticeId));
	const contacts = await outageContactsOf(tx);
	if (!row || contacts.length === 0) return;
	const [notice, names] = [readNotice(row), await listServices(tx)];
	for (const { contactId, organisationId, address, locale } of contacts) {
		await queueMessage(tx, act, {
			dedupeKey: `status.outside:${noticeId}:${contactId}`,
			to: { name: '', address },
			locale,
			template: 'status.outage',
			content: outageMail(locale, { notice, names, at: act.at, siteUrl: env().siteUrl }),
			relates: { kind: 'status_notice', id: noticeId },
			organisationId,
		});
	}
}

export type UpdateRefusal = Failed<TimeProblem | 'invalid' | 'form_already_used' | 'not_found' | 'stale' | 'impossible_transition'>;

/**
 * Says more about a notice: a step, a correction, its end, its cancellation.
 * @param input.version null where nobody saw a page: the command line speaks of the notice as it stands.
 */
export async function updateNotice(
	tx: Tx,
	act: Act,
	_publisher: Publisher,
	input: Omit<UpdateInput, 'version'> & {
		readonly number: string;
		readonly version: number | null;
		readonly authorRole: Update['authorRole'];
	},
): Promise<Published | UpdateRefusal> {
	const { number, kind, submissionKey, authorRole } = input;
	const texts = JSON.stringify(input.texts);
	const before = await lineOf(tx, submissionKey);
	if (before) {
		const repeats = before.number === number && before.line.kind === kind && before.line.texts === texts;
		return repeats ? { ok: true, number } : failed('form_already_used');
	}
	const [row] = await tx.select().from(statusNotice).where(eq(statusNotice.number, number)).limit(1);
	if (!row) return failed('not_found');
	if (input.version !== null && row.version !== input.version) return failed('stale');
	const to = stateAfter(row.state, kind);
	if (to === null) return failed('impossible_transition');

	const notice = readNotice(row);
	const ends = to !== row.state && (to === 'closed' || to === 'done' || to === 'cancelled');
	const stays = to === row.state && (to === 'closed' || to === 'done' || to === 'cancelled');
	const endedAt = ends ? (input.endedAt ?? act.at) : row.endedAt;
	if (ends && endedAt !== null && to !== 'cancelled') {
		const problem = endedProblem(row.startsAt, endedAt, act.at);
		if (problem) return failed(problem, 'endedAt');
	}
	const moves = !ends && !stays;
	const expectedEndAt = moves && input.expectedEndAt !== null && input.expectedEndAt !== row.expectedEndAt ? input.expectedEndAt : null;
	if (expectedEndAt !== null) {
		const problem = endProblem(row.startsAt, expectedEndAt, act.at);
		if (problem) return failed(problem, 'expectedEndAt');
	}
	const severity = moves && input.severity !== undefined && input.severity !== row.severity ? input.severity : null;
	if (severity === 'none' && row.kind === 'outage') return failed('invalid', 'severity');
	const services = moves && input.services && input.services.join() !== notice.services.join() ? input.services : null;
	if (services && (await unknownService(tx, services))) return failed('invalid', 'services');

	await tx
		.update(statusNotice)
		.set({
			version: row.version + 1,
			updatedAt: act.at,
			...(stays
				? {}
				: {
						state: to,
						endedAt,
						severity: severity ?? row.severity,
						services: services ? JSON.stringify(services) : row.services,
						expectedEndAt: expectedEndAt ?? row.expectedEndAt,
					}),
		})
		.where(eq(statusNotice.id, row.id));
	await say(tx, act.at, { noticeId: row.id, submissionKey, kind, texts: input.texts, authorRole, severity, services, expectedEndAt });
	await recordAudit(tx, act, {
		action: `status.${kind}`,
		subject: { kind: 'status_notice', id: row.id },
		delta: { number, from: row.state, to, severity, services: services?.join(',') ?? null, expectedEndAt },
	});
	return { ok: true, number };
}

// Subscriptions

const linkTo = (locale: Locale, token: string) => `${env().siteUrl}${pathOf('statusSubscription', locale, { token })}`;
const SUBSCRIPTION = 'status_subscription';
const relates = (id: string) => ({ kind: SUBSCRIPTION, id });

async function addLink(tx: Tx, at: Instant, subscriptionId: string, purpose: 'confirm' | 'leave'): Promise<string> {
	const token = newToken();
	await tx.insert(statusLink).values({ tokenHash: hashToken(token), subscriptionId, purpose, createdAt: at });
	return token;
}

/**
 * Mails the link that confirms a subscription; to someone who is subscribed already, the link to leave. What the page
 * answers is the same, so that nobody learns from it who is subscribed.
 */
export async function subscribe(
	tx: Tx,
	act: Act,
	input: { readonly address: string; readonly normalized: string; readonly submissionKey: string; readonly locale: Locale },
): Promise<void> {
	const { address, normalized, submissionKey } = input;
	const [known] = await tx.select().from(statusSubscription).where(eq(statusSubscription.normalized, normalized)).limit(1);
	if (known?.submissionKey === submissionKey) return;
	if (known && known.confirmedAt !== null) {
		await tx.update(statusSubscription).set({ submissionKey }).where(eq(statusSubscription.id, known.id));
		const token = await addLink(tx, act.at, known.id, 'leave');
		await queueMessage(tx, act, {
			dedupeKey: `status.already:${hashToken(token)}`,
			to: { name: '', address: known.address },
			locale: known.locale,
			template: 'status.already_subscribed',
			content: alreadySubscribedMail(known.locale, linkTo(known.locale, token)),
			relates: relates(known.id),
		});
		return;
	}
	const id = known?.id ?? newId<'status_subscription'>();
	const row = { address, locale: input.locale, submissionKey, askedAt: act.at };
	if (known) {
		// Only the newest link counts; the address itself is as the last form spelt it.
		await tx.delete(statusLink).where(eq(statusLink.subscriptionId, id));
		await tx.update(statusSubscription).set(row).where(eq(statusSubscription.id, id));
	} else await tx.insert(statusSubscription).values({ ...row, id, normalized, toldSeq: 0 });
	const token = await addLink(tx, act.at, id, 'confirm');
	await queueMessage(tx, act, {
		dedupeKey: `status.confirm:${hashToken(token)}`,
		to: { name: '', address },
		locale: input.locale,
		template: 'status.confirm',
		content: confirmMail(input.locale, linkTo(input.locale, token)),
		relates: relates(id),
	});
}

type LinkRefusal = Failed<'unknown_link'>;

/** The holder of the address agrees. Following the link again changes nothing. They are told of what comes after. */
export async function confirmSubscription(tx: Tx, act: Act, token: string): Promise<{ ok: true } | LinkRefusal> {
	const link = await findLink(tx, token, act.at);
	if (link?.purpose !== 'confirm') return failed('unknown_link');
	if (link.confirmed) return { ok: true };
	const toldSeq = await statusStamp(tx);
	await tx.update(statusSubscription).set({ confirmedAt: act.at, toldSeq }).where(eq(statusSubscription.id, link.subscriptionId));
	await recordAudit(tx, act, { action: 'status.subscribe', subject: relates(link.subscriptionId) });
	return { ok: true };
}

async function remove(tx: Tx, id: string): Promise<void> {
	await tx.delete(statusLink).where(eq(statusLink.subscriptionId, id));
	await tx.delete(statusSubscription).where(eq(statusSubscription.id, id));
	await forgetMessages(tx, SUBSCRIPTION, [id]);
}

/** Nothing is kept of someone who leaves: neither the address nor the messages sent to it. */
export async function leave(tx: Tx, act: Act, token: string): Promise<{ ok: true } | LinkRefusal> {
	const link = await findLink(tx, token, act.at);
	if (link?.purpose !== 'leave') return failed('unknown_link');
	await remove(tx, link.subscriptionId);
	await recordAudit(tx, act, { action: 'status.unsubscribe', subject: relates(link.subscriptionId) });
	return { ok: true };
}

const AT_A_TIME = 50;

/** Forgets what nobody confirmed in time, and links of messages long gone. @returns how many subscriptions. */
export async function expireSubscriptions(tx: Tx, at: Instant): Promise<number> {
	const stale = await tx
		.select({ id: statusSubscription.id })
		.from(statusSubscription)
		.where(and(isNull(statusSubscription.confirmedAt), lte(statusSubscription.askedAt, at - UNCONFIRMED_LASTS)))
		.limit(AT_A_TIME);
	for (const { id } of stale) await remove(tx, id);
	await tx.delete(statusLink).where(and(eq(statusLink.purpose, 'leave'), lte(statusLink.createdAt, at - LEAVE_LINK_LASTS)));
	return stale.length;
}

/** Someone who is erased is told of nothing any more. */
export async function erasePerson(tx: Tx, act: Act, who: Erased): Promise<ErasureLine[]> {
	const mine = await tx
		.select({ id: statusSubscription.id })
		.from(statusSubscription)
		.where(inArray(statusSubscription.normalized, [...who.normalized]));
	for (const { id } of mine) {
		await remove(tx, id);
		await recordAudit(tx, act, { action: 'status.unsubscribe', subject: relates(id) });
	}
	return [{ table: 'status_subscription', how: 'deleted', count: mine.length }];
}

// A few, so that the transaction stays short on a database server; the next round takes up where this one ended.
const MOST_SAID = 5;

/**
 * Queues what was said since for those who were not told yet, a few people at a time: each is told of each update once,
 * whatever stops in between. @returns how many people were brought up to date.
 */
export async function announce(tx: Tx, act: Act): Promise<number> {
	const last = await statusStamp(tx);
	const people = await tx
		.select()
		.from(statusSubscription)
		.where(and(sql`${statusSubscription.confirmedAt} is not null`, lt(statusSubscription.toldSeq, last)))
		.orderBy(asc(statusSubscription.toldSeq))
		.limit(AT_A_TIME);
	const [first] = people;
	if (!first) return 0;
	const said = await listSaidAfter(tx, first.toldSeq, MOST_SAID);
	const upTo = said.at(-1)?.update.seq ?? last;
	const names = await listServices(tx);
	for (const person of people) {
		for (const one of said.filter(({ update }) => update.seq > person.toldSeq)) {
			const token = await addLink(tx, act.at, person.id, 'leave');
			await queueMessage(tx, act, {
				dedupeKey: `status.update:${one.update.seq}:${person.id}`,
				to: { name: '', address: person.address },
				locale: person.locale,
				template: 'status.update',
				content: saidMail(person.locale, { ...one, names, siteUrl: env().siteUrl, leaveUrl: linkTo(person.locale, token) }),
				relates: relates(person.id),
			});
		}
		if (person.toldSeq < upTo) await tx.update(statusSubscription).set({ toldSeq: upTo }).where(eq(statusSubscription.id, person.id));
	}
	return people.length;
}
