import { and, eq, inArray, lt, ne, sql } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import { invitation, organisation } from '#db/schema/membership.ts';
import {
	assignRole,
	COOP_RIGHTS,
	type CoopRole,
	endRole,
	type Grant,
	type GroupGrant,
	type GroupRole,
	listPeople,
} from '#src/features/access/index.ts';
import { createAccount, findAccountByAddress, findContact } from '#src/features/accounts/index.ts';
import { recordAudit } from '#src/features/audit/index.ts';
import { queueMessage } from '#src/features/outbox/index.ts';
import { hasGround } from '#src/features/people/data.ts';
import {
	declinedMail,
	type KeeperNews,
	keeperMail,
	memberInvitationMail,
	roleEndedMail,
	roleGivenMail,
	workerInvitationMail,
} from '#src/features/people/mail.ts';
import { INVITATION_KEPT, INVITATION_LASTS } from '#src/features/people/rules.ts';
import { type Locale, pathOf } from '#src/i18n/routes.ts';
import type { Act } from '#src/lib/act.ts';
import { addDays, type CivilDate, civilDateOf } from '#src/lib/clock.ts';
import { normalizeAddress } from '#src/lib/email-address.ts';
import { env } from '#src/lib/env.ts';
import type { Erased, ErasureLine } from '#src/lib/erasure.ts';
import { hashToken, newId, newToken } from '#src/lib/ids.ts';
import { type Refused, refused } from '#src/lib/refused.ts';

/** When and by which request someone acts who is not logged in yet; who they are follows from the private link they hold. */
export type Moment = Pick<Act, 'at' | 'requestId'>;

type InvitationScope =
	| { readonly kind: 'organisation'; readonly id: string; readonly roles: readonly GroupRole[] }
	| { readonly kind: 'coop'; readonly roles: readonly CoopRole[] };

/**
 * A new invitation in the place of any that waits for the same address in the same scope.
 * @param invitedBy person id, or `operator`. @returns its token, of which only the hash is kept.
 */
async function putInvitation(
	tx: Tx,
	act: Act,
	input: { scope: InvitationScope; address: string; name: string; locale: Locale; invitedBy: string; rolesToOn?: CivilDate | null },
): Promise<{ invitationId: string; token: string }> {
	const normalized = normalizeAddress(input.address);
	if (normalized === null) throw new RangeError('an invitation needs an email address; check it before');
	const scopeId = input.scope.kind === 'coop' ? 'coop' : input.scope.id;
	await tx
		.update(invitation)
		.set({ status: 'revoked' })
		.where(
			and(
				eq(invitation.scopeKind, input.scope.kind),
				eq(invitation.scopeId, scopeId),
				eq(invitation.normalized, normalized),
				eq(invitation.status, 'pending'),
			),
		);
	const invitationId = newId<'invitation'>();
	const token = newToken();
	await tx.insert(invitation).values({
		id: invitationId,
		scopeKind: input.scope.kind,
		scopeId,
		roles: JSON.stringify(input.scope.roles),
		address: input.address,
		normalized,
		name: input.name,
		locale: input.locale,
		tokenHash: hashToken(token),
		status: 'pending',
		invitedBy: input.invitedBy,
		rolesToOn: input.rolesToOn ?? null,
		expiresAt: act.at + INVITATION_LASTS,
		createdAt: act.at,
	});
	await recordAudit(tx, act, {
		action: 'membership.invite',
		subject: { kind: 'invitation', id: invitationId },
		organisationId: input.scope.kind === 'organisation' ? input.scope.id : null,
		delta: { scope: input.scope.kind, roles: input.scope.roles.join(' ') },
	});
	return { invitationId, token };
}

/** Invites someone into a group. @returns the token of the link; who calls it writes the message. */
export async function inviteToGroup(
	tx: Tx,
	act: Act,
	input: {
		organisationId: string;
		roles: readonly GroupRole[];
		address: string;
		name: string;
		locale: Locale;
		invitedBy: string;
		rolesToOn?: CivilDate | null;
	},
): Promise<{ invitationId: string; token: string }> {
	const { organisationId, roles, ...rest } = input;
	return putInvitation(tx, act, { ...rest, scope: { kind: 'organisation', id: organisationId, roles } });
}

/**
 * Tells everyone else who may give roles in the network that someone is about to hold some, or does: nobody brings in a second
 * mailbox of their own unseen. @param input.who the name they are known by. @param input.not whom it is told otherwise.
 */
