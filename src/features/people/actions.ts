import { read, write } from '#db/client.ts';
import { type FormContext, formAction } from '#src/adapters/forms/index.ts';
import { ownerIn, provenAction } from '#src/adapters/forms/proven.ts';
import { limited, makeLimit } from '#src/adapters/limits/index.ts';
import { isCommonPassword } from '#src/adapters/passwords/common.ts';
import { hashPassword, verifyPassword } from '#src/adapters/passwords/index.ts';
import { endSession, isProven, tryOpenSession } from '#src/adapters/sessions/index.ts';
import { setCookie } from '#src/adapters/sessions/set-cookie.ts';
import { grantIn } from '#src/features/access/index.ts';
import { findAccountByAddress, isMadeOf } from '#src/features/accounts/index.ts';
import { hasFactor } from '#src/features/factors/index.ts';
import { type AcceptedInvitation, findAcceptedInvitation, findInvitation } from '#src/features/people/data.ts';
import {
	acceptInvitation,
	declineInvitation,
	endGroupRole,
	giveRole,
	type InvitationRefusal,
	type Invitee,
	inviteMember,
	leaveRole,
	type RoleRefusal,
	revokeInvitation,
} from '#src/features/people/mutations.ts';
import { isSecondClick } from '#src/features/people/rules.ts';
import { giveRoleForm, invitationForm, invitationIdForm, memberInvitationForm, roleForm } from '#src/features/people/schema.ts';
import { pathOf } from '#src/i18n/routes.ts';
import { now } from '#src/lib/clock.ts';
import { type FormValues, type Outcome, parseForm, redirectTo, refuse } from '#src/lib/form.ts';

const HOUR_IN_SECONDS = 3_600;
const byInvitation = makeLimit(20, HOUR_IN_SECONDS);
const byNetwork = makeLimit(120, HOUR_IN_SECONDS);

// Each invitation is a message to an address that may not have asked for it.
const byInviter = makeLimit(30, HOUR_IN_SECONDS);

const backToPeople = ({ locale, params }: FormContext, done: string) =>
	redirectTo(`${pathOf('spacePeople', locale, { group: params.group ?? '' })}?fait=${done}`);

const moment = ({ locals }: FormContext) => ({ at: now(), requestId: locals.requestId });

const withoutPassword = ({ password: _, ...rest }: FormValues): FormValues => rest;

const REFUSED_INVITATION: Record<Exclude<InvitationRefusal, 'unknown_link'>, string> = {
	accepted: 'invitation_used',
	declined: 'invitation_dead',
	revoked: 'invitation_dead',
	expired: 'invitation_dead',
	has_account: 'invitation_has_account',
	other_account: 'invitation_other_account',
	own_invitation: 'own_address',
};

const FIELD_OF_REFUSAL: Record<RoleRefusal, string> = {
	own_role: 'giveTo',
	not_found: 'giveTo',
	already_holds: 'giveRole',
	begins_before_today: 'giveFrom',
	end_before_start: 'giveLast',
	date_too_far: 'giveLast',
};

/** Accepts, and leads where the invitation does. */
async function enter(context: FormContext, token: string, invitee: Invitee, values: FormValues): Promise<Outcome> {
	const done = await write((tx) => acceptInvitation(tx, moment(context), { token, invitee }));
	if (!done.ok) {
		if (done.reason === 'unknown_link') return refuse(404, {}, withoutPassword(values));
		// Between the look and the write the other of two clicks came in.
		if (done.reason === 'accepted') return enterAgain(context, token, values);
		return refuse(409, { '': REFUSED_INVITATION[done.reason] }, withoutPassword(values));
	}
	if (invitee.kind === 'new') await changeSession(context, done.accountId);
	return redirectTo(placeOf(done.scope, context));
}

/** Where an invitation leads. */
const placeOf = (scope: AcceptedInvitation['scope'], { locale }: FormContext) =>
	scope === 'coop' ? pathOf('work', locale) : pathOf('space', locale, { group: scope.slug });

/**
 * From here on the browser speaks for this account, and for no other it was logged in to.
 * @returns false when the account has a second factor, which a password and an invitation do not replace.
 */
async function changeSession({ locals, cookies, origin }: FormContext, accountId: string): Promise<boolean> {
	const cookie = await tryOpenSession(accountId, origin(), false);
	if (!cookie) return false;
	if (locals.visitor) await endSession(locals.visitor.sessionId);
	setCookie(cookies, cookie);
	return true;
}

/**
 * The second of two clicks finds the invitation used by the same person, who is logged in or gives the same password just
 * after: the result is the same. For anyone else, and later, the invitation has served, whatever the password.
 */
async function enterAgain(context: FormContext, token: string, values: FormValues): Promise<Outcome> {
	const served = refuse(409, { '': REFUSED_INVITATION.accepted }, withoutPassword(values));
	const used = await findAcceptedInvitation(read, token);
	if (!used) return served;
	if (context.locals.visitor?.personId === used.acceptedBy) return redirectTo(placeOf(used.scope, context));
	const parsed = parseForm(invitationForm, values);
	if (!parsed.ok || !isSecondClick(used.acceptedAt, now())) return served;
	const holder = await findAccountByAddress(read, used.normalized);
	if (!holder?.active || holder.personId !== used.acceptedBy) return served;
	// A password opens nothing alone once there is a second step.
	if (await hasFactor(read, holder.accountId)) return served;
	if (!(await verifyPassword(holder.passwordHash, parsed.data.password))) return served;
	return (await changeSession(context, holder.accountId)) ? redirectTo(placeOf(used.scope, context)) : served;
}

