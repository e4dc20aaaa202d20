import { and, eq, exists, inArray, like, lt, ne, or, sql } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import { roleAssignment } from '#db/schema/access.ts';
import { counter, invitation, membership, organisation } from '#db/schema/membership.ts';
import { assignRole, type CoopRole, endRole, type GroupGrant, type GroupRole, listPeople } from '#src/features/access/index.ts';
import { createAccount, findAccountByAddress, findContact } from '#src/features/accounts/index.ts';
import { recordAudit } from '#src/features/audit/index.ts';
import { hasGround } from '#src/features/membership/data.ts';
import { memberInvitationMail, roleEndedMail, workerInvitationMail } from '#src/features/membership/mail.ts';
import { freeSlug, INVITATION_KEPT, INVITATION_LASTS } from '#src/features/membership/rules.ts';
import type { Kind } from '#src/features/membership/schema.ts';
import { queueMessage } from '#src/features/outbox/index.ts';
import { type Locale, pathOf } from '#src/i18n/routes.ts';
import type { Act } from '#src/lib/act.ts';
import { type CivilDate, civilDateOf } from '#src/lib/clock.ts';
import { normalizeAddress } from '#src/lib/email-address.ts';
import { env } from '#src/lib/env.ts';
import type { Erased, ErasureLine } from '#src/lib/erasure.ts';
import { hashToken, newId, newToken } from '#src/lib/ids.ts';

/** When and by which request someone acts who is not logged in yet; who they are follows from the private link they hold. */
export type Moment = Pick<Act, 'at' | 'requestId'>;

type Refused<R extends string> = { readonly ok: false; readonly reason: R };
const refused = <const R extends string>(reason: R): Refused<R> => ({ ok: false, reason });

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
	/** The day the membership began, for one that is older than the portal; today otherwise. */
	readonly fromOn?: CivilDate;
}

/** An organisation and its membership, from today on unless it is older, with a number of its own and a free address under `/espace/`. */
export async function beginMembership(
	tx: Tx,
	act: Act,
	{ fromOn = civilDateOf(act.at), ...input }: NewMember,
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
		fromOn,
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
	input: { scope: InvitationScope; address: string; name: string; locale: Locale; invitedBy: string },
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
	input: { organisationId: string; roles: readonly GroupRole[]; address: string; name: string; locale: Locale; invitedBy: string },
): Promise<{ invitationId: string; token: string }> {
	const { organisationId, roles, ...rest } = input;
	return putInvitation(tx, act, { ...rest, scope: { kind: 'organisation', id: organisationId, roles } });
}

/**
 * Makes or renews the invitation of someone who works in the network, and sends it.
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
	return { link, invitationId };
}

/** Who accepts: someone new, who chose a password, or the owner of the account that has the invited address. */
export type Invitee =
	| { readonly kind: 'new'; readonly fullName: string; readonly passwordHash: string; readonly locale: Locale }
	| { readonly kind: 'known'; readonly accountId: string };

export type InvitationRefusal = 'unknown_link' | 'accepted' | 'revoked' | 'expired' | 'has_account' | 'other_account';

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
	if (found.status === 'accepted' || found.status === 'expired') return refused(found.status);
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
	if (found.scopeKind === 'organisation' && (group?.status !== 'member' || !(await hasGround(tx, found)))) return refused('revoked');

	const holder = await findAccountByAddress(tx, found.normalized);
	if (input.invitee.kind === 'new' && holder) return refused('has_account');
	if (input.invitee.kind === 'known' && (!holder?.active || holder.accountId !== input.invitee.accountId)) return refused('other_account');

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
		await assignRole(tx, act, who.personId, scope, found.invitedBy);
	}
	await recordAudit(tx, act, {
		action: 'membership.accept_invitation',
		subject: { kind: 'invitation', id: found.id },
		organisationId: group?.id ?? null,
	});
	return { ok: true, ...who, scope: group ? { slug: group.slug } : 'coop' };
}

/** Someone of the group invites someone else into it. The last invitation to an address replaces those before. */
export async function inviteMember(
	tx: Tx,
	act: Act,
	grant: GroupGrant<'people.manage'>,
	input: { readonly address: string; readonly name: string; readonly roles: readonly GroupRole[]; readonly locale: Locale },
): Promise<{ ok: true } | Refused<'own_address' | 'already_holds'>> {
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
		...input,
		organisationId: grant.organisationId,
		invitedBy: grant.personId,
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

/**
 * Invitations to someone who is erased keep no address and open nothing. A member that was this one person alone, and is no longer one,
 * takes the pseudonym too: its books stay, its name does not.
 */
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
	const looksAfter = tx
		.select({ one: sql`1` })
		.from(roleAssignment)
		.where(
			and(
				eq(roleAssignment.personId, who.personId),
				eq(roleAssignment.scopeKind, 'organisation'),
				eq(roleAssignment.scopeId, organisation.id),
				eq(roleAssignment.role, 'administrator'),
			),
		);
	const alone = await tx
		.select({ id: organisation.id })
		.from(organisation)
		.where(and(eq(organisation.kind, 'individual'), eq(organisation.status, 'former'), exists(looksAfter)));
	for (const { id } of alone) {
		const slug = await findFreeSlug(tx, who.pseudonym);
		await tx
			.update(organisation)
			.set({ usualName: who.pseudonym, legalName: who.pseudonym, mission: '', slug })
			.where(eq(organisation.id, id));
	}
	return [
		{ table: 'invitation', how: 'emptied', count: invitations.length },
		{ table: 'organisation', how: 'renamed', count: alone.length },
	];
}