export async function tellKeepers(
	tx: Tx,
	act: Act,
	{ not, ...about }: { readonly news: KeeperNews; readonly who: string; readonly roles: readonly CoopRole[]; readonly not?: string },
): Promise<void> {
	const able: readonly string[] = COOP_RIGHTS['workers.manage'];
	const rows = (await listPeople(tx, { kind: 'coop' }, civilDateOf(act.at))).filter(({ role }) => able.includes(role));
	const actorId = act.actor.kind === 'person' ? act.actor.personId : null;
	const actor = actorId === null ? null : await findContact(tx, actorId);
	for (const one of new Map(rows.map((row) => [row.personId, row])).values()) {
		if (one.personId === actorId || one.personId === not) continue;
		await queueMessage(tx, act, {
			dedupeKey: `membership.keepers:${newId<'outbox_message'>()}`,
			to: { name: one.fullName, address: one.address },
			locale: one.locale,
			template: 'membership.keepers',
			content: keeperMail(one.locale, {
				...about,
				name: one.fullName,
				by: actor?.name ?? null,
				url: `${env().siteUrl}${pathOf('workPeople', one.locale)}`,
			}),
			relates: { kind: 'person', id: one.personId },
		});
	}
}

/**
 * Makes or renews the invitation of someone who works in the network, and sends it; those who may give roles there are told.
 * @throws {RangeError} when the address can't be one: the caller checks it and says so.
 */
export async function inviteWorker(
	tx: Tx,
	act: Act,
	input: { readonly address: string; readonly name: string; readonly roles: readonly CoopRole[]; readonly locale: Locale },
): Promise<{ link: string; invitationId: string }> {
	const { token, invitationId } = await putInvitation(tx, act, {
		scope: { kind: 'coop', roles: input.roles },
		address: input.address,
		name: input.name,
		locale: input.locale,
		invitedBy: act.actor.kind === 'person' ? act.actor.personId : 'operator',
	});
	const link = `${env().siteUrl}${pathOf('invitation', input.locale, { token })}`;
	await queueMessage(tx, act, {
		dedupeKey: `membership.invite_worker:${invitationId}`,
		to: { name: input.name, address: input.address },
		locale: input.locale,
		template: 'membership.invite_worker',
		content: workerInvitationMail(input.locale, { name: input.name, roles: input.roles, url: link }),
		relates: { kind: 'invitation', id: invitationId },
	});
	await tellKeepers(tx, act, { news: 'invited', who: `${input.name} (${input.address})`, roles: input.roles });
	return { link, invitationId };
}

/** Who accepts: someone new, who chose a password, or the owner of the account that has the invited address. */
export type Invitee =
	| { readonly kind: 'new'; readonly fullName: string; readonly passwordHash: string; readonly locale: Locale }
	| { readonly kind: 'known'; readonly accountId: string };

export type InvitationRefusal =
	| 'unknown_link'
	| 'accepted'
	| 'declined'
	| 'revoked'
	| 'expired'
	| 'has_account'
	| 'other_account'
	| 'own_invitation';

/**
 * Opens the door once: of two who push it together one comes in. The address is proven by the link, which was only sent there;
 * an address that has an account already is proven by that account's session.
 * @returns the account to open a session for, after the commit.
 */
