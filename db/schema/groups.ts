import { sql } from 'drizzle-orm';
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { person } from '#db/schema/accounts.ts';
import { organisation } from '#db/schema/membership.ts';

/**
 * Where a group is written to, by function. A change ends a row and begins another: who was reached where, at any moment,
 * stays known, because a contact that has stood long enough is one of the two proofs of a handover.
 */
export const groupContact = sqliteTable(
	'group_contact',
	{
		id: text().primaryKey(),
		organisationId: text()
			.notNull()
			.references(() => organisation.id),
		/** `outside` is an address that no server of the network looks after: it works while they are down. */
		purpose: text({ enum: ['general', 'billing', 'technical', 'security', 'outside'] }).notNull(),
		address: text().notNull(),
		normalized: text().notNull(),
		setBy: text().references(() => person.id),
		fromAt: integer().notNull(),
		/** Null while it stands. */
		untilAt: integer(),
		/** Of `outside` only: when its mailed link was followed. Until then the one before still serves. */
		verifiedAt: integer(),
	},
	(table) => [
		index('group_contact_organisation').on(table.organisationId, table.purpose),
		uniqueIndex('group_contact_one_waiting')
			.on(table.organisationId, table.purpose)
			.where(sql`${table.untilAt} is null and ${table.verifiedAt} is null`),
		uniqueIndex('group_contact_one_verified')
			.on(table.organisationId, table.purpose)
			.where(sql`${table.untilAt} is null and ${table.verifiedAt} is not null`),
	],
);

/** A private link that proves an outside address: single use. */
export const groupContactLink = sqliteTable(
	'group_contact_link',
	{
		tokenHash: text().primaryKey(),
		contactId: text()
			.notNull()
			.references(() => groupContact.id),
		createdAt: integer().notNull(),
		expiresAt: integer().notNull(),
		usedAt: integer(),
	},
	(table) => [index('group_contact_link_contact').on(table.contactId)],
);
