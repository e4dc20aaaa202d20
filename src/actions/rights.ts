/** The right each form needs, kept by the middleware before its action runs. */
import type { server } from '#src/actions/index.ts';
import type { Need } from '#src/features/access/index.ts';

/** `anyone`: a public form. `link`: whoever holds the private link of the page; the action looks the link up. */
export type ActionNeed = Need | 'anyone' | 'link';

type Server = typeof server;

/** An action without its row does not type-check. A right in a group is asked for in the group of the page's address. */
export const ACTION_RIGHTS: { readonly [S in keyof Server]: { readonly [A in keyof Server[S]]: ActionNeed } } = {
	outbox: { retry: 'outbox.read' },
	accounts: {
		logOut: 'anyone',
		forgot: 'anyone',
		reset: 'link',
		changeProfile: 'own',
		changePassword: 'own',
		addAddress: 'own',
		confirmAddress: 'own',
		preferAddress: 'own',
		removeAddress: 'own',
		endSession: 'own',
		endOtherSessions: 'own',
	},
	factors: { addApp: 'own', removeApp: 'own', addPasskey: 'own', removePasskey: 'own', keepRecoveryCodes: 'own' },
	login: {
		logIn: 'anyone',
		// Whoever was asked for a second step holds a log-in under way, not a session.
		giveCode: 'anyone',
		givePasskey: 'anyone',
		logInByPasskey: 'anyone',
		askLink: 'anyone',
		logInByLink: 'link',
		prove: 'own',
		provePasskey: 'own',
	},
	people: {
		acceptInvitation: 'link',
		declineInvitation: 'link',
		invite: 'people.manage',
		revokeInvitation: 'people.manage',
		giveRole: 'people.manage',
		// One's own role is one's own to give up; another's takes `people.manage`, which the action asks for.
		endRole: 'space.read',
	},
	groups: {
		changeProfile: 'profile.manage',
		// The billing address takes this right; the others `profile.manage`, which the action asks for.
		changeContact: 'billing.manage',
		askOutside: 'profile.manage',
		confirmOutside: 'link',
	},
	handover: {
		ask: 'anyone',
		verify: 'link',
		withdraw: 'link',
		confirm: 'link',
		object: 'link',
		objectInGroup: 'people.manage',
		match: 'handovers.check',
		check: 'handovers.check',
		refuse: 'handovers.check',
	},
	workers: {
		grant: 'workers.manage',
		setTerm: 'workers.manage',
		end: 'workers.manage',
		invite: 'workers.manage',
		revokeInvitation: 'workers.manage',
	},
	// Changing a committee takes a right over that committee, which the action asks for.
	committees: { place: 'workers.read', leave: 'workers.read' },
	// Whoever views as another person may always stop.
	viewing: { start: 'support.view_as', end: 'own' },
	// Who takes which step of a departure, and who finishes which task, is looked up inside: it depends on who gave notice, and on the task.
	leaving: {
		giveNotice: 'space.read',
		confirm: 'space.read',
		object: 'space.read',
		agree: 'space.read',
		withdraw: 'space.read',
		finishTask: 'leavings.handle',
		finishItem: 'leavings.handle',
	},
	standing: {
		propose: 'standing.decide',
		confirm: 'standing.decide',
		withdraw: 'standing.decide',
		lift: 'standing.decide',
		welcomeBack: 'standing.decide',
	},
	renewal: { answer: 'membership.manage' },
	complaints: {
		complain: 'complaints.write',
		reply: 'complaints.write',
		take: 'complaints.read',
		answer: 'complaints.read',
		close: 'complaints.read',
	},
	consents: { give: 'own', withdraw: 'own' },
	takeout: { person: 'own', group: 'data.take' },
	privacy: { askErasure: 'own', cancelErasure: 'own', cancelByLink: 'link' },
	confidentiality: { record: 'confidentiality.manage', correct: 'confidentiality.manage' },
	merging: { groups: 'groups.merge', persons: 'groups.merge', confirm: 'groups.merge', withdraw: 'groups.merge', object: 'link' },
	applications: {
		apply: 'anyone',
		confirm: 'link',
		answer: 'link',
		withdraw: 'link',
		take: 'applications.decide',
		accept: 'applications.decide',
		ask: 'applications.decide',
		note: 'applications.decide',
		proposeRefusal: 'applications.decide',
		withdrawRefusal: 'applications.decide',
		confirmRefusal: 'applications.decide',
	},
	contributions: {
		recordPayment: 'payments.record',
		reversePayment: 'payments.record',
		reverseCharge: 'payments.record',
	},
	requests: {
		open: 'requests.write',
		reply: 'requests.write',
		cancel: 'requests.write',
		take: 'requests.handle',
		answer: 'requests.handle',
		note: 'requests.handle',
		hold: 'requests.handle',
		resume: 'requests.handle',
		resolve: 'requests.handle',
		close: 'requests.handle',
		decline: 'requests.handle',
	},
	status: {
		open: 'status.publish',
		update: 'status.publish',
		start: 'status.publish',
		close: 'status.publish',
		cancel: 'status.publish',
		subscribe: 'anyone',
		confirm: 'link',
		leave: 'link',
	},
	contact: {
		send: 'anyone',
		answer: 'inbox.answer',
		setAside: 'inbox.answer',
		reopen: 'inbox.answer',
		note: 'inbox.answer',
	},
	trainings: {
		signUp: 'anyone',
		confirm: 'link',
		cancel: 'link',
		cancelSession: 'trainings.manage',
	},
};

/** What a form asks of whoever sends it. @param name as Astro calls it: `slice.action`. Null when there is no such form. */
export function actionNeed(name: string): ActionNeed | null {
	const [slice = '', action = ''] = name.split('.');
	const rows: Readonly<Record<string, Readonly<Record<string, ActionNeed>>>> = ACTION_RIGHTS;
	if (!Object.hasOwn(rows, slice)) return null;
	const row = rows[slice] ?? {};
	return (Object.hasOwn(row, action) ? row[action] : undefined) ?? null;
}