export async function acceptInvitation(
	tx: Tx,
	moment: Moment,
	input: { readonly token: string; readonly invitee: Invitee },
): Promise<{ ok: true; accountId: string; personId: string; scope: 'coop' | { readonly slug: string } } | Refused<InvitationRefusal>> {
	const [found] = await tx
		.select()
		.from(invitation)
		.where(eq(invitation.tokenHash, hashToken(input.token)))
		.limit(1);
	if (!found) return refused('unknown_link');
	if (found.status === 'accepted' || found.status === 'declined' || found.status === 'expired') return refused(found.status);
	if (found.status !== 'pending') return refused('revoked');
	if (found.expiresAt <= moment.at) return refused('expired');
	const [group] =
		found.scopeKind === 'organisation'
			? await tx
					.select({ id: organisation.id, slug: organisation.slug, status: organisation.status })
					.from(organisation)
					.where(eq(organisation.id, found.scopeId))
					.limit(1)
			: [];
	if (found.scopeKind === 'organisation' && group?.status !== 'member') return refused('revoked');
	if (!(await hasGround(tx, found, moment.at))) return refused('revoked');

	const holder = await findAccountByAddress(tx, found.normalized);
	if (input.invitee.kind === 'new' && holder) return refused('has_account');
	// Nobody gives themselves a role by inviting an address that becomes theirs.
	if (holder && holder.personId === found.invitedBy) return refused('own_invitation');
	if (input.invitee.kind === 'known' && (!holder?.active || holder.accountId !== input.invitee.accountId)) return refused('other_account');

	const on = civilDateOf(moment.at);
	// Accepted after the day on which its roles were to end: nothing is left to give.
	if (found.rolesToOn !== null && found.rolesToOn <= on) return refused('expired');

	let who: { personId: string; accountId: string };
	if (input.invitee.kind === 'new') {
		const { fullName, passwordHash, locale } = input.invitee;
		// Nobody is logged in yet: the account is made by the portal, and all that follows by the person it belongs to.
		const portal: Act = { actor: { kind: 'system' }, at: moment.at, requestId: moment.requestId };
		who = await createAccount(tx, portal, { fullName, locale, passwordHash, address: found.address, normalized: found.normalized });
	} else {
		if (!holder) throw new Error('an account that was there is gone');
		who = { personId: holder.personId, accountId: holder.accountId };
	}
	const [taken] = await tx
		.update(invitation)
		.set({ status: 'accepted', acceptedAt: moment.at, acceptedBy: who.personId })
		.where(and(eq(invitation.id, found.id), eq(invitation.status, 'pending')))
		.returning({ id: invitation.id });
	if (!taken) throw new Error('an invitation changed inside its own transaction');
	const act: Act = { actor: { kind: 'person', personId: who.personId }, at: moment.at, requestId: moment.requestId };
	for (const role of JSON.parse(found.roles) as string[]) {
		const scope = (group ? { kind: 'organisation', id: group.id, role } : { kind: 'coop', role }) as Parameters<typeof assignRole>[3];
		await assignRole(tx, act, who.personId, scope, found.invitedBy, { toOn: found.rolesToOn as CivilDate | null });
	}
	await recordAudit(tx, act, {
		action: 'membership.accept_invitation',
		subject: { kind: 'invitation', id: found.id },
		organisationId: group?.id ?? null,
	});
	if (!group) {
		const roles = JSON.parse(found.roles) as CoopRole[];
		await tellKeepers(tx, act, { news: 'accepted', who: `${found.name} (${found.address})`, roles });
	}
	return { ok: true, ...who, scope: group ? { slug: group.slug } : 'coop' };
}

/**
 * Whoever was invited says no. Whoever invited them is told, if that is a person; nobody else is.
 * The link is the proof, as it is for accepting: it was only sent to that address.
 */
export async function declineInvitation(
	tx: Tx,
	moment: Moment,
	token: string,
): Promise<{ ok: true } | Refused<'unknown_link' | 'accepted' | 'revoked' | 'expired'>> {
	const [found] = await tx
		.select()
		.from(invitation)
		.where(eq(invitation.tokenHash, hashToken(token)))
		.limit(1);
	if (!found) return refused('unknown_link');
	if (found.status === 'declined') return { ok: true };
	if (found.status === 'accepted' || found.status === 'expired') return refused(found.status);
	if (found.status !== 'pending') return refused('revoked');
	if (found.expiresAt <= moment.at) return refused('expired');
	await tx.update(invitation).set({ status: 'declined' }).where(eq(invitation.id, found.id));
	const act: Act = { actor: { kind: 'applicant', applicationId: found.id }, at: moment.at, requestId: moment.requestId };
	const organisationId = found.scopeKind === 'organisation' ? found.scopeId : null;
	await recordAudit(tx, act, { action: 'membership.decline_invitation', subject: { kind: 'invitation', id: found.id }, organisationId });
	const inviter = found.invitedBy === 'operator' ? null : await findContact(tx, found.invitedBy);
	if (!inviter) return { ok: true };
	const [group] = organisationId
		? await tx.select({ usualName: organisation.usualName }).from(organisation).where(eq(organisation.id, organisationId))
		: [];
	await queueMessage(tx, act, {
		dedupeKey: `membership.declined:${found.id}`,
		to: inviter,
		locale: inviter.locale,
		template: 'membership.invitation_declined',
		content: declinedMail(inviter.locale, { name: inviter.name, invited: found.name, group: group?.usualName ?? null }),
		relates: { kind: 'invitation', id: found.id },
		organisationId,
	});
	return { ok: true };
}

