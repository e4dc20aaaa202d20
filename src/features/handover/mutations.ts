import { and, eq, inArray, isNull, lt, lte, ne, or } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import { handover, handoverLink } from '#db/schema/handover.ts';
import { organisation } from '#db/schema/membership.ts';
import type { Grant, GroupGrant } from '#src/features/access/index.ts';
import { type AuditAction, recordAudit } from '#src/features/audit/index.ts';
import {
	administratorsOf,
	findHandoverLink,
	type HandoverRow,
	type LinkPurpose,
	listTicking,
	vouchersOf,
	whyNotCheck,
} from '#src/features/handover/data.ts';
import {
	type AdministratorNews,
	type AskerNews,
	administratorMail,
	askerMail,
	verifyMail,
	voucherMail,
} from '#src/features/handover/mail.ts';
import {
	type CheckMethod,
	HANDOVER_KEPT,
	type HandoverEvent,
	type HandoverState,
	MOST_OPEN,
	OPEN_HANDOVERS,
	stepHandover,
	UNPROVEN_LASTS,
} from '#src/features/handover/rules.ts';
import { forgetMessages, queueMessage } from '#src/features/outbox/index.ts';
import { inviteToGroup, type Moment } from '#src/features/people/index.ts';
import { type Locale, pathOf, type RouteKey } from '#src/i18n/routes.ts';
import type { Act } from '#src/lib/act.ts';
import { type CivilDate, civilDateOf } from '#src/lib/clock.ts';
import { normalizeAddress } from '#src/lib/email-address.ts';
import { env } from '#src/lib/env.ts';
import type { Erased, ErasureLine } from '#src/lib/erasure.ts';
import { hashToken, newId, newToken } from '#src/lib/ids.ts';
import { type Refused, refused } from '#src/lib/refused.ts';

/** Whoever holds one of its private links: the asker, a contact of the group. */
const holderAct = (row: Pick<HandoverRow, 'id'>, moment: Moment): Act => ({
	actor: { kind: 'applicant', applicationId: row.id },
	...moment,
});

const stateOf = (row: HandoverRow): HandoverState => ({
	status: row.status,
	askedAt: row.askedAt,
	contactConfirmedAt: row.contactConfirmedAt,
	checkedAt: row.checkedAt,
	noticeUntilOn: row.noticeUntilOn as CivilDate | null,
});

/** What the trail says was done. */
type Verb = AuditAction extends infer A ? (A extends `handover.${infer V}` ? V : never) : never;

const audit = (tx: Tx, act: Act, row: HandoverRow, verb: Verb, delta?: Record<string, string | number | boolean>) =>
	recordAudit(tx, act, {
		action: `handover.${verb}`,
		subject: { kind: 'handover', id: row.id },
		organisationId: row.organisationId,
		...(delta ? { delta } : {}),
	});

async function addLink(tx: Tx, at: number, handoverId: string, purpose: LinkPurpose, to: { contactId?: string; personId?: string } = {}) {
	const token = newToken();
	await tx.insert(handoverLink).values({ tokenHash: hashToken(token), handoverId, purpose, ...to, createdAt: at });
	return token;
}

const linkTo = (key: RouteKey, locale: Locale, token: string) => `${env().siteUrl}${pathOf(key, locale, { token })}`;

async function groupOf(tx: Tx, row: HandoverRow): Promise<{ id: string; usualName: string; locale: Locale; status: string } | null> {
	if (row.organisationId === null) return null;
	const [group] = await tx
		.select({ id: organisation.id, usualName: organisation.usualName, locale: organisation.locale, status: organisation.status })
		.from(organisation)
		.where(eq(organisation.id, row.organisationId));
	return group ?? null;
}

/** Tells the asker what became of their demand. The name is the one they wrote: nothing says whether the group exists. */
async function tellAsker(tx: Tx, act: Act, row: HandoverRow, news: AskerNews): Promise<void> {
	const invites = news.kind === 'done';
	const url = invites ? news.url : linkTo('regainFollow', row.locale, await addLink(tx, act.at, row.id, 'status'));
	await queueMessage(tx, act, {
		dedupeKey: `handover.${news.kind}:${row.id}`,
		to: { name: row.askerName, address: row.askerAddress },
		locale: row.locale,
		template: `handover.asker_${news.kind}`,
		content: askerMail(row.locale, { name: row.askerName, group: row.groupName, news, url }),
		relates: { kind: 'handover', id: row.id },
	});
}

