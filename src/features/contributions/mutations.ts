import { createHash } from 'node:crypto';
import { and, desc, eq, isNull, max, ne, sql } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import { allocation, charge, duesScale, ledgerEntry, payment, pledge, reversal } from '#db/schema/contributions.ts';
import { counter, organisation } from '#db/schema/membership.ts';
import type { ScaleSettings } from '#src/adapters/settings/index.ts';
import { type Grant, listPeople, type PersonWithRole } from '#src/features/access/index.ts';
import { recordAudit } from '#src/features/audit/index.ts';
import {
	balanceOf,
	findLivePledge,
	findScale,
	listFreePayments,
	listOpenCharges,
	listPledgesToCharge,
	type PledgeRow,
} from '#src/features/contributions/data.ts';
import { chargeMail, correctionMail, paymentMail } from '#src/features/contributions/mail.ts';
import {
	amountAt,
	canonicalJson,
	DAYS_TO_PAY,
	type EntryKind,
	explainCharge,
	type Frequency,
	hashedValues,
	latest,
	type MoveKind,
	moveOf,
	type OpeningSnapshot,
	openingKind,
	type PaymentMethod,
	type Period,
	periodAt,
	periodsBegun,
	planAllocations,
	SMALLEST_YEARLY_CENTS,
	snapshotOf,
} from '#src/features/contributions/rules.ts';
import { type MailContent, queueMessage } from '#src/features/outbox/index.ts';
import { type Locale, pathOf } from '#src/i18n/routes.ts';
import { type Act, actorId } from '#src/lib/act.ts';
import { CHAIN_START, chainHash } from '#src/lib/chain.ts';
import { addDays, type CivilDate, civilDateOf } from '#src/lib/clock.ts';
import { env } from '#src/lib/env.ts';
import { newId } from '#src/lib/ids.ts';
import { type Cents, cents } from '#src/lib/money.ts';

/**
 * Keeps a dated copy of the settings file. Adopting the same again changes nothing; a new id in force later supersedes.
 * `adopted_scale_changed`: the file was edited under an id already adopted, so amounts people agreed to would change
 * without a word. `scale_not_later`: a new id must come into force after the last one.
 */
export async function adoptScale(
	tx: Tx,
	act: Act,
	scale: ScaleSettings,
): Promise<{ ok: true; adopted: boolean } | { ok: false; reason: 'adopted_scale_changed' | 'scale_not_later' }> {
	const settings = canonicalJson(scale);
	const checksum = createHash('sha256').update(settings).digest('hex');
	const [known] = await tx.select({ checksum: duesScale.checksum }).from(duesScale).where(eq(duesScale.id, scale.id)).limit(1);
	if (known) return known.checksum === checksum ? { ok: true, adopted: false } : { ok: false, reason: 'adopted_scale_changed' };
	const [last] = await tx.select({ fromOn: duesScale.fromOn }).from(duesScale).orderBy(desc(duesScale.fromOn)).limit(1);
	if (last && scale.effectiveFrom <= last.fromOn) return { ok: false, reason: 'scale_not_later' };
	await tx.insert(duesScale).values({
		id: scale.id,
		fromOn: scale.effectiveFrom,
		resolution: scale.resolution,
		example: scale.example,
		settings,
		checksum,
		createdAt: act.at,
	});
	await recordAudit(tx, act, {
		action: 'contributions.adopt_scale',
		subject: { kind: 'dues_scale', id: scale.id },
		delta: { fromOn: scale.effectiveFrom, checksum },
	});
	return { ok: true, adopted: true };
}

export interface NewPledge {
	readonly organisationId: string;
	readonly scaleId: string;
	readonly bandId: string;
	/** `unable`: « Nous ne pouvons pas payer en ce moment », an equal choice that asks no proof. */
	readonly choice: 'amount' | 'unable';
	/** Cents a year; 0 with `unable`. */
	readonly yearlyCents: number;
	readonly frequency: Frequency;
}

export type PledgeRefusal = 'already_pledged' | 'unknown_band' | 'amount_too_small';

