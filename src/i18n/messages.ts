import { access as accessEn } from '#src/i18n/en/access.ts';
import { accounts as accountsEn } from '#src/i18n/en/accounts.ts';
import { applications as applicationsEn } from '#src/i18n/en/applications.ts';
import { calculator as calculatorEn } from '#src/i18n/en/calculator.ts';
import { common as commonEn } from '#src/i18n/en/common.ts';
import { complaints as complaintsEn } from '#src/i18n/en/complaints.ts';
import { contact as contactEn } from '#src/i18n/en/contact.ts';
import { contributions as contributionsEn } from '#src/i18n/en/contributions.ts';
import { errors as errorsEn } from '#src/i18n/en/errors.ts';
import { factors as factorsEn } from '#src/i18n/en/factors.ts';
import { groups as groupsEn } from '#src/i18n/en/groups.ts';
import { handover as handoverEn } from '#src/i18n/en/handover.ts';
import { help as helpEn } from '#src/i18n/en/help.ts';
import { leaving as leavingEn } from '#src/i18n/en/leaving.ts';
import { membership as membershipEn } from '#src/i18n/en/membership.ts';
import { merging as mergingEn } from '#src/i18n/en/merging.ts';
import { news as newsEn } from '#src/i18n/en/news.ts';
import { organisation as organisationEn } from '#src/i18n/en/organisation.ts';
import { outbox as outboxEn } from '#src/i18n/en/outbox.ts';
import { people as peopleEn } from '#src/i18n/en/people.ts';
import { privacy as privacyEn } from '#src/i18n/en/privacy.ts';
import { publicSite as publicEn } from '#src/i18n/en/public.ts';
import { requests as requestsEn } from '#src/i18n/en/requests.ts';
import { search as searchEn } from '#src/i18n/en/search.ts';
import { showcase as showcaseEn } from '#src/i18n/en/showcase.ts';
import { space as spaceEn } from '#src/i18n/en/space.ts';
import { standing as standingEn } from '#src/i18n/en/standing.ts';
import { status as statusEn } from '#src/i18n/en/status.ts';
import { trail as trailEn } from '#src/i18n/en/trail.ts';
import { transparency as transparencyEn } from '#src/i18n/en/transparency.ts';
import { viewing as viewingEn } from '#src/i18n/en/viewing.ts';
import { workers as workersEn } from '#src/i18n/en/workers.ts';
import { access } from '#src/i18n/fr/access.ts';
import { accounts } from '#src/i18n/fr/accounts.ts';
import { applications } from '#src/i18n/fr/applications.ts';
import { calculator } from '#src/i18n/fr/calculator.ts';
import { common } from '#src/i18n/fr/common.ts';
import { complaints } from '#src/i18n/fr/complaints.ts';
import { contact } from '#src/i18n/fr/contact.ts';
import { contributions } from '#src/i18n/fr/contributions.ts';
import { errors } from '#src/i18n/fr/errors.ts';
import { factors } from '#src/i18n/fr/factors.ts';
import { groups } from '#src/i18n/fr/groups.ts';
import { handover } from '#src/i18n/fr/handover.ts';
import { help } from '#src/i18n/fr/help.ts';
import { leaving } from '#src/i18n/fr/leaving.ts';
import { membership } from '#src/i18n/fr/membership.ts';
import { merging } from '#src/i18n/fr/merging.ts';
import { news } from '#src/i18n/fr/news.ts';
import { organisation } from '#src/i18n/fr/organisation.ts';
import { outbox } from '#src/i18n/fr/outbox.ts';
import { people } from '#src/i18n/fr/people.ts';
import { privacy } from '#src/i18n/fr/privacy.ts';
import { publicSite } from '#src/i18n/fr/public.ts';
import { requests } from '#src/i18n/fr/requests.ts';
import { search } from '#src/i18n/fr/search.ts';
import { showcase } from '#src/i18n/fr/showcase.ts';
import { space } from '#src/i18n/fr/space.ts';
import { standing } from '#src/i18n/fr/standing.ts';
import { status } from '#src/i18n/fr/status.ts';
import { trail } from '#src/i18n/fr/trail.ts';
import { transparency } from '#src/i18n/fr/transparency.ts';
import { viewing } from '#src/i18n/fr/viewing.ts';
import { workers } from '#src/i18n/fr/workers.ts';
import type { Locale } from '#src/i18n/routes.ts';

const fr = {
	...common,
	errors,
	public: publicSite,
	organisation,
	accounts,
	factors,
	access,
	membership,
	people,
	groups,
	handover,
	merging,
	standing,
	leaving,
	complaints,
	applications,
	requests,
	contributions,
	outbox,
	space,
	news,
	status,
	help,
	contact,
	calculator,
	transparency,
	privacy,
	search,
	showcase,
	trail,
	viewing,
	workers,
};

/** All words of the interface in one language, by context. English has every key of French by its type. */
export type Messages = typeof fr;

const en: Messages = {
	...commonEn,
	errors: errorsEn,
	public: publicEn,
	organisation: organisationEn,
	accounts: accountsEn,
	factors: factorsEn,
	access: accessEn,
	membership: membershipEn,
	people: peopleEn,
	groups: groupsEn,
	handover: handoverEn,
	merging: mergingEn,
	standing: standingEn,
	leaving: leavingEn,
	complaints: complaintsEn,
	applications: applicationsEn,
	requests: requestsEn,
	contributions: contributionsEn,
	outbox: outboxEn,
	space: spaceEn,
	news: newsEn,
	status: statusEn,
	help: helpEn,
	contact: contactEn,
	calculator: calculatorEn,
	transparency: transparencyEn,
	privacy: privacyEn,
	search: searchEn,
	showcase: showcaseEn,
	trail: trailEn,
	viewing: viewingEn,
	workers: workersEn,
};

export function messages(locale: Locale): Messages {
	return locale === 'en' ? en : fr;
}

export type ErrorKey = keyof Messages['errors'];

/** The sentence of an error key; « invalid » for a key that is not in the table. */
export function errorText(locale: Locale, key: string): string {
	const table: Record<string, string> = messages(locale).errors;
	return (Object.hasOwn(table, key) ? table[key] : undefined) ?? messages(locale).errors.invalid;
}
