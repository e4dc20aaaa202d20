/**
 * Every address of the portal, once: the French one (which names the file in src/pages) and its English twin.
 * English pages are made from the French files by src/i18n/twins.ts; links and `hreflang` come from here.
 */
export type Locale = 'fr' | 'en';
export const LOCALES: readonly Locale[] = ['fr', 'en'];

/** `public` pages are in the sitemap; `form` pages are public but depend on the request; the others need a log-in or a private link. */
export type Audience = 'public' | 'form' | 'private' | 'member' | 'worker';

interface Twin {
	readonly fr: string;
	readonly en: string;
	readonly audience: Audience;
}

/** Keeps each address and audience as its own literal type: the table of rights asks for a row for each page that is closed. */
const define = <const T extends Readonly<Record<string, Twin>>>(table: T): T => table;

export const routes = define({
	home: { fr: '/', en: '/en/', audience: 'public' },
	history: { fr: '/histoire/', en: '/en/history/', audience: 'public' },
	mission: { fr: '/mission/', en: '/en/mission/', audience: 'public' },
	services: { fr: '/services/', en: '/en/services/', audience: 'public' },
	service: { fr: '/services/[slug]/', en: '/en/services/[slug]/', audience: 'public' },
	forWhom: { fr: '/pour-qui/', en: '/en/who-can-join/', audience: 'public' },
	solidarity: { fr: '/hebergement-solidaire/', en: '/en/solidarity-hosting/', audience: 'public' },
	governance: { fr: '/gouvernance/', en: '/en/governance/', audience: 'public' },
	freeSoftware: { fr: '/logiciels-libres/', en: '/en/free-software/', audience: 'public' },
	commons: { fr: '/communs/', en: '/en/commons/', audience: 'public' },
	contributions: { fr: '/contributions/', en: '/en/contributions/', audience: 'public' },
	transparency: { fr: '/transparence/', en: '/en/transparency/', audience: 'public' },

	news: { fr: '/nouvelles/', en: '/en/news/', audience: 'public' },
	newsPage: { fr: '/nouvelles/page/[page]/', en: '/en/news/page/[page]/', audience: 'public' },
	newsTag: { fr: '/nouvelles/theme/[tag]/', en: '/en/news/topic/[tag]/', audience: 'public' },
	newsAuthor: { fr: '/nouvelles/par/[author]/', en: '/en/news/by/[author]/', audience: 'public' },
	newsArchive: { fr: '/nouvelles/archives/[year]/', en: '/en/news/archive/[year]/', audience: 'public' },
	newsItem: { fr: '/nouvelles/[slug]/', en: '/en/news/[slug]/', audience: 'public' },

	status: { fr: '/etat/', en: '/en/status/', audience: 'public' },
	statusHistory: { fr: '/etat/historique/', en: '/en/status/history/', audience: 'public' },
	statusNotice: { fr: '/etat/[number]/', en: '/en/status/[number]/', audience: 'form' },
	statusSubscription: { fr: '/etat/abonnement/[token]/', en: '/en/status/subscription/[token]/', audience: 'private' },

	help: { fr: '/aide/', en: '/en/help/', audience: 'public' },
	guide: { fr: '/aide/[slug]/', en: '/en/help/[slug]/', audience: 'public' },
	trainings: { fr: '/formations/', en: '/en/training/', audience: 'public' },
	training: { fr: '/formations/[slug]/', en: '/en/training/[slug]/', audience: 'form' },
	trainingPlace: { fr: '/formations/place/[token]/', en: '/en/training/place/[token]/', audience: 'private' },

	contact: { fr: '/contact/', en: '/en/contact/', audience: 'public' },
	contactSent: { fr: '/contact/envoye/', en: '/en/contact/sent/', audience: 'form' },
	search: { fr: '/recherche/', en: '/en/search/', audience: 'form' },

	terms: { fr: '/conditions/', en: '/en/terms/', audience: 'public' },
	privacy: { fr: '/confidentialite/', en: '/en/privacy/', audience: 'public' },
	security: { fr: '/securite/', en: '/en/security/', audience: 'public' },
	accessibility: { fr: '/accessibilite/', en: '/en/accessibility/', audience: 'public' },
	legal: { fr: '/mentions-legales/', en: '/en/legal/', audience: 'public' },
	showcase: { fr: '/composants/', en: '/en/components/', audience: 'form' },

	join: { fr: '/adhesion/', en: '/en/join/', audience: 'form' },
	joinSent: { fr: '/adhesion/envoyee/', en: '/en/join/sent/', audience: 'form' },
	joinResume: { fr: '/adhesion/reprendre/[token]/', en: '/en/join/resume/[token]/', audience: 'private' },
	joinConfirm: { fr: '/adhesion/confirmer/[token]/', en: '/en/join/confirm/[token]/', audience: 'private' },
	joinStatus: { fr: '/adhesion/suivi/[token]/', en: '/en/join/status/[token]/', audience: 'private' },

	login: { fr: '/connexion/', en: '/en/login/', audience: 'form' },
	loginStep: { fr: '/connexion/etape/', en: '/en/login/step/', audience: 'form' },
	loginLink: { fr: '/connexion/lien/', en: '/en/login/link/', audience: 'form' },
	loginLinkAsked: { fr: '/connexion/lien/envoye/', en: '/en/login/link/sent/', audience: 'form' },
	loginLinkOpen: { fr: '/connexion/lien/[token]/', en: '/en/login/link/[token]/', audience: 'private' },
	error: { fr: '/erreur/[status]/', en: '/en/error/[status]/', audience: 'form' },
	passwordForgotten: { fr: '/mot-de-passe/', en: '/en/password/', audience: 'form' },
	passwordAsked: { fr: '/mot-de-passe/demande/', en: '/en/password/asked/', audience: 'form' },
	passwordReset: { fr: '/mot-de-passe/[token]/', en: '/en/password/[token]/', audience: 'private' },
	account: { fr: '/compte/', en: '/en/account/', audience: 'member' },
	accountProof: { fr: '/compte/preuve/', en: '/en/account/proof/', audience: 'member' },
	accountAddress: { fr: '/compte/adresse/[token]/', en: '/en/account/address/[token]/', audience: 'member' },
	accountSteps: { fr: '/compte/etapes/', en: '/en/account/steps/', audience: 'member' },
	accountApp: { fr: '/compte/etapes/application/', en: '/en/account/steps/app/', audience: 'member' },
	accountRecovery: { fr: '/compte/etapes/secours/', en: '/en/account/steps/recovery/', audience: 'member' },
	accountData: { fr: '/compte/donnees/', en: '/en/account/data/', audience: 'member' },
	accountErasure: { fr: '/compte/donnees/effacement/', en: '/en/account/data/erasure/', audience: 'member' },
	erasureLink: { fr: '/compte/donnees/effacement/[token]/', en: '/en/account/data/erasure/[token]/', audience: 'private' },
	logout: { fr: '/deconnexion/', en: '/en/logout/', audience: 'form' },
	certificate: { fr: '/attestation/[token]/', en: '/en/certificate/[token]/', audience: 'private' },
	invitation: { fr: '/invitation/[token]/', en: '/en/invitation/[token]/', audience: 'private' },

	regain: { fr: '/retrouver-acces/', en: '/en/regain-access/', audience: 'form' },
	regainSent: { fr: '/retrouver-acces/envoyee/', en: '/en/regain-access/sent/', audience: 'form' },
	regainFollow: { fr: '/retrouver-acces/suivi/[token]/', en: '/en/regain-access/status/[token]/', audience: 'private' },
	mergeAnswer: { fr: '/reunion/[token]/', en: '/en/merging/[token]/', audience: 'private' },
	regainAnswer: { fr: '/retrouver-acces/reponse/[token]/', en: '/en/regain-access/answer/[token]/', audience: 'private' },
	outsideContact: { fr: '/adresse-exterieure/[token]/', en: '/en/outside-address/[token]/', audience: 'private' },

	spaces: { fr: '/espace/', en: '/en/space/', audience: 'member' },
	space: { fr: '/espace/[group]/', en: '/en/space/[group]/', audience: 'member' },
	spacePeople: { fr: '/espace/[group]/personnes/', en: '/en/space/[group]/people/', audience: 'member' },
	spaceProfile: { fr: '/espace/[group]/profil/', en: '/en/space/[group]/profile/', audience: 'member' },
	spaceServices: { fr: '/espace/[group]/services/', en: '/en/space/[group]/services/', audience: 'member' },
	spaceRequests: { fr: '/espace/[group]/demandes/', en: '/en/space/[group]/requests/', audience: 'member' },
	spaceRequestNew: { fr: '/espace/[group]/demandes/nouvelle/[slug]/', en: '/en/space/[group]/requests/new/[slug]/', audience: 'member' },
	spaceRequest: { fr: '/espace/[group]/demandes/[number]/', en: '/en/space/[group]/requests/[number]/', audience: 'member' },
	spaceContributions: { fr: '/espace/[group]/contributions/', en: '/en/space/[group]/contributions/', audience: 'member' },
	spaceTrail: { fr: '/espace/[group]/journal/', en: '/en/space/[group]/trail/', audience: 'member' },
	spaceMembership: { fr: '/espace/[group]/adhesion/', en: '/en/space/[group]/membership/', audience: 'member' },
	spaceLeave: { fr: '/espace/[group]/depart/', en: '/en/space/[group]/leaving/', audience: 'member' },
	spaceComplaint: { fr: '/espace/[group]/plainte/', en: '/en/space/[group]/complaint/', audience: 'member' },
	spaceComplaintThread: { fr: '/espace/[group]/plainte/[number]/', en: '/en/space/[group]/complaint/[number]/', audience: 'member' },
	spaceData: { fr: '/espace/[group]/donnees/', en: '/en/space/[group]/data/', audience: 'member' },

	work: { fr: '/travail/', en: '/en/work/', audience: 'worker' },
	workApplications: { fr: '/travail/adhesions/', en: '/en/work/applications/', audience: 'worker' },
	workApplication: { fr: '/travail/adhesions/[id]/', en: '/en/work/applications/[id]/', audience: 'worker' },
	workRequests: { fr: '/travail/demandes/', en: '/en/work/requests/', audience: 'worker' },
	workRequest: { fr: '/travail/demandes/[number]/', en: '/en/work/requests/[number]/', audience: 'worker' },
	workGroups: { fr: '/travail/groupes/', en: '/en/work/groups/', audience: 'worker' },
	workGroup: { fr: '/travail/groupes/[group]/', en: '/en/work/groups/[group]/', audience: 'worker' },
	workHandovers: { fr: '/travail/acces/', en: '/en/work/access/', audience: 'worker' },
	workHandover: { fr: '/travail/acces/[id]/', en: '/en/work/access/[id]/', audience: 'worker' },
	workMerge: { fr: '/travail/fusion/', en: '/en/work/merge/', audience: 'worker' },
	workContributions: { fr: '/travail/contributions/', en: '/en/work/contributions/', audience: 'worker' },
	workGroupContributions: { fr: '/travail/contributions/[group]/', en: '/en/work/contributions/[group]/', audience: 'worker' },
	workStatus: { fr: '/travail/etat/', en: '/en/work/status/', audience: 'worker' },
	workStatusNotice: { fr: '/travail/etat/[number]/', en: '/en/work/status/[number]/', audience: 'worker' },
	workInbox: { fr: '/travail/courrier/', en: '/en/work/inbox/', audience: 'worker' },
	workInboxMessage: { fr: '/travail/courrier/[number]/', en: '/en/work/inbox/[number]/', audience: 'worker' },
	workTrainings: { fr: '/travail/formations/', en: '/en/work/training/', audience: 'worker' },
	workTraining: { fr: '/travail/formations/[slug]/', en: '/en/work/training/[slug]/', audience: 'worker' },
	workRegister: { fr: '/travail/registre/', en: '/en/work/register/', audience: 'worker' },
	workStanding: { fr: '/travail/registre/[group]/', en: '/en/work/register/[group]/', audience: 'worker' },
	workLeavings: { fr: '/travail/departs/', en: '/en/work/leavings/', audience: 'worker' },
	workComplaints: { fr: '/travail/plaintes/', en: '/en/work/complaints/', audience: 'worker' },
	workComplaint: { fr: '/travail/plaintes/[number]/', en: '/en/work/complaints/[number]/', audience: 'worker' },
	workRetention: { fr: '/travail/conservation/', en: '/en/work/retention/', audience: 'worker' },
	workConfidentiality: { fr: '/travail/confidentialite/', en: '/en/work/confidentiality/', audience: 'worker' },
	workConfidentialityIncident: {
		fr: '/travail/confidentialite/[number]/',
		en: '/en/work/confidentiality/[number]/',
		audience: 'worker',
	},
	workOutbox: { fr: '/travail/messages/', en: '/en/work/messages/', audience: 'worker' },
	workPeople: { fr: '/travail/personnes/', en: '/en/work/people/', audience: 'worker' },
	workCommittees: { fr: '/travail/comites/', en: '/en/work/committees/', audience: 'worker' },
	workCommittee: { fr: '/travail/comites/[slug]/', en: '/en/work/committees/[slug]/', audience: 'worker' },
	workViewAs: { fr: '/travail/voir-comme/', en: '/en/work/view-as/', audience: 'worker' },
	workAudit: { fr: '/travail/journal/', en: '/en/work/trail/', audience: 'worker' },
});