/** The contribution a group has chosen. Nothing is charged before {@link startContribution}. */
export async function createPledge(
	tx: Tx,
	act: Act,
	input: NewPledge,
): Promise<{ ok: true; pledgeId: string } | { ok: false; reason: PledgeRefusal }> {
	const yearlyCents = input.choice === 'unable' ? cents(0) : cents(input.yearlyCents);
	if (yearlyCents < 0 || (yearlyCents > 0 && yearlyCents < SMALLEST_YEARLY_CENTS)) return { ok: false, reason: 'amount_too_small' };
	const scale = await findScale(tx, input.scaleId);
	if (!scale?.bands.some((band) => band.id === input.bandId)) return { ok: false, reason: 'unknown_band' };
	if (await findLivePledge(tx, input.organisationId)) return { ok: false, reason: 'already_pledged' };
	const pledgeId = newId<'pledge'>();
	await tx.insert(pledge).values({
		id: pledgeId,
		organisationId: input.organisationId,
		scaleId: input.scaleId,
		bandId: input.bandId,
		choice: input.choice,
		yearlyCents,
		frequency: input.frequency,
		status: 'proposed',
		createdAt: act.at,
	});
	await recordAudit(tx, act, {
		action: 'contributions.create_pledge',
		subject: { kind: 'pledge', id: pledgeId },
		organisationId: input.organisationId,
		// Whether a group can pay is private: the trail says only that a contribution was chosen.
		delta: { scaleId: input.scaleId, frequency: input.frequency },
	});
	return { ok: true, pledgeId };
}

export interface NewEntry {
	readonly kind: EntryKind;
	readonly sourceId: string;
	/** The day it counts for. */
	readonly onDate: CivilDate;
	readonly amountCents: Cents;
	readonly organisationId: string;
}

/** Appends one balanced row to the books; the accounts follow from the kind. */
export async function appendEntry(tx: Tx, act: Act, entry: NewEntry): Promise<void> {
	const [last] = await tx
		.select({ seq: ledgerEntry.seq, hash: ledgerEntry.hash })
		.from(ledgerEntry)
		.orderBy(desc(ledgerEntry.seq))
		.limit(1);
	const { debit, credit } = moveOf(entry.kind);
	const row = {
		seq: (last?.seq ?? 0) + 1,
		id: newId<'ledger_entry'>(),
		onDate: entry.onDate,
		debitAccount: debit,
		creditAccount: credit,
		amountCents: entry.amountCents,
		organisationId: entry.organisationId,
		sourceKind: entry.kind,
		sourceId: entry.sourceId,
		actorId: actorId(act.actor),
		requestId: act.requestId,
		createdAt: act.at,
		prevHash: last?.hash ?? CHAIN_START,
	};
	await tx.insert(ledgerEntry).values({ ...row, hash: chainHash(row.prevHash, hashedValues(row)) });
}

/**
 * Lets every credit of a group pay what is due, oldest first.
 * @param notBefore the earliest day these allocations may count for: the day of a correction that freed the money.
 */
async function settle(tx: Tx, act: Act, organisationId: string, notBefore: CivilDate | null = null): Promise<void> {
	const payments = await listFreePayments(tx, organisationId);
	if (payments.length === 0) return;
	const charges = await listOpenCharges(tx, organisationId);
	for (const planned of planAllocations(payments, charges)) {
		const receivedOn = payments.find((one) => one.id === planned.paymentId)?.receivedOn as CivilDate;
		const chargedOn = charges.find((one) => one.id === planned.chargeId)?.periodFrom as CivilDate;
		const id = newId<'allocation'>();
		await tx.insert(allocation).values({ id, ...planned, createdAt: act.at });
		await appendEntry(tx, act, {
			kind: 'allocation',
			sourceId: id,
			// Money pays from the day both it and what it pays were there.
			onDate: latest(receivedOn, chargedOn, ...(notBefore === null ? [] : [notBefore])),
			amountCents: planned.amountCents,
			organisationId,
		});
	}
}

/** The next number of a series, never handed out twice. */
async function nextNumber(tx: Tx, name: string): Promise<number> {
	const [row] = await tx
		.insert(counter)
		.values({ name, value: 1 })
		.onConflictDoUpdate({ target: counter.name, set: { value: sql`${counter.value} + 1` } })
		.returning({ value: counter.value });
	if (!row) throw new Error(`the counter ${name} gave no number`);
	return row.value;
}

