/** Everyone who may knock: each kind of person, logged in, with what they may do stated by hand beside it. */
import { eq } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import { write } from '#db/client.ts';
import { roleAssignment } from '#db/schema/access.ts';
import { account, accountEmail } from '#db/schema/accounts.ts';
import { openSession } from '#src/adapters/sessions/index.ts';
import { type Access, COOP_ROLES, type CommitteeRole, type CoopRole, GROUP_ROLES, type GroupRole } from '#src/features/access/index.ts';
import { createAccount } from '#src/features/accounts/index.ts';
import { addKnownApp } from '#src/features/factors/index.ts';
import { addDays, type CivilDate, civilDateOf, now } from '#src/lib/clock.ts';
import { newId } from '#src/lib/ids.ts';
import { anAccount, anAct } from '#test/factories/accounts.ts';

/** A member, another member, one whose rights to new things rest, and one that was a member. */
export const GROUPS = ['own', 'other', 'suspended', 'former'] as const;
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
	/** Where the pages of the desk send someone whose roles in the network rest until a second step; null for all others. */
	readonly awaits: 'accountSteps' | 'loginStep' | null;
}

type Role = { readonly when?: 'ended' | 'to come' } & (
	| { readonly in: GroupName; readonly role: GroupRole }
	| { readonly in: 'coop'; readonly role: CoopRole }
	| { readonly in: 'committee'; readonly committee: CommitteeName; readonly role: CommitteeRole }
);

interface Kind {
	readonly name: string;
	readonly roles: readonly Role[];
	readonly status?: 'locked' | 'closed';
	/** No second step was given in their session: they have `none`, or `one` that was not asked for. */
	readonly without?: 'none' | 'one';
}

/** Of content/committees.yaml, with whether applications are the committee's work. */
const COMMITTEES = { soutien: false, adhesion: true } as const;
type CommitteeName = keyof typeof COMMITTEES;

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
	{
		name: 'finance, in the committee of support',
		roles: [
			{ in: 'coop', role: 'finance' },
			{ in: 'committee', committee: 'soutien', role: 'member' },
		],
	},
	{
		name: 'board, referent of the committee of applications',
		roles: [
			{ in: 'coop', role: 'board' },
			{ in: 'committee', committee: 'adhesion', role: 'member' },
			{ in: 'committee', committee: 'adhesion', role: 'referent' },
		],
	},
	{
		name: 'in a committee, no longer of the network',
		roles: [
			{ in: 'coop', role: 'worker', when: 'ended' },
			{ in: 'committee', committee: 'soutien', role: 'referent' },
			{ in: 'committee', committee: 'adhesion', role: 'member' },
		],
	},
	...(['none', 'one'] as const).map(
		(without): Kind => ({
			name: without === 'none' ? 'everything in the network, no second step set up' : 'everything in the network, second step not given',
			without,
			roles: [
				...each(COOP_ROLES, (role): Role => ({ in: 'coop', role })),
				{ in: 'committee', committee: 'soutien', role: 'referent' },
				{ in: 'committee', committee: 'adhesion', role: 'member' },
				{ in: 'own', role: 'member' },
			],
		}),
	),
	{ name: 'every role, ended', roles: each(everyRole, (role): Role => ({ ...role, when: 'ended' })) },
	{ name: 'every role, from tomorrow', roles: each(everyRole, (role): Role => ({ ...role, when: 'to come' })) },
	{ name: 'no role', roles: [] },
	{ name: 'every role, account locked', roles: everyRole, status: 'locked' },
	{ name: 'every role, account closed', roles: everyRole, status: 'closed' },
];

/** @param factor whether a second step was given. @returns the Cookie header. */
async function openSessionFor(accountId: string, factor: boolean): Promise<string> {
	const { name, value } = await openSession(accountId, undefined, factor);
	return `${name}=${value}`;
}

const STANDING = { own: 'member', other: 'member', suspended: 'suspended', former: 'former' } as const;

/** In the network, a session without a second step holds nothing; out of the network, a place in a committee neither. */
function accessOf(personId: string, kind: Kind, groups: GroupsByName): Access {
	const today = kind.roles.filter(({ when }) => when === undefined);
	const coopRoles = kind.without ? [] : today.flatMap((role) => (role.in === 'coop' ? [role.role] : []));
	const places = coopRoles.length === 0 ? [] : today.flatMap((role) => (role.in === 'committee' ? [role] : []));
	const committees = [...new Set(places.map(({ committee }) => committee))].map((slug) => ({
		slug,
		roles: places.filter(({ committee }) => committee === slug).map(({ role }) => role),
		applications: COMMITTEES[slug],
	}));
	return {
		personId,
		coopRoles,
		committees,
		groups: GROUPS.map((name) => ({
			...groups[name],
			usualName: name,
			standing: STANDING[name],
			roles: today.flatMap((role) => (role.in === name ? [role.role as GroupRole] : [])),
		})).filter((group) => group.roles.length > 0),
	};
}

function daysOf(when: Role['when'], today: CivilDate): { fromOn: CivilDate; toOn: CivilDate | null } {
	if (when === 'ended') return { fromOn: addDays(today, -30), toOn: today };
	return { fromOn: when === 'to come' ? addDays(today, 1) : today, toOn: null };
}

function scopeOf(one: Role, groups: GroupsByName) {
	if (one.in === 'coop') return { scopeKind: 'coop', scopeId: 'coop' } as const;
	if (one.in === 'committee') return { scopeKind: 'committee', scopeId: one.committee } as const;
	return { scopeKind: 'organisation', scopeId: groups[one.in].id } as const;
}

/** Of the application of codes of whoever has one. */
const CODE_KEY = 'KOUMBITDEMONSTRATIONQUATRESILLON';

async function makeActor(tx: Tx, kind: Kind, groups: GroupsByName): Promise<{ accountId: string; actor: Omit<Actor, 'cookie'> }> {
	const at = now();
	const { personId, accountId } = await createAccount(tx, anAct({ at }), anAccount({ fullName: `Personne (${kind.name})` }));
	for (const one of kind.roles) {
		const { role, when } = one;
		const scope = scopeOf(one, groups);
		const id = newId<'role_assignment'>();
		await tx
			.insert(roleAssignment)
			.values({ id, personId, ...scope, role, ...daysOf(when, civilDateOf(at)), grantedBy: 'operator', createdAt: at });
	}
	const [email] = await tx.select({ id: accountEmail.id }).from(accountEmail).where(eq(accountEmail.accountId, accountId));
	const access = kind.status ? null : accessOf(personId, kind, groups);
	const awaits = kind.without === undefined ? null : kind.without === 'none' ? 'accountSteps' : 'loginStep';
	return { accountId, actor: { name: kind.name, access, personId, emailId: email?.id ?? '', awaits } };
}

/** In the process's own database. The suspended group and the former one are so already. */
export async function makeActors(groups: GroupsByName): Promise<readonly Actor[]> {
	const actors: Actor[] = [{ name: 'nobody', cookie: '', access: null, personId: '', emailId: '', awaits: null }];
	for (const kind of KINDS) {
		const { accountId, actor } = await write((tx) => makeActor(tx, kind, groups));
		actors.push({ ...actor, cookie: await openSessionFor(accountId, kind.without === undefined) });
		// The portal opens no such session: this one is older than the second step.
		if (kind.without === 'one') await write((tx) => addKnownApp(tx, now(), accountId, CODE_KEY));
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
