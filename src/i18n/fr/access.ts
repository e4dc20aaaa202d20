/** Roles by their usual names, and each right as a sentence anyone can read. */
export const access = {
	roles: {
		administrator: 'Responsable du groupe',
		treasurer: 'Trésorerie',
		technical: 'Responsable technique',
		member: 'Membre du groupe',
		worker: 'Membre de l’équipe',
		finance: 'Finances',
		vetting: 'Adhésions',
		sysadmin: 'Systèmes',
		board: 'Conseil d’administration',
	},
	rights: {
		'space.read': 'Voir l’espace du groupe.',
		'requests.read': 'Lire les demandes du groupe.',
		'requests.write': 'Demander des services et répondre dans le fil des demandes.',
		'people.read': 'Voir qui a un rôle dans le groupe.',
		'people.manage': 'Inviter des personnes, donner un rôle et y mettre fin.',
		'contributions.read': 'Voir les contributions, les paiements et le solde.',
		'desk.read': 'Voir ce qui attend l’équipe.',
		'applications.decide': 'Lire les demandes d’adhésion, poser des questions, accepter, proposer ou confirmer un refus.',
		'requests.handle': 'Prendre en charge les demandes des groupes et y répondre.',
		'groups.read': 'Voir la fiche de chaque groupe membre.',
		'payments.record': 'Consigner les paiements, les affecter et les corriger; voir les contributions de chaque groupe.',
		'outbox.read': 'Voir l’état des messages et refaire un envoi qui a échoué.',
	},
};