/** One person, one message, whatever roles they hold. */
function oncePerPerson(people: readonly PersonWithRole[]): PersonWithRole[] {
	return people.filter((one, at) => people.findIndex((other) => other.personId === one.personId) === at);
}

async function mailGroup(
	tx: Tx,
	act: Act,
	organisationId: string,
	message: {
		/** `treasurers`: those of the treasury, or the group's administrators when it has none. */
		readonly to: 'treasurers' | 'treasurers_and_administrators';
		readonly key: string;
		readonly template: string;
		readonly relates: { readonly kind: string; readonly id: string };
		readonly content: (locale: Locale, to: { readonly name: string; readonly groupName: string; readonly url: string }) => MailContent;
	},
): Promise<void> {
	const [group] = await tx
		.select({ slug: organisation.slug, usualName: organisation.usualName })
		.from(organisation)
		.where(eq(organisation.id, organisationId))
		.limit(1);
	if (!group) throw new Error('a message about an organisation that does not exist');
	const people = await listPeople(tx, { kind: 'organisation', id: organisationId }, civilDateOf(act.at));
	const treasurers = people.filter((one) => one.role === 'treasurer');
	const administrators = people.filter((one) => one.role === 'administrator');
	const both = message.to === 'treasurers_and_administrators' || treasurers.length === 0;
	for (const person of oncePerPerson(both ? [...treasurers, ...administrators] : treasurers)) {
		await queueMessage(tx, act, {
			dedupeKey: `${message.key}:${person.personId}`,
			to: { name: person.fullName, address: person.address },
			locale: person.locale,
			template: message.template,
			content: message.content(person.locale, {
				name: person.fullName,
				groupName: group.usualName,
				url: new URL(pathOf('spaceContributions', person.locale, { group: group.slug }), env().siteUrl).href,
			}),
			relates: message.relates,
			organisationId,
		});
	}
}

/**
 * Asks for one period's part: the charge, its entry, the credit that pays it, and the message.
 * @param on the day it is asked for, from which the days to pay are counted. @returns its id; null when it was there.
 */
async function chargePeriod(tx: Tx, act: Act, chosen: PledgeRow, period: Period, on: CivilDate): Promise<string | null> {
	const { organisationId, frequency } = chosen;
	const [known] = await tx
		.select({ id: charge.id })
		.from(charge)
		.where(and(eq(charge.pledgeId, chosen.id), eq(charge.periodFrom, period.from)))
		.limit(1);
	if (known) return null;
	const scale = await findScale(tx, chosen.scaleId);
	const band = scale?.bands.find((one) => one.id === chosen.bandId);
	if (!scale || !band) throw new Error('a contribution on a scale that was never adopted');
	const amountCents = amountAt(cents(chosen.yearlyCents), frequency, period.index);
	const snapshot = snapshotOf({ scale, band, yearlyCents: chosen.yearlyCents, frequency, period });
	const id = newId<'charge'>();
	const year = on.slice(0, 4);
	const number = `C-${year}-${String(await nextNumber(tx, `charge-${year}`)).padStart(4, '0')}`;
	const dueOn = addDays(on, DAYS_TO_PAY);
	await tx.insert(charge).values({
		id,
		number,
		organisationId,
		kind: 'contribution',
		pledgeId: chosen.id,
		periodFrom: period.from,
		periodTo: period.to,
		amountCents,
		dueOn,
		snapshot: JSON.stringify(snapshot),
		createdAt: act.at,
	});
	await appendEntry(tx, act, { kind: 'charge', sourceId: id, onDate: period.from, amountCents, organisationId });
	await recordAudit(tx, act, {
		action: 'contributions.charge',
		subject: { kind: 'charge', id },
		organisationId,
		delta: { number, amountCents, periodFrom: period.from, periodTo: period.to, dueOn },
	});
	await settle(tx, act, organisationId);
	const leftCents = (await listOpenCharges(tx, organisationId)).find((one) => one.id === id)?.leftCents ?? 0;
	await mailGroup(tx, act, organisationId, {
		to: 'treasurers_and_administrators',
		key: `contributions.charge:${id}`,
		template: 'contributions.charge',
		relates: { kind: 'charge', id },
		content: (locale, to) =>
			chargeMail(locale, { ...to, number, amountCents, leftCents, dueOn, period, why: explainCharge(snapshot, locale) }),
	});
	return id;
}

