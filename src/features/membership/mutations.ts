import { eq, like, or, sql } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import { counter, membership, organisation } from '#db/schema/membership.ts';
import { recordAudit } from '#src/features/audit/index.ts';
import { freeSlug } from '#src/features/membership/rules.ts';
import type { Kind } from '#src/features/membership/schema.ts';
import type { Locale } from '#src/i18n/routes.ts';
import type { Act } from '#src/lib/act.ts';
import { civilDateOf } from '#src/lib/clock.ts';
import { newId } from '#src/lib/ids.ts';

/** The next value of a counter that never gives one twice, whatever became of the one before. */
async function nextNumber(tx: Tx, name: string): Promise<number> {
	const [row] = await tx
		.insert(counter)
		.values({ name, value: 1 })
		.onConflictDoUpdate({ target: counter.name, set: { value: sql`${counter.value} + 1` } })
		.returning({ value: counter.value });
	if (!row) throw new Error(`counter ${name} gave no number`);
	return row.value;
}

async function findFreeSlug(tx: Tx, name: string): Promise<string> {
	const base = freeSlug(name, new Set());
	const rows = await tx
		.select({ slug: organisation.slug })
		.from(organisation)
		.where(or(eq(organisation.slug, base), like(organisation.slug, `${base}-%`)));
	return freeSlug(name, new Set(rows.map((row) => row.slug)));
}

export interface NewMember {
	readonly legalName: string;
	readonly usualName: string;
	readonly kind: Kind;
	readonly mission: string;
	readonly budgetBand: string;
	readonly locale: Locale;
}

/** An organisation and its membership from today on, with a number of its own and a free address under `/espace/`. */
export async function beginMembership(
	tx: Tx,
	act: Act,
	input: NewMember,
): Promise<{ organisationId: string; slug: string; memberNumber: number }> {
	const organisationId = newId<'organisation'>();
	const slug = await findFreeSlug(tx, input.usualName);
	await tx.insert(organisation).values({ id: organisationId, slug, ...input, status: 'member', createdAt: act.at });
	const memberNumber = await nextNumber(tx, 'member_number');
	const membershipId = newId<'membership'>();
	await tx.insert(membership).values({
		id: membershipId,
		organisationId,
		memberNumber,
		class: input.kind === 'individual' ? 'individual' : 'organisation',
		fromOn: civilDateOf(act.at),
		createdAt: act.at,
	});
	await recordAudit(tx, act, {
		action: 'membership.begin',
		subject: { kind: 'membership', id: membershipId },
		organisationId,
		delta: { memberNumber },
	});
	return { organisationId, slug, memberNumber };
}
