import { and, eq, inArray, isNull, lte } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import { groupContact, groupContactLink } from '#db/schema/groups.ts';
import { organisation } from '#db/schema/membership.ts';
import type { GroupGrant } from '#src/features/access/index.ts';
import { recordAudit } from '#src/features/audit/index.ts';
import { findOutsideLink, type GroupProfile, LEGAL_NAME_CHANGED, listStandingContacts, readProfile } from '#src/features/groups/data.ts';
import { contactChangedMail, outsideMail } from '#src/features/groups/mail.ts';
import { differences, isHosted, OUTSIDE_LINK_LASTS, type Purpose } from '#src/features/groups/rules.ts';
import { queueMessage } from '#src/features/outbox/index.ts';
import { type Locale, pathOf } from '#src/i18n/routes.ts';
import type { Act } from '#src/lib/act.ts';
import { normalizeAddress } from '#src/lib/email-address.ts';
import { env } from '#src/lib/env.ts';
import type { Erased, ErasureLine } from '#src/lib/erasure.ts';
import { hashToken, newId, newToken } from '#src/lib/ids.ts';
import { type Refused, refused } from '#src/lib/refused.ts';

/** A group's own record, as its administrators correct it. @param input.version of what they saw. */
export async function changeGroupProfile(
	tx: Tx,
	act: Act,
	grant: GroupGrant<'profile.manage'>,
	{ version, ...profile }: GroupProfile & { readonly version: number },
): Promise<{ ok: true } | Refused<'stale' | 'kind_of_person'>> {
	const { version: current, ...before } = await readProfile(tx, grant);
	if (current !== version) return refused('stale');
	// Who is a member alone and who is one as a group pay and vote differently: workers change that, with the membership.
	if ((profile.kind === 'individual') !== (before.kind === 'individual')) return refused('kind_of_person');
	const changed = differences(before, profile);
	if (changed.length === 0) return { ok: true };
	const [row] = await tx
		.update(organisation)
		.set({ ...profile, version: current + 1 })
		.where(and(eq(organisation.id, grant.organisationId), eq(organisation.version, current)))
		.returning({ id: organisation.id });
	if (!row) return refused('stale');
	const subject = { kind: 'organisation', id: grant.organisationId };
	const { organisationId } = grant;
	await recordAudit(tx, act, { action: 'groups.change_profile', subject, organisationId, delta: { changed: changed.join(' ') } });
	if (changed.includes('legalName')) await recordAudit(tx, act, { action: LEGAL_NAME_CHANGED, subject, organisationId });
	return { ok: true };
}

/** Who was reached so far is told that they no longer are, where that address vouches for the group. */
async function tellOldAddress(
	tx: Tx,
	act: Act,
	grant: GroupGrant,
	{ address, purpose, locale }: { address: string; purpose: 'billing' | 'outside'; locale: Locale },
): Promise<void> {
	await queueMessage(tx, act, {
		dedupeKey: `groups.contact_changed:${newId<'outbox_message'>()}`,
		to: { name: '', address },
		locale,
		template: 'groups.contact_changed',
		content: contactChangedMail(locale, { group: grant.organisation.usualName, purpose }),
		relates: { kind: 'organisation', id: grant.organisationId },
		organisationId: grant.organisationId,
	});
}

async function localeOfGroup(tx: Tx, organisationId: string): Promise<Locale> {
	const [row] = await tx.select({ locale: organisation.locale }).from(organisation).where(eq(organisation.id, organisationId));
	return row?.locale ?? 'fr';
}

/**
 * Where a group is written to about something; null takes the address away.
 * @param input.was the address the page showed, empty when there was none: another change meanwhile refuses this one.
 */
export async function changeContact<P extends Purpose>(
	tx: Tx,
	act: Act,
	grant: P extends 'billing' ? GroupGrant<'profile.manage' | 'billing.manage'> : GroupGrant<'profile.manage'>,
	input: { readonly purpose: P; readonly address: string | null; readonly was: string },
): Promise<{ ok: true } | Refused<'stale'>> {
	const { organisationId } = grant;
	const standing = (await listStandingContacts(tx, organisationId)).find((row) => row.purpose === input.purpose);
	const normalized = input.address === null ? null : normalizeAddress(input.address);
	if (input.address !== null && normalized === null) throw new RangeError('an address is checked before it is set');
	if ((standing?.normalized ?? null) === normalized) return { ok: true };
	if ((standing?.address ?? '') !== input.was) return refused('stale');
	if (standing) await tx.update(groupContact).set({ untilAt: act.at }).where(eq(groupContact.id, standing.id));
	if (input.address !== null && normalized !== null) {
		await tx.insert(groupContact).values({
			id: newId<'group_contact'>(),
			organisationId,
			purpose: input.purpose,
			address: input.address,
			normalized,
			setBy: grant.personId,
			fromAt: act.at,
		});
	}
	await recordAudit(tx, act, {
		action: 'groups.change_contact',
		subject: { kind: 'organisation', id: organisationId },
		organisationId,
		delta: { purpose: input.purpose, given: normalized !== null },
	});
	if (standing && input.purpose === 'billing') {
		const locale = await localeOfGroup(tx, organisationId);
		await tellOldAddress(tx, act, grant, { address: standing.address, purpose: 'billing', locale });
	}
	return { ok: true };
}

