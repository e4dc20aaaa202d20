/** Everyone who may knock: each kind of person, logged in, with what they may do stated by hand beside it. */
import { eq } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import { write } from '#db/client.ts';
import { roleAssignment } from '#db/schema/access.ts';
import { account, accountEmail } from '#db/schema/accounts.ts';
import { openSession } from '#src/adapters/sessions/index.ts';
import { type Access, COOP_ROLES, type CoopRole, GROUP_ROLES, type GroupRole } from '#src/features/access/index.ts';
import { createAccount } from '#src/features/accounts/index.ts';
import { addDays, type CivilDate, civilDateOf, now } from '#src/lib/clock.ts';
import { newId } from '#src/lib/ids.ts';
import { anAccount, anAct } from '#test/factories/accounts.ts';

/** A member, another member, and one that was a member. */
export const GROUPS = ['own', 'other', 'former'] as const;
export type GroupName = (typeof GROUPS)[number];
export type GroupsByName = Readonly<Record<GroupName, { readonly id: string; readonly slug: string }>>;

export interface Actor {
	readonly name: string;
	/** As sent; empty for nobody. */
	readonly cookie: string;
	/** What they may do today; null when the portal knows nobody behind the cookie. */
	readonly access: Access | null;
	readonly personId: string;
	/** Of their one address. */
	readonly emailId: string;
}

type Role =
	| { readonly in: GroupName; readonly role: GroupRole; readonly when?: 'ended' | 'to come' }
	| { readonly in: 'coop'; readonly role: CoopRole; readonly when?: 'ended' | 'to come' };

interface Kind {
	readonly name: string;
	readonly roles: readonly Role[];
	readonly status?: 'locked' | 'closed';
}

const each = <T, R>(list: readonly T[], make: (one: T) => R): R[] => list.map(make);
const everyRole: readonly Role[] = [
	...each(GROUP_ROLES, (role): Role => ({ in: 'own', role })),
	...each(COOP_ROLES, (role): Role => ({ in: 'coop', role })),
];

const KINDS: readonly Kind[] = [
	...GROUPS.flatMap((group) =>
		each(GROUP_ROLES, (role): Kind => ({ name: `${role} of the ${group} group`, roles: [{ in: group, role }] })),
	),
	...each(COOP_ROLES, (role): Kind => ({ name: `${role} of the network`, roles: [{ in: 'coop', role }] })),
	{
		name: 'administrator here, member there',
		roles: [
			{ in: 'own', role: 'administrator' },
			{ in: 'other', role: 'member' },
		],
	},
	{
		name: 'finance and treasurer',
		roles: [
			{ in: 'coop', role: 'finance' },
			{ in: 'other', role: 'treasurer' },
		],
	},
	{ name: 'every role, ended', roles: each(everyRole, (role): Role => ({ ...role, when: 'ended' })) },
	{ name: 'every role, from tomorrow', roles: each(everyRole, (role): Role => ({ ...role, when: 'to come' })) },
	{ name: 'no role', roles: [] },
	{ name: 'every role, account locked', roles: everyRole, status: 'locked' },
	{ name: 'every role, account closed', roles: everyRole, status: 'closed' },
];

/** The one place where a test opens a session: what a log-in gives is given here too. @returns the Cookie header. */
export async function openSessionFor(accountId: string): Promise<string> {
	const { name, value } = await openSession(accountId);
	return `${name}=${value}`;
}

function accessOf(personId: string, roles: readonly Role[], groups: GroupsByName): Access {
	const today = roles.filter(({ when }) => when === undefined);
	return {
		personId,
		coopRoles: today.flatMap((role) => (role.in === 'coop' ? [role.role] : [])),
		groups: GROUPS.map((name) => ({
			...groups[name],
			usualName: name,
			standing: name === 'former' ? ('former' as const) : ('member' as const),
			roles: today.flatMap((role) => (role.in === name ? [role.role as GroupRole] : [])),
		})).filter((group) => group.roles.length > 0),
	};
}

function daysOf(when: Role['when'], today: CivilDate): { fromOn: CivilDate; toOn: CivilDate | null } {
	if (when === 'ended') return { fromOn: addDays(today, -30), toOn: today };
	return { fromOn: when === 'to come' ? addDays(today, 1) : today, toOn: null };
}

async function makeActor(tx: Tx, kind: Kind, groups: GroupsByName): Promise<{ accountId: string; actor: Omit<Actor, 'cookie'> }> {
	const at = now();
	const { personId, accountId } = await createAccount(tx, anAct({ at }), anAccount({ fullName: `Personne (${kind.name})` }));
	for (const { in: place, role, when } of kind.roles) {
		const scope =
			place === 'coop'
				? { scopeKind: 'coop' as const, scopeId: 'coop' }
				: { scopeKind: 'organisation' as const, scopeId: groups[place].id };
		const id = newId<'role_assignment'>();
		await tx
			.insert(roleAssignment)
			.values({ id, personId, ...scope, role, ...daysOf(when, civilDateOf(at)), grantedBy: 'operator', createdAt: at });
	}
	const [email] = await tx.select({ id: accountEmail.id }).from(accountEmail).where(eq(accountEmail.accountId, accountId));
	const access = kind.status ? null : accessOf(personId, kind.roles, groups);
	return { accountId, actor: { name: kind.name, access, personId, emailId: email?.id ?? '' } };
}

/** In the process's own database. The former group is one already. */
export async function makeActors(groups: GroupsByName): Promise<readonly Actor[]> {
	const actors: Actor[] = [{ name: 'nobody', cookie: '', access: null, personId: '', emailId: '' }];
	for (const kind of KINDS) {
		const { accountId, actor } = await write((tx) => makeActor(tx, kind, groups));
		actors.push({ ...actor, cookie: await openSessionFor(accountId) });
		const { status } = kind;
		// While the session is open: it must open nothing from here on.
		if (status) {
			await write(async (tx) => {
				await tx.update(account).set({ status }).where(eq(account.id, accountId));
			});
		}
	}
	return actors;
}
