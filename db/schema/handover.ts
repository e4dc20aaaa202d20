import { sql } from 'drizzle-orm';
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { person } from '#db/schema/accounts.ts';
import { groupContact } from '#db/schema/groups.ts';
import { invitation, organisation } from '#db/schema/membership.ts';

/** Someone asks to regain a group's access while its administrators are silent. */
export const handover = sqliteTable(
	'handover',
	{
		id: text().primaryKey(),
		/** The form's own key: a double click makes one demand. */
		submissionKey: text().notNull().unique(),
		locale: text({ enum: ['fr', 'en'] }).notNull(),
		/** As the asker wrote it: whether such a group exists is for workers to find. */
		groupName: text().notNull(),
		askerName: text().notNull(),
		askerAddress: text().notNull(),
		askerNormalized: text().notNull(),
		reason: text().notNull(),
		status: text({ enum: ['asked', 'received', 'checking', 'notice', 'done', 'objected', 'withdrawn', 'refused', 'expired'] }).notNull(),
		askedAt: integer().notNull(),
		/** When the asker's own address was proven: from here workers see it. */
		verifiedAt: integer(),
		/** The group a worker found it to be about. */
		organisationId: text().references(() => organisation.id),
		matchedBy: text().references(() => person.id),
		/** First proof: a contact of the group confirmed. */
		contactConfirmedAt: integer(),
		contactId: text().references(() => groupContact.id),
		/** Second proof: a worker made sure who asks. */
		checkedAt: integer(),
		checkedBy: text().references(() => person.id),
		checkMethod: text({ enum: ['call_back', 'in_person', 'documents', 'known_person'] }),
		checkNote: text(),
		noticeAt: integer(),
		/** First day on which access may be given. */
		noticeUntilOn: text(),
		endedAt: integer(),
		/** What the one who objected or refused wrote. */
		endReason: text(),
		invitationId: text().references(() => invitation.id),
		version: integer().notNull().default(1),
	},
	(table) => [
		index('handover_status').on(table.status, table.askedAt),
		index('handover_asker').on(table.askerNormalized),
		uniqueIndex('handover_one_a_group').on(table.organisationId).where(sql`${table.status} in ('checking', 'notice')`),
	],
);

/** Private links of a handover. `verify`, `contact` and `object` serve once; `status` follows it to its end. */
export const handoverLink = sqliteTable(
	'handover_link',
	{
		tokenHash: text().primaryKey(),
		handoverId: text()
			.notNull()
			.references(() => handover.id),
		purpose: text({ enum: ['verify', 'status', 'contact', 'object'] }).notNull(),
		/** Which contact of the group it was mailed to. */
		contactId: text().references(() => groupContact.id),
		/** Which administrator it was mailed to. */
		personId: text().references(() => person.id),
		createdAt: integer().notNull(),
		usedAt: integer(),
	},
	(table) => [index('handover_link_handover').on(table.handoverId)],
);
