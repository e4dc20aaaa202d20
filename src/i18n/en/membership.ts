import type { membership as fr } from '#src/i18n/fr/membership.ts';

export const membership: typeof fr = {
	kinds: {
		nonprofit: 'Non-profit organisation',
		cooperative: 'Co-operative',
		union: 'Union',
		collective: 'Collective or committee without legal status',
		individual: 'A person, in their own name',
	},

	classes: { individual: 'Individual member', organisation: 'Organisational member' },

	invitation: {
		title: 'Your invitation',
		fromTeam: 'Koumbit invites you.',
		from: (name) => `${name} invites you.`,
		toGroup: (group) => `This invitation opens the space of ${group}.`,
		toTeam: 'This invitation opens the desk of Koumbit’s team.',
		address: 'For the address',
		until: 'Valid until',
		rolesTitle: 'What you will be able to do',
		accountTitle: 'Create your access',
		fullName: 'Your name',
		fullNameHint: 'As you would like others to see it.',
		password: 'Choose a password',
		passwordHint: 'At least 8 characters. A phrase of a few words is easy to remember; no special characters are required.',
		accept: 'Accept and log in',
		acceptNext: 'Your access is created and you are taken straight to your space.',
		knownTitle: 'You already have access',
		knownText: 'This address already has an account. Log in: you will come back here to accept.',
		logIn: 'Log in',
		acceptAs: (name) => `${name} is logged in on this device.`,
		acceptKnown: 'Accept the invitation',
		acceptKnownNext: 'Your new rights are added to your account.',
		otherSession: (name) => `${name} is logged in on this device. If you accept, that session will be closed here and yours will open.`,
		unknownTitle: 'This link doesn’t open anything',
		unknownText:
			'It may be incomplete: copy all of it from the message you received. Otherwise, ask the person who sent it for a new invitation.',
		acceptedTitle: 'This invitation has already been used',
		acceptedText: 'Someone accepted it. If that was you, log in; if not, tell the person who sent it to you.',
		revokedTitle: 'This invitation is no longer valid',
		revokedText: 'A more recent invitation may have replaced it: follow the link in the last message you received.',
		expiredTitle: 'This invitation has expired',
		expiredText: 'An invitation is valid for 14 days. Ask the person who sent it to you for a new one.',
		home: 'Back to the home page',
	},

	spaces: {
		title: 'Your spaces',
		lead: 'Choose the group.',
		emptyTitle: 'No group for now',
		emptyText:
			'Your account has no role in any group. If you belong to a member group, speak with its administrators; if not, you can apply for membership.',
		join: 'Become a member',
		work: 'Go to the team’s desk',
	},

	peoplePage: {
		title: 'People and rights',
		lead: 'Who has a role in the group, since when, and what that role allows.',
		person: 'Person',
		role: 'Role',
		since: 'Since',
		emptyTitle: 'Nobody has a role yet',
		emptyText: 'People who have been invited appear below until they accept.',
		rightsTitle: 'What each role allows',
		pendingTitle: 'Pending invitations',
		pendingNone: 'No invitations are waiting for an answer.',
		address: 'Address',
		invitedOn: 'Invited on',
		until: 'Valid until',
	},

	groups: {
		title: 'Member groups',
		lead: 'From the oldest number to the most recent. A number is only ever given once.',
		number: 'Number',
		group: 'Group',
		kind: 'Kind',
		class: 'Class',
		since: 'Member since',
		contributions: 'Contributions',
		seeContributions: (name) => `Contributions from ${name}`,
		emptyTitle: 'No member groups for now',
		emptyText: 'A group appears here as soon as its application is accepted.',
		toApplications: 'See the applications',
		former: 'no longer a member',
	},

	mail: {
		hello: (name) => (name === '' ? 'Hello,' : `Hello ${name},`),
		worker: {
			subject: 'Your invitation to Koumbit’s portal',
			text: 'Here is your invitation to join the team on Koumbit’s portal.',
			roles: (roles) => `Roles: ${roles}.`,
			action: 'Accept the invitation',
			after:
				'This link is valid for 14 days, works only once and is for you alone. If you weren’t expecting it, you can ignore this message.',
		},
	},
};