/**
 * An address outside of the hosted domains, to be proven by the link mailed there. The one that was proven before serves until then.
 * @param hosted domains whose mail is looked after here.
 */
export async function askOutsideContact(
	tx: Tx,
	act: Act,
	grant: GroupGrant<'profile.manage'>,
	{ address, hosted }: { readonly address: string; readonly hosted: readonly string[] },
): Promise<{ ok: true } | Refused<'hosted_here' | 'already_verified'>> {
	const normalized = normalizeAddress(address);
	if (normalized === null) throw new RangeError('an address is checked before it is set');
	if (isHosted(normalized, hosted)) return refused('hosted_here');
	const { organisationId } = grant;
	const standing = (await listStandingContacts(tx, organisationId)).filter((row) => row.purpose === 'outside');
	if (standing.some((row) => row.verifiedAt !== null && row.normalized === normalized)) return refused('already_verified');
	const waiting = standing.find((row) => row.verifiedAt === null);
	// Asked for again: the link of the message before opens nothing any more.
	if (waiting) await endContact(tx, act, waiting.id);
	const contactId = newId<'group_contact'>();
	await tx
		.insert(groupContact)
		.values({ id: contactId, organisationId, purpose: 'outside', address, normalized, setBy: grant.personId, fromAt: act.at });
	const token = newToken();
	await tx
		.insert(groupContactLink)
		.values({ tokenHash: hashToken(token), contactId, createdAt: act.at, expiresAt: act.at + OUTSIDE_LINK_LASTS });
	await recordAudit(tx, act, {
		action: 'groups.ask_outside_contact',
		subject: { kind: 'organisation', id: organisationId },
		organisationId,
	});
	const locale = await localeOfGroup(tx, organisationId);
	await queueMessage(tx, act, {
		dedupeKey: `groups.outside:${contactId}`,
		to: { name: '', address },
		locale,
		template: 'groups.verify_outside',
		content: outsideMail(locale, {
			group: grant.organisation.usualName,
			url: `${env().siteUrl}${pathOf('outsideContact', locale, { token })}`,
		}),
		relates: { kind: 'group_contact', id: contactId },
		organisationId,
	});
	return { ok: true };
}

async function endContact(tx: Tx, act: Act, contactId: string): Promise<void> {
	await tx.update(groupContact).set({ untilAt: act.at }).where(eq(groupContact.id, contactId));
	await tx
		.update(groupContactLink)
		.set({ usedAt: act.at })
		.where(and(eq(groupContactLink.contactId, contactId), isNull(groupContactLink.usedAt)));
}

/** Whoever reads mail at an outside address agrees. From here on it takes the place of the one before, which is told. */
export async function confirmOutsideContact(
	tx: Tx,
	moment: Pick<Act, 'at' | 'requestId'>,
	token: string,
): Promise<{ ok: true; usualName: string } | Refused<'dead_link'>> {
	const found = await findOutsideLink(tx, token, moment.at);
	if (!found) return refused('dead_link');
	const { contactId, organisationId, usualName } = found;
	const act: Act = { actor: { kind: 'applicant', applicationId: contactId }, ...moment };
	const before = (await listStandingContacts(tx, organisationId)).find((row) => row.purpose === 'outside' && row.verifiedAt !== null);
	if (before) {
		await endContact(tx, act, before.id);
		const [row] = await tx.select().from(organisation).where(eq(organisation.id, organisationId));
		const locale = row?.locale ?? 'fr';
		await queueMessage(tx, act, {
			dedupeKey: `groups.contact_changed:${contactId}`,
			to: { name: '', address: before.address },
			locale,
			template: 'groups.contact_changed',
			content: contactChangedMail(locale, { group: usualName, purpose: 'outside' }),
			relates: { kind: 'organisation', id: organisationId },
			organisationId,
		});
	}
	await tx
		.update(groupContactLink)
		.set({ usedAt: moment.at })
		.where(eq(groupContactLink.tokenHash, hashToken(token)));
	await tx.update(groupContact).set({ verifiedAt: moment.at }).where(eq(groupContact.id, contactId));
	await recordAudit(tx, act, {
		action: 'groups.verify_outside_contact',
		subject: { kind: 'organisation', id: organisationId },
		organisationId,
	});
	return { ok: true, usualName };
}

/** Links that are too old to prove anything. One that served says so until then. @returns how many. */
export async function forgetContactLinks(tx: Tx, at: number): Promise<number> {
	const gone = await tx.delete(groupContactLink).where(lte(groupContactLink.expiresAt, at)).returning({ hash: groupContactLink.tokenHash });
	return gone.length;
}

/**
 * An address a person shares with their group stays the group's: it is where outages and invoices go, and it may have to vouch for whoever
 * regains access. The person reads how many there are before they go on, and the group may change them.
 */
export async function erasePerson(tx: Tx, _act: Act, who: Erased): Promise<ErasureLine[]> {
	const kept = await tx.$count(groupContact, inArray(groupContact.normalized, [...who.normalized]));
	return [{ table: 'group_contact', how: 'kept', count: kept }];
}
