/** How each form is sent so that its action hears it and nothing comes of it. */
import type { ACTION_RIGHTS } from '#src/actions/rights.ts';
import { GROUP_ROLES, type Need } from '#src/features/access/index.ts';
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
	/** What its action asks for besides the right of its row: another right, or one over the committee of the page. */
	readonly also?: Need | 'committee';
}
function roleNotHeld(access: Actor['access']): string {
	const held = access?.groups.flatMap(({ roles }) => roles) ?? [];
	return GROUP_ROLES.find((role) => !held.includes(role)) ?? 'member';
}

const on = (page: RouteKey, rest: Omit<Form, 'page'> = {}): Form => ({ page, ...rest });
const handle = (of: (actor: Actor) => string) => ({ fields: (actor: Actor) => ({ handle: of(actor) }) });

/** An address of one purpose that is not the one recorded: refused as changed meanwhile. */
const contact = (purpose: string) => ({ fields: () => ({ purpose, address: '', was: 'autre@exemple.org' }) });

/** The page each form is on; a form that asks for different rights by what it carries has a row for each. One without does not type-check. */
export const FORMS: { readonly [S in keyof Table]: { readonly [A in keyof Table[S]]: Form | readonly Form[] } } = {
	outbox: { retry: on('workOutbox') },
	accounts: {
		forgot: on('passwordForgotten'),
		reset: on('passwordReset'),
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
	login: {
		logIn: on('login'),
		giveCode: on('loginStep'),
		givePasskey: on('loginStep'),
		logInByPasskey: on('login'),
		askLink: on('loginLink'),
		logInByLink: on('loginLinkOpen'),
		prove: on('accountProof'),
		provePasskey: on('accountProof'),
	},
	factors: {
		addApp: on('accountApp'),
		// Whoever has an application needs it for their role.
		removeApp: on('accountSteps', { about: 'nothing' }),
		addPasskey: on('accountSteps'),
		removePasskey: on('accountSteps', { about: 'nothing' }),
		keepRecoveryCodes: on('accountRecovery'),
	},
	people: {
		acceptInvitation: on('invitation'),
		declineInvitation: on('invitation'),
		invite: on('spacePeople'),
		revokeInvitation: on('spacePeople', { fields: (_, { deadInvitation }) => ({ invitation: deadInvitation }), about: 'own' }),
		giveRole: on('spacePeople'),
		endRole: [
			// A role they do not hold.
			on('spacePeople', { fields: ({ personId, access }) => ({ person: personId, role: roleNotHeld(access) }) }),
			// Another's, who is not there.
			on('spacePeople', { fields: () => ({ person: 'x'.repeat(26), role: 'member' }), also: 'people.manage' }),
		],
	},
	groups: {
		changeProfile: on('spaceProfile'),
		changeContact: [on('spaceProfile', contact('billing')), on('spaceProfile', { ...contact('general'), also: 'profile.manage' })],
		askOutside: on('spaceProfile'),
		confirmOutside: on('outsideContact'),
	},
	handover: {
		ask: on('regain'),
		verify: on('regainFollow'),
		withdraw: on('regainFollow'),
		confirm: on('regainAnswer'),
		object: on('regainAnswer'),
		objectInGroup: on('spacePeople'),
		match: on('workHandover'),
		check: on('workHandover'),
		refuse: on('workHandover'),
	},
	workers: {
		grant: on('workPeople'),
		setTerm: on('workPeople'),
		end: on('workPeople'),
		invite: on('workPeople'),
		revokeInvitation: on('workPeople'),
	},
	committees: {
		place: on('workCommittee', { also: 'committee' }),
		leave: on('workCommittee', { also: 'committee' }),
	},
	// Nobody views as another here: to end what did not begin is for those who could have begun it.
	viewing: { start: on('workViewAs'), end: on('workViewAs', { also: 'support.view_as' }) },
	leaving: {
		giveNotice: on('spaceLeave'),
		confirm: on('spaceLeave'),
		object: on('spaceLeave'),
		agree: on('spaceLeave'),
		withdraw: on('spaceLeave'),
		finishTask: on('workLeavings', { about: 'nothing' }),
		finishItem: on('workLeavings', { about: 'nothing' }),
	},
	standing: {
		propose: on('workStanding'),
		confirm: on('workStanding'),
		withdraw: on('workStanding'),
		lift: on('workStanding'),
		welcomeBack: on('workStanding'),
	},
	renewal: { answer: on('spaceMembership') },
	complaints: {
		complain: on('spaceComplaint'),
		reply: on('spaceComplaintThread'),
		take: on('workComplaint'),
		answer: on('workComplaint'),
		close: on('workComplaint'),
	},
	consents: { give: on('accountData', { about: 'nothing' }), withdraw: on('accountData', { about: 'nothing' }) },
	takeout: { person: on('accountData'), group: on('spaceData') },
	privacy: { askErasure: on('accountErasure'), cancelErasure: on('accountErasure'), cancelByLink: on('erasureLink') },
	confidentiality: { record: on('workConfidentiality'), correct: on('workConfidentialityIncident') },
	merging: {
		groups: on('workMerge'),
		persons: on('workMerge'),
		confirm: on('workMerge', { about: 'nothing' }),
		withdraw: on('workMerge', { about: 'nothing' }),
		object: on('mergeAnswer'),
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
