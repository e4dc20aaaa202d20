export const accounts = {
	login: {
		title: 'Se connecter',
		lead: 'Pour les membres et pour l’équipe de Koumbit.',
		email: 'Adresse de courriel',
		password: 'Mot de passe',
		submit: 'Se connecter',
		next: 'Vous arriverez à votre espace.',
		notMember: 'Votre groupe n’est pas encore membre?',
		become: 'Devenir membre',
		sessionEnded: 'Connectez-vous pour continuer; vous reviendrez ensuite à la page demandée.',
	},
	logout: {
		title: 'Se déconnecter',
		lead: 'La session sera fermée sur cet appareil et sur le serveur.',
		submit: 'Se déconnecter',
	},
};
