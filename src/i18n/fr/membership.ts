/** Words of groups, people and invitations. No-break spaces (U+00A0) before : % $ and inside « ». */
export const membership = {
	kinds: {
		nonprofit: 'Organisme sans but lucratif (OBNL)',
		cooperative: 'Coopérative',
		union: 'Syndicat',
		collective: 'Collectif ou comité sans statut légal',
		individual: 'Une personne, en son propre nom',
	},

	classes: { individual: 'Membre individuel', organisation: 'Membre organisationnel' },

	invitation: {
		title: 'Votre invitation',
		fromTeam: 'Koumbit vous invite.',
		from: (name: string) => `${name} vous invite.`,
		toGroup: (group: string) => `Cette invitation ouvre l’espace de ${group}.`,
		toTeam: 'Cette invitation ouvre le bureau de l’équipe de Koumbit.',
		address: 'Pour l’adresse',
		until: 'Valable jusqu’au',
		rolesTitle: 'Ce que vous pourrez faire',
		accountTitle: 'Créer votre accès',
		fullName: 'Votre nom',
		fullNameHint: 'Comme vous voulez que les autres le lisent.',
		password: 'Choisissez un mot de passe',
		passwordHint: 'Au moins 8 caractères. Une phrase de quelques mots est facile à retenir; aucun caractère particulier n’est exigé.',
		accept: 'Accepter et me connecter',
		acceptNext: 'Votre accès est créé et vous arrivez directement à votre espace.',
		knownTitle: 'Vous avez déjà un accès',
		knownText: 'Cette adresse a déjà un compte. Connectez-vous : vous reviendrez ici pour accepter.',
		logIn: 'Se connecter',
		acceptAs: (name: string) => `Le compte de ${name} est ouvert sur cet appareil.`,
		acceptKnown: 'Accepter l’invitation',
		acceptKnownNext: 'Vos nouveaux droits s’ajoutent à votre compte.',
		otherSession: (name: string) =>
			`Le compte de ${name} est ouvert sur cet appareil. Si vous acceptez, sa session sera fermée ici et la vôtre s’ouvrira.`,
		unknownTitle: 'Ce lien n’ouvre rien',
		unknownText:
			'Il est peut-être incomplet : copiez-le en entier depuis le message reçu. Sinon, demandez une nouvelle invitation à la personne qui vous a envoyé celle-ci.',
		acceptedTitle: 'Cette invitation a déjà servi',
		acceptedText: 'Quelqu’un l’a acceptée. Si c’était vous, connectez-vous; sinon, dites-le à la personne qui vous l’a envoyée.',
		revokedTitle: 'Cette invitation n’est plus valable',
		revokedText: 'Une invitation plus récente la remplace peut-être : suivez le lien du dernier message reçu.',
		expiredTitle: 'Cette invitation a expiré',
		expiredText: 'Une invitation est valable 14 jours. Demandez-en une nouvelle à la personne qui vous l’a envoyée.',
		home: 'Retourner à l’accueil',
	},

	spaces: {
		title: 'Vos espaces',
		lead: 'Choisissez le groupe.',
		emptyTitle: 'Aucun groupe pour le moment',
		emptyText:
			'Votre compte n’a de rôle dans aucun groupe. Si vous faites partie d’un groupe membre, parlez-en à ses responsables; sinon, vous pouvez présenter une demande d’adhésion.',
		join: 'Devenir membre',
		work: 'Aller au bureau de l’équipe',
	},

	peoplePage: {
		title: 'Personnes et droits',
		lead: 'Qui a un rôle dans le groupe, depuis quand, et ce que ce rôle permet.',
		person: 'Personne',
		role: 'Rôle',
		since: 'Depuis le',
		emptyTitle: 'Personne n’a encore de rôle',
		emptyText: 'Les personnes invitées apparaissent plus bas tant qu’elles n’ont pas accepté.',
		rightsTitle: 'Ce que chaque rôle permet',
		pendingTitle: 'Invitations en attente',
		pendingNone: 'Aucune invitation n’attend de réponse.',
		address: 'Adresse',
		invitedOn: 'Invitée le',
		until: 'Valable jusqu’au',
	},

	groups: {
		title: 'Groupes membres',
		lead: 'Du plus ancien numéro au plus récent. Un numéro n’est donné qu’une fois.',
		number: 'Numéro',
		group: 'Groupe',
		kind: 'Genre',
		class: 'Catégorie',
		since: 'Membre depuis le',
		contributions: 'Contributions',
		seeContributions: (name: string) => `Contributions de ${name}`,
		emptyTitle: 'Aucun groupe membre pour le moment',
		emptyText: 'Un groupe apparaît ici dès que sa demande d’adhésion est acceptée.',
		toApplications: 'Voir les demandes d’adhésion',
		former: 'n’est plus membre',
	},

	mail: {
		hello: (name: string) => (name === '' ? 'Bonjour,' : `Bonjour ${name},`),
		worker: {
			subject: 'Votre invitation au portail de Koumbit',
			text: 'Voici votre invitation à rejoindre l’équipe dans le portail de Koumbit.',
			roles: (roles: string) => `Rôles : ${roles}.`,
			action: 'Accepter l’invitation',
			after:
				'Ce lien est valable 14 jours, ne sert qu’une fois et n’est que pour vous. Si vous ne vous y attendiez pas, vous pouvez ignorer ce message.',
		},
	},
};
