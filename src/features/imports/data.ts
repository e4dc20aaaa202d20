import { and, eq, inArray } from 'drizzle-orm';
import type { Read, Tx } from '#db/client.ts';
import { roleAssignment } from '#db/schema/access.ts';
import { importedGroup } from '#db/schema/imports.ts';
import { invitation } from '#db/schema/membership.ts';
import type { Fault } from '#src/adapters/group-file/index.ts';
import { findAccountByAddress } from '#src/features/accounts/index.ts';
import type { ImportedGroup } from '#src/features/imports/schema.ts';

const AT_ONCE = 500;

/** What was brought in before, by the file's own keys. */
export async function listKnown(
	read: Read | Tx,
	keys: readonly string[],
): Promise<Map<string, { organisationId: string; openingCents: number }>> {
	const known = new Map<string, { organisationId: string; openingCents: number }>();
	for (let at = 0; at < keys.length; at += AT_ONCE) {
		const rows = await read
			.select()
			.from(importedGroup)
			.where(inArray(importedGroup.key, keys.slice(at, at + AT_ONCE)));
		for (const row of rows) known.set(row.key, row);
	}
	return known;
}

/** Whether that address was ever invited into the group, or its owner ever had a role there. Someone who left is not called back. */
export async function wasThere(read: Read | Tx, organisationId: string, normalized: string): Promise<boolean> {
	const [invited] = await read
		.select({ id: invitation.id })
		.from(invitation)
		.where(and(eq(invitation.scopeKind, 'organisation'), eq(invitation.scopeId, organisationId), eq(invitation.normalized, normalized)))
		.limit(1);
	if (invited) return true;
	const holder = await findAccountByAddress(read, normalized);
	if (!holder) return false;
	const [held] = await read
		.select({ id: roleAssignment.id })
		.from(roleAssignment)
		.where(
			and(
				eq(roleAssignment.scopeKind, 'organisation'),
				eq(roleAssignment.scopeId, organisationId),
				eq(roleAssignment.personId, holder.personId),
			),
		)
		.limit(1);
	return held !== undefined;
}

/** What only the database can say against a file: an opening balance that changed since it went into the books. */
export async function listConflicts(read: Read, groups: readonly ImportedGroup[]): Promise<Fault[]> {
	const known = await listKnown(
		read,
		groups.map((group) => group.key),
	);
	return groups
		.filter((group) => known.has(group.key) && known.get(group.key)?.openingCents !== group.openingCents)
		.map(({ line, key }) => ({
			line,
			group: key,
			sentence:
				'the opening balance is not the one brought in before; the books are never rewritten: correct it on the group’s contributions page.',
		}));
}