/** Tells those who look after the group, at every address they have proven. */
async function tellAdministrators(tx: Tx, act: Act, row: HandoverRow, news: AdministratorNews): Promise<number> {
	const group = await groupOf(tx, row);
	if (!group) return 0;
	const administrators = await administratorsOf(tx, group.id, civilDateOf(act.at));
	for (const { personId, name, locale, addresses } of administrators) {
		for (const address of addresses) {
			const objects = news.kind === 'notice';
			const url = objects ? linkTo('regainAnswer', locale, await addLink(tx, act.at, row.id, 'object', { personId })) : null;
			await queueMessage(tx, act, {
				dedupeKey: `handover.admin_${news.kind}:${row.id}:${address}`,
				to: { name, address },
				locale,
				template: `handover.administrator_${news.kind}`,
				content: administratorMail(locale, { name, group: group.usualName, asker: row.askerName, news, url }),
				relates: { kind: 'handover', id: row.id },
				organisationId: group.id,
			});
		}
	}
	return administrators.length;
}

type Change = Partial<typeof handover.$inferInsert>;
type StepRefusal = Refused<'impossible_transition' | 'expired'>;

/** Takes one step, and nothing but the step: who is told and what is audited is for whoever takes it. */
async function step(
	tx: Tx,
	row: HandoverRow,
	event: HandoverEvent,
	at: number,
	change: Change = {},
): Promise<{ ok: true; row: HandoverRow } | StepRefusal> {
	const next = stepHandover(stateOf(row), event, at);
	if (!next.ok) return next;
	const { status, contactConfirmedAt, checkedAt, noticeUntilOn } = next.state;
	const ended = status !== row.status && !(OPEN_HANDOVERS as readonly string[]).includes(status);
	const [after] = await tx
		.update(handover)
		.set({
			...change,
			status,
			contactConfirmedAt,
			checkedAt,
			noticeUntilOn,
			...(status === 'notice' && row.status !== 'notice' ? { noticeAt: at } : {}),
			...(ended ? { endedAt: at } : {}),
			version: row.version + 1,
		})
		.where(and(eq(handover.id, row.id), eq(handover.version, row.version)))
		.returning();
	if (!after) throw new Error('a handover changed inside its own transaction');
	return { ok: true, row: after };
}

/** Both proofs are there: the administrators are given notice, the asker is told from when on. */
async function giveNotice(tx: Tx, act: Act, row: HandoverRow): Promise<void> {
	if (row.status !== 'notice' || row.noticeUntilOn === null) return;
	const until = row.noticeUntilOn as CivilDate;
	const told = await tellAdministrators(tx, act, row, { kind: 'notice', until });
	await tellAsker(tx, act, row, { kind: 'notice', until });
	await audit(tx, act, row, 'give_notice', { until, administrators: told });
}

export interface NewHandover {
	readonly submissionKey: string;
	readonly locale: Locale;
	readonly groupName: string;
	readonly name: string;
	readonly address: string;
	readonly reason: string;
}

/**
 * Someone asks to regain a group's access. Whatever the group's name, the same is written and the same is mailed: only that the
 * address is theirs is to be proven. The same form sent twice asks once.
 */
export async function askHandover(tx: Tx, moment: Moment, input: NewHandover): Promise<void> {
	const normalized = normalizeAddress(input.address);
	if (normalized === null) throw new RangeError('an address is checked before it is kept');
	const open = await tx
		.select({ id: handover.id })
		.from(handover)
		.where(and(eq(handover.askerNormalized, normalized), inArray(handover.status, [...OPEN_HANDOVERS])));
	// The answer is the same: nobody fills another's mailbox from here.
	if (open.length >= MOST_OPEN) return;
	const [row] = await tx
		.insert(handover)
		.values({
			id: newId<'handover'>(),
			submissionKey: input.submissionKey,
			locale: input.locale,
			groupName: input.groupName,
			askerName: input.name,
			askerAddress: input.address,
			askerNormalized: normalized,
			reason: input.reason,
			status: 'asked',
			askedAt: moment.at,
		})
		.onConflictDoNothing({ target: handover.submissionKey })
		.returning();
	if (!row) return;
	const act = holderAct(row, moment);
	const token = await addLink(tx, moment.at, row.id, 'verify');
	await audit(tx, act, row, 'ask');
	await queueMessage(tx, act, {
		dedupeKey: `handover.verify:${row.id}`,
		to: { name: '', address: row.askerAddress },
		locale: row.locale,
		template: 'handover.verify',
		content: verifyMail(row.locale, linkTo('regainFollow', row.locale, token)),
		relates: { kind: 'handover', id: row.id },
	});
}