/**
 * The first service of a group runs: its contribution starts that day and the first period is asked for. Does nothing
 * when it had started. Solidarity starts too, and asks for nothing.
 * @param on the day the service began to run, from which periods count; the days to pay count from the day of the act.
 */
export async function startContribution(
	tx: Tx,
	act: Act,
	organisationId: string,
	on: CivilDate,
): Promise<{ ok: true; started: boolean; chargeId: string | null } | { ok: false; reason: 'no_pledge' }> {
	const chosen = await findLivePledge(tx, organisationId);
	if (!chosen) return { ok: false, reason: 'no_pledge' };
	const [started] = await tx
		.update(pledge)
		.set({ startedOn: on, status: 'active' })
		.where(and(eq(pledge.id, chosen.id), isNull(pledge.startedOn)))
		.returning();
	if (!started) return { ok: true, started: false, chargeId: null };
	await recordAudit(tx, act, {
		action: 'contributions.start',
		subject: { kind: 'pledge', id: chosen.id },
		organisationId,
		delta: { startedOn: on },
	});
	if (started.yearlyCents === 0) return { ok: true, started: true, chargeId: null };
	// Said to run weeks after it began to, a service is announced today: its charge can't be late on the day people hear of it.
	const chargeId = await chargePeriod(tx, act, started, periodAt(on, started.frequency, 0), civilDateOf(act.at));
	return { ok: true, started: true, chargeId };
}

/** The chosen contribution ends today: no later period is asked for. What was asked for before stays due. */
export async function endPledge(tx: Tx, act: Act, organisationId: string): Promise<boolean> {
	const [ended] = await tx
		.update(pledge)
		.set({ status: 'ended', endedOn: civilDateOf(act.at) })
		.where(and(eq(pledge.organisationId, organisationId), ne(pledge.status, 'ended')))
		.returning({ id: pledge.id });
	if (!ended) return false;
	await recordAudit(tx, act, { action: 'contributions.end', subject: { kind: 'pledge', id: ended.id }, organisationId });
	return true;
}

/** Contributions handled in one transaction: few enough that others never wait long for their turn. */
const PLEDGES_AT_ONCE = 10;

/**
 * Asks for each period of one contribution that has begun by `on` and was not asked for yet, however often it is called.
 * @returns how many charges were made. @throws when its scale or band is missing.
 */
export async function chargePledge(tx: Tx, act: Act, pledgeId: string, on: CivilDate): Promise<number> {
	const [chosen] = await tx.select().from(pledge).where(eq(pledge.id, pledgeId)).limit(1);
	// Ended, perhaps, since it was listed: another transaction may have come between.
	if (!chosen?.startedOn || chosen.status !== 'active' || chosen.yearlyCents === 0) return 0;
	const startedOn = chosen.startedOn as CivilDate;
	const [charged] = await tx
		.select({ to: max(charge.periodTo) })
		.from(charge)
		.where(eq(charge.pledgeId, pledgeId));
	const after = charged?.to ?? startedOn;
	let made = 0;
	for (const period of periodsBegun(startedOn, chosen.frequency, 0, on)) {
		if (period.from >= after && (await chargePeriod(tx, act, chosen, period, on)) !== null) made += 1;
	}
	return made;
}

/**
 * {@link chargePledge} for a few contributions in one transaction: all of them, or none when one throws.
 * @returns how many charges were made: call again until it is 0.
 */
export async function chargeDuePledges(tx: Tx, act: Act, on: CivilDate): Promise<number> {
	let made = 0;
	for (const id of await listPledgesToCharge(tx, on, PLEDGES_AT_ONCE)) made += await chargePledge(tx, act, id, on);
	return made;
}

export interface NewPayment {
	readonly organisationId: string;
	readonly receivedOn: CivilDate;
	readonly amount: Cents;
	readonly method: PaymentMethod;
	/** As written on the cheque or the transfer; may be empty. */
	readonly reference: string;
	readonly submissionKey: string;
}