/** Someone of the group invites someone else into it. The last invitation to an address replaces those before. */
export async function inviteMember(
	tx: Tx,
	act: Act,
	grant: GroupGrant<'people.manage'>,
	input: {
		readonly address: string;
		readonly name: string;
		readonly roles: readonly GroupRole[];
		readonly locale: Locale;
		/** The last day with the roles; null when they last. */
		readonly lastOn?: CivilDate | null;
	},
): Promise<{ ok: true } | Refused<'own_address' | 'already_holds' | 'end_before_today'>> {
	const { lastOn = null, ...person } = input;
	if (lastOn !== null && lastOn < civilDateOf(act.at)) return refused('end_before_today');
	const normalized = normalizeAddress(input.address);
	if (normalized === null) throw new RangeError('an invitation needs an email address; check it before');
	const holder = await findAccountByAddress(tx, normalized);
	// Nobody gives themselves a role: another person of the group does.
	if (holder?.personId === grant.personId) return refused('own_address');
	if (holder) {
		const people = await listPeople(tx, { kind: 'organisation', id: grant.organisationId }, civilDateOf(act.at));
		const held = new Set(people.filter((one) => one.personId === holder.personId).map((one) => one.role));
		if (input.roles.every((role) => held.has(role))) return refused('already_holds');
	}
	const inviter = await findContact(tx, grant.personId);
	const { invitationId, token } = await inviteToGroup(tx, act, {
		...person,
		organisationId: grant.organisationId,
		invitedBy: grant.personId,
		rolesToOn: lastOn === null ? null : addDays(lastOn, 1),
	});
	await queueMessage(tx, act, {
		dedupeKey: `membership.invite_member:${invitationId}`,
		to: { name: input.name, address: input.address },
		locale: input.locale,
		template: 'membership.invite_member',
		content: memberInvitationMail(input.locale, {
			name: input.name,
			inviter: inviter?.name ?? '',
			group: grant.organisation.usualName,
			roles: input.roles,
			url: `${env().siteUrl}${pathOf('invitation', input.locale, { token })}`,
		}),
		relates: { kind: 'invitation', id: invitationId },
		organisationId: grant.organisationId,
	});
	return { ok: true };
}

/** Takes back an invitation that waits. Taking it back twice is taking it back once. */
export async function revokeInvitation(
	tx: Tx,
	act: Act,
	grant: GroupGrant<'people.manage'>,
	id: string,
): Promise<{ ok: true } | Refused<'not_found' | 'already_accepted'>> {
	const [found] = await tx
		.select({ status: invitation.status })
		.from(invitation)
		.where(and(eq(invitation.id, id), eq(invitation.scopeKind, 'organisation'), eq(invitation.scopeId, grant.organisationId)));
	if (!found) return refused('not_found');
	if (found.status === 'accepted') return refused('already_accepted');
	if (found.status !== 'pending') return { ok: true };
	await tx.update(invitation).set({ status: 'revoked' }).where(eq(invitation.id, id));
	await recordAudit(tx, act, {
		action: 'membership.revoke_invitation',
		subject: { kind: 'invitation', id },
		organisationId: grant.organisationId,
	});
	return { ok: true };
}

export type RoleRefusal = 'own_role' | 'not_found' | 'already_holds' | 'begins_before_today' | 'end_before_start' | 'date_too_far';

/** Further than this, a role is not planned but forgotten. */
const FURTHEST_DAYS = 3 * 366;

/**
 * Gives one more role to someone of the group, and tells them. Nobody gives one to themselves, and who is not of the group yet
 * is invited instead: an address has to be proven first.
 */
export async function giveRole(
	tx: Tx,
	act: Act,
	grant: GroupGrant<'people.manage'>,
	input: { readonly personId: string; readonly role: GroupRole; readonly fromOn: CivilDate | null; readonly lastOn: CivilDate | null },
): Promise<{ ok: true } | Refused<RoleRefusal>> {
	const { personId, role } = input;
	if (personId === grant.personId) return refused('own_role');
	const today = civilDateOf(act.at);
	const fromOn = input.fromOn ?? today;
	if (fromOn < today) return refused('begins_before_today');
	if (input.lastOn !== null && input.lastOn < fromOn) return refused('end_before_start');
	const furthest = addDays(today, FURTHEST_DAYS);
	if (fromOn > furthest || (input.lastOn ?? fromOn) > furthest) return refused('date_too_far');
	const people = await listPeople(tx, { kind: 'organisation', id: grant.organisationId }, today, { scheduled: true });
	if (!people.some((one) => one.personId === personId)) return refused('not_found');
	const scope = { kind: 'organisation', id: grant.organisationId, role } as const;
	const toOn = input.lastOn === null ? null : addDays(input.lastOn, 1);
	if (!(await assignRole(tx, act, personId, scope, grant.personId, { fromOn, toOn }))) return refused('already_holds');
	const contact = await findContact(tx, personId);
	if (!contact) return { ok: true };
	await queueMessage(tx, act, {
		dedupeKey: `membership.role_given:${newId<'outbox_message'>()}`,
		to: contact,
		locale: contact.locale,
		template: 'membership.role_given',
		content: roleGivenMail(contact.locale, {
			name: contact.name,
			group: grant.organisation.usualName,
			role,
			fromOn: fromOn > today ? fromOn : null,
			lastOn: input.lastOn,
			url: `${env().siteUrl}${pathOf('space', contact.locale, { group: grant.organisation.slug })}`,
		}),
		relates: { kind: 'person', id: personId },
		organisationId: grant.organisationId,
	});
	return { ok: true };
}

