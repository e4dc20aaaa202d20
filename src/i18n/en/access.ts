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
		'requests.write': 'Request services and answer in the threads of requests.',
		'people.read': 'See who holds a role in the group.',
		'contributions.read': 'See contributions, payments and the balance.',
		'desk.read': 'See what waits for the workers.',
		'applications.decide': 'Read applications, ask questions, accept, propose to refuse.',
		'requests.handle': 'Take the groups’ requests in hand and answer them.',
		'groups.read': 'See the card of each member group.',
		'payments.record': 'Record, allocate and correct payments; see each group’s contributions.',
		'outbox.read': 'See the state of messages sent and try a failed one again.',
	},
};