/**
 * Money received from a group: pays what is due, oldest first; the rest is a credit that pays what comes next.
 * The same form sent twice records one payment and gives its id again (`repeated`).
 * `form_already_used`: that form recorded another payment; this one must be typed on a fresh form.
 */
export async function recordPayment(
	tx: Tx,
	act: Act,
	grant: Grant<'payments.record'>,
	input: NewPayment,
): Promise<{ ok: true; paymentId: string; repeated: boolean } | { ok: false; reason: 'form_already_used' }> {
	const { organisationId, receivedOn, amount, method, reference, submissionKey } = input;
	const [known] = await tx.select().from(payment).where(eq(payment.submissionKey, submissionKey)).limit(1);
	if (known) {
		const same =
			known.organisationId === organisationId &&
			known.receivedOn === receivedOn &&
			known.amountCents === amount &&
			known.method === method &&
			known.reference === reference;
		return same ? { ok: true, paymentId: known.id, repeated: true } : { ok: false, reason: 'form_already_used' };
	}
	const id = newId<'payment'>();
	await tx.insert(payment).values({
		id,
		submissionKey,
		organisationId,
		receivedOn,
		amountCents: amount,
		method,
		reference,
		recordedBy: grant.personId,
		createdAt: act.at,
	});
	await appendEntry(tx, act, { kind: 'payment', sourceId: id, onDate: receivedOn, amountCents: amount, organisationId });
	await recordAudit(tx, act, {
		action: 'contributions.record_payment',
		subject: { kind: 'payment', id },
		organisationId,
		delta: { amountCents: amount, receivedOn, method },
	});
	await settle(tx, act, organisationId);
	const balance = await balanceOf(tx, organisationId);
	await mailGroup(tx, act, organisationId, {
		to: 'treasurers',
		key: `contributions.payment:${id}`,
		template: 'contributions.payment',
		relates: { kind: 'payment', id },
		content: (locale, to) => paymentMail(locale, { ...to, amountCents: amount, receivedOn, method, reference, ...balance }),
	});
	return { ok: true, paymentId: id, repeated: false };
}

/**
 * What a group owed, or had in its favour, on the day its account was brought into the portal: an amount due, or a credit, whose
 * entry stands against the opening account. Either is paid, used and corrected like any other.
 * @param signedCents above zero a credit, below a debt; never zero. @returns the id of the charge or payment.
 */
export async function recordOpening(
	tx: Tx,
	act: Act,
	input: { readonly organisationId: string; readonly signedCents: number; readonly onDate: CivilDate; readonly key: string },
): Promise<string> {
	const { organisationId, signedCents, onDate, key } = input;
	const amountCents = cents(Math.abs(signedCents));
	const kind = signedCents < 0 ? 'charge' : 'payment';
	const id = kind === 'charge' ? newId<'charge'>() : newId<'payment'>();
	if (kind === 'charge') {
		const year = onDate.slice(0, 4);
		const snapshot: OpeningSnapshot = { format: 1, rule: 'opening_balance', amountCents, onDate };
		await tx.insert(charge).values({
			id,
			number: `C-${year}-${String(await nextNumber(tx, `charge-${year}`)).padStart(4, '0')}`,
			organisationId,
			kind: 'opening',
			periodFrom: onDate,
			periodTo: addDays(onDate, 1),
			amountCents,
			dueOn: onDate,
			snapshot: JSON.stringify(snapshot),
			createdAt: act.at,
		});
	} else {
		await tx.insert(payment).values({
			id,
			submissionKey: `opening:${key}`,
			organisationId,
			receivedOn: onDate,
			amountCents,
			method: 'opening',
			reference: '',
			recordedBy: act.actor.kind === 'person' ? act.actor.personId : null,
			createdAt: act.at,
		});
	}
	await appendEntry(tx, act, { kind: openingKind(kind, true), sourceId: id, onDate, amountCents, organisationId });
	await recordAudit(tx, act, {
		action: 'contributions.record_opening',
		subject: { kind, id },
		organisationId,
		delta: { amountCents: signedCents, onDate },
	});
	await settle(tx, act, organisationId);
	return id;
}

export interface NewReversal {
	/** Whose account it is corrected in. */
	readonly organisationId: string;
	readonly id: string;
	/** The group reads it. */
	readonly reason: string;
}

