export const outbox = {
	title: 'Courriel sortant',
	lead: 'Chaque courriel que le portail envoie, avec son état. Le contenu est effacé dès l’envoi.',
	to: 'Destinataire',
	subject: 'Objet',
	state: 'État',
	when: 'Quand',
	attempts: (count: number) => (count === 1 ? '1 essai' : `${count} essais`),
	nextTry: (when: string) => `Prochain essai le ${when}`,
	states: {
		queued: 'à envoyer',
		sending: 'en cours d’envoi',
		sent: 'envoyé',
		dead: 'abandonné',
		cancelled: 'annulé',
		bounced: 'retourné',
	},
	retry: 'Envoyer de nouveau',
	retried: 'Le message repart dans la file d’envoi.',
	older: 'Plus anciens',
	empty: 'Aucun message n’a encore été envoyé.',
	deadNotice: (count: number) =>
		count === 1
			? 'Un message n’a pas pu être envoyé et ne repartira pas de lui-même.'
			: `${count} messages n’ont pas pu être envoyés et ne repartiront pas d’eux-mêmes.`,
};
