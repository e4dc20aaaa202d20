import { sql } from 'drizzle-orm';
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { person } from '#db/schema/accounts.ts';

/** Who holds which role, where, and since when. The rights of a role are a table in code. */
export const roleAssignment = sqliteTable(
	'role_assignment',
	{
		id: text().primaryKey(),
		personId: text()
			.notNull()
			.references(() => person.id),
		scopeKind: text({ enum: ['organisation', 'committee', 'coop'] }).notNull(),
		/** Organisation id, short name of a committee, or `coop`. */
		scopeId: text().notNull(),
		role: text({
			enum: ['administrator', 'treasurer', 'technical', 'member', 'worker', 'finance', 'vetting', 'sysadmin', 'board', 'referent'],
		}).notNull(),
		fromOn: text().notNull(),
		/** First day without the role; null while it lasts. */
		toOn: text(),
		grantedBy: text().notNull(),
		createdAt: integer().notNull(),
	},
	(table) => [
		uniqueIndex('role_assignment_one_active')
			.on(table.personId, table.scopeKind, table.scopeId, table.role)
			.where(sql`${table.toOn} is null`),
		index('role_assignment_scope').on(table.scopeKind, table.scopeId),
	],
);
