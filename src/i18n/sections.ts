/** Pages inside a section of the public site: the navigation marks the section, the breadcrumb and the shared picture name it. */
import type { Messages } from '#src/i18n/messages.ts';
import type { RouteKey } from '#src/i18n/routes.ts';

/** Pages that have a name of their own in the navigation. */
export type NamedPage = keyof Messages['nav'];

const PARENT: Partial<Record<RouteKey, NamedPage & RouteKey>> = {
	service: 'services',
	newsItem: 'news',
	newsPage: 'news',
	newsTag: 'news',
	newsAuthor: 'news',
	newsArchive: 'news',
	guide: 'help',
	training: 'trainings',
	trainingPlace: 'trainings',
	statusHistory: 'status',
	statusNotice: 'status',
	statusSubscription: 'status',
	contactSent: 'contact',
	joinSent: 'join',
};

/** The section a page is inside of; null for one that stands by itself. */
export function parentOf(key: RouteKey): (NamedPage & RouteKey) | null {
	return PARENT[key] ?? null;
}
