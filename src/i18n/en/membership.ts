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

	groups: {
		title: 'Member groups',
		lead: 'From the oldest number to the most recent. A number is only ever given once.',
		number: 'Number',
		group: 'Group',
		kind: 'Kind',
		class: 'Class',
		since: 'Member since',
		contributions: 'Contributions',
		see: 'See',
		seeContributions: (name) => `See the contributions: ${name}`,
		emptyTitle: 'No member groups for now',
		emptyText: 'A group appears here as soon as its application is accepted.',
		toApplications: 'See the applications',
		former: 'no longer a member',
	},
};
