/** Which guide explains each screen people see once logged in to their group or their account, and where in it. */
import { type Locale, pathOf, type RouteKey } from '#src/i18n/routes.ts';

/** Every page of the members' space and of one's account: its row in the route table begins so. A new one does not compile until it has its help. */
export type SpaceRoute = Extract<RouteKey, `space${string}` | `account${string}`>;

interface ScreenHelp {
	/** Name of the guide. */
	readonly guide: string;
	/** Its heading, as it stands in an address. */
	readonly at?: { readonly fr: string; readonly en: string };
}

const STEPS = 'validation-en-deux-etapes';
const ROOM = 'espace-de-votre-groupe';

export const SCREEN_HELP: Readonly<Record<SpaceRoute, ScreenHelp>> = {
	spaces: { guide: ROOM },
	space: { guide: ROOM, at: { fr: 'aujourdhui', en: 'today' } },
	spaceRequests: { guide: ROOM, at: { fr: 'demandes', en: 'requests' } },
	spaceRequest: { guide: ROOM, at: { fr: 'le-fil-dune-demande', en: 'a-requests-thread' } },
	spaceRequestNew: { guide: 'demander-de-l-aide' },
	spaceServices: { guide: ROOM, at: { fr: 'services', en: 'services' } },
	spacePeople: { guide: ROOM, at: { fr: 'personnes-et-droits', en: 'people-and-rights' } },
	spaceProfile: { guide: ROOM, at: { fr: 'fiche-du-groupe', en: 'group-record' } },
	spaceMembership: { guide: 'partir-ou-rester', at: { fr: 'le-renouvellement', en: 'the-renewal' } },
	spaceLeave: { guide: 'partir-ou-rester', at: { fr: 'partir', en: 'leaving' } },
	spaceComplaint: { guide: 'partir-ou-rester', at: { fr: 'porter-plainte', en: 'making-a-complaint' } },
	spaceComplaintThread: { guide: 'partir-ou-rester', at: { fr: 'porter-plainte', en: 'making-a-complaint' } },
	account: { guide: 'bon-mot-de-passe' },
	accountProof: { guide: 'bon-mot-de-passe' },
	accountAddress: { guide: 'bon-mot-de-passe' },
	accountSteps: { guide: STEPS },
	accountApp: { guide: STEPS, at: { fr: 'les-codes-à-usage-unique', en: 'one-time-codes' } },
	accountRecovery: { guide: STEPS, at: { fr: 'les-codes-de-secours', en: 'recovery-codes' } },
	accountData: { guide: 'vos-renseignements' },
	accountErasure: { guide: 'vos-renseignements', at: { fr: 'tout-effacer', en: 'erasing-everything' } },
	spaceData: { guide: 'vos-renseignements', at: { fr: 'ceux-de-votre-groupe', en: 'those-of-your-group' } },
	spaceContributions: { guide: ROOM, at: { fr: 'contributions', en: 'contributions' } },
	spaceTrail: { guide: ROOM, at: { fr: 'journal', en: 'activity-log' } },
};

/** Address of the help for a screen. */
export function screenHelp(route: SpaceRoute, locale: Locale): string {
	const { guide, at } = SCREEN_HELP[route];
	return `${pathOf('guide', locale, { slug: guide })}${at ? `#${at[locale]}` : ''}`;
}