export type RouteKey = keyof typeof routes;
export type RouteParams = Readonly<Record<string, string>>;

/** The path of a page in a language, with its parameters filled in. @throws when a parameter is missing. */
export function pathOf(key: RouteKey, locale: Locale, params: RouteParams = {}): string {
	return routes[key][locale].replace(/\[(\w+)\]/g, (_, name: string) => {
		const value = params[name];
		if (value === undefined) throw new Error(`route ${key} needs ${name}`);
		return encodeURIComponent(value);
	});
}

/** The language an address is in: English under /en/, French elsewhere. */
export function localeOf(pathname: string): Locale {
	return pathname === '/en' || pathname.startsWith('/en/') ? 'en' : 'fr';
}

const compiled = Object.entries(routes).map(([key, twin]) => ({
	key: key as RouteKey,
	// Fixed segments win over parameters, as in Astro's own router.
	weight: (twin.fr.match(/\[/g) ?? []).length,
	patterns: LOCALES.map((locale) => {
		const names: string[] = [];
		const source = twin[locale].replace(/\[(\w+)\]/g, (_, name: string) => {
			names.push(name);
			return '([^/]+)';
		});
		return { names, pattern: new RegExp(`^${source}$`) };
	}),
}));
compiled.sort((a, b) => a.weight - b.weight);

function decode(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

/** Which page an address shows, with its parameters; null when it is none of the table. */
export function matchRoute(pathname: string): { key: RouteKey; params: RouteParams } | null {
	for (const { key, patterns } of compiled) {
		for (const { names, pattern } of patterns) {
			const match = pattern.exec(pathname);
			if (!match) continue;
			const values = names.map((_, at) => decode(match[at + 1] ?? ''));
			// A segment that means « here » or « above » once decoded would lead elsewhere when it is put into a link.
			if (values.some((value) => value === '.' || value === '..')) continue;
			return { key, params: Object.fromEntries(names.map((name, at) => [name, values[at] ?? ''])) };
		}
	}
	return null;
}

/** The same page in the other language; the other home page when the address is unknown. */
export function twinOf(pathname: string): { locale: Locale; path: string } {
	const locale: Locale = localeOf(pathname) === 'fr' ? 'en' : 'fr';
	const match = matchRoute(pathname);
	return { locale, path: match ? pathOf(match.key, locale, match.params) : pathOf('home', locale) };
}