async function spend(tx: Tx, at: number, tokenHash: string): Promise<void> {
	await tx.update(handoverLink).set({ usedAt: at }).where(eq(handoverLink.tokenHash, tokenHash));
}

/** The asker's address is theirs: from here on workers see the demand. @returns the token of its status page. */
export async function verifyAsker(
	tx: Tx,
	moment: Moment,
	token: string,
): Promise<{ ok: true; statusToken: string } | Refused<'unknown_link'> | StepRefusal> {
	const link = await findHandoverLink(tx, token);
	if (link?.purpose !== 'verify') return refused('unknown_link');
	if (link.used) return refused('impossible_transition');
	const done = await step(tx, link.row, 'verify', moment.at, { verifiedAt: moment.at });
	if (!done.ok) return done;
	const act = holderAct(link.row, moment);
	await spend(tx, moment.at, link.tokenHash);
	await audit(tx, act, done.row, 'verify');
	await tellAsker(tx, act, done.row, { kind: 'received' });
	return { ok: true, statusToken: await addLink(tx, moment.at, done.row.id, 'status') };
}

/** The asker takes the demand back. Administrators who were given notice hear of it. */
export async function withdrawHandover(
	tx: Tx,
	moment: Moment,
	token: string,
): Promise<{ ok: true } | Refused<'unknown_link'> | StepRefusal> {
	const link = await findHandoverLink(tx, token);
	if (link?.purpose !== 'status') return refused('unknown_link');
	const done = await step(tx, link.row, 'withdraw', moment.at);
	if (!done.ok) return done;
	const act = holderAct(link.row, moment);
	await audit(tx, act, done.row, 'withdraw');
	if (link.row.status === 'notice') await tellAdministrators(tx, act, done.row, { kind: 'withdrawn' });
	return { ok: true };
}

async function rowOf(tx: Tx, id: string, version: number): Promise<{ ok: true; row: HandoverRow } | Refused<'not_found' | 'stale'>> {
	const [row] = await tx.select().from(handover).where(eq(handover.id, id));
	if (!row || row.verifiedAt === null) return refused('not_found');
	return row.version === version ? { ok: true, row } : refused('stale');
}

export type DeskRefusal =
	| 'not_found'
	| 'stale'
	| 'impossible_transition'
	| 'expired'
	| 'unknown_group'
	| 'handover_open'
	| 'is_of_group'
	| 'is_asker'
	| 'is_contact';

/** A worker found which group it is about: those of its contacts that have stood long enough are asked to vouch. */
export async function matchHandover(
	tx: Tx,
	act: Act,
	grant: Grant<'handovers.check'>,
	input: { readonly id: string; readonly version: number; readonly slug: string },
): Promise<{ ok: true; asked: number } | Refused<DeskRefusal>> {
	const found = await rowOf(tx, input.id, input.version);
	if (!found.ok) return found;
	const [group] = await tx.select().from(organisation).where(eq(organisation.slug, input.slug));
	if (group?.status !== 'member') return refused('unknown_group');
	const [open] = await tx
		.select({ id: handover.id })
		.from(handover)
		.where(and(eq(handover.organisationId, group.id), inArray(handover.status, ['checking', 'notice'])))
		.limit(1);
	if (open) return refused('handover_open');
	const problem = await whyNotCheck(tx, grant.personId, group.id, found.row);
	if (problem) return refused(problem);
	const done = await step(tx, found.row, 'match', act.at, { organisationId: group.id, matchedBy: grant.personId });
	if (!done.ok) return done;
	const vouchers = await vouchersOf(tx, group.id, done.row);
	for (const { id: contactId, address } of vouchers) {
		const token = await addLink(tx, act.at, done.row.id, 'contact', { contactId });
		await queueMessage(tx, act, {
			dedupeKey: `handover.contact:${done.row.id}:${contactId}`,
			to: { name: '', address },
			locale: group.locale,
			template: 'handover.contact',
			content: voucherMail(group.locale, {
				group: group.usualName,
				asker: done.row.askerName,
				url: linkTo('regainAnswer', group.locale, token),
			}),
			relates: { kind: 'handover', id: done.row.id },
			organisationId: group.id,
		});
	}
	await audit(tx, act, done.row, 'match', { contacts: vouchers.length });
	return { ok: true, asked: vouchers.length };
}

