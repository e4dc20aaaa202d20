import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { person } from '#db/schema/accounts.ts';
import { organisation } from '#db/schema/membership.ts';

/** A service as it was offered from one day to another, copied from content/services/SLUG.yaml. */
export const catalogueItem = sqliteTable(
	'catalogue_item',
	{
		id: text().primaryKey(),
		slug: text().notNull(),
		/** JSON of the settings file. */
		settings: text().notNull(),
		/** SHA-256 of `settings`: a changed file makes a new row. */
		checksum: text().notNull(),
		position: integer().notNull(),
		fromOn: text().notNull(),
		toOn: text(),
		createdAt: integer().notNull(),
	},
	(table) => [index('catalogue_item_slug').on(table.slug, table.fromOn)],
);

/** What a group asks for. Asked is not granted (entitlement) and not running. */
export const serviceRequest = sqliteTable(
	'service_request',
	{
		id: text().primaryKey(),
		/** Shown to people: `D-2026-0001`. */
		number: text().notNull().unique(),
		submissionKey: text().notNull().unique(),
		organisationId: text()
			.notNull()
			.references(() => organisation.id),
		catalogueItemId: text()
			.notNull()
			.references(() => catalogueItem.id),
		subject: text().notNull(),
		/** JSON of the answers to the service's form. */
		answers: text().notNull(),
		requesterId: text()
			.notNull()
			.references(() => person.id),
		assigneeId: text().references(() => person.id),
		committee: text().notNull(),
		urgency: text({ enum: ['nothing_works', 'something_broken', 'when_you_can'] }).notNull(),
		status: text({
			enum: ['new', 'open', 'waiting_on_member', 'in_progress', 'on_hold', 'resolved', 'closed', 'rejected', 'cancelled'],
		}).notNull(),
		/** Why it was declined. */
		rejectReason: text(),
		relatesToId: text(),
		/** Message-ID of the first message sent about it: the later ones answer it, so that mail programs show one thread. */
		threadMessageId: text(),
		createdAt: integer().notNull(),
		updatedAt: integer().notNull(),
		statusSince: integer().notNull(),
		resolvedAt: integer(),
		version: integer().notNull().default(1),
	},
	(table) => [
		index('service_request_organisation').on(table.organisationId, table.createdAt),
		index('service_request_status').on(table.status, table.updatedAt),
		index('service_request_assignee').on(table.assigneeId, table.status),
	],
);

/** The thread: what was said, and each change of state, in order. */
export const requestMessage = sqliteTable(
	'request_message',
	{
		id: text().primaryKey(),
		requestId: text()
			.notNull()
			.references(() => serviceRequest.id),
		submissionKey: text().notNull().unique(),
		/** `message` was written by someone; `transition` says the state changed. */
		kind: text({ enum: ['message', 'transition'] }).notNull(),
		side: text({ enum: ['member', 'worker', 'system'] }).notNull(),
		authorId: text().references(() => person.id),
		visibility: text({ enum: ['public', 'internal'] }).notNull(),
		body: text().notNull(),
		fromStatus: text(),
		toStatus: text(),
		createdAt: integer().notNull(),
	},
	(table) => [index('request_message_request').on(table.requestId, table.createdAt)],
);

/** What a group has been granted, and since when it runs. */
export const entitlement = sqliteTable(
	'entitlement',
	{
		id: text().primaryKey(),
		organisationId: text()
			.notNull()
			.references(() => organisation.id),
		catalogueItemId: text()
			.notNull()
			.references(() => catalogueItem.id),
		requestId: text()
			.notNull()
			.references(() => serviceRequest.id),
		/** JSON, entitlement key to quantity. */
		resources: text().notNull(),
		status: text({ enum: ['proposed', 'active', 'suspended', 'ended'] }).notNull(),
		fromOn: text().notNull(),
		toOn: text(),
		createdAt: integer().notNull(),
	},
	(table) => [
		index('entitlement_organisation').on(table.organisationId, table.status),
		uniqueIndex('entitlement_request').on(table.requestId),
	],
);