/**
 * The same correction sent twice by the same person is made once and gives its id again.
 * `already_reversed`: someone else made it, or gave another reason, which is not kept.
 */
export type ReversalOutcome = { ok: true; reversalId: string } | { ok: false; reason: 'not_found' | 'already_reversed' };

type Reversible = 'payment' | 'charge';

async function insertReversal(
	tx: Tx,
	act: Act,
	row: {
		kind: Reversible | 'allocation';
		entry: MoveKind;
		id: string;
		organisationId: string;
		reason: string;
		amountCents: number;
		on: CivilDate;
	},
): Promise<string> {
	const id = newId<'reversal'>();
	await tx.insert(reversal).values({
		id,
		reversesKind: row.kind,
		reversesId: row.id,
		organisationId: row.organisationId,
		reason: row.reason,
		actorId: actorId(act.actor),
		createdAt: act.at,
	});
	await appendEntry(tx, act, {
		kind: `reversal_${row.entry}`,
		sourceId: id,
		onDate: row.on,
		amountCents: cents(row.amountCents),
		organisationId: row.organisationId,
	});
	return id;
}

async function reverse(tx: Tx, act: Act, kind: Reversible, input: NewReversal): Promise<ReversalOutcome> {
	const table = kind === 'payment' ? payment : charge;
	const { organisationId, reason } = input;
	const [row] = await tx
		.select({
			id: table.id,
			amountCents: table.amountCents,
			opening: kind === 'payment' ? sql<number>`${payment.method} = 'opening'` : sql<number>`${charge.kind} = 'opening'`,
		})
		.from(table)
		.where(and(eq(table.id, input.id), eq(table.organisationId, organisationId)))
		.limit(1);
	if (!row) return { ok: false, reason: 'not_found' };
	const [known] = await tx.select().from(reversal).where(eq(reversal.reversesId, row.id)).limit(1);
	if (known) {
		const same = known.actorId === actorId(act.actor) && known.reason === reason;
		return same ? { ok: true, reversalId: known.id } : { ok: false, reason: 'already_reversed' };
	}
	// A correction counts for the day it is made: what was said of the days before stays true.
	const on = civilDateOf(act.at);
	const live = await tx
		.select({ id: allocation.id, amountCents: allocation.amountCents })
		.from(allocation)
		.leftJoin(reversal, eq(reversal.reversesId, allocation.id))
		.where(and(eq(kind === 'payment' ? allocation.paymentId : allocation.chargeId, row.id), isNull(reversal.id)))
		.orderBy(allocation.id);
	for (const one of live) await insertReversal(tx, act, { ...one, kind: 'allocation', entry: 'allocation', organisationId, reason, on });
	const entry = openingKind(kind, Boolean(row.opening));
	const reversalId = await insertReversal(tx, act, { ...row, kind, entry, organisationId, reason, on });
	await recordAudit(tx, act, {
		action: kind === 'payment' ? 'contributions.reverse_payment' : 'contributions.reverse_charge',
		subject: { kind, id: row.id },
		organisationId,
		delta: { reversalId, amountCents: row.amountCents, allocations: live.length },
	});
	await settle(tx, act, organisationId, on);
	const balance = await balanceOf(tx, organisationId);
	await mailGroup(tx, act, organisationId, {
		to: 'treasurers',
		key: `contributions.reversal:${reversalId}`,
		template: 'contributions.correction',
		relates: { kind, id: row.id },
		content: (locale, to) => correctionMail(locale, { ...to, kind, amountCents: row.amountCents, reason, ...balance }),
	});
	return { ok: true, reversalId };
}

/** Undoes a payment recorded by mistake; what it had paid is due again, unless another credit pays it. */
export function reversePayment(tx: Tx, act: Act, _grant: Grant<'payments.record'>, input: NewReversal): Promise<ReversalOutcome> {
	return reverse(tx, act, 'payment', input);
}

/** Undoes a charge made by mistake; what had paid it becomes a credit, or pays what else is due. */
export function reverseCharge(tx: Tx, act: Act, _grant: Grant<'payments.record'>, input: NewReversal): Promise<ReversalOutcome> {
	return reverse(tx, act, 'charge', input);
}