/** First proof: a contact of the group, which is still one, says that the asker may. */
export async function confirmByContact(
	tx: Tx,
	moment: Moment,
	token: string,
): Promise<{ ok: true } | Refused<'unknown_link' | 'contact_gone'> | StepRefusal> {
	const link = await findHandoverLink(tx, token);
	if (link?.purpose !== 'contact' || link.contactId === null) return refused('unknown_link');
	if (link.used) return refused('impossible_transition');
	if (!link.contactStands) return refused('contact_gone');
	const first = link.row.contactConfirmedAt === null;
	const done = await step(tx, link.row, 'confirm', moment.at, first ? { contactId: link.contactId } : {});
	if (!done.ok) return done;
	const act = holderAct(link.row, moment);
	await spend(tx, moment.at, link.tokenHash);
	await audit(tx, act, done.row, 'confirm_by_contact');
	await giveNotice(tx, act, done.row);
	return { ok: true };
}

/** Second proof: a worker who has nothing to do with the group made sure who asks. */
export async function recordCheck(
	tx: Tx,
	act: Act,
	grant: Grant<'handovers.check'>,
	input: { readonly id: string; readonly version: number; readonly method: CheckMethod; readonly note: string },
): Promise<{ ok: true } | Refused<DeskRefusal>> {
	const found = await rowOf(tx, input.id, input.version);
	if (!found.ok) return found;
	const { row } = found;
	if (row.organisationId === null || row.checkedAt !== null) return refused('impossible_transition');
	const problem = await whyNotCheck(tx, grant.personId, row.organisationId, row);
	if (problem) return refused(problem);
	const done = await step(tx, row, 'check', act.at, { checkedBy: grant.personId, checkMethod: input.method, checkNote: input.note });
	if (!done.ok) return done;
	await audit(tx, act, done.row, 'check', { method: input.method });
	await giveNotice(tx, act, done.row);
	return { ok: true };
}

async function stop(
	tx: Tx,
	act: Act,
	row: HandoverRow,
	reason: string,
	by: 'contact' | 'administrator',
): Promise<{ ok: true } | StepRefusal> {
	const done = await step(tx, row, 'object', act.at, { endReason: reason === '' ? null : reason });
	if (!done.ok) return done;
	await audit(tx, act, done.row, 'object', { by });
	await tellAsker(tx, act, done.row, { kind: 'objected' });
	if (row.status === 'notice') await tellAdministrators(tx, act, done.row, { kind: 'objected' });
	return { ok: true };
}

/** An administrator, or a contact that was asked to vouch, says no through the mailed link: it stops there. */
export async function objectByLink(
	tx: Tx,
	moment: Moment,
	token: string,
	reason: string,
): Promise<{ ok: true } | Refused<'unknown_link'> | StepRefusal> {
	const link = await findHandoverLink(tx, token);
	if (link?.purpose !== 'object' && link?.purpose !== 'contact') return refused('unknown_link');
	const { row, personId } = link;
	const act: Act = personId === null ? holderAct(row, moment) : { actor: { kind: 'person', personId }, ...moment };
	const done = await stop(tx, act, row, reason, personId === null ? 'contact' : 'administrator');
	if (done.ok) await spend(tx, moment.at, link.tokenHash);
	return done;
}

/** An administrator, logged in to their group, says no. */
export async function objectInGroup(
	tx: Tx,
	act: Act,
	grant: GroupGrant<'people.manage'>,
	reason: string,
): Promise<{ ok: true } | Refused<'not_found'> | StepRefusal> {
	const [row] = await tx
		.select()
		.from(handover)
		.where(and(eq(handover.organisationId, grant.organisationId), eq(handover.status, 'notice')));
	return row ? stop(tx, act, row, reason, 'administrator') : refused('not_found');
}

/** A worker ends a demand that can't be met, and says why: the asker reads it. */
export async function refuseHandover(
	tx: Tx,
	act: Act,
	_grant: Grant<'handovers.check'>,
	input: { readonly id: string; readonly version: number; readonly reason: string },
): Promise<{ ok: true } | Refused<DeskRefusal>> {
	const found = await rowOf(tx, input.id, input.version);
	if (!found.ok) return found;
	const done = await step(tx, found.row, 'refuse', act.at, { endReason: input.reason });
	if (!done.ok) return done;
	await audit(tx, act, done.row, 'refuse');
	await tellAsker(tx, act, done.row, { kind: 'refused', reason: input.reason });
	if (found.row.status === 'notice') await tellAdministrators(tx, act, done.row, { kind: 'refused' });
	return { ok: true };
}

