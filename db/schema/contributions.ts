import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { person } from '#db/schema/accounts.ts';
import { organisation } from '#db/schema/membership.ts';

/** A contribution scale as adopted, copied from content/contribution-scale.yaml; never edited once adopted (trigger). */
export const duesScale = sqliteTable('dues_scale', {
	id: text().primaryKey(),
	fromOn: text().notNull(),
	/** Reference of the assembly's resolution; null for the shipped example. */
	resolution: text(),
	example: integer({ mode: 'boolean' }).notNull(),
	/** JSON of the settings file. */
	settings: text().notNull(),
	checksum: text().notNull(),
	createdAt: integer().notNull(),
});

/** The contribution a group has chosen. One active at a time. */
export const pledge = sqliteTable(
	'pledge',
	{
		id: text().primaryKey(),
		organisationId: text()
			.notNull()
			.references(() => organisation.id),
		scaleId: text()
			.notNull()
			.references(() => duesScale.id),
		bandId: text().notNull(),
		choice: text({ enum: ['amount', 'unable'] }).notNull(),
		/** Cents a year; 0 for solidarity. */
		yearlyCents: integer().notNull(),
		frequency: text({ enum: ['yearly', 'quarterly', 'monthly'] }).notNull(),
		status: text({ enum: ['proposed', 'active', 'ended'] }).notNull(),
		/** The day the first service ran; null until then: nothing is charged before. */
		startedOn: text(),
		endedOn: text(),
		createdAt: integer().notNull(),
	},
	(table) => [
		uniqueIndex('pledge_one_live').on(table.organisationId).where(sql`${table.status} <> 'ended'`),
		check('pledge_not_negative', sql`${table.yearlyCents} >= 0`),
	],
);

/** An amount due. Immutable; what is left to pay is computed from allocations and reversals. */
export const charge = sqliteTable(
	'charge',
	{
		id: text().primaryKey(),
		/** Shown to people: `C-2026-0001`. */
		number: text().notNull().unique(),
		organisationId: text()
			.notNull()
			.references(() => organisation.id),
		/** `opening`: what a group owed on the day its account was brought into the portal. */
		kind: text({ enum: ['contribution', 'membership_fee', 'hours', 'domain', 'project', 'opening'] }).notNull(),
		pledgeId: text().references(() => pledge.id),
		periodFrom: text().notNull(),
		/** First day after the period. */
		periodTo: text().notNull(),
		amountCents: integer().notNull(),
		dueOn: text().notNull(),
		/** JSON: band, rule, resolution, days; enough to explain and recompute the amount. */
		snapshot: text().notNull(),
		createdAt: integer().notNull(),
	},
	(table) => [
		uniqueIndex('charge_one_a_period').on(table.pledgeId, table.periodFrom),
		index('charge_organisation').on(table.organisationId, table.dueOn),
		check('charge_positive', sql`${table.amountCents} > 0`),
	],
);

/** Money received. Immutable. */
export const payment = sqliteTable(
	'payment',
	{
		id: text().primaryKey(),
		submissionKey: text().notNull().unique(),
		organisationId: text()
			.notNull()
			.references(() => organisation.id),
		receivedOn: text().notNull(),
		amountCents: integer().notNull(),
		/** `opening`: what a group had in its favour on the day its account was brought into the portal. */
		method: text({ enum: ['interac', 'direct_deposit', 'cheque', 'cash', 'opening'] }).notNull(),
		/** As written on the cheque or the transfer. */
		reference: text().notNull(),
		/** Null for an opening balance, brought in at the command line. */
		recordedBy: text().references(() => person.id),
		createdAt: integer().notNull(),
	},
	(table) => [
		index('payment_organisation').on(table.organisationId, table.receivedOn),
		check('payment_positive', sql`${table.amountCents} > 0`),
	],
);

/** A part of a payment that pays a charge. Immutable. */
export const allocation = sqliteTable(
	'allocation',
	{
		id: text().primaryKey(),
		paymentId: text()
			.notNull()
			.references(() => payment.id),
		chargeId: text()
			.notNull()
			.references(() => charge.id),
		amountCents: integer().notNull(),
		createdAt: integer().notNull(),
	},
	(table) => [
		index('allocation_payment').on(table.paymentId),
		index('allocation_charge').on(table.chargeId),
		check('allocation_positive', sql`${table.amountCents} > 0`),
	],
);

/** Undoes one payment, charge or allocation, once, and can't itself be undone. Immutable. */
export const reversal = sqliteTable('reversal', {
	id: text().primaryKey(),
	reversesKind: text({ enum: ['payment', 'charge', 'allocation'] }).notNull(),
	reversesId: text().notNull().unique(),
	organisationId: text()
		.notNull()
		.references(() => organisation.id),
	reason: text().notNull(),
	actorId: text(),
	createdAt: integer().notNull(),
});

/**
 * The books: each row moves an amount from one account to another, so every row balances by construction.
 * Append-only and chained by hash. Balances are sums over it.
 */
export const ledgerEntry = sqliteTable(
	'ledger_entry',
	{
		seq: integer().primaryKey(),
		id: text().notNull().unique(),
		/** The day it counts for. */
		onDate: text('on_date').notNull(),
		debitAccount: text().notNull(),
		creditAccount: text().notNull(),
		amountCents: integer().notNull(),
		organisationId: text().references(() => organisation.id),
		/** What it comes from: `charge`, `payment`, `allocation`, or the reversal of one. */
		sourceKind: text().notNull(),
		sourceId: text().notNull(),
		actorId: text(),
		requestId: text(),
		createdAt: integer().notNull(),
		prevHash: text().notNull(),
		hash: text().notNull(),
	},
	(table) => [
		index('ledger_entry_organisation').on(table.organisationId, table.debitAccount, table.creditAccount, table.amountCents),
		uniqueIndex('ledger_entry_source').on(table.sourceKind, table.sourceId),
		check('ledger_entry_positive', sql`${table.amountCents} > 0`),
		check('ledger_entry_two_accounts', sql`${table.debitAccount} <> ${table.creditAccount}`),
	],
);
