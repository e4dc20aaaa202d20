import type { Tx } from '#db/client.ts';
import { assignRole, COOP_RIGHTS, type CoopRole, endRole, type Grant, listPeople, setRoleEnd } from '#src/features/access/index.ts';
import { findAccountByAddress, findContact } from '#src/features/accounts/index.ts';
import { leaveAllCommittees } from '#src/features/committees/index.ts';
import { queueMessage } from '#src/features/outbox/index.ts';
import { inviteWorker, tellKeepers } from '#src/features/people/index.ts';
import { type News, roleMail } from '#src/features/workers/mail.ts';
import { type Held, keepsKeeper } from '#src/features/workers/rules.ts';
import type { Act } from '#src/lib/act.ts';
import { type CivilDate, civilDateOf } from '#src/lib/clock.ts';
import { normalizeAddress } from '#src/lib/email-address.ts';
import { newId } from '#src/lib/ids.ts';
import { type Refused, refused } from '#src/lib/refused.ts';

type Keeping = Grant<'workers.manage'>;

export interface RoleOf {
	readonly personId: string;
	readonly role: CoopRole;
}

const KEEPING: readonly string[] = COOP_RIGHTS['workers.manage'];

async function tell(tx: Tx, act: Act, { personId, role }: RoleOf, kind: News, until: CivilDate | null = null): Promise<void> {
	const contact = act.actor.kind === 'person' && act.actor.personId === personId ? null : await findContact(tx, personId);
	if (!contact) return;
	const { locale, name } = contact;
	await queueMessage(tx, act, {
		dedupeKey: `workers.role:${newId<'outbox_message'>()}`,
		to: contact,
		locale,
		template: 'workers.role',
		content: roleMail(locale, { name, role, kind, until }),
		relates: { kind: 'person', id: personId },
	});
}

/** Gives a role to someone who works in the network already. Others are invited first. Everyone else who may give roles is told. @param input.until first day without it. */
export async function grantRole(
	tx: Tx,
	act: Act,
	grant: Keeping,
	{ until, ...one }: RoleOf & { readonly until: CivilDate | null },
): Promise<{ ok: true } | Refused<'own_role' | 'not_a_worker' | 'holds_role' | 'term_passed'>> {
	const on = civilDateOf(act.at);
	if (one.personId === grant.personId) return refused('own_role');
	if (until !== null && until <= on) return refused('term_passed');
	const theirs = (await listPeople(tx, { kind: 'coop' }, on)).filter(({ personId }) => personId === one.personId);
	if (theirs.length === 0) return refused('not_a_worker');
	if (theirs.some(({ role }) => role === one.role)) return refused('holds_role');
	await assignRole(tx, act, one.personId, { kind: 'coop', role: one.role }, grant.personId, { toOn: until });
	await tell(tx, act, one, 'granted', until);
	await tellKeepers(tx, act, { news: 'granted', who: theirs[0]?.fullName ?? '', roles: [one.role], not: one.personId });
	return { ok: true };
}

const heldOn = async (tx: Tx, on: CivilDate): Promise<Held[]> =>
	(await listPeople(tx, { kind: 'coop' }, on)).map(({ personId, role, toOn }) => ({ personId, role, toOn: toOn as CivilDate | null }));

/** Sets or takes away the end of a role under way: nobody makes their own last. */
export async function setTerm(
	tx: Tx,
	act: Act,
	grant: Keeping,
	{ until, ...one }: RoleOf & { readonly until: CivilDate | null },
): Promise<{ ok: true } | Refused<'own_role' | 'not_found' | 'last_keeper' | 'term_passed'>> {
	const on = civilDateOf(act.at);
	if (one.personId === grant.personId) return refused('own_role');
	if (until !== null && until <= on) return refused('term_passed');
	if (until !== null && !keepsKeeper(await heldOn(tx, on), KEEPING, one)) return refused('last_keeper');
	if (!(await setRoleEnd(tx, act, one.personId, { kind: 'coop', role: one.role }, until))) return refused('not_found');
	await tell(tx, act, one, 'term', until);
	return { ok: true };
}

/** Ends a role at once, one's own included. Whoever has none left is out of every committee. */
export async function endWorkerRole(
	tx: Tx,
	act: Act,
	_grant: Keeping,
	one: RoleOf,
): Promise<{ ok: true } | Refused<'not_found' | 'last_keeper'>> {
	const on = civilDateOf(act.at);
	const held = await heldOn(tx, on);
	if (!held.some(({ personId, role }) => personId === one.personId && role === one.role)) return refused('not_found');
	if (!keepsKeeper(held, KEEPING, one)) return refused('last_keeper');
	await endRole(tx, act, one.personId, { kind: 'coop', role: one.role });
	if (held.filter(({ personId }) => personId === one.personId).length === 1) await leaveAllCommittees(tx, act, one.personId);
	await tell(tx, act, one, 'ended');
	return { ok: true };
}

/** Invites someone to work in the network, as the command line does; never oneself. */
export async function inviteByWorker(
	tx: Tx,
	act: Act,
	grant: Keeping,
	input: { readonly address: string; readonly name: string; readonly roles: readonly CoopRole[]; readonly locale: 'fr' | 'en' },
): Promise<{ ok: true } | Refused<'own_address' | 'already_holds'>> {
	const normalized = normalizeAddress(input.address);
	if (normalized === null) throw new RangeError('an invitation needs an email address; check it before');
	const holder = await findAccountByAddress(tx, normalized);
	if (holder?.personId === grant.personId) return refused('own_address');
	const held = (await heldOn(tx, civilDateOf(act.at))).filter(({ personId }) => personId === holder?.personId).map(({ role }) => role);
	if (holder && input.roles.every((role) => held.includes(role))) return refused('already_holds');
	await inviteWorker(tx, act, input);
	return { ok: true };
}