/** The notice is over and nobody objected: an administrator's invitation leaves for the address that was proven. */
async function giveAccess(tx: Tx, act: Act, row: HandoverRow): Promise<void> {
	const group = await groupOf(tx, row);
	if (group?.status !== 'member' || row.checkedBy === null) {
		// Left or merged meanwhile: there is no access to give.
		const reason = { endReason: null };
		const done = await step(tx, row, 'refuse', act.at, reason);
		if (!done.ok) return;
		await audit(tx, act, done.row, 'refuse');
		await tellAsker(tx, act, done.row, { kind: 'refused', reason: '' });
		return;
	}
	const { invitationId, token } = await inviteToGroup(tx, act, {
		organisationId: group.id,
		roles: ['administrator'],
		address: row.askerAddress,
		name: row.askerName,
		locale: row.locale,
		invitedBy: row.checkedBy,
	});
	const done = await step(tx, row, 'tick', act.at, { invitationId });
	if (!done.ok || done.row.status !== 'done') throw new Error('access given before its time');
	await audit(tx, act, done.row, 'give_access');
	await tellAsker(tx, act, done.row, { kind: 'done', url: linkTo('invitation', row.locale, token) });
	await tellAdministrators(tx, act, done.row, { kind: 'done' });
}

/** What time does: demands that expired end, those whose notice is over are met. @returns how many changed. */
export async function advanceHandovers(tx: Tx, act: Act): Promise<number> {
	let changed = 0;
	for (const id of await listTicking(tx)) {
		const [row] = await tx.select().from(handover).where(eq(handover.id, id));
		if (!row) continue;
		const next = stepHandover(stateOf(row), 'tick', act.at);
		if (!next.ok || next.state.status === row.status) continue;
		changed += 1;
		if (next.state.status === 'done') await giveAccess(tx, act, row);
		else {
			const done = await step(tx, row, 'tick', act.at);
			if (!done.ok) continue;
			await audit(tx, act, done.row, 'expire');
			if (row.status !== 'asked') await tellAsker(tx, act, done.row, { kind: 'expired' });
		}
	}
	return changed;
}

/** Demands whose address nobody proved, with all they hold. @returns how many. */
export async function forgetUnproven(tx: Tx, at: number): Promise<number> {
	const dead = await tx
		.select({ id: handover.id })
		.from(handover)
		.where(and(isNull(handover.verifiedAt), lte(handover.askedAt, at - UNPROVEN_LASTS)));
	const ids = dead.map(({ id }) => id);
	if (ids.length === 0) return 0;
	await tx.delete(handoverLink).where(inArray(handoverLink.handoverId, ids));
	await forgetMessages(tx, 'handover', ids);
	await tx.delete(handover).where(inArray(handover.id, ids));
	return ids.length;
}

/** Who asked, why and how it was checked, of demands that ended long ago. The steps and who took them stay. @returns how many. */
export async function forgetOldHandovers(tx: Tx, at: number): Promise<number> {
	const emptied = await tx
		.update(handover)
		.set({ askerName: '', askerAddress: '', askerNormalized: '', reason: '', checkNote: null, endReason: null })
		.where(and(lt(handover.endedAt, at - HANDOVER_KEPT), ne(handover.askerNormalized, '')))
		.returning({ id: handover.id });
	const ids = emptied.map(({ id }) => id);
	if (ids.length > 0) await tx.delete(handoverLink).where(inArray(handoverLink.handoverId, ids));
	return ids.length;
}

/** Demands of someone who is erased: those under way are taken back, and none says any more who asked, or why. */
export async function erasePerson(tx: Tx, act: Act, who: Erased): Promise<ErasureLine[]> {
	const mine = await tx
		.update(handover)
		.set({ askerName: who.pseudonym, askerAddress: '', askerNormalized: '', reason: '', checkNote: null })
		.where(inArray(handover.askerNormalized, [...who.normalized]))
		.returning();
	for (const row of mine) {
		const done = await step(tx, row, 'withdraw', act.at);
		if (!done.ok) continue;
		await audit(tx, act, done.row, 'withdraw');
		if (row.status === 'notice') await tellAdministrators(tx, act, done.row, { kind: 'withdrawn' });
	}
	const ids = mine.map(({ id }) => id);
	const links = await tx
		.delete(handoverLink)
		.where(or(inArray(handoverLink.handoverId, ids), eq(handoverLink.personId, who.personId)))
		.returning({ hash: handoverLink.tokenHash });
	return [
		{ table: 'handover', how: 'renamed', count: ids.length },
		{ table: 'handover_link', how: 'deleted', count: links.length },
	];
}
