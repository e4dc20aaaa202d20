/** How each form is sent so that its action hears it and nothing comes of it. */
import type { ACTION_RIGHTS } from '#src/actions/rights.ts';
import { GROUP_ROLES } from '#src/features/access/index.ts';
import type { RouteKey } from '#src/i18n/routes.ts';
import type { Actor, GroupName } from '#test/support/actors.ts';
import type { Objects } from '#test/support/objects.ts';

type Table = typeof ACTION_RIGHTS;
export interface Form {
	readonly page: RouteKey;
	/** What makes the form one that its action reads to the end, and that changes nothing. Without it the form is empty. */
	readonly fields?: (actor: Actor, objects: Objects) => Readonly<Record<string, string>>;
	/** Where what the fields name is found; nowhere when the empty form names nothing. Everywhere without it. */
	readonly about?: GroupName | 'nothing';
}
function roleNotHeld(access: Actor['access']): string {
	const held = access?.groups.flatMap(({ roles }) => roles) ?? [];
	return GROUP_ROLES.find((role) => !held.includes(role)) ?? 'member';
}

const on = (page: RouteKey, rest: Omit<Form, 'page'> = {}): Form => ({ page, ...rest });
const handle = (of: (actor: Actor) => string) => ({ fields: (actor: Actor) => ({ handle: of(actor) }) });

/** The page each form is on. A form without its row does not type-check. */
export const FORMS: { readonly [S in keyof Table]: { readonly [A in keyof Table[S]]: Form } } = {
	outbox: { retry: on('workOutbox') },
	accounts: {
		logIn: on('login'),
		forgot: on('passwordForgotten'),
		reset: on('passwordReset'),
		prove: on('accountProof'),
		changeProfile: on('account'),
		changePassword: on('account'),
		addAddress: on('account'),
		confirmAddress: on('accountAddress'),
		// Their first address is that already, and is never taken off.
		preferAddress: on(
			'account',
			handle(({ emailId }) => emailId),
		),
		removeAddress: on(
			'account',
			handle(({ emailId }) => emailId),
		),
		endSession: on(
			'account',
			handle(() => 'a'.repeat(64)),
		),
		endOtherSessions: on('account'),
		// The last of all: the session that sends it ends.
		logOut: on('logout'),
	},
	membership: {
		acceptInvitation: on('invitation'),
		invite: on('spacePeople'),
		revokeInvitation: on('spacePeople', { fields: (_, { deadInvitation }) => ({ invitation: deadInvitation }), about: 'own' }),
		// A role they do not hold.
		endRole: on('spacePeople', { fields: ({ personId, access }) => ({ person: personId, role: roleNotHeld(access) }) }),
	},
	applications: {
		apply: on('join'),
		confirm: on('joinConfirm'),
		answer: on('joinStatus'),
		withdraw: on('joinStatus'),
		take: on('workApplication'),
		accept: on('workApplication'),
		ask: on('workApplication'),
		note: on('workApplication'),
		proposeRefusal: on('workApplication'),
		withdrawRefusal: on('workApplication'),
		confirmRefusal: on('workApplication'),
	},
	contributions: {
		recordPayment: on('workGroupContributions'),
		reversePayment: on('workGroupContributions', { about: 'nothing' }),
		reverseCharge: on('workGroupContributions', { about: 'nothing' }),
	},
	requests: {
		open: on('spaceRequestNew'),
		reply: on('spaceRequest'),
		cancel: on('spaceRequest'),
		take: on('workRequest'),
		answer: on('workRequest'),
		note: on('workRequest'),
		hold: on('workRequest'),
		resume: on('workRequest'),
		resolve: on('workRequest'),
		close: on('workRequest'),
		decline: on('workRequest'),
	},
	status: {
		open: on('workStatus'),
		update: on('workStatusNotice'),
		start: on('workStatusNotice'),
		close: on('workStatusNotice'),
		cancel: on('workStatusNotice'),
		subscribe: on('status'),
		confirm: on('statusSubscription'),
		leave: on('statusSubscription'),
	},
	contact: {
		send: on('contact'),
		answer: on('workInboxMessage'),
		setAside: on('workInboxMessage'),
		reopen: on('workInboxMessage'),
		note: on('workInboxMessage'),
	},
	trainings: {
		signUp: on('training'),
		confirm: on('trainingPlace'),
		cancel: on('trainingPlace'),
		cancelSession: on('workTraining'),
	},
};
