/** Words of groups that are members. No-break spaces (U+00A0) before : % $ and inside « ». */
export const membership = {
	kinds: {
		nonprofit: 'Organisme sans but lucratif (OBNL)',
		cooperative: 'Coopérative',
		union: 'Syndicat',
		collective: 'Collectif ou comité sans statut légal',
		individual: 'Une personne, en son propre nom',
	},

	classes: { individual: 'Membre individuel', organisation: 'Membre organisationnel' },

	groups: {
		title: 'Groupes membres',
		lead: 'Du plus ancien numéro au plus récent. Un numéro n’est donné qu’une fois.',
		number: 'Numéro',
		group: 'Groupe',
		kind: 'Genre',
		class: 'Catégorie',
		since: 'Membre depuis le',
		contributions: 'Contributions',
		see: 'Voir',
		seeContributions: (name: string) => `Voir les contributions : ${name}`,
		emptyTitle: 'Aucun groupe membre pour le moment',
		emptyText: 'Un groupe apparaît ici dès que sa demande d’adhésion est acceptée.',
		toApplications: 'Voir les demandes d’adhésion',
		former: 'n’est plus membre',
	},
};
