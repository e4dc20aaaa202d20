import type { access as fr } from '#src/i18n/fr/access.ts';

export const access: typeof fr = {
	roles: {
		administrator: 'Group administrator',
		treasurer: 'Treasurer',
		technical: 'Technical contact',
		member: 'Group member',
		worker: 'Worker',
		finance: 'Finance',
		vetting: 'Membership',
		sysadmin: 'Systems',
		board: 'Board',
	},
	rights: {
		'space.read': 'See the group’s space.',
		'requests.read': 'Read the group’s requests.',
		'requests.write': 'Request services and reply in request threads.',
		'people.read': 'See who holds a role in the group.',
		'people.manage': 'Invite people, give a role and end one.',
		'contributions.read': 'See contributions, payments and the balance.',
		'desk.read': 'See what is waiting for the team.',
		'applications.decide': 'Read applications, ask questions, accept, and propose or confirm a refusal.',
		'requests.handle': 'Take groups’ requests in hand and answer them.',
		'groups.read': 'See each member group’s record.',
		'payments.record': 'Record, allocate and correct payments; see each group’s contributions.',
		'outbox.read': 'See the state of messages and resend one that failed.',
		'status.publish': 'Report an outage, announce maintenance and keep the state of services up to date.',
		'inbox.answer': 'Read what the public writes, and answer it.',
		'trainings.manage': 'See who has signed up for training, and cancel a session.',
	},
};
