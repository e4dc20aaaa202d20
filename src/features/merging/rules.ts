import type { merge } from '#db/schema/merging.ts';
import { DAY, type Instant } from '#src/lib/clock.ts';
import { hashToken } from '#src/lib/ids.ts';

type Row = typeof merge.$inferSelect;
export type MergeStatus = Row['status'];

/** Neither over nor stopped: nothing else is merged with what it is about. */
export const OPEN_MERGES = ['proposed', 'confirmed'] as const satisfies readonly MergeStatus[];

/** How long those it is about have to object, once a second worker confirmed. */
export const NOTICE_LASTS = 7 * DAY;

/** Who had a role lately has a stake: how long a role that ended still counts. */
export const STAKE_LASTS = 30 * DAY;

/** How long the desk shows what became of one. */
export const SHOWN_AFTER = 30 * DAY;

export const dueAfter = (confirmedAt: Instant): Instant => confirmedAt + NOTICE_LASTS;

const TONES = {
	proposed: 'waiting',
	confirmed: 'progress',
	done: 'done',
	objected: 'neutral',
	withdrawn: 'neutral',
	fallen: 'neutral',
} as const satisfies Record<MergeStatus, string>;

export function mergeTone(status: MergeStatus): (typeof TONES)[MergeStatus] {
	return TONES[status];
}

/** What a merge changes, by kind of row; the order is that of the page. */
export const GROUP_CHANGES = [
	'roles_ended',
	'roles_added',
	'invitations_moved',
	'invitations_revoked',
	'requests_moved',
	'entitlements_moved',
	'contacts_ended',
	'contacts_added',
	'contact_links_closed',
	'complaints_moved',
	'pledges_ended',
	'memberships_ended',
	'groups_closed',
] as const;
export const PERSON_CHANGES = [
	'roles_ended',
	'roles_added',
	'addresses_moved',
	'addresses_dropped',
	'links_dropped',
	'sessions_ended',
	'code_apps_dropped',
	'passkeys_dropped',
	'recovery_codes_dropped',
	'log_ins_dropped',
	'log_in_links_dropped',
	'invitations_moved',
	'requests_moved',
	'complaints_moved',
	'complaint_people_moved',
	'accounts_closed',
] as const;
export type MergeChange = (typeof GROUP_CHANGES)[number] | (typeof PERSON_CHANGES)[number];

/** Each kind of change with what it touches: ids of rows, or what will be added. Kinds with nothing are left out. */
export type MergePlan = Readonly<Partial<Record<MergeChange, readonly string[]>>>;

/** Names a plan: the real run does what was shown, or nothing. */
export function fingerprintOf(plan: MergePlan): string {
	const kinds = Object.entries(plan).map(([kind, ids]) => [kind, [...ids].sort()] as const);
	return hashToken(JSON.stringify(kinds.sort(([a], [b]) => a.localeCompare(b))));
}

export interface RoleToMove {
	readonly holder: string;
	readonly role: string;
	readonly fromOn: string;
	readonly toOn: string | null;
}

/**
 * The roles to add where they go to: those whose days nobody holds there already. One that began goes on from today.
 * @param holder what makes two roles the same one there: the person, when groups are merged; the group, when persons are.
 */
export function rolesToAdd(moving: readonly RoleToMove[], there: readonly RoleToMove[], today: string): RoleToMove[] {
	const overlaps = (a: RoleToMove, b: RoleToMove) =>
		a.holder === b.holder && a.role === b.role && (a.toOn === null || b.fromOn < a.toOn) && (b.toOn === null || a.fromOn < b.toOn);
	const added: RoleToMove[] = [];
	for (const one of moving) {
		let next: RoleToMove | null = { ...one, fromOn: one.fromOn > today ? one.fromOn : today };
		while (next) {
			const current: RoleToMove = next;
			const held = [...there, ...added].find((other) => overlaps(current, other));
			if (!held) {
				added.push(current);
				break;
			}
			// Held there until a day: what moves goes on from that day.
			next = held.toOn !== null && (current.toOn === null || held.toOn < current.toOn) ? { ...current, fromOn: held.toOn } : null;
		}
	}
	return added;
}