// Who is let in, and who is put out, wants a recent proof: a stolen session brings its own second person otherwise.
export const peopleActions = {
	acceptInvitation: formAction(async (values, context) => {
		const { token } = context.params;
		if (token === undefined) return refuse(404, {}, values);
		const refusal = await limited(
			[
				[byNetwork, context.clientAddress],
				[byInvitation, `${token} ${context.clientAddress}`],
			],
			withoutPassword(values),
		);
		if (refusal) return refusal;
		const found = await findInvitation(read, token, now());
		const { visitor } = context.locals;
		if (found.state === 'pending' && visitor && visitor.accountId === found.accountId) {
			return enter(context, token, { kind: 'known', accountId: visitor.accountId }, values);
		}
		if (found.state === 'accepted') return enterAgain(context, token, values);
		// Before the password is hashed: a link that opens nothing must cost nothing.
		if (found.state === 'unknown') return refuse(404, {}, withoutPassword(values));
		if (found.state !== 'pending') return refuse(409, { '': REFUSED_INVITATION[found.state] }, withoutPassword(values));
		const parsed = parseForm(invitationForm, values);
		if (!parsed.ok) return { ...parsed, values: withoutPassword(parsed.values) };
		const { fullName, password } = parsed.data;
		const words = ['koumbit', fullName, found.address, found.scope.kind === 'organisation' ? found.scope.usualName : ''];
		if (isMadeOf(password, words)) return refuse(422, { password: 'password_obvious' }, withoutPassword(values));
		if (await isCommonPassword(password)) return refuse(422, { password: 'password_common' }, withoutPassword(values));
		// Hashing takes its time: before the transaction, never inside.
		const passwordHash = await hashPassword(password);
		return enter(context, token, { kind: 'new', fullName, passwordHash, locale: context.locale }, values);
	}),

	declineInvitation: formAction(async (values, context) => {
		const { token = '' } = context.params;
		const refusal = await limited([[byNetwork, context.clientAddress]], {});
		if (refusal) return refusal;
		const done = await write((tx) => declineInvitation(tx, moment(context), token));
		if (done.ok) return redirectTo(pathOf('invitation', context.locale, { token }));
		return done.reason === 'unknown_link' ? refuse(404, {}, values) : refuse(409, { '': REFUSED_INVITATION[done.reason] }, {});
	}),

	invite: provenAction(async (values, context) => {
		const grant = grantIn(context.locals.access, context.params.group, 'people.manage');
		const parsed = parseForm(memberInvitationForm, values);
		if (!parsed.ok) return parsed;
		const refusal = await limited([[byInviter, grant.personId]], values);
		if (refusal) return refusal;
		const { email: address, ...rest } = parsed.data;
		const done = await write((tx) => inviteMember(tx, context.act(), grant, { ...rest, address }));
		return done.ok
			? backToPeople(context, 'invitation')
			: refuse(422, { [done.reason === 'end_before_today' ? 'lastOn' : 'email']: done.reason }, values);
	}),

	revokeInvitation: formAction(async (values, context) => {
		const grant = grantIn(context.locals.access, context.params.group, 'people.manage');
		const parsed = parseForm(invitationIdForm, values);
		if (!parsed.ok) return refuse(404, {}, values);
		const done = await write((tx) => revokeInvitation(tx, context.act(), grant, parsed.data.invitation));
		if (done.ok) return backToPeople(context, 'invitation-retiree');
		return done.reason === 'not_found' ? refuse(404, {}, values) : refuse(409, { '': 'invitation_used' }, values);
	}),

	giveRole: provenAction(async (values, context) => {
		const grant = grantIn(context.locals.access, context.params.group, 'people.manage');
		const parsed = parseForm(giveRoleForm, values);
		if (!parsed.ok) return parsed;
		const { giveTo: personId, giveRole: role, giveFrom: fromOn, giveLast: lastOn } = parsed.data;
		const done = await write((tx) => giveRole(tx, context.act(), grant, { personId, role, fromOn, lastOn }));
		if (done.ok) return backToPeople(context, 'role-donne');
		return refuse(422, { [FIELD_OF_REFUSAL[done.reason]]: done.reason === 'not_found' ? 'person_not_here' : done.reason }, values);
	}),

	endRole: formAction(async (values, context) => {
		const { access } = context.locals;
		const grant = grantIn(access, context.params.group, 'space.read');
		const parsed = parseForm(roleForm, values);
		if (!parsed.ok) return refuse(404, {}, values);
		const { person, role } = parsed.data;
		const own = person === grant.personId;
		const managed = own ? null : grantIn(access, context.params.group, 'people.manage');
		// After the right: whoever may not end another's role is told so, proof or not.
		if (!isProven(ownerIn(context).provenAt, now())) return refuse(422, { '': 'prove_first' }, values);
		const done = await write((tx) =>
			managed ? endGroupRole(tx, context.act(), managed, { personId: person, role }) : leaveRole(tx, context.act(), grant, role),
		);
		if (!done.ok) return refuse(409, { '': done.reason === 'not_found' ? 'role_gone' : done.reason }, values);
		// Whoever gave up their last role has no space to come back to.
		const stays = !own || (access?.groups.find((group) => group.id === grant.organisationId)?.roles.length ?? 0) > 1;
		return stays ? backToPeople(context, 'role-termine') : redirectTo(pathOf('spaces', context.locale));
	}),
};