/** Ends someone's role in the group, one's own included, and tells them. Invitations they made to others die with it. */
export async function endGroupRole(
	tx: Tx,
	act: Act,
	grant: GroupGrant<'people.manage'>,
	input: { readonly personId: string; readonly role: GroupRole },
): Promise<{ ok: true } | Refused<'not_found' | 'last_administrator'>> {
	const done = await endRole(tx, act, input.personId, { kind: 'organisation', id: grant.organisationId, role: input.role });
	if (!done.ok) return done;
	await tellRoleEnded(tx, act, grant, input);
	return { ok: true };
}

/** Gives up a role of one's own. */
export async function leaveRole(
	tx: Tx,
	act: Act,
	grant: GroupGrant<'space.read'>,
	role: GroupRole,
): Promise<{ ok: true } | Refused<'not_found' | 'last_administrator'>> {
	return endRole(tx, act, grant.personId, { kind: 'organisation', id: grant.organisationId, role });
}

async function tellRoleEnded(
	tx: Tx,
	act: Act,
	grant: GroupGrant,
	{ personId, role }: { readonly personId: string; readonly role: GroupRole },
): Promise<void> {
	const contact = personId === grant.personId ? null : await findContact(tx, personId);
	if (!contact) return;
	await queueMessage(tx, act, {
		dedupeKey: `membership.role_ended:${newId<'outbox_message'>()}`,
		to: contact,
		locale: contact.locale,
		template: 'membership.role_ended',
		content: roleEndedMail(contact.locale, { name: contact.name, group: grant.organisation.usualName, role }),
		relates: { kind: 'person', id: personId },
		organisationId: grant.organisationId,
	});
}

/** Takes back an invitation into the network that waits. Taking it back twice is taking it back once. */
export async function revokeWorkerInvitation(
	tx: Tx,
	act: Act,
	_grant: Grant<'workers.manage'>,
	id: string,
): Promise<{ ok: true } | Refused<'not_found'>> {
	const [found] = await tx
		.update(invitation)
		.set({ status: 'revoked' })
		.where(and(eq(invitation.id, id), eq(invitation.scopeKind, 'coop'), inArray(invitation.status, ['pending', 'revoked'])))
		.returning({ id: invitation.id });
	if (!found) return refused('not_found');
	await recordAudit(tx, act, { action: 'membership.revoke_invitation', subject: { kind: 'invitation', id } });
	return { ok: true };
}

/** Addresses and names of invitations that are over go, once they are older than anyone asks about. @returns how many. */
export async function forgetOldInvitations(tx: Tx, at: number): Promise<number> {
	const emptied = await tx
		.update(invitation)
		.set({
			address: '',
			normalized: '',
			name: '',
			status: sql`case when ${invitation.status} = 'pending' then 'expired' else ${invitation.status} end`,
		})
		.where(and(lt(invitation.expiresAt, at - INVITATION_KEPT), ne(invitation.normalized, '')))
		.returning({ id: invitation.id });
	return emptied.length;
}

/** Invitations to someone who is erased keep no address and open nothing. */
export async function erasePerson(tx: Tx, _act: Act, who: Erased): Promise<ErasureLine[]> {
	const invitations = await tx
		.update(invitation)
		.set({
			address: '',
			normalized: '',
			name: '',
			status: sql`case when ${invitation.status} = 'pending' then 'revoked' else ${invitation.status} end`,
		})
		.where(inArray(invitation.normalized, [...who.normalized]))
		.returning({ id: invitation.id });
	return [{ table: 'invitation', how: 'emptied', count: invitations.length }];
}
