/** Words of « view as »: someone of the team sees a group's space as one of its people does. */
export const viewing = {
	title: 'Voir comme une personne',
	lead: 'Pour aider quelqu’un, voyez l’espace de son groupe comme cette personne le voit. Rien ne peut y être changé.',
	told: 'La personne et les responsables de son groupe reçoivent un courriel avec votre nom et votre raison. Chaque page ouverte est inscrite au journal.',
	chooseGroup: 'Choisir un groupe',
	group: 'Groupe',
	choose: 'Voir les personnes',
	noGroups: 'Aucun groupe membre',
	noGroupsText: 'Quand un groupe deviendra membre, il paraîtra ici.',
	nobody: 'Personne à voir',
	nobodyText: 'Ce groupe n’a personne dont l’espace puisse être vu. Les personnes qui travaillent dans le réseau ne se voient pas ainsi.',
	otherGroup: 'Choisir un autre groupe',
	person: 'Personne',
	reason: 'Raison',
	reasonHint: 'La personne et son groupe la liront, par exemple : « Vous nous dites que le bouton pour demander un wiki n’apparaît pas. »',
	start: 'Voir son espace',
	startNext: 'Vous verrez son espace pendant au plus 30 minutes. Son compte, ses sessions et ses téléchargements restent fermés.',
	banner: {
		label: 'Vous voyez l’espace comme une autre personne',
		title: (person: string, group: string) => `Vous voyez l’espace de ${group} comme ${person}`,
		text: (until: string) => `Rien ne peut y être changé. Cela prend fin à ${until}.`,
		end: 'Cesser de voir comme cette personne',
	},
	ended: 'C’est terminé : vous êtes de nouveau vous-même. Les pages ouvertes sont inscrites au journal.',
	closedTitle: 'Cette page reste fermée quand vous voyez comme une autre personne',
	closedText:
		'Pendant que vous voyez comme une autre personne, rien ne peut être changé, et ce qui lui est personnel reste fermé. Rien n’a été enregistré.',
	mail: {
		subject: (group: string) => `Une personne de l’équipe voit l’espace de ${group}`,
		hello: (name: string) => `Bonjour ${name},`,
		own: (viewer: string, group: string) =>
			`${viewer}, de l’équipe de Koumbit, voit en ce moment l’espace de ${group} comme vous le voyez, pour vous aider.`,
		other: (viewer: string, group: string, person: string) =>
			`${viewer}, de l’équipe de Koumbit, voit en ce moment l’espace de ${group} comme ${person} le voit, pour aider votre groupe.`,
		reason: (reason: string) => `Raison donnée : ${reason}`,
		limits: 'Cela dure au plus 30 minutes. Rien ne peut y être changé; les comptes, les sessions et les téléchargements restent fermés.',
		action: 'Lire le journal',
		notYou: 'Vous n’avez rien à faire. Si cela vous étonne, écrivez à l’équipe par la page Nous écrire.',
	},
};
