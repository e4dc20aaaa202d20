/** Words of the guides and of the training dates. No-break spaces (U+00A0) before : % $ and inside « ». */
export const help = {
	guides: {
		/** What people want to do; content/{fr,en}/guides/*.md name one of these. */
		aims: {
			mail: 'Lire et écrire son courriel',
			lists: 'Se parler par une liste',
			publish: 'Écrire sur le Web',
			protect: 'Protéger le groupe',
			move: 'Choisir son nom et déménager',
			space: 'Utiliser l’espace membre',
		},
		minutes: (count: number) => (count === 1 ? '1 minute' : `${count} minutes`),
		forWhom: 'Pour qui',
		audiences: {
			everyone: 'Toutes les personnes du groupe',
			administrator: 'Les responsables du groupe',
			technical: 'Les personnes qui s’occupent des outils',
		},
		time: 'Durée',
		service: 'Service',
		next: 'À lire ensuite',
		others: 'Tous les guides',
		stuckTitle: 'Quelque chose bloque?',
		stuckText: 'Ce n’est pas de votre faute : c’est au guide d’être clair. Dites-nous à quelle étape, et ce que vous avez vu.',
		askMember: 'Ouvrir l’espace de mon groupe',
		askMemberNext: 'Votre groupe est membre? Écrivez dans le fil de votre demande, ou demandez du soutien.',
		askPublic: 'Nous écrire',
		askPublicNext: 'Pas encore membre? Le formulaire de contact rejoint l’équipe.',
		trainingsTitle: 'Apprendre à plusieurs',
		trainingsText: 'Des séances de formation, quand l’organisation en annonce.',
		trainingsLink: 'Voir les formations',
		screen: 'Aide pour cet écran',
	},
	trainings: {
		coming: 'À venir',
		noneTitle: 'Aucune date n’est annoncée',
		noneText: 'L’organisation n’a pas encore publié de date de formation. D’ici là, les guides se lisent à toute heure.',
		toGuides: 'Lire les guides',
		past: 'Déjà données',
		example: 'Exemple, à remplacer par l’organisation',
		examples: 'À quoi ressemble une séance',
		examplesText: 'Ces séances sont des exemples : elles n’ont pas de date, et on ne peut pas s’y inscrire.',
		exampleNoDate: 'À fixer par l’organisation',
		exampleText: 'Cette séance n’existe pas. Elle montre ce que l’organisation publiera ici. On ne peut pas s’y inscrire.',
		demonstrationText: 'Cette séance fait partie d’une démonstration du portail : elle n’aura pas lieu.',
		when: 'Quand',
		at: (day: string, from: string, to: string) => `${day}, de ${from} à ${to} (heure de Montréal)`,
		where: 'Où',
		online: (text: string) => `En ligne – ${text}`,
		language: 'Langue',
		languages: { fr: 'En français', en: 'En anglais', both: 'En français et en anglais' },
		seats: 'Places',
		left: (left: number, seats: number) => (left === 1 ? `1 place libre sur ${seats}` : `${left} places libres sur ${seats}`),
		full: (waiting: number) =>
			waiting === 0
				? 'Complet; une liste d’attente est ouverte'
				: waiting === 1
					? 'Complet; 1 personne attend'
					: `Complet; ${waiting} personnes attendent`,
		seatsOf: (seats: number) => (seats === 1 ? '1 place' : `${seats} places`),
		cancelled: 'Annulée',
		cancelledText: 'Cette séance est annulée. Les personnes inscrites en ont été prévenues par courriel.',
		open: 'Inscriptions ouvertes',
		notYet: (date: string) => `Inscriptions à partir du ${date}`,
		closed: 'Inscriptions fermées',
		over: 'Séance terminée',
		until: (date: string) => `Inscriptions jusqu’au ${date}.`,
		see: 'Voir et s’inscrire',
		seeOnly: 'Voir la séance',
		signUp: {
			title: 'S’inscrire',
			waitingTitle: 'S’inscrire à la liste d’attente',
			waitingText: 'Toutes les places sont prises. Si une place se libère, elle est donnée à la première personne de la liste.',
			name: 'Votre nom',
			nameHint: 'Pour vous accueillir. Une inscription par personne.',
			email: 'Votre adresse de courriel',
			emailHint: 'Vous y recevrez un lien à suivre pour confirmer.',
			group: 'Votre groupe',
			needs: 'De quoi avez-vous besoin pour participer?',
			needsHint:
				'Par exemple un accès sans marche, une interprétation, des pauses. Sert à préparer cette séance seulement; lu par l’équipe seulement. Rien sur votre santé n’est nécessaire.',
			kept: (asked: number, days: number) =>
				`Ces renseignements servent à préparer cette séance. Une inscription non confirmée est effacée après ${asked} jours; tout le reste, ${days} jours après la séance.`,
			privacy: 'Renseignements personnels',
			submit: 'M’inscrire',
			next: 'Vous recevrez un courriel. Votre place est donnée quand vous suivez son lien et confirmez.',
		},
		sent: {
			title: 'Il reste à confirmer',
			text: 'Un courriel vient de partir. Suivez son lien et confirmez : c’est à ce moment que la place est donnée.',
			missing: 'Rien n’arrive après quelques minutes? Regardez dans les courriers indésirables et vérifiez l’adresse, puis réessayez.',
		},
		place: {
			title: 'Votre inscription',
			session: 'La séance',
			askedTitle: 'Confirmer votre inscription',
			askedText: 'Pressez le bouton : la place est donnée à ce moment.',
			confirm: 'Confirmer mon inscription',
			confirmNext: 'Un courriel vous dira si vous avez une place ou si vous êtes dans la liste d’attente.',
			heldTitle: 'Votre place est réservée',
			heldText: 'À bientôt! Gardez ce lien : il sert aussi à annuler.',
			waitingTitle: 'Vous êtes dans la liste d’attente',
			waitingText: (before: number) =>
				before === 0
					? 'Vous êtes la prochaine personne. Si une place se libère, elle est à vous, et un courriel vous le dit.'
					: before === 1
						? '1 personne est avant vous. Si une place vous revient, un courriel vous le dit.'
						: `${before} personnes sont avant vous. Si une place vous revient, un courriel vous le dit.`,
			cancelledTitle: 'Votre inscription est annulée',
			cancelledText: 'Merci de l’avoir dit. Si vous changez d’avis, inscrivez-vous de nouveau.',
			sessionCancelledTitle: 'Cette séance est annulée',
			sessionCancelledText: 'Vous n’avez rien à faire.',
			overTitle: 'Cette séance est terminée',
			overText: (days: number) => `Vos renseignements sont effacés ${days} jours après la séance.`,
			cancelTitle: 'Annuler mon inscription',
			cancelText: 'La place ira à la prochaine personne de la liste d’attente. Votre groupe et vos besoins sont effacés tout de suite.',
			cancel: 'Annuler mon inscription',
			again: 'Revenir à la séance',
			unknownTitle: 'Ce lien n’ouvre rien',
			unknownText:
				'Il est incomplet, ou l’inscription a été effacée parce qu’elle n’était pas confirmée à temps ou que la séance est passée.',
			toTrainings: 'Voir les formations',
		},
		desk: {
			title: 'Formations',
			lead: 'Qui est inscrit à chaque séance. Les dates et les textes des séances se changent dans le contenu du site.',
			coming: 'À venir',
			past: 'Passées',
			none: 'Aucune séance n’est annoncée',
			noneText: 'Ajoutez une séance au contenu du site; l’exemple qui s’y trouve dit comment.',
			session: 'Séance',
			date: 'Date',
			held: 'Inscriptions',
			waiting: 'En attente',
			state: 'État',
			states: { announced: 'annoncée', cancelled: 'annulée', withdrawn: 'retirée du site' },
			wasHeld: 'donnée',
			of: (held: number, seats: number) => `${held} sur ${seats}`,
			withdrawn:
				'Le fichier de cette séance n’existe plus, donc le site ne la montre plus. Les personnes inscrites n’en savent rien : annulez-la pour les prévenir.',
			forgotten: (held: number) =>
				held === 1
					? '1 personne avait une place. Les renseignements personnels sont effacés.'
					: `${held} personnes avaient une place. Les renseignements personnels sont effacés.`,
			heldTitle: (count: number) => (count === 1 ? '1 personne a une place' : `${count} personnes ont une place`),
			heldNone: 'Personne n’a encore de place.',
			waitingTitle: (count: number) => (count === 1 ? '1 personne attend' : `${count} personnes attendent`),
			name: 'Nom',
			address: 'Adresse',
			group: 'Groupe',
			needs: 'Besoins',
			confirmed: 'Confirmée le',
			print: 'Cette page s’imprime sans ses boutons : une liste de présence toute prête.',
			see: 'Voir la page publique',
			cancelTitle: 'Annuler la séance',
			cancelReason: 'Pourquoi?',
			cancelHint: 'Les personnes inscrites et celles qui attendent liront cette raison.',
			cancel: 'Annuler la séance',
			cancelNext: (count: number) =>
				count === 0
					? 'Personne n’est inscrit : aucun courriel ne part. Une séance annulée ne se rouvre pas.'
					: count === 1
						? 'Un courriel part à 1 personne. Une séance annulée ne se rouvre pas.'
						: `Un courriel part à ${count} personnes. Une séance annulée ne se rouvre pas.`,
		},
	},
};
