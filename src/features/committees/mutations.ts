import { createHash } from 'node:crypto';
import { and, eq, isNull } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import { roleAssignment } from '#db/schema/access.ts';
import { committee } from '#db/schema/committees.ts';
import type { CommitteeSettings } from '#src/adapters/settings/index.ts';
import {
	assignRole,
	COMMITTEE_ROLES,
	type CommitteeGrant,
	type CommitteeRole,
	endRole,
	listPeople,
	setRoleEnd,
} from '#src/features/access/index.ts';
import { recordAudit } from '#src/features/audit/index.ts';
import { findCommittee } from '#src/features/committees/data.ts';
import { earlierEnd } from '#src/features/committees/rules.ts';
import type { Act } from '#src/lib/act.ts';
import { type CivilDate, civilDateOf } from '#src/lib/clock.ts';
import { newId } from '#src/lib/ids.ts';
import { type Refused, refused } from '#src/lib/refused.ts';

/** Makes the dated rows say what the settings file says: a changed entry ends its row and begins another, a removed one ends its row. */
export async function syncCommittees(tx: Tx, act: Act, entries: readonly CommitteeSettings[]): Promise<void> {
	const today = civilDateOf(act.at);
	const rows = new Map((await tx.select().from(committee).where(isNull(committee.toOn))).map((row) => [row.slug, row]));
	const end = (id: string) => tx.update(committee).set({ toOn: today }).where(eq(committee.id, id));
	for (const [position, entry] of entries.entries()) {
		const { slug, applications } = entry;
		const settings = JSON.stringify({ ...entry, position });
		const checksum = createHash('sha256').update(settings).digest('hex');
		const row = rows.get(slug);
		rows.delete(slug);
		if (row?.checksum === checksum) continue;
		if (row) await end(row.id);
		const id = newId<'committee'>();
		await tx.insert(committee).values({ id, slug, settings, checksum, applications, position, fromOn: today, createdAt: act.at });
		const action = row ? 'committees.change' : 'committees.open';
		await recordAudit(tx, act, { action, subject: { kind: 'committee', id: slug }, delta: { applications } });
	}
	for (const { id, slug } of rows.values()) {
		await end(id);
		await recordAudit(tx, act, { action: 'committees.close', subject: { kind: 'committee', id: slug } });
	}
}

const scopeOf = (grant: CommitteeGrant, role: CommitteeRole) => ({ kind: 'committee', id: grant.committee, role }) as const;

export interface Place {
	readonly personId: string;
	readonly role: CommitteeRole;
	/** First day without it; null while no end is set. */
	readonly until: CivilDate | null;
}

/**
 * Puts someone in a committee, makes them its referent, or sets the end of either. A referent is a member, and stays one no
 * longer than they are in the committee.
 */
export async function placeInCommittee(
	tx: Tx,
	act: Act,
	grant: CommitteeGrant,
	{ personId, role, until }: Place,
): Promise<{ ok: true } | Refused<'not_found' | 'own_role' | 'not_a_worker' | 'not_in_committee' | 'term_passed'>> {
	const on = civilDateOf(act.at);
	if (until !== null && until <= on) return refused('term_passed');
	const found = await findCommittee(tx, null, grant.committee, on);
	if (!found) return refused('not_found');
	// Nobody gives themselves anything, nor makes it last.
	if (personId === grant.personId) return refused('own_role');
	const workers = await listPeople(tx, { kind: 'coop' }, on);
	if (!workers.some((one) => one.personId === personId)) return refused('not_a_worker');
	const place = found.people.find((one) => one.personId === personId);
	if (role === 'member') {
		if (!place) await assignRole(tx, act, personId, scopeOf(grant, role), grant.personId, { toOn: until });
		else if (place.toOn !== until) {
			await setRoleEnd(tx, act, personId, scopeOf(grant, role), until);
			const end = earlierEnd(place.referent?.toOn ?? null, until);
			if (place.referent && place.referent.toOn !== end) {
				await setRoleEnd(tx, act, personId, scopeOf(grant, 'referent'), end as CivilDate | null);
			}
		}
		return { ok: true };
	}
	if (!place) return refused('not_in_committee');
	const end = earlierEnd(until, place.toOn as CivilDate | null);
	if (!place.referent) await assignRole(tx, act, personId, scopeOf(grant, role), grant.personId, { toOn: end });
	else if (place.referent.toOn !== end) await setRoleEnd(tx, act, personId, scopeOf(grant, role), end);
	return { ok: true };
}

/** Takes someone out of the committee, or ends their being its referent. One may always leave. */
export async function leaveCommittee(
	tx: Tx,
	act: Act,
	grant: CommitteeGrant,
	{ personId, role }: Pick<Place, 'personId' | 'role'>,
): Promise<{ ok: true } | Refused<'not_found'>> {
	if (role === 'member') await endRole(tx, act, personId, scopeOf(grant, 'referent'));
	const done = await endRole(tx, act, personId, scopeOf(grant, role));
	return done.ok ? done : refused('not_found');
}

/** Someone no longer works in the network: they are out of every committee. */
export async function leaveAllCommittees(tx: Tx, act: Act, personId: string): Promise<void> {
	const held = await tx
		.selectDistinct({ slug: roleAssignment.scopeId })
		.from(roleAssignment)
		.where(and(eq(roleAssignment.scopeKind, 'committee'), eq(roleAssignment.personId, personId)));
	for (const { slug } of held) {
		for (const role of COMMITTEE_ROLES) await endRole(tx, act, personId, { kind: 'committee', id: slug, role });
	}
}
