import { and, eq, isNull, lt, lte, ne } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import { viewing } from '#db/schema/viewing.ts';
import { type Grant, listPeople } from '#src/features/access/index.ts';
import { findContact } from '#src/features/accounts/index.ts';
import { recordAudit } from '#src/features/audit/index.ts';
import { queueMessage } from '#src/features/outbox/index.ts';
import { findViewable, type Viewing } from '#src/features/viewing/data.ts';
import { viewingMail } from '#src/features/viewing/mail.ts';
import { REASON_KEPT, VIEWING_LASTS } from '#src/features/viewing/rules.ts';
import type { Act } from '#src/lib/act.ts';
import { civilDateOf } from '#src/lib/clock.ts';
import { hashToken, newId } from '#src/lib/ids.ts';
import { type Refused, refused } from '#src/lib/refused.ts';

/** The trail bears both names: who looked, and as whom. */
const as = (act: Act, personId: string): Act => ({ ...act, actingFor: personId });

/** Begins a view in a session, in the place of one under way there, and tells the person and the group's administrators. */
export async function startViewing(
	tx: Tx,
	act: Act,
	grant: Grant<'support.view_as'>,
	input: { readonly sessionId: string; readonly group: string; readonly personId: string; readonly reason: string },
): Promise<{ ok: true; id: string } | Refused<'not_found'>> {
	const on = civilDateOf(act.at);
	const found = await findViewable(tx, grant, input.group, on);
	const person = found?.people.find(({ personId }) => personId === input.personId);
	if (!found || !person || person.personId === grant.personId) return refused('not_found');
	const { group } = found;
	const sessionHash = hashToken(input.sessionId);
	const [before] = await tx
		.select()
		.from(viewing)
		.where(and(eq(viewing.sessionHash, sessionHash), isNull(viewing.endedAt)));
	if (before) await close(tx, act, before);
	const id = newId<'viewing'>();
	await tx.insert(viewing).values({
		id,
		sessionHash,
		viewerId: grant.personId,
		personId: person.personId,
		organisationId: group.id,
		reason: input.reason,
		startedAt: act.at,
		endsAt: act.at + VIEWING_LASTS,
	});
	await recordAudit(tx, as(act, person.personId), {
		action: 'viewing.start',
		subject: { kind: 'person', id: person.personId },
		organisationId: group.id,
	});
	const viewer = await findContact(tx, grant.personId);
	const people = await listPeople(tx, { kind: 'organisation', id: group.id }, on);
	const told = new Map(
		people.filter(({ personId, role }) => personId === person.personId || role === 'administrator').map((one) => [one.personId, one]),
	);
	for (const { personId, fullName, address, locale } of told.values()) {
		const own = personId === person.personId;
		await queueMessage(tx, act, {
			dedupeKey: `viewing.start:${id}:${personId}`,
			to: { name: fullName, address },
			locale,
			template: 'viewing.start',
			content: viewingMail(locale, {
				name: fullName,
				viewer: viewer?.name ?? '',
				group,
				person: person.fullName,
				reason: input.reason,
				own,
			}),
			relates: { kind: 'viewing', id },
			organisationId: group.id,
		});
	}
	return { ok: true, id };
}

async function close(tx: Tx, act: Act, row: { id: string; personId: string; organisationId: string }): Promise<void> {
	const [ended] = await tx
		.update(viewing)
		.set({ endedAt: act.at })
		.where(and(eq(viewing.id, row.id), isNull(viewing.endedAt)))
		.returning({ id: viewing.id });
	if (!ended) return;
	await recordAudit(tx, as(act, row.personId), {
		action: 'viewing.end',
		subject: { kind: 'person', id: row.personId },
		organisationId: row.organisationId,
	});
}

/** The viewer is themselves again. Ending twice is ending once. */
export function endViewing(tx: Tx, act: Act, { id, person, group }: Viewing): Promise<void> {
	return close(tx, act, { id, personId: person.id, organisationId: group.id });
}

/** Writes that a page was opened. @param page its key in the route table, and the number it bears if any. */
export function recordPage(
	tx: Tx,
	act: Act,
	{ person, group }: Viewing,
	page: { key: string; number?: string | undefined },
): Promise<void> {
	return recordAudit(tx, as(act, person.id), {
		action: 'viewing.open_page',
		subject: { kind: 'person', id: person.id },
		organisationId: group.id,
		delta: { page: page.key, ...(page.number === undefined ? {} : { number: page.number }) },
	});
}

/** Closes the views whose time is over. @returns how many. */
export async function endOverdueViews(tx: Tx, act: Act): Promise<number> {
	const rows = await tx
		.select()
		.from(viewing)
		.where(and(isNull(viewing.endedAt), lte(viewing.endsAt, act.at)))
		.limit(100);
	for (const row of rows) await close(tx, act, row);
	return rows.length;
}

/** Reasons of views that ended long ago; that they took place stays in the trail. @returns how many. */
export async function forgetViewReasons(tx: Tx, at: number): Promise<number> {
	const emptied = await tx
		.update(viewing)
		.set({ reason: '' })
		.where(and(lt(viewing.endedAt, at - REASON_KEPT), ne(viewing.reason, '')))
		.returning({ id: viewing.id });
	return emptied.length;
}
